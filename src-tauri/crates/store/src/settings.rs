//! The settings file, which the till and the command line share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::backup::Database;
use crate::table::settings::{Settings, SettingsMut};
use crate::{OpenError, StoreError, connection, reserve, schema, table};

/// An open settings file. Calls block, for as long as a disk takes; a change by one program is seen by the other.
pub struct SettingsFile {
    connection: Mutex<Connection>,
}

impl SettingsFile {
    /// Makes the file if there is none. A full disk is dealt with as by [`Store::open`](crate::Store::open).
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let sold = [Database::Live, Database::Practice].map(|sold| path.with_file_name(sold.name()));
        reserve::with_room(&sold.each_ref().map(PathBuf::as_path), || Self::open_once(path))
    }

    fn open_once(path: &Path) -> Result<Self, OpenError> {
        let connection = connection::patiently(|| {
            let mut connection = connection::open_to_write(path)?;
            schema::bring_up_to_date(path, &mut connection, table::SETTINGS)?;
            connection::check(path, &connection)?;
            Ok(connection)
        })?;
        // Nobody waits for a setting, and nobody else makes checkpoints here.
        connection
            .pragma_update(None, "wal_autocheckpoint", 100)
            .map_err(|error| OpenError::at(path, error))?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Opens what cannot be opened to write, to say so in its language: without what was set last, maybe.
    pub fn open_as_it_stands(path: &Path) -> Result<Self, OpenError> {
        let connection = connection::open_as_it_stands(path)?;
        schema::require_current(path, &connection, table::SETTINGS)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    pub fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(Settings(&self.held()).get(key)?)
    }

    pub fn all(&self) -> Result<BTreeMap<String, String>, StoreError> {
        Ok(Settings(&self.held()).all()?)
    }

    pub fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.set_all(&[(key, value)])
    }

    /// All of them, or none.
    pub fn set_all(&self, values: &[(&str, &str)]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let settings = SettingsMut(transaction);
            Ok(values.iter().try_for_each(|(key, value)| settings.set(key, value))?)
        })
    }

    /// Says whether there was one.
    pub fn remove(&self, key: &str) -> Result<bool, StoreError> {
        self.write(|transaction| Ok(SettingsMut(transaction).remove(key)?))
    }

    /// Nothing is kept of a refusal.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.held();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let outcome = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(outcome)
    }

    /// A panic elsewhere rolled its transaction back: the connection is sound.
    pub(crate) fn held(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
