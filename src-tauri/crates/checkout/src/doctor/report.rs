//! What was found, without words: for a program, and for whoever puts it into words.

use serde::Serialize;
use yima_gateway::probe::NoConnection;
use yima_gateway::{Credential, Profile, SignType};

use super::reason::{NoAnswer, SecretProblem};
use crate::secrets::{Place, SecretError, SecretName};
use crate::settings::ValueProblem;

/// All checks, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub checks: Vec<Check>,
}

/// As JSON: `{"outcome", "code", "data"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub outcome: Outcome,
    #[serde(flatten)]
    pub finding: Finding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Ok,
    /// The till can sell, but somebody should know.
    Warning,
    Failed,
    /// Something before it failed, or it does not apply.
    Skipped,
}

/// Holds no secret: a signed text has `***` in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", content = "data", rename_all = "snake_case")]
pub enum Finding {
    Mode(Mode),
    Settings(Settings),
    Secret(Secret),
    /// The environment's variables that name a proxy; the till uses none.
    Proxy {
        variables: Vec<&'static str>,
    },
    NameLookup(NameLookup),
    Connection(Connection),
    Tls(Tls),
    Clock(Clock),
    /// From the first request to its answer, TLS included; `None` if there was no answer.
    Latency {
        answer_ms: Option<u64>,
    },
    Signature(Verdict),
    ProfileSearch(Search),
}

/// The live set-up is what is checked in either mode: practice has a gateway of its own, inside the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    Practice,
    Live,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Settings {
    Complete {
        base_url: String,
        app_id: String,
        sign_type: SignType,
        profile: Profile,
    },
    Missing {
        key: &'static str,
    },
    /// What is kept is no value of that setting.
    BadValue {
        key: &'static str,
        value: String,
        #[serde(flatten)]
        problem: ValueProblem,
    },
    Unreadable,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Secret {
    Keychain {
        name: &'static str,
    },
    /// Unencrypted, because somebody asked for that.
    File {
        name: &'static str,
    },
    Missing {
        name: &'static str,
    },
    /// `said` is the system's own words, here and below.
    NoKeychain {
        said: String,
    },
    NotAnswering,
    Locked {
        said: String,
    },
    Unusable(SecretProblem),
    NotLookedFor,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum NameLookup {
    Found { host: String, addresses: Vec<String>, took_ms: u64 },
    NotNeeded { host: String },
    NotFound { host: String },
    NotAsked,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Connection {
    Made { address: String, took_ms: u64 },
    None { reason: NoConnection },
    NotTried,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Tls {
    Trusted {
        http_status: u16,
    },
    /// The gateway is this machine and spoken to in plain text.
    NotUsed {
        http_status: u16,
    },
    NotTrusted,
    /// Connected, but no HTTP answer came.
    NoAnswer(NoAnswer),
    NotTried,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Clock {
    /// Above zero where this machine's clock is ahead.
    Compared {
        ahead_s: i64,
    },
    /// The gateway sent no `Date` header that can be read.
    NoDate,
    NotCompared,
}

/// What the gateway makes of our signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It refused a wrong signature and took ours, at this call.
    Accepted {
        path: &'static str,
    },
    /// `canonical` is the text that was signed at this call, with `***` for the secret.
    Refused {
        path: &'static str,
        code: i64,
        msg: String,
        canonical: String,
    },
    AppIdRefused {
        code: i64,
        msg: String,
    },
    NotEnabled {
        code: i64,
        msg: String,
    },
    /// It took a wrong signature as well, at every call that is safe to try: it looks at something else first.
    CannotTell,
    /// It answered with something that says nothing about the signature.
    Unclear {
        path: &'static str,
        code: i64,
        msg: String,
    },
    /// 5002, however long we waited.
    Busy,
    NoAnswer(NoAnswer),
    NotAsked,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Search {
    /// The profile that was accepted, and what it changes.
    Found { profile: Profile, changes: Vec<Change>, tried: usize },
    /// All were refused: the secret, or the kind of signature, is another one.
    None { tried: usize },
    /// The gateway said something that no profile would change.
    Stopped { tried: usize, verdict: Verdict },
    /// What is set was accepted, or could not be told to be wrong.
    NotNeeded,
}

/// One setting that a found profile changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub key: &'static str,
    pub from: String,
    pub to: String,
}

/// Receipts carry the time, to the second.
const CLOCK_OK_S: u64 = 30;
const CLOCK_WARNING_S: u64 = 300;
/// A quarter of the time that a call may take.
const SLOW_MS: u64 = 2_000;

impl Report {
    /// Whether nothing failed.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.failed().next().is_none()
    }

    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome == Outcome::Failed)
    }

    /// What a search has found.
    #[must_use]
    pub fn found_profile(&self) -> Option<&Profile> {
        self.checks.iter().find_map(|check| match &check.finding {
            Finding::ProfileSearch(Search::Found { profile, .. }) => Some(profile),
            _ => None,
        })
    }
}

impl From<Finding> for Check {
    fn from(finding: Finding) -> Self {
        Self { outcome: finding.outcome(), finding }
    }
}

impl Finding {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Mode(Mode::Live) => Outcome::Ok,
            Self::Mode(Mode::Practice) => Outcome::Warning,
            Self::Mode(Mode::Unknown) => Outcome::Skipped,
            Self::Settings(Settings::Complete { .. }) => Outcome::Ok,
            Self::Settings(_) => Outcome::Failed,
            Self::Secret(secret) => secret.outcome(),
            Self::Proxy { variables } if variables.is_empty() => Outcome::Ok,
            Self::Proxy { .. } => Outcome::Warning,
            Self::NameLookup(NameLookup::Found { .. }) => Outcome::Ok,
            Self::NameLookup(NameLookup::NotFound { .. }) => Outcome::Failed,
            Self::NameLookup(NameLookup::NotNeeded { .. } | NameLookup::NotAsked) => Outcome::Skipped,
            Self::Connection(Connection::Made { .. }) => Outcome::Ok,
            Self::Connection(Connection::None { .. }) => Outcome::Failed,
            Self::Connection(Connection::NotTried) => Outcome::Skipped,
            Self::Tls(Tls::Trusted { .. }) => Outcome::Ok,
            Self::Tls(Tls::NotTrusted | Tls::NoAnswer(_)) => Outcome::Failed,
            Self::Tls(Tls::NotUsed { .. } | Tls::NotTried) => Outcome::Skipped,
            Self::Clock(clock) => clock.outcome(),
            Self::Latency { answer_ms: None } => Outcome::Skipped,
            Self::Latency { answer_ms: Some(..SLOW_MS) } => Outcome::Ok,
            Self::Latency { answer_ms: Some(_) } => Outcome::Warning,
            Self::Signature(verdict) => verdict.outcome(),
            Self::ProfileSearch(Search::Found { .. }) => Outcome::Ok,
            Self::ProfileSearch(Search::NotNeeded) => Outcome::Skipped,
            Self::ProfileSearch(Search::None { .. } | Search::Stopped { .. }) => Outcome::Failed,
        }
    }
}

impl Secret {
    /// What a look for the secret of that kind of signature came to.
    #[must_use]
    pub fn of(found: &Result<(Credential, Place), SecretError>) -> Self {
        match found {
            Ok((credential, place)) => {
                let name = SecretName::of(credential.sign_type()).name();
                match place {
                    Place::Keychain => Self::Keychain { name },
                    Place::File => Self::File { name },
                }
            }
            Err(error) => error.clone().into(),
        }
    }

    const fn outcome(&self) -> Outcome {
        match self {
            Self::Keychain { .. } => Outcome::Ok,
            Self::File { .. } => Outcome::Warning,
            Self::NotLookedFor => Outcome::Skipped,
            Self::Missing { .. }
            | Self::NoKeychain { .. }
            | Self::NotAnswering
            | Self::Locked { .. }
            | Self::Unusable(_) => Outcome::Failed,
        }
    }
}

impl Clock {
    const fn outcome(self) -> Outcome {
        match self {
            Self::Compared { ahead_s } if ahead_s.unsigned_abs() <= CLOCK_OK_S => Outcome::Ok,
            Self::Compared { ahead_s } if ahead_s.unsigned_abs() <= CLOCK_WARNING_S => Outcome::Warning,
            Self::Compared { .. } => Outcome::Failed,
            Self::NoDate | Self::NotCompared => Outcome::Skipped,
        }
    }
}

impl Verdict {
    const fn outcome(&self) -> Outcome {
        match self {
            Self::Accepted { .. } => Outcome::Ok,
            Self::CannotTell => Outcome::Warning,
            Self::NotAsked => Outcome::Skipped,
            Self::Refused { .. }
            | Self::AppIdRefused { .. }
            | Self::NotEnabled { .. }
            | Self::Unclear { .. }
            | Self::Busy
            | Self::NoAnswer(_) => Outcome::Failed,
        }
    }
}
