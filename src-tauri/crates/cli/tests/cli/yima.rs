//! Runs the program.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use yima_store::DataDir;

/// A data folder, and the program over it, on a system without a keychain.
pub struct Yima {
    folder: TempDir,
}

/// What one run came to.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Yima {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data_dir(&self) -> DataDir {
        DataDir::locate(Some(self.path("data"))).unwrap()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yima"));
        command.arg("--data-dir").arg(self.path("data"));
        // The one that tests read; a test of Chinese says so.
        command.env("LC_ALL", "en_US.UTF-8");
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.path("no-bus").display()));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command().args(arguments), b"")
    }

    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Ran {
        finish(self.command().args(arguments), input)
    }

    /// Runs what must be done without a word of complaint; gives what it printed.
    pub fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{arguments:?}");
        ran.out
    }

    /// Runs what must be refused with that exit status; gives the complaint.
    pub fn refused(&self, arguments: &[&str], status: i32) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (status, ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.starts_with("yima: "), "{}", ran.err);
        ran.err
    }
}

pub fn finish(command: &mut Command, input: &[u8]) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses before it reads has closed its end.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ran {
        status: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// Fails the test if `work` takes longer.
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    let _working = thread::spawn(move || done.send(work()));
    wait.recv_timeout(limit).unwrap()
}
