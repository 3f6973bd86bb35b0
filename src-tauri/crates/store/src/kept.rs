//! All that is kept of one sale, from every table, as it stood at one moment.

use yima_core::OrderId;

use crate::table::attempts::Attempts;
use crate::table::receipts::Receipts;
use crate::table::refunds::Refunds;
use crate::table::sale_events::SaleEvents;
use crate::table::sales::Sales;
use crate::{Store, StoreError, StoredAttempt, StoredEvent, StoredRefund, StoredSale, sale};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSale {
    pub sale: StoredSale,
    /// Of the exact bytes to send.
    pub body_sha256: Vec<u8>,
    /// Such as `2026-11-22`: the day it was paid, else the day it began.
    pub day: String,
    /// Whether it is asked about although it ended.
    pub watched: bool,
    /// Whether somebody has to see to it.
    pub urgent: bool,
    pub updated_ms: i64,
    pub receipt: Option<KeptReceipt>,
    /// Oldest first, like the others.
    pub events: Vec<StoredEvent>,
    pub attempts: Vec<StoredAttempt>,
    pub refunds: Vec<KeptRefund>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReceipt {
    pub number: String,
    pub till_number: String,
    /// Such as `2026-11-22`, in China Standard Time.
    pub day: String,
    /// Of that till and day: 1, 2, …
    pub count: u32,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRefund {
    pub refund: StoredRefund,
    pub begun_ms: i64,
    pub updated_ms: i64,
}

impl Store {
    pub async fn kept_sale(&self, order_id: &OrderId) -> Result<Option<KeptSale>, StoreError> {
        let id = order_id.clone();
        self.read(move |connection| {
            let Some(row) = Sales(connection).get(&id)? else { return Ok(None) };
            Ok(Some(KeptSale {
                body_sha256: row.body_sha256.clone(),
                day: row.day.clone(),
                watched: row.watched,
                urgent: row.urgent,
                updated_ms: row.updated_ms,
                sale: sale::complete(connection, row)?,
                receipt: Receipts(connection).of(&id)?,
                events: SaleEvents(connection).of(&id)?,
                attempts: Attempts(connection).of(&id)?,
                refunds: Refunds(connection).kept_of(&id)?,
            }))
        })
        .await
    }
}
