//! Starting other programs, and saying how long they took.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The root of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Cargo's `target`.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from)
}

/// A program to be started in the root of the project.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project()).args(arguments);
    command
}

/// `cargo`, the one that runs this task.
pub fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// `npm` in the folder of the windows' pages.
pub fn npm(arguments: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, arguments);
    npm.current_dir(project().join("ui"));
    npm
}

/// Runs to the end; another exit status than 0 is an error.
pub fn succeed(command: &mut Command) -> Result<()> {
    let line = shown(command);
    eprintln!("> {line}");
    let status = command.status().with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line} ended with {status}");
    }
    Ok(())
}

/// What a program printed, if it could be started and ended well.
pub fn printed(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Runs to the end and passes the exit status on.
pub fn follow(command: &mut Command) -> Result<ExitCode> {
    let line = shown(command);
    eprintln!("> {line}");
    let status = command.status().with_context(|| format!("cannot start {line}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The one clock of the tasks.
#[expect(clippy::disallowed_methods, reason = "a task only times itself")]
pub fn now() -> Instant {
    Instant::now()
}

/// `1 min 05 s`
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 60 {
        0 => format!("{seconds}.{} s", duration.subsec_millis() / 100),
        minutes => format!("{minutes} min {:02} s", seconds % 60),
    }
}

pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
