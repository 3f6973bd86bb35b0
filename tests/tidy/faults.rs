//! Every fault that ARCHITECTURE lists is in the table of faults and has a test that says so, and no test names a fault
//! that is not listed.

use std::{collections::BTreeSet, fs};

use yima_tests::programs::project_folder;

use crate::{
    expect_none,
    files::{Source, sources},
};

/// The client's table of broken answers names the rows, not a test each.
const CLIENTS_TABLE: &str = "src-tauri/crates/gateway/tests/faults.rs";
/// So does the table of all faults, which the real engine plays.
const TABLE: &str = "tests/scenarios/faults/";
/// Its entries for what it cannot play. That those tests are there it holds itself.
const ELSEWHERE: &str = "tests/scenarios/faults/elsewhere.rs";
const KINDS: &str = "NGHCDPUKSL";

#[test]
fn every_fault_has_its_test() {
    let listed = listed();
    assert!(listed.len() > 50, "the list was found: {listed:?}");
    let tested = tested();
    let names = |ids: Vec<&String>| ids.into_iter().cloned().collect::<Vec<_>>();
    expect_none("each fault has a test by its id", &names(listed.difference(&tested).collect()));
    expect_none("each id in a test's name is listed", &names(tested.difference(&listed).collect()));
    let in_the_table = in_the_table();
    expect_none(
        "each fault is in the table, as a row or with where it is shown",
        &names(listed.difference(&in_the_table).collect()),
    );
}

/// Rows begin with the id, and entries for what is shown elsewhere with one or more of them.
fn in_the_table() -> BTreeSet<String> {
    let all = sources();
    let table = all.iter().filter(|source| source.path.starts_with(TABLE));
    let quoted = table.flat_map(|source| source.text.split('"').skip(1).step_by(2));
    quoted.flat_map(|words| words.split(' ').map_while(fault)).collect()
}

/// The ids in the first column of the list.
fn listed() -> BTreeSet<String> {
    let text = fs::read_to_string(project_folder().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("## What goes wrong").unwrap();
    let list = rest.split("\n## ").next().unwrap_or_default();
    list.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).filter_map(fault).collect()
}

fn tested() -> BTreeSet<String> {
    let all = sources();
    let is_test = |source: &&Source| source.path.contains("test") || source.text.contains("#[cfg(test)]");
    all.iter()
        .filter(is_test)
        .flat_map(|source| source.text.lines().flat_map(|line| named(source, line)))
        .collect()
}

/// The faults that a line says it tests.
fn named(source: &Source, line: &str) -> Vec<String> {
    let line = line.trim_start();
    if source.path == ELSEWHERE {
        return Vec::new();
    }
    if source.path == CLIENTS_TABLE || source.path.starts_with(TABLE) {
        return line.split('"').filter_map(fault).collect();
    }
    let name = match source.path.ends_with(".rs") {
        true => line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")),
        false => line.strip_prefix("it(\"").or_else(|| line.strip_prefix("describe(\"")),
    };
    // More than one may stand before what it says of them: `g16_h4_no_qr`.
    name.unwrap_or_default().split(['_', ' ', ':']).map_while(fault).collect()
}

/// `G16` of `G16` and `g16`.
fn fault(word: &str) -> Option<String> {
    let word = word.to_ascii_uppercase();
    let number = word.strip_prefix(|first| KINDS.contains(first))?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(word)
}
