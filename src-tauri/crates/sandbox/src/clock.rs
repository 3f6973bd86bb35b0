//! The one place that reads the clock, and the text that times have on the wire.

use jiff::Timestamp;
use jiff::tz::Offset;

/// China Standard Time, which the gateway's times are in without saying so.
const CHINA: Offset = Offset::constant(8);

/// Milliseconds since 1970, UTC.
#[allow(clippy::disallowed_methods, reason = "this is the sandbox's one clock")]
pub(crate) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// `YYYY-MM-DD HH:MM:SS` in China Standard Time. A time outside the calendar reads as 1970.
pub(crate) fn china_text(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    CHINA.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same as fourteen digits, the head of a trade number.
pub(crate) fn china_digits(at_ms: i64) -> String {
    china_text(at_ms).chars().filter(char::is_ascii_digit).collect()
}

/// The value of an HTTP `Date` header, `Sun, 22 Nov 2026 15:59:59 GMT`.
pub(crate) fn http_date(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(at).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_as_http_has_them() {
        assert_eq!(super::http_date(1_795_363_199_000), "Sun, 22 Nov 2026 15:59:59 GMT");
        assert_eq!(super::http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn times_are_in_china() {
        assert_eq!(super::china_text(1_795_363_199_000), "2026-11-22 23:59:59");
        assert_eq!(super::china_digits(0), "19700101080000");
        assert_eq!(super::china_text(i64::MAX), "1970-01-01 08:00:00");
    }
}
