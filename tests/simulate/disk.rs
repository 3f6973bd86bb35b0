//! The disk as the engine meets it: full, failing, or gone in the middle of a write.

use std::collections::{BTreeMap, VecDeque};
use std::future::pending;

use yima_checkout::Store;
use yima_core::cart::{CartChange, Waiters};
use yima_core::catalogue::Unit;
use yima_core::{Article, Barcode, Fen, OrderId};
use yima_store::{
    Advance, Advanced, CartId, NewReceipt, NewSale, Rebuilt, SaleStep, Standing, StoreError, StoredCart,
    StoredSale, Unreconciled,
};

use crate::faults::DiskFault;
use crate::kept::{Kept, Outcome};
use crate::plan::Place;
use crate::witness;
use crate::world::{Flaw, Shared, World};

#[derive(Default)]
pub struct Disk {
    pub kept: Kept,
    pub faults: VecDeque<DiskFault>,
    /// A sync failed: the program has to open it again.
    pub is_lost: bool,
    /// What is found after a crash, where a write was forgotten.
    pub before_last: Option<Kept>,
    pub backup: Option<Kept>,
    /// The backup that is found after the program has ended.
    pub restoring: Option<Kept>,
    /// How often one was put in place; no number comes twice.
    pub epoch: u32,
    /// Orders that were said to be durable and are not, in a program that breaks its word.
    pub unkept_orders: Vec<OrderId>,
    pub writes: u64,
    pub faults_met: u64,
    /// Everything that was kept, for the test against the real store.
    #[cfg(test)]
    pub log: Vec<Entry>,
}

/// A write as it was asked for.
#[derive(Clone, Debug)]
pub enum Write {
    NewCart,
    SaveCart(CartId, Vec<CartChange>),
    SaveWaiters(CartId, Waiters),
    Hold(CartId),
    BringUp(CartId, Option<CartId>),
    DropHeld(CartId),
    BeginSale(Box<NewSale>, Vec<SaleStep>),
    Sell(Box<NewSale>, Box<SaleStep>, NewReceipt),
    Advance(Box<Advance>),
    NoteAttempt(OrderId, u32, String),
    Rebuild(Box<Rebuilt>, Box<SaleStep>),
    NoteAccount(String),
    Reconciled,
}

/// A write, when it was made, and what it gave.
#[cfg(test)]
pub type Entry = (Write, i64, Outcome<Written>);

/// What the write gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    Nothing,
    Cart(CartId),
    Version(u32),
    Advanced(Advanced),
}

impl Write {
    fn name(&self) -> String {
        match self {
            Self::NewCart => "new_cart".to_owned(),
            Self::SaveCart(cart, _) => format!("save_cart {}", cart.0),
            Self::SaveWaiters(..) => "save_waiters".to_owned(),
            Self::Hold(cart) => format!("hold {}", cart.0),
            Self::BringUp(held, _) => format!("bring_up {}", held.0),
            Self::DropHeld(held) => format!("drop_held {}", held.0),
            Self::BeginSale(sale, _) => {
                format!("begin_sale {} {}", sale.order.id.tail(), sale.order.total_fen)
            }
            Self::Sell(sale, ..) => format!("sell {} {}", sale.order.id.tail(), sale.order.total_fen),
            Self::Advance(advance) => {
                let event = advance.steps.last().map_or("", |step| step.event.as_str());
                format!("{event} {} {:?}", advance.order_id.tail(), advance.cart)
            }
            Self::NoteAttempt(id, attempt, outcome) => {
                format!("note_attempt {} {attempt} {outcome}", id.tail())
            }
            Self::Rebuild(sale, _) => format!("rebuild {} {}", sale.order.id.tail(), sale.order.total_fen),
            Self::NoteAccount(_) => "note_account".to_owned(),
            Self::Reconciled => "reconciled".to_owned(),
        }
    }

    fn paid_order(&self) -> Option<&OrderId> {
        match self {
            Self::Advance(advance) => Some(&advance.order_id),
            Self::Sell(sale, ..) => Some(&sale.order.id),
            _ => None,
        }
    }

    pub fn perform(&self, kept: &mut Kept) -> Outcome<Written> {
        match self {
            Self::NewCart => Ok(Written::Cart(kept.new_cart())),
            Self::SaveCart(cart, changes) => kept.save_cart(*cart, changes).map(|()| Written::Nothing),
            Self::SaveWaiters(cart, waiters) => {
                kept.save_waiters(*cart, waiters.clone()).map(|()| Written::Nothing)
            }
            Self::Hold(cart) => kept.hold(*cart).map(|()| Written::Nothing),
            Self::BringUp(held, instead_of) => kept.bring_up(*held, *instead_of).map(|()| Written::Nothing),
            Self::DropHeld(held) => kept.drop_held(*held).map(|()| Written::Nothing),
            Self::BeginSale(sale, steps) => kept.begin_sale((**sale).clone(), steps).map(Written::Version),
            Self::Sell(sale, paid, receipt) => {
                kept.sell((**sale).clone(), paid, receipt).map(Written::Advanced)
            }
            Self::Advance(advance) => kept.advance(advance).map(Written::Advanced),
            Self::NoteAttempt(id, attempt, outcome) => {
                kept.note_attempt(id, *attempt, outcome.clone()).map(|()| Written::Nothing)
            }
            Self::Rebuild(sale, step) => kept.rebuild((**sale).clone(), step).map(Written::Cart),
            Self::NoteAccount(account) => {
                kept.note_account(account);
                Ok(Written::Nothing)
            }
            Self::Reconciled => {
                kept.mark = None;
                Ok(Written::Nothing)
            }
        }
    }
}

impl World {
    /// `None`: the program died before it heard of it.
    fn write(&mut self, write: &Write) -> Option<Outcome<Written>> {
        self.disk.writes += 1;
        if self.passes(Place::BeforeWrite) {
            return None;
        }
        if self.disk.is_lost {
            return Some(Err(StoreError::Gone));
        }
        if let Some(fault) = self.disk.faults.pop_front() {
            return Some(Err(self.fail(write, fault)));
        }
        let outcome = self.keep(write);
        if self.passes(Place::AfterWrite) { None } else { Some(outcome) }
    }

    fn keep(&mut self, write: &Write) -> Outcome<Written> {
        match write {
            Write::Advance(advance) => witness::before_advance(self, advance),
            Write::BeginSale(sale, steps) => witness::before_sale(self, &sale.order.id, steps),
            Write::Sell(sale, paid, _) => {
                witness::before_sale(self, &sale.order.id, std::slice::from_ref(paid));
            }
            Write::Reconciled => self.is_compared(),
            _ => {}
        }
        match self.flaw {
            Some(Flaw::ForgetsLastWrite) => self.disk.before_last = Some(self.disk.kept.clone()),
            Some(Flaw::SendsTooEarly) => self.disk.unkept_orders.clear(),
            _ => {}
        }
        let forgets = self.flaw == Some(Flaw::ForgetsChanges);
        self.rebuilt += u64::from(matches!(write, Write::Rebuild(..)));
        let outcome = match write {
            Write::SaveCart(cart, changes) if forgets && changes.iter().all(changes_only) => {
                Write::SaveCart(*cart, Vec::new()).perform(&mut self.disk.kept)
            }
            _ => write.perform(&mut self.disk.kept),
        };
        if let Ok(Written::Advanced(Advanced { receipt_number: Some(number), .. })) = &outcome
            && let Some(order_id) = write.paid_order()
        {
            witness::receipt_given(self, order_id, number);
        }
        self.note(format_args!("kept {}", write.name()));
        match (&outcome, write) {
            // Listed twice, it is there already.
            (Err(StoreError::OrderExists), Write::Rebuild(..)) => {}
            (Err(error), _) => self.broken(format!("I8: the store refused {}: {error}", write.name())),
            (Ok(_), Write::BeginSale(sale, _)) if self.flaw == Some(Flaw::SendsTooEarly) => {
                self.disk.unkept_orders.push(sale.order.id.clone());
            }
            _ => {}
        }
        #[cfg(test)]
        self.disk.log.push((write.clone(), self.now().wall_ms, outcome.clone()));
        outcome
    }

    fn fail(&mut self, write: &Write, fault: DiskFault) -> StoreError {
        self.disk.faults_met += 1;
        self.note(format_args!("NOT kept {}: {fault:?}", write.name()));
        self.witness.writes_failed += 1;
        match fault {
            DiskFault::Full => StoreError::DiskFull,
            DiskFault::ReadOnly => StoreError::ReadOnly,
            DiskFault::Busy => StoreError::Busy,
            DiskFault::Sync { kept } => {
                if kept {
                    // Nobody was told that it is there.
                    let _ = self.keep(write);
                }
                self.disk.is_lost = true;
                StoreError::Io("fsync".to_owned())
            }
        }
    }
}

impl Shared {
    async fn written(&self, write: Write) -> Outcome<Written> {
        let outcome = self.lock().write(&write);
        match outcome {
            Some(outcome) => outcome,
            None => pending().await,
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Kept) -> T) -> Outcome<T> {
        Ok(read(&self.lock().disk.kept))
    }
}

impl Store for Shared {
    async fn article(&self, barcode: &Barcode) -> Outcome<Option<Article>> {
        let sold = |product| Article { product, unit: Unit::Piece, is_active: true };
        Ok(Kept::product(barcode).map(sold))
    }

    async fn open_carts(&self) -> Outcome<Vec<StoredCart>> {
        self.read(Kept::open_carts)
    }

    async fn open_sales(&self) -> Outcome<Vec<StoredSale>> {
        self.read(|kept| kept.sales_where(|kept| kept.sale.open))
    }

    async fn watched_sales(&self) -> Outcome<Vec<StoredSale>> {
        self.read(|kept| kept.sales_where(|kept| kept.watched))
    }

    async fn sale(&self, order_id: OrderId) -> Outcome<Option<StoredSale>> {
        self.read(|kept| kept.sales.get(&order_id).map(|kept| kept.sale.clone()))
    }

    async fn day_totals(&self, day: String) -> Outcome<(u32, Fen)> {
        self.read(|kept| kept.day_totals(&day))
    }

    async fn new_cart(&self, _at_ms: i64) -> Outcome<CartId> {
        match self.written(Write::NewCart).await? {
            Written::Cart(id) => Ok(id),
            other => Err(unexpected(&other)),
        }
    }

    async fn save_cart(&self, cart: CartId, changes: Vec<CartChange>) -> Outcome<()> {
        self.written(Write::SaveCart(cart, changes)).await.map(drop)
    }

    async fn save_waiters(&self, cart: CartId, waiters: Waiters) -> Outcome<()> {
        self.written(Write::SaveWaiters(cart, waiters)).await.map(drop)
    }

    async fn hold(&self, cart: CartId, _name: Option<String>, _at_ms: i64) -> Outcome<()> {
        self.written(Write::Hold(cart)).await.map(drop)
    }

    async fn bring_up(&self, held: CartId, instead_of: Option<CartId>, _at_ms: i64) -> Outcome<()> {
        self.written(Write::BringUp(held, instead_of)).await.map(drop)
    }

    async fn drop_held(&self, held: CartId) -> Outcome<()> {
        self.written(Write::DropHeld(held)).await.map(drop)
    }

    async fn begin_sale(&self, sale: NewSale, steps: Vec<SaleStep>) -> Outcome<u32> {
        match self.written(Write::BeginSale(Box::new(sale), steps)).await? {
            Written::Version(version) => Ok(version),
            other => Err(unexpected(&other)),
        }
    }

    async fn sell(&self, sale: NewSale, paid: SaleStep, receipt: NewReceipt) -> Outcome<Advanced> {
        match self.written(Write::Sell(Box::new(sale), Box::new(paid), receipt)).await? {
            Written::Advanced(advanced) => Ok(advanced),
            other => Err(unexpected(&other)),
        }
    }

    async fn advance(&self, advance: Advance) -> Outcome<Advanced> {
        match self.written(Write::Advance(Box::new(advance))).await? {
            Written::Advanced(advanced) => Ok(advanced),
            other => Err(unexpected(&other)),
        }
    }

    async fn note_attempt(&self, id: OrderId, attempt: u32, outcome: String, _at_ms: i64) -> Outcome<()> {
        self.written(Write::NoteAttempt(id, attempt, outcome)).await.map(drop)
    }

    async fn unreconciled(&self) -> Outcome<Option<Unreconciled>> {
        self.read(Kept::unreconciled)
    }

    async fn note_account(&self, account: String) -> Outcome<()> {
        self.written(Write::NoteAccount(account)).await.map(drop)
    }

    async fn standings(&self, ids: Vec<OrderId>) -> Outcome<BTreeMap<OrderId, Standing>> {
        self.read(|kept| kept.standings(ids))
    }

    async fn rebuild_sale(&self, sale: Rebuilt, step: SaleStep) -> Outcome<CartId> {
        match self.written(Write::Rebuild(Box::new(sale), Box::new(step))).await? {
            Written::Cart(id) => Ok(id),
            other => Err(unexpected(&other)),
        }
    }

    async fn reconciled(&self, _at_ms: i64, _word: Option<String>) -> Outcome<()> {
        self.written(Write::Reconciled).await.map(drop)
    }
}

fn unexpected(written: &Written) -> StoreError {
    StoreError::Refused(format!("another write was performed: {written:?}"))
}

/// It changes lines that there were, and adds none.
fn changes_only(change: &CartChange) -> bool {
    change.lines.iter().all(|line| line.before.is_some())
}
