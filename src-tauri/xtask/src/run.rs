//! `cargo xtask run`: from a fresh clone to a till that sells.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    build, install,
    step::{follow, project, succeed},
};

#[derive(Args)]
pub struct Arguments {
    /// Make one whole sale under a virtual display with two monitors, with real key events, and read the QR off
    /// the picture; the last line is a JSON object
    #[arg(long)]
    headless: bool,
    /// Also renew the pictures that the README shows
    #[arg(long, requires = "headless")]
    update_pictures: bool,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.headless {
        return sell_headless(arguments.update_pictures);
    }
    install::to_build()?;
    succeed(&mut build::pages())?;
    let programs = build::programs(&["yima-till", "yima"])?;
    if cfg!(target_os = "linux") && !has_display() {
        bail!("there is no display here to open windows on; `cargo xtask run --headless` needs none");
    }
    follow(&mut Command::new(programs.join("yima-till")))
}

fn sell_headless(update_pictures: bool) -> Result<ExitCode> {
    install::to_test()?;
    succeed(&mut build::pages())?;
    let mut sale = one_sale(&build::programs(&["yima-till", "yima", "one-sale"])?);
    if update_pictures {
        sale.arg("--pictures").arg(project().join(".github/pictures"));
    }
    follow(&mut sale)
}

/// Makes one whole sale with the programs in this folder.
pub fn one_sale(programs: &Path) -> Command {
    Command::new(programs.join("one-sale"))
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
