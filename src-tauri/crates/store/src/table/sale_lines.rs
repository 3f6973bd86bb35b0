//! The goods of each sale, fixed when it began.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::{Fen, LineDetail, OrderId, OrderLine};

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

/// How a line came to its amount. SQLite cannot change the rule that it is price times quantity, so the table is made anew.
pub(crate) const ADD_DETAIL: Step = (
    "V17__sale_line_detail",
    "CREATE TABLE sale_lines_new (
        order_id TEXT NOT NULL REFERENCES sales (order_id),
        line_no INTEGER NOT NULL CHECK (line_no >= 1),
        barcode TEXT NOT NULL CHECK (length(barcode) BETWEEN 1 AND 32),
        title TEXT NOT NULL,
        price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
        quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
        weight_g INTEGER CHECK (weight_g BETWEEN 1 AND 999999),
        list_price_fen INTEGER CHECK (list_price_fen > 0),
        price_reason TEXT,
        discount_fen INTEGER NOT NULL CHECK (discount_fen >= 0),
        order_discount_fen INTEGER NOT NULL CHECK (order_discount_fen >= 0),
        amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0),
        note TEXT,
        PRIMARY KEY (order_id, line_no),
        CHECK (weight_g IS NOT NULL OR amount_fen + discount_fen + order_discount_fen = price_fen * quantity)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO sale_lines_new (order_id, line_no, barcode, title, price_fen, quantity, discount_fen,
            order_discount_fen, amount_fen)
        SELECT order_id, line_no, barcode, title, price_fen, quantity, 0, 0, amount_fen FROM sale_lines;
    DROP TABLE sale_lines;
    ALTER TABLE sale_lines_new RENAME TO sale_lines;
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
                "SELECT barcode, title, price_fen, quantity, weight_g, list_price_fen, price_reason, discount_fen,
                    order_discount_fen, amount_fen, note
                 FROM sale_lines WHERE order_id = ?1 ORDER BY line_no",
            )?
            .query_map([order.as_str()], line)?
            .collect()
    }
}

impl SaleLinesMut<'_> {
    pub(crate) fn add(&self, order: &OrderId, lines: &[OrderLine]) -> Result<()> {
        let mut insert = self.0.prepare_cached(
            "INSERT INTO sale_lines (order_id, line_no, barcode, title, price_fen, quantity, weight_g, list_price_fen,
                price_reason, discount_fen, order_discount_fen, amount_fen, note)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        for (line_no, line) in (1_u32..).zip(lines) {
            let detail = &line.detail;
            insert.execute((
                order.as_str(),
                line_no,
                line.barcode.as_str(),
                &line.title,
                line.price_fen.get(),
                line.quantity.get(),
                detail.grams,
                detail.list_price_fen.map(Fen::get),
                &detail.price_reason,
                detail.off_fen.get(),
                detail.share_fen.get(),
                line.amount_fen.get(),
                &detail.note,
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
        detail: LineDetail {
            grams: row.get("weight_g")?,
            list_price_fen: column::optional_fen(row, "list_price_fen")?,
            price_reason: row.get("price_reason")?,
            off_fen: column::fen(row, "discount_fen")?,
            share_fen: column::fen(row, "order_discount_fen")?,
            note: row.get("note")?,
        },
    })
}
