//! Carts and their changes: each is durable before it is shown.

use yima_core::cart::{CartChange, CartError, OrderTerms, Waiters};
use yima_core::{Cart, LineId};
use yima_store::CartId;

use super::Engine;
use super::limits::Allowed;
use crate::{Clock, Gateway, Refusal, Screen, Store, settings};

/// A cart and what is remembered about it while the program runs.
pub(super) struct OpenCart {
    pub cart: Cart,
    /// A sale of it is open: it cannot be changed.
    pub charged: bool,
    pub touched: Option<LineId>,
    pub touches: u32,
    pub allowed: Allowed,
}

impl OpenCart {
    pub fn new(cart: Cart) -> Self {
        let touched = cart.lines().last().map(|line| line.id);
        Self { cart, charged: false, touched, touches: 0, allowed: Allowed::default() }
    }
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Changes the front cart by the cashier's hand.
    pub(super) async fn edit(
        &mut self,
        act: impl FnOnce(&mut Cart) -> Result<CartChange, CartError>,
    ) -> Result<(), Refusal> {
        let id = *self.queue.first().ok_or(Refusal::Cart(CartError::Empty))?;
        if self.front().is_some_and(|open| open.charged) {
            return Err(Refusal::CartLocked);
        }
        self.change(id, act).await?;
        self.outcome = None;
        if self.front().is_some_and(|open| open.cart.is_empty()) {
            // Whoever showed a code has gone with the goods: it is not to pay for the next customer's.
            self.code = None;
        }
        Ok(())
    }

    /// Thanks for the sale before stay: whoever serves the next one may be chosen meanwhile.
    pub(super) async fn set_waiters(&mut self, waiters: Waiters) -> Result<(), Refusal> {
        let clean = |id: Option<String>| id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let waiters = Waiters { first: clean(waiters.first), second: clean(waiters.second) };
        if [&waiters.first, &waiters.second].into_iter().flatten().any(|id| !settings::is_identifier(id)) {
            return Err(Refusal::OrderUnsendable { field: "store_info".to_owned() });
        }
        let id = *self.queue.first().ok_or(Refusal::NotNow)?;
        if self.front().is_some_and(|open| open.charged) {
            return Err(Refusal::CartLocked);
        }
        self.change(id, |cart| Ok(cart.set_waiters(waiters))).await.map(drop)
    }

    pub(super) fn front(&self) -> Option<&OpenCart> {
        self.queue.first().and_then(|id| self.carts.get(id))
    }

    /// The cart that a scan goes to: the one in front or, while that is being paid, the one behind it.
    pub(super) async fn selling_cart(&mut self) -> Result<CartId, Refusal> {
        let free = self.queue.iter().find(|id| self.carts.get(id).is_some_and(|open| !open.charged));
        match free {
            Some(id) => Ok(*id),
            None => self.begin_cart().await,
        }
    }

    /// Sees to it that there is a cart to scan into, before anybody scans.
    pub(super) async fn keep_a_cart_ready(&mut self) {
        if self.queue.is_empty() && self.begin_cart().await.is_err() {
            // The next scan tries again and tells the cashier.
            tracing::warn!("no cart could be begun");
        }
    }

    async fn begin_cart(&mut self) -> Result<CartId, Refusal> {
        let id = self.store.new_cart(self.clock.now().wall_ms).await?;
        let usual = self.terms.ids.usual_waiters();
        if usual != Waiters::default() {
            self.store.save_waiters(id, usual.clone()).await?;
        }
        let terms = OrderTerms { waiters: usual.clone(), ..OrderTerms::default() };
        let cart = Cart::restore(Vec::new(), terms).with_usual_waiters(usual);
        self.carts.insert(id, OpenCart::new(cart));
        self.queue.push(id);
        Ok(id)
    }

    /// Changes a cart and makes the change durable; a change that cannot be kept did not happen.
    pub(super) async fn change(
        &mut self,
        id: CartId,
        act: impl FnOnce(&mut Cart) -> Result<CartChange, CartError>,
    ) -> Result<CartChange, Refusal> {
        let open = self.carts.get_mut(&id).ok_or(Refusal::NotNow)?;
        let before = open.cart.clone();
        let change = act(&mut open.cart)?;
        if let Err(error) = self.store.save_cart(id, vec![change.clone()]).await {
            open.cart = before;
            return Err(error.into());
        }
        open.touched = change.line().map(|line| line.id).or(open.cart.lines().last().map(|line| line.id));
        open.touches = open.touches.wrapping_add(1);
        Ok(change)
    }
}
