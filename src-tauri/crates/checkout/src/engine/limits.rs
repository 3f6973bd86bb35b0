//! What somebody may take off who may not take off more than so much: held when it is given, and again when the cart is
//! to be paid, since a discount's part of the cart grows when goods are put back.

use std::collections::BTreeMap;

use yima_core::cart::CartError;
use yima_core::{Bill, Cart, Fen, Line, LineId, PriceRules};
use yima_store::CartId;

use super::Engine;
use crate::{Clock, Command, Gateway, Refusal, Screen, Store};

/// What somebody without a limit let be taken off a cart. Not kept over a restart: then it is asked for once more.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    lines: BTreeMap<LineId, Part>,
    order: Option<Part>,
}

type OfCart = (CartId, Allowed);

/// So much off so much.
#[derive(Clone, Copy, Debug)]
struct Part {
    off: Fen,
    of: Fen,
}

/// What a command takes off, or lets be taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Line(LineId),
    Order,
    /// It is to be paid as it is.
    Paying,
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn perform(&mut self, command: Command) -> Result<(), Refusal> {
        let (percent_max, command) = match command {
            Command::Within { percent_max, command } => (percent_max, command),
            Command::Approved { command } => return self.do_approved(*command).await,
            command => {
                let allowed = self.with_allowed(&command);
                return self.act(command).await.map(|()| self.allow(allowed));
            }
        };
        let is_wanting_code = *command == Command::WantCode;
        let allowed = self.allowed_within(percent_max, &command)?;
        self.act(*command).await?;
        self.allow(allowed);
        if is_wanting_code {
            self.limit_code(percent_max);
        }
        Ok(())
    }

    /// Nothing else than what was there to be looked at: another cart in front, or other goods in it, is asked about anew.
    async fn do_approved(&mut self, command: Command) -> Result<(), Refusal> {
        if self.asked_of.take() != self.front_as_it_is() {
            return Err(Refusal::TotalChanged);
        }
        let is_wanting_code = command == Command::WantCode;
        let allowed = self.with_allowed(&command);
        self.act(command).await?;
        self.allow(allowed);
        if is_wanting_code {
            self.tie_code_to_cart();
        }
        Ok(())
    }

    pub(super) fn await_approval(&mut self) {
        self.asked_of = self.front_as_it_is();
    }

    /// The cart in front, and how often it was changed.
    fn front_as_it_is(&self) -> Option<(CartId, u32)> {
        Some((*self.queue.first()?, self.front()?.touches))
    }

    /// Whether more is taken off the cart in front than this and what was allowed of it.
    pub(super) fn is_above(&self, percent_max: u32) -> bool {
        let prices = &self.terms.prices;
        self.front().is_some_and(|open| open.allowed.is_exceeded(&open.cart, percent_max, prices))
    }

    /// What is allowed of the cart in front once this was done by somebody who has a limit. Tried on a copy: nothing is
    /// changed where it is too much.
    fn allowed_within(&mut self, percent_max: u32, command: &Command) -> Result<Option<OfCart>, Refusal> {
        let id = *self.queue.first().ok_or(CartError::Empty)?;
        let open = self.front().ok_or(CartError::Empty)?;
        let (mut cart, mut allowed) = (open.cart.clone(), open.allowed.clone());
        tried(&mut cart, command)?;
        // What was allowed was another discount.
        allowed.forget(About::of(command));
        if allowed.is_exceeded(&cart, percent_max, &self.terms.prices) {
            self.await_approval();
            return Err(Refusal::AboveLimit);
        }
        Ok(Some((id, allowed)))
    }

    /// The same for somebody who has none; `None` where the command takes nothing off.
    fn with_allowed(&self, command: &Command) -> Option<OfCart> {
        let about = About::of(command)?;
        let id = *self.queue.first()?;
        let open = self.front()?;
        let (mut cart, mut allowed) = (open.cart.clone(), open.allowed.clone());
        tried(&mut cart, command).ok()?;
        allowed.forget(Some(about));
        if !takes_back(command) {
            allowed.note(about, &cart, &self.terms.prices);
        }
        Some((id, allowed))
    }

    /// The cart may be gone: it was paid.
    fn allow(&mut self, allowed: Option<OfCart>) {
        let Some((id, allowed)) = allowed else { return };
        if let Some(open) = self.carts.get_mut(&id) {
            open.allowed = allowed;
        }
    }
}

impl About {
    fn of(command: &Command) -> Option<Self> {
        match command {
            Command::DiscountLine { line, .. } => Some(Self::Line(*line)),
            Command::DiscountOrder { .. } => Some(Self::Order),
            Command::Charge | Command::WantCode | Command::TakeCode { .. } | Command::TakeCash { .. } => {
                Some(Self::Paying)
            }
            _ => None,
        }
    }
}

impl Allowed {
    fn forget(&mut self, about: Option<About>) {
        match about {
            Some(About::Line(line)) => drop(self.lines.remove(&line)),
            Some(About::Order) => self.order = None,
            Some(About::Paying) | None => {}
        }
    }

    fn note(&mut self, about: About, cart: &Cart, prices: &PriceRules) {
        let bill = cart.bill(prices);
        if about != About::Order {
            let asked = by_hand(cart, &bill)
                .filter(|(line, _)| about == About::Paying || about == About::Line(line.id));
            self.lines.extend(asked.map(|(line, part)| (line.id, part)));
        }
        if matches!(about, About::Order | About::Paying) {
            self.order = Some(Part { off: off_by_hand(cart, &bill), of: bill.subtotal_fen });
        }
    }

    /// Rounding and what the shop itself takes off are nobody's doing. No part is cut by its fraction of a fen.
    fn is_exceeded(&self, cart: &Cart, percent_max: u32, prices: &PriceRules) -> bool {
        let bill = cart.bill(prices);
        let limit = |line: &Line, gross: Fen| {
            let general = up_to(gross, i128::from(percent_max), 100);
            self.lines.get(&line.id).map_or(general, |part| part.of(gross).max(general))
        };
        let of_all: i128 =
            cart.lines().iter().zip(&bill.lines).map(|(line, of)| limit(line, of.gross_fen)).sum();
        let of_all = self.order.map_or(of_all, |part| part.of(bill.subtotal_fen).max(of_all));
        i128::from(off_by_hand(cart, &bill).get()) > of_all
            || by_hand(cart, &bill).any(|(line, part)| i128::from(part.off.get()) > limit(line, part.of))
    }
}

impl Part {
    fn of(self, amount: Fen) -> i128 {
        up_to(amount, i128::from(self.off.get()), i128::from(self.of.get()))
    }
}

fn tried(cart: &mut Cart, command: &Command) -> Result<(), CartError> {
    match command {
        Command::DiscountLine { line, discount } => cart.discount_line(*line, *discount).map(drop),
        Command::DiscountOrder { discount } => cart.discount_order(*discount).map(drop),
        _ => Ok(()),
    }
}

const fn takes_back(command: &Command) -> bool {
    matches!(
        command,
        Command::DiscountLine { discount: None, .. } | Command::DiscountOrder { discount: None }
    )
}

/// The lines that somebody took something off.
fn by_hand<'a>(cart: &'a Cart, bill: &'a Bill) -> impl Iterator<Item = (&'a Line, Part)> {
    let lines = cart.lines().iter().zip(&bill.lines).filter(|(line, _)| line.discount.is_some());
    lines.map(|(line, of)| (line, Part { off: of.off_fen, of: of.gross_fen }))
}

fn off_by_hand(cart: &Cart, bill: &Bill) -> Fen {
    by_hand(cart, bill).map(|(_, part)| part.off).chain([bill.order_off_fen]).sum()
}

/// `amount` times `by` over `of`, rounded up; nothing of nothing.
fn up_to(amount: Fen, by: i128, of: i128) -> i128 {
    if of <= 0 { 0 } else { (i128::from(amount.get()) * by + of - 1) / of }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yima_core::cart::Goods;
    use yima_core::{Barcode, Discount, Permille, Product, Promotion, Quantity};

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

    fn amount(fen: i64) -> Option<Discount> {
        Some(Discount::Amount(Fen::new(fen)))
    }

    fn first(cart: &Cart) -> LineId {
        cart.lines()[0].id
    }

    #[test]
    fn the_limit_is_held_of_the_line_and_of_all_goods_together() {
        let check = |line_off, order_off, is_above: bool| {
            let mut cart = cart();
            cart.discount_line(first(&cart), line_off).unwrap();
            cart.discount_order(order_off).unwrap();
            let exceeded = Allowed::default().is_exceeded(&cart, 10, &PriceRules::default());
            assert_eq!(exceeded, is_above, "{line_off:?} {order_off:?}");
        };
        check(None, None, false);
        check(percent(10), None, false);
        check(percent(11), None, true);
        check(amount(100), None, false);
        check(amount(101), None, true);
        check(None, percent(10), false);
        check(None, amount(1_000), false);
        check(None, amount(1_001), true);
        // Each within the limit, and together above it.
        check(percent(10), percent(10), true);
    }

    #[test]
    fn what_the_shop_takes_off_and_half_a_fen_are_nobodys_doing() {
        let mut cart = cart();
        let promotions = Promotion::parse_all("满减 = over 100 off 50").unwrap();
        let prices = PriceRules { promotions, ..PriceRules::default() };
        assert!(cart.bill(&prices).lines_off_fen.is_positive());
        assert!(!Allowed::default().is_exceeded(&cart, 10, &prices));
        cart.override_price(first(&cart), Fen::new(995), "破损".to_owned()).unwrap();
        cart.discount_line(first(&cart), percent(10)).unwrap();
        assert!(!Allowed::default().is_exceeded(&cart, 10, &PriceRules::default()), "99.5 fen are 100");
    }

    #[test]
    fn what_was_allowed_is_allowed_of_that_and_grows_with_nothing() {
        let prices = PriceRules::default();
        let (mut cart, mut allowed) = (cart(), Allowed::default());
        let line = first(&cart);
        cart.discount_line(line, percent(50)).unwrap();
        assert!(allowed.is_exceeded(&cart, 10, &prices));
        allowed.note(About::Line(line), &cart, &prices);
        assert!(!allowed.is_exceeded(&cart, 10, &prices));
        cart.discount_order(amount(900)).unwrap();
        assert!(!allowed.is_exceeded(&cart, 10, &prices), "a tenth of the other goods");
        cart.remove(cart.lines()[1].id).unwrap();
        assert!(allowed.is_exceeded(&cart, 10, &prices));
        cart.discount_order(None).unwrap();
        assert!(!allowed.is_exceeded(&cart, 10, &prices), "the line alone is what was allowed");
        allowed.forget(Some(About::Line(line)));
        assert!(allowed.is_exceeded(&cart, 10, &prices));
        allowed.note(About::Paying, &cart, &prices);
        assert!(!allowed.is_exceeded(&cart, 10, &prices));
    }
}
