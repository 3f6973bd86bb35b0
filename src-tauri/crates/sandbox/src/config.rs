//! What one sandbox is set up with.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::app::App;
use crate::terms::Terms;

/// How one sandbox behaves. [`Config::new`] gives the defaults; set the fields that should differ.
#[derive(Clone)]
pub struct Config {
    /// The first application, 1 to 32 characters.
    pub app_id: String,
    pub key: Key,
    pub profile: Profile,
    /// Served beside the first; one with an `app_id` that is there already takes its place.
    pub more_apps: Vec<App>,
    /// Shown on the pay page.
    pub shop_name: String,
    /// Where orders, refunds and the balance are kept over a restart. Without one they live in memory only.
    pub state_file: Option<PathBuf>,
    /// What refunds may draw on, without end if not said. A state file that is there already knows better.
    pub balance: Option<Amount>,
    pub terms: Terms,
}

impl Config {
    #[must_use]
    pub fn new(app_id: impl Into<String>, key: Key) -> Self {
        Self {
            app_id: app_id.into(),
            key,
            profile: Profile::default(),
            more_apps: Vec::new(),
            shop_name: "练习商店".to_owned(),
            state_file: None,
            balance: None,
            terms: Terms::default(),
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

/// Which reading of the vendor's contradictory rules the application uses. As JSON it has the contract's names,
/// `{"secret_key": "app_secret", "sign_type_signed": false, "md5_output": "upper_hex", "rsa_digest": "sha1",
/// "amount_form": "number"}`; what is left out takes its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    pub secret_key: SecretKeyName,
    #[serde(rename = "sign_type_signed")]
    pub sign_type: SignTypeField,
    pub md5_output: Md5Output,
    pub rsa_digest: RsaDigest,
    pub amount_form: AmountForm,
}

/// The name under which the MD5 secret joins the text to sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretKeyName {
    /// As the vendor spells it.
    #[default]
    #[serde(rename = "app_sercet")]
    AppSercet,
    #[serde(rename = "app_secret")]
    AppSecret,
}

/// Whether the field `sign_type` is part of the text to sign. True or false as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub enum SignTypeField {
    #[default]
    Signed,
    LeftOut,
}

impl From<bool> for SignTypeField {
    fn from(signed: bool) -> Self {
        if signed { Self::Signed } else { Self::LeftOut }
    }
}

impl From<SignTypeField> for bool {
    fn from(field: SignTypeField) -> Self {
        field == SignTypeField::Signed
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Md5Output {
    /// Base64 of the 32 upper-case hexadecimal characters: 44 characters.
    #[default]
    Base64UpperHex,
    /// The 32 upper-case hexadecimal characters themselves.
    UpperHex,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RsaDigest {
    #[default]
    Sha256,
    Sha1,
}

/// How `total_amount` and `refund_amount` must be written. The contract says both, so both are taken unless one is
/// insisted on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountForm {
    #[default]
    Either,
    String,
    Number,
}
