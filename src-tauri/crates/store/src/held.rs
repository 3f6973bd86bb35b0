//! Carts that wait until the cashier brings them up.

use rusqlite::Transaction;

use crate::cart::{require_open, stored};
use crate::table::cart_lines::CartLinesMut;
use crate::table::carts::{Carts, CartsMut, HeldAs};
use crate::{CartId, CartStatus, Store, StoreError, StoredCart};

/// A cart that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCart {
    pub cart: StoredCart,
    /// What the cashier called it, else the smallest number that was free; `None` for goods that a sale gave back.
    pub name: Option<String>,
    /// The state of the sale that gave the goods back.
    pub given_back_as: Option<String>,
    /// `None` if an older program held it.
    pub held_ms: Option<i64>,
}

impl HeldCart {
    /// Of a name, at most.
    pub const NAME_CHARS_MAX: usize = 40;
}

impl Store {
    /// Lets an open cart wait: under `name`, else under the one it had before, else under a number.
    /// [`StoreError::NotOpen`] unless the cart is open.
    pub async fn hold(&self, cart: CartId, name: Option<String>, at_ms: i64) -> Result<(), StoreError> {
        self.write(move |transaction| hold(transaction, cart, name, at_ms)).await
    }

    /// Opens a held cart; the open cart `instead_of` is held from now on.
    /// [`StoreError::NotOpen`] unless both are what they have to be.
    pub async fn bring_up(
        &self,
        held: CartId,
        instead_of: Option<CartId>,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        self.write(move |transaction| {
            require_held(transaction, held)?;
            CartsMut(transaction).set_status(held, CartStatus::Open)?;
            instead_of.map_or(Ok(()), |open| hold(transaction, open, None, at_ms))
        })
        .await
    }

    /// The cashier gives up a held cart. [`StoreError::NotOpen`] unless it is held.
    pub async fn drop_held(&self, held: CartId) -> Result<(), StoreError> {
        self.write(move |transaction| {
            require_held(transaction, held)?;
            CartLinesMut(transaction).clear(held)?;
            Ok(CartsMut(transaction).set_status(held, CartStatus::Done)?)
        })
        .await
    }

    /// The one that waits longest first.
    pub async fn held_carts(&self) -> Result<Vec<HeldCart>, StoreError> {
        self.read(|connection| {
            let mut rows = Carts(connection).not_done()?;
            let mut held = Vec::new();
            for waiting in Carts(connection).held()? {
                let Some(at) = rows.iter().position(|row| row.id == waiting.id) else { continue };
                held.push(HeldCart {
                    cart: stored(connection, rows.swap_remove(at))?,
                    name: waiting.name,
                    given_back_as: waiting.given_back_as,
                    held_ms: waiting.held_ms,
                });
            }
            Ok(held)
        })
        .await
    }
}

fn hold(
    transaction: &Transaction<'_>,
    cart: CartId,
    name: Option<String>,
    at_ms: i64,
) -> Result<(), StoreError> {
    require_open(transaction, cart)?;
    let name = match name {
        Some(name) => name,
        None => free_name(transaction, Carts(transaction).name(cart)?)?,
    };
    Ok(CartsMut(transaction).hold(cart, HeldAs::Name(&name), at_ms)?)
}

fn require_held(transaction: &Transaction<'_>, cart: CartId) -> Result<(), StoreError> {
    match Carts(transaction).status(cart)? {
        Some(CartStatus::Held) => Ok(()),
        _ => Err(StoreError::NotOpen),
    }
}

/// `wanted`, or the smallest number, that no held cart is called.
fn free_name(transaction: &Transaction<'_>, wanted: Option<String>) -> rusqlite::Result<String> {
    let held = Carts(transaction).held()?;
    let is_free = |name: &String| !held.iter().any(|row| row.name.as_ref() == Some(name));
    let numbers = (1..=held.len() + 1).map(|number| number.to_string());
    Ok(wanted.into_iter().chain(numbers).find(is_free).unwrap_or_default())
}
