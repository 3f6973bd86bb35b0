//! What becomes of a cart as its sale goes on.

use rusqlite::Transaction;
use yima_core::OrderId;

use crate::table::cart_lines::CartLinesMut;
use crate::table::carts::{Carts, CartsMut, HeldAs};
use crate::table::sales::{Sales, SalesMut};
use crate::{CartFate, CartStatus, SaleStep, StoreError, sale};

pub(crate) fn move_cart(
    transaction: &Transaction<'_>,
    id: &OrderId,
    fate: CartFate,
    steps: &[SaleStep],
) -> Result<(), StoreError> {
    if fate == CartFate::TakeBack {
        return take_back(transaction, id);
    }
    let Some(cart) = Sales(transaction).held_cart(id)? else { return Ok(()) };
    let carts = CartsMut(transaction);
    match fate {
        CartFate::Stay | CartFate::TakeBack => {}
        CartFate::Park => carts.set_status(cart, CartStatus::Parked)?,
        CartFate::Return => {
            carts.set_status(cart, CartStatus::Open)?;
            SalesMut(transaction).give_cart_back(id)?;
        }
        CartFate::Hold => {
            let last = steps.last().ok_or_else(sale::no_steps)?;
            carts.hold(cart, HeldAs::GivenBack { state: &last.state }, last.at_ms)?;
            SalesMut(transaction).give_cart_back(id)?;
        }
        CartFate::Clear => {
            CartLinesMut(transaction).clear(cart)?;
            carts.set_status(cart, CartStatus::Done)?;
        }
    }
    Ok(())
}

fn take_back(transaction: &Transaction<'_>, id: &OrderId) -> Result<(), StoreError> {
    let Some(sale) = Sales(transaction).get(id)? else { return Err(StoreError::VersionConflict) };
    match Carts(transaction).status(sale.cart_id)? {
        Some(CartStatus::Open | CartStatus::Held) => {}
        _ => return Err(StoreError::NotOpen),
    }
    SalesMut(transaction).take_cart_back(id)?;
    Ok(CartsMut(transaction).set_status(sale.cart_id, CartStatus::Charged)?)
}
