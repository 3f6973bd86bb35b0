//! Which installation goes on with this database, and how often it has taken it up.

use rusqlite::{Connection, OptionalExtension, Result, Transaction};

use crate::installation::Turn;
use crate::schema::Step;

/// `since_ms` of `restores`: what was sold after that may be missing.
pub(crate) const CREATE: Step = (
    "V11__installation",
    "CREATE TABLE installation (
        only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
        id TEXT NOT NULL CHECK (id <> ''),
        turn INTEGER NOT NULL CHECK (turn >= 1)
    ) STRICT;
    ALTER TABLE restores ADD COLUMN since_ms INTEGER;",
);

pub(crate) struct Installation<'c>(pub(crate) &'c Connection);
pub(crate) struct InstallationMut<'c>(pub(crate) &'c Transaction<'c>);

impl Installation<'_> {
    /// `None` before anybody has sold with it, and in a backup.
    pub(crate) fn turn(&self) -> Result<Option<Turn>> {
        self.0
            .query_row("SELECT id, turn FROM installation", [], |row| {
                Ok(Turn { id: row.get(0)?, number: row.get(1)? })
            })
            .optional()
    }
}

impl InstallationMut<'_> {
    pub(crate) fn set(&self, turn: &Turn) -> Result<()> {
        self.0
            .execute(
                "INSERT INTO installation (only, id, turn) VALUES (1, ?1, ?2)
                 ON CONFLICT (only) DO UPDATE SET id = ?1, turn = ?2",
                (&turn.id, turn.number),
            )
            .map(drop)
    }
}
