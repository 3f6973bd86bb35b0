//! What signs: an application secret or an RSA private key, in memory only.

use std::fmt;

use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use secrecy::{ExposeSecret, SecretString};

use crate::SignType;

/// Overwritten in memory when dropped; its `Debug` output shows nothing of it.
#[derive(Debug)]
pub enum Credential {
    Md5(AppSecret),
    Rsa(RsaKey),
}

/// The application secret that the gateway's operator hands out.
#[derive(Debug)]
pub struct AppSecret(SecretString);

/// The application secret is empty, which would silently leave it out of the signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application secret is empty")]
pub struct AppSecretError;

/// A private key of 1024 to 4096 bits.
pub struct RsaKey(Box<RsaPrivateKey>);

/// Why a text is not an RSA private key that can sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RsaKeyError {
    #[error("not a PEM text: it starts with -----BEGIN … -----")]
    NotPem,
    #[error("this is a public key or a certificate; signing needs the private key")]
    Public,
    #[error("the private key is encrypted; store it without a pass phrase")]
    Encrypted,
    #[error("not a readable RSA private key (PKCS#8 or PKCS#1)")]
    Unreadable,
    #[error("the key has {bits} bits; 1024 to 4096 are supported")]
    Size { bits: usize },
}

impl Credential {
    #[must_use]
    pub fn sign_type(&self) -> SignType {
        match self {
            Self::Md5(_) => SignType::Md5,
            Self::Rsa(_) => SignType::Rsa,
        }
    }
}

impl AppSecret {
    pub fn new(secret: SecretString) -> Result<Self, AppSecretError> {
        if secret.expose_secret().is_empty() { Err(AppSecretError) } else { Ok(Self(secret)) }
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl RsaKey {
    const BITS: std::ops::RangeInclusive<usize> = 1024..=4096;
    /// Over twice a 4096-bit key: checking a far larger one would take minutes.
    const MAX_PEM_BYTES: usize = 8 * 1024;

    /// Reads `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), unencrypted. Text before it is skipped.
    pub fn from_pem(pem: &str) -> Result<Self, RsaKeyError> {
        const BEGIN: &str = "-----BEGIN ";
        let pem = pem.find(BEGIN).map(|start| &pem[start..]).ok_or(RsaKeyError::NotPem)?;
        let label = pem[BEGIN.len()..].split("-----").next().unwrap_or_default();
        if pem.len() > Self::MAX_PEM_BYTES {
            return Err(RsaKeyError::Unreadable);
        }
        let key = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(pem).map_err(|_| RsaKeyError::Unreadable),
            "RSA PRIVATE KEY" if pem.contains("ENCRYPTED") => Err(RsaKeyError::Encrypted),
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_pem(pem).map_err(|_| RsaKeyError::Unreadable),
            "ENCRYPTED PRIVATE KEY" => Err(RsaKeyError::Encrypted),
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => Err(RsaKeyError::Public),
            _ => Err(RsaKeyError::Unreadable),
        }?;
        let bits = key.n().bits();
        if Self::BITS.contains(&bits) { Ok(Self(Box::new(key))) } else { Err(RsaKeyError::Size { bits }) }
    }

    pub(crate) fn expose(&self) -> &RsaPrivateKey {
        &self.0
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKey([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_is_refused_and_none_is_shown() {
        assert_eq!(AppSecret::new(SecretString::from("")).err(), Some(AppSecretError));
        let secret = Credential::Md5(AppSecret::new(SecretString::from("canary")).unwrap());
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(secret.sign_type(), SignType::Md5);
    }

    #[test]
    fn what_is_no_private_key_is_named() {
        let check = |text: &str, error| assert_eq!(RsaKey::from_pem(text).err(), Some(error), "{text:?}");
        let armoured = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        check("", RsaKeyError::NotPem);
        check("MIIEvQIBADANBg", RsaKeyError::NotPem);
        check(&armoured("PUBLIC KEY"), RsaKeyError::Public);
        check(&armoured("CERTIFICATE"), RsaKeyError::Public);
        check(&armoured("ENCRYPTED PRIVATE KEY"), RsaKeyError::Encrypted);
        check(&armoured("EC PRIVATE KEY"), RsaKeyError::Unreadable);
        check(&armoured("PRIVATE KEY"), RsaKeyError::Unreadable);
        check(&armoured("RSA PRIVATE KEY"), RsaKeyError::Unreadable);
        check("-----BEGIN ", RsaKeyError::Unreadable);
        check(&format!("-----BEGIN PRIVATE KEY-----\n{}", "A".repeat(100_000)), RsaKeyError::Unreadable);
    }
}
