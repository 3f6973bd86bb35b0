//! Signing a request: the signature goes into the body that was made before, and nothing else in it changes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use rsa::Pkcs1v15Sign;
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use sha1::Sha1;

use crate::canonical::{self, CanonicalError};
use crate::credential::RsaKey;
use crate::fields::Fields;
use crate::{Account, Credential, Md5Output, Profile, RsaDigest};

/// Why a body was not signed. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("the body has a signature already")]
    AlreadySigned,
    #[error("the account's sign_type needs another kind of credential")]
    OtherCredential,
    #[error("the body's {field} is not the account's")]
    OtherAccount { field: &'static str },
    #[error("the RSA key does not sign")]
    Rsa,
}

/// The signature of `body`, as it goes into the field `sign`.
pub fn signature(body: &str, profile: &Profile, credential: &Credential) -> Result<String, SignError> {
    of_fields(&Fields::parse(body).map_err(CanonicalError::from)?, profile, credential)
}

/// A body that is ready to be sent; its `Debug` output shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    pub body: String,
    pub signature: String,
}

/// `body` with `"sign":"…"` as its last field, every other byte as it was.
///
/// Refuses a body made for another account: its `app_id` and `sign_type` must be this one's.
pub fn signed(body: &[u8], account: &Account, credential: &Credential) -> Result<Signed, SignError> {
    let body = std::str::from_utf8(body).map_err(|_| SignError::NotUtf8)?;
    let fields = Fields::parse(body).map_err(CanonicalError::from)?;
    if credential.sign_type() != account.sign_type {
        return Err(SignError::OtherCredential);
    }
    if fields.iter().any(|(key, _)| key == "sign") {
        return Err(SignError::AlreadySigned);
    }
    for (field, expected) in [("app_id", account.app_id.as_str()), ("sign_type", account.sign_type.name())] {
        if fields.text(field).as_deref() != Some(expected) {
            return Err(SignError::OtherAccount { field });
        }
    }
    let signature = of_fields(&fields, &account.profile, credential)?;
    Ok(Signed { body: with_field(body, "sign", &signature)?, signature })
}

/// An object with one more field at its end and every other byte as it was. `value` needs no escaping.
pub(crate) fn with_field(object: &str, name: &str, value: &str) -> Result<String, CanonicalError> {
    let open = object.trim_end().strip_suffix('}').ok_or(CanonicalError::NotAnObject)?;
    // Room for all at once: growing would leave copies of the value behind.
    let mut longer = String::with_capacity(open.len() + name.len() + value.len() + 7);
    for part in [open, ",\"", name, "\":\"", value, "\"}"] {
        longer.push_str(part);
    }
    Ok(longer)
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signed([REDACTED])")
    }
}

fn of_fields(fields: &Fields<'_>, profile: &Profile, credential: &Credential) -> Result<String, SignError> {
    match credential {
        Credential::Md5(secret) => {
            let text = canonical::of_fields(fields, profile, credential.sign_type(), Some(secret.expose()))?;
            Ok(md5_signature(&text, profile.md5_output))
        }
        Credential::Rsa(key) => {
            let text = canonical::of_fields(fields, profile, credential.sign_type(), None)?;
            rsa_signature(&text, profile.rsa_digest, key)
        }
    }
}

fn md5_signature(text: &str, output: Md5Output) -> String {
    let hex: String = Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
    match output {
        Md5Output::UpperHex => hex,
        Md5Output::Base64UpperHex => BASE64.encode(hex),
    }
}

/// PKCS#1 v1.5. Only blinded: without a random number the time it takes tells something about the key.
fn rsa_signature(text: &str, digest: RsaDigest, key: &RsaKey) -> Result<String, SignError> {
    use rsa::sha2::Digest as _;
    let (scheme, hash) = match digest {
        RsaDigest::Sha256 => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(text.as_bytes()).to_vec()),
        RsaDigest::Sha1 => (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(text.as_bytes()).to_vec()),
    };
    key.expose()
        .sign_with_rng(&mut OsRng, scheme, &hash)
        .map(|signature| BASE64.encode(signature))
        .map_err(|_| SignError::Rsa)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppSecret, Endpoint, SignType};
    use secrecy::SecretString;

    fn account(sign_type: SignType) -> Account {
        let endpoint = Endpoint::parse("https://a.example").unwrap();
        Account { endpoint, app_id: "app".to_owned(), sign_type, profile: Profile::default() }
    }

    fn sign(body: &str) -> Result<Signed, SignError> {
        let credential = Credential::Md5(AppSecret::new(SecretString::from("secret")).unwrap());
        signed(body.as_bytes(), &account(SignType::Md5), &credential)
    }

    #[test]
    fn only_the_signature_is_added() {
        // The digest of `app_id=app&app_sercet=secret&sign_type=MD5&x=a}"`, by another program.
        let body = r#"{ "app_id":"app" ,"x":"a}\"","y":"","sign_type":"MD5" "#;
        let signed = sign(&format!("{body}}}\n")).unwrap();
        assert_eq!(signed.signature, "NDdEQTM3RThBRUE2OEQyMTM5N0Y2QzNFOUU2NjM0OEE=");
        assert_eq!(signed.body, format!(r#"{body},"sign":"{}"}}"#, signed.signature));
    }

    #[test]
    fn what_is_not_this_accounts_is_not_signed() {
        let check = |body: &str, error| assert_eq!(sign(body), Err(error), "{body}");
        check("{}", SignError::OtherAccount { field: "app_id" });
        check(r#"{"app_id":"other","sign_type":"MD5"}"#, SignError::OtherAccount { field: "app_id" });
        check(r#"{"app_id":"app","sign_type":"RSA"}"#, SignError::OtherAccount { field: "sign_type" });
        check(r#"{"app_id":"app","sign_type":"MD5","sign":""}"#, SignError::AlreadySigned);
        check("[]", SignError::Canonical(CanonicalError::NotAnObject));
        check(r#"{"a":1,"a":1}"#, SignError::Canonical(CanonicalError::DuplicateKey));
        let credential = Credential::Md5(AppSecret::new(SecretString::from("secret")).unwrap());
        assert_eq!(signed(b"{}", &account(SignType::Rsa), &credential), Err(SignError::OtherCredential));
        assert_eq!(signed(b"{\xff}", &account(SignType::Md5), &credential), Err(SignError::NotUtf8));
    }
}
