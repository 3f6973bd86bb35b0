//! What the README tells a newcomer to type, and the files it shows, exist.

use std::fs;

use yima_tests::programs::project_folder;

use crate::expect_none;

#[test]
fn the_readmes_commands_exist() {
    let readme = read("README.md");
    assert!(readme.contains("cargo xtask run") && readme.contains("cargo xtask test"), "how to begin");
    let mut missing = Vec::new();
    for (program, source, list) in [
        ("cargo xtask ", "src-tauri/xtask/src/main.rs", "enum Task {"),
        ("yima ", "src-tauri/crates/cli/src/main.rs", "enum Command {"),
    ] {
        let known = variants(&read(source), list);
        assert!(known.len() > 2, "{program}has subcommands: {known:?}");
        let told = subcommands(&readme, program);
        missing.extend(
            told.into_iter().filter(|word| !known.contains(word)).map(|word| format!("{program}{word}")),
        );
    }
    expect_none("the README tells no command that is not there", &missing);
}

#[test]
fn what_the_readme_links_to_exists() {
    let readme = read("README.md");
    let missing: Vec<String> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .filter(|target| !project_folder().join(target).exists())
        .map(str::to_owned)
        .collect();
    expect_none("the README links to what is there", &missing);
}

/// The words after `program` in the README's code, in blocks and between single backquotes.
fn subcommands(readme: &str, program: &str) -> Vec<String> {
    let mut words = Vec::new();
    for code in readme.split('`').skip(1).step_by(2).chain(blocks(readme)) {
        for line in code.lines() {
            let command = line.trim().trim_start_matches("$ ").strip_prefix(program);
            let word = command.and_then(|rest| rest.split_whitespace().find(|word| !word.starts_with('-')));
            words.extend(
                word.filter(|word| word.chars().all(|letter| letter.is_ascii_lowercase())).map(str::to_owned),
            );
        }
    }
    words
}

fn blocks(readme: &str) -> impl Iterator<Item = &str> {
    readme.split("```").skip(1).step_by(2)
}

/// The variants of an enum in a source, in lower case.
fn variants(source: &str, opening: &str) -> Vec<String> {
    let list =
        source.split_once(opening).and_then(|(_, rest)| rest.split_once("\n}")).map_or("", |(list, _)| list);
    let names = list
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    names.filter_map(|line| line.split(['(', ',', ' ']).next()).map(str::to_lowercase).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(project_folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
