//! The till's own backups: one an hour, one when the shop's day ends and one when the program does, beside the sales,
//! which wait for nothing.

use std::time::{Duration, SystemTime};

use tauri::{AppHandle, Manager};
use yima_checkout::{Clock, Command, SystemClock, settings};
use yima_store::backup::{
    Backup, BackupError, Database, back_up_goods, back_up_in, has_new_goods, newest_ms,
};
use yima_store::verify::verify;
use yima_store::{DataDir, OpenError, StoreError};

use crate::damage;
use crate::till::{Open, Till};

const HOUR: Duration = Duration::from_secs(3_600);
/// A till that was just started has more to do, and one that is started every morning is to have its backup, too.
const AT_FIRST: Duration = Duration::from_secs(120);
const AFTER_A_FAILURE: Duration = Duration::from_secs(600);
/// The last backup of a day is the one that is kept for it, so it is made before the day is over.
const BEFORE_MIDNIGHT_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// Makes them for as long as the program runs, once the till is open.
pub async fn keep(app: AppHandle) {
    let Ok(open) = app.state::<Till>().wait().await else { return };
    let (folder, sold) = (open.folder.clone(), sold_with(&open));
    drop(open);
    let now_ms = now_ms();
    let mut pause = first_pause(newest_ms(&folder, sold), now_ms).min(until_day_ends(now_ms)).max(AT_FIRST);
    loop {
        tokio::time::sleep(pause).await;
        if let Some(open) = app.state::<Till>().now_open() {
            turn_over(&open).await;
        }
        let folder = folder.clone();
        let made = tokio::task::spawn_blocking(move || make(&folder, sold)).await.unwrap_or(Made::NotAll);
        if made == Made::Damaged
            && let Err(error) = app.state::<Till>().tell(Command::Damaged).await
        {
            tracing::error!(?error, "the till sells on into damaged data");
        }
        let next = if made == Made::All { HOUR } else { AFTER_A_FAILURE };
        pause = next.min(until_day_ends(self::now_ms()));
    }
}

/// Whether anything was written since the last backup.
pub fn has_news(open: &Open) -> bool {
    let sold = sold_with(open);
    let database = sold.path(&open.folder);
    let mut log = database.clone().into_os_string();
    log.push("-wal");
    let written = [database, log.into()].into_iter().filter_map(|file| file.metadata().ok()?.modified().ok());
    let written_ms = written.max().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let written_ms = written_ms.and_then(|since| i64::try_from(since.as_millis()).ok());
    is_older(newest_ms(&open.folder, sold), written_ms)
        || sold == Database::Live && goods_have_news(&open.folder)
}

/// What cannot be read is told by the backup that is tried of it.
fn goods_have_news(folder: &DataDir) -> bool {
    has_new_goods(folder, now_ms()).unwrap_or(true)
}

/// One more, before the program ends.
pub async fn make_last(open: &Open) {
    turn_over(open).await;
    let (folder, sold) = (open.folder.clone(), sold_with(open));
    if let Err(error) = tokio::task::spawn_blocking(move || make(&folder, sold)).await {
        tracing::error!(%error, "the last backup died");
    }
}

/// A copy of the folder made before is behind from now on. Practice may be copied as one likes.
async fn turn_over(open: &Open) {
    if open.practice.is_some() {
        return;
    }
    let place = DataDir::state_place().map_err(|error| error.to_string());
    let till_id = settings::installation_id(&open.settings).map_err(|error| error.to_string());
    let turned = match place.and_then(|place| Ok((place, till_id?.unwrap_or_default()))) {
        Ok((place, till_id)) => {
            open.store.turn_over(&open.folder, &place, &till_id).await.map_err(|error| error.to_string())
        }
        Err(error) => Err(error),
    };
    if let Err(error) = turned {
        tracing::warn!(error, "a copy of the data made while they were sold with may not be noticed");
    }
}

fn sold_with(open: &Open) -> Database {
    if open.practice.is_some() { Database::Practice } else { Database::Live }
}

fn now_ms() -> i64 {
    SystemClock::new().now().wall_ms
}

/// A backup's name knows whole seconds.
fn is_older(backup_ms: Option<i64>, written_ms: Option<i64>) -> bool {
    backup_ms.zip(written_ms).is_none_or(|(backup_ms, written_ms)| backup_ms / 1_000 < written_ms / 1_000)
}

/// An hour after the last one. One from the future, as a clock that was wrong leaves it, is not waited for.
fn first_pause(newest_ms: Option<i64>, now_ms: i64) -> Duration {
    let age_ms = newest_ms.and_then(|newest_ms| u64::try_from(now_ms.saturating_sub(newest_ms)).ok());
    age_ms.map_or(Duration::ZERO, |age_ms| HOUR.saturating_sub(Duration::from_millis(age_ms)))
}

/// Until shortly before the next midnight in China.
fn until_day_ends(now_ms: i64) -> Duration {
    let of_day_ms = now_ms.saturating_add(CHINA_OFFSET_MS + BEFORE_MIDNIGHT_MS).rem_euclid(DAY_MS);
    Duration::from_millis(u64::try_from(DAY_MS - of_day_ms).unwrap_or(0))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    All,
    NotAll,
    /// What is sold with is damaged.
    Damaged,
}

/// What was not backed up is told in the log, and nobody is disturbed, unless it is damaged.
fn make(folder: &DataDir, sold: Database) -> Made {
    let at_ms = now_ms();
    let mut outcome = Made::All;
    for database in [sold, Database::Settings] {
        let made = back_up_in(folder, database, at_ms).map(Some);
        tell(database, &made);
        let Err(error) = made else { continue };
        if database == sold && is_damage(&error) && !is_sound(folder, sold) {
            damage::suspect(folder, sold);
            outcome = Made::Damaged;
        } else if outcome == Made::All {
            outcome = Made::NotAll;
        }
    }
    if sold == Database::Live {
        // The next hour is soon enough to copy so much again.
        tell(Database::Goods, &back_up_goods(folder, at_ms));
    }
    outcome
}

fn tell(database: Database, made: &Result<Option<Backup>, BackupError>) {
    match made {
        Ok(Some(made)) => tracing::info!(file = %made.path.display(), bytes = made.bytes, "backed up"),
        Ok(None) => {}
        Err(error) => tracing::error!(
            error = error as &dyn std::error::Error,
            database = database.name(),
            "not backed up"
        ),
    }
}

/// The copy may be what is damaged; and what cannot be looked at now is not called so.
fn is_sound(folder: &DataDir, sold: Database) -> bool {
    match verify(&sold.path(folder)) {
        Ok(verified) => verified.is_sound(),
        Err(error) => !matches!(error, OpenError::Damaged { .. }),
    }
}

fn is_damage(error: &BackupError) -> bool {
    matches!(
        error,
        BackupError::Unsound(_)
            | BackupError::NotCopied(StoreError::Damaged(_))
            | BackupError::Unreadable(OpenError::Damaged { .. })
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yima_store::backup::{self, Database, newest_ms};
    use yima_store::{DataDir, Mode, OpenError, SettingsFile, Store, restore_newest, sample};

    use super::{Made, first_pause, goods_have_news, is_older, is_sound, make, until_day_ends};
    use crate::damage::require_unsuspected;

    #[test]
    fn the_first_is_an_hour_after_the_last() {
        let now_ms = 1_795_320_000_000;
        let minutes_ago = |minutes: i64| Some(now_ms - minutes * 60_000);
        for (newest_ms, minutes) in [
            (None, 0),
            (minutes_ago(0), 60),
            (minutes_ago(20), 40),
            (minutes_ago(59), 1),
            (minutes_ago(600), 0),
            (minutes_ago(-600), 0),
            (Some(i64::MAX), 0),
            (Some(i64::MIN), 0),
        ] {
            assert_eq!(first_pause(newest_ms, now_ms), Duration::from_secs(minutes * 60), "{newest_ms:?}");
        }
    }

    #[test]
    fn one_is_made_before_each_midnight_in_china() {
        let noon_ms = 1_795_320_000_000;
        let minutes = |now_ms| until_day_ends(now_ms).as_secs() / 60;
        assert_eq!(minutes(noon_ms), 12 * 60 - 1);
        assert_eq!(minutes(noon_ms + (11 * 60 + 58) * 60_000), 1);
        assert_eq!(minutes(noon_ms + (11 * 60 + 59) * 60_000), 24 * 60, "that one is made");
        assert_eq!(minutes(noon_ms + 12 * 3_600_000), 24 * 60 - 1);
        for clock_ms in [i64::MIN, -1, 0, i64::MAX] {
            assert!((1..=24 * 60).contains(&minutes(clock_ms).max(1)));
        }
    }

    #[test]
    fn a_last_one_is_made_only_of_what_is_new() {
        for (backup_ms, written_ms, is_news) in [
            (None, Some(5_000), true),
            (Some(5_000), Some(5_900), false),
            (Some(5_000), Some(6_000), true),
            (Some(6_000), Some(5_000), false),
            (Some(5_000), None, true),
        ] {
            assert_eq!(is_older(backup_ms, written_ms), is_news, "{backup_ms:?} {written_ms:?}");
        }
    }

    #[test]
    fn what_cannot_be_backed_up_keeps_nothing_else_from_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        drop(SettingsFile::open(&folder.settings_db()).unwrap());
        assert_eq!(make(&folder, Database::Live), Made::NotAll, "nothing was sold yet");
        assert!(newest_ms(&folder, Database::Settings).is_some());
        drop(Store::open(&folder.database(Mode::Live)).unwrap());
        assert_eq!(make(&folder, Database::Live), Made::All);
        assert!(newest_ms(&folder, Database::Live).is_some());
    }

    #[tokio::test]
    async fn goods_are_backed_up_with_the_sales_where_they_have_changed() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        drop(SettingsFile::open(&folder.settings_db()).unwrap());
        drop(Store::open(&folder.database(Mode::Live)).unwrap());
        assert!(!goods_have_news(&folder), "there are none");
        assert_eq!(make(&folder, Database::Live), Made::All);
        let goods = || backup::all(&folder, Database::Goods).len();
        assert_eq!(goods(), 0);
        let store = Store::open(&folder.database(Mode::Live)).unwrap();
        store.import_products(sample::products()).await.unwrap();
        assert!(goods_have_news(&folder));
        assert_eq!((make(&folder, Database::Practice), goods()), (Made::NotAll, 0), "nothing was sold in it");
        assert_eq!((make(&folder, Database::Live), goods()), (Made::All, 1));
        assert!(!goods_have_news(&folder));
        assert_eq!((make(&folder, Database::Live), goods()), (Made::All, 1), "nothing has changed");
        drop(store);
        std::fs::write(Database::Goods.path(&folder), "no catalogue at all").unwrap();
        assert_eq!((make(&folder, Database::Live), goods()), (Made::All, 1), "sales go on");
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_called_damaged() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        assert!(is_sound(&folder, Database::Live), "it is not there");
        std::fs::write(folder.database(Mode::Live), "no database at all").unwrap();
        assert!(!is_sound(&folder, Database::Live));
    }

    #[test]
    fn d6_damage_that_a_backup_finds_is_looked_at_by_the_next_start_until_it_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        drop(SettingsFile::open(&folder.settings_db()).unwrap());
        let place = folder.database(Mode::Live);
        drop(Store::open(&place).unwrap());
        assert_eq!(make(&folder, Database::Live), Made::All);
        let whole = std::fs::read(&place).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() - 4_096] ^= 1;
        std::fs::write(&place, flipped).unwrap();
        require_unsuspected(&folder, Database::Live).unwrap();
        assert_eq!(make(&folder, Database::Live), Made::Damaged);
        for _ in 0..2 {
            let found = require_unsuspected(&folder, Database::Live);
            assert!(matches!(found, Err(OpenError::Damaged { .. })), "{found:?}");
        }
        restore_newest(&folder, &folder.lock().unwrap(), Database::Live, 0).unwrap();
        require_unsuspected(&folder, Database::Live).unwrap();
        assert!(!place.with_extension("suspect").exists(), "and is not looked at again");
    }
}
