//! An amount of money as the gateway keeps it: whole fen, never negative.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whole digits an amount may have. Keeps every sum of a request far below the limit of `i64`.
const WHOLE_DIGITS_MAX: usize = 12;

/// Money in fen (0.01 yuan), zero or more. Its text, also in JSON, is `"11.00"`: always two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(i64);

impl Amount {
    pub const ZERO: Self = Self(0);
    pub const ONE_FEN: Self = Self(1);

    /// `None` for a negative number of fen.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Option<Self> {
        if fen < 0 { None } else { Some(Self(fen)) }
    }

    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads exact decimal text with at most two decimals: `11`, `11.0`, `11.00`. No sign, exponent, blank or
    /// superfluous leading zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || whole.len() > WHOLE_DIGITS_MAX || decimals.len() > 2 {
            return None;
        }
        if whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let tens = if decimals.len() == 1 { 10 } else { 1 };
        Some(Self(whole.parse::<i64>().ok()? * 100 + decimals.parse::<i64>().ok()? * tens))
    }

    /// This amount `count` times; `None` when that does not fit.
    #[must_use]
    pub fn times(self, count: u64) -> Option<Self> {
        self.0.checked_mul(i64::try_from(count).ok()?).map(Self)
    }

    /// The sum; `None` when that does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left after taking `other` away, but never less than one fen.
    #[must_use]
    pub fn less_but_one_fen(self, other: Self) -> Self {
        Self((self.0 - other.0).max(1))
    }

    /// What is left after taking `other` away, zero at the least.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

impl TryFrom<String> for Amount {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an amount is decimal text with at most two decimals")
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn exact_decimals_are_read() {
        for (text, fen) in [("0", 0), ("11", 1100), ("11.0", 1100), ("11.05", 1105), ("0.01", 1), ("0.1", 10)]
        {
            assert_eq!(Amount::parse(text).map(Amount::fen), Some(fen), "{text}");
        }
        assert_eq!(Amount::parse("999999999999.99").map(Amount::fen), Some(99_999_999_999_999));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "", ".", "1.", ".5", "11.005", "-1", "+1", "1e3", "1,00", " 1", "1 ", "１２", "01", "00", "NaN",
            "1.2.3",
        ] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
        assert_eq!(Amount::parse("1000000000000"), None);
    }

    #[test]
    fn text_has_two_decimals() {
        assert_eq!(Amount::from_fen(1105).unwrap().to_string(), "11.05");
        assert_eq!(Amount::ONE_FEN.to_string(), "0.01");
        assert_eq!(Amount::from_fen(-1), None);
    }

    #[test]
    fn products_that_do_not_fit_are_refused() {
        assert_eq!(Amount::from_fen(i64::MAX).unwrap().times(2), None);
        assert_eq!(Amount::ONE_FEN.times(u64::MAX), None);
        assert_eq!(Amount::from_fen(i64::MAX).unwrap().plus(Amount::ONE_FEN), None);
    }
}
