//! What a cashier types by hand into the entry field.

use crate::{Barcode, Quantity};

/// A typed line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `6921168509256` or `3*6921168509256`: these goods, this many.
    Goods { barcode: Barcode, quantity: Quantity },
    /// `*3`: the last line again, now three of it.
    LastLine { quantity: Quantity },
}

/// Why a typed line means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("a quantity is 1 to 9,999")]
    Quantity,
    #[error("the code is not one a scanner sends")]
    Code,
}

impl Entry {
    /// Reads `CODE`, `COUNT*CODE` or `*COUNT`. Only up to four digits before a star are a count: `12345*6` is a code.
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        let text = text.trim();
        let Some((count, code)) = text.split_once(['*', '×']) else {
            return Self::goods(text, Quantity::ONE);
        };
        if count.is_empty() {
            return Ok(Self::LastLine { quantity: quantity(code)? });
        }
        if code.is_empty() || count.len() > 4 || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::goods(text, Quantity::ONE);
        }
        Self::goods(code, quantity(count)?)
    }

    fn goods(code: &str, quantity: Quantity) -> Result<Self, EntryError> {
        let barcode = Barcode::parse(code).map_err(|_| EntryError::Code)?;
        Ok(Self::Goods { barcode, quantity })
    }
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
