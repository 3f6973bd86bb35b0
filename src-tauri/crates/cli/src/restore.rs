//! `yima restore`: a backup in the place of a database that was lost or damaged.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use yima_checkout::staff::log::kind;
use yima_checkout::view::Language;
use yima_checkout::{Clock, SystemClock, settings};
use yima_store::backup::Database;
use yima_store::{DataDir, RestoreError, Restored, SettingsFile};

use crate::failure::Failure;
use crate::till::Till;
use crate::words::{self, Out};
use crate::{Done, verify};

/// Put a backup in the place of the till's database; the till must be closed
///
/// The backup is verified first, and the database that is there now is set aside, never deleted. What was sold after
/// the backup is not in it: the till is marked as restored, records what it lacks from the gateway's list before it
/// sells again, and its receipt numbers get a letter from then on. Goods and settings are restored without a mark.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// The newest sound one in the folder `backups` if none is given.
    file: Option<PathBuf>,
    /// What to put it in the place of, where the name does not begin with it; without FILE what the till sells with.
    #[arg(long = "as", value_name = "DATABASE")]
    database: Option<DatabaseName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DatabaseName {
    Practice,
    Live,
    Goods,
    Settings,
}

impl From<DatabaseName> for Database {
    fn from(name: DatabaseName) -> Self {
        match name {
            DatabaseName::Practice => Self::Practice,
            DatabaseName::Live => Self::Live,
            DatabaseName::Goods => Self::Goods,
            DatabaseName::Settings => Self::Settings,
        }
    }
}

/// Does without the settings, which may be what is damaged.
pub(crate) fn run(options: &Options, data_dir: Option<PathBuf>, out: &mut Out<'_>) -> Result<Done, Failure> {
    let folder = DataDir::locate(data_dir)?;
    let held = folder.lock()?;
    let database = database(&folder, options)?;
    let at_ms = SystemClock::new().now().wall_ms;
    let outcome = match &options.file {
        Some(file) => yima_store::restore(&folder, &held, database, file, at_ms)
            .map(|restored| (file.clone(), restored)),
        None => yima_store::restore_newest(&folder, &held, database, at_ms),
    };
    match (outcome, &options.file) {
        (Ok((file, restored)), _) => {
            verify::print(&file, &restored.verified, out)?;
            tell(&folder, database, &restored, out)?;
            note(folder, database, &file, out.language());
            Ok(Done::Wholly)
        }
        (Err(RestoreError::Unsound(verified)), Some(file)) => {
            verify::print(file, &verified, out)?;
            out.flush()?;
            Err(Failure::new(words::backup::not_sound()).advising(words::backup::take_an_older_one()))
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// The log may be what was damaged, or another one by now: then what was done is only told.
fn note(folder: DataDir, database: Database, backup: &Path, language: Language) {
    let file = backup.file_name().unwrap_or(backup.as_os_str()).to_string_lossy();
    let detail = json!({ "database": database.name(), "file": file });
    if let Err(failure) = Till::of(folder).and_then(|till| till.note(kind::RESTORED, detail)) {
        words::tell(&words::backup::not_noted(), language);
        failure.tell(language);
    }
}

/// Practice sales in a live till, or the other way round, would be worse than none.
fn database(folder: &DataDir, options: &Options) -> Result<Database, Failure> {
    let asked = options.database.map(Database::from);
    let Some(file) = &options.file else { return asked.map_or_else(|| sold_with(folder), Ok) };
    match (named(folder, file), asked) {
        (Some(named), Some(asked)) if named != asked => {
            Err(Failure::not_understood(words::backup::backup_of(file, named)))
        }
        (_, Some(database)) | (Some(database), None) => Ok(database),
        (None, None) => {
            Err(Failure::not_understood(words::backup::nameless()).advising(words::backup::say_what_it_is()))
        }
    }
}

fn sold_with(folder: &DataDir) -> Result<Database, Failure> {
    let set = SettingsFile::open(&folder.settings_db())
        .ok()
        .and_then(|file| settings::get(&file, "mode").ok().flatten());
    match set.as_deref() {
        Some("live") => Ok(Database::Live),
        Some(_) => Ok(Database::Practice),
        None => Err(Failure::not_understood(words::backup::settings_unreadable())
            .advising(words::backup::settings_first())),
    }
}

/// As backups are called, or as the database itself.
fn named(folder: &DataDir, file: &Path) -> Option<Database> {
    let name = file.file_name()?;
    if let Some(itself) = Database::ALL.into_iter().find(|database| database.path(folder).ends_with(name)) {
        return Some(itself);
    }
    let name = name.to_str()?;
    Database::ALL
        .into_iter()
        .find(|database| name.strip_prefix(database.name()).is_some_and(|rest| rest.starts_with(['-', '.'])))
}

fn tell(folder: &DataDir, database: Database, restored: &Restored, out: &mut Out<'_>) -> Result<(), Failure> {
    out.say(&words::backup::restored(&database.path(folder)))?;
    if let Some(aside) = words::backup::set_aside(restored) {
        out.say(&aside)?;
    }
    if !database.has_sales() {
        return Ok(());
    }
    Ok(words::backup::what_is_missing().iter().try_for_each(|said| out.say(said))?)
}
