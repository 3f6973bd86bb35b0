//! The goods of one sale before it is charged, with undo and redo.
//!
//! Lines keep the order in which they were first added; a [`LineId`] is that order. Every change reports the lines
//! it touched as [`LineChange`]s, so that a store can write just those.

use serde::{Deserialize, Serialize};

use crate::{Barcode, Fen, Order, OrderId, OrderLine, Product};

/// How many pieces: 1 to 9,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u16);

impl Quantity {
    pub const ONE: Self = Self(1);
    pub const MAX: u32 = 9_999;

    pub fn new(pieces: u32) -> Result<Self, CartError> {
        match u16::try_from(pieces) {
            Ok(count) if (1..=Self::MAX).contains(&pieces) => Ok(Self(count)),
            _ => Err(CartError::QuantityOutOfRange),
        }
    }

    #[must_use]
    pub fn get(self) -> u32 {
        u32::from(self.0)
    }
}

impl TryFrom<u32> for Quantity {
    type Error = CartError;

    fn try_from(pieces: u32) -> Result<Self, CartError> {
        Self::new(pieces)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.get()
    }
}

/// A line's place in its cart: grows with each line ever added, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u32);

/// One row of the goods list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: LineId,
    pub barcode: Barcode,
    /// `None` until somebody names an unknown code.
    pub title: Option<String>,
    /// `None` until somebody prices an unknown code; such a line cannot be charged.
    pub price_fen: Option<Fen>,
    pub quantity: Quantity,
}

impl Line {
    /// Price times quantity; zero while there is no price. Always fits, see [`CartError::AmountTooLarge`].
    #[must_use]
    pub fn amount_fen(&self) -> Fen {
        self.checked_amount_fen().unwrap_or(Fen::ZERO)
    }

    /// What the line is called where a name is needed: its title, else its code.
    #[must_use]
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(self.barcode.as_str())
    }

    fn checked_amount_fen(&self) -> Option<Fen> {
        self.price_fen?.checked_mul(self.quantity.get())
    }

    fn check_amount(&self) -> Result<(), CartError> {
        match self.price_fen {
            Some(price) if !price.is_positive() => Err(CartError::PriceNotPositive),
            Some(_) if self.checked_amount_fen().is_none_or(|amount| amount > Fen::MAX_ORDER) => {
                Err(CartError::AmountTooLarge)
            }
            _ => Ok(()),
        }
    }
}

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

/// One line before and after a change; `None` where it did not or does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    pub before: Option<Line>,
    pub after: Option<Line>,
}

impl LineChange {
    #[must_use]
    pub fn line_id(&self) -> Option<LineId> {
        self.after.as_ref().or(self.before.as_ref()).map(|line| line.id)
    }

    fn reversed(&self) -> Self {
        Self { before: self.after.clone(), after: self.before.clone() }
    }
}

/// The goods list of one sale.
#[derive(Clone, Debug, Default)]
pub struct Cart {
    lines: Vec<Line>,
    next_id: u32,
    done: Vec<LineChange>,
    undone: Vec<LineChange>,
}

impl Cart {
    pub const MAX_LINES: usize = 1_000;
    /// How many changes can be undone; older ones are forgotten.
    pub const MAX_UNDO: usize = 5_000;

    /// Puts back the lines that a store kept. What was done before cannot be undone.
    #[must_use]
    pub fn restore(mut lines: Vec<Line>) -> Self {
        lines.sort_by_key(|line| line.id);
        let next_id = lines.last().map_or(0, |line| line.id.0.saturating_add(1));
        Self { lines, next_id, done: Vec::new(), undone: Vec::new() }
    }

    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
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

    /// The sum of all lines. Always fits: a thousand lines of at most ¥9,999,999.99.
    #[must_use]
    pub fn total_fen(&self) -> Fen {
        self.lines.iter().map(Line::amount_fen).sum()
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

    /// Adds goods: to the newest line of the same code, title and price if there is one, else as a new line.
    pub fn add(&mut self, goods: &Goods, quantity: Quantity) -> Result<LineChange, CartError> {
        let same = |line: &&Line| match goods {
            Goods::Known(product) => {
                line.barcode == product.barcode
                    && line.price_fen == Some(product.price_fen)
                    && line.title.as_deref() == Some(&product.title)
            }
            Goods::Unknown(barcode) => line.barcode == *barcode,
        };
        if let Some(line) = self.lines.iter().rev().find(same) {
            let more = Quantity::new(line.quantity.get() + quantity.get())?;
            return self.change_line(line.id, |line| line.quantity = more);
        }
        if self.lines.len() >= Self::MAX_LINES {
            return Err(CartError::CartFull);
        }
        let line = match goods {
            Goods::Known(product) => Line {
                id: LineId(self.next_id),
                barcode: product.barcode.clone(),
                title: Some(product.title.clone()),
                price_fen: Some(product.price_fen),
                quantity,
            },
            Goods::Unknown(barcode) => Line {
                id: LineId(self.next_id),
                barcode: barcode.clone(),
                title: None,
                price_fen: None,
                quantity,
            },
        };
        line.check_amount()?;
        self.next_id = self.next_id.saturating_add(1);
        Ok(self.perform(LineChange { before: None, after: Some(line) }))
    }

    pub fn set_quantity(&mut self, id: LineId, quantity: Quantity) -> Result<LineChange, CartError> {
        self.change_line(id, |line| line.quantity = quantity)
    }

    /// Prices a line, and names it if a title is given. A line never goes without a title once it has a price.
    pub fn set_price(
        &mut self,
        id: LineId,
        price: Fen,
        title: Option<String>,
    ) -> Result<LineChange, CartError> {
        self.change_line(id, |line| {
            line.price_fen = Some(price);
            let named = title.or_else(|| line.title.take());
            line.title = Some(named.unwrap_or_else(|| line.barcode.to_string()));
        })
    }

    pub fn remove(&mut self, id: LineId) -> Result<LineChange, CartError> {
        let line = self.line(id).ok_or(CartError::LineGone)?.clone();
        Ok(self.perform(LineChange { before: Some(line), after: None }))
    }

    /// Takes the newest change back.
    pub fn undo(&mut self) -> Result<LineChange, CartError> {
        let change = self.done.pop().ok_or(CartError::NothingToUndo)?;
        let back = change.reversed();
        self.put(&back);
        self.undone.push(change);
        Ok(back)
    }

    /// Does again what was undone last.
    pub fn redo(&mut self) -> Result<LineChange, CartError> {
        let change = self.undone.pop().ok_or(CartError::NothingToRedo)?;
        self.put(&change);
        self.done.push(change.clone());
        Ok(change)
    }

    /// Turns the cart into an order: every line priced, the total above zero and at most [`Fen::MAX_ORDER`].
    pub fn order(&self, id: OrderId) -> Result<Order, CartError> {
        if self.is_empty() {
            return Err(CartError::Empty);
        }
        match self.unpriced_count() {
            0 => {}
            count => return Err(CartError::GoodsUnpriced { count }),
        }
        let lines: Vec<OrderLine> = self.lines.iter().filter_map(order_line).collect();
        debug_assert_eq!(lines.len(), self.lines.len());
        let total_fen =
            Fen::checked_sum(lines.iter().map(|line| line.amount_fen)).ok_or(CartError::AmountTooLarge)?;
        if total_fen > Fen::MAX_ORDER {
            return Err(CartError::AmountTooLarge);
        }
        if !total_fen.is_positive() {
            return Err(CartError::TotalNotPositive);
        }
        Ok(Order { id, lines, total_fen })
    }

    fn place(&self, id: LineId) -> Option<usize> {
        self.lines.binary_search_by_key(&id, |line| line.id).ok()
    }

    fn change_line(&mut self, id: LineId, change: impl FnOnce(&mut Line)) -> Result<LineChange, CartError> {
        let before = self.line(id).ok_or(CartError::LineGone)?.clone();
        let mut after = before.clone();
        change(&mut after);
        after.check_amount()?;
        Ok(self.perform(LineChange { before: Some(before), after: Some(after) }))
    }

    fn perform(&mut self, change: LineChange) -> LineChange {
        self.put(&change);
        self.undone.clear();
        if self.done.len() == Self::MAX_UNDO {
            self.done.remove(0);
        }
        self.done.push(change.clone());
        change
    }

    fn put(&mut self, change: &LineChange) {
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

fn order_line(line: &Line) -> Option<OrderLine> {
    Some(OrderLine {
        barcode: line.barcode.clone(),
        title: line.label().to_owned(),
        price_fen: line.price_fen?,
        quantity: line.quantity,
        amount_fen: line.checked_amount_fen()?,
    })
}

#[cfg(test)]
mod tests;
