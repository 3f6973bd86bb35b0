//! A till that breaks its word or keeps what it should give back, to see that it is noticed.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use yima_checkout::Asked;
use yima_core::cart::{CartChange, Waiters};
use yima_core::sale::{Answer, Call, CallFailure, CheckReply, Status};
use yima_core::{Article, Barcode, Fen, OrderId};
use yima_store::{
    Advance, Advanced, CartId, NewReceipt, NewSale, Rebuilt, SaleStep, Standing, StoreError, StoredCart,
    StoredSale, Unreconciled,
};

use crate::witness::Witness;

/// For each article that is scanned.
const KEPT_BYTES: usize = 512 << 10;

type Kept<T> = Result<T, StoreError>;

/// What the till does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Flaw {
    /// An order, until long after it was sent.
    OrdersLate,
    /// What was scanned.
    NoGoods,
    /// Some memory is never given back.
    KeepsMemory,
    /// Neither are files.
    KeepsFiles,
    /// A check without an answer counts as "closed".
    SilenceIsClosed,
    /// Every question is asked a second time, before the first is answered.
    AsksTwice,
    /// What is checked is closed before.
    ClosesFirst,
    /// One fen more than was asked for goes back.
    RefundsMore,
    /// How long it was away is not noticed.
    ForgetsTheTime,
    /// The log has the secret.
    TellsTheSecret,
    /// Nobody looks whether the data are a copy.
    TakesNothingUp,
    /// Sales that are missing are not looked for.
    ComparesNothing,
}

impl Flaw {
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The question as a till with that flaw asks it.
pub fn asked(flaw: Option<Flaw>, mut asked: Asked) -> Asked {
    if let Some(refund) = asked.refund.as_mut().filter(|_| flaw == Some(Flaw::RefundsMore)) {
        refund.amount_fen = [refund.amount_fen, Fen::new(1)].into_iter().sum();
    }
    asked
}

/// What a till with that flaw asks before it.
pub fn asked_before(flaw: Option<Flaw>, asked: &Asked) -> Option<Asked> {
    let closes = flaw == Some(Flaw::ClosesFirst) && asked.call == Call::Check;
    closes.then(|| Asked { call: Call::Close, ..asked.clone() })
}

/// The answer as a till with that flaw understands it.
pub fn heard(flaw: Option<Flaw>, order_id: &OrderId, answer: Answer) -> Answer {
    match answer {
        Answer::Check(Err(CallFailure::Unknown)) if flaw == Some(Flaw::SilenceIsClosed) => {
            Answer::Check(Ok(CheckReply { order_id: order_id.to_string(), status: Status::Closed }))
        }
        answer => answer,
    }
}

/// The real store, but for its flaw, and watched.
pub struct Flawed {
    pub store: yima_store::Store,
    pub flaw: Option<Flaw>,
    pub witness: Arc<Witness>,
}

impl yima_checkout::Store for Flawed {
    async fn article(&self, barcode: &Barcode) -> Kept<Option<Article>> {
        match self.flaw {
            Some(Flaw::KeepsMemory) => std::mem::forget(vec![1_u8; KEPT_BYTES]),
            Some(Flaw::KeepsFiles) => std::mem::forget(File::open("/dev/null")),
            _ => {}
        }
        yima_checkout::Store::article(&self.store, barcode).await
    }

    async fn open_carts(&self) -> Kept<Vec<StoredCart>> {
        self.store.open_carts().await
    }

    async fn open_sales(&self) -> Kept<Vec<StoredSale>> {
        let sales = self.store.open_sales().await?;
        self.witness.reads(&sales);
        Ok(sales)
    }

    async fn watched_sales(&self) -> Kept<Vec<StoredSale>> {
        let sales = self.store.watched_sales().await?;
        self.witness.reads(&sales);
        Ok(sales)
    }

    async fn sale(&self, order_id: OrderId) -> Kept<Option<StoredSale>> {
        let sale = self.store.sale(&order_id).await?;
        self.witness.reads(&sale);
        Ok(sale)
    }

    async fn day_totals(&self, day: String) -> Kept<(u32, Fen)> {
        self.store.day_totals(&day).await
    }

    async fn new_cart(&self, at_ms: i64) -> Kept<CartId> {
        yima_checkout::Store::new_cart(&self.store, at_ms).await
    }

    async fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> Kept<()> {
        if self.flaw == Some(Flaw::NoGoods) {
            return Ok(());
        }
        yima_checkout::Store::save_cart(&self.store, cart, changes).await
    }

    async fn save_waiters(&self, cart: CartId, waiters: Waiters) -> Kept<()> {
        yima_checkout::Store::save_waiters(&self.store, cart, waiters).await
    }

    async fn hold(&self, cart: CartId, name: Option<String>, at_ms: i64) -> Kept<()> {
        yima_checkout::Store::hold(&self.store, cart, name, at_ms).await
    }

    async fn bring_up(&self, held: CartId, instead_of: Option<CartId>, at_ms: i64) -> Kept<()> {
        yima_checkout::Store::bring_up(&self.store, held, instead_of, at_ms).await
    }

    async fn drop_held(&self, held: CartId) -> Kept<()> {
        yima_checkout::Store::drop_held(&self.store, held).await
    }

    async fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> Kept<u32> {
        self.witness.begins(&sale.order.id, &steps);
        if self.flaw != Some(Flaw::OrdersLate) {
            return yima_checkout::Store::begin_sale(&self.store, sale, steps).await;
        }
        let version = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let store = self.store.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            store.begin_sale(sale, steps).await
        });
        Ok(version)
    }

    async fn sell(&self, sale: NewSale, paid: SaleStep, receipt: NewReceipt) -> Kept<Advanced> {
        yima_checkout::Store::sell(&self.store, sale, paid, receipt).await
    }

    async fn advance(&self, advance: Advance) -> Kept<Advanced> {
        self.witness.keeps(&advance);
        yima_checkout::Store::advance(&self.store, advance).await
    }

    async fn note_attempt(&self, order_id: OrderId, attempt: u32, outcome: String, at_ms: i64) -> Kept<()> {
        yima_checkout::Store::note_attempt(&self.store, order_id, attempt, outcome, at_ms).await
    }

    async fn unreconciled(&self) -> Kept<Option<Unreconciled>> {
        if self.flaw == Some(Flaw::ComparesNothing) {
            return Ok(None);
        }
        self.store.unreconciled().await
    }

    async fn note_account(&self, account: String) -> Kept<()> {
        yima_checkout::Store::note_account(&self.store, account).await
    }

    async fn standings(&self, order_ids: Vec<OrderId>) -> Kept<BTreeMap<OrderId, Standing>> {
        self.store.standings(order_ids).await
    }

    async fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> Kept<CartId> {
        self.witness.rebuilds(&sale.order.id, &step);
        yima_checkout::Store::rebuild_sale(&self.store, sale, step).await
    }

    async fn reconciled(&self, at_ms: i64, word: Option<String>) -> Kept<()> {
        yima_checkout::Store::reconciled(&self.store, at_ms, word).await
    }
}
