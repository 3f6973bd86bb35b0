//! Why a text cannot be the value of a setting.

use serde::Serialize;
use yima_core::in_store_code::LayoutsError;
use yima_core::promotion::PromotionError;
use yima_gateway::{EndpointError, PayUrlHostsError};

/// As JSON: `{"problem", …}`. The English completes "… cannot be \"value\": ".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ValueProblem {
    #[error("there is no such choice")]
    NoSuchChoice,
    #[error("it is empty")]
    Empty,
    #[error("it has {chars} characters")]
    TooLong { chars: usize },
    #[error("it begins or ends with a space")]
    OuterSpace,
    #[error("it holds a character that cannot be seen")]
    HiddenCharacter,
    #[error("it is not such a number")]
    NotATillNumber,
    #[error("it is not a whole number in digits")]
    NotAWholeNumber,
    #[error("it is too small")]
    TooSmall,
    #[error("it is too large")]
    TooLarge,
    #[error("{}", EndpointError::NotAUrl)]
    NotAnAddress,
    #[error("{}", EndpointError::Insecure)]
    AddressInsecure,
    #[error("{}", EndpointError::Credentials)]
    AddressWithCredentials,
    #[error("{}", EndpointError::QueryOrFragment)]
    AddressWithQuery,
    /// `entry` is cut to 80 characters.
    #[error("{}", PayUrlHostsError { entry: entry.clone() })]
    NotAHost { entry: String },
    /// `entry` is cut to 40 characters.
    #[error("{}", LayoutsError { entry: entry.clone() })]
    NotALayout { entry: String },
    /// `entry` is cut to 80 characters.
    #[error("{}", PromotionError { entry: entry.clone() })]
    NotAPromotion { entry: String },
    #[error("it is no whole path")]
    NotAWholePath,
}

impl From<EndpointError> for ValueProblem {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::NotAUrl => Self::NotAnAddress,
            EndpointError::Insecure => Self::AddressInsecure,
            EndpointError::Credentials => Self::AddressWithCredentials,
            EndpointError::QueryOrFragment => Self::AddressWithQuery,
        }
    }
}

impl From<PayUrlHostsError> for ValueProblem {
    fn from(error: PayUrlHostsError) -> Self {
        Self::NotAHost { entry: error.entry }
    }
}
