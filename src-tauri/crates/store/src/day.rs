//! Business days: dates in China Standard Time, wherever the computer thinks it is.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, tz};

const CHINA: Offset = tz::offset(8);
const STAMP: &str = "%Y%m%d-%H%M%S";

/// The day in China Standard Time (+08:00) of a time in Unix milliseconds, as `2026-11-22`.
#[must_use]
pub fn day_of(at_ms: i64) -> String {
    date_of(at_ms).to_string()
}

/// The same day as it stands in receipt numbers: `20261122`.
pub(crate) fn compact_day_of(at_ms: i64) -> String {
    date_of(at_ms).strftime("%Y%m%d").to_string()
}

/// Reads `2026-11-22` or `20261122` and gives the former.
pub(crate) fn parse_day(text: &str) -> Option<String> {
    text.trim().parse::<Date>().ok().map(|date| date.to_string())
}

/// Day and time in China Standard Time. A time beyond the calendar (a broken clock) counts as its nearest end.
pub(crate) fn time_of(at_ms: i64) -> DateTime {
    let end = if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    CHINA.to_datetime(Timestamp::from_millisecond(at_ms).unwrap_or(end))
}

/// The same as it stands in names of files: `20261122-120000`.
pub(crate) fn stamp_of(at_ms: i64) -> String {
    time_of(at_ms).strftime(STAMP).to_string()
}

/// Unix milliseconds of such a stamp; `None` if it is none.
pub(crate) fn parse_stamp(text: &str) -> Option<(DateTime, i64)> {
    let time = DateTime::strptime(STAMP, text).ok()?;
    Some((time, CHINA.to_timestamp(time).ok()?.as_millisecond()))
}

fn date_of(at_ms: i64) -> Date {
    time_of(at_ms).date()
}
