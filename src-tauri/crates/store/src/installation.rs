//! Tells the one database that a till goes on with from every copy of it.
//!
//! A database carries the id of its installation and counts the turns: one for each time it is taken up to sell, and for
//! each backup and when the program is closed. The same stands in a file outside the data folder, kept for the place where
//! that folder is and the till that its settings name, with how far its sales reach, which follows each write. A copy is
//! found by that file: on another machine there is none, in another place of this one there is none for it, and a copy
//! put back in its old place is turns behind, or lacks events of the same turn. A backup carries no installation, so that it is known for
//! one when somebody puts it in place by hand: only a database that has sold nothing begins without. An empty one in the
//! place of one that was lost is found by the file, which knows better.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use rusqlite::Transaction;
use sha2::{Digest, Sha256};
use yima_core::failpoint;

use crate::table::installation::{Installation, InstallationMut};
use crate::table::restores::{Restores, RestoresMut};
use crate::table::sale_events::SaleEvents;
use crate::table::sales::Sales;
use crate::{DataDir, DataDirError, Restore, Store, StoreError, data_dir, reach, receipt, reconcile};

/// A database as it was taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nobody has sold with it here before.
    First,
    /// By the one that took it up last, or restored it: that has left its mark.
    Again,
    /// It is a copy, or stands in the place of one that was lost: what that has sold is missing here. It is marked as to
    /// be reconciled.
    Copied,
}

/// Why it is not known whether the database is a copy. Nothing may be sold with it.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    #[error("{} cannot be read or written", path.display())]
    Unusable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which installation has the database, and how often it has taken it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) id: String,
    pub(crate) number: u32,
}

impl Turn {
    /// Stands beside the first one until that has begun: nothing is sold before.
    const NONE_YET: u32 = 0;

    /// Of a database that a backup was put in place of, until it is taken up.
    pub(crate) fn restored() -> Self {
        Self { id: "restored".to_owned(), number: 1 }
    }

    fn next(&self) -> Self {
        Self { id: self.id.clone(), number: self.number.saturating_add(1) }
    }
}

impl DataDir {
    /// The variable that names the folder for what is kept outside all data folders.
    pub const STATE_VARIABLE: &str = "YIMA_STATE_DIR";

    /// Where it is: what [`Self::STATE_VARIABLE`] says, else the system's usual place. It need not exist.
    ///
    /// # Errors
    /// [`DataDirError::NoPlace`].
    pub fn state_place() -> Result<PathBuf, DataDirError> {
        let named = std::env::var_os(Self::STATE_VARIABLE).filter(|name| !name.is_empty());
        named.map(PathBuf::from).or_else(usual_place).ok_or(DataDirError::NoPlace)
    }
}

impl Store {
    /// Takes the database of this folder up to sell; `state_place` is where the other half of what tells a copy is
    /// kept, and `till_id` tells the till that the folder's settings are of from one that was in this place before.
    /// `new_id` is the installation's, should it need one; `at_ms` are Unix milliseconds. `account` is, as JSON, where the
    /// till sells: the list of a database that may lack sales is read there, whatever the settings say by then. The
    /// caller holds the folder's lock.
    ///
    /// # Errors
    /// [`InstallationError`].
    pub async fn take_up(
        &self,
        folder: &DataDir,
        state_place: &Path,
        till_id: &str,
        new_id: String,
        at_ms: i64,
        account: Option<String>,
    ) -> Result<Taken, InstallationError> {
        let outside = Outside::of(folder, state_place, till_id)?;
        let (kept, events, has_sold) = self
            .read(|connection| {
                let has_sold = Sales(connection).last_created_ms(i64::MAX)?.is_some();
                Ok((Installation(connection).turn()?, SaleEvents(connection).last_row()?, has_sold))
            })
            .await?;
        let told = outside.read();
        let (taken, turn) = match &kept {
            None if told.is_before_the_first_sale() && !has_sold => {
                (Taken::First, Turn { id: new_id, number: 1 })
            }
            None => (Taken::Copied, Turn { id: new_id, number: 1 }),
            Some(kept) if *kept == Turn::restored() => (Taken::Again, Turn { id: new_id, number: 1 }),
            Some(kept) if told.expects(kept, events) => (Taken::Again, kept.next()),
            Some(_) => (Taken::Copied, Turn { id: new_id, number: 1 }),
        };
        let old = match taken {
            Taken::First => Some(Turn { number: Turn::NONE_YET, ..turn.clone() }),
            Taken::Again => kept,
            Taken::Copied => None,
        };
        let copied_ms = (taken == Taken::Copied).then_some(at_ms);
        let mark = Mark { copied_ms, account };
        match self.begin_turn(&outside, old.as_ref(), &turn, mark.clone()).await {
            Err(error) if error.is_for_want_of_room() && taken == Taken::Again => {
                // The turn it has is the one that is expected. Somebody may have paid meanwhile, which is to be seen.
                tracing::warn!(%error, "the disk is full: the database is gone on with as it was taken up last");
                self.follow_reach(outside.0).await?;
            }
            Err(error) if error.is_for_want_of_room() && self.free_reserve() => {
                self.begin_turn(&outside, old.as_ref(), &turn, mark).await?;
            }
            begun => begun?,
        }
        Ok(taken)
    }

    /// Begins another turn of a database that was taken up, so that copies made of it before are behind.
    ///
    /// # Errors
    /// [`InstallationError`]; the turn it has is the one that is expected.
    pub async fn turn_over(
        &self,
        folder: &DataDir,
        state_place: &Path,
        till_id: &str,
    ) -> Result<(), InstallationError> {
        let outside = Outside::of(folder, state_place, till_id)?;
        let kept = self.read(|connection| Ok(Installation(connection).turn()?)).await?;
        let Some(kept) = kept.filter(|kept| *kept != Turn::restored()) else { return Ok(()) };
        let begun = self.begin_turn(&outside, Some(&kept), &kept.next(), Mark::default()).await;
        if begun.is_err() {
            self.follow_reach(outside.0).await?;
        }
        begun
    }

    /// Makes the turn durable on both sides, and the mark with it.
    async fn begin_turn(
        &self,
        outside: &Outside,
        old: Option<&Turn>,
        turn: &Turn,
        mark: Mark,
    ) -> Result<(), InstallationError> {
        let events = self.read(|connection| Ok(SaleEvents(connection).last_row()?)).await?;
        self.let_reach_go();
        // Whichever of the two is written last before a crash: what the database then has is expected.
        outside.write(events, old.into_iter().chain([turn]))?;
        let next = turn.clone();
        self.write(move |transaction| {
            mark.note(transaction)?;
            Ok(InstallationMut(transaction).set(&next)?)
        })
        .await?;
        outside.write(events, [turn])?;
        Ok(self.follow_reach(outside.0.clone()).await?)
    }
}

/// What a database that may lack sales is marked with as its turn begins.
#[derive(Clone, Default)]
struct Mark {
    /// When it was found to be a copy.
    copied_ms: Option<i64>,
    /// JSON. Of one that was marked before as well: no program that has opened it may end without it.
    account: Option<String>,
}

impl Mark {
    fn note(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        if let Some(restored_ms) = self.copied_ms {
            let epoch = receipt::epoch_by_chance(Restores(transaction).epoch()?);
            reconcile::mark(transaction, &Restore { epoch, backup_name: None, restored_ms })?;
        }
        if let Some(account) = &self.account {
            RestoresMut(transaction).note_account(account)?;
        }
        Ok(())
    }
}

impl InstallationError {
    fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::Unusable { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Store(error) => *error == StoreError::DiskFull,
        }
    }
}

/// What is kept about one data folder outside of it.
struct Outside(PathBuf);

/// What that says of its database.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// Nobody has sold in this place.
    Nothing,
    Unreadable,
    /// One turn, or the two between which the program may have ended, and how many events there were at least; `None`
    /// where an older program has written it.
    Known {
        turns: Vec<Turn>,
        events: Option<i64>,
    },
}

impl Told {
    /// An end of the program while its first turn began left no sale anywhere.
    fn is_before_the_first_sale(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Unreadable => false,
            Self::Known { turns, .. } => turns.iter().any(|turn| turn.number == Turn::NONE_YET),
        }
    }

    /// Whether it is a database of this turn with so many events.
    fn expects(&self, turn: &Turn, events: i64) -> bool {
        let Self::Known { turns, events: told } = self else { return false };
        turns.contains(turn) && told.is_none_or(|told| told <= events)
    }
}

impl From<&str> for Told {
    fn from(text: &str) -> Self {
        let mut lines = text.lines().peekable();
        let first = lines.next_if(|line| reach::is_meant(line)).map(reach::parse);
        let turns: Option<Vec<_>> = lines.map(turn).collect();
        match (first, turns) {
            (Some(None), _) | (_, None) => Self::Unreadable,
            (_, Some(turns)) if turns.is_empty() => Self::Unreadable,
            (first, Some(turns)) => Self::Known { turns, events: first.flatten() },
        }
    }
}

impl Outside {
    fn of(folder: &DataDir, state_place: &Path, till_id: &str) -> Result<Self, InstallationError> {
        let root = fs::canonicalize(folder.root()).map_err(|error| unusable(folder.root(), error))?;
        let place = [root.as_os_str().as_encoded_bytes(), till_id.as_bytes()].join(&0);
        let name = Sha256::digest(place);
        let name: String = name.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(state_place.join("installations").join(name)))
    }

    /// What cannot be read is no reason to sell nothing for ever: the database is compared, and this is written anew.
    fn read(&self) -> Told {
        match data_dir::read_short(&self.0) {
            Ok(text) => Told::from(text.as_str()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Told::Nothing,
            Err(error) => {
                tracing::warn!(%error, path = %self.0.display(), "what is known of this data folder is not readable");
                Told::Unreadable
            }
        }
    }

    fn write<'t>(
        &self,
        events: i64,
        turns: impl IntoIterator<Item = &'t Turn>,
    ) -> Result<(), InstallationError> {
        let turns = turns.into_iter().map(|turn| format!("{} {}\n", turn.id, turn.number));
        let text: String = std::iter::once(reach::line(events)).chain(turns).collect();
        let new = self.0.with_extension("new");
        let written = make_private(self.0.parent().unwrap_or(Path::new("")))
            .and_then(|()| write_private(&new, &text))
            .inspect(|()| failpoint::before("outside"))
            .and_then(|()| fs::rename(&new, &self.0))
            .inspect(|()| failpoint::after("outside"))
            .and_then(|()| crate::backup::sync_folder_of(&self.0));
        written.map_err(|error| unusable(&self.0, error))
    }
}

/// Not a keychain: that may be locked when the till opens, and may follow its user to another computer.
fn usual_place() -> Option<PathBuf> {
    let linux =
        ProjectDirs::from("", "", "yima-till").and_then(|places| places.state_dir().map(Path::to_owned));
    // Elsewhere the data folder's usual place is the program's own, so this is another program's.
    linux.or_else(|| {
        ProjectDirs::from("", "", "yima-till-state").map(|places| places.data_local_dir().to_owned())
    })
}

fn turn(line: &str) -> Option<Turn> {
    let (id, number) = line.split_once(' ')?;
    Some(Turn { id: id.to_owned(), number: number.parse().ok()? })
}

fn unusable(path: &Path, source: io::Error) -> InstallationError {
    InstallationError::Unusable { path: path.to_owned(), source }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
