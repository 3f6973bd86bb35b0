//! Programs that end with their starter, and take all they started with them.

use std::{
    fs::File,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// A program and its descendants, as one process group. Dropping it kills them all.
pub struct Group {
    child: Child,
    log: PathBuf,
    /// All are gone: the group's number may be another's by now.
    ended: bool,
}

impl Group {
    /// Starts `command` in a group of its own; what it prints goes to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let printed = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child, log: log.to_owned(), ended: false })
    }

    /// Its process id, and the group's.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether the first of the group still runs; without it the others are ended as well.
    pub fn is_running(&mut self) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let is_running = self.child.try_wait()?.is_none();
        if !is_running {
            self.kill();
        }
        Ok(is_running)
    }

    /// Kills the whole group, as a power cut would.
    pub fn kill(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        // An error means that all of them are gone already.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a program to its end and gives what it printed; an exit status other than 0 is an error.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        bail!("{name} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
