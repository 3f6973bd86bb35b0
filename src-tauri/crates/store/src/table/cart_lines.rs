//! The goods of carts that are not done.

use rusqlite::{Connection, Result, Row, Transaction};
use yima_core::{Line, LineId};

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

pub(crate) struct CartLines<'c>(pub(crate) &'c Connection);
pub(crate) struct CartLinesMut<'c>(pub(crate) &'c Transaction<'c>);

impl CartLines<'_> {
    pub(crate) fn of(&self, cart: CartId) -> Result<Vec<Line>> {
        self.0
            .prepare_cached(
                "SELECT line_id, barcode, title, price_fen, quantity FROM cart_lines
                 WHERE cart_id = ?1 ORDER BY line_id",
            )?
            .query_map([cart.0], line)?
            .collect()
    }
}

impl CartLinesMut<'_> {
    pub(crate) fn put(&self, cart: CartId, line: &Line) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO cart_lines (cart_id, line_id, barcode, title, price_fen, quantity)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (cart_id, line_id) DO UPDATE SET barcode = excluded.barcode, title = excluded.title,
                    price_fen = excluded.price_fen, quantity = excluded.quantity",
            )?
            .execute((
                cart.0,
                line.id.0,
                line.barcode.as_str(),
                &line.title,
                line.price_fen.map(yima_core::Fen::get),
                line.quantity.get(),
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
    Ok(Line {
        id: LineId(row.get("line_id")?),
        barcode: column::barcode(row, "barcode")?,
        title: row.get("title")?,
        price_fen: column::optional_fen(row, "price_fen")?,
        quantity: column::quantity(row, "quantity")?,
    })
}
