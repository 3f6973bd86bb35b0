//! Every file of the project, and what none of them may hold.

use std::{fs, path::Path, process::Command};

use yima_tests::programs::project_folder;

use crate::expect_none;

const LONGEST_LINES: usize = 400;
const GENERATED: [&str; 1] = ["ui/src/shared/backend/bindings.ts"];
/// A thing lives with what it is about, not with things that are alike.
const NAMES_FOR_ANYTHING: [&str; 8] =
    ["util", "utils", "common", "types", "helper", "helpers", "misc", "stuff"];

/// A file of the project: its path from the root, with `/`, and its text. Pictures and the like are left out.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn is_code(&self) -> bool {
        [".rs", ".ts", ".svelte"].iter().any(|end| self.path.ends_with(end))
    }

    /// Its lines with their numbers, as `path:12`.
    pub fn lines(&self) -> impl Iterator<Item = (String, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (format!("{}:{}", self.path, at + 1), line))
    }
}

/// All text files that are kept, or would be.
pub fn sources() -> Vec<Source> {
    let list = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(project_folder())
        .output()
        .unwrap();
    assert!(list.status.success(), "the project's files are what git lists");
    let paths = String::from_utf8(list.stdout).unwrap();
    let read = |path: &str| {
        let text = fs::read_to_string(project_folder().join(path)).ok()?;
        Some(Source { path: path.to_owned(), text })
    };
    paths.split_terminator('\0').filter_map(read).collect()
}

/// The places of lines that hold one of these words, in files that are wanted.
pub fn places(words: &[String], is_wanted: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| is_wanted(source)) {
        let with_word =
            source.lines().filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())));
        found.extend(with_word.map(|(place, line)| format!("{place}: {}", line.trim())));
    }
    found
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.is_code() && !GENERATED.contains(&source.path.as_str()))
        .map(|source| (source.path.as_str(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    expect_none("a file has at most 400 lines", &long);
}

#[test]
fn no_name_fits_anything() {
    let vague: Vec<String> = sources()
        .iter()
        .filter(|source| Path::new(&source.path).iter().any(|part| is_vague(&part.to_string_lossy())))
        .map(|source| source.path.clone())
        .collect();
    expect_none("a file, folder or crate is named after what it is about", &vague);
}

#[test]
fn nothing_is_left_to_do() {
    // Put together here, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["X", "XX:"]].map(|mark| mark.concat());
    let is_wanted = |source: &Source| source.is_code() || source.path.ends_with(".md");
    expect_none("what is unfinished is not here", &places(&marks, is_wanted));
}

#[test]
fn nothing_points_at_one_machine() {
    let folders =
        [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["C:\\", "Users"]].map(|parts| parts.concat());
    expect_none("the project stands alone", &places(&folders, |_| true));
}

#[test]
fn no_private_key_is_kept() {
    let is_key = |line: &str| line.starts_with("-----BEGIN ") && line.ends_with("PRIVATE KEY-----");
    let mut keys = Vec::new();
    for source in sources() {
        keys.extend(source.lines().filter(|(_, line)| is_key(line.trim())).map(|(place, _)| place));
    }
    expect_none("keys are made when a test runs", &keys);
}

fn is_vague(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    NAMES_FOR_ANYTHING.contains(&stem)
}
