//! Carts that wait: held by the cashier, or given back by a sale behind other goods. No scan goes into them.

use yima_core::cart::CartError;
use yima_store::CartId;

use super::Engine;
use crate::{Clock, Gateway, Refusal, Screen, Store};

/// More than a counter has room for. Goods that a sale gives back are held beyond it.
const MAX_HELD: usize = 200;

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Puts the goods at hand aside.
    pub(super) async fn hold(&mut self, name: Option<String>) -> Result<(), Refusal> {
        let at_hand = self.goods_at_hand()?.ok_or(Refusal::Cart(CartError::Empty))?;
        if self.held.len() >= MAX_HELD {
            return Err(Refusal::TooManyHeld { max: MAX_HELD });
        }
        self.store.hold(at_hand, name, self.clock.now().wall_ms).await?;
        self.queue.retain(|id| *id != at_hand);
        self.held.push(at_hand);
        self.outcome = None;
        self.keep_a_cart_ready().await;
        Ok(())
    }

    /// Brings up a held cart; goods at hand wait in its place.
    pub(super) async fn resume_cart(&mut self, held: CartId) -> Result<(), Refusal> {
        let at_hand = self.goods_at_hand()?;
        let place = self.held_place(held)?;
        self.store.bring_up(held, at_hand, self.clock.now().wall_ms).await?;
        self.held.remove(place);
        if let Some(at_hand) = at_hand {
            self.held.push(at_hand);
            self.queue.retain(|id| *id != at_hand);
        }
        self.queue.insert(0, held);
        self.outcome = None;
        Ok(())
    }

    /// Nobody comes back for these goods.
    pub(super) async fn drop_held(&mut self, held: CartId) -> Result<(), Refusal> {
        let place = self.held_place(held)?;
        self.store.drop_held(held).await?;
        self.held.remove(place);
        self.carts.remove(&held);
        Ok(())
    }

    /// The cart in front if anything is in it. [`Refusal::CartLocked`] while it is paid.
    fn goods_at_hand(&self) -> Result<Option<CartId>, Refusal> {
        let Some(front) = self.front() else { return Ok(None) };
        if front.charged {
            return Err(Refusal::CartLocked);
        }
        Ok(self.queue.first().copied().filter(|_| !front.cart.is_empty()))
    }

    fn held_place(&self, held: CartId) -> Result<usize, Refusal> {
        self.held.iter().position(|id| *id == held).ok_or(Refusal::NotFound)
    }
}
