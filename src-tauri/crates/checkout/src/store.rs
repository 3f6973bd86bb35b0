//! The store as the engine sees it. Every write answers only once it is durable.

use std::collections::BTreeMap;
use std::future::Future;

use yima_core::cart::{CartChange, Waiters};
use yima_core::{Article, Barcode, Fen, OrderId, failpoint};
use yima_store::{
    Advance, Advanced, CartId, NewReceipt, NewSale, Rebuilt, SaleListRow, SaleStep, Standing, StoreError,
    StoredCart, StoredSale, Unreconciled,
};

type Outcome<T> = Result<T, StoreError>;

/// Keeps carts and sales.
pub trait Store: Send + Sync + 'static {
    /// What the catalogue has under a barcode, sold or not.
    fn article(&self, barcode: &Barcode) -> impl Future<Output = Outcome<Option<Article>>> + Send;
    fn open_carts(&self) -> impl Future<Output = Outcome<Vec<StoredCart>>> + Send;
    fn open_sales(&self) -> impl Future<Output = Outcome<Vec<StoredSale>>> + Send;
    /// Sales that ended and are asked about all the same.
    fn watched_sales(&self) -> impl Future<Output = Outcome<Vec<StoredSale>>> + Send;
    fn sale(&self, order_id: OrderId) -> impl Future<Output = Outcome<Option<StoredSale>>> + Send;
    /// How many sales were paid on a day (`YYYY-MM-DD`), and what they brought.
    fn day_totals(&self, day: String) -> impl Future<Output = Outcome<(u32, Fen)>> + Send;
    /// The sale that was begun last. A store that does not tell leaves the footer empty until the next one ends.
    fn last_sale(&self) -> impl Future<Output = Outcome<Option<SaleListRow>>> + Send {
        async { Ok(None) }
    }

    fn new_cart(&self, at_ms: i64) -> impl Future<Output = Outcome<CartId>> + Send;
    fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> impl Future<Output = Outcome<()>> + Send;
    /// Keeps who serves a new cart; whom somebody chooses is a change of it.
    fn save_waiters(&self, cart: CartId, waiters: Waiters) -> impl Future<Output = Outcome<()>> + Send;
    /// Lets an open cart wait, under a name or a number.
    fn hold(
        &self,
        cart: CartId,
        name: Option<String>,
        at_ms: i64,
    ) -> impl Future<Output = Outcome<()>> + Send;
    /// Opens a held cart; the open one in its place is held from now on.
    fn bring_up(
        &self,
        held: CartId,
        instead_of: Option<CartId>,
        at_ms: i64,
    ) -> impl Future<Output = Outcome<()>> + Send;
    /// The cashier gives up a held cart.
    fn drop_held(&self, held: CartId) -> impl Future<Output = Outcome<()>> + Send;
    fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> impl Future<Output = Outcome<u32>> + Send;
    /// Keeps a sale that is paid as it begins, with its receipt and its cart cleared.
    fn sell(
        &self,
        sale: NewSale,
        paid: SaleStep,
        receipt: NewReceipt,
    ) -> impl Future<Output = Outcome<Advanced>> + Send;
    fn advance(&self, advance: Advance) -> impl Future<Output = Outcome<Advanced>> + Send;
    /// Keeps how an attempt to create the order ended, for those who look into it later.
    fn note_attempt(
        &self,
        order_id: OrderId,
        attempt: u32,
        outcome: String,
        at_ms: i64,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// Set if the data was restored or copied, and may lack sales. A store whose data never is needs neither this nor
    /// the four below.
    fn unreconciled(&self) -> impl Future<Output = Outcome<Option<Unreconciled>>> + Send {
        async { Ok(None) }
    }
    /// Keeps with the mark, as JSON, where else orders may have been made.
    fn note_account(&self, account: String) -> impl Future<Output = Outcome<()>> + Send {
        drop(account);
        async { Err(never_restored()) }
    }
    /// Those of these orders that are kept.
    fn standings(
        &self,
        order_ids: Vec<OrderId>,
    ) -> impl Future<Output = Outcome<BTreeMap<OrderId, Standing>>> + Send {
        drop(order_ids);
        async { Err(never_restored()) }
    }
    /// Keeps a sale that was missing; gives the cart it has, which is done.
    fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> impl Future<Output = Outcome<CartId>> + Send {
        drop((sale, step));
        async { Err(never_restored()) }
    }
    /// Nothing is missing any more, or `word` says who sells all the same, and why.
    fn reconciled(&self, at_ms: i64, word: Option<String>) -> impl Future<Output = Outcome<()>> + Send {
        drop((at_ms, word));
        async { Err(never_restored()) }
    }
}

fn never_restored() -> StoreError {
    StoreError::Refused("this store is never restored".to_owned())
}

impl Store for yima_store::Store {
    async fn article(&self, barcode: &Barcode) -> Outcome<Option<Article>> {
        self.article(barcode).await
    }

    async fn open_carts(&self) -> Outcome<Vec<StoredCart>> {
        self.open_carts().await
    }

    async fn open_sales(&self) -> Outcome<Vec<StoredSale>> {
        self.open_sales().await
    }

    async fn watched_sales(&self) -> Outcome<Vec<StoredSale>> {
        self.watched_sales().await
    }

    async fn sale(&self, order_id: OrderId) -> Outcome<Option<StoredSale>> {
        self.sale(&order_id).await
    }

    async fn day_totals(&self, day: String) -> Outcome<(u32, Fen)> {
        self.day_totals(&day).await
    }

    async fn last_sale(&self) -> Outcome<Option<SaleListRow>> {
        self.last_sale().await
    }

    async fn new_cart(&self, at_ms: i64) -> Outcome<CartId> {
        marked("new_cart", self.new_cart(at_ms)).await
    }

    async fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> Outcome<()> {
        marked("save_cart", self.save_cart(cart, changes)).await
    }

    async fn save_waiters(&self, cart: CartId, waiters: Waiters) -> Outcome<()> {
        marked("save_waiters", self.save_waiters(cart, waiters)).await
    }

    async fn hold(&self, cart: CartId, name: Option<String>, at_ms: i64) -> Outcome<()> {
        marked("hold", self.hold(cart, name, at_ms)).await
    }

    async fn bring_up(&self, held: CartId, instead_of: Option<CartId>, at_ms: i64) -> Outcome<()> {
        marked("bring_up", self.bring_up(held, instead_of, at_ms)).await
    }

    async fn drop_held(&self, held: CartId) -> Outcome<()> {
        marked("drop_held", self.drop_held(held)).await
    }

    async fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> Outcome<u32> {
        marked("begin_sale", self.begin_sale(sale, steps)).await
    }

    async fn sell(&self, sale: NewSale, paid: SaleStep, receipt: NewReceipt) -> Outcome<Advanced> {
        marked("sell", self.sell(sale, paid, receipt)).await
    }

    async fn advance(&self, advance: Advance) -> Outcome<Advanced> {
        let event = advance.steps.last().map_or_else(String::new, |step| step.event.clone());
        marked(&event, self.advance(advance)).await
    }

    async fn note_attempt(
        &self,
        order_id: OrderId,
        attempt: u32,
        outcome: String,
        at_ms: i64,
    ) -> Outcome<()> {
        marked("note_attempt", self.note_attempt(order_id, attempt, outcome, at_ms)).await
    }

    async fn unreconciled(&self) -> Outcome<Option<Unreconciled>> {
        self.unreconciled().await
    }

    async fn note_account(&self, account: String) -> Outcome<()> {
        marked("note_account", self.note_account(account)).await
    }

    async fn standings(&self, order_ids: Vec<OrderId>) -> Outcome<BTreeMap<OrderId, Standing>> {
        self.standings(order_ids).await
    }

    async fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> Outcome<CartId> {
        marked("rebuild_sale", self.rebuild_sale(sale, step)).await
    }

    async fn reconciled(&self, at_ms: i64, word: Option<String>) -> Outcome<()> {
        marked("reconciled", self.reconciled(at_ms, word)).await
    }
}

/// A write with its failpoints: the second comes once it is durable, and before the engine knows.
async fn marked<T>(name: &str, write: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    failpoint::before(name);
    let outcome = write.await;
    failpoint::after(name);
    outcome
}
