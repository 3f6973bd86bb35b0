//! A till whose data is damaged: what can be read of it is shown, nothing is sold, and a backup can take its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use yima_checkout::staff::log;
use yima_checkout::{Clock, SystemClock};
use yima_store::backup::Database;
use yima_store::verify::verify;
use yima_store::{DataDir, DataLock, OpenError, RestoreError, Restored, SettingsFile, Store, StoreError};

/// The damage there is, as long as the till stays shut for it.
#[derive(Default)]
pub struct Damaged(Mutex<Option<Damage>>);

pub struct Damage {
    folder: DataDir,
    /// Nobody else is to write to the folder meanwhile.
    lock: DataLock,
    database: Database,
    /// For looking receipts up, where that can be.
    reading: Option<Store>,
}

type Restoring = fn(&DataDir, &DataLock, Database, i64) -> Result<(PathBuf, Restored), RestoreError>;

impl Damage {
    /// `None` if another program has the folder by now.
    pub fn of(folder: DataDir, database: Database) -> Option<Self> {
        let lock = folder.lock().inspect_err(|error| tracing::error!(%error, "damaged, and in use")).ok()?;
        Some(Self { reading: read(&folder, database), folder, lock, database })
    }

    /// When the backup was made that is tried first, in Unix milliseconds.
    pub fn newest_backup_ms(&self) -> Option<i64> {
        yima_store::backups_to_try(&self.folder, self.database).first().map(|(made_ms, _)| *made_ms)
    }

    pub fn reading(&self) -> Option<&Store> {
        self.reading.as_ref()
    }

    /// Puts the newest sound backup in its place; gives the folder, which is free then, or the damage as it was: `None`
    /// if another program has the folder by now.
    pub async fn repair(self) -> Result<DataDir, Option<Self>> {
        self.repair_by(yima_store::restore_newest).await
    }

    async fn repair_by(self, restore: Restoring) -> Result<DataDir, Option<Self>> {
        let (folder, database) = (self.folder.clone(), self.database);
        match tokio::task::spawn_blocking(move || self.repaired(restore)).await {
            Ok(outcome) => outcome.map_err(|damage| Some(*damage)),
            Err(error) => {
                tracing::error!(%error, "restoring died");
                Err(Self::of(folder, database))
            }
        }
    }

    fn repaired(self, restore: Restoring) -> Result<DataDir, Box<Self>> {
        let Self { folder, lock, database, reading } = self;
        drop(reading);
        let at_ms = SystemClock::new().now().wall_ms;
        match restore(&folder, &lock, database, at_ms) {
            Ok((backup, _)) => {
                tracing::warn!(backup = %backup.display(), "restored");
                note(&folder, database, &backup, at_ms);
                Ok(folder)
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no backup was restored");
                Err(Box::new(Self { reading: read(&folder, database), folder, lock, database }))
            }
        }
    }
}

impl Damaged {
    pub fn put(&self, damage: Damage) {
        *self.held() = Some(damage);
    }

    pub fn take(&self) -> Option<Damage> {
        self.held().take()
    }

    pub fn look<T>(&self, at: impl FnOnce(&Damage) -> T) -> Option<T> {
        self.held().as_ref().map(at)
    }

    fn held(&self) -> MutexGuard<'_, Option<Damage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the next start look at all of the database. At the start of a large one there is no time for that.
pub fn suspect(folder: &DataDir, database: Database) {
    if let Err(error) = fs::write(suspicion(folder, database), "") {
        tracing::error!(%error, "that the data are damaged was not noted");
    }
}

pub fn is_suspected(folder: &DataDir, database: Database) -> bool {
    suspicion(folder, database).exists()
}

/// Looks at all of a database that was found damaged before. Blocks.
pub fn require_unsuspected(folder: &DataDir, database: Database) -> Result<(), OpenError> {
    let suspicion = suspicion(folder, database);
    if !suspicion.exists() {
        return Ok(());
    }
    let path = database.path(folder);
    let found = match verify(&path) {
        Ok(verified) => verified.findings.into_iter().next(),
        // It is brought up to date now, and looked at by the start after this one.
        Err(OpenError::Older { .. } | OpenError::Missing { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    if let Some(finding) = found {
        return Err(OpenError::Damaged { path, what: finding.what });
    }
    if let Err(error) = fs::remove_file(suspicion) {
        tracing::warn!(%error, "the data are sound, and are looked at once more at the next start");
    }
    Ok(())
}

fn suspicion(folder: &DataDir, database: Database) -> PathBuf {
    database.path(folder).with_extension("suspect")
}

/// Of a till that is shut it is not known who did it. What was restored stays restored without this line.
fn note(folder: &DataDir, database: Database, backup: &Path, at_ms: i64) {
    let file = backup.file_name().unwrap_or_default().to_string_lossy();
    let detail = json!({ "database": database.name(), "file": file });
    let write = |settings: SettingsFile| -> Result<(), StoreError> {
        if settings.has_cashiers()? {
            settings.note(at_ms, &log::note(log::kind::RESTORED, None, &detail))?;
        }
        Ok(())
    };
    let noted = SettingsFile::open(&folder.settings_db()).map(write);
    if !matches!(noted, Ok(Ok(()))) {
        tracing::error!(?noted, "that a backup was restored stands in no log of who did what");
    }
}

fn read(folder: &DataDir, database: Database) -> Option<Store> {
    if !database.has_sales() {
        return None;
    }
    let read = Store::open_to_read(&database.path(folder));
    read.inspect_err(|error| tracing::error!(%error, "nothing of it can be read")).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use yima_checkout::staff::{self, Pin};
    use yima_core::staff::Role;
    use yima_store::backup::back_up_in;
    use yima_store::{Cashier, Mode};

    use super::*;

    #[tokio::test]
    async fn d6_a_repair_that_dies_can_be_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
        fs::write(folder.database(Mode::Live), "no database").unwrap();
        let damage = Damage::of(folder.clone(), Database::Live).unwrap();
        let damage = damage.repair_by(|_, _, _, _| panic!("as the test asked")).await.err().unwrap();
        let damage = damage.expect("the damage is there still").repair().await.err().unwrap();
        assert!(damage.is_some() && folder.lock().is_err(), "and nobody else writes meanwhile");
    }

    #[tokio::test]
    async fn d6_a_backup_restored_in_the_window_stands_in_the_log_of_who_did_what() {
        let restored_lines = async |has_people: bool| {
            let root = tempfile::tempdir().unwrap();
            let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
            let settings = SettingsFile::open(&folder.settings_db()).unwrap();
            if has_people {
                let pin = Pin::parse(SecretString::from("2003")).unwrap();
                let (id, name) = ("2003".to_owned(), "王芳".to_owned());
                let installer = Cashier { id, name, role: Role::Installer, is_active: true };
                staff::add(&settings, None, &installer, &pin, 0).unwrap();
            }
            drop(Store::open(&folder.database(Mode::Live)).unwrap());
            back_up_in(&folder, Database::Live, 0).unwrap();
            fs::write(folder.database(Mode::Live), "no database").unwrap();
            let damage = Damage::of(folder, Database::Live).unwrap();
            assert!(damage.repair().await.is_ok());
            let lines = settings.audit(None, 9).unwrap().into_iter().map(|row| row.note);
            lines.filter(|note| note.kind == log::kind::RESTORED).collect::<Vec<_>>()
        };
        let lines = restored_lines(true).await;
        assert_eq!(lines.len(), 1);
        assert!(lines[0].detail.contains(r#""file":"live-"#), "{}", lines[0].detail);
        assert_eq!(restored_lines(false).await, [], "without people there is no such log");
    }
}
