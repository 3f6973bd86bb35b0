//! Building the pages and the programs around them.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::step::{cargo, npm, succeed, target};

/// The pages come out of the program, not from a server.
pub const FEATURES: [&str; 2] = ["--features", "yima-till/custom-protocol"];

/// The windows' pages, into `ui/dist`.
pub fn pages() -> Command {
    npm(&["run", "build"])
}

/// The same over a pretended shell, for the browser that looks at every state of theirs.
pub fn pages_for_a_browser() -> Command {
    let mut build = npm(&["run", "build:mock", "--", "--outDir"]);
    build.arg(target().join("mock-pages"));
    build
}

/// Programs of the workspace, in the profile and with the features that the tests use, so that nothing is built
/// twice.
pub fn programs(names: &[&str]) -> Result<PathBuf> {
    let mut build = cargo(&["build", "--workspace"]);
    build.args(FEATURES);
    for name in names {
        build.args(["--bin", name]);
    }
    succeed(&mut build)?;
    Ok(target().join("debug"))
}

/// What is shipped, and the empty program it is measured against, built as it is shipped.
pub fn release() -> Result<PathBuf> {
    let packages = ["build", "--release", "-p", "yima-till", "-p", "yima-cli"];
    succeed(cargo(&packages).args(FEATURES).args(["--bins", "--example", "floor"]))?;
    Ok(target().join("release"))
}
