//! The till's own backups: one an hour, beside the sales, which wait for nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager};
use yima_checkout::settings::Settings;
use yima_checkout::{Clock, SystemClock};
use yima_store::DataDir;
use yima_store::backup::{Database, back_up_in, newest_ms};

use crate::ipc::dto::Language;
use crate::till::{Open, Till};
use crate::windows;

const HOUR: Duration = Duration::from_secs(3_600);
/// A till that was just started has more to do, and one that is started every morning is to have its backup, too.
const AT_FIRST: Duration = Duration::from_secs(120);
const AFTER_A_FAILURE: Duration = Duration::from_secs(600);

/// Whether the live till's data came from a backup and was not compared with the gateway's since.
#[derive(Default)]
pub struct Restored(AtomicBool);

impl Restored {
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Makes them for as long as the program runs, once the till is open.
pub async fn keep(app: AppHandle) {
    let (folder, sold) = match app.state::<Till>().wait().await {
        Ok(open) => {
            tell_of_a_restore(&app, &open).await;
            let sold = if open.practice.is_some() { Database::Practice } else { Database::Live };
            (open.folder.clone(), sold)
        }
        Err(_) => return,
    };
    let mut pause = first_pause(newest_ms(&folder, sold), SystemClock::new().now().wall_ms);
    loop {
        tokio::time::sleep(pause).await;
        let folder = folder.clone();
        let making = tokio::task::spawn_blocking(move || make(&folder, sold)).await;
        pause = if making.unwrap_or(false) { HOUR } else { AFTER_A_FAILURE };
    }
}

/// Sales may be missing: whoever sees the window is to know, until somebody has compared with the gateway.
async fn tell_of_a_restore(app: &AppHandle, open: &Open) {
    match open.store.unreconciled().await {
        Ok(None) => {}
        Ok(Some(marked)) => {
            tracing::warn!(restore = ?marked.restore, "restored and not reconciled");
            if open.practice.is_none() {
                app.state::<Restored>().0.store(true, Ordering::Relaxed);
                let language = Settings::load(&open.settings).map(|settings| settings.language.into());
                windows::set_titles(app, language.unwrap_or(Language::Chinese));
            }
        }
        Err(error) => tracing::error!(%error, "whether the data was restored cannot be read"),
    }
}

/// An hour after the last one. One from the future, as a clock that was wrong leaves it, is not waited for.
fn first_pause(newest_ms: Option<i64>, now_ms: i64) -> Duration {
    let age_ms = newest_ms.and_then(|newest_ms| u64::try_from(now_ms.saturating_sub(newest_ms)).ok());
    let left = age_ms.map_or(Duration::ZERO, |age_ms| HOUR.saturating_sub(Duration::from_millis(age_ms)));
    left.max(AT_FIRST)
}

/// Says whether all of it was backed up. What was not is told in the log, and nobody is disturbed.
fn make(folder: &DataDir, sold: Database) -> bool {
    let at_ms = SystemClock::new().now().wall_ms;
    let mut all = true;
    for database in [sold, Database::Settings] {
        match back_up_in(folder, database, at_ms) {
            Ok(made) => tracing::info!(file = %made.path.display(), bytes = made.bytes, "backed up"),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    database = database.name(),
                    "not backed up"
                );
                all = false;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yima_store::backup::{Database, newest_ms};
    use yima_store::{DataDir, Mode, SettingsFile, Store};

    use super::{first_pause, make};

    #[test]
    fn the_first_is_an_hour_after_the_last() {
        let now_ms = 1_795_320_000_000;
        let minutes_ago = |minutes: i64| Some(now_ms - minutes * 60_000);
        for (newest_ms, minutes) in [
            (None, 2),
            (minutes_ago(0), 60),
            (minutes_ago(20), 40),
            (minutes_ago(59), 2),
            (minutes_ago(600), 2),
            (minutes_ago(-600), 2),
            (Some(i64::MAX), 2),
            (Some(i64::MIN), 2),
        ] {
            assert_eq!(first_pause(newest_ms, now_ms), Duration::from_secs(minutes * 60), "{newest_ms:?}");
        }
    }

    #[test]
    fn what_cannot_be_backed_up_keeps_nothing_else_from_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        drop(SettingsFile::open(&folder.settings_db()).unwrap());
        assert!(!make(&folder, Database::Live), "nothing was sold yet");
        assert!(newest_ms(&folder, Database::Settings).is_some());
        drop(Store::open(&folder.database(Mode::Live)).unwrap());
        assert!(make(&folder, Database::Live));
        assert!(newest_ms(&folder, Database::Live).is_some());
    }
}
