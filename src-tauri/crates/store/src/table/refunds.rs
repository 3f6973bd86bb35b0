//! Refunds asked for by this till: under which id, how much, and how far each has come.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::{Fen, OrderId};

use crate::schema::Step;
use crate::{KeptRefund, StoredRefund, column};

pub(crate) const CREATE: Step = (
    "V9__refunds",
    "CREATE TABLE refunds (
        refund_id TEXT NOT NULL PRIMARY KEY CHECK (length(refund_id) BETWEEN 1 AND 32),
        order_id TEXT NOT NULL REFERENCES sales (order_id),
        amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
        progress TEXT NOT NULL CHECK (progress <> ''),
        begun_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX refunds_of ON refunds (order_id, begun_ms);
    CREATE TRIGGER refunds_fixed BEFORE UPDATE OF refund_id, order_id, amount_fen, begun_ms ON refunds
    BEGIN SELECT RAISE(ABORT, 'what a refund began with is fixed'); END;
    CREATE TRIGGER refunds_kept BEFORE DELETE ON refunds
    BEGIN SELECT RAISE(ABORT, 'refunds are kept'); END;",
);

pub(crate) struct Refunds<'c>(pub(crate) &'c Connection);
pub(crate) struct RefundsMut<'c>(pub(crate) &'c Transaction<'c>);

/// The id of a refund is one for ever: it cannot be another order's or another amount's.
#[derive(Debug, thiserror::Error)]
#[error("the refund {0} is another one")]
struct OtherRefund(OrderId);

impl Refunds<'_> {
    /// Oldest first.
    pub(crate) fn of(&self, order: &OrderId) -> Result<Vec<StoredRefund>> {
        Ok(self.kept_of(order)?.into_iter().map(|kept| kept.refund).collect())
    }

    /// Oldest first.
    pub(crate) fn kept_of(&self, order: &OrderId) -> Result<Vec<KeptRefund>> {
        self.0
            .prepare_cached(
                "SELECT refund_id, amount_fen, progress, begun_ms, updated_ms FROM refunds
                 WHERE order_id = ?1 ORDER BY begun_ms, refund_id",
            )?
            .query_map([order.as_str()], refund)?
            .collect()
    }
}

impl RefundsMut<'_> {
    /// Adds the refund, or says how far it has come.
    pub(crate) fn put(&self, order: &OrderId, refund: &StoredRefund, at_ms: i64) -> Result<()> {
        let changed = self
            .0
            .prepare_cached(
                "INSERT INTO refunds (refund_id, order_id, amount_fen, progress, begun_ms, updated_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                 ON CONFLICT (refund_id) DO UPDATE SET progress = ?4, updated_ms = ?5
                 WHERE order_id = ?2 AND amount_fen = ?3",
            )?
            .execute((
                refund.refund_id.as_str(),
                order.as_str(),
                refund.amount_fen.get(),
                &refund.progress,
                at_ms,
            ))?;
        if changed == 1 {
            return Ok(());
        }
        Err(rusqlite::Error::ToSqlConversionFailure(Box::new(OtherRefund(refund.refund_id.clone()))))
    }
}

fn refund(row: &Row<'_>) -> Result<KeptRefund> {
    let refund = StoredRefund {
        refund_id: column::order_id(row, "refund_id")?,
        amount_fen: Fen::new(row.get("amount_fen")?),
        progress: row.get("progress")?,
    };
    Ok(KeptRefund { refund, begun_ms: row.get("begun_ms")?, updated_ms: row.get("updated_ms")? })
}
