//! The system's focus: a scanner types into whatever window has it, so the cashier's takes it back where it may.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewWindow};
use tokio::time::Instant;

use crate::till::Till;
use crate::windows::CASHIER;

/// What comes up and goes by itself needs no taking back.
const PATIENCE: Duration = Duration::from_secs(1);
/// Whoever goes to another window again so soon means it.
const MEANT: Duration = Duration::from_secs(10);

/// Whether the cashier's window has the focus, and when it took it back last.
#[derive(Default)]
pub struct Focus(Mutex<State>);

#[derive(Default)]
struct State {
    /// Grows with each time that it comes or goes, so that what was meant for one loss takes nothing back after another.
    changes: u32,
    taken_back: Option<Instant>,
}

impl Focus {
    fn came(&self) {
        let mut state = self.state();
        state.changes = state.changes.wrapping_add(1);
    }

    /// Numbers the loss; `None` if it is to be left where it went.
    fn went(&self, now: Instant) -> Option<u32> {
        let mut state = self.state();
        state.changes = state.changes.wrapping_add(1);
        let is_meant = state.taken_back.is_some_and(|back| now.duration_since(back) < MEANT);
        (!is_meant).then_some(state.changes)
    }

    /// Whether it is still away since then; noted as taken back.
    fn takes_back(&self, loss: u32, now: Instant) -> bool {
        let mut state = self.state();
        let is_away = state.changes == loss;
        if is_away {
            state.taken_back = Some(now);
        }
        is_away
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cashier's window has got the focus, or lost it.
pub fn changed(app: &AppHandle, is_here: bool) {
    let focus = app.state::<Focus>();
    if is_here {
        return focus.came();
    }
    let Some(loss) = focus.went(Instant::now()) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        // One that is shut hears no scan.
        let is_open = app.state::<Till>().now_open().is_some();
        let Some(window) = app.get_webview_window(CASHIER).filter(|window| is_open && stands(window)) else {
            return;
        };
        if app.state::<Focus>().takes_back(loss, Instant::now())
            && let Err(error) = window.set_focus()
        {
            tracing::debug!(%error, "the focus is not to be had");
        }
    });
}

/// Nobody has put it away.
fn stands(window: &WebviewWindow) -> bool {
    window.is_visible().unwrap_or(false) && !window.is_minimized().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_taken_back_once_and_left_to_whoever_goes_again() {
        let focus = Focus::default();
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let first = focus.went(at(0)).unwrap();
        assert!(focus.takes_back(first, at(1)));
        focus.came();
        assert_eq!(focus.went(at(9)), None, "somebody works in another window");
        focus.came();
        let later = focus.went(at(12)).unwrap();
        assert!(focus.takes_back(later, at(13)));
    }

    #[test]
    fn what_has_come_back_by_itself_is_left_alone() {
        let focus = Focus::default();
        let now = Instant::now();
        let loss = focus.went(now).unwrap();
        focus.came();
        assert!(!focus.takes_back(loss, now));
        let again = focus.went(now).unwrap();
        assert!(!focus.takes_back(loss, now) && focus.takes_back(again, now));
    }
}
