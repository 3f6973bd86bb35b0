//! How a customer pays.

use serde::{Deserialize, Serialize};

/// Decided when the cart is charged, and never changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The customer scans the till's code.
    #[default]
    Qr,
    /// The till scans the customer's code, which pays once.
    PaymentCode,
    /// Notes and coins; the gateway never hears of it.
    Cash,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Qr, Self::PaymentCode, Self::Cash];

    /// The name that is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::PaymentCode => "payment_code",
            Self::Cash => "cash",
        }
    }

    /// The way of a stored name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}
