//! How the program ends: asked first while a payment is open, and by itself when its data cannot be written any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager};

use crate::ipc::dto::StartProblem;
use crate::screen::{CashierLine, CustomerLine};
use crate::till::{Shut, Till};
use crate::{backups, windows};

/// The disk failed under the till: `EX_IOERR`, so that whoever started it knows.
const DISK_FAILED: i32 = 74;

/// For how long the reason stands in the window before the program ends.
const TOLD_FOR: Duration = Duration::from_secs(20);

/// Closing the window again within this is an answer, should the page be unable to give one.
const MEANT_WITHIN: Duration = Duration::from_secs(10);

/// Whoever closes the window waits no longer for a backup.
const LAST_BACKUP: Duration = Duration::from_secs(20);

/// What decides over the end of the program.
#[derive(Clone, Default)]
pub struct Quitting(Arc<Signs>);

#[derive(Default)]
struct Signs {
    is_paying: AtomicBool,
    was_asked: AtomicBool,
    has_stopped: AtomicBool,
    is_leaving: AtomicBool,
    /// The payment that is open was open when it was decided to leave.
    may_be_left: AtomicBool,
}

impl Signs {
    /// Somebody went on selling: whoever still wants to close the window is asked.
    fn must_ask_again(&self) -> bool {
        let is_paying = self.is_paying.load(Ordering::Relaxed) && !self.has_stopped.load(Ordering::Relaxed);
        is_paying && !self.may_be_left.load(Ordering::Relaxed)
    }
}

impl Quitting {
    /// Whether a payment is open in front of the cashier.
    pub fn set_paying(&self, is_paying: bool) {
        self.0.is_paying.store(is_paying, Ordering::Relaxed);
        if !is_paying {
            self.0.may_be_left.store(false, Ordering::Relaxed);
        }
    }

    /// The engine has ended.
    pub fn has_stopped(&self) -> bool {
        self.0.has_stopped.load(Ordering::Relaxed)
    }
}

/// Asks the cashier before the window is closed over an open payment; `false` if it may be closed.
pub fn asks(app: &AppHandle) -> bool {
    let signs = Arc::clone(&app.state::<Quitting>().0);
    let may_close = !signs.is_paying.load(Ordering::Relaxed) || signs.has_stopped.load(Ordering::Relaxed);
    if may_close || signs.was_asked.swap(true, Ordering::Relaxed) || !app.state::<CashierLine>().ask_to_quit()
    {
        return false;
    }
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(MEANT_WITHIN).await;
        signs.was_asked.store(false, Ordering::Relaxed);
    });
    true
}

/// Ends the program once a last backup is made, or after [`LAST_BACKUP`]; `false` if it is to end at once, also by
/// asking twice.
pub fn leaves(app: &AppHandle) -> bool {
    let signs = Arc::clone(&app.state::<Quitting>().0);
    let Some(open) = app.state::<Till>().now_open().filter(|_| !signs.has_stopped.load(Ordering::Relaxed))
    else {
        return false;
    };
    if signs.is_leaving.swap(true, Ordering::Relaxed) {
        return false;
    }
    signs.may_be_left.store(signs.is_paying.load(Ordering::Relaxed), Ordering::Relaxed);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let language = open.language();
        if backups::has_news(&open) {
            windows::tell_of_the_last_backup(&app, language);
            if tokio::time::timeout(LAST_BACKUP, backups::make_last(&open)).await.is_err() {
                tracing::warn!("the last backup takes too long; it is made at the next start");
            }
        }
        if signs.must_ask_again() {
            signs.is_leaving.store(false, Ordering::Relaxed);
            signs.was_asked.store(false, Ordering::Relaxed);
            windows::set_titles(&app, language);
            return;
        }
        exit(&app);
    });
    true
}

pub fn exit(app: &AppHandle) {
    app.exit(if app.state::<Quitting>().has_stopped() { DISK_FAILED } else { 0 });
}

/// Waits for the engine's end, tells both windows, and ends the program: started again, it asks what became of all.
pub async fn when_the_engine_ends(app: AppHandle) {
    let Ok(open) = app.state::<Till>().wait().await else { return };
    open.checkout.ended().await;
    tracing::error!("the till has stopped");
    app.state::<Quitting>().0.has_stopped.store(true, Ordering::Relaxed);
    let shut = Shut { problem: StartProblem::Stopped, language: open.language() };
    app.state::<CustomerLine>().show(windows::closed(&shut));
    app.state::<CashierLine>().cannot_start(shut.problem, shut.language);
    tokio::time::sleep(TOLD_FOR).await;
    exit(&app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u2_a_payment_opened_while_leaving_is_asked_about() {
        let quitting = Quitting::default();
        let leave = || {
            let is_paying = quitting.0.is_paying.load(Ordering::Relaxed);
            quitting.0.may_be_left.store(is_paying, Ordering::Relaxed);
        };
        leave();
        assert!(!quitting.0.must_ask_again(), "nothing is open");
        quitting.set_paying(true);
        assert!(quitting.0.must_ask_again(), "it was opened since");
        leave();
        quitting.set_paying(true);
        assert!(!quitting.0.must_ask_again(), "this one was meant");
        quitting.set_paying(false);
        quitting.set_paying(true);
        assert!(quitting.0.must_ask_again(), "that one is over, and this is another");
        quitting.0.has_stopped.store(true, Ordering::Relaxed);
        assert!(!quitting.0.must_ask_again(), "nobody can answer any more");
    }
}
