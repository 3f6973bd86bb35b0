//! What somebody changes by hand about the money of the cart in front: prices, discounts, notes, and clearing it.

use yima_core::{Discount, Fen, LineId};

use super::Engine;
use crate::command::Word;
use crate::{Clock, Gateway, Refusal, Screen, Store};

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn override_price(
        &mut self,
        line: LineId,
        price: Fen,
        reason: &str,
    ) -> Result<(), Refusal> {
        // A price that cannot be is told before a reason is asked for.
        self.front().map(|open| open.cart.clone().override_price(line, price, String::new())).transpose()?;
        let reason = Word::part(reason)?;
        self.edit(|cart| cart.override_price(line, price, reason)).await
    }

    pub(super) async fn discount_line(
        &mut self,
        line: LineId,
        discount: Option<Discount>,
    ) -> Result<(), Refusal> {
        self.edit(|cart| cart.discount_line(line, discount)).await
    }

    pub(super) async fn discount_order(&mut self, discount: Option<Discount>) -> Result<(), Refusal> {
        self.edit(|cart| cart.discount_order(discount)).await
    }

    /// A note that says nothing takes the one there is away.
    pub(super) async fn note(&mut self, line: Option<LineId>, text: &str) -> Result<(), Refusal> {
        let note = match text.trim() {
            "" => None,
            text => Some(Word::part(text)?),
        };
        self.edit(|cart| cart.note(line, note)).await
    }
}
