//! The pages inside the two windows, read and touched over WebDriver.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, ClientBuilder, Locator,
    wd::{Capabilities, WindowHandle},
};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{display::Display, patience::wait_until, process::Group, programs::Programs};

/// How long anything on a page may take to become so.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How long a program may take to show its first page.
const START_LIMIT: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Cashier,
    Customer,
}

/// What to start, and where it keeps things.
pub struct Launch<'a> {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// The program's home, and where the logs go.
    pub folder: &'a Path,
    pub display: &'a Display,
    /// Variables besides those that give it a home of its own.
    pub environment: &'a [(&'static str, String)],
}

/// A program started by the driver, and the pages of its windows.
pub struct Session {
    client: Client,
    cashier: WindowHandle,
    customer: WindowHandle,
    now_in: Option<Window>,
    group: Group,
}

impl Session {
    /// Starts the program and finds its two pages: the customer's is the one whose address says so, or else the
    /// second one.
    pub async fn start(launch: Launch<'_>) -> Result<Self> {
        let (port, native_port) = (free_port()?, free_port()?);
        let group = start_driver(&launch, port, native_port)?;
        let client = connect(&launch, port, native_port)
            .await
            .with_context(|| format!("the driver said: {}", group.printed()))?;
        let handles = wait_until("two windows", PATIENCE, async || {
            Ok(Some(client.windows().await?).filter(|handles| handles.len() == 2))
        })
        .await?;
        let [first, second] = handles.as_slice() else { bail!("two windows became {}", handles.len()) };
        let mut session =
            Self { client, cashier: first.clone(), customer: second.clone(), now_in: None, group };
        if session.read(Window::Cashier, "return location.pathname").await?.to_string().contains("customer") {
            std::mem::swap(&mut session.cashier, &mut session.customer);
            session.now_in = None;
        }
        Ok(session)
    }

    /// Runs a script in a page and gives what it returns.
    pub async fn read(&mut self, window: Window, script: &str) -> Result<Value> {
        self.read_with(window, script, Vec::new()).await
    }

    /// As [`Session::read`], with `arguments` for the script.
    pub async fn read_with(&mut self, window: Window, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.turn_to(window).await?;
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn await_script(
        &mut self,
        window: Window,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Value> {
        self.turn_to(window).await?;
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// The text of the first element with this test id, or nothing when there is none.
    pub async fn text(&mut self, window: Window, id: &str) -> Result<Option<String>> {
        // A drawing has no inner text.
        let script = "const found = document.querySelector(`[data-testid='${arguments[0]}']`); \
            return found ? found.innerText ?? found.textContent : null";
        let text = self.read_with(window, script, vec![id.into()]).await?;
        Ok(text.as_str().map(str::to_owned))
    }

    /// The texts of all elements whose test id begins so, in the order of the page.
    pub async fn texts(&mut self, window: Window, id_start: &str) -> Result<Vec<String>> {
        let script =
            "return [...document.querySelectorAll(`[data-testid^='${arguments[0]}']`)].map(e => e.innerText)";
        let texts = self.read_with(window, script, vec![id_start.into()]).await?;
        let texts = texts.as_array().context("a list of texts")?;
        Ok(texts.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// An attribute of the first element with this test id.
    pub async fn attribute(&mut self, window: Window, id: &str, name: &str) -> Result<Option<String>> {
        let script = "return document.querySelector(`[data-testid='${arguments[0]}']`)?.getAttribute(arguments[1]) ?? null";
        let value = self.read_with(window, script, vec![id.into(), name.into()]).await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Waits until the text of an element is as wanted, and gives it.
    pub async fn wait_text(
        &mut self,
        window: Window,
        id: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let mut last = None;
        let found = wait_until(&format!("the text of {id}"), PATIENCE, async || {
            last = self.text(window, id).await?;
            Ok(last.clone().filter(|text| wanted(text)))
        })
        .await;
        found.with_context(|| format!("{id} reads {last:?}"))
    }

    /// Waits until an attribute of an element has this value.
    pub async fn wait_attribute(&mut self, window: Window, id: &str, name: &str, value: &str) -> Result<()> {
        self.wait_attribute_for(window, id, name, value, PATIENCE).await
    }

    /// As [`Session::wait_attribute`], for what takes longer.
    pub async fn wait_attribute_for(
        &mut self,
        window: Window,
        id: &str,
        name: &str,
        value: &str,
        limit: Duration,
    ) -> Result<()> {
        let mut last = None;
        let found = wait_until(&format!("{id} to be {value}"), limit, async || {
            last = self.attribute(window, id, name).await?;
            Ok((last.as_deref() == Some(value)).then_some(()))
        })
        .await;
        found.with_context(|| format!("its {name} is {last:?}"))
    }

    /// Waits until an element is there, or gone.
    pub async fn wait_present(&mut self, window: Window, id: &str, present: bool) -> Result<()> {
        let what = format!("{id} to be {}", if present { "there" } else { "gone" });
        wait_until(&what, PATIENCE, async || {
            let found = self.text(window, id).await?.is_some();
            Ok((found == present).then_some(()))
        })
        .await
    }

    /// Presses an element with the pointer.
    pub async fn click(&mut self, window: Window, id: &str) -> Result<()> {
        self.wait_present(window, id, true).await?;
        self.turn_to(window).await?;
        let element = self.client.find(Locator::Css(&format!("[data-testid='{id}']"))).await?;
        Ok(element.click().await?)
    }

    /// Kills the processes that show the pages, and nothing else; gives which they were.
    pub fn kill_pages(&self) -> Result<Vec<Pid>> {
        let pages = self.page_processes()?;
        for page in &pages {
            kill_process(*page, Signal::KILL)?;
        }
        Ok(pages)
    }

    /// The processes that show the pages.
    pub fn page_processes(&self) -> Result<Vec<Pid>> {
        let all = processes_of_group(self.group.id())?.into_iter();
        let pages = all.filter(|(name, _)| name.starts_with("WebKitWebProc"));
        Ok(pages.filter_map(|(_, id)| Pid::from_raw(id)).collect())
    }

    /// Kills the program and its driver as a power cut would.
    pub fn kill(mut self) {
        self.group.kill();
    }

    async fn turn_to(&mut self, window: Window) -> Result<()> {
        if self.now_in != Some(window) {
            let handle = match window {
                Window::Cashier => self.cashier.clone(),
                Window::Customer => self.customer.clone(),
            };
            self.client.switch_to_window(handle).await?;
            self.now_in = Some(window);
        }
        Ok(())
    }
}

fn start_driver(launch: &Launch<'_>, port: u16, native_port: u16) -> Result<Group> {
    let mut driver = Command::new(Programs::driver()?);
    driver.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
    surround(&mut driver, launch.display, launch.folder)?;
    driver.envs(launch.environment.iter().map(|(name, value)| (name, value)));
    Group::start(&mut driver, &launch.folder.join("till.log"))
}

/// Gives a program the display and a home of its own, so that nothing of this machine's user shows or stays.
pub fn surround(command: &mut Command, display: &Display, home: &Path) -> Result<()> {
    let runtime = home.join("runtime");
    std::fs::create_dir_all(&runtime)?;
    command
        .env("DISPLAY", display.name())
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", runtime)
        .env("GDK_BACKEND", "x11")
        // Without an address one would be started for this display, and outlive it.
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    for inherited in
        ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "WAYLAND_DISPLAY"]
    {
        command.env_remove(inherited);
    }
    Ok(())
}

async fn connect(launch: &Launch<'_>, port: u16, native_port: u16) -> Result<Client> {
    let options = json!({ "application": launch.program, "args": launch.arguments });
    let mut capabilities = Capabilities::new();
    capabilities.insert("tauri:options".to_owned(), options);
    let address = format!("http://127.0.0.1:{port}");
    for port in [native_port, port] {
        wait_until("the driver to listen", PATIENCE, async || {
            Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok())
        })
        .await?;
    }
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let client = builder.capabilities(capabilities).connect(&address);
    Ok(tokio::time::timeout(START_LIMIT, client).await.context("the program shows no page")??)
}

/// Names and ids of all processes of a group.
fn processes_of_group(group: u32) -> Result<Vec<(String, i32)>> {
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc")? {
        // One that has just ended has nothing to read.
        let stat = std::fs::read_to_string(process?.path().join("stat")).unwrap_or_default();
        let parsed = stat.split_once(" (").zip(stat.rsplit_once(") "));
        let Some(((id, _), (before, after))) = parsed else { continue };
        let name = before.split_once('(').map_or("", |(_, name)| name);
        if after.split(' ').nth(2) == Some(group.to_string().as_str()) {
            found.push((name.to_owned(), id.parse()?));
        }
    }
    Ok(found)
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
