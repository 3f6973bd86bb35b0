//! What a machine needs before it can build and test, and getting it there.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{cargo, command, npm, printed, project, succeed, target};

/// Debian packages without which the program does not build.
const TO_BUILD: [&str; 5] =
    ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "librsvg2-dev", "libasound2-dev"];

/// Debian packages without which no real window can be tested: a display with two monitors, a window manager, the
/// driver of the pages, a camera and its eye, Chinese letters, a counter of calls to the system, and a keychain; and what
/// tests make and judge keys with, and end processes with.
const TO_TEST: [&str; 13] = [
    "webkit2gtk-driver",
    "xserver-xorg-core",
    "xserver-xorg-video-dummy",
    "x11-xserver-utils",
    "openbox",
    "imagemagick",
    "zbar-tools",
    "fonts-noto-cjk",
    "strace",
    "dbus-x11",
    "gnome-keyring",
    "openssl",
    "procps",
];

/// The 3.0 line is not finished.
const DRIVER: &str = "2.0.6";
const OLDEST_NODE: u32 = 20;

/// All that building the program takes, the pages' packages included.
pub fn to_build() -> Result<()> {
    node()?;
    debian_packages(&TO_BUILD)?;
    npm_packages()
}

/// All that [`to_build`] brings, and what real windows under a virtual display take.
pub fn to_test() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("windows under a virtual display need Linux; on this system use `cargo xtask run`");
    }
    node()?;
    debian_packages(&[TO_BUILD.as_slice(), TO_TEST.as_slice()].concat())?;
    npm_packages()?;
    driver()
}

fn node() -> Result<()> {
    let version = printed(Command::new("node").arg("--version"))
        .with_context(|| format!("Node {OLDEST_NODE} or newer is needed; `node` was not found"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|part| part.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST_NODE) {
        bail!("Node {OLDEST_NODE} or newer is needed; this is {}", version.trim());
    }
    Ok(())
}

fn debian_packages(wanted: &[&str]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if printed(Command::new("dpkg-query").arg("--version")).is_none() {
        eprintln!("This is not Debian. Its packages of these names, by whatever name here, are needed:");
        eprintln!("  {}", wanted.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("Installing {}", missing.join(" "));
    succeed(&mut apt_get(&["update"])?)?;
    let install = [["install", "--yes", "--no-install-recommends"].as_slice(), missing.as_slice()].concat();
    succeed(&mut apt_get(&install)?).with_context(|| format!("install these yourself: {}", missing.join(" ")))
}

fn is_installed(package: &str) -> bool {
    let status = printed(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]));
    status.is_some_and(|status| status == "installed")
}

fn apt_get(arguments: &[&str]) -> Result<Command> {
    let is_root = printed(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut words = vec!["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"];
    words.extend(arguments);
    if is_root {
        return Ok(command("env", &words));
    }
    if printed(Command::new("sudo").arg("--version")).is_none() {
        bail!(
            "packages are missing, and neither root nor sudo is here; as root: apt-get {}",
            arguments.join(" ")
        );
    }
    words.insert(0, "env");
    Ok(command("sudo", &words))
}

fn npm_packages() -> Result<()> {
    let modified = |file: &str| project().join("ui").join(file).metadata()?.modified();
    // npm writes the second file when it has finished.
    let is_fresh = match (modified("package-lock.json"), modified("node_modules/.package-lock.json")) {
        (Ok(wanted), Ok(installed)) => installed >= wanted,
        _ => false,
    };
    if is_fresh {
        return Ok(());
    }
    succeed(&mut npm(&["ci", "--no-audit", "--no-fund"]))
}

fn driver() -> Result<()> {
    let tools = target().join("tools");
    let installed = std::fs::read_to_string(tools.join(".crates.toml")).unwrap_or_default();
    if installed.contains(&format!("tauri-driver {DRIVER} ")) {
        return Ok(());
    }
    let mut install = cargo(&["install", "--locked", "tauri-driver", "--version", DRIVER, "--root"]);
    install.arg(&tools).arg("--target-dir").arg(tools.join("build"));
    succeed(&mut install)
}
