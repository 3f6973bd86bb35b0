//! Who works at the till: people with PINs and roles, the lock, one-time approvals, and the log of who did what.
//!
//! [`StaffDesk`] stands between the windows and the engine. As long as a till has no cashiers it lets everything pass.

mod desk;
pub mod log;
mod office;
mod pin;

pub use desk::{Admitted, LockedBy, StaffDesk, StaffView};
pub use office::{add, change, set_pin};
pub use pin::Pin;

use yima_core::staff::Act;
use yima_store::{StaffError, StoreError};

/// Why somebody was not let in, or an act not let through. Nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffProblem {
    #[error("nobody is logged in")]
    Locked,
    /// The act waits for somebody who may: under this number, for two minutes.
    #[error("{} has to be approved", act.name())]
    ApprovalNeeded { act: Act, number: u32 },
    /// Nobody can be asked for this: who may has to log in.
    #[error("{} is for others", act.name())]
    NotAllowed { act: Act },
    /// Nothing was asked for.
    #[error("it must be said why")]
    WordMissing,
    /// It was used, is over, or another took its place.
    #[error("there is nothing to approve")]
    ApprovalGone,
    #[error("the approver may not do this either")]
    MayNotApprove,
    /// Also where there is no such cashier.
    #[error("the PIN is wrong")]
    WrongPin,
    #[error("too many PINs were wrong; wait {wait_s} s")]
    TooSoon { wait_s: u32 },
    #[error("a PIN is four to eight digits")]
    PinUnfit,
    #[error("an id is 1 to 32 characters that can be seen")]
    IdUnfit,
    #[error("a name is 1 to 64 characters that can be seen")]
    NameUnfit,
    #[error("there is no cashier with this id")]
    NoSuchCashier,
    #[error("there is a cashier with this id")]
    IdTaken,
    #[error("an active installer must remain")]
    NoInstaller,
    #[error("the PIN cannot be hashed on this machine")]
    NotHashed,
    #[error("the people or the log cannot be read or written: {0}")]
    Store(#[from] StoreError),
}

impl From<StaffError> for StaffProblem {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::NoSuchCashier => Self::NoSuchCashier,
            StaffError::IdTaken => Self::IdTaken,
            StaffError::NoInstaller => Self::NoInstaller,
            StaffError::Store(error) => Self::Store(error),
        }
    }
}

#[cfg(test)]
mod tests;
