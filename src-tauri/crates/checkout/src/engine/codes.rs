//! A customer's payment code at the till: waited for, asked about, taken. It is kept in memory for a minute at most.

use yima_core::sale::Now;
use yima_core::{Barcode, Fen};
use yima_gateway::PayCode;
use yima_store::CartId;

use super::Engine;
use crate::view::CodeView;
use crate::{Clock, Gateway, Refusal, Screen, Store};

/// No code is good for longer.
const GOOD_FOR_MS: u64 = 60_000;

/// For one cart, until a moment on the monotonic clock.
pub(super) struct CodeAtHand {
    cart_id: CartId,
    until_ms: u64,
    /// `None`: the next one that is scanned pays.
    code: Option<PayCode>,
    /// What may be taken off a cart that it pays for without being asked again.
    percent_max: Option<u32>,
    /// How often that cart had been changed when somebody approved of it.
    approved_touches: Option<u32>,
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) fn want_code(&mut self) -> Result<(), Refusal> {
        self.have_code(None)
    }

    /// No goods have this code, and customers pay with such ones.
    pub(super) async fn code_scanned(&mut self, barcode: &Barcode) -> Result<(), Refusal> {
        let code = PayCode::parse(barcode.as_str()).map_err(|_| Refusal::PaymentCode)?;
        let now = self.clock.now();
        if let Some(wanted) = self.code_at_hand(now).filter(|at_hand| at_hand.code.is_none()) {
            if let Some(refusal) = self.since_it_was_wanted(wanted) {
                self.code = None;
                return Err(refusal);
            }
            return self.charge(Some(code)).await;
        }
        // Whatever keeps the cart from being paid, the code is no goods.
        self.have_code(Some(code)).map_err(|_| Refusal::PaymentCode)
    }

    /// Whoever wants it may not take off more than this.
    pub(super) fn limit_code(&mut self, percent_max: u32) {
        if let Some(at_hand) = &mut self.code {
            at_hand.percent_max = Some(percent_max);
        }
    }

    /// Somebody approved of the cart as it is now, and of no other.
    pub(super) fn tie_code_to_cart(&mut self) {
        let touches = self.front().map(|open| open.touches);
        if let Some(at_hand) = &mut self.code {
            at_hand.approved_touches = touches;
        }
    }

    pub(super) fn drop_code(&mut self) -> Result<(), Refusal> {
        self.code = None;
        Ok(())
    }

    pub(super) async fn take_code(&mut self, total_fen: Fen) -> Result<(), Refusal> {
        let now = self.clock.now();
        if self.code_at_hand(now).is_none_or(|at_hand| at_hand.code.is_none()) {
            return Err(Refusal::NotNow);
        }
        let (_, order) = self.front_order(now)?;
        if order.total_fen != total_fen {
            return Err(Refusal::TotalChanged);
        }
        let code = self.code.take().and_then(|at_hand| at_hand.code);
        self.charge(Some(code.ok_or(Refusal::NotNow)?)).await
    }

    pub(super) fn code_view(&self, now: Now) -> Option<CodeView> {
        self.code_at_hand(now).map(|at_hand| match &at_hand.code {
            None => CodeView::Wanted,
            Some(code) => CodeView::Scanned { wallet: code.wallet() },
        })
    }

    pub(super) fn code_wake_ms(&self) -> Option<u64> {
        self.code.as_ref().map(|at_hand| at_hand.until_ms)
    }

    pub(super) fn forget_old_code(&mut self, now: Now) {
        if self.code_at_hand(now).is_none() {
            self.code = None;
        }
    }

    /// What keeps a code from paying for goods that were changed after it was asked for.
    fn since_it_was_wanted(&self, wanted: &CodeAtHand) -> Option<Refusal> {
        if wanted.percent_max.is_some_and(|percent_max| self.is_above(percent_max)) {
            return Some(Refusal::AboveLimit);
        }
        let touches = self.front().map(|open| open.touches);
        let is_other = wanted.approved_touches.is_some_and(|approved| touches != Some(approved));
        is_other.then_some(Refusal::TotalChanged)
    }

    fn have_code(&mut self, code: Option<PayCode>) -> Result<(), Refusal> {
        self.may_sell()?;
        let now = self.clock.now();
        let (cart_id, _) = self.front_order(now)?;
        self.outcome = None;
        let until_ms = now.mono_ms.saturating_add(GOOD_FOR_MS);
        self.code = Some(CodeAtHand { cart_id, until_ms, code, percent_max: None, approved_touches: None });
        Ok(())
    }

    /// Not for another cart than it was scanned at.
    fn code_at_hand(&self, now: Now) -> Option<&CodeAtHand> {
        let front = self.queue.first().filter(|_| self.front().is_some_and(|open| !open.charged));
        self.code.as_ref().filter(|at_hand| front == Some(&at_hand.cart_id) && now.mono_ms < at_hand.until_ms)
    }
}
