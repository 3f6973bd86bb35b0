//! `yima`: sets a till up and looks into it, without a window.

mod backup;
mod catalogue;
mod config;
mod doctor;
mod failure;
mod json;
mod receipts;
mod restore;
mod sandbox;
mod secret;
mod sign;
mod table;
mod till;
mod verify;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use till::Till;

/// Sets a till up and looks into it, without a window.
///
/// Reading works beside a running till; what changes its data is refused until the till is closed.
/// Exit status: 0 done, 1 failed, 2 not understood or done in part.
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
    /// What was sold, and how it ended.
    #[command(subcommand)]
    Receipts(receipts::Command),
    /// Run a gateway on this machine to practise and test against.
    Sandbox(sandbox::Options),
    Sign(sign::Options),
    Doctor(doctor::Options),
    Backup(backup::Options),
    Verify(verify::Options),
    Restore(restore::Options),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => return print_help(&asked),
        Err(error) => {
            let said = error.render().to_string();
            return Failure::not_understood(said.trim_start_matches("error: ").trim_end()).tell();
        }
    };
    let mut out = io::stdout().lock();
    let outcome = run(cli, &mut out).and_then(|done| {
        out.flush()?;
        Ok(done)
    });
    match outcome {
        Ok(Done::Wholly) => ExitCode::SUCCESS,
        Ok(Done::InPart) => ExitCode::from(failure::STATUS_IN_PART),
        Err(failure) => failure.tell(),
    }
}

/// How much of what was asked has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Wholly,
    /// What was left out has been told.
    InPart,
}

fn run(cli: Cli, out: &mut dyn Write) -> Result<Done, Failure> {
    let data_dir = cli.data_dir.clone();
    let till = || {
        let till = Till::open(cli.data_dir)?;
        till.warn_of_plain_secrets()?;
        Ok::<Till, Failure>(till)
    };
    match cli.command {
        Command::Config(command) => config::run(&command, &till()?, out),
        Command::Secret(command) => secret::run(&command, &till()?, out),
        Command::Catalogue(command) => catalogue::run(&command, &till()?, out),
        Command::Receipts(command) => receipts::run(&command, &till()?, out),
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
