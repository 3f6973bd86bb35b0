//! Carts as they are kept: every change is on the disk before it is on a screen.

use rusqlite::{Connection, Transaction};
use yima_core::Line;
use yima_core::cart::{CartChange, LineChange, OrderTerms, Waiters};

use crate::table::cart_lines::{CartLines, CartLinesMut};
use crate::table::cart_terms::{CartTerms, CartTermsMut};
use crate::table::carts::{CartRow, Carts, CartsMut};
use crate::{Store, StoreError};

/// Names a cart within one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CartId(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartStatus {
    /// Can be edited.
    Open,
    /// A sale of it is going on.
    Charged,
    /// Its sale is unresolved.
    Parked,
    /// Waits until the cashier brings it up; no scan goes into it.
    Held,
    /// Sold; it has no lines any more and never changes again.
    Done,
}

/// What becomes of a sale's cart. A sale that has given its cart back does not move it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartFate {
    Stay,
    /// Back to the cashier, to be edited.
    Return,
    /// Back to the cashier, but behind the goods at hand.
    Hold,
    Park,
    /// A cart that was given back is this sale's once more. [`StoreError::NotOpen`] unless it is open or held.
    TakeBack,
    /// Its lines are deleted and it is done.
    Clear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCart {
    pub id: CartId,
    pub status: CartStatus,
    /// By id, as [`yima_core::Cart::restore`] takes them.
    pub lines: Vec<Line>,
    pub terms: OrderTerms,
}

impl Store {
    /// Makes an empty open cart.
    pub async fn new_cart(&self, at_ms: i64) -> Result<CartId, StoreError> {
        self.write(move |transaction| Ok(CartsMut(transaction).add(at_ms)?)).await
    }

    /// Writes what `changes` touched, in their order. [`StoreError::NotOpen`] unless the cart is open.
    pub async fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> Result<(), StoreError> {
        self.write(move |transaction| {
            require_open(transaction, cart)?;
            changes.iter().try_for_each(|change| put(transaction, cart, change))
        })
        .await
    }

    /// Writes who serves a cart that nobody has chosen anybody for. [`StoreError::NotOpen`] unless it is open.
    pub async fn save_waiters(&self, cart: CartId, waiters: Waiters) -> Result<(), StoreError> {
        self.write(move |transaction| {
            require_open(transaction, cart)?;
            Ok(CartsMut(transaction).set_waiters(cart, &waiters)?)
        })
        .await
    }

    /// All carts that are not done, by id.
    pub async fn open_carts(&self) -> Result<Vec<StoredCart>, StoreError> {
        self.read(|connection| {
            let rows = Carts(connection).not_done()?;
            rows.into_iter().map(|row| stored(connection, row)).collect()
        })
        .await
    }
}

pub(crate) fn stored(connection: &Connection, row: CartRow) -> Result<StoredCart, StoreError> {
    let lines = CartLines(connection).of(row.id)?;
    let terms = OrderTerms { waiters: row.waiters, ..CartTerms(connection).of(row.id)? };
    Ok(StoredCart { id: row.id, status: row.status, lines, terms })
}

pub(crate) fn require_open(transaction: &Transaction<'_>, cart: CartId) -> Result<(), StoreError> {
    match Carts(transaction).status(cart)? {
        Some(CartStatus::Open) => Ok(()),
        _ => Err(StoreError::NotOpen),
    }
}

fn put(transaction: &Transaction<'_>, cart: CartId, change: &CartChange) -> Result<(), StoreError> {
    change.lines.iter().try_for_each(|line| put_line(transaction, cart, line))?;
    if let Some(terms) = &change.terms {
        CartTermsMut(transaction).put(cart, &terms.after)?;
        CartsMut(transaction).set_waiters(cart, &terms.after.waiters)?;
    }
    Ok(())
}

fn put_line(transaction: &Transaction<'_>, cart: CartId, change: &LineChange) -> Result<(), StoreError> {
    let lines = CartLinesMut(transaction);
    match (&change.after, change.line_id()) {
        (Some(line), _) => lines.put(cart, line)?,
        (None, Some(id)) => lines.remove(cart, id)?,
        (None, None) => {}
    }
    Ok(())
}
