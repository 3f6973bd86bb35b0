//! Lock files pin what is used, not where one machine gets it from.

use std::fs;

use yima_tests::programs::project_folder;

use crate::expect_none;

/// The fuzz targets are built by another toolchain, so they are a workspace of their own.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "tests/fuzz/Cargo.lock"];

/// What Cargo calls its public registry, wherever that is mirrored.
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn the_pages_lock_file_names_no_host() {
    let text = fs::read_to_string(project_folder().join("ui/package-lock.json")).unwrap();
    let hosts: Vec<String> = text
        .lines()
        .filter(|line| line.contains("\"resolved\""))
        .map(|line| line.trim().to_owned())
        .collect();
    expect_none("packages come from whatever registry is set up", &hosts);
    assert!(text.contains("\"integrity\""), "packages are pinned by their hash");
}

#[test]
fn every_crate_comes_from_the_public_registry() {
    for path in LOCK_FILES {
        let lock: toml::Table =
            toml::from_str(&fs::read_to_string(project_folder().join(path)).unwrap()).unwrap();
        let elsewhere: Vec<String> = lock["package"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|package| package.get("source").is_some_and(|source| source.as_str() != Some(CRATES)))
            .map(|package| format!("{path}: {}", package["name"]))
            .collect();
        expect_none("no crate comes from anywhere else", &elsewhere);
    }
}
