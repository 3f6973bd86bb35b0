//! `yima promotions`: what the shop takes off by itself, from and to a file.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use yima_checkout::settings;
use yima_checkout::staff::log::kind;
use yima_core::promotion::Written;

use crate::Done;
use crate::failure::Failure;
use crate::till::Till;
use crate::words::{self, Out};

const SETTING: &str = "sale.promotions";
/// A hundred promotions of many goods each.
const FILE_BYTES_MAX: u64 = 1 << 20;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Put the promotions of a file in the place of those that are set: all of them, or nothing at all.
    ///
    /// The file is a JSON list of objects with `name`, `rule` (`over A off B`, `every A off B`, `item N at P%` or
    /// `N for M`) and, where it is not about all goods, `barcodes`.
    Import { file: PathBuf },
    /// Write the promotions that are set to a new file that an import takes back as they are.
    Export { file: PathBuf },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    match command {
        Command::Import { file } => import(file, till, out),
        Command::Export { file } => export(file, till, out),
    }
}

fn import(path: &Path, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let held = till.lock()?;
    let mut text = String::new();
    let opened = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text));
    opened.map_err(|error| Failure::new(words::failures::at(path, &words::failures::system(&error))))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(words::promotions::too_large(path)));
    }
    let promotions: Vec<Written> = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Failure::new(words::promotions::no_list(path, &error)))?;
    let value = Written::joined(&promotions)
        .map_err(|error| Failure::new(words::promotions::none_of_it(path, &error.entry)))?;
    settings::check(SETTING, &value)?;
    till.note(kind::SETTING_CHANGED, json!({ "key": SETTING }))?;
    settings::set(till.settings(), SETTING, &value)?;
    till.prepare(&held)?;
    out.say(&words::promotions::imported(promotions.len()))?;
    Ok(Done::Wholly)
}

fn export(path: &Path, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let value = settings::get(till.settings(), SETTING)?.unwrap_or_default();
    let promotions = Written::all(&value)
        .map_err(|error| Failure::new(words::promotions::none_of_it(path, &error.entry)))?;
    let unwritable = |error| Failure::new(words::failures::at(path, &words::failures::system(&error)));
    let mut file = File::create_new(path).map_err(unwritable)?;
    let written = serde_json::to_writer_pretty(&mut file, &promotions)
        .map_err(std::io::Error::from)
        .and_then(|()| file.write_all(b"\n"));
    written.map_err(|error| {
        // Half of them are others.
        let _ = fs::remove_file(path);
        unwritable(error)
    })?;
    out.say(&words::promotions::exported(promotions.len(), path))?;
    Ok(Done::Wholly)
}
