//! One line of input: a body, how to sign it, and what to sign it with.

use std::collections::HashSet;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use yima_gateway::{AppSecret, Credential, Profile, SignType, canonical, sign};
use zeroize::Zeroizing;

use super::keys::Keys;
use super::refusal::Refusal;

/// What is signed, and its signature.
pub(super) struct Signed {
    pub(super) canonical: Zeroizing<String>,
    pub(super) sign: String,
}

/// The fields as they stand, so that each is refused by its own name.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    sign_type: Option<&'a RawValue>,
    #[serde(borrow)]
    profile: Option<&'a RawValue>,
    #[serde(borrow)]
    app_secret: Option<&'a RawValue>,
    #[serde(borrow)]
    private_key_file: Option<&'a RawValue>,
}

pub(super) fn signed(line: &[u8], keys: &Keys) -> Result<Signed, Refusal> {
    let line: Line<'_> = serde_json::from_slice(line).map_err(|_| Refusal::BadLine)?;
    let body: Zeroizing<String> = Zeroizing::new(required("body", "a string", line.body)?);
    let sign_type: SignType = required("sign_type", "\"MD5\" or \"RSA\"", line.sign_type)?;
    let profile = profile(line.profile)?;
    require_no_duplicate(&body)?;
    require_sign_type(&body, sign_type)?;
    match sign_type {
        SignType::Md5 => {
            let secret: Option<Box<str>> = optional("app_secret", "a string or null", line.app_secret)?;
            let secret = SecretString::new(secret.ok_or(Refusal::SecretMissing)?);
            let text = canonical::text(&body, &profile, sign_type, Some(secret.expose_secret()))?;
            let secret = AppSecret::new(secret).map_err(|_| Refusal::SecretMissing)?;
            let sign = sign::signature(&body, &profile, &Credential::Md5(secret))?;
            Ok(Signed { canonical: text, sign })
        }
        SignType::Rsa => {
            let path: Option<String> =
                optional("private_key_file", "a string or null", line.private_key_file)?;
            let text = canonical::text(&body, &profile, sign_type, None)?;
            let key = keys.read(&path.ok_or(Refusal::KeyMissing)?)?;
            Ok(Signed { canonical: text, sign: sign::signature(&body, &profile, &key)? })
        }
    }
}

fn required<T: DeserializeOwned>(
    name: &'static str,
    expected: &'static str,
    value: Option<&RawValue>,
) -> Result<T, Refusal> {
    optional(name, expected, value)?.ok_or(Refusal::BadField { name, expected })
}

fn optional<T: DeserializeOwned>(
    name: &'static str,
    expected: &'static str,
    value: Option<&RawValue>,
) -> Result<Option<T>, Refusal> {
    // The reason may repeat the value, which may be a secret in the wrong place.
    value
        .map(|value| serde_json::from_str(value.get()))
        .transpose()
        .map_err(|_| Refusal::BadField { name, expected })
}

fn profile(value: Option<&RawValue>) -> Result<Profile, Refusal> {
    let read = value.map(|value| serde_json::from_str(value.get())).transpose();
    read.map(Option::unwrap_or_default).map_err(|error| Refusal::BadProfile { reason: error.to_string() })
}

/// A body that names another kind of signature than it gets would be refused by any gateway.
fn require_sign_type(body: &str, sign_type: SignType) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        sign_type: Option<&'a RawValue>,
    }
    let named: Named<'_> = serde_json::from_str(body).map_err(|_| Refusal::BodyNotAnObject)?;
    let same = named.sign_type.is_none_or(|named| {
        serde_json::from_str::<String>(named.get()).is_ok_and(|named| named == sign_type.name())
    });
    if same { Ok(()) } else { Err(Refusal::SignTypeDiffers) }
}

/// As deep as anybody looks; what is nested deeper keeps its bytes unseen.
const DEPTH_MAX: u8 = 32;

/// Readers of such a body do not agree on which of the two counts, so neither do two signatures.
fn require_no_duplicate(body: &str) -> Result<(), Refusal> {
    search(body, DEPTH_MAX).map_err(|Duplicate| Refusal::DuplicateKey)
}

struct Duplicate;

fn search(json: &str, depth_left: u8) -> Result<(), Duplicate> {
    let nested: Vec<&RawValue> = match json.trim_start().as_bytes().first() {
        _ if depth_left == 0 => return Ok(()),
        Some(b'{') => match serde_json::from_str::<Values<'_>>(json) {
            Ok(Values(values)) => values,
            Err(error) if error.is_data() => return Err(Duplicate),
            Err(_) => return Ok(()),
        },
        Some(b'[') => serde_json::from_str(json).unwrap_or_default(),
        _ => return Ok(()),
    };
    nested.into_iter().try_for_each(|value| search(value.get(), depth_left - 1))
}

/// The values of an object no key of which stands twice.
struct Values<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValuesVisitor).map(Self)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut keys, mut values) = (HashSet::new(), Vec::new());
        while let Some((key, value)) = map.next_entry::<String, _>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("a key stands twice"));
            }
            values.push(value);
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn md5(body: &str) -> Result<Signed, Refusal> {
        let line = serde_json::json!({"body": body, "sign_type": "MD5", "app_secret": "k"});
        signed(line.to_string().as_bytes(), &Keys::default())
    }

    proptest! {
        #[test]
        fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = signed(&line, &Keys::default());
        }

        #[test]
        fn no_body_panics(body in r#"[{}\[\]":,\\a-c0-2u.\-e ]{0,40}"#) {
            let _ = md5(&body);
        }

        #[test]
        fn a_key_that_stands_twice_at_any_depth_is_found(depth in 0..20usize, key in "[a-z]{1,5}", other in "[A-Z]{1,5}") {
            let nested = |inner: String| format!(r#"{{"n":{}{inner}{}}}"#, "[".repeat(depth), "]".repeat(depth));
            let twice = md5(&nested(format!(r#"{{"{key}":1,"{key}":{{}}}}"#)));
            prop_assert_eq!(twice.err(), Some(Refusal::DuplicateKey));
            let once = nested(format!(r#"{{"{key}":1,"{other}":{{}}}}"#));
            let expected = format!("app_sercet=k&n={}", &once[5..once.len() - 1]);
            prop_assert_eq!(md5(&once).map(|signed| signed.canonical.to_string()).ok(), Some(expected));
        }
    }
}
