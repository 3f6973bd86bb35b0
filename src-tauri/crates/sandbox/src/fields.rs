//! The top level of one JSON object with every value kept exactly as it was written.
//!
//! Signatures are over the bytes as sent, so nothing below the top level may be parsed and written again.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// Names with their raw JSON, in the order of the text. No name comes twice.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.get()))
    }

    /// The raw JSON text of one field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| *own == name).map(|(_, raw)| raw)
    }

    /// Sets a field to raw JSON, in its old place if it has one.
    pub fn set_raw(&mut self, name: &str, raw: Box<RawValue>) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => *old = raw,
            None => self.0.push((name.to_owned(), raw)),
        }
    }

    /// The same fields, one more.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Self {
        match to_raw_value(&value) {
            Ok(raw) => self.set_raw(name, raw),
            Err(error) => tracing::error!(name, %error, "a field could not be written as JSON"),
        }
        self
    }

    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    /// Puts every field of `other` over this one's.
    pub(crate) fn lay_over(&mut self, other: &Self) {
        for (name, raw) in &other.0 {
            self.set_raw(name, raw.clone());
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, raw) in &self.0 {
            map.serialize_entry(name, raw)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        while let Some((name, raw)) = map.next_entry::<String, Box<RawValue>>()? {
            if fields.get(&name).is_some() {
                return Err(A::Error::custom("a name comes twice"));
            }
            fields.0.push((name, raw));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn values_stay_as_they_were_written() {
        let text = r#"{"b": 3.00,"a":[ {"z":1, "a":"\u4e2d"} ],"c":"x"}"#;
        let fields: Fields = serde_json::from_str(text).unwrap();
        assert_eq!(fields.get("b"), Some("3.00"));
        assert_eq!(fields.get("a"), Some(r#"[ {"z":1, "a":"\u4e2d"} ]"#));
        assert_eq!(
            serde_json::to_string(&fields).unwrap(),
            r#"{"b":3.00,"a":[ {"z":1, "a":"\u4e2d"} ],"c":"x"}"#
        );
    }

    #[test]
    fn a_name_that_comes_twice_is_refused() {
        assert!(serde_json::from_str::<Fields>(r#"{"a":1,"a":2}"#).is_err());
        assert!(serde_json::from_str::<Fields>(r#"{"a":1,"\u0061":2}"#).is_err());
    }

    #[test]
    fn only_an_object_will_do() {
        for text in ["[]", "1", "null", "\"x\"", "", "{", "\u{feff}{}"] {
            assert!(serde_json::from_str::<Fields>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_does_not_overflow_the_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
        assert!(serde_json::from_str::<Fields>(&deep).is_ok());
    }
}
