//! What the doctor finds.

use serde::Serialize;
use specta::Type;

use super::ValueProblem;

/// What is heard while the doctor is at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DoctorProgress {
    Checked { check: CheckView },
    Trying { number: u32, of: u32, profile: ProfileView },
}

/// Why there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoReport {
    NotOpen,
    Stopped,
    TookTooLong,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct CheckView {
    pub check: CheckName,
    pub outcome: CheckOutcome,
    pub finding: Finding,
}

/// In the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    Mode,
    Settings,
    Secret,
    Proxy,
    NameLookup,
    Connection,
    Tls,
    Clock,
    Latency,
    Signature,
    ProfileSearch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    Ok,
    /// The till can sell, but somebody should know.
    Warning,
    Failed,
    /// Something before it failed, or it does not apply.
    Skipped,
}

/// How requests are signed, by the names that the settings have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ProfileView {
    pub secret_key: String,
    pub sign_type_signed: bool,
    pub md5_output: String,
    pub rsa_digest: String,
    pub amount_form: String,
}

/// One setting that a found profile changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ChangeView {
    pub key: String,
    pub from: String,
    pub to: String,
}

/// What one check came to. `message` is the gateway's own text, `canonical` has `***` for the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Finding {
    ModeLive,
    /// The live set-up is checked all the same.
    ModePractice,
    ModeUnknown,
    SettingsComplete {
        base_url: String,
        app_id: String,
        sign_type: String,
        profile: ProfileView,
    },
    SettingMissing {
        key: String,
    },
    SettingBad {
        key: String,
        problem: ValueProblem,
    },
    SettingsUnreadable,
    SecretInKeychain {
        name: String,
    },
    /// Unencrypted, because somebody asked for that.
    SecretInFile {
        name: String,
    },
    SecretMissing {
        name: String,
    },
    NoKeychain,
    KeychainSilent,
    KeychainLocked,
    SecretUnusable {
        problem: SecretProblem,
    },
    SecretNotLookedFor,
    /// The environment's variables that name a proxy; the till uses none.
    Proxy {
        variables: Vec<String>,
    },
    NameFound {
        host: String,
        addresses: Vec<String>,
        took_ms: u32,
    },
    NameNotNeeded {
        host: String,
    },
    NameNotFound {
        host: String,
    },
    NameNotAsked,
    Connected {
        address: String,
        took_ms: u32,
    },
    NotConnected {
        reason: NoConnection,
    },
    ConnectionNotTried,
    TlsTrusted {
        http_status: u16,
    },
    /// The gateway is this machine and spoken to in plain text.
    TlsNotUsed {
        http_status: u16,
    },
    TlsNotTrusted,
    TlsNoAnswer {
        reason: NoAnswer,
    },
    TlsNotTried,
    /// Above zero where this machine's clock is ahead.
    ClockCompared {
        ahead_s: i32,
    },
    ClockNoDate,
    ClockNotCompared,
    Answered {
        took_ms: u32,
    },
    AnswerNotTimed,
    SignatureAccepted {
        path: String,
    },
    SignatureRefused {
        path: String,
        gateway_code: String,
        message: String,
        canonical: String,
    },
    AppIdRefused {
        gateway_code: String,
        message: String,
    },
    NotEnabled {
        gateway_code: String,
        message: String,
    },
    /// The gateway took a wrong signature as well: it looks at something else first.
    SignatureCannotTell,
    SignatureUnclear {
        path: String,
        gateway_code: String,
        message: String,
    },
    GatewayBusy,
    SignatureNoAnswer {
        reason: NoAnswer,
    },
    SignatureNotAsked,
    ProfileFound {
        changes: Vec<ChangeView>,
        tried: u32,
    },
    ProfileNone {
        tried: u32,
    },
    /// The gateway said something that no profile would change.
    ProfileSearchStopped {
        tried: u32,
        because: Box<Finding>,
    },
    ProfileNotSearched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NoConnection {
    Refused,
    TimedOut,
    Unreachable,
    Failed,
}

/// Why no answer of the gateway's came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoAnswer {
    CannotBeMade,
    CannotBeSigned,
    NameNotFound,
    NoConnection,
    NotTrusted,
    TimedOut,
    ConnectionBroke,
    HttpStatus {
        status: u16,
    },
    Redirected,
    /// Something answered that is not this kind of gateway.
    NotAGateway,
}

/// Why a secret that is there cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SecretProblem {
    KeychainRefused,
    /// Others than its owner can read the file.
    Exposed {
        path: String,
    },
    FileUnreadable {
        path: String,
    },
    NotText,
    ControlCharacter,
    Empty,
    NotPem,
    PublicKey,
    Encrypted,
    KeyUnreadable,
    KeySize {
        bits: u32,
    },
    NoSettings,
}
