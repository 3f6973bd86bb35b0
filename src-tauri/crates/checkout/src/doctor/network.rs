//! The way to the gateway: name, connection, TLS, clock, time to an answer.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use yima_gateway::probe::{self, Greeting};
use yima_gateway::{CallError, Endpoint, NotSentReason};

use super::Means;
use super::report::{Clock as ClockFound, Connection, Finding, NameLookup, Tls};
use crate::Clock;

/// As long as the till itself waits for a connection.
const LIMIT: Duration = Duration::from_secs(3);

/// From where on nothing was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Name,
    Connection,
    Tls,
    Answer,
}

pub(super) fn proxy() -> Finding {
    Finding::Proxy { variables: probe::proxies_set() }
}

/// One step after the other; whether all of them went well.
pub(super) async fn reach<C: Clock>(
    endpoint: &Endpoint,
    means: Means<'_, C>,
    mut note: impl FnMut(Finding),
) -> bool {
    let failed_before = try_steps(endpoint, means, &mut note).await;
    if let Some(step) = failed_before {
        not_reached(step).into_iter().for_each(note);
    }
    failed_before.is_none()
}

/// What is said about the steps from `first` on where they were not tried.
pub(super) fn not_reached(first: Step) -> Vec<Finding> {
    let all = [
        (Step::Name, Finding::NameLookup(NameLookup::NotAsked)),
        (Step::Connection, Finding::Connection(Connection::NotTried)),
        (Step::Tls, Finding::Tls(Tls::NotTried)),
        (Step::Answer, Finding::Clock(ClockFound::NotCompared)),
        (Step::Answer, Finding::Latency { answer_ms: None }),
    ];
    all.into_iter().filter(|(step, _)| *step >= first).map(|(_, finding)| finding).collect()
}

/// The step after the one that failed.
async fn try_steps<C: Clock>(
    endpoint: &Endpoint,
    means: Means<'_, C>,
    note: &mut impl FnMut(Finding),
) -> Option<Step> {
    let addresses = match probe::look_up(endpoint, LIMIT).await {
        Ok(found) => {
            note(Finding::NameLookup(name_found(found.host, &found.addresses, found.took)));
            found.addresses
        }
        Err(error) => {
            note(Finding::NameLookup(NameLookup::NotFound { host: error.host }));
            return Some(Step::Connection);
        }
    };
    match probe::connect(&addresses, LIMIT).await {
        Ok(made) => {
            let address = made.address.to_string();
            note(Finding::Connection(Connection::Made { address, took_ms: milliseconds(made.took) }));
        }
        Err(reason) => {
            note(Finding::Connection(Connection::None { reason }));
            return Some(Step::Tls);
        }
    }
    match means.client.greet(endpoint).await {
        Ok(greeting) => {
            let is_plain = endpoint.as_str().starts_with("http://");
            let http_status = greeting.http_status;
            note(Finding::Tls(if is_plain {
                Tls::NotUsed { http_status }
            } else {
                Tls::Trusted { http_status }
            }));
            note(Finding::Clock(compared(&greeting, means.clock.now().wall_ms)));
            note(Finding::Latency { answer_ms: Some(milliseconds(greeting.took)) });
            None
        }
        Err(error) => {
            note(Finding::Tls(no_answer(&error)));
            Some(Step::Answer)
        }
    }
}

fn name_found(host: String, addresses: &[std::net::SocketAddr], took: Option<Duration>) -> NameLookup {
    match took {
        None => NameLookup::NotNeeded { host },
        Some(took) => NameLookup::Found {
            host,
            addresses: addresses.iter().map(|address| address.ip().to_string()).collect(),
            took_ms: milliseconds(took),
        },
    }
}

fn no_answer(error: &CallError) -> Tls {
    match error {
        CallError::NotSent(NotSentReason::Tls) => Tls::NotTrusted,
        error => Tls::NoAnswer(error.into()),
    }
}

fn compared(greeting: &Greeting, wall_ms: i64) -> ClockFound {
    match date(greeting) {
        Some(date) => ClockFound::Compared { ahead_s: ahead_s(wall_ms, date) },
        None => ClockFound::NoDate,
    }
}

/// When the gateway answered by its own clock.
pub(crate) fn date(greeting: &Greeting) -> Option<Timestamp> {
    let date = greeting.date.as_deref().and_then(|date| rfc2822::parse(date).ok());
    date.map(|date| date.timestamp())
}

fn ahead_s(wall_ms: i64, date: Timestamp) -> i64 {
    wall_ms.div_euclid(1_000).saturating_sub(date.as_second())
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_by_the_date_header() {
        let check = |date: Option<&str>, expected: Option<i64>| {
            let greeting = Greeting { http_status: 200, date: date.map(str::to_owned), took: Duration::ZERO };
            let expected = expected.map_or(ClockFound::NoDate, |ahead_s| ClockFound::Compared { ahead_s });
            // 2026-11-22 10:00:00.9 UTC
            assert_eq!(compared(&greeting, 1_795_341_600_900), expected, "{date:?}");
        };
        check(Some("Sun, 22 Nov 2026 10:00:00 GMT"), Some(0));
        check(Some("Sun, 22 Nov 2026 10:00:07 GMT"), Some(-7));
        check(Some("Sun, 22 Nov 2026 09:00:00 GMT"), Some(3_600));
        check(Some("yesterday"), None);
        check(Some(""), None);
        check(None, None);
    }
}
