//! Which crate may know which, and what the crates about money may not use.

use std::{collections::BTreeMap, fs};

use yima_tests::programs::project_folder;

use crate::{
    expect_none,
    files::{Source, sources},
};

/// Each manifest, and the crates of the workspace that it may name: always, and in its tests only.
const ARROWS: [(&str, &[&str], &[&str]); 10] = [
    ("src-tauri/crates/core", &[], &[]),
    ("src-tauri/crates/gateway", &["yima-core"], &[]),
    ("src-tauri/crates/store", &["yima-core"], &[]),
    ("src-tauri/crates/checkout", &["yima-core", "yima-gateway", "yima-store"], &["yima-sandbox"]),
    ("src-tauri/crates/sandbox", &[], &[]),
    (
        "src-tauri/crates/cli",
        &["yima-core", "yima-checkout", "yima-gateway", "yima-store", "yima-sandbox"],
        &[],
    ),
    ("src-tauri", &["yima-core", "yima-checkout", "yima-gateway", "yima-store", "yima-sandbox"], &[]),
    ("src-tauri/xtask", &[], &[]),
    ("tests/fuzz", &["yima-core", "yima-gateway"], &[]),
    ("tests", &["yima-core", "yima-checkout", "yima-gateway", "yima-store", "yima-sandbox"], &[]),
];
const SHELL: &str = "src-tauri";
/// Where an amount is never a binary fraction.
const MONEY: [&str; 4] = ["core", "gateway", "store", "checkout"];

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for (folder, may_use, tests_may_use) in ARROWS {
        let manifest = manifest(folder);
        for name in dependencies(&manifest, &["dependencies", "build-dependencies"]) {
            if name.starts_with("yima-") && !may_use.contains(&name.as_str()) {
                wrong.push(format!("{folder} uses {name}"));
            }
        }
        for name in dependencies(&manifest, &["dev-dependencies"]) {
            if name.starts_with("yima-") && ![may_use, tests_may_use].concat().contains(&name.as_str()) {
                wrong.push(format!("{folder} uses {name} in its tests"));
            }
        }
    }
    expect_none("shell -> checkout -> {gateway, store} -> core; the sandbox knows nobody", &wrong);
}

#[test]
fn every_crate_has_its_arrows() {
    let known: Vec<&str> = ARROWS.iter().map(|(folder, ..)| *folder).collect();
    let new: Vec<String> = sources()
        .iter()
        .filter_map(|source| source.path.strip_suffix("/Cargo.toml"))
        .filter(|folder| !known.contains(folder))
        .map(str::to_owned)
        .collect();
    expect_none("a new crate says what it may know", &new);
}

#[test]
fn only_the_shell_names_tauri() {
    let mut wrong = Vec::new();
    for (folder, ..) in ARROWS.iter().filter(|(folder, ..)| *folder != SHELL) {
        let names =
            dependencies(&manifest(folder), &["dependencies", "build-dependencies", "dev-dependencies"]);
        let windows = names.iter().filter(|name| name.starts_with("tauri") || name.starts_with("specta"));
        wrong.extend(windows.map(|name| format!("{folder} uses {name}")));
    }
    expect_none("only the shell knows of windows", &wrong);
}

#[test]
fn money_is_never_a_binary_fraction() {
    let mut floats = Vec::new();
    for source in sources().iter().filter(|source| is_about_money(source)) {
        let with_float = source.lines().filter(|(_, line)| names_a_float(line));
        floats.extend(with_float.map(|(place, line)| format!("{place}: {}", line.trim())));
    }
    expect_none("money is integer fen", &floats);
}

#[test]
fn versions_are_exact() {
    let workspace: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let all = workspace["workspace"]["dependencies"].as_table().unwrap();
    let loose: Vec<String> = all
        .iter()
        .filter_map(|(name, wanted)| Some((name, wanted.get("version").unwrap_or(wanted).as_str()?)))
        .filter(|(_, version)| !version.starts_with('='))
        .map(|(name, version)| format!("{name} = {version}"))
        .collect();
    expect_none("a dependency has one exact version", &loose);
}

/// What ends a program in a test is no part of what is shipped: nothing but the tests asks for it, and it does nothing
/// in a build that is optimised as a release is.
#[test]
fn what_is_shipped_has_no_failpoints() {
    const FEATURE: &str = "failpoints";
    let asks = |folder: &str| {
        let manifest = manifest(folder);
        let told = ["dependencies", "build-dependencies", "features"].map(|section| manifest.get(section));
        told.into_iter().flatten().any(|section| section.to_string().contains(FEATURE))
    };
    let askers: Vec<&str> = ARROWS.iter().map(|(folder, ..)| *folder).filter(|folder| asks(folder)).collect();
    assert_eq!(askers, ["src-tauri/crates/core", "tests"], "the one that has it, and the tests");
    let workspace: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    assert!(!workspace["workspace"]["dependencies"].to_string().contains(FEATURE));
    let release = workspace["profile"]["release"].to_string();
    assert!(!release.contains("debug-assertions"), "{release}");
    let source = read("src-tauri/crates/core/src/failpoint.rs");
    let (_, pass) = source.split_once("fn pass(").unwrap();
    let guard = format!("if cfg!(all(feature = \"{FEATURE}\", debug_assertions))");
    let (guarded, hook) = (pass.find(&guard), pass.find("HOOK.get()"));
    assert!(guarded.is_some() && guarded < hook && source.matches("HOOK.get()").count() == 1, "{pass}");
}

fn is_about_money(source: &Source) -> bool {
    let is_in = |name: &str| source.path.starts_with(&format!("src-tauri/crates/{name}/src/"));
    source.path.ends_with(".rs") && MONEY.iter().any(|name| is_in(name))
}

fn names_a_float(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or(line);
    let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| word == "f32" || word == "f64" || word.ends_with("_f32") || word.ends_with("_f64"))
}

fn dependencies(manifest: &toml::Table, sections: &[&str]) -> Vec<String> {
    let mut tables: Vec<&toml::Value> =
        sections.iter().filter_map(|section| manifest.get(*section)).collect();
    // `[target.'cfg(…)'.dependencies]` counts as well.
    let by_target = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    tables
        .extend(by_target.flat_map(|(_, target)| sections.iter().filter_map(|section| target.get(*section))));
    let names: BTreeMap<&String, ()> =
        tables.iter().filter_map(|table| table.as_table()).flatten().map(|(name, _)| (name, ())).collect();
    names.into_keys().cloned().collect()
}

fn manifest(folder: &str) -> toml::Table {
    toml::from_str(&read(&format!("{folder}/Cargo.toml"))).unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(project_folder().join(path)).unwrap()
}
