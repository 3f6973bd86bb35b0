//! Who did what at the till, and who allowed it: rows are added without a gap, never changed, never removed.

use rusqlite::{Connection, Result, Row, Transaction};

use crate::schema::Step;
use crate::{AuditNote, AuditRow};

/// `by_id`, `by_name`: empty where nobody was logged in, such as the command line. `detail`: JSON. `approved_by`: the
/// id of who allowed what `by_id` may not do alone.
pub(crate) const CREATE: Step = (
    "V3__audit",
    "CREATE TABLE audit (
        number INTEGER NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind <> ''),
        by_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        approved_by TEXT,
        detail TEXT NOT NULL CHECK (json_valid(detail))
    ) STRICT;
    CREATE TRIGGER audit_without_gap BEFORE INSERT ON audit
    WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the log has no gap'); END;
    CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
    CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;",
);

pub(crate) struct Audit<'c>(pub(crate) &'c Connection);
pub(crate) struct AuditMut<'c>(pub(crate) &'c Transaction<'c>);

impl Audit<'_> {
    /// The newest first, at most `limit`, all before `before`.
    pub(crate) fn page(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>> {
        self.0
            .prepare_cached(
                "SELECT number, at_ms, kind, by_id, by_name, approved_by, detail FROM audit
                 WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
            )?
            .query_map((before.unwrap_or(i64::MAX), limit), row)?
            .collect()
    }
}

impl AuditMut<'_> {
    pub(crate) fn add(&self, at_ms: i64, note: &AuditNote) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO audit (number, at_ms, kind, by_id, by_name, approved_by, detail)
                 SELECT 1 + coalesce(max(number), 0), ?1, ?2, ?3, ?4, ?5, ?6 FROM audit",
            )?
            .execute((at_ms, &note.kind, &note.by_id, &note.by_name, &note.approved_by, &note.detail))
            .map(drop)
    }
}

fn row(row: &Row<'_>) -> Result<AuditRow> {
    Ok(AuditRow {
        number: row.get("number")?,
        at_ms: row.get("at_ms")?,
        note: AuditNote {
            kind: row.get("kind")?,
            by_id: row.get("by_id")?,
            by_name: row.get("by_name")?,
            approved_by: row.get("approved_by")?,
            detail: row.get("detail")?,
        },
    })
}
