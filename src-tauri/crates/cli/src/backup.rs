//! `yima backup`: a copy of the till's databases, also while it sells.

use std::path::PathBuf;

use clap::Args;
use yima_checkout::{Clock, SystemClock};
use yima_store::backup::{self, Database};

use crate::Done;
use crate::failure::Failure;
use crate::till::{ModeName, Till};
use crate::words::{self, Out};

/// Back the till's databases up, also while it sells
///
/// Makes a copy of what was sold and of the settings in the folder `backups` beside them, where the till puts its own
/// every hour, and checks it. Keeps the newest 48 and the last one of each of 30 days. Of the live catalogue one is made
/// after each change, and 3 are kept. Secrets are in none of them.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// One copy of what was sold, at this place instead; no file may be there.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Of this mode instead of the one the till is set to.
    #[arg(long)]
    mode: Option<ModeName>,
}

pub(crate) fn run(options: &Options, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let sold = Database::from(till.mode(options.mode)?);
    if let Some(to) = &options.to {
        out.say(&words::backup::made(&backup::back_up(sold, &sold.path(till.folder()), to)?))?;
        return Ok(Done::Wholly);
    }
    let at_ms = SystemClock::new().now().wall_ms;
    for database in [Database::Settings, sold] {
        out.say(&words::backup::made(&backup::back_up_in(till.folder(), database, at_ms)?))?;
    }
    if sold == Database::Live {
        let made = backup::back_up_goods(till.folder(), at_ms)?;
        out.say(&made.as_ref().map_or_else(words::backup::no_new_goods, words::backup::made))?;
    }
    Ok(Done::Wholly)
}
