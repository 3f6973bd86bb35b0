//! Promotions in parts, as a file has them; the setting has them in one text.

use serde::{Deserialize, Serialize};

use super::{Promotion, PromotionError, entries, rule_and_goods};

/// One rule in the words that [`Promotion::parse_all`] reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub name: String,
    /// Such as `over 100 off 10`.
    pub rule: String,
    /// Which goods count; all if empty.
    #[serde(default)]
    pub barcodes: Vec<String>,
}

impl Written {
    /// The parts of a text.
    ///
    /// # Errors
    /// The first entry that is no promotion.
    pub fn all(text: &str) -> Result<Vec<Self>, PromotionError> {
        Promotion::parse_all(text)?;
        Ok(entries(text).filter_map(Self::of).collect())
    }

    /// One text of all, which has just these parts.
    ///
    /// # Errors
    /// The first that is no promotion, by its name.
    pub fn joined(all: &[Self]) -> Result<String, PromotionError> {
        for one in all {
            // A name with a sign of the text's own would come back as something else.
            let parts = Self::all(&one.text())?;
            if parts != [one.tidy()] {
                return Err(PromotionError { entry: one.name.chars().take(80).collect() });
            }
        }
        let text = all.iter().map(Self::text).collect::<Vec<_>>().join("; ");
        Self::all(&text).map(|_| text)
    }

    fn of(entry: &str) -> Option<Self> {
        let (name, rest) = entry.split_once('=')?;
        let (rule, goods) = rule_and_goods(rest);
        let barcodes = goods.split_whitespace().map(str::to_owned).collect();
        Some(Self { name: name.to_owned(), rule: rule.to_owned(), barcodes }.tidy())
    }

    fn text(&self) -> String {
        let Self { name, rule, barcodes } = self.tidy();
        let goods = if barcodes.is_empty() { String::new() } else { format!(": {}", barcodes.join(" ")) };
        format!("{name} = {rule}{goods}")
    }

    fn tidy(&self) -> Self {
        Self {
            name: self.name.trim().to_owned(),
            rule: self.rule.split_whitespace().collect::<Vec<_>>().join(" "),
            barcodes: self.barcodes.iter().map(|code| code.trim().to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, rule: &str, barcodes: &[&str]) -> Written {
        let barcodes = barcodes.iter().map(|code| (*code).to_owned()).collect();
        Written { name: name.to_owned(), rule: rule.to_owned(), barcodes }
    }

    #[test]
    fn a_text_and_its_parts_are_the_same_promotions() {
        let text = "满100减10 = over  100 off 10；半价=item 2 at 50%：690123  690124\n送一 = 3 for 2: A-1;";
        let parts = Written::all(text).unwrap();
        let expected = [
            written("满100减10", "over 100 off 10", &[]),
            written("半价", "item 2 at 50%", &["690123", "690124"]),
            written("送一", "3 for 2", &["A-1"]),
        ];
        assert_eq!(parts, expected);
        let joined = Written::joined(&parts).unwrap();
        assert_eq!(Promotion::parse_all(&joined), Promotion::parse_all(text));
        assert_eq!(Written::all(&joined).unwrap(), parts);
        assert_eq!(Written::joined(&[]).as_deref(), Ok(""));
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        for one in [
            written("a; b", "over 100 off 10", &[]),
            written("a = over 1 off 1; b", "over 100 off 10", &[]),
            written("", "over 100 off 10", &[]),
            written("a", "over 100 off 10: 1", &[]),
            written("a", "over 100 off 101", &[]),
            written("a", "over 100 off 10", &["1 2"]),
            written("a", "over 100 off 10", &["1; b = 3 for 2"]),
            written("a", "over 100 off 10", &[""]),
        ] {
            assert!(Written::joined(std::slice::from_ref(&one)).is_err(), "{one:?}");
        }
        let many = vec![written("a", "3 for 2", &[]); 101];
        assert!(Written::joined(&many).is_err(), "more than there may be");
    }
}
