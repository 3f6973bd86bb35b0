//! A database that may lack sales: from when on, what of an order is known here, and those that were missing.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction};
use sha2::{Digest, Sha256};
use yima_core::sale::Way;
use yima_core::{Fen, Order, OrderId};

use crate::table::carts::CartsMut;
use crate::table::restores::{Restores, RestoresMut};
use crate::table::sale_lines::SaleLinesMut;
use crate::table::sales::{Sales, SalesMut};
use crate::{CartId, CartStatus, NewSale, Restore, SaleStep, Store, StoreError, day, sale};

/// A year and a month: nobody looks for receipts that are older.
const LONGEST_LOOK_BACK_MS: i64 = 400 * 86_400_000;

/// That the gateway's list has to be gone through before anything is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreconciled {
    pub restore: Restore,
    /// Everything that began before this is here. Unix milliseconds.
    pub since_ms: i64,
    /// Of the sale that was begun last: a till may have been given another one since.
    pub terminal_id: Option<String>,
    /// JSON: where sales that are open or were begun lately are asked about, the latest first, and what
    /// [`Store::note_account`] noted. Each has a list.
    pub accounts: Vec<String>,
}

/// How an order stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// A state's code.
    pub state: String,
    pub refunded_fen: Fen,
}

/// A sale that was made by this till and is missing here, as the gateway tells it. Its goods are gone: it has no cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    pub order: Order,
    /// JSON: where and how the gateway is asked about this sale.
    pub account: String,
    /// JSON.
    pub store_info: String,
    pub terminal_id: String,
    pub till_number: String,
    pub cashier_id: Option<String>,
    /// When the order was made, in Unix milliseconds.
    pub created_ms: i64,
}

impl Store {
    /// Set if the database was restored or copied and the gateway's list was not gone through since.
    pub async fn unreconciled(&self) -> Result<Option<Unreconciled>, StoreError> {
        let found = self
            .read(|connection| {
                let Some(restore) = Restores(connection).unreconciled()? else { return Ok(None) };
                let noted = Restores(connection).since_ms()?;
                let since_ms = noted.map_or_else(|| last_known_ms(connection, restore.restored_ms), Ok)?;
                let terminal_id = Sales(connection).last_terminal()?;
                let mut accounts = Sales(connection).last_accounts()?;
                let mut others = Restores(connection).accounts()?;
                others.retain(|account| !accounts.contains(account));
                accounts.append(&mut others);
                let marked = Unreconciled { restore, since_ms, terminal_id, accounts };
                Ok(Some((marked, noted.is_some())))
            })
            .await?;
        let Some((marked, is_noted)) = found else { return Ok(None) };
        if !is_noted {
            // Once sales are rebuilt, the newest one says nothing any more.
            self.note_since(marked.since_ms).await;
        }
        Ok(Some(marked))
    }

    /// A till whose disk is full opens all the same.
    async fn note_since(&self, since_ms: i64) {
        let noted = self.write(move |transaction| Ok(RestoresMut(transaction).note_since(since_ms)?)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "since when sales may be missing was not noted");
        }
    }

    /// Notes, as JSON, where else orders may have been made that are missing: settings may be changed before that list
    /// is read.
    pub async fn note_account(&self, account: String) -> Result<(), StoreError> {
        self.write(move |transaction| Ok(RestoresMut(transaction).note_account(&account)?)).await
    }

    /// Those of these orders that are here.
    pub async fn standings(&self, ids: Vec<OrderId>) -> Result<BTreeMap<OrderId, Standing>, StoreError> {
        self.read(move |connection| {
            let sales = Sales(connection);
            let found = ids.into_iter().map(|id| Ok(sales.standing(&id)?.map(|standing| (id, standing))));
            found.filter_map(Result::transpose).collect()
        })
        .await
    }

    /// Makes a missing sale durable at version 1, with a cart that is done. [`StoreError::OrderExists`] if it is not
    /// missing.
    pub async fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> Result<CartId, StoreError> {
        self.write(move |transaction| rebuild(transaction, sale, &step)).await
    }

    /// Notes that nothing is missing any more; `word`, as JSON, says who answers for it where the gateway's list could
    /// not all be read, and why.
    pub async fn reconciled(&self, at_ms: i64, word: Option<String>) -> Result<(), StoreError> {
        self.write(move |transaction| Ok(RestoresMut(transaction).reconcile(at_ms, word.as_deref())?)).await
    }
}

/// Notes that sales made elsewhere may be missing from now on.
pub(crate) fn mark(transaction: &Transaction<'_>, restore: &Restore) -> Result<(), StoreError> {
    let since_ms = last_known_ms(transaction, restore.restored_ms)?;
    Ok(RestoresMut(transaction).add(restore, since_ms)?)
}

/// When the sale was begun that is the last one here: a database is whole up to some moment. What a wrong clock has
/// dated after `at_ms` tells nothing. Without any sale nobody knows: one that was lost may have sold for long.
fn last_known_ms(connection: &Connection, at_ms: i64) -> Result<i64, StoreError> {
    let last_ms = Sales(connection).last_created_ms(at_ms)?;
    Ok(last_ms.unwrap_or_else(|| at_ms.saturating_sub(LONGEST_LOOK_BACK_MS)))
}

fn rebuild(transaction: &Transaction<'_>, rebuilt: Rebuilt, step: &SaleStep) -> Result<CartId, StoreError> {
    let Rebuilt { order, account, store_info, terminal_id, till_number, cashier_id, created_ms } = rebuilt;
    sale::require_adding_up(&order).map_err(StoreError::Refused)?;
    if Sales(transaction).exists(&order.id)? {
        return Err(StoreError::OrderExists);
    }
    let cart_id = CartsMut(transaction).add(step.at_ms)?;
    CartsMut(transaction).set_status(cart_id, CartStatus::Done)?;
    let id = order.id.clone();
    // Nobody here knows the bytes that were sent, and nobody sends them again.
    let body = Vec::new();
    let hash = Sha256::digest(&body);
    let sale = NewSale {
        order,
        cart_id,
        // The list does not tell which code was scanned, and nobody asks: the way only decides what is sent first.
        way: Way::Qr,
        tendered_fen: None,
        detail: None,
        account,
        store_info,
        terminal_id,
        till_number,
        cashier_id,
        body,
    };
    let began = SaleStep { at_ms: created_ms, ..step.clone() };
    SalesMut(transaction).add(&sale, &hash, &began, &day::day_of(created_ms))?;
    SalesMut(transaction).give_cart_back(&id)?;
    SaleLinesMut(transaction).add(&id, &sale.order.lines)?;
    sale::record(transaction, &id, 1, std::slice::from_ref(step))?;
    sale::project(transaction, &id, 1, 1, std::slice::from_ref(step))?;
    Ok(cart_id)
}
