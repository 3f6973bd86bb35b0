//! Every bound of the program in one place: `src-tauri/LIMITS.md` is read from the code, and a stale one fails.
//!
//! `YIMA_UPDATE_LIMITS=1 cargo test -p yima-tests --test tidy` renews it.

use std::fmt::Write as _;
use std::fs;

use yima_tests::programs::project_folder;

use crate::files::{Source, sources};

const LIST: &str = "src-tauri/LIMITS.md";
const HEAD: &str = "# Limits\n\nEvery bound on queues, bodies, times, retries and rows, read from the code by `tests/tidy/limits.rs`; \
    `YIMA_UPDATE_LIMITS=1\ncargo test -p yima-tests --test tidy` renews it. What they mean together is in \
    [ARCHITECTURE.md](../ARCHITECTURE.md).\n";

/// A constant with one of these words in its name bounds something.
const WORDS: [&str; 30] = [
    "MAX", "MOST", "LIMIT", "TIMEOUT", "QUEUE", "LONGEST", "LONG", "KEPT", "TRIES", "ROUNDS", "ONCE",
    "APART", "PAUSE", "PATIENCE", "SPACING", "OFF", "LATE", "SHOWN", "WITHIN", "FOR", "ROOM", "RESERVE",
    "FRAMES", "PACE", "FAILURE", "BACKUP", "IDLE", "BITS", "DEATHS", "RETRY",
];
/// Bounds that say what they are of by their place alone.
const NAMELESS: [&str; 3] =
    ["src-tauri/crates/store/src/reserve.rs", "src-tauri/src/ipc/receipts.rs", "src-tauri/src/windows.rs"];
/// What a call or a sale is given when nobody says otherwise: the fields of these structures.
const DEFAULTS: [&str; 2] = ["Timing", "Timeouts"];

struct Limit {
    name: String,
    value: String,
    what: String,
}

#[test]
fn limits_are_listed_as_they_are() {
    let list = list(&sources());
    let path = project_folder().join(LIST);
    if std::env::var_os("YIMA_UPDATE_LIMITS").is_some() {
        fs::write(&path, &list).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let changed: Vec<&str> = list.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(
        list == kept,
        "{LIST} is stale; YIMA_UPDATE_LIMITS=1 renews it. New or changed:\n{}",
        changed.join("\n")
    );
}

#[test]
fn the_known_limits_are_found() {
    let list = list(&sources());
    for name in [
        "QUEUE_LENGTH",
        "MAX_ANSWER_BYTES",
        "Timeouts::total",
        "Timing::qr_timeout_ms",
        "FRAMES_AT_MOST",
        "BACK_OFF_MS",
    ] {
        assert!(list.contains(&format!("| `{name}` | ")), "{name} is a limit");
    }
}

fn list(sources: &[Source]) -> String {
    let mut list = HEAD.to_owned();
    let mut code: Vec<&Source> = sources.iter().filter(|source| is_program(&source.path)).collect();
    code.sort_by(|one, other| one.path.cmp(&other.path));
    let mut part = "";
    for source in code {
        let path = source.path.trim_start_matches("src-tauri/");
        let (folder, file) = path.split_once("src/").unwrap_or(("", path));
        for Limit { name, value, what } in limits(source) {
            if part != folder || !list.contains("\n## ") {
                part = folder;
                let of = if folder.is_empty() { "The shell" } else { folder.trim_end_matches('/') };
                let _ = writeln!(list, "\n## {of}\n\n| in | bound | is | |\n|---|---|---|---|");
            }
            let _ = writeln!(list, "| {file} | `{name}` | `{value}` | {what} |");
        }
    }
    list
}

fn is_program(path: &str) -> bool {
    path.starts_with("src-tauri/")
        && path.ends_with(".rs")
        && !path.contains("test")
        && ["/xtask/", "/benches/", "/examples/"].iter().all(|part| !path.contains(part))
}

fn limits(source: &Source) -> Vec<Limit> {
    let mut limits = Vec::new();
    let (mut what, mut of) = (Vec::new(), None);
    for line in source.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")) {
        let trimmed = line.trim();
        if let Some(said) = trimmed.strip_prefix("/// ") {
            what.push(said);
            continue;
        }
        let opened = trimmed.strip_prefix("impl Default for ").and_then(|rest| rest.split(' ').next());
        of = opened.filter(|name| DEFAULTS.contains(name)).or(of.filter(|_| line != "}"));
        let told = std::mem::take(&mut what).join(" ").replace('|', "\\|");
        let found = constant(source, trimmed, &told);
        limits.extend(found.into_iter().chain(of.map_or_else(Vec::new, |of| fields(of, trimmed))));
    }
    limits
}

/// `const NAME: TYPE = VALUE;`, public or not, if its name or place says that it is a bound.
fn constant(source: &Source, line: &str, what: &str) -> Option<Limit> {
    let (_, rest) =
        line.split_once("const ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"))?;
    let (name, rest) = rest.split_once(": ")?;
    let (kind, value) = rest.split_once(" = ")?;
    let is_bound =
        name.split('_').any(|word| WORDS.contains(&word)) || NAMELESS.contains(&source.path.as_str());
    let is_whole = !name.contains('(') && value.ends_with(';');
    let is_quantity = ["u8", "u16", "u32", "u64", "usize", "i32", "i64", "Duration", "Self"]
        .iter()
        .any(|of| kind.contains(of));
    (is_bound && is_quantity && is_whole).then(|| Limit {
        name: name.to_owned(),
        value: value.trim_end_matches(';').to_owned(),
        what: what.to_owned(),
    })
}

/// `name: value,` pairs, one or several on a line.
fn fields(of: &str, line: &str) -> Vec<Limit> {
    let inner = line.trim_start_matches("Self {").trim_end_matches('}');
    let pairs = inner.split(", ").filter_map(|pair| pair.trim().trim_end_matches(',').split_once(": "));
    pairs
        .map(|(name, value)| Limit {
            name: format!("{of}::{name}"),
            value: value.trim().to_owned(),
            what: String::new(),
        })
        .collect()
}
