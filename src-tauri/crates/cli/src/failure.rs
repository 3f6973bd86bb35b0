//! Why a command was not done: what happened, what to do about it, and the exit status.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use yima_checkout::secrets::{SecretError, UnknownSecret};
use yima_checkout::settings::SettingError;
use yima_store::backup::BackupError;
use yima_store::{DataDirError, LockError, OpenError, RestoreError, StoreError};

const STATUS_FAILED: u8 = 1;
pub(crate) const STATUS_IN_PART: u8 = 2;
const STATUS_NOT_UNDERSTOOD: u8 = 2;

#[derive(Debug)]
pub(crate) enum Failure {
    Told {
        said: String,
        advice: Option<&'static str>,
        status: u8,
    },
    /// Whoever read the output has had enough.
    OutputClosed,
}

impl Failure {
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self::Told { said: said.into(), advice: None, status: STATUS_FAILED }
    }

    pub(crate) fn not_understood(said: impl Into<String>) -> Self {
        Self::Told { said: said.into(), advice: None, status: STATUS_NOT_UNDERSTOOD }
    }

    pub(crate) fn advising(mut self, what_to_do: &'static str) -> Self {
        if let Self::Told { advice, .. } = &mut self {
            *advice = Some(what_to_do);
        }
        self
    }

    /// Says it on standard error; gives the exit status.
    pub(crate) fn tell(&self) -> ExitCode {
        let Self::Told { said, advice, status } = self else { return ExitCode::SUCCESS };
        tell(said);
        if let Some(advice) = advice {
            tell(advice);
        }
        ExitCode::from(*status)
    }
}

/// One message to a person, on standard error.
pub(crate) fn tell(message: &str) {
    // There is no other place to say that this place is gone.
    let _ = writeln!(io::stderr(), "yima: {message}");
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::new(format!("the output cannot be written: {error}")),
        }
    }
}

impl From<DataDirError> for Failure {
    fn from(error: DataDirError) -> Self {
        let failure = Self::new(with_cause(&error));
        match error {
            DataDirError::NoPlace => failure.advising("give --data-dir DIR or set YIMA_DATA_DIR"),
            DataDirError::Unusable { .. } => {
                failure.advising("give --data-dir a folder that you can read and write")
            }
        }
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let failure = Self::new(with_cause(&error));
        match error {
            LockError::InUse { .. } => {
                failure.advising("nothing was changed; close the till and try again, reading works beside it")
            }
            LockError::Failed { .. } => failure,
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let failure = Self::new(with_cause(&error));
        match error {
            OpenError::Missing { .. } => failure.advising("nothing was sold or imported in this mode yet"),
            OpenError::Newer { .. } => failure.advising("use the program that made it, or a newer one"),
            OpenError::Older { .. } => failure.advising("start the till once: it brings its data up to date"),
            _ => failure,
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Unreadable(error) => error.into(),
            BackupError::NoRoom { .. } => {
                Self::new(error.to_string()).advising("give --to a file on another disk, or make room")
            }
            BackupError::InProgress => Self::new(error.to_string()).advising("try again in a minute"),
            BackupError::Unsound(_) => Self::new(error.to_string())
                .advising("`yima verify` shows what is wrong; nothing was written"),
            _ => Self::new(with_cause(&error)),
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        let failure = Self::new(with_cause(&error));
        match error {
            RestoreError::Unreadable(OpenError::Newer { .. }) => {
                failure.advising("nothing was changed; use the program that made it, or a newer one")
            }
            RestoreError::NoBackup => failure.advising("nothing was changed; name a backup kept elsewhere"),
            _ => failure.advising("nothing was changed"),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(with_cause(&error))
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        let said = error.to_string();
        match error {
            SettingError::UnknownKey { .. } => {
                Self::not_understood(said).advising("`yima config list` shows all settings")
            }
            SettingError::BadValue { .. } => Self::not_understood(said),
            SettingError::Missing { .. } => Self::new(said).advising("`yima config set` sets it"),
            SettingError::Store(_) => Self::new(said),
        }
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let failure = Self::new(with_cause(&error));
        match error {
            SecretError::NoKeychain { .. } | SecretError::NotAnswering { .. } => failure.advising(
                "nothing was kept; start the system's keychain (on Linux a Secret Service such as GNOME Keyring or \
                 KWallet), or give --insecure-file to keep the secret unencrypted in a file only you can read",
            ),
            SecretError::Locked { .. } => failure.advising("nothing was kept; unlock the keychain and try again"),
            SecretError::Exposed { .. } => failure.advising("let only its owner read it: chmod 600"),
            SecretError::Settings(error) => error.into(),
            _ => failure,
        }
    }
}

impl From<UnknownSecret> for Failure {
    fn from(error: UnknownSecret) -> Self {
        Self::not_understood(error.to_string())
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        // Some errors already say their cause.
        if !said.contains(&reason) {
            said.push_str(": ");
            said.push_str(&reason);
        }
        cause = error.source();
    }
    said
}
