//! Checks the signature of a request over the text as it was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::sha2::{Digest as _, Sha256};
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::config::{Key, Md5Output, Profile, RsaDigest, SecretKeyName, SignTypeField};
use crate::fields::Fields;

/// Holds the application's key in the form it is used in.
pub(crate) struct Verifier {
    key: ReadyKey,
    profile: Profile,
}

enum ReadyKey {
    Md5(SecretString),
    Rsa(RsaPublicKey),
}

/// The key given in the configuration cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the application secret is empty")]
    EmptySecret,
    #[error("the RSA public key is not PEM text of a public key")]
    NotAPublicKey,
}

/// Why a request's signature does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignRefusal {
    /// A top-level string is not text, or the request names the secret's field.
    Malformed,
    Wrong,
}

impl Verifier {
    pub(crate) fn new(key: Key, profile: Profile) -> Result<Self, KeyError> {
        let key = match key {
            Key::Md5(secret) if secret.expose_secret().is_empty() => return Err(KeyError::EmptySecret),
            Key::Md5(secret) => ReadyKey::Md5(secret),
            Key::Rsa { public_pem } => ReadyKey::Rsa(read_public_key(&public_pem)?),
        };
        Ok(Self { key, profile })
    }

    /// `sign_type` as the request must name it for this key.
    pub(crate) const fn sign_type(&self) -> &'static str {
        match self.key {
            ReadyKey::Md5(_) => "MD5",
            ReadyKey::Rsa(_) => "RSA",
        }
    }

    pub(crate) fn verify(&self, fields: &Fields, sign: &str) -> Result<(), SignRefusal> {
        let right = match &self.key {
            ReadyKey::Md5(secret) => self.md5_sign(fields, secret)?.as_bytes() == sign.as_bytes(),
            ReadyKey::Rsa(key) => {
                let text = canonical_text(fields, None, self.profile.sign_type)?;
                rsa_stands(key, self.profile.rsa_digest, text.as_bytes(), sign)
            }
        };
        if right { Ok(()) } else { Err(SignRefusal::Wrong) }
    }

    fn md5_sign(&self, fields: &Fields, secret: &SecretString) -> Result<String, SignRefusal> {
        let name = match self.profile.secret_key {
            SecretKeyName::AppSercet => "app_sercet",
            SecretKeyName::AppSecret => "app_secret",
        };
        let text = canonical_text(fields, Some((name, secret.expose_secret())), self.profile.sign_type)?;
        let hex: String = Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(match self.profile.md5_output {
            Md5Output::Base64UpperHex => STANDARD.encode(hex),
            Md5Output::UpperHex => hex,
        })
    }
}

/// Every field with a value except `sign`, and the secret, sorted by name, as `name=value` joined with `&`.
fn canonical_text(
    fields: &Fields,
    secret: Option<(&str, &str)>,
    sign_type: SignTypeField,
) -> Result<Zeroizing<String>, SignRefusal> {
    if fields.iter().any(|(name, _)| name == "app_sercet" || name == "app_secret") {
        return Err(SignRefusal::Malformed);
    }
    let mut pairs = Vec::new();
    for (name, raw) in fields.iter() {
        let value = value_text(raw)?;
        let left_out = name == "sign" || (name == "sign_type" && sign_type == SignTypeField::LeftOut);
        if !left_out && !value.is_empty() {
            pairs.push((name, value));
        }
    }
    pairs.extend(secret.map(|(name, value)| (name, value.to_owned().into())));
    pairs.sort_unstable_by_key(|(name, _)| *name);

    // Sized before it is filled: growing would leave copies of the secret behind in freed memory.
    let length = pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for (name, value) in &pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    Ok(text)
}

/// A string stands as its text, null as nothing, everything else as it was written.
fn value_text(raw: &str) -> Result<Zeroizing<String>, SignRefusal> {
    if raw.starts_with('"') {
        return serde_json::from_str::<String>(raw).map(Zeroizing::new).map_err(|_| SignRefusal::Malformed);
    }
    Ok(Zeroizing::new(if raw == "null" { String::new() } else { raw.to_owned() }))
}

fn read_public_key(pem: &str) -> Result<RsaPublicKey, KeyError> {
    RsaPublicKey::from_public_key_pem(pem)
        .or_else(|_| RsaPublicKey::from_pkcs1_pem(pem))
        .map_err(|_| KeyError::NotAPublicKey)
}

fn rsa_stands(key: &RsaPublicKey, digest: RsaDigest, text: &[u8], sign: &str) -> bool {
    let Ok(signature) = STANDARD.decode(sign) else { return false };
    let verified = match digest {
        RsaDigest::Sha256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(text), &signature),
        RsaDigest::Sha1 => key.verify(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(text), &signature),
    };
    verified.is_ok()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde::Deserialize;

    use super::{SignRefusal, Verifier, canonical_text};
    use crate::config::{Key, Md5Output, Profile, RsaDigest, SecretKeyName, SignTypeField};
    use crate::fields::Fields;

    #[derive(Deserialize)]
    struct File {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        sign_type: String,
        profile: WrittenProfile,
        app_secret: Option<String>,
        body: String,
        canonical: String,
        sign: Option<String>,
    }

    #[derive(Deserialize)]
    struct WrittenProfile {
        secret_key: String,
        sign_type_signed: bool,
        md5_output: String,
        rsa_digest: String,
    }

    impl WrittenProfile {
        fn read(&self) -> Profile {
            Profile {
                secret_key: match self.secret_key.as_str() {
                    "app_sercet" => SecretKeyName::AppSercet,
                    "app_secret" => SecretKeyName::AppSecret,
                    other => panic!("{other}"),
                },
                sign_type: if self.sign_type_signed { SignTypeField::Signed } else { SignTypeField::LeftOut },
                md5_output: match self.md5_output.as_str() {
                    "base64_upper_hex" => Md5Output::Base64UpperHex,
                    "upper_hex" => Md5Output::UpperHex,
                    other => panic!("{other}"),
                },
                rsa_digest: match self.rsa_digest.as_str() {
                    "sha256" => RsaDigest::Sha256,
                    "sha1" => RsaDigest::Sha1,
                    other => panic!("{other}"),
                },
                ..Profile::default()
            }
        }
    }

    fn vectors() -> Vec<Vector> {
        serde_json::from_str::<File>(include_str!("../tests/sign-vectors.json")).unwrap().vectors
    }

    #[test]
    fn canonical_text_of_every_vector() {
        let all = vectors();
        assert_eq!(all.len(), 24);
        for vector in all {
            let profile = vector.profile.read();
            let fields: Fields = serde_json::from_str(&vector.body).unwrap();
            let secret =
                vector.app_secret.as_deref().map(|value| (vector.profile.secret_key.as_str(), value));
            let text = canonical_text(&fields, secret, profile.sign_type).unwrap();
            assert_eq!(*text, vector.canonical, "{}", vector.name);
        }
    }

    #[test]
    fn md5_sign_of_every_vector() {
        let all: Vec<_> = vectors().into_iter().filter(|vector| vector.sign_type == "MD5").collect();
        assert_eq!(all.len(), 16);
        for vector in all {
            let secret = SecretString::from(vector.app_secret.unwrap());
            let verifier = Verifier::new(Key::Md5(secret.clone()), vector.profile.read()).ok().unwrap();
            let fields: Fields = serde_json::from_str(&vector.body).unwrap();
            let sign = vector.sign.unwrap();
            assert_eq!(verifier.md5_sign(&fields, &secret), Ok(sign.clone()), "{}", vector.name);
            assert_eq!(verifier.verify(&fields, &sign), Ok(()), "{}", vector.name);
            assert_eq!(verifier.verify(&fields, &sign.to_lowercase()), Err(SignRefusal::Wrong));
        }
    }

    #[test]
    fn the_secrets_own_name_cannot_be_sent() {
        let verifier = Verifier::new(Key::md5("s"), Profile::default()).ok().unwrap();
        let fields: Fields = serde_json::from_str(r#"{"app_sercet":"x"}"#).unwrap();
        assert_eq!(verifier.verify(&fields, "x"), Err(SignRefusal::Malformed));
    }
}
