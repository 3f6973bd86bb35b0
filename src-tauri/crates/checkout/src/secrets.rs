//! What requests are signed with: kept by the operating system's keychain, or in a file when somebody asked for that.
//!
//! A secret is in memory only while it is needed and wiped afterwards. It is in no error, no log and no setting.
//! Everything here blocks: a keychain may be asking a person to unlock it.

mod dump;
mod keychain;
mod plain_file;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use yima_gateway::{AppSecret, AppSecretError, Credential, RsaKey, RsaKeyError, SignType};
use yima_store::{DataDir, SettingsFile};

use crate::settings::{self, SettingError};
pub use dump::forbid_dumps;
use keychain::{Keychain, OsKeychain};
use plain_file::PlainFiles;

/// The secrets there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretName {
    AppSecret,
    RsaPrivateKey,
}

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Keychain,
    /// Unencrypted, in a file that only its owner can read. The till says so at every start.
    File,
}

/// The text names no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secrets are app_secret and rsa_private_key")]
pub struct UnknownSecret;

/// A secret and where it was found.
#[derive(Debug)]
pub struct FoundSecret {
    pub text: SecretString,
    pub place: Place,
}

/// Why a secret cannot be read or kept. None of them holds any part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nobody has given it yet.
    #[error("{0} is not set")]
    Missing(SecretName),
    #[error("this system has no keychain: {reason}")]
    NoKeychain { reason: String },
    #[error("the keychain is locked: {reason}")]
    Locked { reason: String },
    #[error("the keychain did not answer within {} seconds", waited.as_secs())]
    NotAnswering { waited: Duration },
    #[error("the keychain refused: {reason}")]
    Refused { reason: String },
    /// The file may be read by others than its owner.
    #[error("{} can be read by others", path.display())]
    Exposed { path: PathBuf },
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error("it is not plain text in UTF-8")]
    NotText,
    #[error("it holds a line break or another control character")]
    ControlCharacter,
    #[error(transparent)]
    AppSecret(#[from] AppSecretError),
    #[error(transparent)]
    RsaKey(#[from] RsaKeyError),
    #[error(transparent)]
    Settings(#[from] SettingError),
}

/// The secrets of one data folder.
pub struct SecretStore {
    keychain: Box<dyn Keychain>,
    files: PlainFiles,
}

impl SecretStore {
    /// Of the data folder that `settings` belong to; [`settings::prepare`] has been called before the first writing.
    ///
    /// # Errors
    /// [`SecretError::Settings`].
    pub fn open(folder: &DataDir, settings: &SettingsFile) -> Result<Self, SecretError> {
        let installation_id = settings::installation_id(settings)?;
        let files = PlainFiles::new(folder.root().join("secrets"));
        Ok(Self { keychain: Box::new(OsKeychain::new(installation_id)), files })
    }

    /// A file that was asked for is read in place of the keychain.
    ///
    /// # Errors
    /// What stands in the way of knowing; `Ok(None)` only where there certainly is none.
    pub fn read(&self, name: SecretName) -> Result<Option<FoundSecret>, SecretError> {
        if let Some(text) = self.files.read(name)? {
            return Ok(Some(FoundSecret { text, place: Place::File }));
        }
        let found = self.keychain.get(name)?;
        Ok(found.map(|text| FoundSecret { text, place: Place::Keychain }))
    }

    /// What to sign with in live mode, and where it is kept.
    ///
    /// # Errors
    /// As [`Self::read`], and [`SecretError::Missing`].
    pub fn credential(&self, sign_type: SignType) -> Result<(Credential, Place), SecretError> {
        let name = SecretName::of(sign_type);
        let found = self.read(name)?.ok_or(SecretError::Missing(name))?;
        Ok((name.credential(found.text)?, found.place))
    }

    /// Keeps it in `place` and nowhere else; a secret that could not sign is not kept.
    ///
    /// # Errors
    /// What was kept before is then still there.
    pub fn write(&self, name: SecretName, secret: &SecretString, place: Place) -> Result<(), SecretError> {
        name.check(secret)?;
        match place {
            Place::Keychain => {
                self.keychain.set(name, secret)?;
                self.files.remove(name)
            }
            Place::File => self.files.write(name, secret),
        }
    }

    /// The secrets that are kept in files. Asks no keychain.
    #[must_use]
    pub fn in_files(&self) -> Vec<SecretName> {
        SecretName::ALL.into_iter().filter(|name| self.files.has(*name)).collect()
    }
}

impl SecretName {
    pub const ALL: [Self; 2] = [Self::AppSecret, Self::RsaPrivateKey];

    /// The secret that signatures of that kind are made with.
    #[must_use]
    pub const fn of(sign_type: SignType) -> Self {
        match sign_type {
            SignType::Md5 => Self::AppSecret,
            SignType::Rsa => Self::RsaPrivateKey,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AppSecret => "app_secret",
            Self::RsaPrivateKey => "rsa_private_key",
        }
    }

    fn check(self, secret: &SecretString) -> Result<(), SecretError> {
        self.credential(secret.clone()).map(drop)
    }

    fn credential(self, secret: SecretString) -> Result<Credential, SecretError> {
        match self {
            Self::AppSecret if secret.expose_secret().chars().any(is_stray) => {
                Err(SecretError::ControlCharacter)
            }
            Self::AppSecret => Ok(Credential::Md5(AppSecret::new(secret)?)),
            Self::RsaPrivateKey => Ok(Credential::Rsa(RsaKey::from_pem(secret.expose_secret())?)),
        }
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SecretName {
    type Err = UnknownSecret;

    fn from_str(text: &str) -> Result<Self, UnknownSecret> {
        Self::ALL.into_iter().find(|name| name.name() == text).ok_or(UnknownSecret)
    }
}

/// Comes from a second line or a byte order mark, never from the gateway's operator; it would spoil every signature.
fn is_stray(c: char) -> bool {
    c.is_control() || c == '\u{feff}'
}

#[cfg(test)]
mod tests;
