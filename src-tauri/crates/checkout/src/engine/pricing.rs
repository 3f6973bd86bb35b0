//! What somebody changes by hand about the money of the cart in front: prices, discounts, notes, and clearing it.

use yima_core::cart::CartError;
use yima_core::{Cart, Discount, Fen, LineId, PriceRules};

use super::Engine;
use crate::command::{LimitedDiscount, Word};
use crate::{Clock, Gateway, Refusal, Screen, Store};

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn override_price(
        &mut self,
        line: LineId,
        price: Fen,
        reason: &str,
    ) -> Result<(), Refusal> {
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

    /// Tried on a copy first: nothing is changed where it is too much.
    pub(super) async fn discount_within(&mut self, limited: LimitedDiscount) -> Result<(), Refusal> {
        let LimitedDiscount { percent_max, line, discount } = limited;
        let mut tried = self.front().ok_or(CartError::Empty)?.cart.clone();
        match line {
            Some(line) => tried.discount_line(line, Some(discount))?,
            None => tried.discount_order(Some(discount))?,
        };
        if is_above(&tried, line, percent_max, &self.terms.prices) {
            return Err(Refusal::AboveLimit);
        }
        match line {
            Some(line) => self.discount_line(line, Some(discount)).await,
            None => self.discount_order(Some(discount)).await,
        }
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

/// Rounding and what the shop itself takes off are nobody's doing.
fn is_above(cart: &Cart, line: Option<LineId>, percent_max: u32, prices: &PriceRules) -> bool {
    let bill = cart.bill(prices);
    let is_too_much =
        |off: Fen, of: Fen| i128::from(off.get()) * 100 > i128::from(of.get()) * i128::from(percent_max);
    let by_hand = [bill.lines_off_fen, bill.order_off_fen].into_iter().sum();
    let of_the_line = cart.lines().iter().zip(&bill.lines).find(|(one, _)| Some(one.id) == line);
    is_too_much(by_hand, bill.subtotal_fen)
        || of_the_line.is_some_and(|(_, bill)| is_too_much(bill.off_fen, bill.gross_fen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yima_core::cart::Goods;
    use yima_core::{Barcode, Permille, Product, Quantity};

    /// ¥10.00 and ¥90.00.
    fn cart() -> Cart {
        let mut cart = Cart::default();
        for (barcode, fen) in [("1", 1_000), ("2", 9_000)] {
            let barcode = Barcode::parse(barcode).unwrap();
            let product = Product { barcode, title: "茶".to_owned(), price_fen: Fen::new(fen) };
            cart.add(&Goods::Known(product), Quantity::ONE).unwrap();
        }
        cart
    }

    fn percent(percent: u32) -> Option<Discount> {
        Some(Discount::Percent(Permille::new(percent * 10).unwrap()))
    }

    #[test]
    fn the_limit_is_held_of_the_line_and_of_all_goods_together() {
        let prices = PriceRules::default();
        let check = |line_off, order_off, above_line: bool, above_order: bool| {
            let mut cart = cart();
            let line = cart.lines()[0].id;
            cart.discount_line(line, line_off).unwrap();
            cart.discount_order(order_off).unwrap();
            assert_eq!(is_above(&cart, Some(line), 10, &prices), above_line, "{line_off:?} {order_off:?}");
            assert_eq!(is_above(&cart, None, 10, &prices), above_order, "{line_off:?} {order_off:?}");
        };
        check(None, None, false, false);
        check(percent(10), None, false, false);
        check(percent(11), None, true, false);
        check(Some(Discount::Amount(Fen::new(100))), None, false, false);
        check(Some(Discount::Amount(Fen::new(101))), None, true, false);
        check(None, percent(10), false, false);
        check(None, Some(Discount::Amount(Fen::new(1_001))), true, true);
        // Each within the limit, and together above it.
        check(percent(10), percent(10), true, true);
    }
}
