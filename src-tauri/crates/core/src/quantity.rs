//! How much of something is sold: pieces, or what the scales say.

use serde::{Deserialize, Serialize};

use crate::Fen;
use crate::cart::CartError;

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

/// A weight: 1 g to 999.999 kg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Grams(u32);

/// The number is not a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a weight is 1 g to 999.999 kg")]
pub struct GramsError;

impl Grams {
    pub const MAX: u32 = 999_999;

    pub fn new(grams: u32) -> Result<Self, GramsError> {
        if (1..=Self::MAX).contains(&grams) { Ok(Self(grams)) } else { Err(GramsError) }
    }

    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Kilograms as somebody types them: `0.485`, with a point and one to three digits behind it, or whole ones.
    pub fn parse_kilograms(text: &str) -> Result<Self, GramsError> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_plain =
            |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(part) {
            return Err(GramsError);
        }
        let grams = format!("{whole}{part:0<3}").parse().map_err(|_| GramsError)?;
        Self::new(grams)
    }

    /// What this weighs in money, rounded half up.
    #[must_use]
    pub fn amount_fen(self, price_per_kg: Fen) -> Option<Fen> {
        let thousandths = price_per_kg.checked_mul(self.0)?.checked_add(Fen::new(500))?;
        Some(Fen::new(thousandths.get() / 1_000))
    }
}

impl TryFrom<u32> for Grams {
    type Error = GramsError;

    fn try_from(grams: u32) -> Result<Self, GramsError> {
        Self::new(grams)
    }
}

impl From<Grams> for u32 {
    fn from(grams: Grams) -> Self {
        grams.0
    }
}

/// What a label of the scales says; the line's price is that of a kilogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighed {
    Grams(Grams),
    /// The label says what it costs, and that holds to the fen; the weight follows from the price.
    Amount(Fen),
}

impl Weighed {
    /// What it costs before any discount, rounded half up once.
    #[must_use]
    pub fn amount_fen(self, price_per_kg: Fen) -> Option<Fen> {
        match self {
            Self::Grams(grams) => grams.amount_fen(price_per_kg),
            Self::Amount(amount) => Some(amount),
        }
    }

    /// What it weighs, to the nearest gram; `None` where price and amount do not make a weight.
    #[must_use]
    pub fn grams(self, price_per_kg: Fen) -> Option<Grams> {
        let (amount, price) = match self {
            Self::Grams(grams) => return Some(grams),
            Self::Amount(amount) => (amount.get(), price_per_kg.get()),
        };
        let doubled = amount.checked_mul(2_000)?.checked_add(price)?.checked_div(price.checked_mul(2)?)?;
        Grams::new(u32::try_from(doubled).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_costs_its_price_rounded_half_up_once() {
        let cost = |grams, price| Grams::new(grams).unwrap().amount_fen(Fen::new(price)).unwrap().get();
        assert_eq!(cost(1_000, 1_280), 1_280);
        assert_eq!(cost(456, 1_280), 584, "583.68 fen");
        assert_eq!(cost(5, 100), 1, "half a fen is one");
        assert_eq!(cost(4, 100), 0);
        assert_eq!(cost(125, 1_004), 126, "125.5 fen");
        assert_eq!(Grams::new(0), Err(GramsError));
        assert_eq!(Grams::new(1_000_000), Err(GramsError));
    }

    #[test]
    fn kilograms_are_read_to_the_gram() {
        let read = |text| Grams::parse_kilograms(text).map(Grams::get).ok();
        for (text, grams) in
            [("0.485", 485), ("1", 1_000), ("12.5", 12_500), ("999.999", 999_999), ("0.001", 1)]
        {
            assert_eq!(read(text), Some(grams), "{text}");
        }
        for text in ["", ".", "0", "0.0", "0.4855", ".5", "5.", "-1", "1000", "1e2", "０.5", "1.2.3", " 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_labels_amount_holds_and_its_weight_follows() {
        let label = Weighed::Amount(Fen::new(584));
        assert_eq!(label.amount_fen(Fen::new(1_280)), Some(Fen::new(584)));
        assert_eq!(label.grams(Fen::new(1_280)), Grams::new(456).ok(), "456.25 g");
        assert_eq!(label.grams(Fen::ZERO), None);
        assert_eq!(Weighed::Amount(Fen::MAX_ORDER).grams(Fen::new(1)), None, "more than the scales carry");
    }
}
