//! Adding people and changing them: from the window and from the command line alike, with a note in the log.

use serde_json::json;
use yima_store::{Cashier, SettingsFile};

use super::log::{kind, note};
use super::{Pin, StaffProblem};
use crate::settings;

/// The first one is an installer, and one remains. Blocks for as long as a hash takes.
///
/// # Errors
/// Nothing is changed on any [`StaffProblem`].
pub fn add(
    file: &SettingsFile,
    by: Option<&Cashier>,
    cashier: &Cashier,
    pin: &Pin,
    at_ms: i64,
) -> Result<(), StaffProblem> {
    check(cashier)?;
    let detail = json!({ "id": cashier.id, "name": cashier.name, "role": cashier.role.name() });
    Ok(file.add_cashier(cashier, &pin.hash()?, at_ms, &note(kind::CASHIER_ADDED, by, &detail))?)
}

/// Name, role and whether active, by id.
///
/// # Errors
/// Nothing is changed on any [`StaffProblem`].
pub fn change(
    file: &SettingsFile,
    by: Option<&Cashier>,
    cashier: &Cashier,
    at_ms: i64,
) -> Result<(), StaffProblem> {
    check(cashier)?;
    let detail = json!({
        "id": cashier.id, "name": cashier.name, "role": cashier.role.name(), "active": cashier.is_active,
    });
    Ok(file.change_cashier(cashier, at_ms, &note(kind::CASHIER_CHANGED, by, &detail))?)
}

/// The pause after wrong PINs ends with it. Blocks for as long as a hash takes.
///
/// # Errors
/// Nothing is changed on any [`StaffProblem`].
pub fn set_pin(
    file: &SettingsFile,
    by: Option<&Cashier>,
    id: &str,
    pin: &Pin,
    at_ms: i64,
) -> Result<(), StaffProblem> {
    let detail = json!({ "id": id });
    Ok(file.set_pin(id, &pin.hash()?, at_ms, &note(kind::PIN_SET, by, &detail))?)
}

fn check(cashier: &Cashier) -> Result<(), StaffProblem> {
    if !settings::is_identifier(&cashier.id) {
        return Err(StaffProblem::IdUnfit);
    }
    if settings::is_name(&cashier.name) { Ok(()) } else { Err(StaffProblem::NameUnfit) }
}
