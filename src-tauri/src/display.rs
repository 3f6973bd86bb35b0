//! The customer's display: its monitor as it was chosen, plugged in and out, and a look at which one is which.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tokio::sync::Notify;
use tokio::time::Instant;
use yima_checkout::Command;
use yima_checkout::settings::{DisplaySettings, Settings};

use crate::ipc::dto::{DisplayTest, DisplayTestRefusal, StartProblem};
use crate::monitors::{self, Layout};
use crate::pictures::Pictures;
use crate::quitting::Quitting;
use crate::screen::CustomerLine;
use crate::till::{Shut, Till};
use crate::windows::closed;

/// How often it is looked whether a monitor has come or gone.
const MONITOR_PACE: Duration = Duration::from_secs(2);
/// As long as a test runs: a payment that begins wants its monitor back.
const TEST_PACE: Duration = Duration::from_millis(200);
/// For how long the monitor that is tested shows its number.
const TEST_SHOWN_FOR: Duration = Duration::from_secs(5);

/// What was chosen for the customer's display, and the test that runs on it.
#[derive(Clone, Default)]
pub struct Display(Arc<Inner>);

#[derive(Default)]
struct Inner {
    chosen: Mutex<Option<String>>,
    test: Mutex<Option<Test>>,
    changed: Notify,
}

#[derive(Clone)]
struct Test {
    monitor: String,
    until: Instant,
}

impl Display {
    /// Goes to the monitor that the settings name, and shows their pictures.
    pub fn take_up(&self, app: &AppHandle, settings: &DisplaySettings) {
        self.0.chosen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&settings.monitor);
        app.state::<Pictures>().take_up(app, settings);
        self.0.changed.notify_one();
    }

    pub fn chosen(&self) -> Option<String> {
        self.0.chosen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has a monitor show its number for a while, in place of goods or a welcome and never of a payment.
    pub fn test(&self, app: &AppHandle, id: &str) -> Result<(), DisplayTestRefusal> {
        let layout = monitors::look(app);
        let monitor = layout.find(id).ok_or(DisplayTestRefusal::NotPluggedIn)?;
        if !layout.is_free(monitor) {
            return Err(DisplayTestRefusal::CashierIsThere);
        }
        let number = number_of(&layout, &monitor.id());
        let (width, height) = (monitor.width, monitor.height);
        if !app.state::<CustomerLine>().begin_test(DisplayTest { number, width, height }) {
            return Err(DisplayTestRefusal::CustomerIsPaying);
        }
        let test = Test { monitor: monitor.id(), until: Instant::now() + TEST_SHOWN_FOR };
        *self.0.test.lock().unwrap_or_else(PoisonError::into_inner) = Some(test);
        self.0.changed.notify_one();
        Ok(())
    }

    /// The system moved the window: its monitor may be gone.
    pub fn look_again(&self) {
        self.0.changed.notify_one();
    }

    /// The monitor that shows its number now; a test that is over, or in the way of a payment, is ended.
    fn tested(&self, line: &CustomerLine) -> Option<String> {
        let mut test = self.0.test.lock().unwrap_or_else(PoisonError::into_inner);
        if test.as_ref().is_some_and(|test| test.until <= Instant::now() || !line.is_tested()) {
            line.end_test();
            *test = None;
        }
        test.as_ref().map(|test| test.monitor.clone())
    }
}

/// The number that the settings and the test show for a monitor, from 1.
pub fn number_of(layout: &Layout, id: &str) -> u32 {
    let at = layout.monitors.iter().position(|monitor| monitor.id() == id).unwrap_or_default();
    u32::try_from(at).unwrap_or_default().saturating_add(1)
}

/// Keeps the customer window on its monitor, and tells a shut till's customers that it is shut.
pub async fn keep(app: AppHandle) {
    let till = app.state::<Till>();
    let is_in_use = |shut: Shut| shut.problem == StartProblem::DataFolderInUse;
    if till.wait().await.is_err_and(is_in_use) {
        // The first copy's customer window stands there, perhaps with a QR: it is not to be covered.
        return;
    }
    let display = app.state::<Display>();
    let line = app.state::<CustomerLine>();
    let mut is_taken_up = false;
    let mut had_its_own = false;
    let mut seen = None;
    let mut untold = None;
    loop {
        if !is_taken_up && let Some(open) = till.now_open() {
            let settings = Settings::load(&open.settings).map(|settings| settings.display);
            display.take_up(&app, &settings.unwrap_or_default());
            is_taken_up = true;
        }
        let tested = display.tested(&line);
        let is_tested = tested.is_some();
        let layout = monitors::look(&app);
        let monitor = layout.customers(tested.or_else(|| display.chosen()).as_deref()).cloned();
        let goal = Some((layout, monitor.clone()));
        if seen != goal {
            untold = Some(monitors::place_customer(&app, monitor.as_ref(), had_its_own));
            had_its_own |= monitor.is_some();
            seen = goal;
        }
        if app.state::<Quitting>().has_stopped() {
            return;
        }
        if let Err(shut) = till.wait().await {
            line.show(closed(&shut));
        } else if let Some(display) = untold
            && till.tell(Command::SetCustomerDisplay { display }).await.is_ok()
        {
            untold = None;
        }
        let pace = if is_tested { TEST_PACE } else { MONITOR_PACE };
        // Woken by a change, or looking again.
        let _ = tokio::time::timeout(pace, display.0.changed.notified()).await;
    }
}
