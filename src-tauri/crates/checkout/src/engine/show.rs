//! What the windows show, made anew from what there is.

use std::sync::Arc;

use yima_core::sale::{Now, State};
use yima_core::{Fen, PriceRules};
use yima_store::CartId;

use super::Engine;
use super::carts::OpenCart;
use super::comparing::Reconciling;
use super::sales::OpenSale;
use crate::view::{
    CartView, CashierView, CodeView, CustomerScreen, CustomerView, NextCartView, PaymentView, PricedLine,
    Today,
};
use crate::{Clock, Gateway, Screen, Store};

/// How many lines the customer sees at once.
const CUSTOMER_LINES: usize = 12;

/// An order on its way for longer than this is worth a word to the customer.
const QUIET_SUBMIT_MS: u64 = 1_500;

/// A clock that runs this much off is set, not slow.
const CLOCK_WAS_SET_MS: u64 = 1_000;

/// What the cashier was shown, without what is large or only tells the time.
pub(super) struct Frame {
    /// Without its lines, which are those of this cart after so many touches.
    view: CashierView,
    cart_id: Option<CartId>,
    at_ms: u64,
    /// When the time to pay is over, on the monotonic clock.
    ends_ms: Option<u64>,
}

impl Frame {
    fn differs_from(&self, other: &Self) -> bool {
        let ends_alike = match (self.ends_ms, other.ends_ms) {
            (Some(one), Some(another)) => one.abs_diff(another) < CLOCK_WAS_SET_MS,
            (one, another) => one == another,
        };
        !ends_alike || self.cart_id != other.cart_id || self.view != other.view
    }
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Shows both windows what there is now.
    pub(super) fn show(&mut self) {
        let now = self.clock.now();
        self.show_frame(self.frame(now));
        self.screen.show_customer(self.customer_view(now));
    }

    /// Shows the cashier what there is now unless it is what was shown last: time left to pay is counted by the page.
    /// The customer window is told every second, so that it knows that somebody is there.
    pub(super) fn show_changes(&mut self, tells_customer: bool) {
        let now = self.clock.now();
        let frame = self.frame(now);
        let is_news = self.shown.as_ref().is_none_or(|shown| shown.differs_from(&frame));
        if is_news {
            self.show_frame(frame);
        }
        if is_news || tells_customer {
            self.screen.show_customer(self.customer_view(now));
        }
    }

    fn show_frame(&mut self, frame: Frame) {
        self.revision = self.revision.wrapping_add(1);
        let mut view = frame.view.clone();
        view.revision = self.revision;
        view.cart.lines = self.front().map(|open| open.cart.lines().to_vec()).unwrap_or_default();
        if let (Some(payment), Some(ends_ms)) = (&mut view.payment, frame.ends_ms) {
            payment.remaining_ms = Some(ends_ms.saturating_sub(frame.at_ms));
        }
        self.shown = Some(frame);
        self.screen.show_cashier(view);
    }

    fn frame(&self, now: Now) -> Frame {
        let mut view = self.cashier_view(now);
        let remaining_ms = view.payment.as_mut().and_then(|payment| payment.remaining_ms.take());
        let ends_ms = remaining_ms.map(|left_ms| now.mono_ms.saturating_add(left_ms));
        Frame { at_ms: now.mono_ms, ends_ms, cart_id: self.queue.first().copied(), view }
    }

    /// Money went back from sales of some day, perhaps this one; or it is another day, perhaps one that was before.
    pub(super) async fn count_today_again(&mut self) {
        self.today_day = yima_store::day_of(self.clock.now().wall_ms);
        match self.store.day_totals(self.today_day.clone()).await {
            Ok((count, sum_fen)) => self.today = Today { count, sum_fen },
            Err(error) => tracing::warn!(%error, "the day's sum is not known"),
        }
    }

    pub(super) fn is_today(&self, now: Now) -> bool {
        yima_store::day_of(now.wall_ms) == self.today_day
    }

    pub(super) fn count_today(&mut self, real_fen: Fen, now: Now) {
        if !self.is_today(now) {
            // The next heartbeat counts, from what was kept.
            return self.today_day.clear();
        }
        self.today.count = self.today.count.saturating_add(1);
        self.today.sum_fen = [self.today.sum_fen, real_fen].into_iter().sum();
    }

    fn cashier_view(&self, now: Now) -> CashierView {
        let next = self.queue.get(1).and_then(|id| self.carts.get(id));
        let (refunds_due_count, refunds_due) = self.refunds_due();
        let prices = &self.terms.prices;
        CashierView {
            revision: 0,
            shop_name: self.terms.shop_name.clone(),
            till_number: self.terms.till_number.clone(),
            mode: self.terms.mode,
            language: self.terms.language,
            cashier_id: self.terms.ids.cashier_id.clone(),
            insecure_secret: self.terms.insecure_secret,
            cart: self.front_cart_view(),
            held_count: u32::try_from(self.held.len()).unwrap_or(u32::MAX),
            held: self
                .held
                .first()
                .and_then(|id| self.carts.get(id))
                .map(|open| next_cart_view(open, prices)),
            next_cart: next.filter(|open| !open.cart.is_empty()).map(|open| next_cart_view(open, prices)),
            payment: self
                .front_sale()
                .map(|open| self.payment_view(open, None, now))
                .or_else(|| self.outcome_view(now)),
            code: self.code_view(now),
            notice: self.notice.clone(),
            last_sale: self.last_sale.clone(),
            today: if self.is_today(now) { self.today.clone() } else { Today::default() },
            unresolved_count: u32::try_from(self.unresolved_count()).unwrap_or(u32::MAX),
            refunds_due_count,
            refunds_due,
            changes: self.changes,
            away: self.away.clone(),
            unreadable: self.unreadable.clone(),
            reconcile: self.reconciling.as_ref().map(Reconciling::view),
            stuck: self.stuck.clone(),
            is_damaged: self.is_damaged,
            gateway: self.gateway_view,
            customer_display: self.customer_display,
        }
    }

    fn front_cart_view(&self) -> CartView {
        let view = cart_view(self.front(), &self.terms.prices);
        let may_charge = self.reconciling.is_none() && !self.is_damaged && self.stuck.is_none();
        let can_charge = view.can_charge && may_charge;
        CartView { rung_up_before: self.rung_up_before(), can_charge, ..view }
    }

    /// Orders that nobody knows the outcome of, and those on the way there or back.
    fn unresolved_count(&self) -> usize {
        let is_in_queue = |open: &&OpenSale| open.holds_cart && self.queue.contains(&open.cart_id);
        let is_refund = |open: &&OpenSale| open.sale.state() == State::Refunding;
        self.sales.values().filter(|open| !is_in_queue(open) && !is_refund(open)).count()
    }

    /// What the panel keeps showing: a sale that goes on elsewhere as it stands now, an ended one as it ended.
    fn outcome_view(&self, now: Now) -> Option<PaymentView> {
        let outcome = self.outcome.as_ref()?;
        let open = self.known(&outcome.payment.order_id).filter(|open| !open.sale.state().is_final());
        Some(open.map_or_else(|| outcome.payment.clone(), |open| self.payment_view(open, None, now)))
    }

    pub(super) fn payment_view(
        &self,
        open: &OpenSale,
        receipt_number: Option<String>,
        now: Now,
    ) -> PaymentView {
        let sale = &open.sale;
        let payment = sale.payment();
        PaymentView {
            order_id: sale.order_id().clone(),
            way: sale.way(),
            wallet: open.wallet,
            state: sale.state(),
            reason: sale.reason().cloned(),
            declined: sale.is_declined(),
            offline: sale.is_offline(),
            total_fen: sale.total_fen(),
            payable_fen: payment.map(|paid| paid.payable_fen).or(sale.trade().map(|trade| trade.payable_fen)),
            real_fen: payment.map(|paid| paid.real_fen),
            tendered_fen: payment.and_then(|paid| paid.tendered_fen),
            refunded_fen: sale.refunded_fen(),
            refund_due_fen: sale.refund_due_fen(),
            submitted_in_ms: open.submitted_in_ms,
            remaining_ms: sale.remaining_ms(now),
            qr: open.qr.as_ref().filter(|_| sale.shown_link(now).is_some()).map(Arc::clone),
            receipt_number,
            can_ask: sale.can_ask(),
            can_cancel: sale.can_cancel_payment(),
            can_reverse: sale.can_reverse(),
            can_write_off: sale.can_write_off(),
        }
    }

    fn customer_view(&self, now: Now) -> CustomerView {
        let screen = self.customer_screen(now);
        let thanks = self.outcome.as_ref().filter(|_| screen == CustomerScreen::Paid);
        let front = self.front().filter(|_| thanks.is_none());
        let bill = front.map(|open| open.cart.bill(&self.terms.prices)).unwrap_or_default();
        let (goods, total_fen) = match thanks {
            Some(outcome) => (outcome.goods.clone(), outcome.payment.total_fen),
            None => (
                front.map(|open| PricedLine::all_of(open.cart.lines(), &bill)).unwrap_or_default(),
                bill.total_fen,
            ),
        };
        let earlier = goods.len().saturating_sub(CUSTOMER_LINES);
        let touched = front.and_then(|open| goods.iter().find(|of| Some(of.line.id) == open.touched));
        let subtotal_fen: Fen = goods.iter().map(|of| of.bill.gross_fen).sum();
        let payment = self.front_sale().map(|open| self.payment_view(open, None, now));
        let paying =
            payment.as_ref().filter(|_| matches!(screen, CustomerScreen::Pay | CustomerScreen::Confirm));
        CustomerView {
            screen,
            shop_name: self.terms.shop_name.clone(),
            mode: self.terms.mode,
            language: self.terms.language,
            now_ms: now.wall_ms,
            lines: goods[earlier..].to_vec(),
            earlier_lines: u32::try_from(earlier).unwrap_or(u32::MAX),
            pieces: goods.iter().map(|of| of.line.quantity.get()).sum(),
            subtotal_fen,
            saving_fen: subtotal_fen.checked_sub(total_fen).unwrap_or(Fen::ZERO),
            total_fen,
            last: touched.or(goods.last()).cloned(),
            payable_fen: paying.and_then(|payment| payment.payable_fen),
            qr: paying.and_then(|payment| payment.qr.clone()),
            remaining_permille: paying
                .and_then(|payment| payment.remaining_ms)
                .map(|left_ms| permille(left_ms, self.time_to_pay_ms(screen))),
            declined: payment.as_ref().is_some_and(|payment| payment.declined),
            paid_fen: thanks.and_then(|outcome| outcome.payment.real_fen),
            tendered_fen: thanks.and_then(|outcome| outcome.payment.tendered_fen),
        }
    }

    fn time_to_pay_ms(&self, screen: CustomerScreen) -> u64 {
        let timing = &self.terms.timing;
        if screen == CustomerScreen::Confirm { timing.code_timeout_ms } else { timing.qr_timeout_ms }
    }

    fn customer_screen(&self, now: Now) -> CustomerScreen {
        if let Some(open) = self.front_sale() {
            return sale_screen(open, now);
        }
        let is_empty =
            self.front().is_none_or(|open| open.cart.lines().iter().all(|line| line.price_fen.is_none()));
        match &self.outcome {
            Some(outcome)
                if self
                    .sales
                    .get(&outcome.payment.order_id)
                    .is_some_and(|open| open.sale.state() != State::Refunding) =>
            {
                CustomerScreen::Trouble
            }
            Some(outcome) if now.mono_ms < outcome.thanks_until_ms => CustomerScreen::Paid,
            _ if is_empty => CustomerScreen::Welcome,
            _ if self.code_view(now) == Some(CodeView::Wanted) => CustomerScreen::ShowCode,
            _ => CustomerScreen::Shopping,
        }
    }
}

fn sale_screen(open: &OpenSale, now: Now) -> CustomerScreen {
    let since_charge_ms = now.mono_ms.saturating_sub(open.charged_at.mono_ms);
    match open.sale.state() {
        State::Awaiting if open.sale.shown_link(now).is_some() && open.qr.is_some() => CustomerScreen::Pay,
        _ if open.sale.awaits_confirmation(now) => CustomerScreen::Confirm,
        State::Submitting if since_charge_ms < QUIET_SUBMIT_MS && !open.sale.is_offline() => {
            CustomerScreen::Shopping
        }
        _ => CustomerScreen::Trouble,
    }
}

fn permille(left_ms: u64, of_ms: u64) -> u32 {
    let permille = left_ms.saturating_mul(1_000).checked_div(of_ms).unwrap_or(0);
    u32::try_from(permille.min(1_000)).unwrap_or(0)
}

fn cart_view(open: Option<&OpenCart>, prices: &PriceRules) -> CartView {
    let empty = OpenCart::new(yima_core::Cart::default());
    let open = open.unwrap_or(&empty);
    let cart = &open.cart;
    let bill = cart.bill(prices);
    let is_positive = bill.total_fen.is_positive();
    CartView {
        lines: Vec::new(),
        terms: cart.terms().clone(),
        pieces: cart.pieces(),
        total_fen: bill.total_fen,
        bill,
        locked: open.charged,
        touched_line: open.touched,
        touches: open.touches,
        unknown_count: cart.unpriced_count(),
        can_undo: cart.can_undo() && !open.charged,
        can_redo: cart.can_redo() && !open.charged,
        rung_up_before: None,
        can_charge: !open.charged && cart.unpriced_count() == 0 && is_positive,
    }
}

fn next_cart_view(open: &OpenCart, prices: &PriceRules) -> NextCartView {
    NextCartView {
        pieces: open.cart.pieces(),
        unknown_count: open.cart.unpriced_count(),
        total_fen: open.cart.bill(prices).total_fen,
        last: open.touched.and_then(|id| open.cart.line(id)).map(|line| line.label().to_owned()),
    }
}
