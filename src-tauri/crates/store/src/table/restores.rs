//! Each time this database was put in place from a backup, or found to be a copy. What was sold elsewhere meanwhile is
//! missing here until the gateway's list has been gone through.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};

use crate::Restore;
use crate::schema::Step;

/// `epoch`: marks the receipt numbers given from then on, since those that are missing here were given, too.
/// `backup_name`: empty where the database is a copy.
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

/// `word`: who let the till sell although not all of the gateway's list could be read, and why.
pub(crate) const ADD_WORD: Step =
    ("V12__restores_word", "ALTER TABLE restores ADD COLUMN word TEXT CHECK (json_valid(word));");

/// `accounts`: a JSON array of where orders that are missing may have been made, besides the sales that are here.
pub(crate) const ADD_ACCOUNTS: Step = (
    "V14__restores_accounts",
    "ALTER TABLE restores ADD COLUMN accounts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(accounts));",
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

    /// From when on sales may be missing: the earliest of all that were not gone through. `None` as well where one of
    /// them was noted by a program that did not keep it.
    pub(crate) fn since_ms(&self) -> Result<Option<i64>> {
        self.0
            .prepare_cached(
                "SELECT CASE WHEN count(since_ms) = count(*) THEN min(since_ms) END FROM restores
                 WHERE reconciled_ms IS NULL",
            )?
            .query_row([], |row| row.get(0))
    }

    /// As they were noted, the first one first.
    pub(crate) fn accounts(&self) -> Result<Vec<String>> {
        self.0
            .prepare_cached(
                "SELECT account.value FROM restores, json_each(restores.accounts) AS account
                 WHERE reconciled_ms IS NULL GROUP BY account.value ORDER BY min(epoch), min(account.id)",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
    }
}

impl RestoresMut<'_> {
    pub(crate) fn add(&self, restore: &Restore, since_ms: i64) -> Result<()> {
        let backup_name = restore.backup_name.as_deref().unwrap_or_default();
        self.0
            .execute(
                "INSERT INTO restores (epoch, backup_name, restored_ms, since_ms) VALUES (?1, ?2, ?3, ?4)",
                (restore.epoch, backup_name, restore.restored_ms, since_ms),
            )
            .map(drop)
    }

    /// Of those that were noted without it.
    pub(crate) fn note_since(&self, since_ms: i64) -> Result<()> {
        self.0
            .execute(
                "UPDATE restores SET since_ms = ?1 WHERE since_ms IS NULL AND reconciled_ms IS NULL",
                [since_ms],
            )
            .map(drop)
    }

    pub(crate) fn note_account(&self, account: &str) -> Result<()> {
        self.0
            .execute(
                "UPDATE restores SET accounts = json_insert(accounts, '$[#]', ?1)
                 WHERE reconciled_ms IS NULL
                   AND NOT EXISTS (SELECT 1 FROM json_each(accounts) WHERE value = ?1)",
                [account],
            )
            .map(drop)
    }

    /// All of them: the gateway's list was gone through, or `word` says why what could be read of it is enough.
    pub(crate) fn reconcile(&self, at_ms: i64, word: Option<&str>) -> Result<()> {
        self.0
            .execute(
                "UPDATE restores SET reconciled_ms = ?1, word = ?2 WHERE reconciled_ms IS NULL",
                (at_ms, word),
            )
            .map(drop)
    }
}

fn restore(row: &Row<'_>) -> Result<Restore> {
    Ok(Restore {
        epoch: row.get("epoch")?,
        backup_name: Some(row.get("backup_name")?).filter(|name: &String| !name.is_empty()),
        restored_ms: row.get("restored_ms")?,
    })
}
