//! Cashiers and the log of what they did, in the settings file: all modes have the same people.

use yima_core::staff::{Role, pin_pause_left_ms};

use crate::table::audit::{Audit, AuditMut};
use crate::table::cashiers::{Cashiers, CashiersMut};
use crate::{SettingsFile, StoreError};

/// Somebody who works at this till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cashier {
    /// Goes out with orders as `cashier_id`.
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Who is not may not log in, and is kept for what was done.
    pub is_active: bool,
}

/// An argon2id hash in the PHC form. It says nothing of itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash(pub String);

impl std::fmt::Debug for PinHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PinHash(…)")
    }
}

/// One line of the log as it is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditNote {
    pub kind: String,
    /// Empty where nobody was logged in.
    pub by_id: String,
    pub by_name: String,
    pub approved_by: Option<String>,
    /// JSON.
    pub detail: String,
}

/// One line of the log as it is kept; `number` counts from 1 without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub number: i64,
    pub at_ms: i64,
    pub note: AuditNote,
}

/// Why people were not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    #[error("there is no cashier with this id")]
    NoSuchCashier,
    #[error("there is a cashier with this id")]
    IdTaken,
    /// Else nobody could set anything up in the window.
    #[error("an active installer must remain")]
    NoInstaller,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a PIN is to be held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinTry {
    /// It counts as wrong until [`SettingsFile::pin_was_right`]: whoever ends the program meanwhile has not tried for
    /// nothing.
    Against(PinHash),
    /// Too many were wrong.
    TooSoon { wait_ms: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such role")]
pub(crate) struct UnknownRole;

impl SettingsFile {
    /// By id.
    pub fn cashiers(&self) -> Result<Vec<Cashier>, StoreError> {
        Ok(Cashiers(&self.held()).all()?)
    }

    /// Whether somebody has to log in.
    pub fn has_cashiers(&self) -> Result<bool, StoreError> {
        Ok(Cashiers(&self.held()).any()?)
    }

    pub fn cashier(&self, id: &str) -> Result<Option<Cashier>, StoreError> {
        Ok(Cashiers(&self.held()).find(id)?)
    }

    /// Nothing is changed on any [`StaffError`]; the change and its note are one transaction.
    pub fn add_cashier(
        &self,
        cashier: &Cashier,
        pin: &PinHash,
        at_ms: i64,
        note: &AuditNote,
    ) -> Result<(), StaffError> {
        self.write(|transaction| {
            if Cashiers(transaction).find(&cashier.id)?.is_some() {
                return Err(StaffError::IdTaken);
            }
            CashiersMut(transaction).add(cashier, pin)?;
            AuditMut(transaction).add(at_ms, note)?;
            require_installer(&Cashiers(transaction))
        })
    }

    /// Name, role and whether active, by id.
    pub fn change_cashier(&self, cashier: &Cashier, at_ms: i64, note: &AuditNote) -> Result<(), StaffError> {
        self.write(|transaction| {
            if !CashiersMut(transaction).change(cashier)? {
                return Err(StaffError::NoSuchCashier);
            }
            AuditMut(transaction).add(at_ms, note)?;
            require_installer(&Cashiers(transaction))
        })
    }

    /// The pause after wrong ones ends with it.
    pub fn set_pin(&self, id: &str, pin: &PinHash, at_ms: i64, note: &AuditNote) -> Result<(), StaffError> {
        self.write(|transaction| {
            if !CashiersMut(transaction).set_pin(id, pin)? {
                return Err(StaffError::NoSuchCashier);
            }
            Ok(AuditMut(transaction).add(at_ms, note)?)
        })
    }

    /// `None` where there is nobody active of that id.
    pub fn try_pin(&self, id: &str, at_ms: i64) -> Result<Option<PinTry>, StoreError> {
        self.write(|transaction| {
            let cashiers = Cashiers(transaction);
            let is_active = cashiers.find(id)?.is_some_and(|cashier| cashier.is_active);
            let Some((hash, wrong_pins, wrong_pin_ms)) = cashiers.pin(id)?.filter(|_| is_active) else {
                return Ok(None);
            };
            let wait_ms = pin_pause_left_ms(wrong_pins, wrong_pin_ms, at_ms);
            if wait_ms > 0 {
                return Ok(Some(PinTry::TooSoon { wait_ms }));
            }
            CashiersMut(transaction).set_wrong_pins(id, wrong_pins.saturating_add(1), at_ms)?;
            Ok(Some(PinTry::Against(hash)))
        })
    }

    pub fn pin_was_right(&self, id: &str) -> Result<(), StoreError> {
        self.write(|transaction| Ok(CashiersMut(transaction).set_wrong_pins(id, 0, 0)?))
    }

    pub fn note(&self, at_ms: i64, note: &AuditNote) -> Result<(), StoreError> {
        self.write(|transaction| Ok(AuditMut(transaction).add(at_ms, note)?))
    }

    /// The newest first, at most `limit`, all before the line of number `before`.
    pub fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        Ok(Audit(&self.held()).page(before, limit)?)
    }
}

impl From<rusqlite::Error> for StaffError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn require_installer(cashiers: &Cashiers<'_>) -> Result<(), StaffError> {
    if cashiers.has_active_installer()? { Ok(()) } else { Err(StaffError::NoInstaller) }
}
