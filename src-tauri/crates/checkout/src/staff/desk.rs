//! The lock, who is logged in, and what waits for approval.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use yima_core::sale::Now;
use yima_core::staff::Act;
use yima_store::{AuditNote, Cashier, PinTry, SettingsFile, StoreError};

use super::log::{self, act_of, detail_of, kind, note};
use super::{Pin, StaffProblem};
use crate::Command;

/// How long an act waits for somebody who may.
const APPROVAL_MS: u64 = 120_000;

/// Who is at the till. Shared by all windows; it forgets everybody when the program ends.
#[derive(Debug, Default)]
pub struct StaffDesk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    has_cashiers: bool,
    who: Option<Cashier>,
    stirred_ms: u64,
    asked: Option<Asked>,
    asked_count: u32,
}

/// An act as it was asked for: what is approved is this, whatever the page says meanwhile.
#[derive(Debug)]
struct Asked {
    number: u32,
    command: Command,
    act: Act,
    by_id: String,
    until_ms: u64,
}

/// What the windows show of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffView {
    /// Without any, everything is as in a till that knows no people.
    pub has_cashiers: bool,
    pub who: Option<Cashier>,
}

/// A command that was let through, as it is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    pub command: Command,
    /// What it was noted under in the log.
    pub noted: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockedBy {
    Key,
    Idleness,
}

impl StaffDesk {
    /// Locked, where there are cashiers.
    ///
    /// # Errors
    /// Whether there are any cannot be read.
    pub fn open(file: &SettingsFile) -> Result<Self, StoreError> {
        let desk = Self::default();
        desk.held().has_cashiers = file.has_cashiers()?;
        Ok(desk)
    }

    #[must_use]
    pub fn view(&self) -> StaffView {
        let state = self.held();
        StaffView { has_cashiers: state.has_cashiers, who: state.who.clone() }
    }

    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.held().is_locked()
    }

    /// Goes out with the next order.
    #[must_use]
    pub fn cashier_id(&self) -> Option<String> {
        self.held().who.as_ref().map(|who| who.id.clone())
    }

    /// Somebody is at the till.
    pub fn stir(&self, now: Now) {
        self.held().stirred_ms = now.mono_ms;
    }

    /// Locks after so many minutes in which nobody stirred; 0 is never. Says whether it did.
    ///
    /// # Errors
    /// It is locked all the same when the log cannot be written.
    pub fn lock_if_idle(&self, file: &SettingsFile, after_min: u32, now: Now) -> Result<bool, StaffProblem> {
        let after_ms = u64::from(after_min) * 60_000;
        {
            let state = self.held();
            let is_idle = now.mono_ms.saturating_sub(state.stirred_ms) >= after_ms;
            if after_min == 0 || state.who.is_none() || !is_idle {
                return Ok(false);
            }
        }
        self.lock(file, LockedBy::Idleness, now).map(|()| true)
    }

    /// Nobody is logged in any more, and what waited for approval is gone. Carts and payments are none of its business.
    ///
    /// # Errors
    /// It is locked all the same when the log cannot be written.
    pub fn lock(&self, file: &SettingsFile, by: LockedBy, now: Now) -> Result<(), StaffProblem> {
        let who = {
            let mut state = self.held();
            state.asked = None;
            state.who.take()
        };
        let Some(who) = who else { return Ok(()) };
        let how = match by {
            LockedBy::Key => "key",
            LockedBy::Idleness => "idle",
        };
        Ok(file.note(now.wall_ms, &note(kind::LOCKED, Some(&who), &json!({ "how": how })))?)
    }

    /// Whoever was logged in is not any more. Blocks for as long as a hash takes.
    ///
    /// # Errors
    /// Any [`StaffProblem`] leaves it as it was.
    pub fn log_in(&self, file: &SettingsFile, id: &str, pin: &Pin, now: Now) -> Result<(), StaffProblem> {
        let cashier = checked(file, id, pin, now)?;
        file.note(now.wall_ms, &note(kind::LOGGED_IN, Some(&cashier), &json!({})))?;
        let mut state = self.held();
        state.asked = None;
        state.stirred_ms = now.mono_ms;
        state.has_cashiers = true;
        state.who = Some(cashier);
        Ok(())
    }

    /// Lets a command through that who is logged in may give: noted before it is done, where not everybody may.
    /// `limit_percent` is what everybody may take off.
    ///
    /// # Errors
    /// [`StaffProblem::Locked`], [`StaffProblem::ApprovalNeeded`], [`StaffProblem::WordMissing`]; and nothing is done that
    /// cannot be noted.
    pub fn admit(
        &self,
        file: &SettingsFile,
        command: Command,
        limit_percent: impl FnOnce() -> u32,
        now: Now,
    ) -> Result<Admitted, StaffProblem> {
        let mut state = self.held();
        if !state.has_cashiers {
            return Ok(Admitted { command, noted: None });
        }
        let who = state.who.clone().ok_or(StaffProblem::Locked)?;
        state.stirred_ms = now.mono_ms;
        let act = act_of(&command);
        // Nobody is called over for what is refused all the same.
        if !log::says_why(&command) {
            return Err(StaffProblem::WordMissing);
        }
        if !who.role.may(act) {
            return Err(state.ask(command, act, who.id, now));
        }
        drop(state);
        let noted = match act {
            Act::Sell => log::takes_off(&command).then_some(kind::DISCOUNT),
            act => Some(act.name()),
        };
        if let Some(kind) = noted {
            file.note(now.wall_ms, &note(kind, Some(&who), &detail_of(&command)))?;
        }
        let has_limit = log::is_limited(&command) && !who.role.may(Act::DiscountAboveLimit);
        let command = if has_limit {
            Command::Within { percent_max: limit_percent(), command: Box::new(command) }
        } else {
            signed(command, &who)
        };
        Ok(Admitted { command, noted })
    }

    /// More was to be taken off than who is logged in may: it waits for somebody who may.
    pub fn ask_for(&self, command: Command, now: Now) -> StaffProblem {
        let mut state = self.held();
        match state.who.clone() {
            Some(who) => state.ask(command, Act::DiscountAboveLimit, who.id, now),
            None => StaffProblem::Locked,
        }
    }

    /// Lets through what needs no command, such as a changed setting: only for whom it is allowed to.
    ///
    /// # Errors
    /// [`StaffProblem::Locked`], [`StaffProblem::NotAllowed`].
    pub fn require(&self, act: Act, now: Now) -> Result<Option<Cashier>, StaffProblem> {
        let mut state = self.held();
        if !state.has_cashiers {
            return Ok(None);
        }
        let who = state.who.clone().ok_or(StaffProblem::Locked)?;
        state.stirred_ms = now.mono_ms;
        if who.role.may(act) { Ok(Some(who)) } else { Err(StaffProblem::NotAllowed { act }) }
    }

    /// Lets through, once, what was asked for under this number. A wrong PIN leaves it waiting.
    /// Blocks for as long as a hash takes.
    ///
    /// # Errors
    /// [`StaffProblem::ApprovalGone`], [`StaffProblem::MayNotApprove`], and what is wrong with the PIN.
    pub fn approve(
        &self,
        file: &SettingsFile,
        number: u32,
        approver_id: &str,
        pin: &Pin,
        now: Now,
    ) -> Result<Admitted, StaffProblem> {
        self.held().waiting(number, now)?;
        let approver = checked(file, approver_id, pin, now)?;
        let (asked, who) = {
            let mut state = self.held();
            // Again: hashing took its time.
            let act = state.waiting(number, now)?;
            if !approver.role.may(act) {
                return Err(StaffProblem::MayNotApprove);
            }
            let asked = state.asked.take().ok_or(StaffProblem::ApprovalGone)?;
            state.stirred_ms = now.mono_ms;
            (asked, state.who.clone())
        };
        let noted = note(asked.act.name(), who.as_ref(), &detail_of(&asked.command));
        file.note(now.wall_ms, &AuditNote { approved_by: Some(approver.id.clone()), ..noted })?;
        Ok(Admitted { command: signed(asked.command, &approver), noted: Some(asked.act.name()) })
    }

    /// What was let through and noted under this kind has been refused by the till.
    pub fn was_not_done(&self, file: &SettingsFile, noted: &str, why: &str, now: Now) {
        let who = self.view().who;
        let noted = note(kind::NOT_DONE, who.as_ref(), &json!({ "what": noted, "why": why }));
        if let Err(error) = file.note(now.wall_ms, &noted) {
            tracing::warn!(%error, "it is not noted that an act was refused");
        }
    }

    /// People were added or changed: who is logged in may be somebody else now, or nobody.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn take_up(&self, file: &SettingsFile) -> Result<(), StoreError> {
        let people = file.cashiers()?;
        let mut state = self.held();
        state.has_cashiers = !people.is_empty();
        let who = state.who.take();
        state.who = who.and_then(|who| people.into_iter().find(|one| one.id == who.id && one.is_active));
        Ok(())
    }

    /// Panics nowhere while it is held.
    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_locked(&self) -> bool {
        self.has_cashiers && self.who.is_none()
    }

    /// The newest takes the place of the one before.
    fn ask(&mut self, command: Command, act: Act, by_id: String, now: Now) -> StaffProblem {
        self.asked_count = self.asked_count.wrapping_add(1);
        let number = self.asked_count;
        let until_ms = now.mono_ms.saturating_add(APPROVAL_MS);
        self.asked = Some(Asked { number, command, act, by_id, until_ms });
        StaffProblem::ApprovalNeeded { act, number }
    }

    /// What waits under this number, asked for by who is still logged in.
    fn waiting(&self, number: u32, now: Now) -> Result<Act, StaffProblem> {
        let asked = self.asked.as_ref().ok_or(StaffProblem::ApprovalGone)?;
        let is_same = self.who.as_ref().is_some_and(|who| who.id == asked.by_id);
        let waits = asked.number == number && now.mono_ms < asked.until_ms && is_same;
        if waits { Ok(asked.act) } else { Err(StaffProblem::ApprovalGone) }
    }
}

fn signed(mut command: Command, who: &Cashier) -> Command {
    log::sign(&mut command, who);
    command
}

/// Whoever has this id and PIN. A wrong one is noted.
fn checked(file: &SettingsFile, id: &str, pin: &Pin, now: Now) -> Result<Cashier, StaffProblem> {
    let hash = match file.try_pin(id, now.wall_ms)? {
        Some(PinTry::Against(hash)) => hash,
        Some(PinTry::TooSoon { wait_ms }) => {
            let wait_s = u32::try_from(wait_ms.saturating_add(999) / 1_000).unwrap_or(u32::MAX);
            return Err(StaffProblem::TooSoon { wait_s });
        }
        None => return Err(StaffProblem::WrongPin),
    };
    let cashier = file.cashier(id)?.ok_or(StaffProblem::WrongPin)?;
    if !pin.fits(&hash) {
        file.note(now.wall_ms, &note(kind::WRONG_PIN, Some(&cashier), &json!({})))?;
        return Err(StaffProblem::WrongPin);
    }
    file.pin_was_right(id)?;
    Ok(cashier)
}
