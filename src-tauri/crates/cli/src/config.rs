//! `yima config`: settings by name.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Subcommand;
use serde_json::json;
use yima_checkout::settings;
use yima_checkout::staff::log::kind;
use yima_store::{DataLock, Mode};

use crate::failure::Failure;
use crate::table::{Table, visible};
use crate::till::{Till, wait_for};
use crate::words::{self, Out};
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

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    match command {
        Command::Get { key } => get(till, key, out),
        Command::Set { key, value } => set(till, key, value),
        Command::List { json: true, .. } => list_json(till, out),
        Command::List { explain: true, .. } => explain(till, out),
        Command::List { .. } => list(till, out),
    }
}

fn get(till: &Till, key: &str, out: &mut Out<'_>) -> Result<Done, Failure> {
    match settings::get(till.settings(), key)? {
        Some(value) => writeln!(out, "{}", visible(&value))?,
        None => return Err(Failure::new(words::config::not_set(key))),
    }
    Ok(Done::Wholly)
}

fn set(till: &Till, key: &str, value: &str) -> Result<Done, Failure> {
    if settings::find(key).is_err() && (key.ends_with("app_secret") || key.ends_with("private_key")) {
        return Err(Failure::not_understood(words::config::secrets_are_elsewhere(key))
            .advising(words::config::give_it_on_standard_input()));
    }
    let setting = settings::find(key)?;
    let held = till.lock()?;
    if key == "mode" && settings::get(till.settings(), key)?.as_deref() != Some(value) {
        setting.check(value)?;
        require_no_sale_asked_about(till, &held)?;
    }
    settings::check(key, value)?;
    till.note(kind::SETTING_CHANGED, json!({ "key": key }))?;
    settings::set(till.settings(), key, value)?;
    till.prepare(&held)?;
    Ok(Done::Wholly)
}

/// Only a till in its own mode asks about an open sale until it ends, about one that was closed for a day, and about
/// what has to be given back. Nobody really pays in practice mode, so that what has ended there is over.
fn require_no_sale_asked_about(till: &Till, held: &DataLock) -> Result<(), Failure> {
    let mode = till.mode(None)?;
    if !till.has_database(mode) {
        return Ok(());
    }
    let store = till.writer(mode, held)?;
    let open = wait_for(async { Ok(store.open_sales().await?) })?;
    if let Some(sale) = open.first() {
        let said = words::config::open_sale(mode, open.len() == 1, &sale.order.id);
        return Err(Failure::new(said).advising(words::config::let_it_finish()));
    }
    let watched = match mode {
        Mode::Live => wait_for(async { Ok(store.watched_sales().await?) })?,
        Mode::Practice => Vec::new(),
    };
    let owed = watched.iter().find(|sale| sale.facts.refund_due_fen.is_some());
    match (owed, watched.last()) {
        (Some(sale), _) => {
            let said = words::config::refund_due(&sale.order.id);
            Err(Failure::new(said).advising(words::config::give_it_back()))
        }
        (None, Some(sale)) => {
            let said = words::config::watched_sale(&sale.order.id);
            Err(Failure::new(said).advising(words::config::practise_elsewhere()))
        }
        (None, None) => Ok(()),
    }
}

fn list(till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    let language = out.language();
    let mut table = Table::new(&words::config::heads(), language);
    for line in settings::list(&values) {
        let origin = words::config::origin(line.value.is_some(), line.is_set);
        table.row([line.setting.name(), origin.of(language), line.value.unwrap_or_default()]);
    }
    table.print(out)?;
    Ok(Done::Wholly)
}

fn explain(till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    for line in settings::list(&values) {
        let setting = line.setting;
        let not_set = words::config::in_brackets(&words::config::origin(false, false));
        let value = line.value.map_or_else(|| not_set.of(out.language()).to_owned(), visible);
        writeln!(out, "{} = {value}", setting.name())?;
        let allowed = words::settings::allowed(setting);
        for said in [
            words::settings::meaning(setting),
            words::config::allowed_and_default(&allowed, setting.default()),
        ] {
            writeln!(out, "    {}", said.of(out.language()))?;
        }
    }
    Ok(Done::Wholly)
}

fn list_json(till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let values = till.settings().all()?;
    let lines: BTreeMap<&str, Option<&str>> =
        settings::list(&values).map(|line| (line.setting.name(), line.value)).collect();
    json::print(&lines, out)?;
    Ok(Done::Wholly)
}
