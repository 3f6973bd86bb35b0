//! Receipt numbers: one per paid sale, counted by till and day, never changed, never removed.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};
use yima_core::{Fen, OrderId};

use crate::KeptReceipt;
use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V8__receipts",
    "CREATE TABLE receipts (
        number TEXT NOT NULL PRIMARY KEY,
        number_reversed TEXT NOT NULL COLLATE NOCASE,
        order_id TEXT NOT NULL UNIQUE REFERENCES sales (order_id),
        till_number TEXT NOT NULL CHECK (till_number <> ''),
        day TEXT NOT NULL,
        count INTEGER NOT NULL CHECK (count >= 1),
        at_ms INTEGER NOT NULL,
        UNIQUE (till_number, day, count)
    ) STRICT;
    CREATE INDEX receipts_reversed ON receipts (number_reversed);
    CREATE INDEX receipts_day ON receipts (day);
    CREATE TRIGGER receipts_fixed BEFORE UPDATE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
    CREATE TRIGGER receipts_kept BEFORE DELETE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;",
);

pub(crate) struct ReceiptRow<'a> {
    pub(crate) number: &'a str,
    pub(crate) order_id: &'a OrderId,
    pub(crate) till_number: &'a str,
    pub(crate) day: &'a str,
    pub(crate) count: u32,
    pub(crate) at_ms: i64,
}

pub(crate) struct Receipts<'c>(pub(crate) &'c Connection);
pub(crate) struct ReceiptsMut<'c>(pub(crate) &'c Transaction<'c>);

impl Receipts<'_> {
    pub(crate) fn number_of(&self, order: &OrderId) -> Result<Option<String>> {
        self.0
            .prepare_cached("SELECT number FROM receipts WHERE order_id = ?1")?
            .query_row([order.as_str()], |row| row.get(0))
            .optional()
    }

    pub(crate) fn of(&self, order: &OrderId) -> Result<Option<KeptReceipt>> {
        self.0
            .prepare_cached(
                "SELECT number, till_number, day, count, at_ms FROM receipts WHERE order_id = ?1",
            )?
            .query_row([order.as_str()], receipt)
            .optional()
    }

    /// The highest count given so far, zero if none was.
    pub(crate) fn last_count(&self, till_number: &str, day: &str) -> Result<u32> {
        self.0
            .prepare_cached(
                "SELECT coalesce(max(count), 0) FROM receipts WHERE till_number = ?1 AND day = ?2",
            )?
            .query_row([till_number, day], |row| row.get(0))
    }

    /// How many sales were paid on that day, and what they brought, less what was given back.
    pub(crate) fn day_totals(&self, day: &str) -> Result<(u32, Fen)> {
        self.0
            .prepare_cached(
                "SELECT count(*), coalesce(sum(sales.real_fen - coalesce(sales.refunded_fen, 0)), 0)
                 FROM receipts JOIN sales USING (order_id) WHERE receipts.day = ?1",
            )?
            .query_row([day], |row| Ok((row.get(0)?, Fen::new(row.get(1)?))))
    }
}

impl ReceiptsMut<'_> {
    pub(crate) fn add(&self, receipt: &ReceiptRow<'_>) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO receipts (number, number_reversed, order_id, till_number, day, count, at_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                receipt.number,
                receipt.number.chars().rev().collect::<String>(),
                receipt.order_id.as_str(),
                receipt.till_number,
                receipt.day,
                receipt.count,
                receipt.at_ms,
            ))
            .map(drop)
    }
}

fn receipt(row: &Row<'_>) -> Result<KeptReceipt> {
    Ok(KeptReceipt {
        number: row.get("number")?,
        till_number: row.get("till_number")?,
        day: row.get("day")?,
        count: row.get("count")?,
        at_ms: row.get("at_ms")?,
    })
}
