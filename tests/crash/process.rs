//! The parent's hold on the child: lines in, lines out, and SIGKILL.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use yima_core::failpoint::Moment;
use yima_sandbox::{Call, Running};
use yima_tests::patience::now;

use crate::plan::End;
use crate::requests::Asks;
use crate::till::{Start, moment};

const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// Real time for something that takes milliseconds, on a machine that has other things to do.
pub const LIMIT: Duration = Duration::from_secs(30);

pub type Passes = BTreeMap<(String, Moment), u64>;

/// The child is dead.
pub struct Gone;

pub struct Till {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    sandbox: Arc<Running>,
    kill: Option<Kill>,
    pub view: Value,
    pub passes: Passes,
    /// Views and ends of acts that were read, and of how many of them it was told.
    read: u64,
    told_read: u64,
    /// What the last act was answered with.
    reply: Option<Result<(), String>>,
    /// What the database was taken up as: `first`, `again` or `copied`.
    pub taken: Option<String>,
    /// It has shown that it compares what it has with the gateway's list.
    pub has_compared: bool,
    /// The backup is in its place.
    pub has_restored: bool,
    /// Ended where its start said, or by us.
    pub was_killed: bool,
    pub heard: Heard,
}

/// What the witness within has told.
#[derive(Default)]
pub struct Heard {
    pub broken: Vec<String>,
    /// How often each invariant was looked at and held.
    pub held: BTreeMap<String, u64>,
    pub asks: Asks,
    /// Until when the QR of an order may be shown.
    pub links: BTreeMap<String, i64>,
}

enum Kill {
    At(Instant),
    OnArrival(Call),
}

impl Till {
    pub async fn start(start: Start, end: Option<&End>, sandbox: Arc<Running>, log: &Path) -> Result<Self> {
        let mut start = start;
        let mut kill = None;
        match end {
            Some(End::At { moment, name, hit }) => start.end = Some((*moment, (*name).to_owned(), *hit)),
            Some(End::OnArrival(call)) => kill = Some(Kill::OnArrival(*call)),
            Some(End::After(wait)) => kill = Some(Kill::At(now() + *wait)),
            Some(End::WithTheStory) | None => {}
        }
        let errors = std::fs::File::options().create(true).append(true).open(log)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("till")
            // It talks to this machine only; reading all certificates takes longer than a sale.
            .env("SSL_CERT_FILE", "/dev/null")
            .env_remove("SSL_CERT_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .context("cannot start the child")?;
        let input = child.stdin.take().context("the child takes no input")?;
        let output = child.stdout.take().context("the child says nothing")?;
        let lines = BufReader::new(output).lines();
        let mut till = Self {
            child,
            input,
            lines,
            sandbox,
            kill,
            view: Value::Null,
            passes: Passes::new(),
            read: 0,
            told_read: 0,
            reply: None,
            taken: None,
            has_compared: false,
            has_restored: false,
            was_killed: false,
            heard: Heard::default(),
        };
        let _ = till.write(&start.line()).await;
        Ok(till)
    }

    /// Does one act and waits for its end.
    pub async fn act(&mut self, line: &str) -> Result<Result<(), String>, Gone> {
        self.reply = None;
        self.write(line).await?;
        let start = now();
        while start.elapsed() < LIMIT {
            if let Some(reply) = self.reply.take() {
                return Ok(reply);
            }
            self.next().await?;
        }
        Ok(Err("no answer".to_owned()))
    }

    /// Reads on until that holds; `false` if it does not within [`LIMIT`].
    pub async fn until(&mut self, holds: impl Fn(&Self) -> bool) -> Result<bool, Gone> {
        let start = now();
        while start.elapsed() < LIMIT {
            if holds(self) {
                return Ok(true);
            }
            self.next().await?;
        }
        Ok(false)
    }

    /// Reads what comes within a short time. Whoever asks for more has seen what there was, and time may pass.
    pub async fn next(&mut self) -> Result<(), Gone> {
        if self.told_read < self.read {
            self.told_read = self.read;
            // The end of one that is dead is read as well.
            let _ = self.write(&format!("read {}", self.read)).await;
        }
        match tokio::time::timeout(LOOK_AGAIN, self.lines.next_line()).await {
            Ok(Ok(Some(line))) => self.read(&line),
            Ok(_) => return Err(Gone),
            Err(_) => {}
        }
        if self.is_time_to_kill() {
            self.kill();
        }
        Ok(())
    }

    pub fn kill(&mut self) {
        self.kill = None;
        self.was_killed = true;
        let _ = self.child.start_kill();
    }

    /// Waits for the end; an end that nobody brought about is told.
    pub async fn end(&mut self) -> Result<Option<String>> {
        while self.next().await.is_ok() {}
        let status = self.child.wait().await?;
        let is_by_signal = status.signal() == Some(9);
        Ok((!is_by_signal || !self.was_killed).then(|| format!("the till ended by itself: {status}")))
    }

    /// Its process id, as long as it lives.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    pub fn state(&self) -> Option<&str> {
        self.view["state"].as_str()
    }

    pub fn order(&self) -> Option<String> {
        self.view["order"].as_str().map(str::to_owned)
    }

    pub fn passed(&self, moment: Moment, name: &str) -> u64 {
        self.passes.get(&(name.to_owned(), moment)).copied().unwrap_or_default()
    }

    async fn write(&mut self, line: &str) -> Result<(), Gone> {
        self.input.write_all(format!("{line}\n").as_bytes()).await.map_err(|_| Gone)
    }

    fn read(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        self.read += u64::from(matches!(word, "view" | "done" | "refused"));
        match word {
            "pass" => {
                if let Some((at, name)) =
                    rest.split_once(' ').and_then(|(at, name)| Some((moment(at)?, name)))
                {
                    *self.passes.entry((name.to_owned(), at)).or_default() += 1;
                }
            }
            "view" => {
                self.view = serde_json::from_str(rest).unwrap_or_default();
                self.has_compared |= self.view["reconciles"] == true;
            }
            "done" => self.reply = Some(Ok(())),
            "refused" => self.reply = Some(Err(rest.to_owned())),
            "killed" => self.was_killed = true,
            "taken" => self.taken = Some(rest.to_owned()),
            "restored" => self.has_restored = true,
            _ => self.heard.read(word, rest),
        }
    }

    /// How often it has asked about this order.
    pub fn asked(&self, order_id: &str) -> u64 {
        let about = self.heard.asks.iter().filter(|((_, id), _)| id == order_id);
        about.map(|(_, times)| times).sum()
    }

    fn is_time_to_kill(&self) -> bool {
        match &self.kill {
            None => false,
            Some(Kill::At(instant)) => now() >= *instant,
            Some(Kill::OnArrival(call)) => {
                self.sandbox.requests().iter().any(|request| request.path == *call && request.code.is_none())
            }
        }
    }
}

impl Heard {
    /// What another life has told.
    pub fn take(&mut self, of_life: Self) {
        self.broken.extend(of_life.broken);
        self.links.extend(of_life.links);
        for (asked, times) in of_life.asks {
            *self.asks.entry(asked).or_default() += times;
        }
        for (invariant, times) in of_life.held {
            *self.held.entry(invariant).or_default() += times;
        }
    }

    fn read(&mut self, word: &str, rest: &str) {
        let pair = rest.split_once(' ').map(|(one, other)| (one.to_owned(), other.to_owned()));
        match (word, pair) {
            ("ask", Some(asked)) => *self.asks.entry(asked).or_default() += 1,
            ("link", Some((id, until_ms))) => {
                self.links.extend(until_ms.parse().ok().map(|until_ms| (id, until_ms)));
            }
            ("held", _) => *self.held.entry(rest.to_owned()).or_default() += 1,
            ("broken", _) => self.broken.push(rest.to_owned()),
            _ => {}
        }
    }
}
