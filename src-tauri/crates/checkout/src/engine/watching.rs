//! What is left of sales that are over: the day's watch, refunds that are due, and what somebody decides about them.

use yima_core::sale::Event;
use yima_core::{Fen, OrderId};

use super::Engine;
use crate::command::Word;
use crate::view::{AwayView, PaymentView, RefundDueView};
use crate::{Clock, Gateway, Refusal, Screen, Store};

/// So many watched sales are asked about at once, and this far apart: a hundred of them are no storm.
const AT_ONCE: usize = 2;
const APART_MS: u64 = 500;

/// How many refunds due, and how much news of the time away, the windows are given.
const SHOWN: usize = 20;

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// When a watched sale may be asked about next; `None` while an answer has to come first.
    pub(super) fn watch_wake_ms(&self) -> Option<u64> {
        if self.asked_at_once() >= AT_ONCE {
            return None;
        }
        let next_ms = self.watched.values().filter_map(|open| open.sale.wake_ms()).min();
        next_ms.map(|wake_ms| wake_ms.max(self.next_watch_ms))
    }

    /// Asks about the watched sale that has waited longest, if one may be asked about now.
    pub(super) async fn tick_watched(&mut self) {
        let now = self.clock.now();
        if self.watch_wake_ms().is_none_or(|wake_ms| wake_ms > now.mono_ms) {
            return;
        }
        self.next_watch_ms = now.mono_ms.saturating_add(APART_MS);
        let waits = self.watched.iter().filter_map(|(id, open)| Some((open.sale.wake_ms()?, id)));
        let Some(order_id) = waits.min().map(|(_, id)| id.clone()) else { return };
        if let Err(refusal) = self.happened(&order_id, Event::Tick).await {
            tracing::warn!(%refusal, %order_id, "not asked about");
        }
    }

    fn asked_at_once(&self) -> usize {
        self.running.values().filter(|(order_id, ..)| self.watched.contains_key(order_id)).count()
    }

    /// Whether what a sale gave back is still as it was, and nobody is paying for it.
    pub(super) fn goods_are_there(&self, order_id: &OrderId) -> bool {
        let Some(open) = self.known(order_id).filter(|open| !open.holds_cart) else { return false };
        let Some(given) = self.carts.get(&open.cart_id).filter(|given| !given.charged) else { return false };
        open.given_at == Some(given.touches)
            && given
                .cart
                .order(order_id.clone(), &self.terms.prices)
                .is_ok_and(|order| *order.lines == *open.lines)
    }

    pub(super) async fn write_off(&mut self, order_id: &OrderId, word: &Word) -> Result<(), Refusal> {
        self.happened_by(order_id, Event::WriteOff, Some(word.note()?)).await
    }

    pub(super) async fn settle_refund(&mut self, order_id: &OrderId, word: &Word) -> Result<(), Refusal> {
        self.happened_by(order_id, Event::RefundSettled, Some(word.note()?)).await
    }

    /// Gives back part or all of a paid sale, under a new id. The gateway is asked first what is left.
    pub(super) async fn refund(
        &mut self,
        order_id: &OrderId,
        amount_fen: Fen,
        left_fen: Option<Fen>,
        word: &Word,
    ) -> Result<(), Refusal> {
        let note = word.note()?;
        if self.is_damaged {
            return Err(Refusal::Damaged);
        }
        if self.reconciling.is_some() {
            // Another refund of the same goods may be known only to the gateway.
            return Err(Refusal::NotReconciled);
        }
        let was_known = self.known(order_id).is_some();
        if !was_known {
            let stored = self.store.sale(order_id.clone()).await?.ok_or(Refusal::NotFound)?;
            let open = self.brought_back(stored).ok_or(Refusal::NotFound)?;
            self.watched.insert(order_id.clone(), open);
        }
        let is_as_seen = self
            .known(order_id)
            .is_some_and(|open| left_fen.is_none_or(|left| left == open.sale.refundable_fen()));
        let begun = match is_as_seen {
            true => {
                let id = self.new_order_id(self.clock.now())?;
                self.happened_by(order_id, Event::Refund { id, amount_fen }, Some(note)).await
            }
            false => Err(Refusal::NotNow),
        };
        if begun.is_err() && !was_known {
            self.watched.remove(order_id);
        }
        begun
    }

    pub(super) async fn drop_refund(&mut self, order_id: &OrderId, word: &Word) -> Result<(), Refusal> {
        self.happened_by(order_id, Event::DropRefund, Some(word.note()?)).await
    }

    /// A sale found open at the start has come to rest: the cashier was not there when it was paid or given up.
    pub(super) fn was_away(&mut self, payment: &PaymentView) {
        self.away.retain(|news| news.order_id != payment.order_id);
        self.away.push(AwayView {
            order_id: payment.order_id.clone(),
            state: payment.state,
            amount_fen: payment.real_fen.unwrap_or(payment.total_fen),
            receipt_number: payment.receipt_number.clone(),
        });
        if self.away.len() > SHOWN {
            self.away.remove(0);
        }
    }

    pub(super) fn refunds_due(&self) -> (u32, Vec<RefundDueView>) {
        let all = self.sales.values().chain(self.watched.values());
        let due = all.filter_map(|open| {
            let refused = open.sale.refund().filter(|_| open.sale.can_drop_refund());
            Some(RefundDueView {
                order_id: open.sale.order_id().clone(),
                due_fen: open.sale.refund_due_fen().or(refused.map(|refund| refund.amount_fen))?,
                pay_time: open.sale.payment().and_then(|paid| paid.pay_time.clone()),
            })
        });
        let mut due: Vec<_> = due.collect();
        let count = u32::try_from(due.len()).unwrap_or(u32::MAX);
        due.truncate(SHOWN);
        (count, due)
    }

    /// The unresolved order of just the goods in front, which may be about to be sold twice.
    pub(super) fn rung_up_before(&self) -> Option<OrderId> {
        let front = self.front().filter(|front| !front.charged && !front.cart.is_empty())?;
        let pieces = |lines: &mut dyn Iterator<Item = (String, u32)>| {
            let mut pieces: Vec<_> = lines.collect();
            pieces.sort();
            pieces
        };
        let mut lines = front.cart.lines().iter().map(|line| (line.barcode.to_string(), line.quantity.get()));
        let mine = pieces(&mut lines);
        let is_same = |open: &&super::sales::OpenSale| {
            let mut lines = open.lines.iter().map(|line| (line.barcode.to_string(), line.quantity.get()));
            open.sale.needs_somebody() && open.holds_cart && pieces(&mut lines) == mine
        };
        self.sales.values().find(is_same).map(|open| open.sale.order_id().clone())
    }
}
