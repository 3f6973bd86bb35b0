//! What the commands reach: the engine, once it is open, or why it is not.

use tokio::sync::watch;
use yima_checkout::settings::{SettingError, Settings};
use yima_checkout::{Checkout, Command, Refusal};
use yima_gateway::Client;
use yima_store::{DataDir, SettingsFile, Store};

use crate::doctor::Doctor;
use crate::front::Listening;
use crate::ipc::dto::{Language, StartProblem};
use crate::ipc::error::TillError;
use crate::opening::terms;
use crate::practice::Practice;
use crate::signing::TillSigner;
use crate::sound::{Sound, Sounds};
use crate::staff::Staff;

/// An open till.
pub struct Open {
    pub checkout: Checkout,
    /// For reading lists; the engine is the one that writes.
    pub store: Store,
    pub folder: DataDir,
    pub settings: SettingsFile,
    /// For the doctor; the engine has its own.
    pub client: Client,
    pub signer: TillSigner,
    pub doctor: Doctor,
    pub practice: Option<Practice>,
    pub sounds: Sounds,
    pub turns: Turns,
    pub staff: Staff,
    pub _front: Option<Listening>,
    /// Held as long as the program runs.
    pub _lock: yima_store::DataLock,
}

impl Open {
    pub fn language(&self) -> Language {
        Settings::load(&self.settings).map_or(Language::Chinese, |settings| settings.language.into())
    }

    /// Has the engine sell by the settings as they are kept now.
    pub async fn take_up_settings(&self) -> Result<Settings, NotTakenUp> {
        let read = || -> Result<_, SettingError> {
            let settings = Settings::load(&self.settings)?;
            let mut terms = terms(&settings, self.practice.as_ref(), &self.folder, &self.settings);
            terms.ids.cashier_id = self.staff.cashier_id().or(terms.ids.cashier_id);
            Ok((settings, Box::new(terms)))
        };
        let hand_over = async |terms| self.checkout.act(Command::SetTerms { terms }).await;
        let (settings, handed_over) = self.turns.take_up(read, hand_over).await?;
        match handed_over {
            Ok(()) => Ok(settings),
            Err(refusal) => Err(NotTakenUp::Refused { settings: Box::new(settings), refusal }),
        }
    }
}

/// Why the engine sells by what it was told before.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenUp {
    #[error(transparent)]
    Unread(#[from] SettingError),
    #[error("the settings are kept, and not taken up before the next start: {refusal}")]
    Refused { settings: Box<Settings>, refusal: Refusal },
}

/// One after another: of two changes at once, what was read first must not be handed over last.
#[derive(Default)]
pub struct Turns(tokio::sync::Mutex<()>);

impl Turns {
    async fn take_up<T, S, E, R>(
        &self,
        read: impl FnOnce() -> Result<(S, T), E>,
        hand_over: impl AsyncFnOnce(T) -> R,
    ) -> Result<(S, R), E> {
        let _turn = self.0.lock().await;
        let (settings, terms) = read()?;
        let handed_over = hand_over(terms).await;
        Ok((settings, handed_over))
    }
}

/// Why there is none.
#[derive(Clone, Debug)]
pub struct Shut {
    pub problem: StartProblem,
    pub language: Language,
}

/// The till as the windows find it: still opening, open, or shut.
pub struct Till {
    state: watch::Sender<Option<Result<std::sync::Arc<Open>, Shut>>>,
}

impl Till {
    pub fn opening() -> Self {
        Self { state: watch::Sender::new(None) }
    }

    pub fn opened(&self, result: Result<Open, Shut>) {
        self.state.send_replace(Some(result.map(std::sync::Arc::new)));
    }

    /// Waits until it is known whether the till could be opened.
    pub async fn wait(&self) -> Result<std::sync::Arc<Open>, Shut> {
        let mut state = self.state.subscribe();
        match state.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(result)) => result.clone(),
            _ => Err(Shut { problem: StartProblem::PartFailed, language: Language::Chinese }),
        }
    }

    /// It is opened once more.
    pub fn opens_again(&self) {
        self.state.send_replace(None);
    }

    /// What is open now, without waiting for anything.
    pub fn now_open(&self) -> Option<std::sync::Arc<Open>> {
        self.state.borrow().as_ref()?.as_ref().ok().cloned()
    }

    /// Does one act of the cashier, if whoever is logged in may.
    pub async fn act(&self, command: Command) -> Result<(), TillError> {
        let open = self.entrance().await?;
        let done = open.act(command).await;
        if done.is_err() {
            open.sounds.play(Sound::Refused);
        }
        done
    }

    /// Does one act of the program itself, whoever is logged in.
    pub async fn tell(&self, command: Command) -> Result<(), TillError> {
        Ok(self.entrance().await?.checkout.act(command).await?)
    }

    /// For what only somebody who is logged in may see or do.
    pub async fn open(&self) -> Result<std::sync::Arc<Open>, TillError> {
        let open = self.entrance().await?;
        if open.staff.is_locked() { Err(TillError::Locked) } else { Ok(open) }
    }

    /// For what can be done in front of a locked till.
    pub async fn entrance(&self) -> Result<std::sync::Arc<Open>, TillError> {
        self.wait().await.map_err(|_| TillError::NotOpen)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Turns;

    #[tokio::test]
    async fn what_was_read_first_is_not_handed_over_last() {
        let (turns, kept, handed) = (Turns::default(), AtomicU32::new(0), Mutex::new(Vec::new()));
        let change = async |detours: u32| {
            kept.fetch_add(1, Ordering::SeqCst);
            let read = || Ok::<_, ()>(((), kept.load(Ordering::SeqCst)));
            let hand_over = async |terms| {
                for _ in 0..detours {
                    tokio::task::yield_now().await;
                }
                handed.lock().unwrap().push(terms);
            };
            turns.take_up(read, hand_over).await
        };
        let (slow, quick) = tokio::join!(change(9), change(0));
        assert_eq!((slow, quick), (Ok(((), ())), Ok(((), ()))));
        assert_eq!(handed.into_inner().unwrap(), [1, 2]);
    }
}
