//! Every sale beside its order at the gateway, a few at a time, before the gateway forgets it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use yima_sandbox::{OrderRecord, Running};
use yima_store::verify::Verified;
use yima_store::{Store, StoredSale};

use crate::books::{Books, Ends, acts_left, disagreement, is_paid, is_paid_there, was_settled};

#[derive(Default)]
pub struct Accounts {
    pub sales: u64,
    pub ends: Ends,
    pub broken: Vec<String>,
    /// Charged, and not yet at rest with both sides agreed.
    pending: BTreeSet<String>,
    /// At rest, and still in the gateway's list.
    at_rest: BTreeSet<String>,
    /// The orders that every cart was paid by and whose money is not owed back.
    paid_by: BTreeMap<i64, Vec<String>>,
    /// How the pending ones stood when they were last looked at.
    unsettled: Vec<String>,
    /// Those of them that were paid there and not here.
    missing: u64,
}

impl Accounts {
    pub fn charged(&mut self, order: Option<String>) {
        let Some(order) = order else { return };
        // An order may be shown once more while the next one is refused.
        if !self.at_rest.contains(&order) && self.pending.insert(order) {
            self.sales += 1;
        }
    }

    /// Compares what is not at rest yet; gives the acts that only a person can bring it there with.
    pub async fn compare(&mut self, store: &Store, sandbox: &Running) -> Result<Vec<String>> {
        // The gateway first: what it has must be here by then.
        let mut orders = sandbox.orders();
        self.at_rest.retain(|id| orders.iter().any(|order| order.order_id == *id));
        orders.retain(|order| !self.at_rest.contains(&order.order_id));
        let mut ids = self.pending.clone();
        ids.extend(orders.iter().map(|order| order.order_id.clone()));
        let mut sales = Vec::new();
        for id in &ids {
            if let Ok(id) = yima_core::OrderId::parse(id) {
                sales.extend(store.sale(&id).await?);
            }
        }
        let books = Books::of(sales, orders);
        let unknown = books.broken.len() as u64;
        self.ends.lost += unknown;
        self.broken.extend(books.broken.iter().cloned());
        let mut acts = acts_left(&books);
        self.unsettled.clear();
        self.missing = 0;
        for sale in &books.sales {
            let order = books.orders.iter().find(|order| order.order_id == sale.order.id.as_str());
            self.look_at(sale, order, &mut acts);
        }
        Ok(acts)
    }

    /// Nothing is left to wait for.
    pub fn are_settled(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// What must hold at the end, over the whole database.
    pub fn close(&mut self, verified: &Verified) {
        self.broken.append(&mut self.unsettled);
        self.ends.lost += self.missing;
        self.ends.unresolved = self.pending.len() as u64;
        self.broken
            .extend(verified.findings.iter().map(|finding| format!("{:?}: {}", finding.check, finding.what)));
        for (table, counted) in [("sales", self.sales), ("receipts", self.ends.paid)] {
            let rows =
                verified.counts.iter().find(|(name, _)| *name == table).map(|(_, rows)| u64::from(*rows));
            if rows != Some(counted) {
                self.broken.push(format!("I6: {counted} {table} were seen and {rows:?} are kept"));
            }
        }
    }

    fn look_at(&mut self, sale: &StoredSale, order: Option<&OrderRecord>, acts: &mut Vec<String>) {
        let id = &sale.order.id;
        if sale.facts.refund_due_fen.is_some() {
            acts.push(format!("settle {id}"));
            return self.unsettled.push(format!("I10: {id} is owed back"));
        }
        if order.is_none() && sale.state == "unresolved" {
            acts.push(format!("write-off {id}"));
            return;
        }
        let differs = order.and_then(|order| disagreement(order, sale));
        if sale.open || differs.is_some() {
            self.missing += u64::from(order.is_some_and(is_paid_there) && !is_paid(sale));
            let why = differs.unwrap_or_else(|| format!("I6: {id} is {}", sale.state));
            return self.unsettled.push(why);
        }
        self.rest(sale, order);
    }

    fn rest(&mut self, sale: &StoredSale, order: Option<&OrderRecord>) {
        let id = sale.order.id.as_str().to_owned();
        self.pending.remove(&id);
        if order.is_some() {
            self.at_rest.insert(id.clone());
        }
        if !is_paid(sale) {
            self.ends.closed += 1;
            return;
        }
        self.ends.paid += 1;
        if was_settled(sale) {
            return;
        }
        let orders = self.paid_by.entry(sale.cart_id.0).or_default();
        orders.push(id);
        if orders.len() > 1 {
            self.ends.doubled += 1;
            self.broken.push(format!("I3: cart {} is paid by {orders:?}", sale.cart_id.0));
        }
    }
}
