//! Hiding secrets in text that others wrote, however often it was quoted inside another text.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::Credential;

const MASK: &str = "***";
/// Fields whose values are hidden wherever they stand, even if they are not ours.
const NAMES: [&str; 4] = ["sign", "app_sercet", "app_secret", "pay_code"];
/// How often a text may be quoted inside another.
const MAX_LEVELS: usize = 4;

/// What a gateway in trouble may repeat, and nobody else is to read.
pub(crate) struct Hidden(Vec<Zeroizing<String>>);

impl Hidden {
    pub(crate) fn new(credential: &Credential, signature: String, pay_code: Option<String>) -> Self {
        let secret = match credential {
            Credential::Md5(secret) => Some(secret.expose().to_ascii_lowercase()),
            Credential::Rsa(_) => None,
        };
        let others = [Some(signature), pay_code].into_iter().flatten();
        let lower = others.map(|mut text| {
            text.make_ascii_lowercase();
            text
        });
        Self(secret.into_iter().chain(lower).filter(|text| !text.is_empty()).map(Zeroizing::new).collect())
    }

    /// The text with `***` for all that is hidden: also where it is escaped, as `\/`, `\u003d` or `\\u003d`, and whatever
    /// the case of its letters.
    pub(crate) fn masked(&self, text: &str) -> String {
        let mut ranges = Vec::new();
        let mut plain = Plain::new(text);
        for _ in 0..MAX_LEVELS {
            ranges.extend(self.found(&plain));
            let Some(inner) = plain.unescaped() else { break };
            plain = inner;
        }
        ranges.extend(self.found(&plain));
        ranges.sort_unstable_by_key(|range| range.start);
        without(text, &ranges)
    }

    /// The places of the original that say what is hidden.
    fn found(&self, plain: &Plain) -> Vec<Range<usize>> {
        let lower = plain.text.to_ascii_lowercase();
        let ours = self.0.iter().flat_map(|value| lower.match_indices(value.as_str()));
        let ours = ours.map(|(at, value)| at..at + value.len());
        let named = NAMES.iter().flat_map(|name| lower.match_indices(name));
        let named = named.filter_map(|(at, name)| value_of(&lower, at, name));
        ours.chain(named).filter_map(|range| plain.origin_of(range)).collect()
    }
}

/// A text, and where in the original each of its bytes comes from.
struct Plain {
    text: Zeroizing<String>,
    origin: Vec<Range<usize>>,
}

impl Plain {
    fn new(text: &str) -> Self {
        let origin = (0..text.len()).map(|at| at..at + 1).collect();
        Self { text: Zeroizing::new(text.to_owned()), origin }
    }

    /// One level of JSON escapes less; `None` where there are none.
    fn unescaped(&self) -> Option<Self> {
        let mut inner =
            Self { text: Zeroizing::new(String::with_capacity(self.text.len())), origin: Vec::new() };
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            let (c, length) = escape_at(&self.text[at..]).unwrap_or((c, c.len_utf8()));
            let origin = self.origin_of(at..at + length)?;
            inner.text.push(c);
            inner.origin.resize(inner.text.len(), origin);
            at += length;
        }
        (inner.text.len() < self.text.len()).then_some(inner)
    }

    fn origin_of(&self, range: Range<usize>) -> Option<Range<usize>> {
        let places = self.origin.get(range)?;
        Some(places.first()?.start..places.last()?.end)
    }
}

/// The character that an escape at the beginning of `text` stands for, and the escape's length.
fn escape_at(text: &str) -> Option<(char, usize)> {
    let c = match text.strip_prefix('\\')?.chars().next()? {
        'u' => return unicode_escape(text),
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c @ ('"' | '\\' | '/') => c,
        _ => return None,
    };
    Some((c, 2))
}

/// `\u003d`, or a pair of them.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0)?, unit(6).unwrap_or_default()];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((c, 6 * c.len_utf16()))
}

/// Where the value of the field `name` at `at` stands: `"sign":"…"`, `sign=…`, `sign: …`.
fn value_of(text: &str, at: usize, name: &str) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text[..at].ends_with(is_word) {
        return None;
    }
    let rest = &text[at + name.len()..];
    let value = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix([':', '='])?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = quote.map_or(value, |_| &value[1..]);
    let end = value.find(|c: char| match quote {
        Some(quote) => c == quote,
        None => c.is_whitespace() || matches!(c, '&' | ',' | ';' | '"' | '\'' | '}' | ']' | ')'),
    });
    let start = text.len() - value.len();
    Some(start..start + end.unwrap_or(value.len())).filter(|range| !range.is_empty())
}

/// `text` with the mask for each of the ranges, which are sorted by their beginning and may overlap.
fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        if range.start >= at {
            shown.push_str(&text[at..range.start]);
            shown.push_str(MASK);
        }
        at = at.max(range.end);
    }
    shown.push_str(&text[at..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppSecret;
    use proptest::prelude::*;
    use secrecy::SecretString;

    const SECRET: &str = "Can+ary/se\"cret=";

    fn hidden() -> Hidden {
        let credential = Credential::Md5(AppSecret::new(SecretString::from(SECRET)).unwrap());
        Hidden::new(&credential, "MkJF=".to_owned(), Some("134567890123456789".to_owned()))
    }

    /// As a JSON string inside a JSON string, as often as told.
    fn quoted(text: &str, levels: usize) -> String {
        (0..levels).fold(text.to_owned(), |text, _| serde_json::to_string(&text).unwrap())
    }

    #[test]
    fn what_is_hidden_is_hidden_in_every_form() {
        let check = |text: &str, shown: &str| assert_eq!(hidden().masked(text), shown, "{text}");
        check(&format!("可{SECRET}乐"), "可***乐");
        check(&format!("{SECRET}{SECRET}"), "******");
        check("134567890123456789 MkJF= mkjf=", "*** *** ***");
        check(r#"{"msg":"Can+ary\/se\"cret\u003d."}"#, r#"{"msg":"***."}"#);
        check(r"\u0043an+ary/se\u0022cret\u003D", "***");
        check(r#"{"msg":"{\"a\":\"Can+ary\\/se\\\"cret\\u003d\"}"}"#, r#"{"msg":"{\"a\":\"***\"}"}"#);
        check(
            "nothing to hide, \\ \\u00 \\ud83d \\ud83d\\ude00 \\x",
            "nothing to hide, \\ \\u00 \\ud83d \\ud83d\\ude00 \\x",
        );
        check("", "");
    }

    #[test]
    fn fields_that_are_secret_by_their_name() {
        let check = |text: &str, shown: &str| assert_eq!(hidden().masked(text), shown, "{text}");
        check(
            r#"{"sign":"ABC","sign_type":"MD5","design":"x"}"#,
            r#"{"sign":"***","sign_type":"MD5","design":"x"}"#,
        );
        check("expected sign=ABC&x=1, app_secret = other", "expected sign=***&x=1, app_secret = ***");
        check(r#"{"msg":"{\"pay_code\":\"28\",\"x\":1}"}"#, r#"{"msg":"{\"pay_code\":\"***\",\"x\":1}"}"#);
        check(r#"{"sign":"","pay_code":28}"#, r#"{"sign":"","pay_code":***}"#);
        check("sign", "sign");
        check("sign:", "sign:");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(\\PC|[\\u"0-9a-f:=]|sign){0,40}"#) {
            hidden().masked(&text);
        }

        #[test]
        fn no_quoting_shows_it(before in "\\PC{0,10}", after in "\\PC{0,10}", levels in 0..=MAX_LEVELS) {
            let text = quoted(&format!("{before}{SECRET}{after}"), levels);
            let shown = hidden().masked(&text);
            let secret = quoted(SECRET, levels);
            prop_assert!(!shown.contains(secret.trim_matches(['"', '\\'])), "{}", shown);
            prop_assert!(!shown.contains("ary"), "{}", shown);
        }
    }
}
