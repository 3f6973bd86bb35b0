//! Why a command was not done: what happened, what to do about it, and the exit status.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use yima_checkout::secrets::{SecretError, UnknownSecret};
use yima_checkout::settings::SettingError;
use yima_checkout::staff::StaffProblem;
use yima_checkout::view::Language;
use yima_store::backup::BackupError;
use yima_store::{DataDirError, LockError, OpenError, RestoreError, StoreError};

use crate::words::{self, Said, failures, tell};

const STATUS_FAILED: u8 = 1;
pub(crate) const STATUS_IN_PART: u8 = 2;
const STATUS_NOT_UNDERSTOOD: u8 = 2;

#[derive(Debug)]
pub(crate) enum Failure {
    Told {
        said: Said,
        advice: Option<Said>,
        status: u8,
    },
    /// Whoever read the output has had enough.
    OutputClosed,
}

impl Failure {
    pub(crate) fn new(said: Said) -> Self {
        Self::Told { said, advice: None, status: STATUS_FAILED }
    }

    pub(crate) fn not_understood(said: Said) -> Self {
        Self::Told { said, advice: None, status: STATUS_NOT_UNDERSTOOD }
    }

    pub(crate) fn advising(mut self, what_to_do: Said) -> Self {
        if let Self::Told { advice, .. } = &mut self {
            *advice = Some(what_to_do);
        }
        self
    }

    /// Says it on standard error; gives the exit status.
    pub(crate) fn tell(&self, language: Language) -> ExitCode {
        let Self::Told { said, advice, status } = self else { return ExitCode::SUCCESS };
        tell(said, language);
        if let Some(advice) = advice {
            tell(advice, language);
        }
        ExitCode::from(*status)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::new(failures::output(&error)),
        }
    }
}

impl From<DataDirError> for Failure {
    fn from(error: DataDirError) -> Self {
        let failure = Self::new(failures::data_dir(&error));
        match error {
            DataDirError::NoPlace => failure.advising(failures::name_a_folder()),
            DataDirError::Unusable { .. } => failure.advising(failures::name_a_usable_folder()),
        }
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let failure = Self::new(failures::lock(&error));
        match error {
            LockError::InUse { .. } => failure.advising(failures::close_the_till()),
            LockError::Failed { .. } => failure,
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let failure = Self::new(failures::open(&error));
        match error {
            OpenError::Missing { .. } => failure.advising(failures::never_used()),
            OpenError::Newer { .. } => failure.advising(failures::use_a_newer_program()),
            OpenError::Older { .. } => failure.advising(failures::start_the_till_once()),
            _ => failure,
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let failure = Self::new(failures::backup(&error));
        match error {
            BackupError::Unreadable(error) => error.into(),
            BackupError::NoRoom { .. } => failure.advising(failures::make_room()),
            BackupError::InProgress => failure.advising(failures::in_a_minute()),
            BackupError::Unsound(_) => failure.advising(failures::verify_shows()),
            _ => failure,
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        let failure = Self::new(failures::restore(&error));
        match error {
            RestoreError::Unreadable(OpenError::Newer { .. }) => {
                failure.advising(failures::nothing_changed_newer())
            }
            RestoreError::NoBackup => failure.advising(failures::nothing_changed_elsewhere()),
            _ => failure.advising(failures::nothing_changed()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(failures::store(&error))
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        let said = words::settings::failed(&error);
        match error {
            SettingError::UnknownKey { .. } => {
                Self::not_understood(said).advising(words::settings::list_shows_all())
            }
            SettingError::BadValue { .. } => Self::not_understood(said),
            SettingError::Missing { .. } => Self::new(said).advising(words::settings::set_sets_it()),
            SettingError::Store(_) => Self::new(said),
        }
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let failure = Self::new(words::secret::failed(&error));
        match error {
            SecretError::NoKeychain { .. } | SecretError::NotAnswering { .. } => {
                failure.advising(words::secret::start_the_keychain())
            }
            SecretError::Locked { .. } => failure.advising(words::secret::unlock_the_keychain()),
            SecretError::Exposed { .. } => failure.advising(words::secret::hide_the_file()),
            SecretError::Settings(error) => error.into(),
            _ => failure,
        }
    }
}

impl From<StaffProblem> for Failure {
    fn from(problem: StaffProblem) -> Self {
        let said = words::staff::failed(&problem);
        match problem {
            StaffProblem::PinUnfit | StaffProblem::IdUnfit | StaffProblem::NameUnfit => {
                Self::not_understood(said)
            }
            StaffProblem::NoSuchCashier | StaffProblem::IdTaken | StaffProblem::NoInstaller => {
                Self::new(said).advising(words::staff::list_shows_all())
            }
            _ => Self::new(said),
        }
    }
}

impl From<UnknownSecret> for Failure {
    fn from(error: UnknownSecret) -> Self {
        Self::not_understood(words::secret::unknown(error))
    }
}
