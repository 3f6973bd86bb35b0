//! How backups are called, and which of them are kept.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::Database;
use crate::day;

/// The newest are all kept: two days' worth, one an hour.
const NEWEST_KEPT: usize = 48;
/// Of those before, the last of each day.
const DAYS_KEPT: usize = 30;
/// One is made for each change of the catalogue alone.
const GOODS_KEPT: usize = 3;

/// `live-20261122-120000.db`, in China Standard Time.
pub(super) fn name(database: Database, at_ms: i64) -> String {
    format!("{}-{}.db", database.name(), day::stamp_of(at_ms))
}

/// When the backup of this name was made, in Unix milliseconds; `None` if it is none of `database`.
#[must_use]
pub fn made_at(name: &str, database: Database) -> Option<i64> {
    Some(stamp(name, database)?.1)
}

/// Those of `names` that need not be kept any more: of each database the newest 48 are, and the last one of each of 30
/// days; of the catalogue the newest 3. Days are those that backups were made on, so that a clock that runs ahead throws
/// nothing away.
pub fn superseded<'a>(names: impl IntoIterator<Item = &'a str>, database: Database) -> Vec<&'a str> {
    let mut backups: Vec<(DateTime, &str)> =
        names.into_iter().filter_map(|name| Some((stamp(name, database)?.0, name))).collect();
    backups.sort_unstable_by(|one, other| other.cmp(one));
    let (newest_kept, days_kept) =
        if database == Database::Goods { (GOODS_KEPT, 0) } else { (NEWEST_KEPT, DAYS_KEPT) };
    let mut days = BTreeSet::new();
    let mut old = Vec::new();
    for (place, (time, name)) in backups.into_iter().enumerate() {
        let is_last_of_its_day = !days.contains(&time.date()) && days.len() < days_kept;
        days.insert(time.date());
        if place >= newest_kept && !is_last_of_its_day {
            old.push(name);
        }
    }
    old
}

fn stamp(name: &str, database: Database) -> Option<(DateTime, i64)> {
    day::parse_stamp(name.strip_prefix(database.name())?.strip_prefix('-')?.strip_suffix(".db")?)
}
