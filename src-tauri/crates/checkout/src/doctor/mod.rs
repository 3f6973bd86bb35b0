//! The doctor: says what is wrong with a till's way to its gateway, and finds the signing profile by asking.
//!
//! No call of it moves money or makes an order; see [`yima_gateway::probe`]. It checks the live set-up whatever the mode:
//! practice mode's gateway is inside the till, and there is nothing to set up about it.

mod asking;
pub(crate) mod network;
mod reason;
mod report;
mod search;

use yima_core::OrderId;
use yima_gateway::{Account, Client, Credential, Endpoint, Profile, StoreInfo};
use yima_store::{DataDir, SettingsFile};

use crate::Clock;
use crate::secrets::{Place, SecretError, SecretStore};
use crate::settings::{SettingError, Settings};
use asking::Asking;
pub use reason::{NoAnswer, SecretProblem};
pub use report::{
    Change, Check, Clock as ClockFound, Connection, Finding, Mode, NameLookup, Outcome, Report, Search,
    Secret, Settings as SettingsFound, Tls, Verdict,
};
pub use search::save_profile;

/// What a till is set up with, as far as it can be read.
pub struct SetUp {
    settings: Result<Settings, SettingError>,
    /// Not looked for where it is not known which one is needed.
    credential: Option<Result<(Credential, Place), SecretError>>,
}

/// What is heard while the doctor is at work.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    Checked(&'a Check),
    Trying { number: usize, of: usize, profile: &'a Profile },
}

/// What the doctor works with.
pub struct Means<'a, C> {
    pub client: &'a Client,
    pub clock: &'a C,
}

impl<C> Clone for Means<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Means<'_, C> {}

impl SetUp {
    /// Blocks: a keychain may be asking a person to unlock it.
    #[must_use]
    pub fn read(folder: &DataDir, file: &SettingsFile) -> Self {
        let settings = Settings::load(file);
        let credential = settings.as_ref().ok().map(|settings| {
            SecretStore::open(folder, file).and_then(|secrets| secrets.credential(settings.sign_type))
        });
        Self { settings, credential }
    }
}

/// Makes all checks, one after the other; with `find_profile` also looks for the profile where the set one is refused.
/// A few seconds where all is well. No question is asked more than five times, and a search ends where one stays without
/// an answer. Stops when it is dropped.
pub async fn examine<C: Clock>(
    set_up: &SetUp,
    find_profile: bool,
    means: Means<'_, C>,
    tell: impl FnMut(Progress<'_>),
) -> Report {
    let mut visit = Visit { report: Report::default(), tell };
    visit.note(Finding::Mode(mode(set_up)));
    visit.note(Finding::Settings(settings_found(set_up)));
    visit.note(Finding::Secret(secret_found(set_up)));
    let endpoint = set_up.settings.as_ref().ok().map(|settings| &settings.base_url);
    let is_reached = visit.reach(endpoint, means).await;
    let ready = Ready::new(set_up, means.clock).filter(|_| is_reached);
    let Some(Ready { account, credential, store_info, order_id }) = ready else {
        visit.note(Finding::Signature(Verdict::NotAsked));
        return visit.report;
    };
    let mut asking = Asking::new(means, credential, store_info, order_id);
    let verdict = asking.verdict(&account).await;
    let may_be_the_profile = matches!(verdict, Verdict::Refused { .. } | Verdict::Unclear { .. });
    visit.note(Finding::Signature(verdict));
    if find_profile {
        let search = if may_be_the_profile {
            search::search(&mut asking, &account, &mut visit.tell).await
        } else {
            Search::NotNeeded
        };
        visit.note(Finding::ProfileSearch(search));
    }
    visit.report
}

/// All that is needed to sign a question.
struct Ready<'a> {
    account: Account,
    credential: &'a Credential,
    store_info: &'a StoreInfo,
    order_id: OrderId,
}

impl<'a> Ready<'a> {
    fn new(set_up: &'a SetUp, clock: &impl Clock) -> Option<Self> {
        let settings = set_up.settings.as_ref().ok()?;
        let account = settings.account().ok()?;
        let (credential, _) = set_up.credential.as_ref()?.as_ref().ok()?;
        Some(Self { account, credential, store_info: &settings.store_info, order_id: order_id(clock)? })
    }
}

/// One run: what was found so far, and who hears of it.
struct Visit<T> {
    report: Report,
    tell: T,
}

impl<T: FnMut(Progress<'_>)> Visit<T> {
    fn note(&mut self, finding: Finding) {
        let check = Check::from(finding);
        (self.tell)(Progress::Checked(&check));
        self.report.checks.push(check);
    }

    async fn reach<C: Clock>(&mut self, endpoint: Option<&Endpoint>, means: Means<'_, C>) -> bool {
        self.note(network::proxy());
        match endpoint {
            Some(endpoint) => network::reach(endpoint, means, |finding| self.note(finding)).await,
            None => {
                network::not_reached(network::Step::Name).into_iter().for_each(|finding| self.note(finding));
                false
            }
        }
    }
}

fn mode(set_up: &SetUp) -> Mode {
    match set_up.settings.as_ref().map(|settings| settings.mode) {
        Ok(yima_store::Mode::Practice) => Mode::Practice,
        Ok(yima_store::Mode::Live) => Mode::Live,
        Err(_) => Mode::Unknown,
    }
}

fn settings_found(set_up: &SetUp) -> SettingsFound {
    match set_up.settings.as_ref().map_err(Clone::clone).and_then(Settings::account) {
        Ok(account) => SettingsFound::Complete {
            base_url: account.endpoint.to_string(),
            app_id: account.app_id,
            sign_type: account.sign_type,
            profile: account.profile,
        },
        Err(SettingError::Missing { key }) => SettingsFound::Missing { key },
        Err(SettingError::BadValue { key, value, problem, .. }) => {
            SettingsFound::BadValue { key, value, problem }
        }
        Err(SettingError::UnknownKey { .. } | SettingError::Store(_)) => SettingsFound::Unreadable,
    }
}

fn secret_found(set_up: &SetUp) -> Secret {
    set_up.credential.as_ref().map_or(Secret::NotLookedFor, Secret::of)
}

/// A till's ids are dates to begin with; this one begins with letters that no till uses, and is random after that.
fn order_id(clock: &impl Clock) -> Option<OrderId> {
    let random: String = clock.random().iter().map(|byte| format!("{byte:02x}")).collect();
    OrderId::parse(&format!("yimadoctor{}", random.get(..22)?)).ok()
}

#[cfg(test)]
mod tests;
