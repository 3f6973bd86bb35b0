//! `yima config`: settings by name.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Subcommand;
use yima_checkout::settings;
use yima_store::{DataLock, Mode};

use crate::failure::Failure;
use crate::table::{Table, visible};
use crate::till::{Till, wait_for};
use crate::{Done, json};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print one setting: what is set, else its default. Exit status 1 if it has neither.
    Get { key: String },
    /// Change one setting. An empty value takes an optional one back.
    Set {
        key: String,
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Print all settings.
    List {
        /// One object: each key with its value, null where there is none.
        #[arg(long)]
        json: bool,
        /// Say of each what it is for and what it may be.
        #[arg(long, conflicts_with = "json")]
        explain: bool,
    },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut dyn Write) -> Result<Done, Failure> {
    match command {
        Command::Get { key } => get(till, key, out),
        Command::Set { key, value } => set(till, key, value),
        Command::List { json: true, .. } => list_json(till, out),
        Command::List { explain: true, .. } => explain(till, out),
        Command::List { .. } => list(till, out),
    }
}

fn get(till: &Till, key: &str, out: &mut dyn Write) -> Result<Done, Failure> {
    match settings::get(till.settings(), key)? {
        Some(value) => writeln!(out, "{}", visible(&value))?,
        None => return Err(Failure::new(format!("{key} is not set"))),
    }
    Ok(Done::Wholly)
}

fn set(till: &Till, key: &str, value: &str) -> Result<Done, Failure> {
    if settings::find(key).is_err() && (key.ends_with("app_secret") || key.ends_with("private_key")) {
        return Err(Failure::not_understood(format!("{key} is no setting: secrets are kept elsewhere"))
            .advising("give it on standard input: yima secret set app_secret, or rsa_private_key"));
    }
    let setting = settings::find(key)?;
    let held = till.lock()?;
    if key == "mode" && settings::get(till.settings(), key)?.as_deref() != Some(value) {
        setting.check(value)?;
        require_no_open_sale(till, &held)?;
    }
    settings::set(till.settings(), key, value)?;
    till.prepare(&held)?;
    Ok(Done::Wholly)
}

/// An open sale is asked about until it ends, and only a till in its own mode does that.
fn require_no_open_sale(till: &Till, held: &DataLock) -> Result<(), Failure> {
    let mode = till.mode(None)?;
    if !till.has_database(mode) {
        return Ok(());
    }
    let store = till.writer(mode, held)?;
    let open = wait_for(async { Ok(store.open_sales().await?) })?;
    match open.first() {
        None => Ok(()),
        Some(sale) => Err(Failure::new(format!(
            "the mode cannot be changed: {} of {} has not come to its end, order {}",
            if open.len() == 1 { "a sale" } else { "one of several sales" },
            if mode == Mode::Live { "live mode" } else { "practice mode" },
            sale.order.id
        ))
        .advising("start the till and let it finish its sales first")),
    }
}

fn list(till: &Till, out: &mut dyn Write) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    let mut table = Table::new(["KEY", "", "VALUE"]);
    for line in settings::list(&values) {
        let origin = if line.is_set { "set" } else { "default" };
        let (origin, value) = line.value.map_or(("not set", ""), |value| (origin, value));
        table.row([line.setting.name(), origin, value]);
    }
    table.print(out)?;
    Ok(Done::Wholly)
}

fn explain(till: &Till, out: &mut dyn Write) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    for line in settings::list(&values) {
        let setting = line.setting;
        writeln!(out, "{} = {}", setting.name(), line.value.map_or_else(|| "(not set)".to_owned(), visible))?;
        writeln!(out, "    {}", setting.meaning())?;
        writeln!(
            out,
            "    allowed: {}; default: {}",
            setting.allowed(),
            setting.default().unwrap_or("none")
        )?;
    }
    Ok(Done::Wholly)
}

fn list_json(till: &Till, out: &mut dyn Write) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    let lines: BTreeMap<&str, Option<&str>> =
        settings::list(&values).map(|line| (line.setting.name(), line.value)).collect();
    json::print(&lines, out)?;
    Ok(Done::Wholly)
}
