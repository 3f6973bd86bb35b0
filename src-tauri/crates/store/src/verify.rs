//! Whether a database is whole, and what it says of itself agrees. Nothing is written, and a till may go on selling.

mod rules;

use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::backup::Database;
use crate::table::restores::Restores;
use crate::{OpenError, Restore, connection, schema};
use rules::{CHECKED, RULES};

/// How many findings of one rule are told. A database with more is not mended by hand.
const MOST_PER_RULE: usize = 1_000;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// SQLite's own: pages, indices, what columns may hold.
    Pages,
    /// Rows that name rows that are not there.
    References,
    /// Every sale's events are numbered from 1 without a gap.
    Events,
    /// Sales are what their last events say, also their amounts.
    Sales,
    /// Goods add up to the sale's total.
    Goods,
    /// The bytes sent are those that were kept.
    Bodies,
    Attempts,
    Refunds,
    /// One for each sale that was paid; no number is missing or there twice.
    Receipts,
    Carts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    /// For a person, in English.
    pub what: String,
}

/// What was looked at and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Tables, and how many rows each has.
    pub counts: Vec<(&'static str, u32)>,
    pub findings: Vec<Finding>,
    /// Not a fault, but sales may be missing: a backup was put in place and the gateway's list not gone through since.
    pub unreconciled: Option<Restore>,
}

/// How many sales the rules are tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    Newest(u32),
}

impl Verified {
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Reads all of a database that exists, as it is at one moment. Blocks for as long as that takes.
///
/// Fails only where nothing can be read at all; damage that lets the rest be read is a finding.
pub fn verify(path: &Path) -> Result<Verified, OpenError> {
    let mut connection = connection::open_to_verify(path)?;
    let database = schema::require_known(path, &connection)?;
    let snapshot = connection.transaction().map_err(|error| OpenError::at(path, error))?;
    Ok(look_over(&snapshot, database, Extent::Whole))
}

pub(crate) fn look_over(connection: &Connection, database: Database, extent: Extent) -> Verified {
    let mut verified = Verified::default();
    for table in database.tables() {
        match connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)) {
            Ok(count) => verified.counts.push((table, count)),
            Err(error) => verified.add(Check::Pages, format!("{table} cannot be counted: {error}")),
        }
    }
    verified.take(Check::Pages, pages(connection, extent));
    if extent == Extent::Whole {
        verified.take(Check::References, references(connection));
    }
    if !database.has_sales() {
        return verified;
    }
    let limit = match extent {
        Extent::Whole => -1,
        Extent::Newest(count) => i64::from(count),
    };
    match Restores(connection).unreconciled() {
        Ok(unreconciled) => verified.unreconciled = unreconciled,
        Err(error) => verified.add(Check::Pages, format!("restores cannot be read: {error}")),
    }
    for (check, rule) in RULES {
        verified.take(*check, broken(connection, rule, limit));
    }
    verified.take(Check::Bodies, bodies(connection, limit));
    verified
}

impl Verified {
    fn add(&mut self, check: Check, what: String) {
        self.findings.push(Finding { check, what });
    }

    /// A rule that cannot be tried is broken.
    fn take(&mut self, check: Check, found: rusqlite::Result<Vec<String>>) {
        match found {
            Ok(found) => {
                let more = found.len() > MOST_PER_RULE;
                found.into_iter().take(MOST_PER_RULE).for_each(|what| self.add(check, what));
                if more {
                    self.add(check, "and more of this kind".to_owned());
                }
            }
            Err(error) => self.add(check, format!("cannot be read: {error}")),
        }
    }
}

fn pages(connection: &Connection, extent: Extent) -> rusqlite::Result<Vec<String>> {
    let query = match extent {
        Extent::Whole => format!("PRAGMA integrity_check({MOST_PER_RULE})"),
        Extent::Newest(_) => "PRAGMA quick_check(1)".to_owned(),
    };
    let mut said: Vec<String> =
        connection.prepare(&query)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    said.retain(|said| said != "ok");
    Ok(said)
}

fn references(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare("PRAGMA foreign_key_check")?;
    let rows = query.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} names one of {parent} that is not there"))
    })?;
    rows.take(MOST_PER_RULE + 1).collect()
}

/// A rule gives one text for each case in which it is broken.
fn broken(connection: &Connection, rule: &str, limit: i64) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare(&format!("{CHECKED} {rule}"))?;
    let rows = query.query_map([limit], |row| row.get::<_, Option<String>>(0))?;
    rows.take(MOST_PER_RULE + 1)
        .map(|what| Ok(what?.unwrap_or_else(|| "something nameless".to_owned())))
        .collect()
}

fn bodies(connection: &Connection, limit: i64) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare(&format!(
        "{CHECKED} SELECT sales.order_id, body, body_sha256 FROM checked JOIN sales USING (order_id)"
    ))?;
    let mut rows = query.query([limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let is_kept = Sha256::digest(row.get_ref(1)?.as_bytes()?).as_slice() == row.get_ref(2)?.as_bytes()?;
        if !is_kept && found.len() <= MOST_PER_RULE {
            found.push(format!("the body of {} is not the one that was kept", row.get::<_, String>(0)?));
        }
    }
    Ok(found)
}
