//! Who asks, where, and how the requests are signed: all that is frozen with a sale.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Endpoint;

/// One merchant application at one gateway. Holds no secret, so it can be stored beside a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub endpoint: Endpoint,
    /// 1 to 32 characters; checked when a body is made.
    pub app_id: String,
    pub sign_type: SignType,
    #[serde(default)]
    pub profile: Profile,
}

/// How to sign where the vendor's pages disagree. The default is what they say first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Under which key the application secret is signed.
    pub secret_key: SecretKey,
    /// Whether the field `sign_type` is itself part of the signed text.
    pub sign_type_signed: bool,
    pub md5_output: Md5Output,
    pub rsa_digest: RsaDigest,
    pub amount_form: AmountForm,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            secret_key: SecretKey::default(),
            sign_type_signed: true,
            md5_output: Md5Output::default(),
            rsa_digest: RsaDigest::default(),
            amount_form: AmountForm::default(),
        }
    }
}

/// The text names none of the values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one of: {}", expected.join(", "))]
pub struct UnknownName {
    pub expected: &'static [&'static str],
}

/// An enum whose values carry the contract's names, the same in settings, in storage and on the wire.
/// The first one is the default.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $first:ident = $first_text:literal, $($value:ident = $text:literal),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            #[default]
            #[serde(rename = $first_text)]
            $first,
            $(#[serde(rename = $text)] $value),+
        }

        impl $name {
            pub const NAMES: &'static [&'static str] = &[$first_text, $($text),+];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_text,
                    $(Self::$value => $text),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $first_text => Ok(Self::$first),
                    $($text => Ok(Self::$value),)+
                    _ => Err(UnknownName { expected: Self::NAMES }),
                }
            }
        }
    };
}

named! {
    /// What a signature is made with: the application secret (MD5) or a private key (RSA).
    SignType { Md5 = "MD5", Rsa = "RSA" }
}
named! {
    /// The vendor's spelling, or what it probably meant.
    SecretKey { Sercet = "app_sercet", Secret = "app_secret" }
}
named! {
    /// 44 characters, or 32.
    Md5Output { Base64UpperHex = "base64_upper_hex", UpperHex = "upper_hex" }
}
named! {
    RsaDigest { Sha256 = "sha256", Sha1 = "sha1" }
}
named! {
    /// `"total_amount":"11.00"` or `"total_amount":11.00`.
    AmountForm { String = "string", Number = "number" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_contracts_everywhere() {
        assert_eq!("RSA".parse(), Ok(SignType::Rsa));
        assert_eq!("rsa".parse::<SignType>(), Err(UnknownName { expected: &["MD5", "RSA"] }));
        assert_eq!("md5".parse::<SignType>().unwrap_err().to_string(), "one of: MD5, RSA");
        let stored = serde_json::to_string(&Profile::default()).unwrap();
        assert_eq!(
            stored,
            r#"{"secret_key":"app_sercet","sign_type_signed":true,"md5_output":"base64_upper_hex","rsa_digest":"sha256","amount_form":"string"}"#
        );
        assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), Profile::default());
    }

    #[test]
    fn a_stored_account_reads_back() {
        let account = Account {
            endpoint: Endpoint::parse("https://a.example").unwrap(),
            app_id: "app".to_owned(),
            sign_type: SignType::Rsa,
            profile: Profile { secret_key: SecretKey::Secret, sign_type_signed: false, ..Profile::default() },
        };
        let stored = serde_json::to_string(&account).unwrap();
        assert_eq!(serde_json::from_str::<Account>(&stored).unwrap(), account);
        assert!(serde_json::from_str::<Profile>(r#"{"secret_kye":"app_secret"}"#).is_err());
    }
}
