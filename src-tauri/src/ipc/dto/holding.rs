use serde::Serialize;
use specta::Type;

use super::Outcome;

/// A cart that waits until the cashier brings it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct HeldCartView {
    pub id: u32,
    /// What the cashier called it, else a number; `None` for goods that a sale gave back.
    pub name: Option<String>,
    /// What became of the sale that gave the goods back.
    pub given_back_as: Option<Outcome>,
    /// Since when it waits: `2026-11-22` and `HH:MM:SS`, local. `None` where that is not known.
    pub day: Option<String>,
    pub time: Option<String>,
    pub pieces: u32,
    pub unknown_count: u32,
    #[specta(type = i32)]
    pub total_fen: i64,
    /// The title or the code of the newest line.
    pub last: Option<String>,
}
