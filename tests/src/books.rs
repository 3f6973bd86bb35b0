//! What a gateway has, held against what the till has kept: the same books for every harness.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::{Map, Value};
use yima_core::OrderId;
use yima_core::sale::{State, Way};
use yima_sandbox::{Call, OrderRecord, OrderStatus, Running};
use yima_store::{SaleSearch, Store, StoredSale};

/// Both sides as they stand.
pub struct Books {
    pub sales: Vec<StoredSale>,
    pub orders: Vec<OrderRecord>,
    /// Why it is not quiet yet.
    pub unsettled: Vec<String>,
    pub broken: Vec<String>,
}

/// How the sales of one run ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    pub paid: u64,
    pub closed: u64,
    pub unresolved: u64,
    /// Orders that the gateway has and the till does not, or was paid for without a receipt.
    pub lost: u64,
    /// Carts that were paid for twice without a refund being due.
    pub doubled: u64,
}

/// The body of every order that arrived, by order id.
#[derive(Default)]
pub struct Bodies {
    sent: BTreeMap<String, String>,
    /// Orders of before older data were put back: their sales may be missing, or rebuilt without a body.
    put_back: BTreeSet<String>,
}

impl Books {
    pub async fn read(store: &Store, sandbox: &Running) -> Result<Self> {
        let search = SaleSearch { limit: SaleSearch::MAX_ROWS, ..SaleSearch::default() };
        let mut sales = Vec::new();
        for row in store.sales(search).await? {
            sales.extend(store.sale(&row.order_id).await?);
        }
        Ok(Self::of(sales, sandbox.orders()))
    }

    /// All or some of both sides; every one of these orders must have its sale.
    pub fn of(sales: Vec<StoredSale>, orders: Vec<OrderRecord>) -> Self {
        let mut books = Self { sales, orders, unsettled: Vec::new(), broken: Vec::new() };
        books.compare();
        books
    }

    fn compare(&mut self) {
        let mut unsettled = Vec::new();
        for order in &self.orders {
            match self.sale(&order.order_id) {
                Some(sale) => unsettled.extend(disagreement(order, sale)),
                None => self.broken.push(format!("I1: {} is at the gateway and not here", order.order_id)),
            }
        }
        for sale in self.sales.iter().filter(|sale| sale.open) {
            let id = sale.order.id.as_str();
            let is_unknown_there = !self.orders.iter().any(|order| order.order_id == id);
            if !(is_unknown_there && sale.state == "unresolved") {
                let reason = sale.facts.reason.as_deref().unwrap_or_default();
                unsettled.push(format!("I6: {id} is {} {reason}", sale.state));
            }
        }
        self.unsettled = unsettled;
    }

    pub fn sale(&self, order_id: &str) -> Option<&StoredSale> {
        self.sales.iter().find(|sale| sale.order.id.as_str() == order_id)
    }

    /// What must hold once all is quiet. Scans that were answered must all be somewhere.
    pub async fn check(&mut self, store: &Store, scanned: u32, unsure: u32) -> Result<Ends> {
        self.broken.append(&mut self.unsettled.clone());
        for at in 0..self.sales.len() {
            self.check_events(store, at).await?;
        }
        self.check_receipts();
        self.check_carts();
        self.check_goods(store, scanned, unsure).await?;
        Ok(self.ends())
    }

    async fn check_events(&mut self, store: &Store, at: usize) -> Result<()> {
        let sale = &self.sales[at];
        let id = &sale.order.id;
        let events = store.events(id).await?;
        if !events.iter().map(|event| event.version).eq(1..=sale.version) {
            self.broken.push(format!("I11: the events of {id} have a gap"));
        }
        let states: Vec<State> = events.iter().filter_map(|event| State::from_code(&event.state)).collect();
        let is_edge = |pair: &[State]| pair[0] == pair[1] || pair[0].next().contains(&pair[1]);
        if states.len() != events.len() || !states.windows(2).all(is_edge) {
            self.broken.push(format!("I11: {id} left its edges: {states:?}"));
        }
        if states.last().map(|state| state.code()) != Some(&sale.state) {
            self.broken.push(format!("I11: {id} is not what its events say"));
        }
        Ok(())
    }

    fn check_receipts(&mut self) {
        let mut numbers = BTreeMap::new();
        for sale in &self.sales {
            let id = &sale.order.id;
            if is_paid(sale) != sale.receipt_number.is_some() {
                self.broken
                    .push(format!("I7: {id} is {} with receipt {:?}", sale.state, sale.receipt_number));
            }
            if let Some(number) = &sale.receipt_number
                && let Some(other) = numbers.insert(number.clone(), id)
            {
                self.broken.push(format!("I7: {id} and {other} have one receipt"));
            }
        }
    }

    fn check_carts(&mut self) {
        let mut payable = BTreeMap::<i64, Vec<&str>>::new();
        for order in &self.orders {
            if let Some(sale) = self.sale(&order.order_id).filter(|_| may_cost_money(order)) {
                let is_owed_back = sale.facts.refund_due_fen.is_some() || was_settled(sale);
                if !is_owed_back {
                    payable.entry(sale.cart_id.0).or_default().push(&order.order_id);
                }
            }
        }
        for sale in self.sales.iter().filter(|sale| sale.way == Way::Cash && is_paid(sale)) {
            payable.entry(sale.cart_id.0).or_default().push(sale.order.id.as_str());
        }
        let several = payable.into_iter().filter(|(_, orders)| orders.len() > 1);
        let broken: Vec<String> =
            several.map(|(cart, orders)| format!("I3: cart {cart} is paid by {orders:?}")).collect();
        self.broken.extend(broken);
    }

    async fn check_goods(&mut self, store: &Store, scanned: u32, unsure: u32) -> Result<()> {
        let carts = store.open_carts().await?;
        let in_carts: u32 = carts.iter().flat_map(|cart| &cart.lines).map(|line| line.quantity.get()).sum();
        // The goods of what was rebuilt lie in no cart of this till.
        let sold = self.sales.iter().filter(|sale| is_paid(sale) && !was_settled(sale) && !is_rebuilt(sale));
        let owed = |sale: &&StoredSale| sale.facts.refund_due_fen.is_some();
        let (owed, sold): (Vec<_>, Vec<_>) = sold.partition(owed);
        let pieces = |sales: &[&StoredSale]| -> u32 {
            sales.iter().flat_map(|sale| &sale.order.lines).map(|line| line.quantity.get()).sum()
        };
        let there = in_carts + pieces(&sold);
        // Given up with an order that was written off.
        let given_up = self.sales.iter().filter(|sale| sale.snapshot.contains("\"written_off\":true"));
        let given_up = pieces(&given_up.collect::<Vec<_>>());
        if there + given_up < scanned || there > scanned + unsure {
            let owed = pieces(&owed);
            self.broken.push(format!(
                "I8: {scanned} pieces scanned, {unsure} unsure; {in_carts} in carts, {there} with those sold, {owed} owed"
            ));
        }
        Ok(())
    }

    fn ends(&self) -> Ends {
        let count =
            |holds: &dyn Fn(&StoredSale) -> bool| self.sales.iter().filter(|sale| holds(sale)).count() as u64;
        let is_lost = |order: &&OrderRecord| match self.sale(&order.order_id) {
            None => true,
            Some(sale) => is_paid_there(order) && !is_paid(sale) && sale.state != "cancelled",
        };
        Ends {
            paid: count(&|sale| is_paid(sale)),
            closed: count(&|sale| ["closed", "cancelled", "void"].contains(&&*sale.state)),
            unresolved: count(&|sale| sale.state == "unresolved"),
            lost: self.orders.iter().filter(is_lost).count() as u64,
            doubled: self
                .broken
                .iter()
                .filter(|line| line.starts_with("I3") || line.starts_with("I7"))
                .count() as u64,
        }
    }
}

impl Bodies {
    /// Older data take the place of those that were kept.
    pub fn put_back(&mut self) {
        self.put_back.extend(self.sent.keys().cloned());
    }

    /// I1 and I2: whatever arrived as an order is kept here, and is always the same.
    pub fn check(&mut self, sandbox: &Running, sales: &[StoredSale]) -> Vec<String> {
        let mut broken = Vec::new();
        for request in
            sandbox.requests().into_iter().filter(|request| matches!(request.path, Call::Scan | Call::QrCode))
        {
            let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(&request.body) else {
                broken.push(format!("I2: a body that is no object: {}", request.body));
                continue;
            };
            fields.remove("sign");
            fields.remove("pay_code");
            let id = fields["order_id"].as_str().unwrap_or_default().to_owned();
            let kept = sales.iter().find(|sale| sale.order.id.as_str() == id);
            if self.put_back.contains(&id) && kept.is_none_or(is_rebuilt) {
                continue;
            }
            match kept.map(|sale| serde_json::from_slice::<Map<String, Value>>(&sale.body)) {
                None => broken.push(format!("I1: {id} was sent and is not here")),
                Some(Ok(kept)) if kept == fields => {}
                Some(_) => broken.push(format!("I2: {id} was sent as another than was kept")),
            }
            let first = self.sent.entry(id.clone()).or_insert_with(|| request.body.clone());
            if *first != request.body {
                broken.push(format!("I2: {id} was sent with two bodies"));
            }
        }
        broken
    }
}

/// I4 and I6.
pub fn disagreement(order: &OrderRecord, sale: &StoredSale) -> Option<String> {
    let (there, here) = (order.order_status, sale.state.as_str());
    let id = &order.order_id;
    let agrees = match there {
        OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::RefundFailed => here == "paid",
        // A reversal ends as cancelled; what somebody else gave back stands on the receipt of a sale that was paid.
        OrderStatus::Refunded => ["refunded", "cancelled", "paid"].contains(&here),
        OrderStatus::Closed => here == "closed",
        OrderStatus::Cancelled => here == "cancelled",
        OrderStatus::Paying | OrderStatus::Failed | OrderStatus::Refunding | OrderStatus::Unknown => false,
    };
    if !agrees {
        return Some(format!("I6: {id} is {there:?} there and {here} here"));
    }
    if !is_paid(sale) {
        return None;
    }
    let real = sale.facts.real_fen.map(yima_core::Fen::get);
    let refunded = sale.facts.refunded_fen.map_or(0, yima_core::Fen::get);
    let same = real == Some(order.real_amount.fen())
        && sale.order.total_fen.get() == order.total_amount.fen()
        && refunded == order.refund_amount.fen();
    (!same).then(|| format!("I4: {id} was paid {} there and {real:?} here", order.real_amount.fen()))
}

pub fn is_paid(sale: &StoredSale) -> bool {
    ["paid", "refunding", "refunded"].contains(&sale.state.as_str())
}

/// Recorded from the gateway's list.
pub fn is_rebuilt(sale: &StoredSale) -> bool {
    sale.snapshot.contains("\"rebuilt\":true")
}

pub fn is_paid_there(order: &OrderRecord) -> bool {
    order.real_amount.fen() > order.refund_amount.fen()
}

/// A customer has paid it, or can.
fn may_cost_money(order: &OrderRecord) -> bool {
    let is_payable =
        matches!(order.order_status, OrderStatus::Paying | OrderStatus::Failed | OrderStatus::Unknown);
    is_payable || is_paid_there(order)
}

/// Paid for goods that were given back, and a person said that the money was, too.
pub fn was_settled(sale: &StoredSale) -> bool {
    is_paid(sale) && sale.snapshot.contains("\"given_back\":true")
}

/// Open sales that only a person can bring to their end, and by which act.
pub fn acts_left(books: &Books) -> Vec<String> {
    let act = |sale: &StoredSale| {
        let id: &OrderId = &sale.order.id;
        let is_known_there = books.orders.iter().any(|order| order.order_id == id.as_str());
        match sale.state.as_str() {
            _ if !is_known_there => None,
            // Paid although it was reversed, or closing it was refused: it stays on the list until the cashier asks.
            "refunding" | "unresolved" => Some(format!("ask {id}")),
            _ => None,
        }
    };
    books.sales.iter().filter_map(act).collect()
}
