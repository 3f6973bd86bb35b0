//! `yima doctor`: what is wrong between this till and its gateway, and which signing profile is right.

mod words;

use std::io::{self, BufRead, IsTerminal, Read, Write};

use clap::Args;
use serde::Serialize;
use yima_checkout::SystemClock;
use yima_checkout::doctor::{self, Change, Finding, Means, Progress, Report, Search, SetUp};
use yima_gateway::{Client, Timeouts};
use yima_store::DataLock;

use crate::failure::Failure;
use crate::till::{Till, wait_for};
use crate::words::{Out, failures};
use crate::{Done, json};
use words::Words;

/// Check the live set-up from end to end, and find the signing profile
///
/// Settings, secret, proxy, name, connection, TLS, clock, latency, and whether the gateway takes our signature.
/// It moves no money and makes no order: it asks after an order id that cannot exist (/pay/check) and, where that tells
/// nothing, for the orders of one minute (/order/list). Works beside a running till, in either mode.
/// Exit status: 0 nothing failed, 1 something did.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// If the signature is refused, try the other signing profiles, half a second apart, until one is accepted.
    #[arg(long)]
    find_profile: bool,
    /// Keep the profile that was found without asking. Needs the till to be closed.
    #[arg(long, requires = "find_profile")]
    save: bool,
    /// One object: healthy, saved, and checks with an outcome (ok, warning, failed, skipped), a code and data.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Printed<'a> {
    healthy: bool,
    saved: bool,
    #[serde(flatten)]
    report: &'a Report,
}

pub(crate) fn run(options: &Options, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    // Before all else: nobody is to wait for a search whose result cannot be kept.
    let held = if options.save { Some(till.lock()?) } else { None };
    let words = Words::of(out.language());
    let report = examine(options, till, words, out)?;
    let saved = match changes(&report) {
        Some(changes) => keep(options, till, held, &report, changes, words, out)?,
        None => false,
    };
    // A profile that was kept has mended the one thing that it was found for.
    let failed =
        report.failed().filter(|check| !(saved && matches!(check.finding, Finding::Signature(_)))).count();
    if options.json {
        json::print(&Printed { healthy: failed == 0, saved, report: &report }, out)?;
    }
    if failed == 0 { Ok(Done::Wholly) } else { Err(Failure::new(Words::failed(failed))) }
}

/// Prints every finding as soon as there is one, unless a program reads along.
fn examine(options: &Options, till: &Till, words: Words, out: &mut Out<'_>) -> Result<Report, Failure> {
    let client = Client::new(Timeouts::default()).map_err(|_| Failure::new(failures::no_client()))?;
    let set_up = SetUp::read(till.folder(), till.settings());
    let mut printed = Ok(());
    let report = wait_for(async {
        let means = Means { client: &client, clock: &SystemClock::new() };
        let report = doctor::examine(&set_up, options.find_profile, means, |progress| {
            if !options.json && printed.is_ok() {
                printed = print(progress, words, out);
            }
        });
        Ok(report.await)
    })?;
    printed?;
    Ok(report)
}

fn print(progress: Progress<'_>, words: Words, out: &mut Out<'_>) -> io::Result<()> {
    match progress {
        Progress::Checked(check) => {
            for line in words.check(check) {
                writeln!(out, "{line}")?;
            }
        }
        Progress::Trying { number, of, profile } => writeln!(out, "{}", words.trying(number, of, profile))?,
    }
    out.flush()
}

fn changes(report: &Report) -> Option<&[Change]> {
    report.checks.iter().find_map(|check| match &check.finding {
        Finding::ProfileSearch(Search::Found { changes, .. }) => Some(changes.as_slice()),
        _ => None,
    })
}

/// Keeps what was found, if that is wanted; says whether it did.
fn keep(
    options: &Options,
    till: &Till,
    held: Option<DataLock>,
    report: &Report,
    changes: &[Change],
    words: Words,
    out: &mut Out<'_>,
) -> Result<bool, Failure> {
    let Some(profile) = report.found_profile() else { return Ok(false) };
    let may_ask = !options.json && io::stdin().is_terminal() && io::stdout().is_terminal();
    let wanted = options.save || (may_ask && agrees(&mut io::stdin().lock(), words, out)?);
    if !wanted {
        if !options.json {
            writeln!(out, "{}", words.not_kept())?;
        }
        return Ok(false);
    }
    let held = held.map_or_else(|| till.lock(), Ok)?;
    doctor::save_profile(till.settings(), profile)?;
    till.prepare(&held)?;
    if !options.json {
        for change in changes {
            writeln!(out, "{}", words.kept(change))?;
        }
    }
    Ok(true)
}

fn agrees(input: &mut impl BufRead, words: Words, out: &mut Out<'_>) -> Result<bool, Failure> {
    const ANSWER_BYTES_MAX: u64 = 100;
    write!(out, "{} [y/N] ", words.keep_it())?;
    out.flush()?;
    let mut answer = String::new();
    // What cannot be read is no consent.
    let _ = input.take(ANSWER_BYTES_MAX).read_line(&mut answer);
    Ok(Words::is_yes(answer.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yima_checkout::view::Language;

    #[test]
    fn only_a_clear_yes_is_one() {
        let agreed = |answer: &[u8]| {
            let mut out = Vec::new();
            let mut spoken = Out::new(&mut out, Language::English);
            let agreed = agrees(&mut &*answer, Words::of(Language::English), &mut spoken).unwrap();
            assert!(String::from_utf8(out).unwrap().ends_with("[y/N] "));
            agreed
        };
        for yes in ["y\n", "Y\r\n", "yes\n", "是\n", "y"] {
            assert!(agreed(yes.as_bytes()), "{yes:?}");
        }
        for no in ["\n", "", "n\n", "yy\n", "\u{1b}y\n"] {
            assert!(!agreed(no.as_bytes()), "{no:?}");
        }
        assert!(!agreed(b"\xff\n"));
        assert!(!agreed(&[b'y'; 1_000]));
    }
}
