//! Amounts of money: whole fen (分), a hundredth of a yuan (元).

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in fen. Never a float; every operation is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FenError {
    #[error("an amount needs digits")]
    Empty,
    #[error("an amount is digits with at most one point")]
    Malformed,
    #[error("an amount has at most two decimals")]
    TooPrecise,
    #[error("an amount is not negative")]
    Negative,
    #[error("the amount is too large")]
    TooLarge,
}

impl Fen {
    pub const ZERO: Self = Self(0);
    /// The largest order, ¥9,999,999.99.
    pub const MAX_ORDER: Self = Self(999_999_999);

    #[must_use]
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    #[must_use]
    pub fn checked_mul(self, count: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(count)).map(Self)
    }

    /// Adds up amounts; `None` when the sum does not fit.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Reads an exact decimal in yuan: `11`, `11.0`, `11.00`, `0.5`.
    ///
    /// Refuses signs, exponents, separators, full-width digits, more than two decimals, and a bare `.5` or `5.`.
    pub fn parse(text: &str) -> Result<Self, FenError> {
        if text.is_empty() {
            return Err(FenError::Empty);
        }
        if let Some(rest) = text.strip_prefix('-') {
            return Err(Self::parse(rest).err().unwrap_or(FenError::Negative));
        }
        let (yuan, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(yuan) || !all_digits(decimals) {
            return Err(FenError::Malformed);
        }
        if decimals.len() > 2 {
            return Err(FenError::TooPrecise);
        }
        let yuan: i64 = yuan.parse().map_err(|_| FenError::TooLarge)?;
        let cents: i64 = decimals.parse().map_err(|_| FenError::TooLarge)?;
        let cents = if decimals.len() == 1 { cents * 10 } else { cents };
        yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents)).map(Self).ok_or(FenError::TooLarge)
    }
}

/// Prints exact decimal yuan with two decimals: `11.00`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl FromStr for Fen {
    type Err = FenError;

    fn from_str(text: &str) -> Result<Self, FenError> {
        Self::parse(text)
    }
}

/// For displays of many amounts; saturates instead of wrapping. Use [`Fen::checked_sum`] where money is decided.
impl Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |total, amount| Self(total.0.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_exact_decimals_and_refuses_the_rest() {
        let check = |text: &str, expected: Result<i64, FenError>| {
            assert_eq!(Fen::parse(text).map(Fen::get), expected, "{text:?}");
        };
        check("11", Ok(1_100));
        check("11.0", Ok(1_100));
        check("11.00", Ok(1_100));
        check("0.5", Ok(50));
        check("0.05", Ok(5));
        check("007", Ok(700));
        check("9999999.99", Ok(999_999_999));
        check("92233720368547758.07", Ok(i64::MAX));
        check("92233720368547758.08", Err(FenError::TooLarge));
        check("99999999999999999999", Err(FenError::TooLarge));
        check("", Err(FenError::Empty));
        check("11.005", Err(FenError::TooPrecise));
        check("-1", Err(FenError::Negative));
        check("-", Err(FenError::Empty));
        for malformed in [".5", "5.", "1e3", "1,00", "１２", " 1", "1 ", "+1", "1.2.3", "NaN", "0x10", "."]
        {
            check(malformed, Err(FenError::Malformed));
        }
    }

    #[test]
    fn arithmetic_is_checked() {
        assert_eq!(Fen::new(i64::MAX).checked_add(Fen::new(1)), None);
        assert_eq!(Fen::new(i64::MIN).checked_sub(Fen::new(1)), None);
        assert_eq!(Fen::new(i64::MAX).checked_mul(2), None);
        assert_eq!(Fen::checked_sum([Fen::new(i64::MAX), Fen::new(1)]), None);
        assert_eq!(Fen::new(-5).to_string(), "-0.05");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(fen in 0..=i64::MAX) {
            prop_assert_eq!(Fen::parse(&Fen::new(fen).to_string()), Ok(Fen::new(fen)));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = Fen::parse(&text);
        }
    }
}
