//! Each time a sale's order was about to be sent, and how that ended as far as is known.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::OrderId;

use crate::StoredAttempt;
use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V7__attempts",
    "CREATE TABLE attempts (
        order_id TEXT NOT NULL REFERENCES sales (order_id),
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        begun_ms INTEGER NOT NULL,
        outcome TEXT,
        ended_ms INTEGER,
        PRIMARY KEY (order_id, attempt),
        CHECK ((outcome IS NULL) = (ended_ms IS NULL))
    ) STRICT, WITHOUT ROWID;",
);

pub(crate) struct Attempts<'c>(pub(crate) &'c Connection);
pub(crate) struct AttemptsMut<'c>(pub(crate) &'c Transaction<'c>);

impl Attempts<'_> {
    pub(crate) fn of(&self, order: &OrderId) -> Result<Vec<StoredAttempt>> {
        self.0
            .prepare_cached(
                "SELECT attempt, begun_ms, outcome, ended_ms FROM attempts WHERE order_id = ?1 ORDER BY attempt",
            )?
            .query_map([order.as_str()], attempt)?
            .collect()
    }
}

impl AttemptsMut<'_> {
    pub(crate) fn begin(&self, order: &OrderId, attempt: u32, at_ms: i64) -> Result<()> {
        self.0
            .prepare_cached("INSERT INTO attempts (order_id, attempt, begun_ms) VALUES (?1, ?2, ?3)")?
            .execute((order.as_str(), attempt, at_ms))
            .map(drop)
    }

    /// `false` if there is no such attempt.
    pub(crate) fn end(&self, order: &OrderId, attempt: u32, outcome: &str, at_ms: i64) -> Result<bool> {
        let changed = self
            .0
            .prepare_cached(
                "UPDATE attempts SET outcome = ?3, ended_ms = ?4 WHERE order_id = ?1 AND attempt = ?2",
            )?
            .execute((order.as_str(), attempt, outcome, at_ms))?;
        Ok(changed == 1)
    }
}

fn attempt(row: &Row<'_>) -> Result<StoredAttempt> {
    Ok(StoredAttempt {
        attempt: row.get("attempt")?,
        begun_ms: row.get("begun_ms")?,
        outcome: row.get("outcome")?,
        ended_ms: row.get("ended_ms")?,
    })
}
