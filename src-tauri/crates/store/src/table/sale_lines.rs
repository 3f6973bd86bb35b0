//! The goods of each sale, fixed when it began.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::{OrderId, OrderLine};

use crate::column;
use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V5__sale_lines",
    "CREATE TABLE sale_lines (
        order_id TEXT NOT NULL REFERENCES sales (order_id),
        line_no INTEGER NOT NULL CHECK (line_no >= 1),
        barcode TEXT NOT NULL CHECK (length(barcode) BETWEEN 1 AND 32),
        title TEXT NOT NULL,
        price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
        quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
        amount_fen INTEGER NOT NULL CHECK (amount_fen = price_fen * quantity),
        PRIMARY KEY (order_id, line_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER sale_lines_fixed BEFORE UPDATE ON sale_lines
    BEGIN SELECT RAISE(ABORT, 'what a sale began with is fixed'); END;
    CREATE TRIGGER sale_lines_kept BEFORE DELETE ON sale_lines
    BEGIN SELECT RAISE(ABORT, 'what a sale began with is fixed'); END;",
);

pub(crate) struct SaleLines<'c>(pub(crate) &'c Connection);
pub(crate) struct SaleLinesMut<'c>(pub(crate) &'c Transaction<'c>);

impl SaleLines<'_> {
    pub(crate) fn of(&self, order: &OrderId) -> Result<Vec<OrderLine>> {
        self.0
            .prepare_cached(
                "SELECT barcode, title, price_fen, quantity, amount_fen FROM sale_lines
                 WHERE order_id = ?1 ORDER BY line_no",
            )?
            .query_map([order.as_str()], line)?
            .collect()
    }
}

impl SaleLinesMut<'_> {
    pub(crate) fn add(&self, order: &OrderId, lines: &[OrderLine]) -> Result<()> {
        let mut insert = self.0.prepare_cached(
            "INSERT INTO sale_lines (order_id, line_no, barcode, title, price_fen, quantity, amount_fen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (line_no, line) in (1_u32..).zip(lines) {
            insert.execute((
                order.as_str(),
                line_no,
                line.barcode.as_str(),
                &line.title,
                line.price_fen.get(),
                line.quantity.get(),
                line.amount_fen.get(),
            ))?;
        }
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<OrderLine> {
    Ok(OrderLine {
        barcode: column::barcode(row, "barcode")?,
        title: row.get("title")?,
        price_fen: column::fen(row, "price_fen")?,
        quantity: column::quantity(row, "quantity")?,
        amount_fen: column::fen(row, "amount_fen")?,
    })
}
