//! Brings a database to the format that this program knows, and refuses one that a newer program made.

use std::path::Path;

use refinery::{Migration, Runner};
use rusqlite::{Connection, OptionalExtension};

use crate::OpenError;
use crate::backup::Database;
use crate::table::{GOODS, SETTINGS};

/// A step of a format: its name (`V1__products`) and its statements. Steps are never changed once released.
pub(crate) type Step = (&'static str, &'static str);

const HISTORY: &str = "refinery_schema_history";

enum Format {
    Current,
    Older,
}

/// Applies the steps that are missing, all in one transaction.
pub(crate) fn bring_up_to_date(
    path: &Path,
    connection: &mut Connection,
    steps: &[Step],
) -> Result<(), OpenError> {
    let known = migrations(path, steps)?;
    if matches!(format_of(path, connection, &known)?, Format::Current) {
        return Ok(());
    }
    // Ungrouped, refinery notes a step in another transaction than the step itself: a crash between is for ever.
    let Err(error) = Runner::new(&known).set_grouped(true).run(connection) else { return Ok(()) };
    // Two programs that start at once on a new folder both find it empty; the second then finds it done.
    match format_of(path, connection, &known)? {
        Format::Current => Ok(()),
        Format::Older => Err(failure(path, &error)),
    }
}

/// Checks without changing anything.
pub(crate) fn require_current(path: &Path, connection: &Connection, steps: &[Step]) -> Result<(), OpenError> {
    match format_of(path, connection, &migrations(path, steps)?)? {
        Format::Current => Ok(()),
        Format::Older => Err(OpenError::Older { path: path.to_owned() }),
    }
}

/// Checks without changing anything that [`bring_up_to_date`] would take it.
pub(crate) fn require_not_newer(
    path: &Path,
    connection: &Connection,
    steps: &[Step],
) -> Result<(), OpenError> {
    let applied = applied_steps(connection).map_err(|error| OpenError::at(path, error))?;
    if applied.is_empty() {
        return Err(OpenError::Damaged {
            path: path.to_owned(),
            what: "it is no database of a till".to_owned(),
        });
    }
    format_of(path, connection, &migrations(path, steps)?).map(drop)
}

/// Tells which kind of database it is, in the format that this program knows; practice and live are the same.
pub(crate) fn require_known(path: &Path, connection: &Connection) -> Result<Database, OpenError> {
    let applied = applied_steps(connection).map_err(|error| OpenError::at(path, error))?;
    let has_any =
        |steps: &[Step]| applied.iter().any(|step| steps.iter().any(|(name, _)| name.ends_with(&step.name)));
    let database = if has_any(SETTINGS) {
        Database::Settings
    } else if has_any(GOODS) {
        Database::Goods
    } else {
        Database::Live
    };
    require_current(path, connection, database.steps())?;
    Ok(database)
}

fn migrations(path: &Path, steps: &[Step]) -> Result<Vec<Migration>, OpenError> {
    let read = steps.iter().map(|(name, statements)| Migration::unapplied(name, statements));
    read.collect::<Result<_, _>>().map_err(|error| failure(path, &error))
}

/// refinery's own reading of its table panics on a time or a checksum that is none, so it is read here first.
fn format_of(path: &Path, connection: &Connection, known: &[Migration]) -> Result<Format, OpenError> {
    let damaged = |what: String| OpenError::Damaged { path: path.to_owned(), what };
    let applied = applied_steps(connection).map_err(|error| OpenError::at(path, error))?;
    let newest = known.iter().map(Migration::version).max().unwrap_or(0);
    if let Some(found) = applied.iter().map(|step| step.version).max().filter(|found| *found > newest) {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: newest });
    }
    for step in &applied {
        let same = known.iter().any(|migration| {
            (migration.version(), migration.name()) == (step.version, step.name.as_str())
                && migration.checksum().to_string() == step.checksum
        });
        if !same || step.applied_on.parse::<jiff::Timestamp>().is_err() {
            return Err(damaged(format!(
                "format step {} ({}) is not this program's",
                step.version, step.name
            )));
        }
    }
    Ok(if applied.len() == known.len() { Format::Current } else { Format::Older })
}

struct AppliedStep {
    version: i32,
    name: String,
    applied_on: String,
    checksum: String,
}

fn applied_steps(connection: &Connection) -> rusqlite::Result<Vec<AppliedStep>> {
    let there = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", [HISTORY], |_| Ok(()))
        .optional()?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let mut query =
        connection.prepare(&format!("SELECT version, name, applied_on, checksum FROM {HISTORY}"))?;
    let rows = query.query_map([], |row| {
        Ok(AppliedStep {
            version: row.get(0)?,
            name: row.get(1)?,
            applied_on: row.get(2)?,
            checksum: row.get(3)?,
        })
    })?;
    rows.collect()
}

fn failure(path: &Path, error: &refinery::Error) -> OpenError {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
    match cause.and_then(rusqlite::Error::sqlite_error) {
        Some(code) => OpenError::at(path, rusqlite::Error::SqliteFailure(*code, Some(error.to_string()))),
        None => OpenError::Failed { path: path.to_owned(), reason: error.to_string() },
    }
}
