//! One level of a JSON object: its fields in order, their values' bytes untouched.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(crate) struct Fields<'a>(Vec<(String, &'a RawValue)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FieldsError {
    #[error("not a JSON object")]
    NotAnObject,
    #[error("a key stands twice in one JSON object")]
    DuplicateKey,
}

impl<'a> Fields<'a> {
    pub(crate) const EMPTY: Self = Self(Vec::new());

    pub(crate) fn parse(text: &'a str) -> Result<Self, FieldsError> {
        let fields: Self = serde_json::from_str(text).map_err(|_| FieldsError::NotAnObject)?;
        let mut seen = HashSet::with_capacity(fields.0.len());
        if fields.iter().all(|(key, _)| seen.insert(key)) {
            Ok(fields)
        } else {
            Err(FieldsError::DuplicateKey)
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }

    /// The value of a field that is there and not `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.iter().find(|(key, value)| *key == name && value.get() != "null").map(|(_, value)| value)
    }

    /// The text of a string or the digits of a number.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(scalar)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(Self)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// A string's text, a number's digits; `None` for everything else.
pub(crate) fn scalar(value: &RawValue) -> Option<String> {
    let raw = value.get();
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

/// How deep objects and arrays are nested in a valid JSON text.
pub(crate) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_bytes() {
        let fields = Fields::parse(r#" {"b": [1, 2.50 ],"a":"x\ty","n":null,"\u0063":-1.0} "#).unwrap();
        let seen: Vec<_> = fields.iter().map(|(key, value)| (key, value.get())).collect();
        assert_eq!(seen, [("b", "[1, 2.50 ]"), ("a", r#""x\ty""#), ("n", "null"), ("c", "-1.0")]);
        assert_eq!(fields.get("a").and_then(scalar), Some("x\ty".to_owned()));
        assert_eq!(fields.get("c").and_then(scalar), Some("-1.0".to_owned()));
        assert_eq!(fields.get("b").and_then(scalar), None);
        assert!(fields.get("n").is_none());
    }

    #[test]
    fn only_whole_objects_without_doubles_are_taken() {
        for text in
            ["", "[]", "1", "null", "{", "{}x", "{\"a\":}", "\u{feff}{}", "{\"a\":NaN}", "{\"a\":1,}", "{\0}"]
        {
            assert_eq!(Fields::parse(text).err(), Some(FieldsError::NotAnObject), "{text:?}");
        }
        assert_eq!(Fields::parse(r#"{"a":1,"\u0061":2}"#).err(), Some(FieldsError::DuplicateKey));
    }

    #[test]
    fn depth_ignores_what_is_text() {
        let check = |text: &str, expected| assert_eq!(depth(text), expected, "{text}");
        check("1", 0);
        check("{}", 1);
        check(r#"{"a":[{"b":"[[[[\"[["}],"c":[]}"#, 3);
        check(r#"["\\",[]]"#, 2);
    }
}
