//! Why a line gets no signature: a closed list of codes, told to programs and people.

use yima_gateway::{CanonicalError, RsaKeyError, SignError};

use super::lines::LINE_BYTES_MAX;

/// None of them repeats what was given in the line, other than a profile and a path.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the line has more than {LINE_BYTES_MAX} bytes")]
    LineTooLong,
    #[error("the line is not one JSON object in UTF-8, or a key stands twice in it")]
    BadLine,
    #[error("{name} is missing or is not {expected}")]
    BadField { name: &'static str, expected: &'static str },
    #[error("the profile cannot be used: {reason}")]
    BadProfile { reason: String },
    #[error("the body is not one JSON object")]
    BodyNotAnObject,
    #[error("a key stands twice in an object of the body")]
    DuplicateKey,
    #[error("a string in the body is not valid Unicode")]
    BadString,
    #[error("the body's sign_type is not the one that is asked for")]
    SignTypeDiffers,
    #[error("signing with MD5 needs an app_secret that is not empty")]
    SecretMissing,
    #[error("the body has a field named like the application secret")]
    SecretInBody,
    #[error("signing with RSA needs a private_key_file")]
    KeyMissing,
    #[error("{path:?}: {reason}")]
    KeyFile { path: String, reason: String },
    #[error("{path:?}: {error}")]
    BadKey { path: String, error: RsaKeyError },
    #[error("the RSA key does not sign")]
    RsaFailed,
}

impl Refusal {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::LineTooLong => "line_too_long",
            Self::BadLine => "bad_line",
            Self::BadField { .. } => "bad_field",
            Self::BadProfile { .. } => "bad_profile",
            Self::BodyNotAnObject => "body_not_object",
            Self::DuplicateKey => "duplicate_key",
            Self::BadString => "bad_string",
            Self::SignTypeDiffers => "sign_type_differs",
            Self::SecretMissing => "secret_missing",
            Self::SecretInBody => "secret_in_body",
            Self::KeyMissing => "key_missing",
            Self::KeyFile { .. } => "key_file",
            Self::BadKey { error, .. } => match error {
                RsaKeyError::NotPem => "key_not_pem",
                RsaKeyError::Public => "key_public",
                RsaKeyError::Encrypted => "key_encrypted",
                RsaKeyError::Unreadable => "key_unreadable",
                RsaKeyError::Size { .. } => "key_size",
            },
            Self::RsaFailed => "rsa_failed",
        }
    }
}

impl From<CanonicalError> for Refusal {
    fn from(error: CanonicalError) -> Self {
        match error {
            CanonicalError::NotAnObject => Self::BodyNotAnObject,
            CanonicalError::DuplicateKey => Self::DuplicateKey,
            CanonicalError::BadString => Self::BadString,
            CanonicalError::SecretMissing => Self::SecretMissing,
            CanonicalError::SecretInBody => Self::SecretInBody,
        }
    }
}

impl From<SignError> for Refusal {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Canonical(error) => error.into(),
            SignError::Rsa => Self::RsaFailed,
            // Only a body that is signed for an account meets these.
            SignError::NotUtf8
            | SignError::AlreadySigned
            | SignError::OtherCredential
            | SignError::OtherAccount { .. } => Self::BadLine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::help::{SIGN_CODES, chinese};

    #[test]
    fn the_help_names_every_code_once_and_no_other() {
        let path = String::new;
        let key = |error| Refusal::BadKey { path: path(), error };
        let all = [
            Refusal::LineTooLong,
            Refusal::BadLine,
            Refusal::BadField { name: "", expected: "" },
            Refusal::BadProfile { reason: path() },
            Refusal::BodyNotAnObject,
            Refusal::DuplicateKey,
            Refusal::BadString,
            Refusal::SignTypeDiffers,
            Refusal::SecretMissing,
            Refusal::SecretInBody,
            Refusal::KeyMissing,
            Refusal::KeyFile { path: path(), reason: path() },
            key(RsaKeyError::NotPem),
            key(RsaKeyError::Public),
            key(RsaKeyError::Encrypted),
            key(RsaKeyError::Unreadable),
            key(RsaKeyError::Size { bits: 1 }),
            Refusal::RsaFailed,
        ];
        let codes = all.map(|refusal| refusal.code());
        for help in [SIGN_CODES, chinese::SIGN_CODES] {
            let told: Vec<_> =
                help.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
            assert_eq!(told, codes);
        }
    }
}
