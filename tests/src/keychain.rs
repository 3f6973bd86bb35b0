//! A keychain as a desktop has it: a session bus of the shop's own, and on it the Secret Service.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    patience::wait_for,
    process::{Group, output},
};

const START_LIMIT: Duration = Duration::from_secs(20);
const SERVICE: &str = "org.freedesktop.secrets";
/// The password is read from standard input. That it is never asked for again is what makes the keychain an open one.
const OPEN_SERVICE: &str =
    "echo tests | exec gnome-keyring-daemon --foreground --unlock --components=secrets";

/// The fields drop in this order: the service, then the bus under it.
pub struct Keychain {
    address: String,
    _service: Group,
    _bus: Group,
}

impl Keychain {
    /// Whether this machine has the programs for it.
    #[must_use]
    pub fn is_installed() -> bool {
        ["dbus-daemon", "dbus-send", "gnome-keyring-daemon"]
            .iter()
            .all(|program| Command::new(program).arg("--version").output().is_ok())
    }

    /// Starts one that is open and empty; `folder` takes what it keeps, and the logs.
    pub fn start(folder: &Path) -> Result<Self> {
        let runtime = folder.join("runtime");
        fs::create_dir_all(&runtime)?;
        fs::set_permissions(&runtime, Permissions::from_mode(0o700))?;
        // No file is left of such an address, and no path is too long for it.
        let wanted = format!("unix:abstract=yima-tests-{}", std::process::id());
        let log = folder.join("bus.log");
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--address", &wanted]);
        let bus = Group::start(&mut bus, &log)?;
        let address = wait_for("the session bus", START_LIMIT, || {
            let printed = fs::read_to_string(&log)?;
            Ok(printed
                .split_inclusive('\n')
                .find(|line| line.ends_with('\n'))
                .map(|line| line.trim().to_owned()))
        })?;
        let mut service = Command::new("sh");
        service.args(["-c", OPEN_SERVICE]).env("HOME", folder).env("XDG_RUNTIME_DIR", &runtime);
        service.env("DBUS_SESSION_BUS_ADDRESS", &address).env_remove("XDG_DATA_HOME");
        let service = Group::start(&mut service, &folder.join("service.log"))?;
        wait_for("the Secret Service", START_LIMIT, || Ok(has_service(&address)?.then_some(())))
            .with_context(|| format!("it said: {}", service.printed()))?;
        Ok(Self { address, _service: service, _bus: bus })
    }

    /// Where its bus is, as `DBUS_SESSION_BUS_ADDRESS` says it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

fn has_service(address: &str) -> Result<bool> {
    let mut ask = Command::new("dbus-send");
    ask.env("DBUS_SESSION_BUS_ADDRESS", address).args([
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
    ]);
    ask.args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", &format!("string:{SERVICE}")]);
    Ok(output(&mut ask)?.contains("boolean true"))
}
