//! What a cashier types by hand into the entry field.

use crate::{Barcode, Grams, Quantity};

/// A typed line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `6921168509256` or `3*6921168509256`: these goods, this many.
    Goods { barcode: Barcode, quantity: Quantity },
    /// `0.485*2100456`: these goods, so many kilograms.
    Weighed { barcode: Barcode, grams: Grams },
    /// `*3`: the last line again, now three of it.
    LastLine { quantity: Quantity },
    /// `*0.485`: so much does the last line weigh.
    LastWeight { grams: Grams },
}

/// Why a typed line means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("a quantity is 1 to 9,999")]
    Quantity,
    #[error("a weight is 0.001 to 999.999 kilograms")]
    Weight,
    #[error("the code is not one a scanner sends")]
    Code,
}

impl Entry {
    /// Reads `CODE`, `COUNT*CODE` or `*COUNT`, and the same with kilograms, which have a point. Only up to four digits
    /// before a star are a count: `12345*6` is a code.
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        let text = text.trim();
        let Some((count, code)) = text.split_once(['*', '×']) else {
            return Self::goods(text, Quantity::ONE);
        };
        if count.is_empty() && is_weight(code) {
            return Ok(Self::LastWeight { grams: weight(code)? });
        }
        if count.is_empty() {
            return Ok(Self::LastLine { quantity: quantity(code)? });
        }
        if is_weight(count) && !code.is_empty() {
            return Ok(Self::Weighed { barcode: barcode(code)?, grams: weight(count)? });
        }
        if code.is_empty() || count.len() > 4 || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::goods(text, Quantity::ONE);
        }
        Self::goods(code, quantity(count)?)
    }

    fn goods(code: &str, quantity: Quantity) -> Result<Self, EntryError> {
        Ok(Self::Goods { barcode: barcode(code)?, quantity })
    }
}

fn barcode(code: &str) -> Result<Barcode, EntryError> {
    Barcode::parse(code).map_err(|_| EntryError::Code)
}

/// Digits with one point between them.
fn is_weight(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, part)| is_digits(whole) && is_digits(part))
}

fn weight(text: &str) -> Result<Grams, EntryError> {
    Grams::parse_kilograms(text).map_err(|_| EntryError::Weight)
}

fn quantity(text: &str) -> Result<Quantity, EntryError> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let pieces = if plain { text.parse().ok() } else { None };
    pieces.and_then(|pieces| Quantity::new(pieces).ok()).ok_or(EntryError::Quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_codes_and_counts() {
        let goods = |code: &str, pieces| {
            Ok(Entry::Goods {
                barcode: Barcode::parse(code).unwrap(),
                quantity: Quantity::new(pieces).unwrap(),
            })
        };
        let check = |text: &str, expected| assert_eq!(Entry::parse(text), expected, "{text:?}");
        check("6921168509256", goods("6921168509256", 1));
        check(" 6921168509256 ", goods("6921168509256", 1));
        check("3*6921168509256", goods("6921168509256", 3));
        check("3×690", goods("690", 3));
        check("9999*1", goods("1", 9_999));
        check("12345*6", goods("12345*6", 1));
        check("A*6", goods("A*6", 1));
        let weighed = |code: &str, grams| Entry::Weighed {
            barcode: Barcode::parse(code).unwrap(),
            grams: Grams::new(grams).unwrap(),
        };
        check("0.485*2100456", Ok(weighed("2100456", 485)));
        check("12.5×690", Ok(weighed("690", 12_500)));
        check("*0.485", Ok(Entry::LastWeight { grams: Grams::new(485).unwrap() }));
        check("0.000*690", Err(EntryError::Weight));
        check("*1000.5", Err(EntryError::Weight));
        check("0.4855*690", Err(EntryError::Weight));
        check("0.5*可乐", Err(EntryError::Code));
        check("v1.2*6", goods("v1.2*6", 1));
        check("*3", Ok(Entry::LastLine { quantity: Quantity::new(3).unwrap() }));
        check("0*690", Err(EntryError::Quantity));
        check("*0", Err(EntryError::Quantity));
        check("*10000", Err(EntryError::Quantity));
        check("*", Err(EntryError::Quantity));
        check("*x", Err(EntryError::Quantity));
        check("", Err(EntryError::Code));
        check("可乐", Err(EntryError::Code));
    }
}
