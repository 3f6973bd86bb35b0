//! The operating system's keychain, asked with a time limit.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{SecretError, SecretName};

const SERVICE: &str = "yima-till";
/// To find the keychain: nobody has to do anything for that.
const FIND_LIMIT: Duration = Duration::from_secs(5);
/// To use it: a person may have to type a password first.
const USE_LIMIT: Duration = Duration::from_secs(60);

pub(super) trait Keychain: Send + Sync {
    fn get(&self, name: SecretName) -> Result<Option<SecretString>, SecretError>;
    fn set(&self, name: SecretName, secret: &SecretString) -> Result<(), SecretError>;
}

/// Keeps the entries of each data folder apart.
pub(super) struct OsKeychain {
    installation_id: Option<String>,
}

impl OsKeychain {
    pub(super) fn new(installation_id: Option<String>) -> Self {
        Self { installation_id }
    }

    fn user(&self, name: SecretName) -> Option<String> {
        self.installation_id.as_ref().map(|id| format!("{name}@{id}"))
    }
}

impl Keychain for OsKeychain {
    fn get(&self, name: SecretName) -> Result<Option<SecretString>, SecretError> {
        // A folder that was never written to has nothing in any keychain.
        let Some(user) = self.user(name) else { return Ok(None) };
        let found = ask(move || {
            let bytes = keyring::Entry::new(SERVICE, &user)?.get_secret().map(Zeroizing::new)?;
            Ok(std::str::from_utf8(&bytes).ok().map(SecretString::from))
        });
        match found {
            Ok(text) => text.map(Some).ok_or(SecretError::NotText),
            Err(Trouble::Keyring(keyring::Error::NoEntry)) => Ok(None),
            Err(trouble) => Err(trouble.into()),
        }
    }

    fn set(&self, name: SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let user = self.user(name).ok_or_else(|| SecretError::Refused {
            reason: "the data folder has not been prepared".to_owned(),
        })?;
        let secret = secret.clone();
        ask(move || keyring::Entry::new(SERVICE, &user)?.set_secret(secret.expose_secret().as_bytes()))?;
        Ok(())
    }
}

/// Why the keychain gave no answer of its own.
enum Trouble {
    NotFound(String),
    NotAnswering(Duration),
    Keyring(keyring::Error),
}

impl From<Trouble> for SecretError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::NotFound(reason) => Self::NoKeychain { reason },
            Trouble::NotAnswering(waited) => Self::NotAnswering { waited },
            Trouble::Keyring(error) => told(error),
        }
    }
}

/// These errors may carry the secret's bytes: only what is known to be harmless is passed on.
pub(super) fn told(error: keyring::Error) -> SecretError {
    use keyring::Error as E;
    match error {
        E::NoStorageAccess(reason) => SecretError::Locked { reason: reason.to_string() },
        E::NoDefaultStore => SecretError::NoKeychain { reason: "none was found".to_owned() },
        E::PlatformFailure(reason) => SecretError::Refused { reason: reason.to_string() },
        E::TooLong(_, limit) => {
            SecretError::Refused { reason: format!("it keeps at most {limit} characters") }
        }
        E::BadEncoding(_) | E::BadDataFormat(..) => SecretError::NotText,
        E::Ambiguous(entries) => {
            SecretError::Refused { reason: format!("it holds {} entries of that name", entries.len()) }
        }
        E::NoEntry => SecretError::Refused { reason: "there is no such entry".to_owned() },
        _ => SecretError::Refused { reason: "it cannot do that".to_owned() },
    }
}

/// One question at a time; and while the last one is still unanswered no other, so that at most one thread waits.
static TURN: Mutex<()> = Mutex::new(());
static UNANSWERED: AtomicBool = AtomicBool::new(false);

fn ask<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, keyring::Error> + Send + 'static,
) -> Result<T, Trouble> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    within(FIND_LIMIT, || keyring::Entry::store_status().as_ref().map(drop).map_err(ToString::to_string))?
        .map_err(Trouble::NotFound)?;
    within(USE_LIMIT, work)?.map_err(Trouble::Keyring)
}

fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    if UNANSWERED.swap(true, Ordering::AcqRel) {
        return Err(Trouble::NotAnswering(limit));
    }
    let (answer, wait) = mpsc::sync_channel(1);
    let question = Question;
    let asking = thread::Builder::new().name("keychain".to_owned()).spawn(move || {
        let outcome = work();
        drop(question);
        // Nobody is left to hear it when the time was up.
        let _ = answer.send(outcome);
    });
    if asking.is_err() {
        return Err(Trouble::NotFound("no thread could be started to ask it".to_owned()));
    }
    wait.recv_timeout(limit).map_err(|end| match end {
        RecvTimeoutError::Timeout => Trouble::NotAnswering(limit),
        RecvTimeoutError::Disconnected => Trouble::NotFound("asking it failed".to_owned()),
    })
}

/// Under way until it is dropped, also by a panic.
struct Question;

impl Drop for Question {
    fn drop(&mut self) {
        UNANSWERED.store(false, Ordering::Release);
    }
}
