//! The code on a customer's phone that pays when the till scans it.

use std::fmt;

use zeroize::Zeroizing;

/// A WeChat or Alipay payment code. It is money for about a minute: it has no `Clone`, is overwritten in memory when
/// dropped, and its `Debug` output shows nothing of it.
pub struct PayCode {
    digits: Zeroizing<String>,
    wallet: Wallet,
}

/// Whose money pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    WeChat,
    Alipay,
}

/// The text is neither wallet's payment code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payment code is 18 digits from 10-15 (WeChat) or 16 to 24 digits from 25-30 (Alipay)")]
pub struct PayCodeError;

impl PayCode {
    /// Takes 18 digits that begin with 10 to 15 (WeChat), or 16 to 24 digits that begin with 25 to 30 (Alipay).
    ///
    /// # Errors
    /// [`PayCodeError`] for anything else, spaces and full-width digits among it.
    pub fn parse(text: &str) -> Result<Self, PayCodeError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PayCodeError);
        }
        let prefix = text.get(..2).and_then(|digits| digits.parse().ok()).ok_or(PayCodeError)?;
        let wallet = match (prefix, text.len()) {
            (10..=15, 18) => Wallet::WeChat,
            (25..=30, 16..=24) => Wallet::Alipay,
            _ => return Err(PayCodeError),
        };
        Ok(Self { digits: Zeroizing::new(text.to_owned()), wallet })
    }

    /// Which wallet the digits say it is from.
    #[must_use]
    pub fn wallet(&self) -> Wallet {
        self.wallet
    }

    pub(crate) fn expose(&self) -> &str {
        &self.digits
    }
}

impl fmt::Debug for PayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PayCode({:?}, [REDACTED])", self.wallet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wallet(text: &str) -> Option<Wallet> {
        PayCode::parse(text).ok().map(|code| code.wallet())
    }

    #[test]
    fn length_and_first_digits_tell_the_wallet() {
        for prefix in 0..100 {
            for length in 2..=30 {
                let code = format!("{prefix:02}{}", "7".repeat(length - 2));
                let expected = match (prefix, length) {
                    (10..=15, 18) => Some(Wallet::WeChat),
                    (25..=30, 16..=24) => Some(Wallet::Alipay),
                    _ => None,
                };
                assert_eq!(wallet(&code), expected, "{code}");
            }
        }
    }

    #[test]
    fn only_ascii_digits_are_a_code() {
        for text in [
            "",
            "1",
            "13 777777777777777",
            "１３4567890123456789",
            "28777777777777777x",
            "+34567890123456789",
        ] {
            assert_eq!(PayCode::parse(text).err(), Some(PayCodeError), "{text:?}");
        }
    }

    #[test]
    fn it_hides_itself() {
        let code = PayCode::parse("134567890123456789").unwrap();
        assert_eq!(format!("{code:?}"), "PayCode(WeChat, [REDACTED])");
    }
}
