//! Opening the till: the lock, the settings, the data, the gateway, then the engine.

use std::borrow::Borrow;
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager};
use yima_checkout::settings::{self, SettingError, Settings};
use yima_checkout::view::Mode;
use yima_checkout::{Checkout, Clock, Huishouyin, Ports, StartError, StoreIds, SystemClock, Terms};
use yima_core::sale::Timing;
use yima_gateway::{Client, Timeouts};
use yima_store::backup::Database;
use yima_store::{
    DataDir, DataDirError, InstallationError, LockError, OpenError, SettingsFile, Store, StoreError, Taken,
};

use crate::damage::{self, Damage, Damaged};
use crate::doctor::Doctor;
use crate::front::Listening;
use crate::ipc::dto::{Language, StartProblem};
use crate::practice::{Practice, PracticeError};
use crate::screen::Windows;
use crate::signing::{TillSigner, has_secret_in_file};
use crate::sound::Sounds;
use crate::staff::Staff;
use crate::till::{Open, Shut, Turns};

/// What went wrong; the log has the details, the window the words.
#[derive(Debug, thiserror::Error)]
enum OpeningError {
    #[error(transparent)]
    Folder(#[from] DataDirError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Installation(#[from] InstallationError),
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Engine(#[from] StartError),
    #[error(transparent)]
    Practice(#[from] PracticeError),
    #[error(transparent)]
    Client(#[from] yima_gateway::ClientError),
}

/// Opens the till in the data folder; a till that cannot be opened says why, in the language it would speak.
pub async fn open(app: AppHandle, windows: Windows, explicit: Option<PathBuf>) -> Result<Open, Shut> {
    let mut seen = Seen { language: Language::Chinese, folder: None, sold: None };
    open_in(app.clone(), windows, explicit, &mut seen).await.map_err(|error| {
        tracing::error!(%error, "the till cannot be opened");
        let Seen { language, folder, sold } = seen;
        crate::windows::set_titles(&app, language);
        let place = folder.as_ref().map(|folder| folder.root().display().to_string());
        if let Some(folder) = folder
            && let Some(database) = damaged(&error, &folder, sold)
            && let Some(damage) = Damage::of(folder, database)
        {
            app.state::<Damaged>().put(damage);
        }
        Shut { problem: problem(&error, place.unwrap_or_else(|| DataDir::VARIABLE.to_owned())), language }
    })
}

/// What was found out on the way.
struct Seen {
    language: Language,
    folder: Option<DataDir>,
    /// What the till sells with.
    sold: Option<Database>,
}

impl Seen {
    fn speak_as_set(&mut self, file: Option<impl Borrow<SettingsFile>>) {
        if let Some(Ok(settings)) = file.map(|file| Settings::load(file.borrow())) {
            self.language = settings.language.into();
        }
    }
}

async fn open_in(
    app: AppHandle,
    windows: Windows,
    explicit: Option<PathBuf>,
    seen: &mut Seen,
) -> Result<Open, OpeningError> {
    let folder = DataDir::locate(explicit)?;
    seen.folder = Some(folder.clone());
    let file = SettingsFile::open(&folder.settings_db())
        .inspect_err(|_| seen.speak_as_set(SettingsFile::open_as_it_stands(&folder.settings_db()).ok()))?;
    seen.speak_as_set(Some(&file));
    let lock = folder.lock()?;
    settings::prepare(&file)?;
    let settings = Settings::load(&file)?;
    crate::windows::set_titles(&app, settings.language.into());
    app.state::<Sounds>().set(settings.sound);
    seen.sold = Some(settings.mode.into());
    look_at_what_is_suspected(&app, &folder, &settings).await?;
    let store = Store::open(&folder.database(settings.mode))?;
    let (signer, practice) = match settings.mode {
        yima_store::Mode::Practice => {
            store.seed_if_empty().await?;
            let (practice, credential) = Practice::start(folder.root(), &settings.store_name)?;
            (TillSigner::with(credential), Some(practice))
        }
        yima_store::Mode::Live => {
            take_up(&store, &folder, &file, &settings).await?;
            let signer = TillSigner::default();
            signer.read_missing(&folder, &file);
            (signer, None)
        }
    };
    let terms = terms(&settings, practice.as_ref(), &folder, &file);
    let client = Client::new(Timeouts::default())?;
    let sounds = app.state::<Sounds>().inner().clone();
    let line = windows.cashier.clone();
    let ports = Ports {
        gateway: Huishouyin::new(client.clone(), signer.clone(), settings.pay_url_hosts),
        store: store.clone(),
        clock: SystemClock::new(),
        screen: windows,
    };
    let checkout = Checkout::start(ports, terms).await?;
    let staff = Staff::open(&file, line)?;
    let front = Listening::start(folder.root(), move || crate::windows::come_to_front(&app))
        .inspect_err(|error| tracing::warn!(%error, "a second copy will not find this one"));
    Ok(Open {
        checkout,
        store,
        folder,
        settings: file,
        client,
        signer,
        doctor: Doctor::default(),
        practice,
        sounds,
        turns: Turns::default(),
        staff,
        _front: front.ok(),
        _lock: lock,
    })
}

/// Takes its time with a large database, which the window says.
async fn look_at_what_is_suspected(
    app: &AppHandle,
    folder: &DataDir,
    settings: &Settings,
) -> Result<(), OpeningError> {
    let database = settings.mode.into();
    if !damage::is_suspected(folder, database) {
        return Ok(());
    }
    crate::windows::tell_of_the_check(app, settings.language.into());
    let looking = folder.clone();
    let looked = tokio::task::spawn_blocking(move || damage::require_unsuspected(&looking, database)).await;
    crate::windows::set_titles(app, settings.language.into());
    Ok(looked.unwrap_or_else(|error| {
        let path = database.path(folder);
        Err(OpenError::Failed { path, reason: error.to_string() })
    })?)
}

/// Finds out whether the data is a copy. Practice may be copied as one likes.
async fn take_up(
    store: &Store,
    folder: &DataDir,
    file: &SettingsFile,
    settings: &Settings,
) -> Result<(), OpeningError> {
    let till_id = settings::installation_id(file)?.unwrap_or_default();
    let new_id = uuid::Uuid::now_v7().simple().to_string();
    let at_ms = SystemClock::new().now().wall_ms;
    let account = settings.account().ok().and_then(|account| serde_json::to_string(&account).ok());
    let taken = store.take_up(folder, &DataDir::state_place()?, &till_id, new_id, at_ms, account).await?;
    if taken == Taken::Copied {
        tracing::warn!("the data folder is a copy, or an older one was put in its place");
    }
    Ok(())
}

/// What the next sale is made with. Practice sells at its own gateway, whatever is set.
pub fn terms(
    settings: &Settings,
    practice: Option<&Practice>,
    folder: &DataDir,
    file: &SettingsFile,
) -> Terms {
    let account = match practice {
        Some(practice) => Ok(practice.account().clone()),
        None => settings.account().map_err(|error| missing_key(&error)),
    };
    let ids = settings.store_info.clone();
    Terms {
        mode: if practice.is_some() { Mode::Practice } else { Mode::Live },
        shop_name: settings.store_name.clone(),
        till_number: settings.till_number.clone(),
        language: settings.language,
        account,
        ids: StoreIds {
            store_id: ids.store_id,
            cashier_id: ids.cashier_id,
            waiter1_id: ids.waiter1_id,
            waiter2_id: ids.waiter2_id,
            terminal_id: ids.terminal_id.unwrap_or_default(),
        },
        timing: Timing { qr_timeout_ms: u64::from(settings.qr_timeout_s) * 1_000, ..Timing::default() },
        prices: settings.prices.clone(),
        scanning: settings.scanning.clone(),
        insecure_secret: has_secret_in_file(folder, file),
    }
}

fn missing_key(error: &SettingError) -> String {
    match error {
        SettingError::Missing { key } | SettingError::BadValue { key, .. } => (*key).to_owned(),
        error => error.to_string(),
    }
}

/// Only what was found damaged is called so: a backup restored for no reason loses sales. `place` names the folder
/// where the error does not.
fn problem(error: &OpeningError, place: String) -> StartProblem {
    let unwritable = |path: &Path| StartProblem::DataFolderUnwritable { path: path.display().to_string() };
    match error {
        OpeningError::Folder(DataDirError::NoPlace) => StartProblem::DataFolderUnwritable { path: place },
        OpeningError::Folder(DataDirError::Unusable { path, .. })
        | OpeningError::Lock(LockError::Failed { path, .. })
        | OpeningError::Database(
            OpenError::Unwritable { path, .. }
            | OpenError::DiskFull { path }
            | OpenError::Busy { path }
            | OpenError::NotDurable { path, .. },
        ) => unwritable(path),
        OpeningError::Lock(LockError::InUse { .. }) => StartProblem::DataFolderInUse,
        OpeningError::Database(OpenError::Newer { .. }) => StartProblem::DatabaseNewer,
        OpeningError::Database(
            OpenError::Damaged { .. } | OpenError::Missing { .. } | OpenError::Older { .. },
        )
        | OpeningError::Engine(StartError::SaleUnreadable(_)) => StartProblem::DatabaseDamaged,
        OpeningError::Setting(SettingError::BadValue { key, .. } | SettingError::Missing { key }) => {
            StartProblem::SettingInvalid { key: (*key).to_owned() }
        }
        OpeningError::Installation(InstallationError::Unusable { path, .. }) => unwritable(path),
        OpeningError::Store(error)
        | OpeningError::Installation(InstallationError::Store(error))
        | OpeningError::Engine(StartError::Store(error))
        | OpeningError::Setting(SettingError::Store(error)) => store_problem(error, place),
        OpeningError::Database(OpenError::Failed { .. })
        | OpeningError::Setting(SettingError::UnknownKey { .. })
        | OpeningError::Practice(_)
        | OpeningError::Client(_) => StartProblem::PartFailed,
    }
}

/// The database that a backup may take the place of; `sold` is what the till sells with.
fn damaged(error: &OpeningError, folder: &DataDir, sold: Option<Database>) -> Option<Database> {
    match error {
        OpeningError::Database(OpenError::Damaged { path, .. }) => {
            Database::ALL.into_iter().find(|database| database.path(folder) == *path)
        }
        OpeningError::Setting(SettingError::Store(StoreError::Damaged(_))) => Some(Database::Settings),
        OpeningError::Store(StoreError::Damaged(_))
        | OpeningError::Installation(InstallationError::Store(StoreError::Damaged(_)))
        | OpeningError::Engine(StartError::Store(StoreError::Damaged(_)) | StartError::SaleUnreadable(_)) => {
            sold
        }
        _ => None,
    }
}

fn store_problem(error: &StoreError, place: String) -> StartProblem {
    match error {
        StoreError::Damaged(_) => StartProblem::DatabaseDamaged,
        StoreError::DiskFull | StoreError::ReadOnly | StoreError::Io(_) | StoreError::Busy => {
            StartProblem::DataFolderUnwritable { path: place }
        }
        StoreError::VersionConflict
        | StoreError::NotOpen
        | StoreError::OrderExists
        | StoreError::Refused(_)
        | StoreError::Gone => StartProblem::PartFailed,
    }
}

#[cfg(test)]
mod tests;
