//! Who works at the till: logging in, the lock, approvals, people and the log of what they did.

use secrecy::SecretString;
use tauri::State;
use yima_checkout::staff::log::{kind, note};
use yima_checkout::staff::{self, LockedBy, Pin, StaffProblem, StaffView as Shown};
use yima_core::staff::{Act as CoreAct, Role as CoreRole};
use yima_store::{AuditNote, AuditRow, Cashier};

use super::convert::clock_time;
use super::dto::{Act, AuditLine, AuditPage, CashierRow, PinText, Role, StaffView, StoreProblem};
use super::error::TillError;
use crate::till::Till;

const PAGE_LINES: u32 = 50;

/// Who may log in, or approve. Answered while the till is locked, too.
#[tauri::command]
#[specta::specta]
pub async fn staff_names(till: State<'_, Till>) -> Result<Vec<CashierRow>, TillError> {
    let open = till.entrance().await?;
    let people = open.settings.cashiers().map_err(StaffProblem::from)?;
    Ok(people.into_iter().filter(|one| one.is_active).map(Into::into).collect())
}

/// Unlocks the till, or takes the place of who was logged in. The cart stays.
#[tauri::command]
#[specta::specta]
pub async fn log_in(till: State<'_, Till>, cashier_id: String, pin: PinText) -> Result<(), TillError> {
    till.entrance().await?.log_in(cashier_id, parse(pin)?).await
}

/// Nobody is logged in any more; an open payment goes on.
#[tauri::command]
#[specta::specta]
pub async fn lock_till(till: State<'_, Till>) -> Result<(), TillError> {
    till.entrance().await?.lock(LockedBy::Key);
    Ok(())
}

/// Somebody types or points, and does nothing else that is heard of here.
#[tauri::command]
#[specta::specta]
pub async fn stir(till: State<'_, Till>) -> Result<(), TillError> {
    till.open().await?.staff.stir();
    Ok(())
}

/// Does what was refused for want of approval, once: what was asked for under `number`, and nothing else.
#[tauri::command]
#[specta::specta]
pub async fn approve(
    till: State<'_, Till>,
    number: u32,
    approver_id: String,
    pin: PinText,
) -> Result<(), TillError> {
    till.open().await?.approve(number, approver_id, parse(pin)?).await
}

/// Everybody who works or worked here.
#[tauri::command]
#[specta::specta]
pub async fn cashiers(till: State<'_, Till>) -> Result<Vec<CashierRow>, TillError> {
    let open = till.open().await?;
    open.staff.require(CoreAct::ManageStaff)?;
    let people = open.settings.cashiers().map_err(StaffProblem::from)?;
    Ok(people.into_iter().map(Into::into).collect())
}

/// The first one is an installer; from then on the till is locked until somebody logs in.
#[tauri::command]
#[specta::specta]
pub async fn add_cashier(
    till: State<'_, Till>,
    id: String,
    name: String,
    role: Role,
    pin: PinText,
) -> Result<(), TillError> {
    let open = till.open().await?;
    let by = open.staff.require(CoreAct::ManageStaff)?;
    let cashier = Cashier { id, name, role: role.into(), is_active: true };
    let pin = parse(pin)?;
    let at_ms = open.staff.now().wall_ms;
    tokio::task::block_in_place(|| staff::add(&open.settings, by.as_ref(), &cashier, &pin, at_ms))?;
    Ok(open.take_up_staff().map_err(StaffProblem::from)?)
}

/// What they are called, what they may do, and whether they may log in.
#[tauri::command]
#[specta::specta]
pub async fn change_cashier(
    till: State<'_, Till>,
    id: String,
    name: String,
    role: Role,
    is_active: bool,
) -> Result<(), TillError> {
    let open = till.open().await?;
    let by = open.staff.require(CoreAct::ManageStaff)?;
    let cashier = Cashier { id, name, role: role.into(), is_active };
    staff::change(&open.settings, by.as_ref(), &cashier, open.staff.now().wall_ms)?;
    Ok(open.take_up_staff().map_err(StaffProblem::from)?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_pin(till: State<'_, Till>, id: String, pin: PinText) -> Result<(), TillError> {
    let open = till.open().await?;
    let by = open.staff.require(CoreAct::ManageStaff)?;
    let pin = parse(pin)?;
    let at_ms = open.staff.now().wall_ms;
    Ok(tokio::task::block_in_place(|| staff::set_pin(&open.settings, by.as_ref(), &id, &pin, at_ms))?)
}

/// Who did what, the newest first; `before` is the number of the last line of the page before.
#[tauri::command]
#[specta::specta]
pub async fn audit_log(till: State<'_, Till>, before: Option<u32>) -> Result<AuditPage, TillError> {
    let open = till.open().await?;
    open.staff.require(CoreAct::ManageStaff)?;
    let rows = open.settings.audit(before.map(i64::from), PAGE_LINES + 1).map_err(StaffProblem::from)?;
    let page_lines = usize::try_from(PAGE_LINES).unwrap_or(usize::MAX);
    Ok(AuditPage {
        more: rows.len() > page_lines,
        lines: rows.into_iter().take(page_lines).map(line).collect(),
    })
}

/// A changed setting, by whoever may: its name, never its value.
pub(super) fn setting_changed(by: Option<&Cashier>, key: &str) -> AuditNote {
    note(kind::SETTING_CHANGED, by, &serde_json::json!({ "key": key }))
}

fn parse(pin: PinText) -> Result<Pin, TillError> {
    let PinText(text) = pin;
    Ok(Pin::parse(SecretString::from(text))?)
}

fn line(row: AuditRow) -> AuditLine {
    AuditLine {
        number: u32::try_from(row.number).unwrap_or(u32::MAX),
        day: yima_store::day_of(row.at_ms),
        time: clock_time(row.at_ms),
        kind: row.note.kind,
        by_id: row.note.by_id,
        by_name: row.note.by_name,
        approved_by: row.note.approved_by,
        detail: row.note.detail,
    }
}

impl From<Shown> for StaffView {
    fn from(shown: Shown) -> Self {
        Self { has_cashiers: shown.has_cashiers, who: shown.who.map(Into::into) }
    }
}

impl From<Cashier> for CashierRow {
    fn from(cashier: Cashier) -> Self {
        Self {
            may: CoreAct::ALL.into_iter().filter(|act| cashier.role.may(*act)).map(Into::into).collect(),
            id: cashier.id,
            name: cashier.name,
            role: cashier.role.into(),
            is_active: cashier.is_active,
        }
    }
}

impl From<CoreRole> for Role {
    fn from(role: CoreRole) -> Self {
        match role {
            CoreRole::Cashier => Self::Cashier,
            CoreRole::Supervisor => Self::Supervisor,
            CoreRole::Installer => Self::Installer,
        }
    }
}

impl From<Role> for CoreRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Cashier => Self::Cashier,
            Role::Supervisor => Self::Supervisor,
            Role::Installer => Self::Installer,
        }
    }
}

impl From<CoreAct> for Act {
    fn from(act: CoreAct) -> Self {
        match act {
            CoreAct::Sell => Self::Sell,
            CoreAct::OverridePrice => Self::OverridePrice,
            CoreAct::DiscountAboveLimit => Self::DiscountAboveLimit,
            CoreAct::Refund => Self::Refund,
            CoreAct::Void => Self::Void,
            CoreAct::Settle => Self::Settle,
            CoreAct::ImportCatalogue => Self::ImportCatalogue,
            CoreAct::ChangeSettings => Self::ChangeSettings,
            CoreAct::ManageStaff => Self::ManageStaff,
        }
    }
}

impl From<StaffProblem> for TillError {
    fn from(problem: StaffProblem) -> Self {
        match problem {
            StaffProblem::Locked => Self::Locked,
            StaffProblem::ApprovalNeeded { act, number } => Self::ApprovalNeeded { act: act.into(), number },
            StaffProblem::NotAllowed { act } => Self::NotAllowed { act: act.into() },
            StaffProblem::WordMissing => Self::WordMissing,
            StaffProblem::ApprovalGone => Self::ApprovalGone,
            StaffProblem::MayNotApprove => Self::MayNotApprove,
            StaffProblem::WrongPin => Self::WrongPin,
            StaffProblem::TooSoon { wait_s } => Self::PinTooSoon { wait_s },
            StaffProblem::PinUnfit => Self::PinUnfit,
            StaffProblem::IdUnfit => Self::CashierIdUnfit,
            StaffProblem::NameUnfit => Self::CashierNameUnfit,
            StaffProblem::NoSuchCashier => Self::NotFound,
            StaffProblem::IdTaken => Self::CashierIdTaken,
            StaffProblem::NoInstaller => Self::NoInstaller,
            StaffProblem::NotHashed => Self::NotSaved { problem: StoreProblem::Failed },
            StaffProblem::Store(error) => {
                tracing::error!(%error, "the people or the log cannot be read or written");
                Self::NotSaved { problem: yima_checkout::StoreProblem::from(&error).into() }
            }
        }
    }
}
