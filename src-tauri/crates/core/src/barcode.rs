//! What a scanner reads off a product.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An opaque code of 1 to 32 printable ASCII characters.
///
/// A bad check digit never refuses a code: goods with one are sold every day, so [`Barcode::check_digit`] is a hint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Barcode(String);

/// Why a text is not a barcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarcodeError {
    #[error("a barcode has at least one character")]
    Empty,
    #[error("a barcode has at most {} characters", Barcode::MAX_CHARS)]
    TooLong,
    #[error("a barcode is printable ASCII without spaces at its ends")]
    NotPrintable,
}

/// The symbology that a code's length and digits suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarcodeKind {
    Ean8,
    UpcA,
    Ean13,
    Itf14,
    Other,
}

/// Whether the last digit is the one that the others call for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDigit {
    Right,
    Wrong,
    /// This kind of code has none.
    Absent,
}

impl Barcode {
    pub const MAX_CHARS: usize = 32;

    pub fn parse(text: &str) -> Result<Self, BarcodeError> {
        if text.is_empty() {
            return Err(BarcodeError::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(BarcodeError::TooLong);
        }
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if !printable || text.trim() != text {
            return Err(BarcodeError::NotPrintable);
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn kind(&self) -> BarcodeKind {
        if !self.0.bytes().all(|byte| byte.is_ascii_digit()) {
            return BarcodeKind::Other;
        }
        match self.0.len() {
            8 => BarcodeKind::Ean8,
            12 => BarcodeKind::UpcA,
            13 => BarcodeKind::Ean13,
            14 => BarcodeKind::Itf14,
            _ => BarcodeKind::Other,
        }
    }

    /// Whether it looks like the code that a customer pays with: 18 digits from 10 to 15 (WeChat), or 16 to 24 digits
    /// from 25 to 30 (Alipay). Goods may have such a number too, so whoever knows the goods decides.
    #[must_use]
    pub fn looks_like_payment_code(&self) -> bool {
        let digits = self.0.as_bytes();
        let Some(first_two) = self.0.get(..2).filter(|_| digits.iter().all(u8::is_ascii_digit)) else {
            return false;
        };
        match digits.len() {
            18 if ("10"..="15").contains(&first_two) => true,
            16..=24 => ("25"..="30").contains(&first_two),
            _ => false,
        }
    }

    #[must_use]
    pub fn check_digit(&self) -> CheckDigit {
        if self.kind() == BarcodeKind::Other {
            return CheckDigit::Absent;
        }
        // GS1 General Specifications 7.9.1: from the right, weights 3 and 1 in turn over all but the check digit.
        let weighted: u32 = self
            .0
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 1 { 3 } else { 1 })
            .sum();
        if weighted.is_multiple_of(10) { CheckDigit::Right } else { CheckDigit::Wrong }
    }
}

impl fmt::Display for Barcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Barcode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s1_payment_codes_are_told_from_goods() {
        let looks = |text: &str| Barcode::parse(text).expect(text).looks_like_payment_code();
        for first in 10..=15 {
            assert!(looks(&format!("{first}{}", "7".repeat(16))), "WeChat {first}");
        }
        for (first, more) in [(25, 14), (28, 16), (30, 22)] {
            assert!(looks(&format!("{first}{}", "7".repeat(more))), "Alipay {first}, {more}");
        }
        for goods in ["6921168509256", "96385074", "10", "1", "134777777777777777X", "16777777777777777", "3"]
        {
            assert!(!looks(goods), "{goods}");
        }
        for (first, more) in [(9, 17), (16, 16), (10, 15), (10, 17), (24, 16), (31, 16), (25, 13), (30, 23)] {
            assert!(!looks(&format!("{first}{}", "7".repeat(more))), "{first}, {more}");
        }
    }

    #[test]
    fn kinds_and_check_digits() {
        let check = |text: &str, kind: BarcodeKind, digit: CheckDigit| {
            let barcode = Barcode::parse(text).expect(text);
            assert_eq!((barcode.kind(), barcode.check_digit()), (kind, digit), "{text}");
        };
        check("6921168509256", BarcodeKind::Ean13, CheckDigit::Right);
        check("6983748939221", BarcodeKind::Ean13, CheckDigit::Wrong);
        check("6987483920018", BarcodeKind::Ean13, CheckDigit::Wrong);
        check("96385074", BarcodeKind::Ean8, CheckDigit::Right);
        check("96385075", BarcodeKind::Ean8, CheckDigit::Wrong);
        check("036000291452", BarcodeKind::UpcA, CheckDigit::Right);
        check("036000291453", BarcodeKind::UpcA, CheckDigit::Wrong);
        check("10012345000017", BarcodeKind::Itf14, CheckDigit::Right);
        check("10012345000018", BarcodeKind::Itf14, CheckDigit::Wrong);
        check("ABC-1234", BarcodeKind::Other, CheckDigit::Absent);
        check("1", BarcodeKind::Other, CheckDigit::Absent);
    }

    #[test]
    fn refuses_what_no_scanner_sends() {
        let check = |text: &str, error| assert_eq!(Barcode::parse(text), Err(error), "{text:?}");
        check("", BarcodeError::Empty);
        check(&"1".repeat(33), BarcodeError::TooLong);
        check("12\u{0}34", BarcodeError::NotPrintable);
        check("12\n", BarcodeError::NotPrintable);
        check(" 12", BarcodeError::NotPrintable);
        check("可乐", BarcodeError::NotPrintable);
        assert!(Barcode::parse(&"1".repeat(32)).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            if let Ok(barcode) = Barcode::parse(&text) {
                let _ = barcode.check_digit();
            }
        }

        #[test]
        fn one_wrong_digit_is_noticed(digits in "[0-9]{12}", place in 0usize..13, step in 1u8..10) {
            let sum: u32 = digits.bytes().rev().enumerate()
                .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 }).sum();
            let mut code: Vec<u8> = digits.bytes().collect();
            code.push(b'0' + ((10 - sum % 10) % 10) as u8);
            let good = Barcode::parse(std::str::from_utf8(&code).unwrap()).unwrap();
            prop_assert_eq!(good.check_digit(), CheckDigit::Right);
            code[place] = b'0' + (code[place] - b'0' + step) % 10;
            let bad = Barcode::parse(std::str::from_utf8(&code).unwrap()).unwrap();
            prop_assert_eq!(bad.check_digit(), CheckDigit::Wrong);
        }
    }
}
