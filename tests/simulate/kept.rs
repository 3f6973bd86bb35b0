//! What the till's database holds, in memory, under the rules that the real one has. That both keep the same is shown
//! by a test that writes everything to both.

mod receipts;

use std::collections::BTreeMap;

use yima_core::cart::{CartChange, OrderTerms, Waiters};
use yima_core::sale::Way;
use yima_core::{Barcode, Fen, OrderId, Product};
use yima_store::{
    Advance, Advanced, CartFate, CartId, CartStatus, NewSale, Rebuilt, SaleStep, Standing, StoreError,
    StoredCart, StoredRefund, StoredSale, Unreconciled,
};

use crate::restoring::Mark;

pub type Outcome<T> = Result<T, StoreError>;

/// Barcodes, titles and prices of one piece in fen.
pub const GOODS: [(&str, &str, i64); 4] = [
    ("6921168509256", "水", 200),
    ("6920152400777", "面", 1_299),
    ("6983748939221", "茶", 1),
    ("6901236340516", "烟", 100_000),
];

/// All that is durable.
#[derive(Clone, Default)]
pub struct Kept {
    pub carts: BTreeMap<CartId, StoredCart>,
    pub sales: BTreeMap<OrderId, KeptSale>,
    /// Receipt numbers, and whose they are.
    pub receipts: BTreeMap<String, OrderId>,
    counts: BTreeMap<(String, String), u32>,
    days: BTreeMap<String, Vec<OrderId>>,
    /// Set as long as sales may be missing.
    pub mark: Option<Mark>,
    /// How often a backup was put in place before it came to this.
    pub epoch: u32,
}

#[derive(Clone)]
pub struct KeptSale {
    pub sale: StoredSale,
    pub watched: bool,
    /// Names and states, the oldest first.
    pub events: Vec<(String, String)>,
    pub attempts: BTreeMap<u32, Option<String>>,
    pub refunds: Vec<StoredRefund>,
}

impl Kept {
    pub fn product(barcode: &Barcode) -> Option<Product> {
        let (_, title, price) = GOODS.into_iter().find(|(code, ..)| *code == barcode.as_str())?;
        Some(Product { barcode: barcode.clone(), title: title.to_owned(), price_fen: Fen::new(price) })
    }

    pub fn open_carts(&self) -> Vec<StoredCart> {
        self.carts.values().filter(|cart| cart.status != CartStatus::Done).cloned().collect()
    }

    pub fn sales_where(&self, holds: impl Fn(&KeptSale) -> bool) -> Vec<StoredSale> {
        let mut found: Vec<_> =
            self.sales.values().filter(|kept| holds(kept)).map(|kept| kept.sale.clone()).collect();
        found.sort_by_key(|sale| (sale.created_ms, sale.order.id.clone()));
        found
    }

    pub fn day_totals(&self, day: &str) -> (u32, Fen) {
        let ids = self.days.get(day).map(Vec::as_slice).unwrap_or_default();
        let facts = ids.iter().filter_map(|id| self.sales.get(id)).map(|kept| &kept.sale.facts);
        let sum: i64 = facts
            .map(|facts| facts.real_fen.map_or(0, Fen::get) - facts.refunded_fen.map_or(0, Fen::get))
            .sum();
        (u32::try_from(ids.len()).unwrap_or(u32::MAX), Fen::new(sum))
    }

    pub fn new_cart(&mut self) -> CartId {
        let id = CartId(self.carts.keys().next_back().map_or(1, |last| last.0 + 1));
        let cart =
            StoredCart { id, status: CartStatus::Open, lines: Vec::new(), terms: OrderTerms::default() };
        self.carts.insert(id, cart);
        id
    }

    pub fn save_cart(&mut self, cart: CartId, changes: &[CartChange]) -> Outcome<()> {
        let cart = self.open_cart(cart)?;
        for change in changes {
            for (id, line) in change.lines.iter().filter_map(|line| Some((line.line_id()?, line))) {
                cart.lines.retain(|line| line.id != id);
                cart.lines.extend(line.after.clone());
            }
            cart.terms =
                change.terms.as_ref().map_or(std::mem::take(&mut cart.terms), |terms| terms.after.clone());
        }
        cart.lines.sort_by_key(|line| line.id);
        Ok(())
    }

    pub fn save_waiters(&mut self, cart: CartId, waiters: Waiters) -> Outcome<()> {
        self.open_cart(cart)?.terms.waiters = waiters;
        Ok(())
    }

    pub fn hold(&mut self, cart: CartId) -> Outcome<()> {
        self.open_cart(cart)?.status = CartStatus::Held;
        Ok(())
    }

    pub fn drop_held(&mut self, held: CartId) -> Outcome<()> {
        self.require_held(held)?;
        if let Some(cart) = self.carts.get_mut(&held) {
            cart.lines.clear();
        }
        self.set_status(held, CartStatus::Done);
        Ok(())
    }

    pub fn bring_up(&mut self, held: CartId, instead_of: Option<CartId>) -> Outcome<()> {
        self.require_held(held)?;
        if let Some(open) = instead_of {
            self.open_cart(open)?.status = CartStatus::Held;
        }
        self.set_status(held, CartStatus::Open);
        Ok(())
    }

    pub fn begin_sale(&mut self, new: NewSale, steps: &[SaleStep]) -> Outcome<u32> {
        let Some(first) = steps.first() else { return Err(StoreError::Refused("no steps".into())) };
        let (id, cart_id) = (new.order.id.clone(), new.cart_id);
        self.open_cart(cart_id)?;
        let mut holders =
            self.sales.values().filter(|kept| kept.sale.cart_id == cart_id && kept.sale.holds_cart);
        if holders.clone().any(|kept| kept.sale.open) {
            return Err(StoreError::NotOpen);
        }
        if self.sales.contains_key(&id) {
            return Err(StoreError::OrderExists);
        }
        if holders.next().is_some() {
            return Err(StoreError::Refused("two sales hold one cart".into()));
        }
        let mut kept = KeptSale {
            sale: begun(new, first),
            watched: false,
            events: Vec::new(),
            attempts: BTreeMap::new(),
            refunds: Vec::new(),
        };
        kept.take_steps(steps)?;
        let version = kept.sale.version;
        self.sales.insert(id, kept);
        self.set_status(cart_id, CartStatus::Charged);
        Ok(version)
    }

    pub fn advance(&mut self, advance: &Advance) -> Outcome<Advanced> {
        let id = &advance.order_id;
        let Some(before) = self.sales.get(id) else { return Err(StoreError::VersionConflict) };
        if before.sale.version != advance.expected_version {
            return Err(StoreError::VersionConflict);
        }
        let mut kept = before.clone();
        kept.take_steps(&advance.steps)?;
        self.move_cart(&mut kept, advance.cart)?;
        if let Some(receipt) = &advance.receipt {
            self.give_receipt(&mut kept, receipt);
        }
        let advanced = Advanced {
            version: kept.sale.version,
            receipt_number: kept.sale.receipt_number.clone().filter(|_| advance.receipt.is_some()),
        };
        self.sales.insert(id.clone(), kept);
        Ok(advanced)
    }

    pub fn note_attempt(&mut self, id: &OrderId, attempt: u32, outcome: String) -> Outcome<()> {
        let noted = self.sales.get_mut(id).and_then(|kept| kept.attempts.get_mut(&attempt));
        *noted.ok_or_else(|| StoreError::Refused("no such attempt".into()))? = Some(outcome);
        Ok(())
    }

    pub fn pieces_in_carts(&self) -> i64 {
        let carts = self.carts.values().filter(|cart| cart.status != CartStatus::Done);
        carts.flat_map(|cart| &cart.lines).map(|line| i64::from(line.quantity.get())).sum()
    }

    /// Pieces of the sales of which that holds.
    pub fn pieces_that(&self, holds: impl Fn(&KeptSale) -> bool) -> i64 {
        let sales = self.sales.values().filter(|kept| holds(kept));
        sales.flat_map(|kept| &kept.sale.order.lines).map(|line| i64::from(line.quantity.get())).sum()
    }

    pub fn unreconciled(&self) -> Option<Unreconciled> {
        let mark = self.mark.as_ref()?;
        let mut newest: Vec<_> = self.sales.values().map(|kept| &kept.sale).collect();
        newest.sort_by_key(|sale| std::cmp::Reverse((sale.created_ms, &sale.order.id)));
        let mut accounts: Vec<String> = Vec::new();
        for sale in &newest {
            if !accounts.contains(&sale.account) {
                accounts.push(sale.account.clone());
            }
        }
        for noted in &mark.accounts {
            if !accounts.contains(noted) {
                accounts.push(noted.clone());
            }
        }
        Some(Unreconciled {
            restore: mark.restore.clone(),
            since_ms: mark.since_ms,
            terminal_id: newest.first().map(|sale| sale.terminal_id.clone()),
            accounts,
        })
    }

    pub fn note_account(&mut self, account: &String) {
        let mark = self.mark.as_mut().filter(|mark| !mark.accounts.contains(account));
        if let Some(mark) = mark {
            mark.accounts.push(account.clone());
        }
    }

    pub fn standings(&self, ids: Vec<OrderId>) -> BTreeMap<OrderId, Standing> {
        let standing = |id: OrderId| {
            let sale = &self.sales.get(&id)?.sale;
            let refunded_fen = sale.facts.refunded_fen.unwrap_or(Fen::ZERO);
            Some((id, Standing { state: sale.state.clone(), refunded_fen }))
        };
        ids.into_iter().filter_map(standing).collect()
    }

    pub fn rebuild(&mut self, rebuilt: Rebuilt, step: &SaleStep) -> Outcome<CartId> {
        let Rebuilt { order, account, store_info, terminal_id, till_number, cashier_id, created_ms } =
            rebuilt;
        if self.sales.contains_key(&order.id) {
            return Err(StoreError::OrderExists);
        }
        let cart_id = self.new_cart();
        self.set_status(cart_id, CartStatus::Done);
        let (id, body) = (order.id.clone(), Vec::new());
        let (way, tendered_fen) = (Way::Qr, None);
        let new = NewSale {
            order,
            cart_id,
            way,
            tendered_fen,
            detail: None,
            account,
            store_info,
            terminal_id,
            till_number,
            cashier_id,
            body,
        };
        let mut kept = KeptSale {
            sale: StoredSale { holds_cart: false, created_ms, ..begun(new, step) },
            watched: false,
            events: Vec::new(),
            attempts: BTreeMap::new(),
            refunds: Vec::new(),
        };
        kept.take_steps(std::slice::from_ref(step))?;
        self.sales.insert(id, kept);
        Ok(cart_id)
    }

    /// Changes nothing unless it can be done.
    fn move_cart(&mut self, kept: &mut KeptSale, fate: CartFate) -> Outcome<()> {
        let cart = kept.sale.cart_id;
        if fate == CartFate::TakeBack {
            if !matches!(self.status(cart), Some(CartStatus::Open | CartStatus::Held)) {
                return Err(StoreError::NotOpen);
            }
            kept.sale.holds_cart = true;
            self.set_status(cart, CartStatus::Charged);
            return Ok(());
        }
        if !kept.sale.holds_cart {
            return Ok(());
        }
        match fate {
            CartFate::Stay | CartFate::TakeBack => {}
            CartFate::Park => self.set_status(cart, CartStatus::Parked),
            CartFate::Return | CartFate::Hold => {
                let is_held = fate == CartFate::Hold;
                self.set_status(cart, if is_held { CartStatus::Held } else { CartStatus::Open });
                kept.sale.holds_cart = false;
            }
            CartFate::Clear => {
                if let Some(cart) = self.carts.get_mut(&cart) {
                    cart.lines.clear();
                }
                self.set_status(cart, CartStatus::Done);
            }
        }
        Ok(())
    }

    fn open_cart(&mut self, id: CartId) -> Outcome<&mut StoredCart> {
        let open = self.carts.get_mut(&id).filter(|cart| cart.status == CartStatus::Open);
        open.ok_or(StoreError::NotOpen)
    }

    fn require_held(&self, id: CartId) -> Outcome<()> {
        if self.status(id) == Some(CartStatus::Held) { Ok(()) } else { Err(StoreError::NotOpen) }
    }

    fn status(&self, id: CartId) -> Option<CartStatus> {
        self.carts.get(&id).map(|cart| cart.status)
    }

    fn set_status(&mut self, id: CartId, status: CartStatus) {
        if let Some(cart) = self.carts.get_mut(&id).filter(|cart| cart.status != CartStatus::Done) {
            cart.status = status;
        }
    }
}

impl KeptSale {
    fn take_steps(&mut self, steps: &[SaleStep]) -> Outcome<()> {
        for step in steps {
            self.events.push((step.event.clone(), step.state.clone()));
            if let Some(attempt) = step.attempt
                && self.attempts.insert(attempt, None).is_some()
            {
                return Err(StoreError::Refused("that attempt was begun before".into()));
            }
            self.take_refund(step)?;
            let sale = &mut self.sale;
            sale.state.clone_from(&step.state);
            sale.open = step.open;
            sale.snapshot.clone_from(&step.snapshot);
            sale.facts = step.facts.clone();
            self.watched = step.watched;
        }
        self.sale.version = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    fn take_refund(&mut self, step: &SaleStep) -> Outcome<()> {
        let Some(refund) = &step.refund else { return Ok(()) };
        match self.refunds.iter_mut().find(|kept| kept.refund_id == refund.refund_id) {
            Some(kept) if kept.amount_fen != refund.amount_fen => {
                return Err(StoreError::Refused("that refund is another one".into()));
            }
            Some(kept) => kept.progress.clone_from(&refund.progress),
            None => self.refunds.push(refund.clone()),
        }
        Ok(())
    }
}

fn begun(new: NewSale, first: &SaleStep) -> StoredSale {
    StoredSale {
        order: new.order,
        cart_id: new.cart_id,
        holds_cart: true,
        way: new.way,
        tendered_fen: new.tendered_fen,
        detail: new.detail,
        version: 0,
        state: first.state.clone(),
        open: first.open,
        snapshot: first.snapshot.clone(),
        facts: first.facts.clone(),
        account: new.account,
        store_info: new.store_info,
        terminal_id: new.terminal_id,
        till_number: new.till_number,
        cashier_id: new.cashier_id,
        body: new.body,
        created_ms: first.at_ms,
        receipt_number: None,
    }
}
