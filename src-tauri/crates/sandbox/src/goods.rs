//! `goods_list`: what is sold, as the request tells it.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::amount::Amount;

const BARCODE_CHARS_MAX: usize = 32;
const TITLE_CHARS_MAX: usize = 256;

/// One entry. The gateway requires none of its parts.
#[derive(Debug, Deserialize)]
pub(crate) struct Goods {
    pub(crate) barcode: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) num: Option<u64>,
    #[serde(default, deserialize_with = "read_price")]
    pub(crate) price: Option<Amount>,
}

impl Goods {
    /// num × price where both are given.
    pub(crate) fn line_total(&self) -> Option<Amount> {
        self.price?.times(self.num?)
    }
}

/// Reads the raw JSON of `goods_list`. Nothing comes of text that is not as the contract says, of barcodes and
/// titles that are too long, and of lines whose amount does not fit.
pub(crate) fn read_goods(raw: &str) -> Option<Vec<Goods>> {
    let list: Vec<Goods> = serde_json::from_str(raw).ok()?;
    let too_long = |text: &Option<String>, max| text.as_ref().is_some_and(|text| text.chars().count() > max);
    let right = list.iter().all(|goods| {
        let counted = goods.num.is_none_or(|num| num > 0);
        let fits = goods.num.is_none() || goods.price.is_none() || goods.line_total().is_some();
        !too_long(&goods.barcode, BARCODE_CHARS_MAX)
            && !too_long(&goods.title, TITLE_CHARS_MAX)
            && counted
            && fits
    });
    right.then_some(list)
}

/// Whether the lines add up to the total. A list that leaves out a quantity or a price cannot be added up.
pub(crate) fn adds_up(list: &[Goods], total: Amount) -> bool {
    if list.is_empty() || list.iter().any(|goods| goods.num.is_none() || goods.price.is_none()) {
        return true;
    }
    let sum = list.iter().try_fold(Amount::ZERO, |sum, goods| sum.plus(goods.line_total()?));
    sum == Some(total)
}

/// The amount in a raw JSON string or number, its digits as they were written.
pub(crate) fn amount_of(raw: &str) -> Option<Amount> {
    if raw.starts_with('"') {
        return Amount::parse(&serde_json::from_str::<String>(raw).ok()?);
    }
    Amount::parse(raw)
}

fn read_price<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Amount>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    if raw.get() == "null" {
        return Ok(None);
    }
    amount_of(raw.get()).map(Some).ok_or_else(|| serde::de::Error::custom("price is not an exact amount"))
}

#[cfg(test)]
mod tests {
    use super::{adds_up, read_goods};
    use crate::amount::Amount;

    fn fits(raw: &str, total: &str) -> bool {
        adds_up(&read_goods(raw).unwrap(), Amount::parse(total).unwrap())
    }

    #[test]
    fn lines_add_up_to_the_total() {
        let two = r#"[{"title":"可乐","num":2,"price":3.00},{"num":1,"price":"5"}]"#;
        assert!(fits(two, "11.00"));
        assert!(!fits(two, "11.01"));
        assert!(fits(r#"[{"num":2},{"num":1,"price":5.00}]"#, "99.00"), "no price: nothing to add up");
        assert!(fits("[]", "1.00"));
    }

    #[test]
    fn malformed_lists_are_refused() {
        let long_title = format!(r#"[{{"title":"{}"}}]"#, "中".repeat(257));
        let long_barcode = format!(r#"[{{"barcode":"{}"}}]"#, "1".repeat(33));
        for raw in [
            "{}",
            "\"x\"",
            "[1]",
            r#"[{"num":1.5}]"#,
            r#"[{"num":0}]"#,
            r#"[{"num":-1}]"#,
            r#"[{"num":"2"}]"#,
            r#"[{"price":1.005}]"#,
            r#"[{"price":1e2}]"#,
            r#"[{"price":-1}]"#,
            r#"[{"barcode":6901}]"#,
            r#"[{"num":18446744073709551615,"price":9}]"#,
            &long_title,
            &long_barcode,
        ] {
            assert!(read_goods(raw).is_none(), "{raw}");
        }
        assert!(read_goods(&format!(r#"[{{"title":"{}"}}]"#, "中".repeat(256))).is_some());
    }
}
