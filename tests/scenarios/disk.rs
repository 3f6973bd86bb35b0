//! The disk under a till on the table, and what it is known to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use yima_checkout::Store;
use yima_core::cart::{CartChange, Waiters};
use yima_core::{Article, Barcode, Fen, OrderId};
use yima_store::{
    Advance, Advanced, CartId, NewReceipt, NewSale, Rebuilt, SaleListRow, SaleStep, Standing, StoreError,
    StoredCart, StoredSale, Unreconciled,
};

/// The real store, on a disk that can be full, refuse every write, or kill whoever writes.
#[derive(Clone)]
pub struct Disk {
    pub store: yima_store::Store,
    pub full: Arc<AtomicBool>,
    /// What every write fails with.
    pub refuses: Arc<Mutex<Option<StoreError>>>,
    /// So many writes more kill whoever writes.
    pub deadly: Arc<AtomicU32>,
    pub kept: Kept,
}

/// Every state that a sale is known to be kept in: it was written, or read, in this life of the till.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<BTreeSet<(String, String)>>>);

impl Kept {
    fn note(&self, order_id: &OrderId, state: &str) {
        self.0.lock().unwrap().insert((order_id.to_string(), state.to_owned()));
    }

    fn read<'s>(&self, sales: impl IntoIterator<Item = &'s StoredSale>) {
        sales.into_iter().for_each(|sale| self.note(&sale.order.id, &sale.state));
    }

    pub fn has(&self, order_id: &OrderId, state: &str) -> bool {
        self.0.lock().unwrap().contains(&(order_id.to_string(), state.to_owned()))
    }
}

impl Disk {
    pub fn open(folder: &Path) -> Self {
        let store = yima_store::Store::open(&folder.join("live.db")).unwrap();
        let (refuses, kept) = (Arc::default(), Kept::default());
        Self { store, full: Arc::default(), refuses, deadly: Arc::default(), kept }
    }

    fn check(&self) -> Result<(), StoreError> {
        let dies = self.deadly.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert!(dies.is_err(), "this write kills the engine, as the test asked");
        if let Some(error) = self.refuses.lock().unwrap().clone() {
            return Err(error);
        }
        if self.full.load(Ordering::SeqCst) { Err(StoreError::DiskFull) } else { Ok(()) }
    }
}

impl Store for Disk {
    async fn article(&self, barcode: &Barcode) -> Result<Option<Article>, StoreError> {
        self.store.article(barcode).await
    }

    async fn open_carts(&self) -> Result<Vec<StoredCart>, StoreError> {
        self.store.open_carts().await
    }

    async fn open_sales(&self) -> Result<Vec<StoredSale>, StoreError> {
        self.store.open_sales().await.inspect(|sales| self.kept.read(sales))
    }

    async fn watched_sales(&self) -> Result<Vec<StoredSale>, StoreError> {
        self.store.watched_sales().await.inspect(|sales| self.kept.read(sales))
    }

    async fn sale(&self, order_id: OrderId) -> Result<Option<StoredSale>, StoreError> {
        self.store.sale(&order_id).await.inspect(|sale| self.kept.read(sale))
    }

    async fn day_totals(&self, day: String) -> Result<(u32, Fen), StoreError> {
        self.store.day_totals(&day).await
    }

    async fn last_sale(&self) -> Result<Option<SaleListRow>, StoreError> {
        self.store.last_sale().await
    }

    async fn new_cart(&self, at_ms: i64) -> Result<CartId, StoreError> {
        self.check()?;
        self.store.new_cart(at_ms).await
    }

    async fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> Result<(), StoreError> {
        self.check()?;
        self.store.save_cart(cart, changes).await
    }

    async fn save_waiters(&self, cart: CartId, waiters: Waiters) -> Result<(), StoreError> {
        self.check()?;
        self.store.save_waiters(cart, waiters).await
    }

    async fn hold(&self, cart: CartId, name: Option<String>, at_ms: i64) -> Result<(), StoreError> {
        self.check()?;
        self.store.hold(cart, name, at_ms).await
    }

    async fn bring_up(&self, held: CartId, other: Option<CartId>, at_ms: i64) -> Result<(), StoreError> {
        self.check()?;
        self.store.bring_up(held, other, at_ms).await
    }

    async fn drop_held(&self, held: CartId) -> Result<(), StoreError> {
        self.check()?;
        self.store.drop_held(held).await
    }

    async fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> Result<u32, StoreError> {
        self.check()?;
        let kept: Vec<_> = steps.iter().map(|step| (sale.order.id.clone(), step.state.clone())).collect();
        let begun = self.store.begin_sale(sale, steps).await;
        begun.inspect(|_| kept.iter().for_each(|(id, state)| self.kept.note(id, state)))
    }

    async fn sell(&self, sale: NewSale, paid: SaleStep, receipt: NewReceipt) -> Result<Advanced, StoreError> {
        self.check()?;
        let (id, state) = (sale.order.id.clone(), paid.state.clone());
        self.store.sell(sale, paid, receipt).await.inspect(|_| self.kept.note(&id, &state))
    }

    async fn advance(&self, advance: Advance) -> Result<Advanced, StoreError> {
        self.check()?;
        let id = advance.order_id.clone();
        let states: Vec<_> = advance.steps.iter().map(|step| step.state.clone()).collect();
        let advanced = self.store.advance(advance).await;
        advanced.inspect(|_| states.iter().for_each(|state| self.kept.note(&id, state)))
    }

    async fn note_attempt(
        &self,
        order_id: OrderId,
        attempt: u32,
        outcome: String,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        self.check()?;
        self.store.note_attempt(order_id, attempt, outcome, at_ms).await
    }

    async fn unreconciled(&self) -> Result<Option<Unreconciled>, StoreError> {
        self.store.unreconciled().await
    }

    async fn note_account(&self, account: String) -> Result<(), StoreError> {
        self.check()?;
        self.store.note_account(account).await
    }

    async fn standings(&self, ids: Vec<OrderId>) -> Result<BTreeMap<OrderId, Standing>, StoreError> {
        self.store.standings(ids).await
    }

    async fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> Result<CartId, StoreError> {
        self.check()?;
        let (id, state) = (sale.order.id.clone(), step.state.clone());
        self.store.rebuild_sale(sale, step).await.inspect(|_| self.kept.note(&id, &state))
    }

    async fn reconciled(&self, at_ms: i64, word: Option<String>) -> Result<(), StoreError> {
        self.check()?;
        self.store.reconciled(at_ms, word).await
    }
}
