//! Goods as they were kept before they had a file of their own; read once, see [`crate::goods`].

use rusqlite::{Connection, Result};
use yima_core::{Barcode, Fen, Product};

use crate::StoreError;
use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V1__products",
    "CREATE TABLE products (
        barcode TEXT NOT NULL PRIMARY KEY CHECK (length(barcode) BETWEEN 1 AND 32),
        title TEXT NOT NULL CHECK (title <> ''),
        price_fen INTEGER NOT NULL CHECK (price_fen > 0)
    ) STRICT, WITHOUT ROWID;",
);

pub(crate) struct Products<'c>(pub(crate) &'c Connection);

impl Products<'_> {
    pub(crate) fn is_empty(&self) -> Result<bool> {
        self.0.query_row("SELECT NOT EXISTS (SELECT 1 FROM products)", [], |row| row.get(0))
    }

    pub(crate) fn each(
        &self,
        mut take: impl FnMut(Product) -> std::result::Result<(), StoreError>,
    ) -> std::result::Result<(), StoreError> {
        let mut query = self.0.prepare("SELECT barcode, title, price_fen FROM products")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if let Ok(barcode) = Barcode::parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?) {
                take(Product { barcode, title: row.get(1)?, price_fen: Fen::new(row.get(2)?) })?;
            }
        }
        Ok(())
    }
}
