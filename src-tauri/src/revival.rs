//! A window whose page has died is loaded again: the engine goes on beside it, and shows the page where things stand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tokio::time::Instant;

/// Each death in a row lets the next page wait twice as long, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A page that lived so long has died anew, not again.
const SOUND_AFTER: Duration = Duration::from_secs(60);

/// How often each window's page has died in a row, and when last.
#[derive(Clone, Default)]
pub struct Deaths(Arc<Mutex<HashMap<String, (u32, Instant)>>>);

impl Deaths {
    /// Notes a death, and gives how long the next page is to wait.
    fn pause(&self, label: &str, now: Instant) -> Duration {
        let mut deaths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = deaths.get(label).filter(|(_, last)| now.duration_since(*last) <= SOUND_AFTER);
        let in_a_row = before.map_or(0, |(in_a_row, _)| *in_a_row);
        deaths.insert(label.to_owned(), (in_a_row.saturating_add(1), now));
        match in_a_row {
            0 => Duration::ZERO,
            again => Duration::from_secs(1 << (again - 1).min(5)).min(LONGEST_PAUSE),
        }
    }
}

/// Has the window's page loaded again whenever its process ends.
#[cfg(target_os = "linux")]
pub fn watch(window: &tauri::WebviewWindow, deaths: Deaths) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, reason| {
            tracing::error!(?reason, label, "the page's process ended");
            bring_back(&app, &label, &deaths);
        });
    })
}

pub fn bring_back(app: &AppHandle, label: &str, deaths: &Deaths) {
    let (app, label, pause) = (app.clone(), label.to_owned(), deaths.pause(label, Instant::now()));
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(pause).await;
        let loaded = app.get_webview_window(&label).map(|window| window.reload());
        if let Some(Err(error)) = loaded {
            tracing::error!(%error, label, "the page does not load again");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p5_a_page_that_dies_again_and_again_waits_ever_longer() {
        let (deaths, start) = (Deaths::default(), Instant::now());
        let after = |seconds| deaths.pause("cashier", start + Duration::from_secs(seconds)).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7].map(after), [0, 1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(deaths.pause("customer", start), Duration::ZERO, "each page for itself");
        assert_eq!(after(7 + 61), 0, "it lived long between");
    }
}
