//! The settings, and why one cannot be what was typed.

use serde::Serialize;
use specta::Type;

use super::{Finding, StoreProblem};

/// One setting by the name that `yima config` knows it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SettingView {
    pub key: String,
    /// What is set, else the default; none for a setting that has neither.
    pub value: Option<String>,
    /// None: an empty value takes the setting back.
    pub default: Option<String>,
    pub is_set: bool,
}

/// Whether there is a secret, and where; never any part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SecretView {
    pub name: String,
    pub finding: Finding,
}

/// Why settings cannot be read or changed. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SettingRefusal {
    NotOpen,
    /// Nobody is logged in.
    Locked,
    /// An installer has to log in.
    NotAllowed,
    Unknown,
    BadValue {
        problem: ValueProblem,
    },
    /// The mode decides which database is open.
    OnlyByCommandLine,
    /// No search has found a profile that could be kept.
    NothingFound,
    NotSaved {
        problem: StoreProblem,
    },
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ValueProblem {
    NoSuchChoice,
    Empty,
    TooLong { chars: u32 },
    OuterSpace,
    HiddenCharacter,
    NotATillNumber,
    NotAWholeNumber,
    TooSmall,
    TooLarge,
    NotAnAddress,
    AddressInsecure,
    AddressWithCredentials,
    AddressWithQuery,
    NotAHost { entry: String },
    NotAPromotion { entry: String },
    NotALayout { entry: String },
    NotAWholePath,
}
