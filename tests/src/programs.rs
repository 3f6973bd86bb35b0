//! Where the programs under test lie.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// A folder with `yima-till` and `yima` in it.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Those built beside the running test.
    pub fn beside_this_one() -> Result<Self> {
        let this = std::env::current_exe()?;
        let folder = this.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
        Self::in_folder(folder.unwrap_or(Path::new(".")))
    }

    pub fn in_folder(folder: &Path) -> Result<Self> {
        let programs = Self { folder: folder.to_owned() };
        for program in [programs.till(), programs.command_line()] {
            if !program.is_file() {
                bail!("{} is not built; `cargo xtask test` builds what the tests need", program.display());
            }
        }
        Ok(programs)
    }

    /// The two windows.
    #[must_use]
    pub fn till(&self) -> PathBuf {
        self.folder.join("yima-till")
    }

    /// The command line.
    #[must_use]
    pub fn command_line(&self) -> PathBuf {
        self.folder.join("yima")
    }

    /// An empty program with two windows, to measure against.
    #[must_use]
    pub fn floor(&self) -> PathBuf {
        self.folder.join("examples/floor")
    }

    /// The WebDriver for Tauri programs, installed by `cargo xtask` under `target`.
    pub fn driver() -> Result<PathBuf> {
        let driver = target_folder().join("tools/bin/tauri-driver");
        if !driver.is_file() {
            bail!("{} is missing; `cargo xtask test` installs it", driver.display());
        }
        Ok(driver)
    }
}

/// Cargo's `target`, where all that is made goes.
#[must_use]
pub fn target_folder() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    chosen.unwrap_or_else(|| project_folder().join("target"))
}

/// The root of the project.
#[must_use]
pub fn project_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
