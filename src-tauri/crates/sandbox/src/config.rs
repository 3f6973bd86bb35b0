//! What one sandbox is set up with.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// How one sandbox behaves. [`Config::new`] gives the defaults; set the fields that should differ.
#[derive(Clone)]
pub struct Config {
    /// The one application this sandbox serves, 1 to 32 characters.
    pub app_id: String,
    pub key: Key,
    pub profile: Profile,
    /// Shown on the pay page.
    pub shop_name: String,
    /// Where the orders are kept over a restart. Without one they live in memory only.
    pub state_file: Option<PathBuf>,
    /// Orders pay themselves this long after they were made, unless they were closed or declined before.
    pub pay_after: Option<Duration>,
    /// Member discount in fen: payable = total - discount, but never below one fen.
    pub discount_fen: i64,
    /// What the payment channel pays in fen: real = payable - subsidy, but never below one fen.
    pub subsidy_fen: i64,
}

impl Config {
    #[must_use]
    pub fn new(app_id: impl Into<String>, key: Key) -> Self {
        Self {
            app_id: app_id.into(),
            key,
            profile: Profile::default(),
            shop_name: "练习商店".to_owned(),
            state_file: None,
            pay_after: None,
            discount_fen: 0,
            subsidy_fen: 0,
        }
    }
}

/// What the application's signatures are checked with. Has no `Debug`, and the secret is wiped when dropped.
#[derive(Clone)]
pub enum Key {
    Md5(SecretString),
    /// A public key in PEM: `BEGIN PUBLIC KEY` or `BEGIN RSA PUBLIC KEY`.
    Rsa {
        public_pem: String,
    },
}

impl Key {
    #[must_use]
    pub fn md5(secret: impl Into<String>) -> Self {
        Self::Md5(SecretString::from(secret.into()))
    }

    #[must_use]
    pub fn rsa(public_pem: impl Into<String>) -> Self {
        Self::Rsa { public_pem: public_pem.into() }
    }
}

/// Which reading of the vendor's contradictory signing rules the application uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub secret_key: SecretKeyName,
    pub sign_type: SignTypeField,
    pub md5_output: Md5Output,
    pub rsa_digest: RsaDigest,
}

/// The name under which the MD5 secret joins the text to sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretKeyName {
    /// `app_sercet`, as the vendor spells it.
    #[default]
    AppSercet,
    /// `app_secret`.
    AppSecret,
}

/// Whether the field `sign_type` is part of the text to sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignTypeField {
    #[default]
    Signed,
    LeftOut,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Md5Output {
    /// Base64 of the 32 upper-case hexadecimal characters: 44 characters.
    #[default]
    Base64UpperHex,
    /// The 32 upper-case hexadecimal characters themselves.
    UpperHex,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RsaDigest {
    #[default]
    Sha256,
    Sha1,
}
