//! What is asked of the gateway for one cart: fixed once made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cart::CartError;
use crate::promotion::Applied;
use crate::{Barcode, Bill, BillLine, Fen, Line, Quantity};

/// An order's id: 1 to 32 characters of `[0-9A-Za-z]`, unique across tills.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct OrderId(String);

/// The text is not an order id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order id is 1 to 32 letters and digits")]
pub struct OrderIdError;

impl OrderId {
    pub const MAX_CHARS: usize = 32;

    pub fn parse(text: &str) -> Result<Self, OrderIdError> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OrderIdError)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last eight characters, which is what people are shown.
    #[must_use]
    pub fn tail(&self) -> &str {
        &self.0[self.0.len().saturating_sub(8)..]
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OrderId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// One line of an order; `amount_fen` is what is paid for it, after everything that was taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub barcode: Barcode,
    pub title: String,
    /// Of a piece or, of weighed goods, of a kilogram; before anything was taken off.
    pub price_fen: Fen,
    /// One, of weighed goods.
    pub quantity: Quantity,
    pub amount_fen: Fen,
    /// How it came to that amount, for whoever reads the receipt; the gateway is not told.
    #[serde(default)]
    pub detail: LineDetail,
}

/// How a line came to its amount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDetail {
    pub grams: Option<u32>,
    /// The catalogue's price, where another was charged, and why.
    pub list_price_fen: Option<Fen>,
    pub price_reason: Option<String>,
    /// Taken off this line.
    pub off_fen: Fen,
    /// Its share of what was taken off the order, rounding included.
    pub share_fen: Fen,
    pub note: Option<String>,
}

/// What a whole order was told and how it came to its total, for whoever reads the receipt; the gateway is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetail {
    pub note: Option<String>,
    /// Goods at their prices, before anything was taken off.
    pub subtotal_fen: Fen,
    /// What took something off lines, by name.
    pub promotions: Vec<Applied>,
    /// Taken off the order by hand.
    pub order_off_fen: Fen,
    pub rounding_fen: Fen,
}

/// A cart turned into what a customer is asked to pay. The lines add up to the total, which is above zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub lines: Vec<OrderLine>,
    pub total_fen: Fen,
}

impl Order {
    /// Every line priced, the total above zero and at most [`Fen::MAX_ORDER`]; `bill` is what these lines come to.
    pub(crate) fn of(id: OrderId, lines: &[Line], bill: &Bill) -> Result<Self, CartError> {
        let lines: Vec<OrderLine> = lines.iter().zip(&bill.lines).filter_map(order_line).collect();
        debug_assert_eq!(lines.len(), bill.lines.len());
        let total_fen =
            Fen::checked_sum(lines.iter().map(|line| line.amount_fen)).ok_or(CartError::AmountTooLarge)?;
        debug_assert_eq!(total_fen, bill.total_fen);
        if total_fen > Fen::MAX_ORDER {
            return Err(CartError::AmountTooLarge);
        }
        if !total_fen.is_positive() {
            return Err(CartError::TotalNotPositive);
        }
        Ok(Self { id, lines, total_fen })
    }
}

fn order_line((line, bill): (&Line, &BillLine)) -> Option<OrderLine> {
    // A label whose amount and price make no weight is sold as one piece.
    let weighs_nothing = line.weighed.is_some() && line.grams().is_none();
    Some(OrderLine {
        barcode: line.barcode.clone(),
        title: line.label().to_owned(),
        price_fen: if weighs_nothing { bill.gross_fen } else { line.price_fen? },
        quantity: line.quantity,
        amount_fen: bill.paid_fen(),
        detail: LineDetail {
            grams: line.grams(),
            list_price_fen: line.overridden_fen(),
            price_reason: line.price_reason.clone(),
            off_fen: bill.off_fen,
            share_fen: bill.share_fen,
            note: line.note.clone(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_letters_and_digits() {
        for good in ["1", "019342f8d7a07c3ea1b2c3d4e5f60718", "aZ09"] {
            assert!(OrderId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a-b", "é", "a b", "019342f8d7a07c3ea1b2c3d4e5f607189"] {
            assert_eq!(OrderId::parse(bad), Err(OrderIdError), "{bad}");
        }
        assert_eq!(OrderId::parse("019342f8d7a07c3ea1b2c3d4e5f60718").unwrap().tail(), "e5f60718");
        assert_eq!(OrderId::parse("abc").unwrap().tail(), "abc");
    }
}
