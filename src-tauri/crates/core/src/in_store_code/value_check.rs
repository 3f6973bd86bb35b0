//! The check digit of a price or a weight within a code: GS1 General Specifications 7.9.3 to 7.9.5.

type Weighting = [u8; 10];

const TWO_MINUS: Weighting = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
const THREE: Weighting = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];
const FIVE_PLUS: Weighting = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
const FIVE_MINUS: Weighting = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];

/// Of four or five digits; `None` of any others.
pub(super) fn digit(value: &[u8]) -> Option<u8> {
    match value.len() {
        4 => Some(sum(value, &[TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS]) * 3 % 10),
        5 => {
            let sum = sum(value, &[FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS]);
            let missing = (10 - sum % 10) % 10;
            (0..10).find(|digit| weighed(&FIVE_MINUS, *digit) == missing)
        }
        _ => None,
    }
}

fn sum(value: &[u8], weightings: &[Weighting]) -> u8 {
    value.iter().zip(weightings).map(|(digit, weighting)| weighed(weighting, *digit)).sum()
}

fn weighed(weighting: &Weighting, digit: u8) -> u8 {
    weighting.get(usize::from(digit)).copied().unwrap_or(0)
}
