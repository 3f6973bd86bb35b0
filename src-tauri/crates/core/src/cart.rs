//! The goods of one sale before it is charged, with undo and redo.
//!
//! Lines keep the order in which they were first added; a [`LineId`] is that order. Every change reports what it
//! touched as a [`CartChange`], so that a store can write just that.

mod change;
mod line;
mod terms;

pub use change::{CartChange, LineChange, TermsChange};
pub use line::{Line, LineId};
pub use terms::{OrderTerms, Waiters};

use crate::{
    Barcode, Bill, Discount, Fen, Grams, Order, OrderDetail, OrderId, PriceRules, Product, Quantity, Weighed,
};

/// What a scan adds: goods of the catalogue, or a code it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goods {
    Known(Product),
    Unknown(Barcode),
}

/// Why a cart stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    #[error("a quantity is 1 to 9,999")]
    QuantityOutOfRange,
    #[error("a cart has at most {} lines", Cart::MAX_LINES)]
    CartFull,
    #[error("an amount is at most ¥9,999,999.99")]
    AmountTooLarge,
    #[error("a price is above zero")]
    PriceNotPositive,
    /// The catalogue knows a price: it is overridden with a reason, not set.
    #[error("the catalogue has a price for it")]
    PriceListed,
    #[error("weighed goods are not counted")]
    Weighed,
    #[error("the goods are not sold by weight")]
    NotWeighed,
    #[error("a discount is above zero and at most what it is taken off")]
    DiscountOutOfRange,
    #[error("there is no such line")]
    LineGone,
    #[error("there is nothing to undo")]
    NothingToUndo,
    #[error("there is nothing to redo")]
    NothingToRedo,
    #[error("the cart is empty")]
    Empty,
    #[error("{count} lines have no price")]
    GoodsUnpriced { count: u32 },
    #[error("the total is not above zero")]
    TotalNotPositive,
}

/// The goods list of one sale.
#[derive(Clone, Debug, Default)]
pub struct Cart {
    lines: Vec<Line>,
    terms: OrderTerms,
    /// Who serves where nobody chose others.
    usual_waiters: Waiters,
    next_id: u32,
    done: Vec<CartChange>,
    undone: Vec<CartChange>,
}

impl Cart {
    pub const MAX_LINES: usize = 1_000;
    /// How many changes can be undone; older ones are forgotten.
    pub const MAX_UNDO: usize = 5_000;

    /// Puts back what a store kept. What was done before cannot be undone.
    #[must_use]
    pub fn restore(mut lines: Vec<Line>, terms: OrderTerms) -> Self {
        lines.sort_by_key(|line| line.id);
        let next_id = lines.last().map_or(0, |line| line.id.0.saturating_add(1));
        Self { lines, terms, next_id, ..Self::default() }
    }

    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    #[must_use]
    pub fn terms(&self) -> &OrderTerms {
        &self.terms
    }

    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.place(id).map(|place| &self.lines[place])
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// What it comes to. Always fits: a thousand lines of at most ¥9,999,999.99.
    #[must_use]
    pub fn bill(&self, rules: &PriceRules) -> Bill {
        Bill::of(&self.lines, self.terms.discount, rules)
    }

    /// Pieces of priced goods.
    #[must_use]
    pub fn pieces(&self) -> u32 {
        self.lines.iter().filter(|line| line.price_fen.is_some()).map(|line| line.quantity.get()).sum()
    }

    #[must_use]
    pub fn unpriced_count(&self) -> u32 {
        u32::try_from(self.lines.iter().filter(|line| line.price_fen.is_none()).count()).unwrap_or(u32::MAX)
    }

    /// Adds goods: to the newest line of the same code, title and price that nobody changed by hand, if there is one,
    /// else as a new line.
    pub fn add(&mut self, goods: &Goods, quantity: Quantity) -> Result<CartChange, CartError> {
        let same = |line: &&Line| {
            line.is_plain()
                && match goods {
                    Goods::Known(product) => {
                        line.barcode == product.barcode
                            && line.list_price_fen == Some(product.price_fen)
                            && line.title.as_deref() == Some(&product.title)
                    }
                    Goods::Unknown(barcode) => line.barcode == *barcode && line.list_price_fen.is_none(),
                }
        };
        if let Some(line) = self.lines.iter().rev().find(same) {
            let more = Quantity::new(line.quantity.get() + quantity.get())?;
            return self.change_line(line.id, |line| line.quantity = more);
        }
        self.add_line(goods, quantity)
    }

    /// Adds goods as a line of their own.
    pub fn add_line(&mut self, goods: &Goods, quantity: Quantity) -> Result<CartChange, CartError> {
        let id = LineId(self.next_id);
        self.push(match goods {
            Goods::Known(product) => Line::of_product(id, product, quantity),
            Goods::Unknown(barcode) => Line::unknown(id, barcode.clone(), quantity),
        })
    }

    /// Adds weighed goods, always as a line of their own; the product's price is that of a kilogram.
    pub fn add_weighed(&mut self, product: &Product, weighed: Weighed) -> Result<CartChange, CartError> {
        let line = Line::of_product(LineId(self.next_id), product, Quantity::ONE);
        self.push(Line { weighed: Some(weighed), ..line })
    }

    /// Adds goods sold by weight that are still to be weighed; they have no price until then.
    pub fn add_unweighed(&mut self, product: &Product) -> Result<CartChange, CartError> {
        let line = Line::of_product(LineId(self.next_id), product, Quantity::ONE);
        self.push(Line { price_fen: None, ..line })
    }

    /// Says what goods weigh that are sold by weight; [`CartError::NotWeighed`] of any others.
    pub fn set_weight(&mut self, id: LineId, grams: Grams) -> Result<CartChange, CartError> {
        let line = self.line(id).ok_or(CartError::LineGone)?;
        if line.weighed.is_none() && !line.awaits_weight() {
            return Err(CartError::NotWeighed);
        }
        self.change_line(id, |line| {
            line.price_fen = line.price_fen.or(line.list_price_fen);
            line.weighed = Some(Weighed::Grams(grams));
        })
    }

    /// [`CartError::Weighed`] of weighed goods.
    pub fn set_quantity(&mut self, id: LineId, quantity: Quantity) -> Result<CartChange, CartError> {
        if self.line(id).is_some_and(|line| line.weighed.is_some() || line.awaits_weight()) {
            return Err(CartError::Weighed);
        }
        self.change_line(id, |line| line.quantity = quantity)
    }

    /// Prices a code that the catalogue does not know, and names it if a title is given. A line never goes without a title
    /// once it has a price.
    pub fn set_price(
        &mut self,
        id: LineId,
        price: Fen,
        title: Option<String>,
    ) -> Result<CartChange, CartError> {
        if self.line(id).is_some_and(|line| line.list_price_fen.is_some()) {
            return Err(CartError::PriceListed);
        }
        self.change_line(id, |line| {
            line.price_fen = Some(price);
            let named = title.or_else(|| line.title.take());
            line.title = Some(named.unwrap_or_else(|| line.barcode.to_string()));
        })
    }

    /// Sells a line at another price than the catalogue's, which is kept beside it; the catalogue's own takes that back.
    /// Goods whose label says what they cost are sold by their weight from then on.
    pub fn override_price(
        &mut self,
        id: LineId,
        price: Fen,
        reason: String,
    ) -> Result<CartChange, CartError> {
        let line = self.line(id).ok_or(CartError::LineGone)?;
        let known = line.list_price_fen.filter(|_| !line.awaits_weight());
        let listed = known.ok_or(CartError::GoodsUnpriced { count: 1 })?;
        let weighed = line.weighed.map(|weighed| weighed.grams(listed).map_or(weighed, Weighed::Grams));
        self.change_line(id, |line| {
            line.price_fen = Some(price);
            line.weighed = weighed;
            line.price_reason = Some(reason).filter(|_| price != listed);
        })
    }

    /// Takes something off a line; `None` takes that back.
    pub fn discount_line(&mut self, id: LineId, discount: Option<Discount>) -> Result<CartChange, CartError> {
        let line = self.line(id).ok_or(CartError::LineGone)?;
        if line.price_fen.is_none() {
            return Err(CartError::GoodsUnpriced { count: 1 });
        }
        check_discount(discount, line.gross_fen())?;
        self.change_line(id, |line| line.discount = discount)
    }

    /// Takes a line out; the last one takes along what was said of the order, which was not said to whoever comes next.
    pub fn remove(&mut self, id: LineId) -> Result<CartChange, CartError> {
        let line = self.line(id).ok_or(CartError::LineGone)?.clone();
        if self.lines.len() == 1 {
            return self.clear();
        }
        Ok(self.perform(LineChange { before: Some(line), after: None }.into()))
    }

    /// Takes everything out, and what was said of the order with it.
    pub fn clear(&mut self) -> Result<CartChange, CartError> {
        let is_blank = self.is_empty() && self.terms == self.blank_terms();
        if is_blank {
            return Err(CartError::Empty);
        }
        let removed = self.lines.iter().map(|line| LineChange { before: Some(line.clone()), after: None });
        let terms = TermsChange { before: self.terms.clone(), after: self.blank_terms() };
        Ok(self.perform(CartChange { lines: removed.collect(), terms: Some(terms) }))
    }

    /// Takes the newest change back.
    pub fn undo(&mut self) -> Result<CartChange, CartError> {
        let change = self.done.pop().ok_or(CartError::NothingToUndo)?;
        let back = change.reversed();
        self.put(&back);
        self.undone.push(change);
        Ok(back)
    }

    /// Does again what was undone last.
    pub fn redo(&mut self) -> Result<CartChange, CartError> {
        let change = self.undone.pop().ok_or(CartError::NothingToRedo)?;
        self.put(&change);
        self.done.push(change.clone());
        Ok(change)
    }

    /// Turns the cart into an order: every line priced, the total above zero and at most [`Fen::MAX_ORDER`].
    pub fn order(&self, id: OrderId, rules: &PriceRules) -> Result<Order, CartError> {
        if self.is_empty() {
            return Err(CartError::Empty);
        }
        match self.unpriced_count() {
            0 => Order::of(id, &self.lines, &self.bill(rules)),
            count => Err(CartError::GoodsUnpriced { count }),
        }
    }

    /// How that order comes to its total.
    #[must_use]
    pub fn order_detail(&self, rules: &PriceRules) -> OrderDetail {
        let bill = self.bill(rules);
        OrderDetail {
            note: self.terms.note.clone(),
            subtotal_fen: bill.subtotal_fen,
            promotions: bill.promotions,
            order_off_fen: bill.order_off_fen,
            rounding_fen: bill.rounding_fen,
        }
    }

    fn place(&self, id: LineId) -> Option<usize> {
        self.lines.binary_search_by_key(&id, |line| line.id).ok()
    }

    fn push(&mut self, line: Line) -> Result<CartChange, CartError> {
        if self.lines.len() >= Self::MAX_LINES {
            return Err(CartError::CartFull);
        }
        line.check_amount()?;
        self.next_id = self.next_id.saturating_add(1);
        Ok(self.perform(LineChange { before: None, after: Some(line) }.into()))
    }

    fn change_line(&mut self, id: LineId, change: impl FnOnce(&mut Line)) -> Result<CartChange, CartError> {
        let before = self.line(id).ok_or(CartError::LineGone)?.clone();
        let mut after = before.clone();
        change(&mut after);
        after.check_amount()?;
        Ok(self.perform(LineChange { before: Some(before), after: Some(after) }.into()))
    }

    fn perform(&mut self, change: CartChange) -> CartChange {
        self.put(&change);
        self.undone.clear();
        if self.done.len() == Self::MAX_UNDO {
            self.done.remove(0);
        }
        self.done.push(change.clone());
        change
    }

    fn put(&mut self, change: &CartChange) {
        change.lines.iter().for_each(|line| self.put_line(line));
        if let Some(terms) = &change.terms {
            self.terms = terms.after.clone();
        }
    }

    fn put_line(&mut self, change: &LineChange) {
        let Some(id) = change.line_id() else { return };
        let place = self.lines.binary_search_by_key(&id, |line| line.id);
        match (place, &change.after) {
            (Ok(at), Some(line)) => self.lines[at] = line.clone(),
            (Ok(at), None) => {
                self.lines.remove(at);
            }
            (Err(at), Some(line)) => self.lines.insert(at, line.clone()),
            (Err(_), None) => {}
        }
    }
}

fn check_discount(discount: Option<Discount>, of: Fen) -> Result<(), CartError> {
    match discount {
        Some(Discount::Amount(off)) if !off.is_positive() || off > of => Err(CartError::DiscountOutOfRange),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
