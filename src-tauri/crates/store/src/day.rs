//! Business days: dates in China Standard Time, wherever the computer thinks it is.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, tz};

const CHINA: Offset = tz::offset(8);

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

/// A time beyond the calendar (a broken clock) counts as its nearest end.
fn date_of(at_ms: i64) -> Date {
    let end = if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    CHINA.to_datetime(Timestamp::from_millisecond(at_ms).unwrap_or(end)).date()
}
