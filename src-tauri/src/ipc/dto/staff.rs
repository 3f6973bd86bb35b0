//! Who works at the till, as the page is shown it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Who is at the till. Without cashiers everything is open to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct StaffView {
    pub has_cashiers: bool,
    /// `None` where there are cashiers: the till is locked.
    pub who: Option<CashierRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct CashierRow {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub is_active: bool,
    /// What they may do by themselves, and approve.
    pub may: Vec<Act>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Cashier,
    Supervisor,
    Installer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Sell,
    OverridePrice,
    DiscountAboveLimit,
    Refund,
    Void,
    Settle,
    ImportCatalogue,
    ChangeSettings,
    ManageStaff,
}

/// A PIN on its way in. It goes nowhere but into a hash.
#[derive(Deserialize, Type)]
#[serde(transparent)]
pub struct PinText(pub String);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct AuditLine {
    /// Counts from 1 without a gap.
    pub number: u32,
    /// `2026-11-22`.
    pub day: String,
    /// Local time, `HH:MM:SS`.
    pub time: String,
    /// What happened, as `yima audit list --json` names it.
    pub kind: String,
    /// Empty where nobody was logged in.
    pub by_id: String,
    pub by_name: String,
    pub approved_by: Option<String>,
    /// JSON.
    pub detail: String,
}
