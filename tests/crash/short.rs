//! P1: SIGKILL at every failpoint. A round of the kill harness: each failpoint once, and a few instants at random.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

#[path = "money.rs"]
mod money;
#[path = "soak/usage.rs"]
mod usage;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use money::Money;
use usage::Usage;
use yima_core::sale::State;

#[test]
fn p1_killed_anywhere_no_sale_is_lost_and_none_is_paid_twice() {
    let (clean, printed, told) = run(&["runs"]);
    println!("{printed}");
    assert!(clean, "{told}");
    let totals = printed.lines().last().unwrap();
    assert!(totals.ends_with(" 0 lost, 0 doubled, 0 violations"), "{totals}");
    assert!(printed.contains("looked at and held: "), "all of a round is looked at");
}

#[test]
fn a_till_that_breaks_its_word_is_found_out() {
    // Each with a place where it has to show, and how many runs end there.
    let flaws = [
        ("orders-late", "/pay/scan", "4", "I1: "),
        ("no-goods", "closed", "4", "I8: "),
        ("silence-is-closed", "written_off", "2", "I5: "),
        ("refunds-more", "refunded", "2", "I10: "),
        ("tells-the-secret", "new_cart", "2", "I12: "),
        ("closes-first", "awaiting", "4", "and the first thing asked is /pay/close"),
        ("forgets-the-time", "awaiting", "12", "I13: the QR of"),
        ("asks-twice", "/pay/check", "4", "I14: "),
        ("takes-nothing-up", "compared", "6", "I7: receipt "),
        ("compares-nothing", "rebuild_sale", "2", "is at the gateway and not here"),
    ];
    for (flaw, at, runs, broken) in flaws {
        let (found, _, told) = run(&["runs", "--flaw", flaw, "--at", at, "--runs", runs]);
        assert!(!found && told.contains(broken), "{flaw}: {told}");
    }
}

/// A failpoint that no story comes by is never noticed by running.
#[test]
fn p1_every_failpoint_in_the_code_has_its_runs() {
    let (clean, printed, told) = run(&["runs", "--runs", "0"]);
    assert!(clean, "{told}");
    let names = failpoints();
    assert!(names.len() > 45, "{names:?}");
    let is_planned = |name: &&String| {
        ["before", "after"].iter().all(|moment| printed.contains(&format!("\n{moment} {name} ")))
    };
    let unplanned: Vec<_> = names.iter().filter(|name| !is_planned(name)).collect();
    assert!(unplanned.is_empty(), "{unplanned:?} is in no plan: {printed}");
}

/// What is written in the sources before and after writes and calls: by its own name, by the event that is kept, or by
/// the path that is called.
fn failpoints() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates");
    let beginnings = [
        "failpoint::before(\"",
        "marked(\"",
        "record: Some(\"",
        "record_and_send(\"",
        ".then_some(\"",
        "const PATH: &str = \"",
    ];
    let mut names = BTreeSet::new();
    for folder in ["core/src/sale", "gateway/src", "checkout/src", "store/src"] {
        for text in sources(&crates.join(folder)) {
            let found = beginnings.iter().flat_map(|beginning| text.split(beginning).skip(1));
            names.extend(found.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    // Every state that is entered is kept under its own name; these two are, as the sale begins.
    let states = State::ALL.iter().filter(|state| !matches!(state, State::Ready | State::Submitting));
    names.extend(states.map(|state| state.code().to_owned()));
    names
}

fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "tests" {
            texts.append(&mut sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") && name != "tests.rs" {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

#[test]
fn i9_an_amount_that_is_not_whole_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let of = |statements: &str| {
        let path = folder.path().join("money.db");
        let _ = std::fs::remove_file(&path);
        let made = "CREATE TABLE sales (total_fen INTEGER NOT NULL, snapshot TEXT NOT NULL) STRICT;
            CREATE TABLE sale_events (snapshot TEXT NOT NULL) STRICT;
            INSERT INTO sales VALUES (1100, '{\"total_fen\":1100}');";
        rusqlite::Connection::open(&path).unwrap().execute_batch(&format!("{made} {statements}")).unwrap();
        Money::look(&path).unwrap()
    };
    let whole = of("");
    assert_eq!((whole.amounts, whole.broken), (1, Vec::new()));
    for (statements, told) in [
        ("CREATE TABLE loose (real_fen INTEGER)", "loose takes values of any type"),
        (
            "CREATE TABLE loose (real_fen INTEGER); INSERT INTO loose VALUES (11.5)",
            "1 amounts in loose.real_fen",
        ),
        ("CREATE TABLE other (rate REAL) STRICT", "other.rate is REAL"),
        ("CREATE TABLE other (price_fen TEXT) STRICT", "other.price_fen is TEXT"),
        (
            "INSERT INTO sale_events VALUES ('{\"payment\":[{\"real_fen\":11.0}]}')",
            "sale_events.snapshot is not whole",
        ),
    ] {
        let broken = of(statements).broken;
        assert!(broken.iter().any(|line| line.contains(told)), "{statements}: {broken:?}");
    }
}

#[test]
fn a_short_soak_keeps_nothing_it_should_give_back() {
    let (clean, printed, told) = soak(&["--seconds", "10"]);
    println!("{printed}");
    let totals = printed.lines().last().unwrap();
    assert!(clean && totals.ends_with(" 0 lost, 0 doubled, 0 violations"), "{totals}: {told}");
}

#[test]
fn a_till_that_keeps_what_it_should_give_back_is_found_out() {
    for (flaw, found) in [("keeps-memory", "memory grew by"), ("keeps-files", "open files went from")] {
        let (clean, printed, told) = soak(&["--seconds", "6", "--flaw", flaw]);
        assert!(!clean && told.contains(found), "{flaw}: {told} {printed}");
    }
}

fn soak(arguments: &[&str]) -> (bool, String, String) {
    run(&[&["soak"], arguments].concat())
}

/// Whether it found nothing, and what it says.
fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_crash")).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// What is otherwise in a sample, by its place.
type Change = fn(&mut Usage, f64);

#[test]
fn each_excess_is_told_and_ups_and_downs_are_none() {
    let samples = |change: Change| -> Vec<Usage> {
        let usage = |at: u32| {
            let mut usage = Usage { memory_mib: 24.0, open_files: 20.0, threads: 5.0, ..Usage::default() };
            change(&mut usage, f64::from(at));
            usage
        };
        (0..100).map(usage).collect()
    };
    let table: [(Change, Option<&str>); 8] = [
        (|_, _| {}, None),
        (|usage, at| usage.memory_mib += at % 7.0, None),
        // Warming up.
        (|usage, at| usage.memory_mib += at.min(50.0), None),
        (|usage, at| usage.memory_mib += at / 10.0, Some("memory grew by 4.9 MiB")),
        (|usage, at| usage.open_files += (at / 10.0).floor(), Some("open files went from 24 to 29")),
        (|usage, at| usage.threads += (at / 20.0).floor(), None),
        (|usage, at| usage.threads += (at / 10.0).floor(), Some("threads went from 9 to 14")),
        (|usage, at| usage.log_mib = if at < 5.0 { 4.5 } else { 2.0 }, Some("log came to 4.5 MiB")),
    ];
    for (at, (change, expected)) in table.into_iter().enumerate() {
        let found = usage::excesses(&samples(change));
        match expected {
            None => assert!(found.is_empty(), "{at}: {found:?}"),
            Some(expected) => assert!(found.len() == 1 && found[0].contains(expected), "{at}: {found:?}"),
        }
    }
}

#[test]
fn a_process_is_looked_at_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("till.db");
    std::fs::write(&database, vec![0; 2 << 20]).unwrap();
    std::fs::write(folder.path().join("till.db-wal"), vec![0; 1 << 20]).unwrap();
    let usage = Usage::of(std::process::id(), &database, 7).unwrap();
    assert!(usage.memory_mib > 1.0 && usage.open_files >= 3.0 && usage.threads >= 1.0, "{usage:?}");
    let of_folder = (usage.sales, usage.database_mib, usage.log_mib, usage.files_in_folder);
    assert_eq!(of_folder, (7, 2.0, 1.0, 2.0));
}
