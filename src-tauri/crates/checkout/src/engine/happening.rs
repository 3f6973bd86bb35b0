//! Something happened to a sale: it becomes durable, then it is sent and shown.

use yima_core::OrderId;
use yima_core::sale::{Effects, Event, Now, State, Way};
use yima_store::{Advance, CartFate, CartId, NewReceipt, StoreError};

use super::Engine;
use super::carts::OpenCart;
use super::reconciling::paid_ms;
use super::record::{cart_fate, refund_row, step};
use super::sales::{OpenSale, Outcome};
use crate::view::{LastSale, Notice, PaymentView, PricedLine};
use crate::{Clock, Gateway, Refusal, Screen, Store, StoreProblem};

/// At most this much is added to a pause between polls, so that tills do not ask in step.
const JITTER_MS: u64 = 250;

/// For how long the customer is thanked.
pub(super) const THANKS_MS: u64 = 5_000;

/// A change of a sale that has just become durable.
struct Moved {
    from: State,
    /// The sale had given its goods up before.
    had_given_back: bool,
    took_back: bool,
    stays_in_front: bool,
    receipt_number: Option<String>,
    now: Now,
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Hands an event to a sale, makes what follows durable, and only then sends.
    pub(super) async fn happened(&mut self, order_id: &OrderId, event: Event) -> Result<(), Refusal> {
        self.happened_by(order_id, event, None).await
    }

    /// The same, with a note of who did it and why.
    pub(super) async fn happened_by(
        &mut self,
        order_id: &OrderId,
        event: Event,
        note: Option<String>,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let jitter_ms = u64::from(self.clock.random()[0]) * JITTER_MS / 256;
        let stays_in_front = self.stays_in_front(order_id);
        let open = self.known(order_id).ok_or(Refusal::NotFound)?;
        let (before, till_number, expected_version) =
            (open.sale.clone(), open.till_number.clone(), open.version);
        // What somebody did can be done again, and nothing else does it; what the gateway said or the clock must not be
        // lost, and comes again.
        let is_act = !matches!(event, Event::Answered { .. } | Event::Tick | Event::Resume);
        let is_answered = matches!(&event, Event::Answered { number, answer }
            if answer.as_failure().is_none() && before.waits_for(*number));
        let mut sale = before.clone();
        sale.set_jitter_ms(jitter_ms);
        let Effects { record, send, defect } = sale.handle(event, now).map_err(|_| Refusal::NotNow)?;
        if let Some(defect) = defect {
            tracing::error!(?defect, %order_id, "a sale would have left its edges");
        }
        let Some(event_name) = record else {
            if is_answered && send.is_none() {
                // What the gateway says now asks for no write.
                self.nothing_is_stuck(order_id);
            }
            self.set_sale(order_id, |open| {
                open.was_away &= sale.shown_link(now).is_none();
                open.sale = sale;
            });
            self.send(order_id, send);
            return Ok(());
        };
        let took_back =
            sale.state() == State::Verifying && sale.may_take_goods_back() && self.goods_are_there(order_id);
        if took_back {
            sale.take_goods_back();
        }
        let mut step = step(&sale, event_name, now);
        step.note = note;
        step.refund = refund_row(&sale).filter(|_| sale.refund() != before.refund());
        let fate = cart_fate(&before, &sale, stays_in_front);
        let advance = Advance {
            order_id: order_id.clone(),
            expected_version,
            steps: vec![step],
            cart: if took_back { CartFate::TakeBack } else { fate },
            receipt: (sale.state() == State::Paid)
                .then(|| NewReceipt { till_number, at_ms: paid_ms(&sale, now) }),
        };
        match self.store.advance(advance).await {
            Ok(advanced) => {
                self.changes = self.changes.wrapping_add(1);
                self.set_sale(order_id, |open| {
                    open.version = advanced.version;
                    open.sale = sale;
                });
                self.nothing_is_stuck(order_id);
                let (from, had_given_back) = (before.state(), before.is_given_back());
                let receipt_number = advanced.receipt_number;
                let moved = Moved { from, had_given_back, took_back, stays_in_front, receipt_number, now };
                self.moved(order_id, moved).await;
                self.send(order_id, send);
                Ok(())
            }
            Err(error) => {
                // What the answer said is not lost: the gateway still knows it, and is asked again.
                self.set_sale(order_id, |open| open.sale.forget_call(now));
                let problem = self.not_written(&error);
                if !is_act {
                    self.stuck = Some((order_id.clone(), problem));
                }
                self.notify(Notice::NotSaved { problem });
                Err(Refusal::NotSaved(problem))
            }
        }
    }

    /// A writer that failed is not to be trusted: the engine ends, and whoever starts it again finds what was kept.
    pub(super) fn not_written(&mut self, error: &StoreError) -> StoreProblem {
        tracing::error!(%error, "what a sale came to could not be written");
        if !matches!(error, StoreError::Io(_) | StoreError::Gone) {
            return StoreProblem::from(error);
        }
        self.lost = true;
        StoreProblem::Lost
    }

    /// All that this sale came to is kept.
    fn nothing_is_stuck(&mut self, order_id: &OrderId) {
        self.stuck.take_if(|(stuck, _)| stuck == order_id);
    }

    /// A sale that is open or watched.
    pub(super) fn known(&self, order_id: &OrderId) -> Option<&OpenSale> {
        self.sales.get(order_id).or_else(|| self.watched.get(order_id))
    }

    fn set_sale(&mut self, order_id: &OrderId, set: impl FnOnce(&mut OpenSale)) {
        if let Some(open) = self.sales.get_mut(order_id).or_else(|| self.watched.get_mut(order_id)) {
            set(open);
        }
    }

    /// A sale has changed durably: its cart, the panel and the footer follow.
    async fn moved(&mut self, order_id: &OrderId, moved: Moved) {
        let Some(open) = self.known(order_id) else { return };
        let (state, cart_id) = (open.sale.state(), open.cart_id);
        let cash_went_back = moved.from == State::Paid && open.sale.way() == Way::Cash;
        let was_paid = matches!(moved.from, State::Paid | State::Refunding);
        if moved.took_back {
            self.take_back(order_id, cart_id);
        }
        let rests = state.is_final() || state == State::Unresolved;
        if moved.from == State::Refunding || cash_went_back {
            let after =
                self.known(order_id).map(|open| self.payment_view(open, moved.receipt_number, moved.now));
            if let (Some(shown), Some(after)) = (&mut self.outcome, after)
                && shown.payment.order_id == after.order_id
            {
                shown.payment = PaymentView {
                    receipt_number: after.receipt_number.clone().or(shown.payment.receipt_number.take()),
                    ..after
                };
                shown.thanks_until_ms = 0;
            }
        } else if rests && moved.from != state {
            self.came_to_rest(order_id, moved).await;
            self.keep_a_cart_ready().await;
        }
        if was_paid {
            self.last_sale_stands(order_id);
            self.count_today_again().await;
        }
        self.sort(order_id);
    }

    /// An open sale has ended, or nobody knows any more.
    async fn came_to_rest(&mut self, order_id: &OrderId, moved: Moved) {
        let Moved { had_given_back, stays_in_front, receipt_number, now, .. } = moved;
        let Some(open) = self.known(order_id) else { return };
        let (state, cart_id, holds_cart, was_away) =
            (open.sale.state(), open.cart_id, open.holds_cart, open.was_away);
        let is_rebuilt = open.sale.is_rebuilt();
        let was_front = holds_cart && self.queue.first() == Some(&cart_id);
        let payment = self.payment_view(open, receipt_number, now);
        let goods = if holds_cart {
            self.settle_cart(order_id, state, cart_id, had_given_back, stays_in_front)
        } else {
            Vec::new()
        };
        // Of those that were missing only what was paid is news.
        if was_away && (!is_rebuilt || state == State::Paid) {
            self.was_away(&payment);
        }
        if state.is_final() {
            self.set_sale(order_id, |open| open.holds_cart = false);
            let is_in_sight = was_front && (state == State::Paid || stays_in_front);
            self.ended(&payment, is_in_sight || was_away, now);
        }
        if is_rebuilt {
            // It counts to the day it was paid on, which may be another one.
            self.count_today_again().await;
        }
        let is_shown = self.outcome.as_ref().is_some_and(|shown| shown.payment.order_id == payment.order_id);
        if was_front || is_shown {
            let is_kept = payment.refunded_fen.is_none() || payment.refunded_fen < payment.real_fen;
            let is_owed = payment.refund_due_fen.is_some();
            let is_thanked = state == State::Paid && is_kept && !is_owed && !was_away;
            let thanks_until_ms = if is_thanked { now.mono_ms + THANKS_MS } else { 0 };
            self.outcome = Some(Outcome { payment, goods, thanks_until_ms });
        }
    }

    /// What becomes of the cart of a sale that came to this state; gives the goods that were sold.
    fn settle_cart(
        &mut self,
        order_id: &OrderId,
        state: State,
        cart_id: CartId,
        had_given_back: bool,
        stays_in_front: bool,
    ) -> Vec<PricedLine> {
        match state {
            State::Unresolved => {
                self.queue.retain(|id| *id != cart_id);
                Vec::new()
            }
            State::Closed | State::Cancelled if had_given_back => {
                self.carts.remove(&cart_id);
                Vec::new()
            }
            State::Paid if !had_given_back && self.is_given_back(order_id) => {
                self.give_back(order_id, cart_id, false);
                Vec::new()
            }
            State::Paid => {
                self.queue.retain(|id| *id != cart_id);
                let prices = &self.terms.prices;
                let goods = |paid: OpenCart| PricedLine::all_of(paid.cart.lines(), &paid.cart.bill(prices));
                self.carts.remove(&cart_id).map(goods).unwrap_or_default()
            }
            _ => {
                self.give_back(order_id, cart_id, stays_in_front);
                Vec::new()
            }
        }
    }

    fn is_given_back(&self, order_id: &OrderId) -> bool {
        self.known(order_id).is_some_and(|open| open.sale.is_given_back())
    }

    /// Puts a sale where it belongs now: among the open ones, the watched ones, or nowhere.
    fn sort(&mut self, order_id: &OrderId) {
        let Some(open) = self.sales.remove(order_id).or_else(|| self.watched.remove(order_id)) else {
            return;
        };
        let is_over = open.sale.state().is_final() && !open.holds_cart;
        if !is_over && !open.sale.is_written_off() {
            self.sales.insert(order_id.clone(), open);
        } else if open.sale.is_asking() {
            self.watched.insert(order_id.clone(), OpenSale { qr: None, ..open });
        }
    }

    /// Whether the goods of a sale are those in front and nothing was scanned behind them: only then can they be
    /// given back without mixing them with the next customer's.
    fn stays_in_front(&self, order_id: &OrderId) -> bool {
        let held = self.known(order_id).filter(|open| open.holds_cart).map(|open| open.cart_id);
        let is_behind_empty = |id: &CartId| self.carts.get(id).is_some_and(|open| open.cart.is_empty());
        held.is_some_and(|id| self.queue.first() == Some(&id))
            && self.queue.iter().skip(1).all(is_behind_empty)
    }

    /// The goods of a sale that ended unpaid can be sold again: at once, or when the cashier brings them up.
    fn give_back(&mut self, order_id: &OrderId, cart_id: CartId, stays_in_front: bool) {
        let given_at = self.carts.get_mut(&cart_id).map(|open| {
            open.charged = false;
            open.touches
        });
        self.set_sale(order_id, |open| open.given_at = given_at);
        if !stays_in_front {
            self.queue.retain(|id| *id != cart_id);
            self.held.push(cart_id);
        }
    }

    fn take_back(&mut self, order_id: &OrderId, cart_id: CartId) {
        self.set_sale(order_id, |open| open.holds_cart = true);
        self.held.retain(|id| *id != cart_id);
        if let Some(open) = self.carts.get_mut(&cart_id) {
            open.charged = true;
        }
    }

    /// Money went back since it ended, or is about to.
    fn last_sale_stands(&mut self, order_id: &OrderId) {
        let stands = self.known(order_id).map(|open| (open.sale.state(), open.sale.refunded_fen()));
        let last = self.last_sale.as_mut().filter(|last| last.order_id == *order_id);
        if let (Some(last), Some(stands)) = (last, stands) {
            (last.state, last.refunded_fen) = stands;
        }
    }

    pub(super) fn ended(&mut self, payment: &PaymentView, is_in_sight: bool, now: Now) {
        self.last_sale = Some(LastSale {
            order_id: payment.order_id.clone(),
            amount_fen: payment.real_fen.unwrap_or(payment.total_fen),
            way: payment.way,
            state: payment.state,
            refunded_fen: payment.refunded_fen,
            at_ms: now.wall_ms,
        });
        if let Some(real_fen) = payment.real_fen {
            let kept_fen = payment.refunded_fen.and_then(|refunded| real_fen.checked_sub(refunded));
            self.count_today(kept_fen.unwrap_or(real_fen), now);
        }
        if is_in_sight {
            return;
        }
        let paid = payment.real_fen.zip(payment.receipt_number.clone());
        self.notify(match (payment.refund_due_fen, paid) {
            (Some(due_fen), _) => Notice::RefundDue { due_fen },
            (None, Some((real_fen, receipt_number))) => Notice::PaidLater { real_fen, receipt_number },
            (None, None) => Notice::EndedUnpaid { total_fen: payment.total_fen },
        });
    }
}
