//! Sales as they are kept: an append-only list of events, and what they have made of the sale, always together.

use rusqlite::{Connection, Transaction};
use sha2::{Digest, Sha256};
use yima_core::sale::Way;
use yima_core::{Fen, Order, OrderId};

use crate::cart::require_open;
use crate::table::attempts::{Attempts, AttemptsMut};
use crate::table::carts::CartsMut;
use crate::table::receipts::Receipts;
use crate::table::refunds::{Refunds, RefundsMut};
use crate::table::sale_events::{SaleEvents, SaleEventsMut};
use crate::table::sale_lines::{SaleLines, SaleLinesMut};
use crate::table::sales::{SaleRow, Sales, SalesMut};
use crate::{CartFate, CartId, CartStatus, NewReceipt, Store, StoreError, cart_fate, day, receipt};

/// What a sale begins with; none of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSale {
    pub order: Order,
    pub cart_id: CartId,
    pub way: Way,
    /// What was handed over, of a sale that is paid in cash.
    pub tendered_fen: Option<Fen>,
    /// JSON: how it came to its total; none of a sale of which only its lines are known.
    pub detail: Option<String>,
    /// JSON: where and how the gateway is asked about this sale.
    pub account: String,
    /// JSON.
    pub store_info: String,
    pub terminal_id: String,
    pub till_number: String,
    pub cashier_id: Option<String>,
    /// The exact bytes to send, without `sign`. Kept with their SHA-256, which is checked at each reading.
    pub body: Vec<u8>,
}

/// Something that happened to a sale, and what the sale is then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleStep {
    /// A code such as `awaiting`.
    pub state: String,
    /// Whether the sale still has to be brought to an end.
    pub open: bool,
    /// Whether a sale that is not open is asked about all the same.
    pub watched: bool,
    /// Whether somebody has to see to it: it stands first in lists.
    pub urgent: bool,
    /// The name of what happened.
    pub event: String,
    /// JSON: the sale as the core has it.
    pub snapshot: String,
    pub facts: SaleFacts,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Set when this step makes an attempt to send durable, before it is made: 1, 2, …
    pub attempt: Option<u32>,
    /// JSON: who did it and why, where that matters.
    pub note: Option<String>,
    /// How the refund stands that this step is about.
    pub refund: Option<StoredRefund>,
    /// Whether it says what became of money: then it may use the room put aside for a full disk.
    pub tells_of_money: bool,
}

/// A refund asked for by this till. Its id and amount never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRefund {
    pub refund_id: OrderId,
    pub amount_fen: Fen,
    /// A code such as `sent`.
    pub progress: String,
}

/// What is known about the payment; each step replaces all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleFacts {
    pub trade_no: Option<String>,
    pub pay_url: Option<String>,
    pub payable_fen: Option<Fen>,
    pub real_fen: Option<Fen>,
    pub refunded_fen: Option<Fen>,
    /// What has to be given back and has not been.
    pub refund_due_fen: Option<Fen>,
    /// 0 or 1, as the gateway numbers them.
    pub channel: Option<i64>,
    /// The gateway's text.
    pub pay_time: Option<String>,
    /// JSON.
    pub reason: Option<String>,
}

/// One or more steps of a sale, and all that must become durable with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    pub order_id: OrderId,
    /// The version the steps were worked out from.
    pub expected_version: u32,
    /// In order; at least one.
    pub steps: Vec<SaleStep>,
    pub cart: CartFate,
    /// Set when the sale becomes paid. A sale that has a receipt keeps its number.
    pub receipt: Option<NewReceipt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advanced {
    pub version: u32,
    /// Set when a receipt was asked for.
    pub receipt_number: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSale {
    pub order: Order,
    pub cart_id: CartId,
    /// Whether the sale still decides over its cart.
    pub holds_cart: bool,
    pub way: Way,
    /// What was handed over, of a sale that was paid in cash.
    pub tendered_fen: Option<Fen>,
    /// As in [`NewSale::detail`].
    pub detail: Option<String>,
    pub version: u32,
    pub state: String,
    pub open: bool,
    pub snapshot: String,
    pub facts: SaleFacts,
    pub account: String,
    pub store_info: String,
    pub terminal_id: String,
    pub till_number: String,
    pub cashier_id: Option<String>,
    pub body: Vec<u8>,
    pub created_ms: i64,
    pub receipt_number: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// 1, 2, … without a gap.
    pub version: u32,
    pub event: String,
    pub state: String,
    pub snapshot: String,
    pub attempt: Option<u32>,
    pub note: Option<String>,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAttempt {
    pub attempt: u32,
    pub begun_ms: i64,
    /// `None` as long as nobody noted how it ended.
    pub outcome: Option<String>,
    pub ended_ms: Option<i64>,
}

impl Store {
    /// Makes a sale durable with its first steps, and its cart charged; gives the version.
    ///
    /// [`StoreError::NotOpen`] if the cart is not open or another sale of it is, [`StoreError::OrderExists`] if the
    /// order id was used before, [`StoreError::DiskFull`] also if there is no room left to put aside for what the
    /// sales that are open come to.
    pub async fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> Result<u32, StoreError> {
        if !self.has_reserve() {
            return Err(StoreError::DiskFull);
        }
        self.write(move |transaction| begin(transaction, &sale, &steps)).await
    }

    /// Brings a sale forward; [`StoreError::VersionConflict`] if it is not at the version expected.
    ///
    /// What became of money is kept even when the disk is full, as long as the room put aside lasts.
    pub async fn advance(&self, advance: Advance) -> Result<Advanced, StoreError> {
        let tells_of_money = advance.steps.iter().any(|step| step.tells_of_money);
        match self.try_advance(advance.clone()).await {
            Err(StoreError::DiskFull) if tells_of_money && self.free_reserve() => {
                self.try_advance(advance).await
            }
            outcome => outcome,
        }
    }

    async fn try_advance(&self, advance: Advance) -> Result<Advanced, StoreError> {
        self.write(move |transaction| {
            let Advance { order_id, expected_version, steps, cart, receipt } = &advance;
            let version = take_steps(transaction, order_id, *expected_version, steps)?;
            cart_fate::move_cart(transaction, order_id, *cart, steps)?;
            let give = |receipt| receipt::give(transaction, order_id, receipt);
            Ok(Advanced { version, receipt_number: receipt.as_ref().map(give).transpose()? })
        })
        .await
    }

    /// Notes how an attempt ended; a later note replaces it. [`StoreError::Refused`] if there is no such attempt.
    pub async fn note_attempt(
        &self,
        order_id: OrderId,
        attempt: u32,
        outcome: String,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        self.write(move |transaction| {
            if AttemptsMut(transaction).end(&order_id, attempt, &outcome, at_ms)? {
                return Ok(());
            }
            Err(StoreError::Refused(format!("{order_id} has no attempt {attempt}")))
        })
        .await
    }

    /// All sales that are not at their end, oldest first.
    pub async fn open_sales(&self) -> Result<Vec<StoredSale>, StoreError> {
        self.read(|connection| {
            let rows = Sales(connection).open()?;
            rows.into_iter().map(|row| complete(connection, row)).collect()
        })
        .await
    }

    /// All sales that ended and are asked about all the same, oldest first.
    pub async fn watched_sales(&self) -> Result<Vec<StoredSale>, StoreError> {
        self.read(|connection| {
            let rows = Sales(connection).watched()?;
            rows.into_iter().map(|row| complete(connection, row)).collect()
        })
        .await
    }

    pub async fn sale(&self, order_id: &OrderId) -> Result<Option<StoredSale>, StoreError> {
        let order_id = order_id.clone();
        self.read(move |connection| {
            Sales(connection).get(&order_id)?.map(|row| complete(connection, row)).transpose()
        })
        .await
    }

    /// Oldest first.
    pub async fn events(&self, order_id: &OrderId) -> Result<Vec<StoredEvent>, StoreError> {
        let order_id = order_id.clone();
        self.read(move |connection| Ok(SaleEvents(connection).of(&order_id)?)).await
    }

    /// Oldest first.
    pub async fn attempts(&self, order_id: &OrderId) -> Result<Vec<StoredAttempt>, StoreError> {
        let order_id = order_id.clone();
        self.read(move |connection| Ok(Attempts(connection).of(&order_id)?)).await
    }

    /// Oldest first.
    pub async fn refunds(&self, order_id: &OrderId) -> Result<Vec<StoredRefund>, StoreError> {
        let order_id = order_id.clone();
        self.read(move |connection| Ok(Refunds(connection).of(&order_id)?)).await
    }
}

pub(crate) fn begin(
    transaction: &Transaction<'_>,
    sale: &NewSale,
    steps: &[SaleStep],
) -> Result<u32, StoreError> {
    let id = &sale.order.id;
    let first = steps.first().ok_or_else(no_steps)?;
    require_adding_up(&sale.order).map_err(StoreError::Refused)?;
    require_open(transaction, sale.cart_id)?;
    if Sales(transaction).is_open_for(sale.cart_id)? {
        return Err(StoreError::NotOpen);
    }
    if Sales(transaction).exists(id)? {
        return Err(StoreError::OrderExists);
    }
    SalesMut(transaction).add(sale, &Sha256::digest(&sale.body), first, &day::day_of(first.at_ms))?;
    SaleLinesMut(transaction).add(id, &sale.order.lines)?;
    let version = record(transaction, id, 1, steps)?;
    CartsMut(transaction).set_status(sale.cart_id, CartStatus::Charged)?;
    project(transaction, id, 1, version, steps)?;
    Ok(version)
}

fn take_steps(
    transaction: &Transaction<'_>,
    id: &OrderId,
    expected_version: u32,
    steps: &[SaleStep],
) -> Result<u32, StoreError> {
    let count = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    project(transaction, id, expected_version, expected_version.saturating_add(count), steps)?;
    record(transaction, id, expected_version.saturating_add(1), steps)
}

pub(crate) fn project(
    transaction: &Transaction<'_>,
    id: &OrderId,
    from: u32,
    to: u32,
    steps: &[SaleStep],
) -> Result<(), StoreError> {
    let last = steps.last().ok_or_else(no_steps)?;
    if SalesMut(transaction).project(id, from, to, last)? { Ok(()) } else { Err(StoreError::VersionConflict) }
}

/// Adds the steps as events numbered from `first`; gives the number of the last.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    id: &OrderId,
    first: u32,
    steps: &[SaleStep],
) -> Result<u32, StoreError> {
    let mut version = first;
    for (number, step) in (first..).zip(steps) {
        version = number;
        SaleEventsMut(transaction).add(id, version, step)?;
        if let Some(attempt) = step.attempt {
            AttemptsMut(transaction).begin(id, attempt, step.at_ms)?;
        }
        if let Some(refund) = &step.refund {
            RefundsMut(transaction).put(id, refund, step.at_ms)?;
        }
    }
    Ok(version)
}

pub(crate) fn complete(connection: &Connection, row: SaleRow) -> Result<StoredSale, StoreError> {
    let lines = SaleLines(connection).of(&row.order_id)?;
    let receipt_number = Receipts(connection).number_of(&row.order_id)?;
    let order = Order { id: row.order_id, lines, total_fen: row.total_fen };
    require_adding_up(&order).map_err(StoreError::Damaged)?;
    if Sha256::digest(&row.body).as_slice() != row.body_sha256 {
        return Err(StoreError::Damaged(format!("the body of {} is not the one that was kept", order.id)));
    }
    Ok(StoredSale {
        order,
        cart_id: row.cart_id,
        holds_cart: row.holds_cart,
        way: row.way,
        tendered_fen: row.tendered_fen,
        detail: row.detail,
        version: row.version,
        state: row.state,
        open: row.open,
        snapshot: row.snapshot,
        facts: row.facts,
        account: row.account,
        store_info: row.store_info,
        terminal_id: row.terminal_id,
        till_number: row.till_number,
        cashier_id: row.cashier_id,
        body: row.body,
        created_ms: row.created_ms,
        receipt_number,
    })
}

pub(crate) fn require_adding_up(order: &Order) -> Result<(), String> {
    let sum = Fen::checked_sum(order.lines.iter().map(|line| line.amount_fen));
    if sum == Some(order.total_fen) {
        Ok(())
    } else {
        Err(format!("the lines of {} miss its total", order.id))
    }
}

pub(crate) fn no_steps() -> StoreError {
    StoreError::Refused("a sale goes by steps, and there is none".to_owned())
}
