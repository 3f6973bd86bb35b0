//! `yima`: sets a till up and looks into it, without a window.

mod backup;
mod catalogue;
mod config;
mod doctor;
mod failure;
mod json;
mod language;
mod promotions;
mod receipts;
mod restore;
mod sandbox;
mod secret;
mod sign;
mod staff;
mod table;
mod till;
mod verify;
mod words;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;
use till::Till;
use words::Out;

/// Sets a till up and looks into it, without a window.
///
/// Reading works beside a running till; what changes its data is refused until the till is closed.
/// Speaks the till's language if one is set, else the system's (LC_ALL, LC_MESSAGES, LANG). Exit status: 0 done, 1 failed, 2 not understood or done in part.
#[derive(Parser)]
#[command(name = "yima", version)]
struct Cli {
    /// The till's data folder; else what YIMA_DATA_DIR says, else the system's usual place.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read and change settings.
    #[command(subcommand)]
    Config(config::Command),
    /// Keep what requests are signed with.
    #[command(subcommand)]
    Secret(secret::Command),
    /// The goods that can be scanned.
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// What the shop takes off by itself.
    #[command(subcommand)]
    Promotions(promotions::Command),
    /// What was sold, and how it ended.
    #[command(subcommand)]
    Receipts(receipts::Command),
    /// Who works at the till.
    #[command(subcommand)]
    Cashier(staff::Command),
    /// The log of who did what.
    #[command(subcommand)]
    Audit(staff::AuditCommand),
    /// Run a gateway on this machine to practise and test against.
    Sandbox(sandbox::Options),
    Sign(sign::Options),
    Doctor(doctor::Options),
    Backup(backup::Options),
    Verify(verify::Options),
    Restore(restore::Options),
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = language::chosen(&arguments);
    if let Err(error) = yima_checkout::secrets::forbid_dumps() {
        words::tell(&words::usage::may_leave_a_dump(&error), language);
    }
    let understood = words::help::explained(Cli::command(), language)
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match understood {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => return print_help(&asked),
        Err(error) => return Failure::not_understood(words::usage::not_understood(&error)).tell(language),
    };
    let mut out = io::stdout().lock();
    let mut out = Out::new(&mut out, language);
    let outcome = run(cli, &mut out).and_then(|done| {
        out.flush()?;
        Ok(done)
    });
    match outcome {
        Ok(Done::Wholly) => ExitCode::SUCCESS,
        Ok(Done::InPart) => ExitCode::from(failure::STATUS_IN_PART),
        Err(failure) => failure.tell(language),
    }
}

/// How much of what was asked has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Wholly,
    /// What was left out has been told.
    InPart,
}

fn run(cli: Cli, out: &mut Out<'_>) -> Result<Done, Failure> {
    let data_dir = cli.data_dir.clone();
    let language = out.language();
    let till = || {
        let till = Till::open(cli.data_dir)?;
        till.warn_of_plain_secrets(language)?;
        Ok::<Till, Failure>(till)
    };
    match cli.command {
        Command::Config(command) => config::run(&command, &till()?, out),
        Command::Secret(command) => secret::run(&command, &till()?, out),
        Command::Catalogue(command) => catalogue::run(&command, &till()?, out),
        Command::Promotions(command) => promotions::run(&command, &till()?, out),
        Command::Receipts(command) => receipts::run(&command, &till()?, out),
        Command::Cashier(command) => staff::run(&command, &till()?, out),
        Command::Audit(command) => staff::audit(&command, &till()?, out),
        Command::Sandbox(options) => sandbox::run(&options, out),
        Command::Sign(options) => sign::run(&options, out),
        Command::Doctor(options) => doctor::run(&options, &till()?, out),
        Command::Backup(options) => backup::run(&options, &till()?, out),
        Command::Verify(options) => verify::run(&options, data_dir, out),
        Command::Restore(options) => restore::run(&options, data_dir, out),
    }
}

fn print_help(asked: &clap::Error) -> ExitCode {
    // Whoever closed the output does not want to read on.
    let _ = asked.print();
    ExitCode::SUCCESS
}
