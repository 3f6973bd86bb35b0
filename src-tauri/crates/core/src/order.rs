//! What is asked of the gateway for one cart: fixed once made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Barcode, Fen, Quantity};

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

/// One kind of goods in an order; `amount_fen` is exactly `price_fen` times `quantity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    pub barcode: Barcode,
    pub title: String,
    pub price_fen: Fen,
    pub quantity: Quantity,
    pub amount_fen: Fen,
}

/// A cart turned into what a customer is asked to pay. The lines add up to the total, which is above zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub lines: Vec<OrderLine>,
    pub total_fen: Fen,
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
