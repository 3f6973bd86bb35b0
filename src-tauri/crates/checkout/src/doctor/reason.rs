//! Why something cannot be had, as codes. The English is for the command line.

use std::path::PathBuf;

use serde::Serialize;
use yima_gateway::{CallError, MaybeSentReason, NotSentReason, RsaKeyError};

use super::report::Secret;
use crate::secrets::SecretError;

/// Why no answer of the gateway's came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum NoAnswer {
    /// An app_id or another field that cannot be sent, or a base URL that cannot be called.
    #[error("the request cannot be made")]
    CannotBeMade,
    #[error("the request cannot be signed")]
    CannotBeSigned,
    #[error("the gateway's name was not found")]
    NameNotFound,
    #[error("no connection")]
    NoConnection,
    #[error("no trusted TLS connection")]
    NotTrusted,
    #[error("no whole answer in time")]
    TimedOut,
    #[error("the connection broke")]
    ConnectionBroke,
    #[error("HTTP status {status}")]
    HttpStatus { status: u16 },
    #[error("a redirect, which is not followed")]
    Redirected,
    /// Something answered that is not this kind of gateway.
    #[error("the answer is not a gateway's")]
    NotAGateway,
}

/// Why a secret that is there cannot be used. None of them holds any part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum SecretProblem {
    /// `said` is the system's own.
    #[error("the keychain refused: {said}")]
    KeychainRefused { said: String },
    #[error("{} can be read by others", path.display())]
    Exposed { path: PathBuf },
    #[error("{} cannot be read: {said}", path.display())]
    FileUnreadable { path: PathBuf, said: String },
    #[error("it is not plain text in UTF-8")]
    NotText,
    #[error("it holds a line break or another control character")]
    ControlCharacter,
    #[error("it is empty")]
    Empty,
    #[error("{}", RsaKeyError::NotPem)]
    NotPem,
    #[error("{}", RsaKeyError::Public)]
    PublicKey,
    #[error("{}", RsaKeyError::Encrypted)]
    Encrypted,
    #[error("{}", RsaKeyError::Unreadable)]
    KeyUnreadable,
    #[error("{}", RsaKeyError::Size { bits: *bits })]
    KeySize { bits: usize },
    #[error("the settings cannot be read")]
    NoSettings,
}

impl From<&CallError> for NoAnswer {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::NotSent(NotSentReason::Request(_) | NotSentReason::BadUrl) => Self::CannotBeMade,
            CallError::NotSent(NotSentReason::Signing(_)) => Self::CannotBeSigned,
            CallError::NotSent(NotSentReason::NameLookup) => Self::NameNotFound,
            CallError::NotSent(NotSentReason::Connect | NotSentReason::ConnectTimeout) => Self::NoConnection,
            CallError::NotSent(NotSentReason::Tls) => Self::NotTrusted,
            CallError::MaybeSent(MaybeSentReason::Timeout) => Self::TimedOut,
            CallError::MaybeSent(MaybeSentReason::Reset) => Self::ConnectionBroke,
            CallError::MaybeSent(MaybeSentReason::HttpStatus(status)) => Self::HttpStatus { status: *status },
            CallError::MaybeSent(MaybeSentReason::Redirect) => Self::Redirected,
            CallError::Rejected { .. } | CallError::Malformed(_) => Self::NotAGateway,
        }
    }
}

impl From<SecretError> for Secret {
    fn from(error: SecretError) -> Self {
        use SecretProblem as Problem;
        Self::Unusable(match error {
            SecretError::Missing(name) => return Self::Missing { name: name.name() },
            SecretError::NoKeychain { reason } => return Self::NoKeychain { said: reason },
            SecretError::NotAnswering { .. } => return Self::NotAnswering,
            SecretError::Locked { reason } => return Self::Locked { said: reason },
            SecretError::Refused { reason } => Problem::KeychainRefused { said: reason },
            SecretError::Exposed { path } => Problem::Exposed { path },
            SecretError::File { path, reason } => Problem::FileUnreadable { path, said: reason },
            SecretError::NotText => Problem::NotText,
            SecretError::ControlCharacter => Problem::ControlCharacter,
            SecretError::AppSecret(_) => Problem::Empty,
            SecretError::RsaKey(RsaKeyError::NotPem) => Problem::NotPem,
            SecretError::RsaKey(RsaKeyError::Public) => Problem::PublicKey,
            SecretError::RsaKey(RsaKeyError::Encrypted) => Problem::Encrypted,
            SecretError::RsaKey(RsaKeyError::Unreadable) => Problem::KeyUnreadable,
            SecretError::RsaKey(RsaKeyError::Size { bits }) => Problem::KeySize { bits },
            SecretError::Settings(_) => Problem::NoSettings,
        })
    }
}
