//! What one run keeps: the till's data folder, what is known of it outside, and a copy that somebody makes of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use yima_checkout::settings;
use yima_store::{DataDir, Mode, SettingsFile, Store};

#[derive(Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// As `template` is; the folder is new.
    pub fn filled(root: &Path, template: &Self) -> Result<Self> {
        std::fs::create_dir_all(root)?;
        let folder = Self(root.to_owned());
        copy(&template.data(), &folder.data())?;
        Ok(folder)
    }

    /// One with settings and goods, closed again.
    pub async fn template(root: &Path) -> Result<Self> {
        let folder = Self(root.join("template"));
        let data = DataDir::locate(Some(folder.data()))?;
        settings::prepare(&SettingsFile::open(&data.settings_db())?)?;
        let store = Store::open(&folder.database()?)?;
        store.seed_if_empty().await?;
        Ok(folder)
    }

    pub fn root(&self) -> &Path {
        &self.0
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub fn database(&self) -> Result<PathBuf> {
        Ok(DataDir::locate(Some(self.data()))?.database(Mode::Live))
    }

    /// Where it is known outside of the data folder how far the data reach.
    pub fn state_place(&self) -> PathBuf {
        self.0.join("state")
    }

    /// All that the till logs, in all its lives.
    pub fn log(&self) -> PathBuf {
        self.0.join("till.log")
    }

    /// Copies the data of a till that runs, held still meanwhile.
    pub fn copy_data(&self, till: u32) -> Result<()> {
        let till = i32::try_from(till).ok().and_then(Pid::from_raw).context("a process")?;
        kill_process(till, Signal::STOP)?;
        // Only once all of its threads stand still this is told.
        waitpid(Some(till), WaitOptions::UNTRACED)?;
        let copied = copy(&self.data(), &self.0.join("copy"));
        kill_process(till, Signal::CONT)?;
        copied
    }

    /// Puts the copy in the place of the data.
    pub fn put_copy_back(&self) -> Result<()> {
        std::fs::remove_dir_all(self.data())?;
        copy(&self.0.join("copy"), &self.data())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
