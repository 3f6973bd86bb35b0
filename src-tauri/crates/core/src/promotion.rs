//! What the shop takes off by itself: 满减, the n-th piece at less, n for the price of m.
//!
//! A rule is about the goods it names, or all. It leaves alone what somebody changed by hand: lines with a discount or
//! another price than the catalogue's. Rules about pieces go first, in their order, and each line counts for one of them;
//! of those about a sum, only the one that takes off most is applied, to what is left of its lines.

mod written;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::discount::spread;
use crate::{Barcode, Fen, Line, Permille};

pub use written::Written;

/// One rule, under the name that people are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    /// 1 to 40 characters.
    pub name: String,
    pub rule: Rule,
    /// Which goods count; all if empty.
    pub goods: BTreeSet<Barcode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Of each full group of so many pieces, the cheapest ones cost less.
    Group { pieces: u32, reduced: u32, off: Permille },
    /// Whoever spends so much gets that much off, once or each time.
    Sum { over_fen: Fen, off_fen: Fen, each_time: bool },
}

/// A rule that took something off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub name: String,
    pub off_fen: Fen,
}

/// The text is no list of promotions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is no promotion")]
pub struct PromotionError {
    /// Cut to 80 characters.
    pub entry: String,
}

/// The most rules there may be.
const MAX_RULES: usize = 100;
const MAX_NAME_CHARS: usize = 40;
const MAX_GROUP: u32 = 99;

impl Promotion {
    /// Reads a list with semicolons between: `满100减10 = over 100 off 10; 半价 = item 2 at 50%: 690123 690124`.
    /// The rules are `over A off B`, `every A off B`, `item N at P%` (what the N-th costs) and `N for M`; barcodes after a
    /// colon say which goods count.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, PromotionError> {
        let rules: Vec<Self> = entries(text)
            .map(|entry| {
                let refused = || PromotionError { entry: entry.chars().take(80).collect() };
                Self::parse(entry).ok_or_else(refused)
            })
            .collect::<Result<_, _>>()?;
        match rules.get(MAX_RULES) {
            Some(beyond) => Err(PromotionError { entry: beyond.name.clone() }),
            None => Ok(rules),
        }
    }

    fn parse(entry: &str) -> Option<Self> {
        let (name, rest) = entry.split_once('=')?;
        let (rule, goods) = rule_and_goods(rest);
        let name = name.trim();
        let is_name =
            (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.contains(char::is_control);
        let goods: Option<BTreeSet<Barcode>> =
            goods.split_whitespace().map(|code| Barcode::parse(code).ok()).collect();
        let goods = goods.filter(|goods| goods.is_empty() != rest.contains([':', '：']))?;
        let rule = Rule::parse(rule)?;
        is_name.then(|| Self { name: name.to_owned(), rule, goods })
    }

    fn is_about(&self, line: &Line) -> bool {
        line.is_untouched() && (self.goods.is_empty() || self.goods.contains(&line.barcode))
    }
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}

fn rule_and_goods(rest: &str) -> (&str, &str) {
    rest.split_once([':', '：']).unwrap_or((rest, ""))
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [when @ ("over" | "every"), over, "off", off] => {
                let (over_fen, off_fen) = (Fen::parse(over).ok()?, Fen::parse(off).ok()?);
                let makes_sense = off_fen.is_positive() && off_fen <= over_fen && over_fen <= Fen::MAX_ORDER;
                makes_sense.then_some(Self::Sum { over_fen, off_fen, each_time: *when == "every" })
            }
            ["item", nth, "at", percent] => {
                let percent: u32 = percent.strip_suffix('%')?.parse().ok()?;
                let off = Permille::new(100_u32.checked_sub(percent)?.checked_mul(10)?).ok()?;
                Some(Self::Group { pieces: group(nth)?, reduced: 1, off })
            }
            [pieces, "for", paid] => {
                let (pieces, paid): (u32, u32) = (group(pieces)?, paid.parse().ok()?);
                let reduced = pieces.checked_sub(paid).filter(|reduced| (1..pieces).contains(reduced))?;
                Some(Self::Group { pieces, reduced, off: Permille::new(1_000).ok()? })
            }
            _ => None,
        }
    }
}

fn group(text: &str) -> Option<u32> {
    text.parse().ok().filter(|pieces| (2..=MAX_GROUP).contains(pieces))
}

/// What `promotions` take off each line, and which of them did. No line gets more off than it comes to.
#[must_use]
pub(crate) fn apply(promotions: &[Promotion], lines: &[Line]) -> (Vec<Fen>, Vec<Applied>) {
    let mut off = vec![Fen::ZERO; lines.len()];
    let mut applied = Vec::new();
    let mut counted = vec![false; lines.len()];
    for promotion in promotions {
        let Rule::Group { pieces, reduced, off: part } = promotion.rule else { continue };
        let free = (0..lines.len()).filter(|at| !counted[*at] && promotion.is_about(&lines[*at]));
        let group = Group { pieces: pieces.into(), reduced: reduced.into(), off: part };
        let taken = group.taken(lines, free.collect());
        let sum: Fen = taken.iter().map(|(_, taken)| *taken).sum();
        if !sum.is_positive() {
            continue;
        }
        for (at, taken) in taken {
            (off[at], counted[at]) = (taken, true);
        }
        applied.push(Applied { name: promotion.name.clone(), off_fen: sum });
    }
    let sums = promotions.iter().filter_map(|promotion| Some((promotion, by_sum(promotion, lines, &off)?)));
    // Of equal ones the first.
    let best = sums.reduce(|best, next| if next.1.1 > best.1.1 { next } else { best });
    if let Some((promotion, (places, sum))) = best {
        let left: Vec<Fen> = places.iter().map(|at| left_of(&lines[*at], off[*at])).collect();
        for (at, share) in places.into_iter().zip(spread(sum, &left)) {
            off[at] = [off[at], share].into_iter().sum();
        }
        applied.push(Applied { name: promotion.name.clone(), off_fen: sum });
    }
    (off, applied)
}

struct Group {
    pieces: u64,
    reduced: u64,
    off: Permille,
}

impl Group {
    /// What is taken off each line that has pieces in a full group: dear pieces first, the cheapest of each group reduced.
    fn taken(&self, lines: &[Line], mut places: Vec<usize>) -> Vec<(usize, Fen)> {
        places.retain(|at| lines[*at].weighed.is_none());
        places.sort_by_key(|at| std::cmp::Reverse(lines[*at].price_fen));
        let count = |at: &usize| u64::from(lines[*at].quantity.get());
        let all: u64 = places.iter().map(count).sum();
        let grouped = all - all % self.pieces;
        let mut before = 0;
        let mut taken = Vec::new();
        for at in places {
            let after = before + count(&at);
            if before < grouped {
                let reduced = self.reduced_within(after.min(grouped)) - self.reduced_within(before);
                let each = lines[at].price_fen.map_or(Fen::ZERO, |price| self.off.of(price));
                let sum = u32::try_from(reduced).ok().and_then(|reduced| each.checked_mul(reduced));
                taken.push((at, sum.unwrap_or(Fen::ZERO)));
            }
            before = after;
        }
        taken
    }

    /// How many of the first so many pieces are reduced ones.
    fn reduced_within(&self, pieces: u64) -> u64 {
        let full_price = self.pieces - self.reduced;
        pieces / self.pieces * self.reduced + (pieces % self.pieces).saturating_sub(full_price)
    }
}

/// The lines that a rule about a sum counts, and what it takes off them together.
fn by_sum(promotion: &Promotion, lines: &[Line], off: &[Fen]) -> Option<(Vec<usize>, Fen)> {
    let Rule::Sum { over_fen, off_fen, each_time } = promotion.rule else { return None };
    let places: Vec<usize> = (0..lines.len()).filter(|at| promotion.is_about(&lines[*at])).collect();
    let sum: Fen = places.iter().map(|at| left_of(&lines[*at], off[*at])).sum();
    let times = sum.get().checked_div(over_fen.get())?;
    let times = if each_time { times } else { times.min(1) };
    let taken = off_fen.checked_mul(u32::try_from(times).ok()?)?;
    taken.is_positive().then_some((places, taken.min(sum)))
}

fn left_of(line: &Line, off: Fen) -> Fen {
    line.gross_fen().checked_sub(off).unwrap_or(Fen::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bill, Discount, LineId, PriceRules, Product, Quantity};

    fn line(id: u32, code: &str, price: i64, pieces: u32) -> Line {
        let product = Product {
            barcode: Barcode::parse(code).unwrap(),
            title: code.to_owned(),
            price_fen: Fen::new(price),
        };
        Line::of_product(LineId(id), &product, Quantity::new(pieces).unwrap())
    }

    fn off(rules: &str, lines: &[Line]) -> (Vec<i64>, Vec<(String, i64)>) {
        let (off, applied) = apply(&Promotion::parse_all(rules).unwrap(), lines);
        let applied = applied.into_iter().map(|applied| (applied.name, applied.off_fen.get())).collect();
        (off.into_iter().map(Fen::get).collect(), applied)
    }

    fn named(name: &str, fen: i64) -> Vec<(String, i64)> {
        vec![(name.to_owned(), fen)]
    }

    #[test]
    fn the_nth_piece_costs_less_and_it_is_the_cheapest() {
        let half = "半价 = item 2 at 50%: 1 2";
        let lines = [line(0, "1", 300, 1), line(1, "9", 100, 5), line(2, "2", 501, 2)];
        // 5.01 and 5.01, then 3.00 alone: half of 5.01 is 2.505, half up.
        assert_eq!(off(half, &lines), (vec![0, 0, 251], named("半价", 251)));
        let lines = [line(0, "1", 300, 2), line(2, "2", 501, 2)];
        assert_eq!(off(half, &lines), (vec![150, 251], named("半价", 401)));
        let lines = [line(0, "1", 300, 1), line(2, "2", 501, 1)];
        assert_eq!(off(half, &lines), (vec![150, 0], named("半价", 150)), "the cheaper one");
        assert_eq!(off(half, &[line(0, "1", 300, 1)]), (vec![0], vec![]));
    }

    #[test]
    fn three_for_two_gives_the_cheapest_of_each_three() {
        let free = "买二送一 = 3 for 2";
        assert_eq!(off(free, &[line(0, "1", 300, 7)]), (vec![600], named("买二送一", 600)));
        let lines = [line(0, "1", 100, 2), line(1, "2", 900, 4)];
        assert_eq!(off(free, &lines), (vec![100, 900], named("买二送一", 1_000)));
    }

    #[test]
    fn of_those_about_a_sum_the_best_one_counts_once_or_each_time() {
        let tiers = "a = over 100 off 10; b = over 200 off 30; c = over 999 off 99";
        assert_eq!(off(tiers, &[line(0, "1", 9_999, 1)]), (vec![0], vec![]));
        assert_eq!(off(tiers, &[line(0, "1", 10_000, 1)]), (vec![1_000], named("a", 1_000)));
        assert_eq!(off(tiers, &[line(0, "1", 10_000, 3)]), (vec![3_000], named("b", 3_000)));
        let each = "d = every 50 off 5.5";
        assert_eq!(off(each, &[line(0, "1", 4_000, 3)]), (vec![1_100], named("d", 1_100)));
    }

    #[test]
    fn sums_are_of_what_rules_about_pieces_left_and_a_line_counts_for_one_of_those() {
        let lines = [line(0, "1", 5_000, 2), line(1, "2", 3_000, 1)];
        let rules = "a = item 2 at 50%: 1; b = 2 for 1; c = over 100 off 10";
        let applied = vec![("a".to_owned(), 2_500), ("c".to_owned(), 1_000)];
        // 75.00 and 30.00 are left; 10.00 is shared out 7.14 to 2.86.
        assert_eq!(off(rules, &lines), (vec![2_500 + 714, 286], applied));
    }

    #[test]
    fn what_somebody_changed_by_hand_is_left_alone() {
        let changed = Line { discount: Some(Discount::Amount(Fen::new(1))), ..line(0, "1", 300, 9) };
        let dearer = Line { price_fen: Some(Fen::new(400)), ..line(1, "2", 300, 9) };
        let rules = "a = 3 for 2; b = over 1 off 1";
        assert_eq!(off(rules, &[changed.clone(), dearer]), (vec![0, 0], vec![]));
        let prices = PriceRules { promotions: Promotion::parse_all(rules).unwrap(), ..PriceRules::default() };
        let bill = Bill::of(&[changed, line(1, "2", 300, 3)], None, &prices);
        // 27.00 less 0.01, and 9.00 less a free one and 1.00.
        assert_eq!((bill.lines_off_fen, bill.total_fen), (Fen::new(401), Fen::new(3_199)));
    }

    #[test]
    fn lists_are_read_or_refused_with_the_entry() {
        let read =
            Promotion::parse_all("满减 = over 100 off 10；\n\n 半价 = item 3 at 0%：6901 6902;").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[1].name.as_str(), read[1].goods.len()), ("半价", 2));
        for wrong in [
            "over 100 off 10",
            "= over 100 off 10",
            "a = over 10 off 100",
            "a = over 0 off 0",
            "a = every 1e3 off 1",
            "a = item 1 at 50%",
            "a = item 2 at 100%",
            "a = item 2 at -5%",
            "a = item 2 at 50",
            "a = 2 for 2",
            "a = 2 for 0",
            "a = 100 for 99",
            "a = 3 for 2:",
            "a = 3 for 2: 可乐",
            "a = 3 for 2: x y\u{1}",
        ] {
            let error = Promotion::parse_all(&format!("b = 3 for 2; {wrong}")).unwrap_err();
            assert_eq!(error.entry, wrong, "{wrong}");
        }
        assert!(Promotion::parse_all(&"a = 3 for 2;".repeat(100)).is_ok());
        assert!(Promotion::parse_all(&"a = 3 for 2;".repeat(101)).is_err());
    }
}
