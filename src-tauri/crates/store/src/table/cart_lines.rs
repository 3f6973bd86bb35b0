//! The goods of carts that are not done.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::{Fen, Line, LineId, Weighed};

use crate::schema::Step;
use crate::{CartId, column};

pub(crate) const CREATE: Step = (
    "V3__cart_lines",
    "CREATE TABLE cart_lines (
        cart_id INTEGER NOT NULL REFERENCES carts (cart_id),
        line_id INTEGER NOT NULL CHECK (line_id >= 0),
        barcode TEXT NOT NULL CHECK (length(barcode) BETWEEN 1 AND 32),
        title TEXT,
        price_fen INTEGER CHECK (price_fen > 0),
        quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 9999),
        PRIMARY KEY (cart_id, line_id)
    ) STRICT, WITHOUT ROWID;",
);

/// What the scales say, what the catalogue asks, and what somebody changed by hand.
pub(crate) const ADD_TERMS: Step = (
    "V16__cart_line_terms",
    "ALTER TABLE cart_lines ADD COLUMN weight_g INTEGER CHECK (weight_g BETWEEN 1 AND 999999);
    ALTER TABLE cart_lines ADD COLUMN label_fen INTEGER CHECK (label_fen > 0);
    ALTER TABLE cart_lines ADD COLUMN list_price_fen INTEGER CHECK (list_price_fen > 0);
    ALTER TABLE cart_lines ADD COLUMN price_reason TEXT;
    ALTER TABLE cart_lines ADD COLUMN discount_fen INTEGER CHECK (discount_fen > 0);
    ALTER TABLE cart_lines ADD COLUMN discount_permille INTEGER CHECK (discount_permille BETWEEN 1 AND 1000);
    ALTER TABLE cart_lines ADD COLUMN note TEXT CHECK (length(note) BETWEEN 1 AND 200);",
);

pub(crate) struct CartLines<'c>(pub(crate) &'c Connection);
pub(crate) struct CartLinesMut<'c>(pub(crate) &'c Transaction<'c>);

impl CartLines<'_> {
    pub(crate) fn of(&self, cart: CartId) -> Result<Vec<Line>> {
        self.0
            .prepare_cached(
                "SELECT line_id, barcode, title, price_fen, quantity, weight_g, label_fen, list_price_fen, price_reason,
                    discount_fen, discount_permille, note
                 FROM cart_lines WHERE cart_id = ?1 ORDER BY line_id",
            )?
            .query_map([cart.0], line)?
            .collect()
    }
}

impl CartLinesMut<'_> {
    pub(crate) fn put(&self, cart: CartId, line: &Line) -> Result<()> {
        let (discount_fen, discount_permille) = column::of_discount(line.discount);
        let (weight_g, label_fen) = match line.weighed {
            Some(Weighed::Grams(grams)) => (Some(grams.get()), None),
            Some(Weighed::Amount(amount)) => (None, Some(amount.get())),
            None => (None, None),
        };
        self.0
            .prepare_cached(
                "INSERT OR REPLACE INTO cart_lines (cart_id, line_id, barcode, title, price_fen, quantity, weight_g,
                    label_fen, list_price_fen, price_reason, discount_fen, discount_permille, note)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute((
                cart.0,
                line.id.0,
                line.barcode.as_str(),
                &line.title,
                line.price_fen.map(Fen::get),
                line.quantity.get(),
                weight_g,
                label_fen,
                line.list_price_fen.map(Fen::get),
                &line.price_reason,
                discount_fen,
                discount_permille,
                &line.note,
            ))
            .map(drop)
    }

    pub(crate) fn remove(&self, cart: CartId, line: LineId) -> Result<()> {
        self.0
            .prepare_cached("DELETE FROM cart_lines WHERE cart_id = ?1 AND line_id = ?2")?
            .execute((cart.0, line.0))
            .map(drop)
    }

    pub(crate) fn clear(&self, cart: CartId) -> Result<()> {
        self.0.prepare_cached("DELETE FROM cart_lines WHERE cart_id = ?1")?.execute([cart.0]).map(drop)
    }
}

fn line(row: &Row<'_>) -> Result<Line> {
    let label = column::optional_fen(row, "label_fen")?.map(Weighed::Amount);
    Ok(Line {
        id: LineId(row.get("line_id")?),
        barcode: column::barcode(row, "barcode")?,
        title: row.get("title")?,
        price_fen: column::optional_fen(row, "price_fen")?,
        quantity: column::quantity(row, "quantity")?,
        weighed: column::grams(row, "weight_g")?.map(Weighed::Grams).or(label),
        list_price_fen: column::optional_fen(row, "list_price_fen")?,
        price_reason: row.get("price_reason")?,
        discount: column::discount(row)?,
        note: row.get("note")?,
    })
}
