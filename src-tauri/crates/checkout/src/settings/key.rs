//! Every setting there is: its name, what it may be, what it is when nobody set it, and what it is for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use yima_core::in_store_code::Layouts;
use yima_core::{Promotion, Rounding};
use yima_gateway::{AmountForm, Endpoint, Md5Output, PayUrlHosts, RsaDigest, SecretKey, SignType};
use yima_store::Mode;

use super::{SettingError, ValueProblem, value};
use crate::terms::SameCode;
use crate::view::Language;

/// One setting whose value reads as `T`.
pub(super) struct Key<T: 'static> {
    name: &'static str,
    default: Option<&'static str>,
    /// Completes "allowed: ".
    allowed: &'static str,
    meaning: &'static str,
    read: fn(&str) -> Result<T, ValueProblem>,
}

pub(super) const MODE: Key<Mode> = Key {
    name: "mode",
    default: Some("practice"),
    allowed: "practice, live",
    meaning: "practice sells against a sandbox inside the program, live for real money",
    read: value::mode,
};
pub(super) const BASE_URL: Key<Endpoint> = Key {
    name: "gateway.base_url",
    default: Some("https://api.huishouyin.cn"),
    allowed: "an https:// address; http:// only for this machine itself",
    meaning: "where the payment gateway is",
    read: value::endpoint,
};
pub(super) const APP_ID: Key<String> = Key {
    name: "gateway.app_id",
    default: None,
    allowed: "1 to 32 characters",
    meaning: "the application id that the gateway's operator gave the shop",
    read: value::text::<32>,
};
pub(super) const SIGN_TYPE: Key<SignType> = Key {
    name: "gateway.sign_type",
    default: Some("MD5"),
    allowed: "MD5, RSA",
    meaning: "sign with the app_secret (MD5) or with the rsa_private_key (RSA)",
    read: value::named,
};
pub(super) const SECRET_KEY: Key<SecretKey> = Key {
    name: "gateway.profile.secret_key",
    default: Some("app_sercet"),
    allowed: "app_sercet, app_secret",
    meaning: "the name under which the application secret is signed; app_sercet is the vendor's own spelling",
    read: value::named,
};
pub(super) const SIGN_TYPE_SIGNED: Key<bool> = Key {
    name: "gateway.profile.sign_type_signed",
    default: Some("true"),
    allowed: "true, false",
    meaning: "whether sign_type is part of the signed text",
    read: value::yes_or_no,
};
pub(super) const MD5_OUTPUT: Key<Md5Output> = Key {
    name: "gateway.profile.md5_output",
    default: Some("base64_upper_hex"),
    allowed: "base64_upper_hex, upper_hex",
    meaning: "how an MD5 signature is written",
    read: value::named,
};
pub(super) const RSA_DIGEST: Key<RsaDigest> = Key {
    name: "gateway.profile.rsa_digest",
    default: Some("sha256"),
    allowed: "sha256, sha1",
    meaning: "what an RSA signature is made over",
    read: value::named,
};
pub(super) const AMOUNT_FORM: Key<AmountForm> = Key {
    name: "gateway.profile.amount_form",
    default: Some("string"),
    allowed: "string, number",
    meaning: "whether total_amount goes out as \"11.00\" or as 11.00",
    read: value::named,
};
pub(super) const PAY_URL_HOSTS: Key<PayUrlHosts> = Key {
    name: "gateway.pay_url_hosts",
    default: None,
    allowed: "hosts with commas between, like pay.example.com or *.example.com; any host where it is not set",
    meaning: "on which hosts a payment link may be; an order with another link is closed",
    read: value::pay_url_hosts,
};
pub(super) const STORE_NAME: Key<String> = Key {
    name: "store.name",
    default: Some("一码便利店"),
    allowed: "1 to 64 characters",
    meaning: "the shop's name on both windows and on receipts",
    read: value::text::<64>,
};
pub(super) const STORE_ID: Key<String> =
    identifier("store.store_id", "the shop's number, sent with every order");
pub(super) const CASHIER_ID: Key<String> =
    identifier("store.cashier_id", "the cashier's number, sent with every order");
pub(super) const WAITER1_ID: Key<String> =
    identifier("store.waiter1_id", "the first waiter of a new sale; can be changed per sale");
pub(super) const WAITER2_ID: Key<String> =
    identifier("store.waiter2_id", "the second waiter of a new sale; can be changed per sale");
pub(super) const TERMINAL_ID: Key<String> =
    identifier("store.terminal_id", "tells this till from all others; made at the first start if not set");
pub(super) const TILL_NUMBER: Key<String> = Key {
    name: "till.number",
    default: Some("01"),
    allowed: "two digits, 01 to 99",
    meaning: "begins every receipt number; different on every till of a shop",
    read: value::till_number,
};
pub(super) const LANGUAGE: Key<Language> = Key {
    name: "language",
    default: Some("zh-CN"),
    allowed: "zh-CN, en",
    meaning: "what language the windows and yima speak",
    read: value::language,
};
pub(super) const QR_TIMEOUT_S: Key<u32> = Key {
    name: "sale.qr_timeout_s",
    default: Some("300"),
    allowed: "5 to 3600 seconds",
    meaning: "how long a customer may take to pay",
    read: value::whole_number::<5, 3600>,
};
pub(super) const ROUNDING: Key<Rounding> = Key {
    name: "sale.rounding",
    default: Some("none"),
    allowed: "none, jiao, yuan",
    meaning: "whether totals are rounded down to a tenth of a yuan or to a yuan",
    read: value::rounding,
};
pub(super) const PROMOTIONS: Key<Vec<Promotion>> = Key {
    name: "sale.promotions",
    default: None,
    allowed: "NAME = RULE, with semicolons between; a RULE is `over A off B`, `every A off B`, `item N at P%` or `N for M`, and after a colon the barcodes it is about, all where there are none",
    meaning: "what is taken off by itself",
    read: value::promotions,
};
pub(super) const SAME_CODE: Key<SameCode> = Key {
    name: "scan.same_code",
    default: Some("merge"),
    allowed: "merge, new_line",
    meaning: "whether goods scanned again join their line or get a new one",
    read: value::same_code,
};
pub(super) const IN_STORE_CODES: Key<Layouts> = Key {
    name: "scan.in_store_codes",
    default: Some("2xIIIIIAAA.AAC,2xIIIIIAAA.AAWW.WWWC"),
    allowed: "layouts with commas between, one letter a digit: the beginning in digits (x for any), I item, W kilograms, A yuan, V check digit of the value, C check digit; empty for none",
    meaning: "how the shop's own scales print weights and amounts",
    read: value::in_store_codes,
};

pub(super) const CUSTOMER_DISPLAY: Key<String> = Key {
    name: "display.customer",
    default: None,
    allowed: "a monitor as the settings page lists it, like HDMI-1@1920,0; any other than the cashier's where it is not set",
    meaning: "on which monitor the customer's window is",
    read: value::text::<128>,
};
pub(super) const PICTURES: Key<PathBuf> = Key {
    name: "display.pictures",
    default: None,
    allowed: "a folder by its whole path; at most 400 characters",
    meaning: "pictures that the customer's window shows while nobody is served",
    read: value::folder,
};
pub(super) const GOODS_PICTURES: Key<PathBuf> = Key {
    name: "display.goods_pictures",
    default: None,
    allowed: "a folder by its whole path; at most 400 characters",
    meaning: "pictures for quick keys; goods and categories show those that are called by a barcode or a category's name",
    read: value::folder,
};

pub(super) const SOUND_VOLUME: Key<u32> = Key {
    name: "sound.volume",
    default: Some("70"),
    allowed: "0 to 100",
    meaning: "how loud the till's sounds are; 0 is silence",
    read: value::whole_number::<0, 100>,
};
pub(super) const SOUND_MUTED: Key<bool> = Key {
    name: "sound.muted",
    default: Some("false"),
    allowed: "true, false",
    meaning: "whether the till is silent for now, whatever the volume is",
    read: value::yes_or_no,
};
pub(super) const SOUND_SPOKEN_PAID: Key<bool> = Key {
    name: "sound.spoken_paid",
    default: Some("false"),
    allowed: "true, false",
    meaning: "whether 支付成功 is spoken when a sale is paid",
    read: value::yes_or_no,
};

pub(super) const DISCOUNT_LIMIT_PERCENT: Key<u32> = Key {
    name: "staff.discount_limit_percent",
    default: Some("10"),
    allowed: "0 to 100 per cent",
    meaning: "how much a cashier may take off without approval; only where there are cashiers",
    read: value::whole_number::<0, 100>,
};
pub(super) const LOCK_AFTER_MIN: Key<u32> = Key {
    name: "staff.lock_after_min",
    default: Some("10"),
    allowed: "0 to 480 minutes; 0 for never",
    meaning: "after how long untouched the till asks again who is there; only where there are cashiers",
    read: value::whole_number::<0, 480>,
};

/// In the order in which they are listed.
static ALL: [&dyn Setting; 31] = [
    &MODE,
    &LANGUAGE,
    &TILL_NUMBER,
    &STORE_NAME,
    &STORE_ID,
    &CASHIER_ID,
    &WAITER1_ID,
    &WAITER2_ID,
    &TERMINAL_ID,
    &QR_TIMEOUT_S,
    &ROUNDING,
    &PROMOTIONS,
    &SAME_CODE,
    &IN_STORE_CODES,
    &SOUND_VOLUME,
    &SOUND_MUTED,
    &SOUND_SPOKEN_PAID,
    &BASE_URL,
    &APP_ID,
    &SIGN_TYPE,
    &SECRET_KEY,
    &SIGN_TYPE_SIGNED,
    &MD5_OUTPUT,
    &RSA_DIGEST,
    &AMOUNT_FORM,
    &PAY_URL_HOSTS,
    &CUSTOMER_DISPLAY,
    &PICTURES,
    &GOODS_PICTURES,
    &DISCOUNT_LIMIT_PERCENT,
    &LOCK_AFTER_MIN,
];

/// What is the same about all settings.
pub trait Setting: Sync {
    fn name(&self) -> &'static str;
    /// What holds when it is not set; `None` if it is then absent.
    fn default(&self) -> Option<&'static str>;
    /// The values there are, for people.
    fn allowed(&self) -> &'static str;
    fn meaning(&self) -> &'static str;
    /// Whether `value` can be kept.
    ///
    /// # Errors
    /// [`SettingError::BadValue`].
    fn check(&self, value: &str) -> Result<(), SettingError>;
}

/// Every setting there is.
#[must_use]
pub fn all() -> &'static [&'static dyn Setting] {
    &ALL
}

/// The setting of that name.
///
/// # Errors
/// [`SettingError::UnknownKey`] with the name that was probably meant.
pub fn find(name: &str) -> Result<&'static dyn Setting, SettingError> {
    ALL.iter()
        .find(|setting| setting.name() == name)
        .copied()
        .ok_or_else(|| SettingError::UnknownKey { name: name.to_owned(), nearest: nearest(name) })
}

impl<T> Key<T> {
    /// What is set, else the default; `None` for a setting that has neither.
    pub(super) fn read(&self, values: &BTreeMap<String, String>) -> Result<Option<T>, SettingError> {
        let text = values.get(self.name).map(String::as_str).or(self.default);
        text.map(|text| self.parse(text)).transpose()
    }

    /// As [`Self::read`]; an error where there is neither.
    pub(super) fn require(&self, values: &BTreeMap<String, String>) -> Result<T, SettingError> {
        self.read(values)?.ok_or(SettingError::Missing { key: self.name })
    }

    fn parse(&self, text: &str) -> Result<T, SettingError> {
        (self.read)(text).map_err(|problem| SettingError::BadValue {
            key: self.name,
            value: text.to_owned(),
            problem,
            allowed: self.allowed,
        })
    }
}

impl<T> Setting for Key<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn default(&self) -> Option<&'static str> {
        self.default
    }

    fn allowed(&self) -> &'static str {
        self.allowed
    }

    fn meaning(&self) -> &'static str {
        self.meaning
    }

    fn check(&self, value: &str) -> Result<(), SettingError> {
        self.parse(value).map(drop)
    }
}

/// Whether it could be set as the id of a shop, a cashier, a waiter or a terminal.
pub(crate) fn is_identifier(text: &str) -> bool {
    WAITER1_ID.parse(text).is_ok()
}

/// Whether it could be the name of a shop or a person.
pub(crate) fn is_name(text: &str) -> bool {
    STORE_NAME.parse(text).is_ok()
}

const fn identifier(name: &'static str, meaning: &'static str) -> Key<String> {
    Key { name, default: None, allowed: "1 to 32 characters", meaning, read: value::text::<32> }
}

/// A name that differs by a slip or by a missing beginning, if there is one.
fn nearest(name: &str) -> Option<&'static str> {
    const SLIPS_MAX: usize = 3;
    // Longer than any name there is: nothing to compare.
    if name.len() > 64 {
        return None;
    }
    let end = |known: &'static str| known.rsplit('.').next() == Some(name);
    let names = || ALL.iter().map(|setting| setting.name());
    names().find(|known| end(known)).or_else(|| {
        names()
            .map(|known| (strsim::damerau_levenshtein(name, known), known))
            .min()
            .filter(|(slips, _)| *slips <= SLIPS_MAX)
            .map(|(_, known)| known)
    })
}
