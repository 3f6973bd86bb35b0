//! Watches what the program writes, sends, hears and shows, and holds each of it against the invariants.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::oneshot;
use yima_checkout::view::{CashierView, CustomerScreen, CustomerView, Mode};
use yima_checkout::{Asked, Screen};
use yima_core::sale::{Answer, Call, CallFailure, OrderReply, Sale, State, Status, Way};
use yima_core::{Fen, OrderId};
use yima_gateway::Account;
use yima_store::{Advance, SaleStep, StoredSale};

use crate::kept::Kept;
use crate::ledger::Progress;
use crate::restoring::is_given_up;
use crate::world::{Shared, World};

/// How long a customer may pay.
pub const QR_TIMEOUT_MS: u64 = 60_000;

#[derive(Default)]
pub struct Witness {
    pub broken: Vec<String>,
    /// What this life of the program has heard about each order.
    heard: BTreeMap<String, Heard>,
    /// Until when each QR may be shown, by either clock.
    links: BTreeMap<String, (i64, u64)>,
    /// Polls under way, and whether their answer is still waited for.
    polls: BTreeMap<OrderId, BTreeMap<u64, bool>>,
    scans_sent: BTreeMap<OrderId, usize>,
    pub last_asked_ms: BTreeMap<OrderId, u64>,
    pub written_off: BTreeSet<OrderId>,
    /// The edges that sales went along.
    pub edges: BTreeSet<(&'static str, &'static str)>,
    /// Kept so that nobody is told anything by their end.
    pub never_answered: Vec<oneshot::Sender<Answer>>,
    pub writes_failed: u64,
    pub calls: u64,
    /// What the cashier was shown last.
    pub shown: Option<CashierView>,
    /// Every number that was ever given, also by data that were replaced since.
    receipts: BTreeMap<String, OrderId>,
}

#[derive(Default)]
struct Heard {
    asked: bool,
    status: Option<Status>,
    order: Option<OrderReply>,
}

impl Witness {
    /// The program has started again: it knows nothing that it has not kept.
    pub fn new_life(&mut self, mono_ms: u64) {
        self.heard.clear();
        self.polls.clear();
        self.never_answered.clear();
        for (_, until_mono_ms) in self.links.values_mut() {
            *until_mono_ms = mono_ms + QR_TIMEOUT_MS;
        }
    }

    /// A backup is what was kept from now on.
    pub fn restored(&mut self, backup: &Kept) {
        let sent = backup.sales.iter().map(|(id, kept)| (id.clone(), kept.attempts.len()));
        self.scans_sent = sent.collect();
        self.written_off.retain(|id| backup.sales.get(id).is_some_and(is_given_up));
    }

    /// The cashier did something, or a write failed: what was asked before that is not waited for any more.
    pub fn supersede(&mut self) {
        self.polls.values_mut().flat_map(BTreeMap::values_mut).for_each(|waited_for| *waited_for = false);
    }
}

/// I1, I2, I3, I10, I14.
pub fn sent(world: &mut World, asked: &Asked, number: u64) {
    let id = &asked.order_id;
    let now_ms = world.now_ms;
    world.witness.calls += 1;
    world.witness.last_asked_ms.insert(id.clone(), now_ms);
    let is_unkept = world.disk.unkept_orders.contains(id);
    let Some(kept) = world.disk.kept.sales.get(id).filter(|_| !is_unkept) else {
        return world.broken(format!("I1: {id} is sent and not durable"));
    };
    if kept.sale.body != *asked.body {
        return world.broken(format!("I2: {id} is sent as another than was kept"));
    }
    let is_as_frozen = serde_json::to_string(&*asked.account)
        .is_ok_and(|account| account == kept.sale.account)
        && serde_json::to_string(&*asked.store_info).is_ok_and(|info| info == kept.sale.store_info);
    let (cart, attempts) = (kept.sale.cart_id, kept.attempts.len());
    let cancel_is_kept = kept.sale.snapshot.contains("\"cancel_sent\":true");
    if !is_as_frozen {
        world.broken(format!("K3: {id} is asked about under {:?}", asked.account));
    }
    match asked.call {
        Call::Scan | Call::Pay => {
            if asked.call == Call::Pay && asked.pay_code.as_ref().is_none_or(|code| code.take().is_none()) {
                world.broken(format!("I2: {id} is sent without its customer's code, or twice with it"));
            }
            let sent = world.witness.scans_sent.entry(id.clone()).or_default();
            *sent += 1;
            if *sent > attempts {
                world.broken(format!("I1: {id} is sent and that attempt is not durable"));
            }
            let others = world.disk.kept.sales_where(|other| other.sale.cart_id == cart);
            if let Some(other) = others.iter().find(|other| other.order.id != *id && !is_over(other)) {
                let (other, state) = (&other.order.id, &other.state);
                world.broken(format!("I3: {id} is sent while {other} of the same cart is {state}"));
            }
        }
        Call::Cancel if !cancel_is_kept => {
            world.broken(format!("I1: {id} is reversed and that is not durable"))
        }
        Call::Refund => refund_sent(world, asked),
        _ => {}
    }
    poll_sent(world, asked, number);
}

fn poll_sent(world: &mut World, asked: &Asked, number: u64) {
    let id = &asked.order_id;
    let is_poll = matches!(asked.call, Call::Check | Call::Get);
    if is_poll && world.disk.faults.is_empty() {
        let under_way = world.witness.polls.get(id).into_iter().flat_map(BTreeMap::iter);
        if let Some((other, _)) = under_way.into_iter().find(|(_, waited_for)| **waited_for) {
            let other = *other;
            world.broken(format!("I14: {id} is asked by {number} while {other} is under way"));
        }
    }
    let polls = world.witness.polls.entry(id.clone()).or_default();
    // Whatever it is, the answer to an older question is not waited for any more.
    polls.values_mut().for_each(|waited_for| *waited_for = false);
    if is_poll {
        polls.insert(number, true);
    }
}

fn refund_sent(world: &mut World, asked: &Asked) {
    let id = &asked.order_id;
    let Some(refund) = &asked.refund else {
        return world.broken(format!("I10: a refund of {id} without an amount"));
    };
    let kept = world.disk.kept.sales.get(id).into_iter().flat_map(|kept| &kept.refunds);
    let is_kept = kept.into_iter().any(|row| {
        row.refund_id == refund.id && row.amount_fen == refund.amount_fen && row.progress == "sent"
    });
    let heard = world.witness.heard.get(id.as_str()).and_then(|heard| heard.order.as_ref());
    let left = heard.and_then(|order| order.real_fen.checked_sub(order.refunded_fen)).unwrap_or(Fen::ZERO);
    if !is_kept {
        world.broken(format!("I1: a refund of {id} is sent and that is not durable"));
    }
    if !refund.amount_fen.is_positive() || refund.amount_fen > left {
        let amount = refund.amount_fen;
        world.broken(format!("I10: {amount} of {id} is to go back, and {left} was said to be left"));
    }
}

/// I2 at the other end.
pub fn order_arrives(world: &mut World, order: &str, body: &[u8]) {
    if world.ledger.orders.get(order).is_some_and(|trade| trade.body != body) {
        world.broken(format!("I2: {order} arrived with two bodies"));
    }
}

/// What the network brings to the program.
pub fn heard(world: &mut World, order_id: &OrderId, account: &Account, call: u64, answer: &Answer) {
    let order = order_id.as_str();
    for polls in world.witness.polls.values_mut() {
        polls.remove(&call);
    }
    let now = world.now();
    let heard = world.witness.heard.entry(order.to_owned()).or_default();
    heard.asked |= matches!(answer.as_failure(), None | Some(CallFailure::Rejected { .. }));
    match answer {
        Answer::Check(Ok(reply)) if reply.order_id == order => heard.status = Some(reply.status),
        Answer::Get(Ok(reply)) if reply.order_id == order && reply.app_id == account.app_id => {
            heard.order = Some(reply.clone());
        }
        Answer::Scan(Ok(_)) => {
            let timeout_ms = i64::try_from(QR_TIMEOUT_MS).unwrap_or(i64::MAX);
            let until = (now.wall_ms + timeout_ms, now.mono_ms + QR_TIMEOUT_MS);
            world.witness.links.insert(order.to_owned(), until);
        }
        _ => {}
    }
}

/// I11, K3, D8, before it is written.
pub fn before_sale(world: &mut World, id: &OrderId, steps: &[SaleStep]) {
    world.must_be_whole("something is sold");
    let states: Vec<_> = steps.iter().filter_map(|step| State::from_code(&step.state)).collect();
    if states == [State::Paid] {
        return;
    }
    // An order that is only ready is never kept, so none is ever found after a crash.
    if states != [State::Ready, State::Submitting] {
        world.broken(format!("I11: {id} begins as {states:?}"));
    }
    world.witness.edges.extend(states.windows(2).map(|pair| (pair[0].code(), pair[1].code())));
}

/// I7.
pub fn receipt_given(world: &mut World, id: &OrderId, number: &str) {
    let till = world.disk.kept.sales.get(id).map(|kept| kept.sale.till_number.clone()).unwrap_or_default();
    if !number.starts_with(&till) {
        world.broken(format!("K3: {id} of till {till} has the receipt {number}"));
    }
    // A sale of which something goes back is told its number again.
    let other = world.witness.receipts.insert(number.to_owned(), id.clone());
    if let Some(other) = other.filter(|other| other != id) {
        world.broken(format!("I7: {number} was given to {other} and is given to {id}"));
    }
}

/// I4, I5, I10, I11, before it is written.
pub fn before_advance(world: &mut World, advance: &Advance) {
    let id = &advance.order_id;
    let Some(kept) = world.disk.kept.sales.get(id).cloned() else { return };
    let mut from = State::from_code(&kept.sale.state);
    for step in &advance.steps {
        let to = State::from_code(&step.state);
        let is_edge = from.zip(to).is_some_and(|(from, to)| from == to || from.next().contains(&to));
        if !is_edge {
            world.broken(format!("I11: {id} goes from {from:?} to {to:?}"));
        }
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            world.witness.edges.insert((from.code(), to.code()));
            if (from, to) == (State::Paid, State::Refunding) && world.disk.kept.mark.is_some() {
                world.must_be_whole("money goes back");
            }
            comes_to(world, id, from, to, &step.snapshot);
        }
        // What goes back in cash is in no book of the gateway's.
        let is_cash = kept.sale.way == Way::Cash;
        if let Some(refund) = &step.refund
            && refund.progress == "done"
            && !is_cash
        {
            let given = world.ledger.orders.get(id.as_str()).into_iter().flat_map(|trade| &trade.refunds);
            let is_done = given
                .into_iter()
                .any(|given| given.id == refund.refund_id.as_str() && given.progress == Progress::Done);
            if !is_done {
                world.broken(format!("I10: a refund of {id} counts as made and is not"));
            }
        }
        if step.event == "written_off" {
            world.witness.written_off.insert(id.clone());
        }
        from = to;
    }
}

fn comes_to(world: &mut World, id: &OrderId, from: State, to: State, snapshot: &str) {
    let heard = world.witness.heard.get(id.as_str());
    let status = heard.and_then(|heard| heard.status);
    let is_known = match to {
        State::Closed => status == Some(Status::Closed),
        State::Cancelled => {
            let was_reversed = snapshot.contains("\"cancel_sent\":true");
            status == Some(Status::Cancelled) || (was_reversed && status == Some(Status::Refunded))
        }
        State::Void => {
            !world.ledger.orders.contains_key(id.as_str())
                && ![Call::Scan, Call::Pay].iter().any(|call| world.network.is_on_its_way(id.as_str(), *call))
        }
        State::Paid if from == State::Verifying => {
            let order = heard.and_then(|heard| heard.order.clone());
            return came_to_paid(world, id, order, snapshot);
        }
        _ => true,
    };
    if !is_known {
        world.broken(format!("I5: {id} is {} and nobody said so (last heard {status:?})", to.code()));
    }
}

/// I4.
fn came_to_paid(world: &mut World, id: &OrderId, heard: Option<OrderReply>, snapshot: &str) {
    let Ok(sale) = serde_json::from_str::<Sale>(snapshot) else {
        return world.broken(format!("I11: what is kept of {id} cannot be read"));
    };
    let is_confirmed = heard.zip(sale.payment()).is_some_and(|(order, payment)| {
        order.status.is_paid()
            && order.total_fen == sale.total_fen()
            && order.real_fen == payment.real_fen
            && payment.real_fen.is_positive()
    });
    let real =
        world.ledger.orders.get(id.as_str()).filter(|trade| trade.was_paid).map(|trade| trade.real_fen);
    if !is_confirmed || real != sale.payment().map(|payment| payment.real_fen) {
        world.broken(format!("I4: {id} is paid {:?} and was paid {real:?}", sale.payment()));
    }
}

/// Its goods can be sold by another order: it was seen closed or reversed, or never came to be. One that was paid
/// after that is owed back.
fn is_over(sale: &StoredSale) -> bool {
    sale.state == "void" || (!sale.holds_cart && sale.snapshot.contains("\"given_back\":true"))
}

impl World {
    pub fn total_shown(&self) -> Fen {
        self.witness.shown.as_ref().map_or(Fen::ZERO, |shown| shown.cart.total_fen)
    }

    pub fn pieces_shown(&self) -> i64 {
        self.witness.shown.as_ref().map_or(0, |shown| i64::from(shown.cart.pieces))
    }
}

/// I13, and what both windows may show.
impl Screen for Shared {
    fn show_cashier(&self, view: CashierView) {
        let mut world = self.lock();
        let world = &mut *world;
        let now = world.now();
        if view.mode != Mode::Live {
            world.broken("K3: the mode has changed".to_owned());
        }
        let view = world.witness.shown.insert(view);
        let Some(payment) = view.payment.as_ref().filter(|payment| payment.qr.is_some()) else { return };
        let (id, state) = (payment.order_id.clone(), payment.state);
        let was_asked = world.witness.heard.get(id.as_str()).is_some_and(|heard| heard.asked);
        let may_pay = world
            .witness
            .links
            .get(id.as_str())
            .is_some_and(|(wall_ms, mono_ms)| now.wall_ms < *wall_ms && now.mono_ms < *mono_ms);
        if state != State::Awaiting || !was_asked || !may_pay {
            world.broken(format!(
                "I13: the QR of {id} is shown: {state:?}, asked {was_asked}, in time {may_pay}"
            ));
        }
    }

    fn show_customer(&self, view: CustomerView) {
        if view.qr.is_some() && view.screen != CustomerScreen::Pay {
            self.lock()
                .broken(format!("I13: a QR is on the customer's screen, which says {:?}", view.screen));
        }
    }
}
