//! Each time this database was put in place from a backup. What was sold after the backup is missing here until the
//! gateway's list has been gone through.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};

use crate::Restore;
use crate::schema::Step;

/// `epoch`: marks the receipt numbers given from then on, since those that are missing here were given, too.
pub(crate) const CREATE: Step = (
    "V10__restores",
    "CREATE TABLE restores (
        epoch INTEGER NOT NULL PRIMARY KEY CHECK (epoch >= 1),
        backup_name TEXT NOT NULL,
        restored_ms INTEGER NOT NULL,
        reconciled_ms INTEGER
    ) STRICT;
    CREATE TRIGGER restores_fixed BEFORE UPDATE OF epoch, backup_name, restored_ms ON restores
    BEGIN SELECT RAISE(ABORT, 'a restore stays as it was noted'); END;
    CREATE TRIGGER restores_kept BEFORE DELETE ON restores
    BEGIN SELECT RAISE(ABORT, 'restores are kept'); END;",
);

pub(crate) struct Restores<'c>(pub(crate) &'c Connection);
pub(crate) struct RestoresMut<'c>(pub(crate) &'c Transaction<'c>);

impl Restores<'_> {
    /// Zero if the database was never restored.
    pub(crate) fn epoch(&self) -> Result<u32> {
        self.0.prepare_cached("SELECT coalesce(max(epoch), 0) FROM restores")?.query_row([], |row| row.get(0))
    }

    /// The newest that was not followed by going through the gateway's list.
    pub(crate) fn unreconciled(&self) -> Result<Option<Restore>> {
        self.0
            .prepare_cached(
                "SELECT epoch, backup_name, restored_ms FROM restores
                 WHERE reconciled_ms IS NULL ORDER BY epoch DESC LIMIT 1",
            )?
            .query_row([], restore)
            .optional()
    }
}

impl RestoresMut<'_> {
    pub(crate) fn add(&self, restore: &Restore) -> Result<()> {
        self.0
            .execute(
                "INSERT INTO restores (epoch, backup_name, restored_ms) VALUES (?1, ?2, ?3)",
                (restore.epoch, &restore.backup_name, restore.restored_ms),
            )
            .map(drop)
    }
}

fn restore(row: &Row<'_>) -> Result<Restore> {
    Ok(Restore {
        epoch: row.get("epoch")?,
        backup_name: row.get("backup_name")?,
        restored_ms: row.get("restored_ms")?,
    })
}
