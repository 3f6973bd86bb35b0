//! `yima restore`: a backup in the place of a database that was lost or damaged.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use yima_checkout::view::Language;
use yima_checkout::{Clock, SystemClock, settings};
use yima_store::backup::Database;
use yima_store::{DataDir, RestoreError, Restored, SettingsFile};

use crate::failure::Failure;
use crate::{Done, verify};

/// Put a backup in the place of the till's database; the till must be closed
///
/// The backup is verified first, and the database that is there now is set aside, never deleted. What was sold after
/// the backup is not in it: the till is marked as restored, records what it lacks from the gateway's list before it
/// sells again, and its receipt numbers get a letter from then on.
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
    Settings,
}

impl From<DatabaseName> for Database {
    fn from(name: DatabaseName) -> Self {
        match name {
            DatabaseName::Practice => Self::Practice,
            DatabaseName::Live => Self::Live,
            DatabaseName::Settings => Self::Settings,
        }
    }
}

/// Does without the settings, which may be what is damaged.
pub(crate) fn run(
    options: &Options,
    data_dir: Option<PathBuf>,
    out: &mut dyn Write,
) -> Result<Done, Failure> {
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
            Ok(Done::Wholly)
        }
        (Err(RestoreError::Unsound(verified)), Some(file)) => {
            verify::print(file, &verified, out)?;
            out.flush()?;
            Err(Failure::new("the backup is not sound; nothing was changed")
                .advising("take an older one from the folder `backups`"))
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// Practice sales in a live till, or the other way round, would be worse than none.
fn database(folder: &DataDir, options: &Options) -> Result<Database, Failure> {
    let asked = options.database.map(Database::from);
    let Some(file) = &options.file else { return asked.map_or_else(|| sold_with(folder), Ok) };
    match (named(file), asked) {
        (Some(named), Some(asked)) if named != asked => {
            Err(Failure::not_understood(format!("{} is a backup of {}", file.display(), named.name())))
        }
        (_, Some(database)) | (Some(database), None) => Ok(database),
        (None, None) => Err(Failure::not_understood("the name does not tell what it is a backup of")
            .advising("say --as practice, --as live or --as settings")),
    }
}

fn sold_with(folder: &DataDir) -> Result<Database, Failure> {
    let set = SettingsFile::open(&folder.settings_db())
        .ok()
        .and_then(|file| settings::get(&file, "mode").ok().flatten());
    match set.as_deref() {
        Some("live") => Ok(Database::Live),
        Some(_) => Ok(Database::Practice),
        None => {
            Err(Failure::not_understood("the settings cannot be read, so what was sold with is not known")
                .advising("say --as settings first, or --as live"))
        }
    }
}

fn named(file: &Path) -> Option<Database> {
    let name = file.file_name()?.to_str()?;
    Database::ALL
        .into_iter()
        .find(|database| name.strip_prefix(database.name()).is_some_and(|rest| rest.starts_with(['-', '.'])))
}

fn tell(
    folder: &DataDir,
    database: Database,
    restored: &Restored,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let place = database.path(folder);
    let is_english = language(folder) == Language::English;
    let place = place.display();
    if is_english {
        writeln!(out, "restored: {place}")?;
    } else {
        writeln!(out, "已恢复：{place}")?;
    }
    if let Some(aside) = &restored.set_aside {
        let aside = aside.display();
        if is_english {
            writeln!(out, "set aside, not deleted: {aside}")?;
        } else {
            writeln!(out, "原数据库已移到（未删除）：{aside}")?;
        }
    }
    let advice: &[&str] = match (database, is_english) {
        (Database::Settings, _) => &[],
        (_, true) => &[
            "What was sold after this backup is missing here, and so is what became of payments that were open then.",
            "Set to live, the till takes nothing before it has gone through the gateway's list of orders and recorded \
             what is missing; it does so by itself when it is started.",
            "Receipt numbers get a letter after the till's number from now on, so that none is given twice.",
        ],
        (_, false) => &[
            "此备份之后的交易不在本机记录中，当时未完成的付款结果也不在其中。",
            "正式收款时，收银台打开后会先自动与网关的订单核对并补记缺少的订单，核对完才能收款。",
            "从现在起，小票号在机号后加一个字母，避免重号。",
        ],
    };
    advice.iter().try_for_each(|line| Ok(writeln!(out, "{line}")?))
}

/// Of a till whose settings cannot be read, the one it would speak at first.
fn language(folder: &DataDir) -> Language {
    let file = SettingsFile::open(&folder.settings_db()).ok();
    let set = file.and_then(|file| settings::get(&file, "language").ok().flatten());
    if set.as_deref() == Some("en") { Language::English } else { Language::Chinese }
}
