//! One row of the goods list.

use serde::{Deserialize, Serialize};

use super::CartError;
use crate::{Barcode, Discount, Fen, Product, Quantity, Weighed};

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
    /// Of a piece or, of weighed goods, of a kilogram. `None` until somebody prices an unknown code; such a line cannot be
    /// charged.
    pub price_fen: Option<Fen>,
    /// One, of weighed goods.
    pub quantity: Quantity,
    #[serde(default)]
    pub weighed: Option<Weighed>,
    /// The catalogue's price; `None` of a code that it did not know.
    #[serde(default)]
    pub list_price_fen: Option<Fen>,
    /// Why the price is another than the catalogue's.
    #[serde(default)]
    pub price_reason: Option<String>,
    #[serde(default)]
    pub discount: Option<Discount>,
    #[serde(default)]
    pub note: Option<String>,
}

impl Line {
    /// Goods of the catalogue, by the piece and at its price.
    #[must_use]
    pub fn of_product(id: LineId, product: &Product, quantity: Quantity) -> Self {
        Self {
            title: Some(product.title.clone()),
            price_fen: Some(product.price_fen),
            list_price_fen: Some(product.price_fen),
            ..Self::unknown(id, product.barcode.clone(), quantity)
        }
    }

    /// A code that nobody has named or priced.
    #[must_use]
    pub fn unknown(id: LineId, barcode: Barcode, quantity: Quantity) -> Self {
        Self {
            id,
            barcode,
            title: None,
            price_fen: None,
            quantity,
            weighed: None,
            list_price_fen: None,
            price_reason: None,
            discount: None,
            note: None,
        }
    }

    /// Price times how much of it, before anything is taken off; zero while there is no price. Always fits, see
    /// [`CartError::AmountTooLarge`].
    #[must_use]
    pub fn gross_fen(&self) -> Fen {
        self.checked_gross_fen().unwrap_or(Fen::ZERO)
    }

    /// What the line is called where a name is needed: its title, else its code.
    #[must_use]
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(self.barcode.as_str())
    }

    /// What the catalogue asks for it, if the line asks for something else.
    #[must_use]
    pub fn overridden_fen(&self) -> Option<Fen> {
        self.list_price_fen.filter(|listed| self.price_fen.is_some_and(|price| price != *listed))
    }

    /// Goods sold by weight that nobody has weighed yet: the price of a kilogram is known, and what the line costs is not.
    #[must_use]
    pub fn awaits_weight(&self) -> bool {
        self.price_fen.is_none() && self.list_price_fen.is_some()
    }

    /// What it weighs in grams, of weighed goods.
    #[must_use]
    pub fn grams(&self) -> Option<u32> {
        self.weighed?.grams(self.price_fen?).map(crate::Grams::get)
    }

    /// Priced, and nobody has changed that by hand.
    pub(crate) fn is_untouched(&self) -> bool {
        self.price_fen.is_some() && self.overridden_fen().is_none() && self.discount.is_none()
    }

    /// Nobody has done anything to it by hand, so that more of the same goods may join it.
    pub(super) fn is_plain(&self) -> bool {
        let is_changed = self.overridden_fen().is_some() || self.discount.is_some() || self.note.is_some();
        self.weighed.is_none() && !is_changed && !self.awaits_weight()
    }

    pub(super) fn checked_gross_fen(&self) -> Option<Fen> {
        let price = self.price_fen?;
        match self.weighed {
            Some(weighed) => weighed.amount_fen(price),
            None => price.checked_mul(self.quantity.get()),
        }
    }

    pub(super) fn check_amount(&self) -> Result<(), CartError> {
        match self.price_fen {
            Some(price) if !price.is_positive() => Err(CartError::PriceNotPositive),
            Some(_) if self.checked_gross_fen().is_none_or(|amount| amount > Fen::MAX_ORDER) => {
                Err(CartError::AmountTooLarge)
            }
            _ => Ok(()),
        }
    }
}
