//! The catalogue.

use rusqlite::{Connection, OptionalExtension, Result, Transaction};
use yima_core::{Barcode, Fen, Product};

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
pub(crate) struct ProductsMut<'c>(pub(crate) &'c Transaction<'c>);

impl Products<'_> {
    pub(crate) fn get(&self, barcode: &Barcode) -> Result<Option<Product>> {
        self.0
            .prepare_cached("SELECT title, price_fen FROM products WHERE barcode = ?1")?
            .query_row([barcode.as_str()], |row| {
                Ok(Product { barcode: barcode.clone(), title: row.get(0)?, price_fen: Fen::new(row.get(1)?) })
            })
            .optional()
    }

    pub(crate) fn count(&self) -> Result<u32> {
        self.0.query_row("SELECT count(*) FROM products", [], |row| row.get(0))
    }
}

impl ProductsMut<'_> {
    pub(crate) fn put(&self, product: &Product) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO products (barcode, title, price_fen) VALUES (?1, ?2, ?3)
                 ON CONFLICT (barcode) DO UPDATE SET title = excluded.title, price_fen = excluded.price_fen",
            )?
            .execute((product.barcode.as_str(), &product.title, product.price_fen.get()))
            .map(drop)
    }
}
