//! Everything that ever happened to a sale: rows are added without a gap, never changed, never removed.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::OrderId;

use crate::schema::Step;
use crate::{SaleStep, StoredEvent};

pub(crate) const CREATE: Step = (
    "V6__sale_events",
    "CREATE TABLE sale_events (
        order_id TEXT NOT NULL REFERENCES sales (order_id),
        version INTEGER NOT NULL,
        event TEXT NOT NULL CHECK (event <> ''),
        state TEXT NOT NULL CHECK (state <> ''),
        snapshot TEXT NOT NULL CHECK (json_valid(snapshot)),
        attempt INTEGER CHECK (attempt >= 1),
        note TEXT CHECK (json_valid(note)),
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (order_id, version)
    ) STRICT;
    CREATE TRIGGER sale_events_without_gap BEFORE INSERT ON sale_events
    WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM sale_events WHERE order_id = NEW.order_id)
    BEGIN SELECT RAISE(ABORT, 'the events of a sale have no gap'); END;
    CREATE TRIGGER sale_events_fixed BEFORE UPDATE ON sale_events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
    CREATE TRIGGER sale_events_kept BEFORE DELETE ON sale_events
    BEGIN SELECT RAISE(ABORT, 'events are only added'); END;",
);

pub(crate) struct SaleEvents<'c>(pub(crate) &'c Connection);
pub(crate) struct SaleEventsMut<'c>(pub(crate) &'c Transaction<'c>);

impl SaleEvents<'_> {
    /// Oldest first.
    pub(crate) fn of(&self, order: &OrderId) -> Result<Vec<StoredEvent>> {
        self.0
            .prepare_cached(
                "SELECT version, event, state, snapshot, attempt, note, at_ms FROM sale_events
                 WHERE order_id = ?1 ORDER BY version",
            )?
            .query_map([order.as_str()], event)?
            .collect()
    }

    /// Of the event that was added last; zero before the first. Only grows, since none is ever removed.
    pub(crate) fn last_row(&self) -> Result<i64> {
        self.0
            .prepare_cached("SELECT coalesce(max(rowid), 0) FROM sale_events")?
            .query_row([], |row| row.get(0))
    }
}

impl SaleEventsMut<'_> {
    pub(crate) fn add(&self, order: &OrderId, version: u32, step: &SaleStep) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO sale_events (order_id, version, event, state, snapshot, attempt, note, at_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                order.as_str(),
                version,
                &step.event,
                &step.state,
                &step.snapshot,
                step.attempt,
                &step.note,
                step.at_ms,
            ))
            .map(drop)
    }
}

fn event(row: &Row<'_>) -> Result<StoredEvent> {
    Ok(StoredEvent {
        version: row.get("version")?,
        event: row.get("event")?,
        state: row.get("state")?,
        snapshot: row.get("snapshot")?,
        attempt: row.get("attempt")?,
        note: row.get("note")?,
        at_ms: row.get("at_ms")?,
    })
}
