//! Who is at the till: what the windows' commands pass before they reach the engine, and the lock that falls by itself.

use std::time::Duration;

use tauri::{AppHandle, Manager};
use tokio::sync::RwLock;
use yima_checkout::settings::Settings;
use yima_checkout::staff::{Admitted, LockedBy, Pin, StaffDesk, StaffProblem};
use yima_checkout::{Clock, Command, Refusal, SystemClock};
use yima_core::sale::Now;
use yima_core::staff::Act;
use yima_store::{Cashier, SettingsFile, StoreError};

use crate::ipc::error::TillError;
use crate::screen::CashierLine;
use crate::till::{NotTakenUp, Open, Till};

/// How often it is looked whether somebody has been there.
const IDLE_WATCH: Duration = Duration::from_secs(5);

pub struct Staff {
    desk: StaffDesk,
    /// An act is done under the id of who gave it: nobody logs in while one goes on.
    shift: RwLock<()>,
    clock: SystemClock,
    line: CashierLine,
}

impl Staff {
    pub fn open(file: &SettingsFile, line: CashierLine) -> Result<Self, StoreError> {
        Ok(Self { desk: StaffDesk::open(file)?, shift: RwLock::default(), clock: SystemClock::new(), line })
    }

    pub fn is_locked(&self) -> bool {
        self.desk.is_locked()
    }

    pub fn cashier_id(&self) -> Option<String> {
        self.desk.cashier_id()
    }

    pub fn now(&self) -> Now {
        self.clock.now()
    }

    pub fn stir(&self) {
        self.desk.stir(self.now());
    }

    /// Who may do this, or why nobody who is logged in may. `None` in a till without cashiers.
    pub fn require(&self, act: Act) -> Result<Option<Cashier>, StaffProblem> {
        self.desk.require(act, self.now())
    }

    /// Shows the cashier's page who is logged in, or that nobody is.
    pub fn show(&self) {
        self.line.show_staff(self.desk.view().into());
    }
}

impl Open {
    /// Does one act of whoever is logged in.
    pub async fn act(&self, command: Command) -> Result<(), TillError> {
        let _shift = self.staff.shift.read().await;
        self.act_in_shift(command).await
    }

    async fn act_in_shift(&self, command: Command) -> Result<(), TillError> {
        let now = self.staff.now();
        let admitted = self.staff.desk.admit(&self.settings, command.clone(), || self.limit_percent(), now);
        if let Err(StaffProblem::ApprovalNeeded { .. }) = admitted {
            self.checkout.act(Command::AwaitApproval).await?;
        }
        let admitted = admitted?;
        let is_limited = matches!(admitted.command, Command::Within { .. });
        match self.perform(admitted).await {
            Err(Refusal::AboveLimit) if is_limited => Err(self.staff.desk.ask_for(command, now).into()),
            outcome => Ok(outcome?),
        }
    }

    /// Does what waited for somebody who may; asks anew where the cart has changed meanwhile.
    pub async fn approve(&self, number: u32, approver_id: String, pin: Pin) -> Result<(), TillError> {
        let _shift = self.staff.shift.read().await;
        let now = self.staff.now();
        // Hashing is meant to take its time.
        let admitted = tokio::task::block_in_place(|| {
            self.staff.desk.approve(&self.settings, number, &approver_id, &pin, now)
        })?;
        let is_about_cart = is_about_cart(&admitted.command);
        let asked = admitted.command.clone();
        let command = match is_about_cart {
            true => Command::Approved { command: Box::new(admitted.command) },
            false => admitted.command,
        };
        match self.perform(Admitted { command, ..admitted }).await {
            Err(Refusal::TotalChanged) if is_about_cart => self.act_in_shift(asked).await,
            outcome => Ok(outcome?),
        }
    }

    /// Sells by this cashier from now on, or by nobody: no order goes out under the id of who was there before.
    pub async fn log_in(&self, id: String, pin: Pin) -> Result<(), TillError> {
        let _shift = self.staff.shift.write().await;
        let now = self.staff.now();
        tokio::task::block_in_place(|| self.staff.desk.log_in(&self.settings, &id, &pin, now))?;
        let taken_up = self.take_up_settings().await;
        if let Err(error) = &taken_up {
            tracing::error!(%error, "the next order would go out under somebody else's id");
            self.lock(LockedBy::Key);
        }
        self.staff.show();
        match taken_up {
            Ok(_) => Ok(()),
            Err(NotTakenUp::Unread(_)) => Err(TillError::NotRead),
            Err(NotTakenUp::Refused { refusal, .. }) => Err(refusal.into()),
        }
    }

    pub fn lock(&self, by: LockedBy) {
        if let Err(problem) = self.staff.desk.lock(&self.settings, by, self.staff.now()) {
            tracing::error!(%problem, "the till is locked, and it is not noted");
        }
        self.staff.show();
    }

    /// People were changed.
    pub fn take_up_staff(&self) -> Result<(), StoreError> {
        self.staff.desk.take_up(&self.settings)?;
        self.staff.show();
        Ok(())
    }

    async fn perform(&self, admitted: Admitted) -> Result<(), Refusal> {
        let outcome = self.checkout.act(admitted.command).await;
        if let (Err(refusal), Some(noted)) = (&outcome, admitted.noted) {
            self.staff.desk.was_not_done(&self.settings, noted, &refusal.to_string(), self.staff.now());
        }
        outcome
    }

    /// Nothing at all where it cannot be read.
    fn limit_percent(&self) -> u32 {
        Settings::load(&self.settings).map_or(0, |settings| settings.staff.discount_limit_percent)
    }

    fn lock_if_idle(&self) {
        if self.staff.cashier_id().is_none() {
            return;
        }
        let Ok(settings) = Settings::load(&self.settings) else { return };
        let after_min = settings.staff.lock_after_min;
        match self.staff.desk.lock_if_idle(&self.settings, after_min, self.staff.now()) {
            Ok(false) => {}
            Ok(true) => self.staff.show(),
            Err(problem) => {
                tracing::error!(%problem, "the till is locked, and it is not noted");
                self.staff.show();
            }
        }
    }
}

/// What is approved of one cart is about no other.
fn is_about_cart(command: &Command) -> bool {
    matches!(
        command,
        Command::OverridePrice { .. }
            | Command::DiscountLine { .. }
            | Command::DiscountOrder { .. }
            | Command::Charge
            | Command::WantCode
            | Command::TakeCode { .. }
            | Command::TakeCash { .. }
    )
}

/// Locks the till when nobody has stirred for as long as the settings say.
pub async fn watch(app: AppHandle) {
    loop {
        tokio::time::sleep(IDLE_WATCH).await;
        if let Some(open) = app.state::<Till>().now_open() {
            open.lock_if_idle();
        }
    }
}

#[cfg(test)]
mod tests;
