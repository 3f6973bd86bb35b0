//! Watches from inside the till what its engine asks, hears, keeps and shows, and says which promise that breaks.
//!
//! It stands at the engine's ports. What one life has to know of those before it comes in with its start.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use yima_checkout::Asked;
use yima_checkout::view::CashierView;
use yima_core::sale::{Answer, Call, CallFailure, OrderReply, Sale, State, Status};
use yima_core::{Fen, OrderId};
use yima_store::{Advance, SaleStep, StoredSale};

use crate::till::{APP_ID, QR_TIMEOUT_MS, say};

/// `None` within: nobody watches, as over days in which it would grow.
pub struct Witness(Option<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    orders: BTreeMap<OrderId, Order>,
    calls: u64,
    /// How much later it is than the engine's clock says, in a till that does not notice how long it was away.
    behind_ms: i64,
}

#[derive(Default)]
struct Order {
    state: Option<State>,
    /// How it stood when this life began.
    stood: Option<State>,
    was_asked: bool,
    /// The gateway has said something about it in this life.
    is_known: bool,
    status: Option<Status>,
    reply: Option<OrderReply>,
    /// Polls under way, and whether their answer is still waited for.
    polls: BTreeMap<u64, bool>,
    /// Until when its QR may be shown.
    qr_until_ms: Option<i64>,
}

impl Witness {
    pub fn new(links: Option<BTreeMap<OrderId, i64>>, behind_ms: i64) -> Self {
        let seen = links.map(|links| {
            let order = |(id, until_ms)| (id, Order { qr_until_ms: Some(until_ms), ..Order::default() });
            Seen { orders: links.into_iter().map(order).collect(), calls: 0, behind_ms }
        });
        Self(seen.map(Mutex::new))
    }

    fn seen(&self) -> Option<MutexGuard<'_, Seen>> {
        self.0.as_ref().map(|seen| seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The engine reads these at its start, or when somebody comes back to one of them.
    pub fn reads<'s>(&self, sales: impl IntoIterator<Item = &'s StoredSale>) {
        let Some(mut seen) = self.seen() else { return };
        for sale in sales {
            let order = seen.orders.entry(sale.order.id.clone()).or_default();
            if order.state.is_none() {
                order.state = State::from_code(&sale.state);
                order.stood = order.state;
            }
        }
    }

    /// The cashier does something: what was asked before that is not waited for any more.
    pub fn supersede(&self) {
        let Some(mut seen) = self.seen() else { return };
        let polls = seen.orders.values_mut().flat_map(|order| order.polls.values_mut());
        polls.for_each(|is_waited_for| *is_waited_for = false);
    }

    /// I10, I13, I14. Gives the call's number.
    pub fn asks(&self, asked: &Asked) -> u64 {
        let Some(mut seen) = self.seen() else { return 0 };
        let id = &asked.order_id;
        say(&format!("ask {} {id}", path(asked.call)));
        seen.calls += 1;
        let number = seen.calls;
        let order = seen.orders.entry(id.clone()).or_default();
        if let Some(stood) = order.stood.filter(|_| !order.was_asked) {
            held("I13", may_be_first(asked.call, stood), || {
                format!("{id} was {}, and the first thing asked is {}", stood.code(), path(asked.call))
            });
        }
        order.was_asked = true;
        let is_poll = matches!(asked.call, Call::Check | Call::Get);
        if is_poll {
            let is_alone = !order.polls.values().any(|is_waited_for| *is_waited_for);
            held("I14", is_alone, || format!("{id} is asked while an answer about it is waited for"));
        }
        order.polls.values_mut().for_each(|is_waited_for| *is_waited_for = false);
        if is_poll {
            order.polls.insert(number, true);
        }
        if asked.call == Call::Refund {
            let known = order.reply.as_ref().filter(|_| order.is_known);
            let left_fen = known.and_then(|reply| reply.real_fen.checked_sub(reply.refunded_fen));
            let amount_fen = asked.refund.as_ref().map(|refund| refund.amount_fen);
            let is_within =
                amount_fen.zip(left_fen).is_some_and(|(fen, left)| fen.is_positive() && fen <= left);
            held("I10", is_within, || format!("{amount_fen:?} of {id} is to go back, of {left_fen:?}"));
            // The next one is to be asked about anew.
            order.reply = None;
        }
        number
    }

    /// What the gateway answers, as its client understands it.
    pub fn hears(&self, id: &OrderId, number: u64, answer: &Answer, wall_ms: i64) {
        let Some(mut seen) = self.seen() else { return };
        let behind_ms = seen.behind_ms;
        let Some(order) = seen.orders.get_mut(id) else { return };
        order.polls.remove(&number);
        order.is_known |= matches!(answer.as_failure(), None | Some(CallFailure::Rejected { .. }));
        match answer {
            Answer::Check(Ok(reply)) if reply.order_id == id.as_str() => order.status = Some(reply.status),
            Answer::Get(Ok(reply)) if reply.order_id == id.as_str() && reply.app_id == APP_ID => {
                order.reply = Some(reply.clone());
            }
            Answer::Scan(Ok(_)) => {
                let until_ms = wall_ms + behind_ms + i64::try_from(QR_TIMEOUT_MS).unwrap_or(i64::MAX);
                order.qr_until_ms = Some(until_ms);
                say(&format!("link {id} {until_ms}"));
            }
            _ => {}
        }
    }

    pub fn begins(&self, id: &OrderId, steps: &[SaleStep]) {
        let Some(mut seen) = self.seen() else { return };
        let last = steps.last().and_then(|step| State::from_code(&step.state));
        held("I11", last == Some(State::Submitting), || format!("{id} begins as {last:?}"));
        seen.orders.entry(id.clone()).or_default().state = last;
    }

    /// Only the gateway knew of it any more.
    pub fn rebuilds(&self, id: &OrderId, step: &SaleStep) {
        let Some(mut seen) = self.seen() else { return };
        let state = State::from_code(&step.state);
        held("I11", state == Some(State::Unresolved), || format!("{id} is rebuilt as {state:?}"));
        seen.orders.entry(id.clone()).or_default().state = state;
    }

    /// A part of the gateway's list, which is about no order.
    pub fn lists(&self) {
        if self.seen().is_some() {
            say("ask /order/list ");
        }
    }

    /// I4, I5 and I11, before it is kept.
    pub fn keeps(&self, advance: &Advance) {
        let Some(mut seen) = self.seen() else { return };
        let id = &advance.order_id;
        let order = seen.orders.entry(id.clone()).or_default();
        for step in &advance.steps {
            let (from, to) = (order.state, State::from_code(&step.state));
            if let (Some(from), Some(to)) = (from, to)
                && from != to
            {
                held("I11", from.next().contains(&to), || format!("{id} goes from {from:?} to {to:?}"));
                order.comes_to(id, to, step);
            }
            order.state = to;
        }
        // A write that fails is made up for by asking at once, whatever is under way.
        order.polls.values_mut().for_each(|is_waited_for| *is_waited_for = false);
    }

    /// I13.
    pub fn shows(&self, view: &CashierView, wall_ms: i64) {
        let Some(seen) = self.seen() else { return };
        let Some(payment) = view.payment.as_ref().filter(|payment| payment.qr.is_some()) else { return };
        let order = seen.orders.get(&payment.order_id);
        let wall_ms = wall_ms + seen.behind_ms;
        let is_in_time = order.and_then(|order| order.qr_until_ms).is_some_and(|until_ms| wall_ms < until_ms);
        let is_known = order.is_some_and(|order| order.is_known);
        held("I13", is_in_time && is_known && payment.state == State::Awaiting, || {
            let (id, state) = (&payment.order_id, payment.state);
            format!("the QR of {id} is shown: {state:?}, in time {is_in_time}, asked {is_known}")
        });
    }
}

impl Order {
    fn comes_to(&self, id: &OrderId, to: State, step: &SaleStep) {
        let kept = serde_json::from_str::<Sale>(&step.snapshot).ok();
        let was_reversed = step.snapshot.contains("\"cancel_sent\":true");
        let is_proven = match to {
            State::Closed => self.status == Some(Status::Closed),
            State::Cancelled => {
                self.status == Some(Status::Cancelled)
                    || (was_reversed && self.status == Some(Status::Refunded))
            }
            // From Refunding it was paid before.
            State::Paid | State::Refunded if self.state == Some(State::Refunding) => self.is_known,
            State::Paid => {
                let payment = kept.as_ref().and_then(Sale::payment);
                let is_confirmed = self.reply.as_ref().zip(payment).is_some_and(|(reply, payment)| {
                    reply.status.is_paid()
                        && Some(reply.total_fen) == kept.as_ref().map(Sale::total_fen)
                        && reply.real_fen == payment.real_fen
                        && payment.real_fen > Fen::ZERO
                });
                return held("I4", is_confirmed, || format!("{id} is paid, and heard was {:?}", self.reply));
            }
            _ => return,
        };
        held("I5", is_proven, || format!("{id} is {}, and heard was {:?}", to.code(), self.status));
    }
}

/// What is asked first about an order after a restart: where it stands. One that was being closed is closed again,
/// which says as much.
fn may_be_first(call: Call, stood: State) -> bool {
    matches!(call, Call::Check | Call::Get) || (call == Call::Close && stood == State::Closing)
}

fn path(call: Call) -> &'static str {
    match call {
        Call::Scan => "/pay/scan",
        Call::Pay => "/pay/qrcode",
        Call::Check => "/pay/check",
        Call::Get => "/pay/get",
        Call::Close => "/pay/close",
        Call::Cancel => "/pay/cancel",
        Call::Refund => "/pay/refund",
    }
}

fn held(invariant: &str, is_held: bool, otherwise: impl FnOnce() -> String) {
    if is_held {
        say(&format!("held {invariant}"));
    } else {
        say(&format!("broken {invariant}: {}", otherwise()));
    }
}
