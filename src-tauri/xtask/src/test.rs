//! `cargo xtask test`: everything that must hold, each step with its time, and a count at the end.

use std::{
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    build::{self, FEATURES},
    install, run,
    step::{cargo, duration, now, npm, printed, shown, target},
    tally::Tally,
};

/// Where there is a virtual display to open windows on.
const OPENS_WINDOWS: bool = cfg!(target_os = "linux");
/// Windows opened at once by the end-to-end tests: each has a display, a till and its web processes.
const END_TO_END_AT_ONCE: &str = "--test-threads=2";

pub fn test() -> Result<ExitCode> {
    let mut report = Report::default();
    report.task("what is needed", if OPENS_WINDOWS { install::to_test } else { install::to_build })?;
    report.check("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    let pages = report.check("pages: build", &mut build::pages())?;
    report.check("pages: types and format", &mut npm(&["run", "check"]))?;
    report.check("pages: tests", &mut npm(&["test"]))?;
    if pages {
        check_programs(&mut report)?;
    }
    if printed(&mut cargo(&["deny", "--version"])).is_some() {
        let deny = ["deny", "--offline", "check", "bans", "licenses", "sources"];
        report.check("dependencies", &mut cargo(&deny))?;
    }
    Ok(report.close())
}

/// The pages are part of the program: without them nothing here can be built.
fn check_programs(report: &mut Report) -> Result<()> {
    let mut clippy = workspace("clippy", &["--all-targets"]);
    clippy.args(["--", "-D", "warnings"]);
    report.check("lints", &mut clippy)?;
    report.check("fuzz targets: lints", &mut fuzz_targets())?;
    if !report.check("build", &mut workspace("build", &["--all-targets"]))? {
        return Ok(());
    }
    report.check("tests", workspace("test", &[]).arg("--no-fail-fast"))?;
    if !OPENS_WINDOWS {
        println!("\n== tests in real windows: left out, they need a virtual display and that needs Linux");
        return Ok(());
    }
    if report.check("pages: build for a browser", &mut build::pages_for_a_browser())? {
        report.check("pages: looks", &mut workspace("test", &["--test", "looks"]))?;
    }
    let mut windows = workspace("test", &["--test", "e2e"]);
    report.check("tests in real windows", windows.args(["--", END_TO_END_AT_ONCE]))?;
    // What `cargo xtask run --headless` does, without building again what was built above.
    report.check_one("one whole sale", &mut run::one_sale(&target().join("debug")))?;
    Ok(())
}

/// They are a workspace of their own, with a lock of its own that has to be up to date.
fn fuzz_targets() -> Command {
    let mut clippy = cargo(&["clippy", "--manifest-path", "tests/fuzz/Cargo.toml", "--locked"]);
    clippy.args(["--no-default-features", "--bins", "--target-dir"]).arg(target());
    clippy.args(["--", "-D", "warnings"]);
    clippy
}

/// A cargo command over the whole workspace, always with the same features, so that nothing is built twice. The
/// tests in windows are built with all the rest, though they run only when named.
fn workspace(task: &str, targets: &[&str]) -> Command {
    let mut command = cargo(&[task, "--workspace"]);
    command.args(FEATURES).args(targets);
    if !OPENS_WINDOWS {
        command.args(["--exclude", "yima-tests"]);
    } else if targets.contains(&"--all-targets") {
        command.args(["--test", "e2e", "--test", "looks"]);
    }
    command
}

#[derive(Default)]
struct Report {
    steps: Vec<(String, Duration, bool)>,
    tally: Tally,
}

impl Report {
    /// Runs one step and counts the tests it reports.
    fn check(&mut self, name: &str, command: &mut Command) -> Result<bool> {
        self.step(name, command, Tally::of_step)
    }

    /// Runs a step that is one test itself.
    fn check_one(&mut self, name: &str, command: &mut Command) -> Result<bool> {
        self.step(name, command, |_, ok| Tally::of_one(ok))
    }

    fn step(
        &mut self,
        name: &str,
        command: &mut Command,
        count: impl FnOnce(Tally, bool) -> Tally,
    ) -> Result<bool> {
        println!("\n== {name}: {}", shown(command));
        let start = now();
        let (reported, ok) = run_counting(command)?;
        self.tally.add(count(reported, ok));
        self.end_step(name, start.elapsed(), ok);
        Ok(ok)
    }

    fn task(&mut self, name: &str, task: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n== {name}");
        let start = now();
        task()?;
        self.end_step(name, start.elapsed(), true);
        Ok(())
    }

    fn end_step(&mut self, name: &str, took: Duration, ok: bool) {
        println!("== {name}: {} in {}", verdict(ok), duration(took));
        self.steps.push((name.to_owned(), took, ok));
    }

    /// The last line is the count, alone.
    fn close(&self) -> ExitCode {
        println!();
        for (name, took, ok) in &self.steps {
            println!("{name:<26}{:>14}  {}", duration(*took), verdict(*ok));
        }
        println!("\n{} passed, {} failed", self.tally.passed, self.tally.failed);
        if self.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

const fn verdict(ok: bool) -> &'static str {
    if ok { "ok" } else { "FAILED" }
}

fn run_counting(command: &mut Command) -> Result<(Tally, bool)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let output = child.stdout.take().context("the step has no output")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    Ok((tally, child.wait()?.success()))
}
