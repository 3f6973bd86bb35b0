//! The doctor's report in the windows' words.

use yima_checkout::StoreProblem;
use yima_checkout::doctor::{
    self, Change, ClockFound, Connection, Mode, NameLookup, Search, Secret, SettingsFound, Tls, Verdict,
};
use yima_checkout::settings::{self, SettingError};
use yima_gateway::{Profile, probe};

use super::dto::{
    ChangeView, CheckName, CheckOutcome, CheckView, DoctorProgress, Finding, NoAnswer, NoConnection,
    NoReport, ProfileView, SecretProblem, SettingRefusal, ValueProblem,
};

impl From<doctor::Progress<'_>> for DoctorProgress {
    fn from(progress: doctor::Progress<'_>) -> Self {
        match progress {
            doctor::Progress::Checked(check) => Self::Checked { check: check.clone().into() },
            doctor::Progress::Trying { number, of, profile } => {
                Self::Trying { number: count(number), of: count(of), profile: profile.into() }
            }
        }
    }
}

impl From<crate::doctor::NoReport> for NoReport {
    fn from(why: crate::doctor::NoReport) -> Self {
        match why {
            crate::doctor::NoReport::Stopped => Self::Stopped,
            crate::doctor::NoReport::TookTooLong => Self::TookTooLong,
        }
    }
}

impl From<doctor::Check> for CheckView {
    fn from(check: doctor::Check) -> Self {
        let (name, finding) = match check.finding {
            doctor::Finding::Mode(mode) => (CheckName::Mode, mode.into()),
            doctor::Finding::Settings(found) => (CheckName::Settings, found.into()),
            doctor::Finding::Secret(found) => (CheckName::Secret, found.into()),
            doctor::Finding::Proxy { variables } => {
                let variables = variables.into_iter().map(str::to_owned).collect();
                (CheckName::Proxy, Finding::Proxy { variables })
            }
            doctor::Finding::NameLookup(found) => (CheckName::NameLookup, found.into()),
            doctor::Finding::Connection(found) => (CheckName::Connection, found.into()),
            doctor::Finding::Tls(found) => (CheckName::Tls, found.into()),
            doctor::Finding::Clock(found) => (CheckName::Clock, found.into()),
            doctor::Finding::Latency { answer_ms } => {
                let timed = answer_ms.map(|ms| Finding::Answered { took_ms: milliseconds(ms) });
                (CheckName::Latency, timed.unwrap_or(Finding::AnswerNotTimed))
            }
            doctor::Finding::Signature(verdict) => (CheckName::Signature, verdict.into()),
            doctor::Finding::ProfileSearch(search) => (CheckName::ProfileSearch, search.into()),
        };
        let outcome = match check.outcome {
            doctor::Outcome::Ok => CheckOutcome::Ok,
            doctor::Outcome::Warning => CheckOutcome::Warning,
            doctor::Outcome::Failed => CheckOutcome::Failed,
            doctor::Outcome::Skipped => CheckOutcome::Skipped,
        };
        Self { check: name, outcome, finding }
    }
}

impl From<Mode> for Finding {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Practice => Self::ModePractice,
            Mode::Live => Self::ModeLive,
            Mode::Unknown => Self::ModeUnknown,
        }
    }
}

impl From<SettingsFound> for Finding {
    fn from(found: SettingsFound) -> Self {
        match found {
            SettingsFound::Complete { base_url, app_id, sign_type, profile } => Self::SettingsComplete {
                base_url,
                app_id,
                sign_type: sign_type.name().to_owned(),
                profile: (&profile).into(),
            },
            SettingsFound::Missing { key } => Self::SettingMissing { key: key.to_owned() },
            SettingsFound::BadValue { key, problem, .. } => {
                Self::SettingBad { key: key.to_owned(), problem: problem.into() }
            }
            SettingsFound::Unreadable => Self::SettingsUnreadable,
        }
    }
}

impl From<Secret> for Finding {
    fn from(found: Secret) -> Self {
        match found {
            Secret::Keychain { name } => Self::SecretInKeychain { name: name.to_owned() },
            Secret::File { name } => Self::SecretInFile { name: name.to_owned() },
            Secret::Missing { name } => Self::SecretMissing { name: name.to_owned() },
            Secret::NoKeychain { .. } => Self::NoKeychain,
            Secret::NotAnswering => Self::KeychainSilent,
            Secret::Locked { .. } => Self::KeychainLocked,
            Secret::Unusable(problem) => Self::SecretUnusable { problem: problem.into() },
            Secret::NotLookedFor => Self::SecretNotLookedFor,
        }
    }
}

impl From<doctor::SecretProblem> for SecretProblem {
    fn from(problem: doctor::SecretProblem) -> Self {
        use doctor::SecretProblem as From;
        match problem {
            From::KeychainRefused { .. } => Self::KeychainRefused,
            From::Exposed { path } => Self::Exposed { path: path.display().to_string() },
            From::FileUnreadable { path, .. } => Self::FileUnreadable { path: path.display().to_string() },
            From::NotText => Self::NotText,
            From::ControlCharacter => Self::ControlCharacter,
            From::Empty => Self::Empty,
            From::NotPem => Self::NotPem,
            From::PublicKey => Self::PublicKey,
            From::Encrypted => Self::Encrypted,
            From::KeyUnreadable => Self::KeyUnreadable,
            From::KeySize { bits } => Self::KeySize { bits: count(bits) },
            From::NoSettings => Self::NoSettings,
        }
    }
}

impl From<NameLookup> for Finding {
    fn from(found: NameLookup) -> Self {
        match found {
            NameLookup::Found { host, addresses, took_ms } => {
                Self::NameFound { host, addresses, took_ms: milliseconds(took_ms) }
            }
            NameLookup::NotNeeded { host } => Self::NameNotNeeded { host },
            NameLookup::NotFound { host } => Self::NameNotFound { host },
            NameLookup::NotAsked => Self::NameNotAsked,
        }
    }
}

impl From<Connection> for Finding {
    fn from(found: Connection) -> Self {
        match found {
            Connection::Made { address, took_ms } => {
                Self::Connected { address, took_ms: milliseconds(took_ms) }
            }
            Connection::None { reason } => Self::NotConnected {
                reason: match reason {
                    probe::NoConnection::Refused => NoConnection::Refused,
                    probe::NoConnection::TimedOut => NoConnection::TimedOut,
                    probe::NoConnection::Unreachable => NoConnection::Unreachable,
                    probe::NoConnection::Failed => NoConnection::Failed,
                },
            },
            Connection::NotTried => Self::ConnectionNotTried,
        }
    }
}

impl From<Tls> for Finding {
    fn from(found: Tls) -> Self {
        match found {
            Tls::Trusted { http_status } => Self::TlsTrusted { http_status },
            Tls::NotUsed { http_status } => Self::TlsNotUsed { http_status },
            Tls::NotTrusted => Self::TlsNotTrusted,
            Tls::NoAnswer(reason) => Self::TlsNoAnswer { reason: reason.into() },
            Tls::NotTried => Self::TlsNotTried,
        }
    }
}

impl From<ClockFound> for Finding {
    fn from(found: ClockFound) -> Self {
        match found {
            ClockFound::Compared { ahead_s } => {
                let most = if ahead_s < 0 { i32::MIN + 1 } else { i32::MAX };
                Self::ClockCompared { ahead_s: i32::try_from(ahead_s).unwrap_or(most) }
            }
            ClockFound::NoDate => Self::ClockNoDate,
            ClockFound::NotCompared => Self::ClockNotCompared,
        }
    }
}

impl From<Verdict> for Finding {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted { path } => Self::SignatureAccepted { path: path.to_owned() },
            Verdict::Refused { path, code, msg: message, canonical } => Self::SignatureRefused {
                path: path.to_owned(),
                gateway_code: code.to_string(),
                message,
                canonical,
            },
            Verdict::AppIdRefused { code, msg: message } => {
                Self::AppIdRefused { gateway_code: code.to_string(), message }
            }
            Verdict::NotEnabled { code, msg: message } => {
                Self::NotEnabled { gateway_code: code.to_string(), message }
            }
            Verdict::CannotTell => Self::SignatureCannotTell,
            Verdict::Unclear { path, code, msg: message } => {
                Self::SignatureUnclear { path: path.to_owned(), gateway_code: code.to_string(), message }
            }
            Verdict::Busy => Self::GatewayBusy,
            Verdict::NoAnswer(reason) => Self::SignatureNoAnswer { reason: reason.into() },
            Verdict::NotAsked => Self::SignatureNotAsked,
        }
    }
}

impl From<Search> for Finding {
    fn from(search: Search) -> Self {
        match search {
            Search::Found { changes, tried, .. } => Self::ProfileFound {
                changes: changes.into_iter().map(Into::into).collect(),
                tried: count(tried),
            },
            Search::None { tried } => Self::ProfileNone { tried: count(tried) },
            Search::Stopped { tried, verdict } => {
                Self::ProfileSearchStopped { tried: count(tried), because: Box::new(verdict.into()) }
            }
            Search::NotNeeded => Self::ProfileNotSearched,
        }
    }
}

impl From<Change> for ChangeView {
    fn from(Change { key, from, to }: Change) -> Self {
        Self { key: key.to_owned(), from, to }
    }
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        Self {
            secret_key: profile.secret_key.to_string(),
            sign_type_signed: profile.sign_type_signed,
            md5_output: profile.md5_output.to_string(),
            rsa_digest: profile.rsa_digest.to_string(),
            amount_form: profile.amount_form.to_string(),
        }
    }
}

impl From<doctor::NoAnswer> for NoAnswer {
    fn from(reason: doctor::NoAnswer) -> Self {
        match reason {
            doctor::NoAnswer::CannotBeMade => Self::CannotBeMade,
            doctor::NoAnswer::CannotBeSigned => Self::CannotBeSigned,
            doctor::NoAnswer::NameNotFound => Self::NameNotFound,
            doctor::NoAnswer::NoConnection => Self::NoConnection,
            doctor::NoAnswer::NotTrusted => Self::NotTrusted,
            doctor::NoAnswer::TimedOut => Self::TimedOut,
            doctor::NoAnswer::ConnectionBroke => Self::ConnectionBroke,
            doctor::NoAnswer::HttpStatus { status } => Self::HttpStatus { status },
            doctor::NoAnswer::Redirected => Self::Redirected,
            doctor::NoAnswer::NotAGateway => Self::NotAGateway,
        }
    }
}

impl From<SettingError> for SettingRefusal {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::UnknownKey { .. } | SettingError::Missing { .. } => Self::Unknown,
            SettingError::BadValue { problem, .. } => Self::BadValue { problem: problem.into() },
            SettingError::Store(error) => {
                tracing::error!(%error, "the settings cannot be read or written");
                Self::NotSaved { problem: StoreProblem::from(&error).into() }
            }
        }
    }
}

impl From<settings::ValueProblem> for ValueProblem {
    fn from(problem: settings::ValueProblem) -> Self {
        use settings::ValueProblem as From;
        match problem {
            From::NoSuchChoice => Self::NoSuchChoice,
            From::Empty => Self::Empty,
            From::TooLong { chars } => Self::TooLong { chars: count(chars) },
            From::OuterSpace => Self::OuterSpace,
            From::HiddenCharacter => Self::HiddenCharacter,
            From::NotATillNumber => Self::NotATillNumber,
            From::NotAWholeNumber => Self::NotAWholeNumber,
            From::TooSmall => Self::TooSmall,
            From::TooLarge => Self::TooLarge,
            From::NotAnAddress => Self::NotAnAddress,
            From::AddressInsecure => Self::AddressInsecure,
            From::AddressWithCredentials => Self::AddressWithCredentials,
            From::AddressWithQuery => Self::AddressWithQuery,
            From::NotAPromotion { entry } => Self::NotAPromotion { entry },
            From::NotALayout { entry } => Self::NotALayout { entry },
            From::NotAHost { entry } => Self::NotAHost { entry },
            From::NotAWholePath => Self::NotAWholePath,
        }
    }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn milliseconds(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}
