//! What is said of the whole order, and changed like its lines.

use super::{Cart, CartChange, CartError, LineId, TermsChange, check_discount};
use crate::{Bill, Discount, PriceRules};

/// What is said of the whole order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderTerms {
    pub discount: Option<Discount>,
    pub note: Option<String>,
    pub waiters: Waiters,
}

/// Who serves, by the shop's ids for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiters {
    pub first: Option<String>,
    pub second: Option<String>,
}

impl Cart {
    /// With those who serve each order for which nobody chooses others, also this one once it is emptied.
    #[must_use]
    pub fn with_usual_waiters(mut self, waiters: Waiters) -> Self {
        self.usual_waiters = waiters;
        self
    }

    /// Takes something off the order; `None` takes that back. Nothing can be taken off no goods.
    pub fn discount_order(&mut self, discount: Option<Discount>) -> Result<CartChange, CartError> {
        if discount.is_some() && self.is_empty() {
            return Err(CartError::DiscountOutOfRange);
        }
        let bill = Bill::of(&self.lines, None, &PriceRules::default());
        check_discount(discount, bill.total_fen)?;
        Ok(self.change_terms(OrderTerms { discount, ..self.terms.clone() }))
    }

    /// Notes something on a line, or on the order; `None` takes the note away.
    pub fn note(&mut self, line: Option<LineId>, note: Option<String>) -> Result<CartChange, CartError> {
        match line {
            Some(id) => self.change_line(id, |line| line.note = note),
            None => Ok(self.change_terms(OrderTerms { note, ..self.terms.clone() })),
        }
    }

    /// Says who serves.
    pub fn set_waiters(&mut self, waiters: Waiters) -> CartChange {
        self.change_terms(OrderTerms { waiters, ..self.terms.clone() })
    }

    /// Of an order that nobody has said anything of.
    pub(super) fn blank_terms(&self) -> OrderTerms {
        OrderTerms { waiters: self.usual_waiters.clone(), ..OrderTerms::default() }
    }

    fn change_terms(&mut self, after: OrderTerms) -> CartChange {
        let terms = Some(TermsChange { before: self.terms.clone(), after });
        self.perform(CartChange { lines: Vec::new(), terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::Goods;
    use crate::{Barcode, Quantity};

    fn served_by(waiter: &str) -> Waiters {
        Waiters { first: Some(waiter.to_owned()), second: None }
    }

    #[test]
    fn an_emptied_cart_is_served_by_the_usual_waiters_and_undo_brings_the_chosen_ones_back() {
        let ways = [Cart::clear, |cart: &mut Cart| cart.remove(LineId(0))];
        for empty in ways {
            let mut cart = Cart::default().with_usual_waiters(served_by("usual"));
            cart.add(&Goods::Unknown(Barcode::parse("999").unwrap()), Quantity::ONE).unwrap();
            cart.set_waiters(served_by("w7"));
            empty(&mut cart).unwrap();
            assert_eq!(cart.terms().waiters, served_by("usual"));
            assert_eq!(cart.clear(), Err(CartError::Empty), "nothing is left to be cleared");
            cart.undo().unwrap();
            assert_eq!(cart.terms().waiters, served_by("w7"));
            cart.undo().unwrap();
            assert_eq!(cart.terms().waiters, Waiters::default(), "before they were chosen");
        }
    }
}
