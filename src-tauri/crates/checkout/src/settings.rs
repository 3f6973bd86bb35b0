//! What a till is set up with: kept as text by name, read as types. [`all`] names every setting there is.
//!
//! No secret is among them: see [`crate::secrets`].

mod key;
mod problem;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use uuid::Uuid;
use yima_core::PriceRules;
use yima_gateway::{Account, Endpoint, PayUrlHosts, Profile, SignType, StoreInfo};
use yima_store::{Mode, SettingsFile, StoreError};

use crate::terms::Scanning;
use crate::view::Language;

pub use key::{Setting, all, find};
pub(crate) use key::{is_identifier, is_name};
pub use problem::ValueProblem;

/// All settings of one till, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub mode: Mode,
    pub language: Language,
    /// Two digits.
    pub till_number: String,
    /// 1 to 64 characters.
    pub store_name: String,
    /// What is sent with an order; the waiters are those of a sale for which nobody chose others.
    pub store_info: StoreInfo,
    /// 5 to 3600.
    pub qr_timeout_s: u32,
    pub prices: PriceRules,
    pub scanning: Scanning,
    pub base_url: Endpoint,
    /// 1 to 32 characters.
    pub app_id: Option<String>,
    pub sign_type: SignType,
    pub profile: Profile,
    /// Holds for every answer as it comes, so it is not frozen with an order as the account is.
    pub pay_url_hosts: PayUrlHosts,
    pub display: DisplaySettings,
    pub staff: StaffSettings,
    pub sound: Loudness,
}

/// How loud the till is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loudness {
    /// 0 to 100.
    pub volume_percent: u32,
    /// Silent for now.
    pub muted: bool,
    /// Says in words that a sale was paid, after the sound for it.
    pub spoken_paid: bool,
}

/// What holds for cashiers, where there are any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffSettings {
    /// 0 to 100: what everybody may take off.
    pub discount_limit_percent: u32,
    /// 0 to 480; 0 is never.
    pub lock_after_min: u32,
}

/// Where the customer's window is, what it shows while nobody is served, and what goods look like in the cashier's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplaySettings {
    /// A monitor by name and place; without one, any that the cashier's window is not on.
    pub monitor: Option<String>,
    pub pictures: Option<PathBuf>,
    pub goods_pictures: Option<PathBuf>,
}

/// Why a setting cannot be read or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("there is no setting {name:?}{}", did_you_mean(*nearest))]
    UnknownKey { name: String, nearest: Option<&'static str> },
    #[error("{key} cannot be {}: {problem}; allowed: {allowed}", shown(value))]
    BadValue { key: &'static str, value: String, problem: ValueProblem, allowed: &'static str },
    /// Only live mode needs it.
    #[error("{key} is not set")]
    Missing { key: &'static str },
    #[error("the settings cannot be read or written: {0}")]
    Store(#[from] StoreError),
}

/// One line of a list of all settings.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    pub setting: &'static dyn Setting,
    /// What is set or, without that, the default.
    pub value: Option<&'a str>,
    pub is_set: bool,
}

/// Tells one data folder from another; made once, and never sent to anyone.
const INSTALLATION_ID: &str = "installation.id";

impl Settings {
    /// # Errors
    /// The first setting whose stored value cannot be used, by name.
    pub fn load(file: &SettingsFile) -> Result<Self, SettingError> {
        Self::from_values(&file.all()?)
    }

    /// Reads stored texts; names that are no settings are passed over.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_values(values: &BTreeMap<String, String>) -> Result<Self, SettingError> {
        Ok(Self {
            mode: key::MODE.require(values)?,
            language: key::LANGUAGE.require(values)?,
            till_number: key::TILL_NUMBER.require(values)?,
            store_name: key::STORE_NAME.require(values)?,
            store_info: StoreInfo {
                store_id: key::STORE_ID.read(values)?,
                cashier_id: key::CASHIER_ID.read(values)?,
                waiter1_id: key::WAITER1_ID.read(values)?,
                waiter2_id: key::WAITER2_ID.read(values)?,
                terminal_id: key::TERMINAL_ID.read(values)?,
            },
            qr_timeout_s: key::QR_TIMEOUT_S.require(values)?,
            prices: PriceRules {
                rounding: key::ROUNDING.require(values)?,
                promotions: key::PROMOTIONS.read(values)?.unwrap_or_default(),
            },
            scanning: Scanning {
                same_code: key::SAME_CODE.require(values)?,
                in_store_codes: key::IN_STORE_CODES.require(values)?,
            },
            base_url: key::BASE_URL.require(values)?,
            app_id: key::APP_ID.read(values)?,
            sign_type: key::SIGN_TYPE.require(values)?,
            profile: Profile {
                secret_key: key::SECRET_KEY.require(values)?,
                sign_type_signed: key::SIGN_TYPE_SIGNED.require(values)?,
                md5_output: key::MD5_OUTPUT.require(values)?,
                rsa_digest: key::RSA_DIGEST.require(values)?,
                amount_form: key::AMOUNT_FORM.require(values)?,
            },
            pay_url_hosts: key::PAY_URL_HOSTS.read(values)?.unwrap_or_default(),
            staff: StaffSettings {
                discount_limit_percent: key::DISCOUNT_LIMIT_PERCENT.require(values)?,
                lock_after_min: key::LOCK_AFTER_MIN.require(values)?,
            },
            display: DisplaySettings {
                monitor: key::CUSTOMER_DISPLAY.read(values)?,
                pictures: key::PICTURES.read(values)?,
                goods_pictures: key::GOODS_PICTURES.read(values)?,
            },
            sound: Loudness {
                volume_percent: key::SOUND_VOLUME.require(values)?,
                muted: key::SOUND_MUTED.require(values)?,
                spoken_paid: key::SOUND_SPOKEN_PAID.require(values)?,
            },
        })
    }

    /// Where and how live mode asks the gateway. Practice mode's account is its sandbox's.
    ///
    /// # Errors
    /// [`SettingError::Missing`] names what still has to be set.
    pub fn account(&self) -> Result<Account, SettingError> {
        Ok(Account {
            endpoint: self.base_url.clone(),
            app_id: self.app_id.clone().ok_or(SettingError::Missing { key: Setting::name(&key::APP_ID) })?,
            sign_type: self.sign_type,
            profile: self.profile,
        })
    }
}

/// Makes what a till needs to be told apart and has not been given: its terminal id and its installation id.
/// The caller holds the data folder's lock.
///
/// # Errors
/// [`SettingError::Store`].
pub fn prepare(file: &SettingsFile) -> Result<(), SettingError> {
    let values = file.all()?;
    for name in [Setting::name(&key::TERMINAL_ID), INSTALLATION_ID] {
        if !values.contains_key(name) {
            file.set(name, &Uuid::now_v7().simple().to_string())?;
        }
    }
    Ok(())
}

/// The id of this data folder, once [`prepare`] has made it.
///
/// # Errors
/// [`SettingError::Store`].
pub fn installation_id(file: &SettingsFile) -> Result<Option<String>, SettingError> {
    Ok(file.get(INSTALLATION_ID)?)
}

/// What the setting of that name is, set or by default; `None` if it is neither.
///
/// # Errors
/// [`SettingError::UnknownKey`], [`SettingError::Store`].
pub fn get(file: &SettingsFile, name: &str) -> Result<Option<String>, SettingError> {
    let setting = find(name)?;
    Ok(file.get(setting.name())?.or_else(|| setting.default().map(str::to_owned)))
}

/// Sets it. An empty value takes back a setting that may be absent.
/// The caller holds the data folder's lock.
///
/// # Errors
/// Nothing is changed on any [`SettingError`].
pub fn set(file: &SettingsFile, name: &str, value: &str) -> Result<(), SettingError> {
    check(name, value)?;
    if takes_back(find(name)?, value) {
        file.remove(name)?;
    } else {
        file.set(name, value)?;
    }
    Ok(())
}

/// Whether [`set`] would take it.
///
/// # Errors
/// [`SettingError`] if not.
pub fn check(name: &str, value: &str) -> Result<(), SettingError> {
    let setting = find(name)?;
    if takes_back(setting, value) { Ok(()) } else { setting.check(value) }
}

fn takes_back(setting: &dyn Setting, value: &str) -> bool {
    value.is_empty() && setting.default().is_none()
}

/// Sets them all. The caller holds the data folder's lock.
///
/// # Errors
/// None is changed on any [`SettingError`].
pub fn set_all(file: &SettingsFile, values: &[(&str, &str)]) -> Result<(), SettingError> {
    for (name, value) in values {
        find(name)?.check(value)?;
    }
    Ok(file.set_all(values)?)
}

/// Every setting with what it is now; `values` are those of a settings file.
pub fn list(values: &BTreeMap<String, String>) -> impl Iterator<Item = Listed<'_>> {
    all().iter().map(|setting| {
        let stored = values.get(setting.name()).map(String::as_str);
        Listed { setting: *setting, value: stored.or(setting.default()), is_set: stored.is_some() }
    })
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

/// A value as it can stand in a message: quoted, escaped and cut.
fn shown(value: &str) -> String {
    const CHARS_MAX: usize = 80;
    let cut: String = value.chars().take(CHARS_MAX).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

#[cfg(test)]
mod tests;
