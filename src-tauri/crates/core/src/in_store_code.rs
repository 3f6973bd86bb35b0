//! Codes that a shop's own scales print: which goods, and what they weigh or cost.
//!
//! A [`Layout`] is written as its code looks, one letter for each digit: the beginning in digits (`x` for any), then
//! `I` for the item code, `W` for the weight in kilograms, `A` for the amount in yuan (a point stands where theirs
//! stands), `V` for the value's own check digit, `x` for a digit that says nothing, and `C` for the check digit of the
//! whole code. `21IIIIIAAA.AAC` reads `2100456008464` as item 00456 for ¥8.46.

mod value_check;

use std::fmt;

use crate::{Barcode, Fen, Grams};

/// How one kind of a shop's codes is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Without the points.
    cells: Vec<Cell>,
    /// Digits after the point.
    weight_places: u32,
    amount_places: u32,
    text: String,
}

/// All layouts of a shop; the one that says most about the beginning of a code reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layouts(Vec<Layout>);

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InStoreCode {
    /// What the goods may be called in the catalogue, the likeliest first.
    pub items: Vec<Barcode>,
    /// `None` where it says nothing of it, or nothing above zero.
    pub grams: Option<Grams>,
    pub amount_fen: Option<Fen>,
}

/// A text is not a list of layouts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is not how a code is laid out, like 21IIIIIAAA.AAC")]
pub struct LayoutsError {
    /// Cut to 40 characters.
    pub entry: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Fixed(u8),
    Any,
    Item,
    Weight,
    Amount,
    ValueCheck,
    Check,
}

impl Layouts {
    const MAX: usize = 20;

    /// Reads layouts with commas or spaces between; an empty text is none.
    pub fn parse(text: &str) -> Result<Self, LayoutsError> {
        let entries = text.split([',', '，', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
        let layouts: Vec<Layout> = entries.map(Layout::parse).collect::<Result<_, _>>()?;
        if layouts.len() > Self::MAX { Err(LayoutsError::of(text)) } else { Ok(Self(layouts)) }
    }

    /// What a code says, by the layout that it has. `None` for any other code, for one whose check digits are wrong, and
    /// for what may be a customer's payment code.
    #[must_use]
    pub fn read(&self, barcode: &Barcode) -> Option<InStoreCode> {
        let digits: Vec<u8> = barcode.as_str().bytes().map(digit).collect::<Option<_>>()?;
        if barcode.looks_like_payment_code() {
            return None;
        }
        let fitting = self.0.iter().filter(|layout| layout.fits(&digits));
        // Of equals the first: `max_by_key` gives the last.
        let layout = fitting.rev().max_by_key(|layout| layout.fixed_count())?;
        layout.read(&digits)
    }
}

impl fmt::Display for Layouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|layout| layout.text.as_str()).collect();
        f.write_str(&texts.join(","))
    }
}

impl LayoutsError {
    fn of(entry: &str) -> Self {
        Self { entry: entry.chars().take(40).collect() }
    }
}

impl Layout {
    const ITEM_DIGITS_MAX: usize = 10;
    const WEIGHT_DIGITS_MAX: usize = 6;
    const AMOUNT_DIGITS_MAX: usize = 8;

    fn parse(text: &str) -> Result<Self, LayoutsError> {
        let wrong = || LayoutsError::of(text);
        let (mut cells, mut points): (Vec<Cell>, Vec<usize>) = (Vec::new(), Vec::new());
        for letter in text.bytes() {
            match letter {
                b'.' => points.push(cells.len()),
                other => cells.push(Cell::of(other).ok_or_else(wrong)?),
            }
        }
        let places = |of, usual| match Self::points_within(&cells, &points, of)[..] {
            [] => Some((0, usual)),
            [after] => Some((1, after)),
            _ => None,
        };
        let (weight_points, weight_places) = places(Cell::Weight, 3).ok_or_else(wrong)?;
        let (amount_points, amount_places) = places(Cell::Amount, 2).ok_or_else(wrong)?;
        let is_each_placed = weight_points + amount_points == points.len();
        let layout = Self { weight_places, amount_places, text: text.to_owned(), cells };
        if is_each_placed && layout.is_sound() { Ok(layout) } else { Err(wrong()) }
    }

    /// Of each point within or right behind a run, how many digits of that run follow it.
    fn points_within(cells: &[Cell], points: &[usize], of: Cell) -> Vec<u32> {
        let run = run(cells, of);
        let within = points.iter().filter(|point| run.start < **point && **point <= run.end);
        within.filter_map(|point| u32::try_from(run.end - point).ok()).collect()
    }

    fn is_sound(&self) -> bool {
        let digits = |of| run(&self.cells, of).len();
        let is_one_run =
            |of| self.cells.iter().filter(|cell| **cell == of).count() == run(&self.cells, of).len();
        let is_within = |of, max| is_one_run(of) && digits(of) <= max;
        let with_point = [(Cell::Weight, self.weight_places, 3), (Cell::Amount, self.amount_places, 2)];
        let begins_in_store = self.cells.first() == Some(&Cell::Fixed(2));
        let check_is_last = self.cells.iter().position(|cell| *cell == Cell::Check);
        let values = usize::from(digits(Cell::Weight) > 0) + usize::from(digits(Cell::Amount) > 0);
        begins_in_store
            && self.cells.len() <= Barcode::MAX_CHARS
            && digits(Cell::Item) > 0
            && is_within(Cell::Item, Self::ITEM_DIGITS_MAX)
            && is_within(Cell::Weight, Self::WEIGHT_DIGITS_MAX)
            && is_within(Cell::Amount, Self::AMOUNT_DIGITS_MAX)
            && values > 0
            && with_point.iter().all(|(of, places, most)| digits(*of) == 0 || places <= most)
            && check_is_last.is_none_or(|at| at + 1 == self.cells.len())
            && (is_within(Cell::ValueCheck, 1) && (digits(Cell::ValueCheck) == 0 || self.has_checked_value()))
    }

    /// GS1 knows check digits of four and of five digits.
    fn has_checked_value(&self) -> bool {
        matches!(run(&self.cells, self.checked_value()).len(), 4 | 5)
    }

    fn checked_value(&self) -> Cell {
        if self.cells.contains(&Cell::Amount) { Cell::Amount } else { Cell::Weight }
    }

    fn fits(&self, digits: &[u8]) -> bool {
        let is_same = |(cell, digit): (&Cell, &u8)| !matches!(cell, Cell::Fixed(fixed) if fixed != digit);
        digits.len() == self.cells.len() && self.cells.iter().zip(digits).all(is_same)
    }

    fn fixed_count(&self) -> usize {
        self.cells.iter().filter(|cell| matches!(cell, Cell::Fixed(_))).count()
    }

    fn read(&self, digits: &[u8]) -> Option<InStoreCode> {
        let part = |of| digits.get(run(&self.cells, of)).unwrap_or_default();
        let has_check = self.cells.last() == Some(&Cell::Check);
        if has_check && digits.last() != Some(&check_digit(digits.get(..digits.len() - 1)?)) {
            return None;
        }
        if let Some(check) = part(Cell::ValueCheck).first()
            && value_check::digit(part(self.checked_value())) != Some(*check)
        {
            return None;
        }
        let grams = value(part(Cell::Weight), 3, self.weight_places);
        let amount = value(part(Cell::Amount), 2, self.amount_places);
        Some(InStoreCode {
            items: self.items(digits),
            grams: u32::try_from(grams).ok().and_then(|grams| Grams::new(grams).ok()),
            amount_fen: Some(Fen::new(amount)).filter(|amount| amount.is_positive()),
        })
    }

    /// The item code as it stands, without its leading zeros, with what stands before it, and the whole code with nothing
    /// where the value stands.
    fn items(&self, digits: &[u8]) -> Vec<Barcode> {
        let item = run(&self.cells, Cell::Item);
        let as_it_stands = text(digits.get(item.clone()).unwrap_or_default());
        let plain = as_it_stands.trim_start_matches('0').to_owned();
        let with_prefix = text(digits.get(..item.end).unwrap_or_default());
        let mut blank: Vec<u8> =
            self.cells.iter().zip(digits).map(|(cell, digit)| cell.blank(*digit)).collect();
        if self.cells.last() == Some(&Cell::Check)
            && let Some((last, others)) = blank.split_last_mut()
        {
            *last = check_digit(others);
        }
        let mut items: Vec<Barcode> = Vec::new();
        for name in [as_it_stands, plain, with_prefix, text(&blank)] {
            if let Some(barcode) = Barcode::parse(&name).ok().filter(|barcode| !items.contains(barcode)) {
                items.push(barcode);
            }
        }
        items
    }
}

impl Cell {
    fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'0'..=b'9' => Self::Fixed(letter - b'0'),
            b'x' => Self::Any,
            b'I' => Self::Item,
            b'W' => Self::Weight,
            b'A' => Self::Amount,
            b'V' => Self::ValueCheck,
            b'C' => Self::Check,
            _ => return None,
        })
    }

    /// The digit where the value says nothing.
    fn blank(self, digit: u8) -> u8 {
        match self {
            Self::Weight | Self::Amount | Self::ValueCheck => 0,
            _ => digit,
        }
    }
}

/// From the first to the last cell of a kind that stand together.
fn run(cells: &[Cell], of: Cell) -> std::ops::Range<usize> {
    let start = cells.iter().position(|cell| *cell == of).unwrap_or(0);
    let length = cells.get(start..).unwrap_or_default().iter().take_while(|cell| **cell == of).count();
    start..start + length
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// The digits in the smallest unit, of which `whole` places make the large one.
fn value(digits: &[u8], whole: u32, places: u32) -> i64 {
    let number = digits.iter().fold(0, |number, digit| number * 10 + i64::from(*digit));
    number * 10_i64.pow(whole.saturating_sub(places))
}

/// GS1 General Specifications 7.9.1, of the digits before it.
fn check_digit(digits: &[u8]) -> u8 {
    let weights = [3_u32, 1].into_iter().cycle();
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests;
