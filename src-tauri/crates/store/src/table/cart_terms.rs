//! What is said of a whole cart: its discount and a note. It stays when the cart is done, for its receipt.
//! Who serves it is in the row of the cart itself.

use rusqlite::{Connection, OptionalExtension, Result, Transaction};
use yima_core::cart::OrderTerms;

use crate::schema::Step;
use crate::{CartId, column};

pub(crate) const CREATE: Step = (
    "V15__cart_terms",
    "CREATE TABLE cart_terms (
        cart_id INTEGER NOT NULL PRIMARY KEY REFERENCES carts (cart_id),
        discount_fen INTEGER CHECK (discount_fen > 0),
        discount_permille INTEGER CHECK (discount_permille BETWEEN 1 AND 1000),
        note TEXT CHECK (length(note) BETWEEN 1 AND 200),
        CHECK (discount_fen IS NULL OR discount_permille IS NULL)
    ) STRICT;",
);

pub(crate) struct CartTerms<'c>(pub(crate) &'c Connection);
pub(crate) struct CartTermsMut<'c>(pub(crate) &'c Transaction<'c>);

impl CartTerms<'_> {
    pub(crate) fn of(&self, cart: CartId) -> Result<OrderTerms> {
        let kept = self
            .0
            .prepare_cached(
                "SELECT discount_fen, discount_permille, note FROM cart_terms WHERE cart_id = ?1",
            )?
            .query_row([cart.0], |row| {
                let (discount, note) = (column::discount(row)?, row.get("note")?);
                Ok(OrderTerms { discount, note, ..OrderTerms::default() })
            })
            .optional()?;
        Ok(kept.unwrap_or_default())
    }
}

impl CartTermsMut<'_> {
    pub(crate) fn put(&self, cart: CartId, terms: &OrderTerms) -> Result<()> {
        let (fen, permille) = column::of_discount(terms.discount);
        self.0
            .prepare_cached(
                "INSERT INTO cart_terms (cart_id, discount_fen, discount_permille, note) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (cart_id) DO UPDATE SET discount_fen = excluded.discount_fen,
                    discount_permille = excluded.discount_permille, note = excluded.note",
            )?
            .execute((cart.0, fen, permille, &terms.note))
            .map(drop)
    }
}
