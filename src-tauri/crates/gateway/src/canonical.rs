//! The text that is signed.

use zeroize::Zeroizing;

use crate::fields::{Fields, FieldsError, scalar};
use crate::{Profile, SignType};

/// Why a body has no text to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    #[error("the body is not one JSON object")]
    NotAnObject,
    #[error("a key stands twice in the body")]
    DuplicateKey,
    #[error("a string in the body is not valid Unicode")]
    BadString,
    #[error("signing with MD5 needs the application secret")]
    SecretMissing,
    #[error("the body has a field named like the application secret")]
    SecretInBody,
}

/// The fields of `body` as `key=value` joined by `&`, keys in byte order.
///
/// Left out are `sign`, empty values, and `sign_type` where the profile says so. Strings stand unescaped, numbers as
/// their digits, objects and arrays as their bytes. With MD5 the `secret` is one of the fields; with RSA it is not used.
pub fn text(
    body: &str,
    profile: &Profile,
    sign_type: SignType,
    secret: Option<&str>,
) -> Result<Zeroizing<String>, CanonicalError> {
    of_fields(&Fields::parse(body)?, profile, sign_type, secret)
}

pub(crate) fn of_fields(
    fields: &Fields<'_>,
    profile: &Profile,
    sign_type: SignType,
    secret: Option<&str>,
) -> Result<Zeroizing<String>, CanonicalError> {
    let mut parts = Vec::new();
    for (key, value) in fields.iter() {
        let unsigned = key == "sign" || (key == "sign_type" && !profile.sign_type_signed);
        if unsigned || matches!(value.get(), "null" | "\"\"") {
            continue;
        }
        let text = if value.get().starts_with('"') {
            scalar(value).ok_or(CanonicalError::BadString)?
        } else {
            value.get().to_owned()
        };
        parts.push((key, Zeroizing::new(text)));
    }
    if sign_type == SignType::Md5 {
        let key = profile.secret_key.name();
        if fields.iter().any(|(other, _)| other == key) {
            return Err(CanonicalError::SecretInBody);
        }
        let secret = secret.ok_or(CanonicalError::SecretMissing)?;
        parts.push((key, Zeroizing::new(secret.to_owned())));
    }
    parts.sort_unstable_by_key(|(key, _)| *key);
    Ok(joined(&parts))
}

fn joined(parts: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
    // Room for all at once: growing would leave copies of the secret behind.
    let bytes = parts.iter().map(|(key, value)| key.len() + value.len() + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(bytes));
    for (key, value) in parts {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(key);
        text.push('=');
        text.push_str(value);
    }
    text
}

impl From<FieldsError> for CanonicalError {
    fn from(error: FieldsError) -> Self {
        match error {
            FieldsError::NotAnObject => Self::NotAnObject,
            FieldsError::DuplicateKey => Self::DuplicateKey,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rsa(body: &str) -> Result<String, CanonicalError> {
        text(body, &Profile::default(), SignType::Rsa, None).map(|text| text.to_string())
    }

    #[test]
    fn every_kind_of_value() {
        let check = |body: &str, expected: &str| assert_eq!(rsa(body).as_deref(), Ok(expected), "{body}");
        check("{}", "");
        check(r#"{"b":"2","a":"1","B":"0"}"#, "B=0&a=1&b=2");
        check(r#"{"a":"","b":null,"c":0,"sign":"x"}"#, "c=0");
        check(r#"{"n":3.00,"m":-1,"t":true,"e":1E5}"#, "e=1E5&m=-1&n=3.00&t=true");
        check(r#"{"s":"a\"b\\c\/d\u00e9\n"}"#, "s=a\"b\\c/dé\n");
        check(r#"{ "o" : { "z": 1, "a":"\u00e9" } , "l":[ ]}"#, r#"l=[ ]&o={ "z": 1, "a":"\u00e9" }"#);
        check(r#"{"order_id":"a","order_id_2":"b","order":"c"}"#, "order=c&order_id=a&order_id_2=b");
        check(r#"{"title":"x&total_amount=0.01"}"#, "title=x&total_amount=0.01");
    }

    #[test]
    fn what_cannot_be_signed_is_named() {
        let check = |body: &str, error| assert_eq!(rsa(body), Err(error), "{body}");
        check("", CanonicalError::NotAnObject);
        check("[]", CanonicalError::NotAnObject);
        check(r#"{"a":1,"a":1}"#, CanonicalError::DuplicateKey);
        check(r#"{"sign":1,"sign":2}"#, CanonicalError::DuplicateKey);
        check(r#"{"a":"\ud800"}"#, CanonicalError::BadString);
        let md5 = |body: &str, secret| text(body, &Profile::default(), SignType::Md5, secret).err();
        assert_eq!(md5("{}", None), Some(CanonicalError::SecretMissing));
        assert_eq!(md5(r#"{"app_sercet":"x"}"#, Some("s")), Some(CanonicalError::SecretInBody));
        assert_eq!(md5(r#"{"app_secret":"x"}"#, Some("s")), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,60}") {
            let _ = rsa(&body);
        }

        #[test]
        fn nothing_like_json_panics(body in r#"[{}\[\]":,\\a-c0-2u.\-e ]{0,40}"#) {
            let _ = rsa(&body);
        }

        #[test]
        fn strings_stand_as_themselves(key in "[a-r]{1,8}", value in "\\PC{1,20}") {
            let body = serde_json::to_string(&std::collections::BTreeMap::from([(&key, &value)])).unwrap();
            prop_assert_eq!(rsa(&body), Ok(format!("{key}={value}")));
        }
    }
}
