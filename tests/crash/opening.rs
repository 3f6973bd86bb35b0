//! The child's data folder, opened as the shell opens it: locked, restored where somebody asked for that, taken up.

use std::path::PathBuf;

use anyhow::{Context, Result};
use yima_checkout::settings;
use yima_store::backup::{Database, back_up_in};
use yima_store::{DataDir, DataLock, Mode, SettingsFile, Store, Taken, restore_newest};

use crate::flawed::Flaw;
use crate::till::{Start, say};

/// What is open of it.
pub struct Opened {
    pub store: Store,
    folder: DataDir,
    state_place: PathBuf,
    till_id: String,
    _lock: DataLock,
}

pub async fn open(start: &Start) -> Result<Opened> {
    let folder = DataDir::locate(Some(start.data.clone()))?;
    let lock = folder.lock()?;
    if start.restores {
        restore_newest(&folder, &lock, Database::Live, start.wall_ms)?;
        say("restored");
    }
    let file = SettingsFile::open(&folder.settings_db())?;
    settings::prepare(&file)?;
    let till_id = settings::installation_id(&file)?.context("the settings are not prepared")?;
    let store = Store::open(&folder.database(Mode::Live))?;
    let opened = Opened { store, folder, state_place: start.state_place.clone(), till_id, _lock: lock };
    if start.flaw != Some(Flaw::TakesNothingUp) {
        opened.take_up(start).await?;
    }
    Ok(opened)
}

impl Opened {
    async fn take_up(&self, start: &Start) -> Result<()> {
        let new_id = format!("{:016x}", start.seed);
        let (folder, place) = (&self.folder, &self.state_place);
        // Without the account, which the engine then has to note itself: that is killed as well.
        let taken = self.store.take_up(folder, place, &self.till_id, new_id, start.wall_ms, None).await?;
        say(match taken {
            Taken::First => "taken first",
            Taken::Again => "taken again",
            Taken::Copied => "taken copied",
        });
        Ok(())
    }

    /// As every hour.
    pub async fn back_up(&self, at_ms: i64) -> Result<()> {
        self.store.turn_over(&self.folder, &self.state_place, &self.till_id).await?;
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || back_up_in(&folder, Database::Live, at_ms)).await??;
        Ok(())
    }
}
