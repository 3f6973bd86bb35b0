//! The data folder of a till, as commands use it.

use std::future::Future;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::Value;
use yima_checkout::secrets::SecretStore;
use yima_checkout::settings::{self, Settings};
use yima_checkout::staff::log;
use yima_checkout::view::Language;
use yima_checkout::{Clock, SystemClock};
use yima_store::{DataDir, DataLock, Mode, SettingsFile, Store};

use crate::failure::Failure;
use crate::words::{self, tell};

pub(crate) struct Till {
    folder: DataDir,
    settings: SettingsFile,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ModeName {
    Practice,
    Live,
}

impl Till {
    pub(crate) fn open(data_dir: Option<PathBuf>) -> Result<Self, Failure> {
        Self::of(DataDir::locate(data_dir)?)
    }

    pub(crate) fn of(folder: DataDir) -> Result<Self, Failure> {
        let settings = SettingsFile::open(&folder.settings_db())?;
        Ok(Self { folder, settings })
    }

    /// Whoever asked for it is reminded at every start.
    pub(crate) fn warn_of_plain_secrets(&self, language: Language) -> Result<(), Failure> {
        for name in self.secrets()?.in_files() {
            let path = self.folder.root().join("secrets").join(name.name());
            tell(&words::secret::unencrypted(name, &path), language);
        }
        Ok(())
    }

    pub(crate) fn folder(&self) -> &DataDir {
        &self.folder
    }

    pub(crate) fn settings(&self) -> &SettingsFile {
        &self.settings
    }

    pub(crate) fn secrets(&self) -> Result<SecretStore, Failure> {
        Ok(SecretStore::open(&self.folder, &self.settings)?)
    }

    /// Needed for every change; refused while a till runs.
    pub(crate) fn lock(&self) -> Result<DataLock, Failure> {
        Ok(self.folder.lock()?)
    }

    /// `asked`, else the mode the till is set to.
    pub(crate) fn mode(&self, asked: Option<ModeName>) -> Result<Mode, Failure> {
        match asked {
            Some(ModeName::Practice) => Ok(Mode::Practice),
            Some(ModeName::Live) => Ok(Mode::Live),
            None => Ok(Settings::load(&self.settings)?.mode),
        }
    }

    /// What was sold in that mode, to be read beside a running till.
    pub(crate) fn reader(&self, mode: Mode) -> Result<Store, Failure> {
        Ok(Store::open_to_read(&self.folder.database(mode))?)
    }

    /// The database of that mode, made if there is none. The lock shows that no till runs.
    pub(crate) fn writer(&self, mode: Mode, _held: &DataLock) -> Result<Store, Failure> {
        Ok(Store::open(&self.folder.database(mode))?)
    }

    pub(crate) fn has_database(&self, mode: Mode) -> bool {
        self.folder.database(mode).exists()
    }

    /// Who did what is written down where there are people. Of the command line it is not known who.
    pub(crate) fn note(&self, kind: &str, mut detail: Value) -> Result<(), Failure> {
        if !self.settings.has_cashiers()? {
            return Ok(());
        }
        detail["from"] = "command_line".into();
        Ok(self.settings.note(SystemClock::new().now().wall_ms, &log::note(kind, None, &detail))?)
    }

    /// What a data folder needs once: its own ids.
    pub(crate) fn prepare(&self, _held: &DataLock) -> Result<(), Failure> {
        Ok(settings::prepare(&self.settings)?)
    }
}

/// Waits for `work`, which may use timers and sockets.
pub(crate) fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(words::failures::no_waiting(&error)))?;
    runtime.block_on(work)
}
