//! What is taken off by hand, and how a sum is rounded and spread over lines. Whole fen throughout.

use serde::{Deserialize, Serialize};

use crate::Fen;
use crate::cart::CartError;

/// Taken off a line or an order by somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    Amount(Fen),
    Percent(Permille),
}

/// A part of a thousand: 1 to 1,000. Of a discount it is what is taken off: 九折 is 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Permille(u16);

impl Permille {
    pub fn new(permille: u32) -> Result<Self, CartError> {
        match u16::try_from(permille) {
            Ok(part) if (1..=1_000).contains(&part) => Ok(Self(part)),
            _ => Err(CartError::DiscountOutOfRange),
        }
    }

    #[must_use]
    pub fn get(self) -> u32 {
        u32::from(self.0)
    }

    /// This part of an amount that is not below zero, rounded half up.
    #[must_use]
    pub fn of(self, amount: Fen) -> Fen {
        part(amount, i128::from(self.0), 1_000)
    }
}

impl TryFrom<u32> for Permille {
    type Error = CartError;

    fn try_from(permille: u32) -> Result<Self, CartError> {
        Self::new(permille)
    }
}

impl From<Permille> for u32 {
    fn from(permille: Permille) -> Self {
        permille.get()
    }
}

impl Discount {
    /// What is taken off `amount`: never more than there is.
    #[must_use]
    pub fn of(self, amount: Fen) -> Fen {
        let off = match self {
            Self::Amount(off) => off,
            Self::Percent(permille) => permille.of(amount),
        };
        off.clamp(Fen::ZERO, amount.max(Fen::ZERO))
    }
}

/// How the total of an order is rounded in the customer's favour (抹零).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    #[default]
    None,
    /// Down to a tenth of a yuan.
    Jiao,
    /// Down to a yuan.
    Yuan,
}

impl Rounding {
    /// What is taken off. A total that would be nothing left is not rounded.
    #[must_use]
    pub fn of(self, total: Fen) -> Fen {
        let step = match self {
            Self::None => return Fen::ZERO,
            Self::Jiao => 10,
            Self::Yuan => 100,
        };
        if total.get() < step { Fen::ZERO } else { Fen::new(total.get() % step) }
    }
}

/// Shares `off` out over amounts, in proportion to them and to the fen: each gets the whole fen of its share, and what is
/// left goes, a fen each, to those whose share was cut most; of equal ones to the earlier. No share is more than its
/// amount, and together they are `off`, which must not be more than all amounts together.
#[must_use]
pub fn spread(off: Fen, over: &[Fen]) -> Vec<Fen> {
    let sum: i128 = over.iter().map(|amount| i128::from(amount.get())).sum();
    if sum <= 0 || !off.is_positive() {
        return vec![Fen::ZERO; over.len()];
    }
    let shares: Vec<(i128, i128)> = over
        .iter()
        .map(|amount| i128::from(off.get()) * i128::from(amount.get()))
        .map(|share| (share / sum, share % sum))
        .collect();
    let left = i128::from(off.get()) - shares.iter().map(|(whole, _)| whole).sum::<i128>();
    let mut cut_most: Vec<usize> = (0..over.len()).collect();
    cut_most.sort_by_key(|at| std::cmp::Reverse(shares[*at].1));
    let mut spread: Vec<Fen> = shares.iter().map(|(whole, _)| fen(*whole)).collect();
    for at in cut_most.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        spread[at] = Fen::new(spread[at].get().saturating_add(1));
    }
    spread
}

/// `amount` times `by` over `of`, rounded half up.
pub(crate) fn part(amount: Fen, by: i128, of: i128) -> Fen {
    fen((i128::from(amount.get()) * by * 2 + of) / (of * 2))
}

fn fen(amount: i128) -> Fen {
    Fen::new(i64::try_from(amount).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amounts(list: &[i64]) -> Vec<Fen> {
        list.iter().copied().map(Fen::new).collect()
    }

    #[test]
    fn takes_off_what_was_said_and_never_more_than_there_is() {
        let percent = |permille| Discount::Percent(Permille::new(permille).unwrap());
        assert_eq!(percent(100).of(Fen::new(995)), Fen::new(100), "99.5 fen");
        assert_eq!(percent(1_000).of(Fen::new(995)), Fen::new(995));
        assert_eq!(percent(333).of(Fen::new(1)), Fen::ZERO);
        assert_eq!(Discount::Amount(Fen::new(300)).of(Fen::new(995)), Fen::new(300));
        assert_eq!(Discount::Amount(Fen::new(1_000)).of(Fen::new(995)), Fen::new(995));
        for wrong in [0, 1_001, 70_000] {
            assert_eq!(Permille::new(wrong), Err(CartError::DiscountOutOfRange));
        }
    }

    #[test]
    fn rounds_down_but_not_to_nothing() {
        let off = |rounding: Rounding, total| rounding.of(Fen::new(total)).get();
        assert_eq!(off(Rounding::None, 1_289), 0);
        assert_eq!(off(Rounding::Jiao, 1_289), 9);
        assert_eq!(off(Rounding::Yuan, 1_289), 89);
        assert_eq!(off(Rounding::Yuan, 1_200), 0);
        assert_eq!(off(Rounding::Jiao, 9), 0);
        assert_eq!(off(Rounding::Yuan, 99), 0);
        assert_eq!(off(Rounding::Yuan, 100), 0);
    }

    #[test]
    fn what_is_left_goes_to_those_cut_most_and_first() {
        assert_eq!(spread(Fen::new(100), &amounts(&[100, 100, 100])), amounts(&[34, 33, 33]));
        assert_eq!(spread(Fen::new(10), &amounts(&[1, 1, 998])), amounts(&[0, 0, 10]));
        assert_eq!(spread(Fen::new(5), &amounts(&[0, 3, 2])), amounts(&[0, 3, 2]));
        assert_eq!(spread(Fen::ZERO, &amounts(&[3, 4])), amounts(&[0, 0]));
        assert_eq!(spread(Fen::new(1), &amounts(&[0, 0])), amounts(&[0, 0]));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_share_is_more_than_its_amount(
            over in prop::collection::vec(0i64..=999_999_999, 1..60), permille in 0i128..=1_000,
        ) {
            let over = amounts(&over);
            let sum = Fen::checked_sum(over.iter().copied()).unwrap();
            let off = fen(i128::from(sum.get()) * permille / 1_000);
            let shares = spread(off, &over);
            prop_assert_eq!(Fen::checked_sum(shares.iter().copied()), Some(off));
            for (share, amount) in shares.iter().zip(&over) {
                prop_assert!((Fen::ZERO..=*amount).contains(share));
                // Within a fen of the exact share.
                let exact = i128::from(off.get()) * i128::from(amount.get());
                let given = i128::from(share.get()) * i128::from(sum.get());
                prop_assert!((exact - given).abs() < i128::from(sum.get().max(1)));
            }
            prop_assert_eq!(shares, spread(off, &over));
        }
    }
}
