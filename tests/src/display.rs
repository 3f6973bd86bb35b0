//! A virtual display with two monitors: the cashier's, and right of it the customer's.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail};
use x11rb::{
    connection::Connection,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, MapState, Window,
        WindowClass,
    },
    rust_connection::RustConnection,
};

use crate::{
    patience::wait_for,
    process::{Group, output},
};

/// The server that needs neither a screen nor, started without its wrapper, a privileged user.
const SERVERS: [&str; 3] = ["/usr/lib/xorg/Xorg", "/usr/libexec/Xorg", "Xorg"];
const CONFIGURATION: &str = include_str!("two-monitors.conf");
const MANAGER_CONFIGURATION: &str = include_str!("window-manager.xml");

/// A part of the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

pub const CASHIER_MONITOR: Area = Area { x: 0, y: 0, width: 1368, height: 768 };
pub const CUSTOMER_MONITOR: Area = Area { x: 1368, y: 0, width: 1280, height: 800 };

/// A top-level window as the window manager knows it.
#[derive(Clone, Debug)]
pub struct TopLevel {
    pub window: Window,
    pub title: String,
    pub process_id: Option<u32>,
    pub area: Area,
    /// Mapped, with all that is above it: a person could see it.
    pub visible: bool,
}

pub struct Display {
    name: String,
    connection: RustConnection,
    root: Window,
    // Fields drop in this order: the manager goes before its server.
    _manager: Group,
    _server: Group,
}

impl Display {
    /// Starts a server on the first free display number, two monitors and a window manager. `folder` takes the
    /// configuration and the logs.
    pub fn start(folder: &Path) -> Result<Self> {
        let (server, number) = start_server(folder)?;
        let name = format!(":{number}");
        let (connection, screen) = x11rb::connect(Some(&name)).context("the display refuses connections")?;
        let root = connection.setup().roots[screen].root;
        plug_in(&name, "DUMMY0", CASHIER_MONITOR)?;
        plug_in(&name, "DUMMY1", CUSTOMER_MONITOR)?;
        let manager = start_manager(folder, &name)?;
        let display = Self { name, connection, root, _manager: manager, _server: server };
        wait_for("the window manager", Duration::from_secs(20), || display.is_managed())?;
        Ok(display)
    }

    /// `:1` and the like.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn connection(&self) -> &RustConnection {
        &self.connection
    }

    pub(crate) fn root(&self) -> Window {
        self.root
    }

    pub fn unplug_customer_monitor(&self) -> Result<()> {
        self.unplug("DUMMY1")
    }

    pub fn plug_in_customer_monitor(&self) -> Result<()> {
        self.plug_in("DUMMY1", CUSTOMER_MONITOR)
    }

    /// Takes a monitor away, by its name.
    pub fn unplug(&self, name: &str) -> Result<()> {
        set_monitors(&self.name, &["--output", name, "--off"])
    }

    /// Plugs a monitor in, or gives it another size or place.
    pub fn plug_in(&self, name: &str, area: Area) -> Result<()> {
        plug_in(&self.name, name, area)
    }

    /// All top-level windows, the one mapped first in front.
    pub fn windows(&self) -> Result<Vec<TopLevel>> {
        let list = self.property(self.root, "_NET_CLIENT_LIST", AtomEnum::WINDOW.into())?;
        let windows =
            list.chunks_exact(4).filter_map(|bytes| Some(Window::from_ne_bytes(bytes.try_into().ok()?)));
        // A window may go while it is asked about.
        Ok(windows.filter_map(|window| self.top_level(window).ok()).collect())
    }

    /// The window that has the keyboard.
    pub fn active(&self) -> Result<Option<TopLevel>> {
        let bytes = self.property(self.root, "_NET_ACTIVE_WINDOW", AtomEnum::WINDOW.into())?;
        let window = bytes.try_into().map(Window::from_ne_bytes).unwrap_or_default();
        Ok(self.top_level(window).ok())
    }

    /// As a click on the cross in a window's corner.
    pub fn ask_to_close(&self, window: &TopLevel) -> Result<()> {
        self.wish(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])
    }

    /// As a click on the line in a window's corner.
    pub fn put_away(&self, window: &TopLevel) -> Result<()> {
        const ICONIC_STATE: u32 = 3;
        self.wish(window, "WM_CHANGE_STATE", [ICONIC_STATE, 0, 0, 0, 0])?;
        wait_for("the window to go", Duration::from_secs(10), || {
            let shown = self.top_level(window.window)?.visible;
            Ok((!shown).then_some(()))
        })
    }

    fn wish(&self, window: &TopLevel, name: &str, data: [u32; 5]) -> Result<()> {
        let wish = ClientMessageEvent::new(32, window.window, self.atom(name)?, data);
        let to_manager = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        Ok(self.connection.send_event(false, self.root, to_manager, wish)?.check()?)
    }

    /// Opens a window of some other program, which takes the keyboard as new ones do.
    pub fn open_another_window(&self) -> Result<Window> {
        let window = self.connection.generate_id()?;
        let look = CreateWindowAux::new();
        let class = WindowClass::INPUT_OUTPUT;
        self.connection.create_window(0, window, self.root, 10, 10, 200, 100, 0, class, 0, &look)?;
        self.connection.map_window(window)?.check()?;
        wait_for("another window to have the keyboard", Duration::from_secs(10), || {
            Ok(self.active()?.filter(|active| active.window == window).map(|_| ()))
        })?;
        Ok(window)
    }

    /// The other program ends.
    pub fn close_other_window(&self, window: Window) -> Result<()> {
        Ok(self.connection.destroy_window(window)?.check()?)
    }

    /// Waits for a visible window with a title as wanted. `what` names it in the error.
    pub fn wait_for_window(
        &self,
        what: &str,
        is_wanted: impl Fn(&str) -> bool,
        limit: Duration,
    ) -> Result<TopLevel> {
        wait_for(what, limit, || {
            Ok(self.windows()?.into_iter().find(|found| found.visible && is_wanted(&found.title)))
        })
    }

    /// Waits until this window has the keyboard.
    pub fn wait_for_focus(&self, wanted: &TopLevel, limit: Duration) -> Result<()> {
        wait_for("the window to have the keyboard", limit, || {
            Ok(self.active()?.filter(|active| active.window == wanted.window).map(|_| ()))
        })
    }

    fn is_managed(&self) -> Result<Option<()>> {
        let check = self.property(self.root, "_NET_SUPPORTING_WM_CHECK", AtomEnum::WINDOW.into())?;
        Ok((!check.is_empty()).then_some(()))
    }

    fn top_level(&self, window: Window) -> Result<TopLevel> {
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        let size = self.connection.get_geometry(window)?.reply()?;
        let place = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        let utf8 = self.atom("UTF8_STRING")?;
        let title = String::from_utf8_lossy(&self.property(window, "_NET_WM_NAME", utf8)?).into_owned();
        let id = self.property(window, "_NET_WM_PID", AtomEnum::CARDINAL.into())?;
        Ok(TopLevel {
            window,
            title,
            process_id: id.try_into().ok().map(u32::from_ne_bytes),
            area: Area {
                x: place.dst_x.into(),
                y: place.dst_y.into(),
                width: size.width.into(),
                height: size.height.into(),
            },
            visible: attributes.map_state == MapState::VIEWABLE,
        })
    }

    fn property(&self, window: Window, name: &str, kind: u32) -> Result<Vec<u8>> {
        let name = self.atom(name)?;
        Ok(self.connection.get_property(false, window, name, kind, 0, 4096)?.reply()?.value)
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}

fn plug_in(display: &str, name: &str, area: Area) -> Result<()> {
    let Area { x, y, width, height } = area;
    let (mode, place) = (format!("{width}x{height}"), format!("{x}x{y}"));
    // A mode that the server does not know for this monitor yet; no pixel clock ever ticks.
    let [line, column] = [width, height].map(|size| size.to_string());
    let line_end = (width + 100).to_string();
    let column_end = (height + 20).to_string();
    let timing = [&line, &line, &line, &line_end, &column, &column, &column, &column_end];
    let known = Command::new("xrandr").env("DISPLAY", display).args(["--addmode", name, &mode]).output()?;
    if !known.status.success() {
        let new = ["--newmode", &mode, "60"].into_iter().chain(timing.map(String::as_str));
        set_monitors(display, &new.collect::<Vec<_>>())?;
        set_monitors(display, &["--addmode", name, &mode])?;
    }
    set_monitors(display, &["--output", name, "--mode", &mode, "--pos", &place])
}

fn start_server(folder: &Path) -> Result<(Group, u32)> {
    let configuration = folder.join("two-monitors.conf");
    std::fs::write(&configuration, CONFIGURATION)?;
    let Some(server) = SERVERS.iter().find(|path| !path.starts_with('/') || Path::new(path).exists()) else {
        bail!("no X server is installed");
    };
    // The server picks a free number by itself and prints it; -noreset keeps it up between two clients. It keeps the
    // time of every key: where that is allowed it goes before others.
    let mut group = Group::start(
        Command::new("nice")
            .args(["-n", "-10", server])
            .args(["-displayfd", "1", "-noreset", "-novtswitch", "-nolisten", "tcp", "-config"])
            .arg(&configuration)
            .arg("-logfile")
            .arg(folder.join("xorg.log")),
        &folder.join("xorg-start.log"),
    )?;
    let number = wait_for("a display", Duration::from_secs(20), || match printed_number(&group.printed()) {
        Some(number) => Ok(Some(number)),
        None if group.is_running()? => Ok(None),
        None => bail!("the X server ended: {}", group.printed()),
    })?;
    Ok((group, number))
}

fn start_manager(folder: &Path, display: &str) -> Result<Group> {
    let configuration = folder.join("window-manager.xml");
    std::fs::write(&configuration, MANAGER_CONFIGURATION)?;
    let mut manager = Command::new("openbox");
    manager.arg("--sm-disable").arg("--config-file").arg(&configuration);
    manager.env("DISPLAY", display).env("HOME", folder);
    Group::start(&mut manager, &folder.join("window-manager.log"))
}

fn printed_number(printed: &str) -> Option<u32> {
    printed.split_inclusive('\n').find_map(|line| line.strip_suffix('\n')?.parse().ok())
}

fn set_monitors(display: &str, settings: &[&str]) -> Result<()> {
    output(Command::new("xrandr").env("DISPLAY", display).args(settings))?;
    // A dummy monitor counts as connected only after it has been looked for once more.
    output(Command::new("xrandr").env("DISPLAY", display).arg("--query"))?;
    Ok(())
}
