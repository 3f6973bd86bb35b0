//! What is told of a comparison with the gateway's list, before which nothing is sold.

use serde::Serialize;
use specta::Type;

use super::StoreProblem;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ReconcileView {
    /// The data was copied from another till's; else it comes from a backup.
    pub is_copy: bool,
    /// How many orders were missing so far; they are recorded now.
    pub recorded: u32,
    /// Why it has not come on; it is tried again by itself. `None` while it goes on.
    pub problem: Option<ReconcileProblem>,
    /// The rest of the list was read: a supervisor may answer for what cannot be.
    pub can_pass: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ReconcileProblem {
    /// The gateway does not answer.
    GatewaySilent,
    /// The gateway refused to give its list.
    Rejected {
        gateway_code: String,
        message: String,
    },
    /// The list is cut off, or holds an order that cannot be read.
    ListIncomplete,
    SecretUnavailable,
    SetupIncomplete {
        key: String,
    },
    NotSaved {
        problem: StoreProblem,
    },
}
