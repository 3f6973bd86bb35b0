//! Settings by name; what names and values there are is decided elsewhere.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result, Transaction};

use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V1__settings",
    "CREATE TABLE settings (
        key TEXT NOT NULL PRIMARY KEY CHECK (key <> ''),
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
);

pub(crate) struct Settings<'c>(pub(crate) &'c Connection);
pub(crate) struct SettingsMut<'c>(pub(crate) &'c Transaction<'c>);

impl Settings<'_> {
    pub(crate) fn get(&self, key: &str) -> Result<Option<String>> {
        self.0
            .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()
    }

    pub(crate) fn all(&self) -> Result<BTreeMap<String, String>> {
        self.0
            .prepare_cached("SELECT key, value FROM settings")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }
}

impl SettingsMut<'_> {
    pub(crate) fn set(&self, key: &str, value: &str) -> Result<()> {
        self.0
            .execute(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [key, value],
            )
            .map(drop)
    }

    /// `false` if there was none.
    pub(crate) fn remove(&self, key: &str) -> Result<bool> {
        Ok(self.0.execute("DELETE FROM settings WHERE key = ?1", [key])? == 1)
    }
}
