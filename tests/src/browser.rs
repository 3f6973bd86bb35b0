//! The pages alone, in the engine that the windows of Linux are made with: a plain browser shows them over a pretended
//! shell, so that any state can be looked at without bringing it about.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::{
    Client, ClientBuilder,
    actions::{InputSource, KeyAction, KeyActions},
    wd::Capabilities,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use crate::{
    display::Display,
    patience::wait_until,
    process::Group,
    programs::{project_folder, target_folder},
    session::{PATIENCE, free_port, surround},
};

const START_LIMIT: Duration = Duration::from_secs(60);
/// As WebDriver writes the key.
const TAB: char = '\u{e004}';
/// Draws a point that nobody can see again and again.
const STIR: &str = "
    window.stirred = document.createElement('i');
    window.stirred.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;opacity:0.004;pointer-events:none';
    document.body.append(window.stirred);
    let turn = 0;
    window.stirring = setInterval(() => { window.stirred.style.background = ++turn % 2 ? '#000' : '#fff'; }, 30);";
const REST: &str = "clearInterval(window.stirring); window.stirred.remove()";
const LITTLE_MOTION: &str = "[Settings]\ngtk-enable-animations=0\n";

/// What the system is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Usual,
    /// As who sees little and is made dizzy by what moves has it: letters half as large again, and no motion.
    Eased,
}

pub struct Browser {
    client: Client,
    address: String,
    // Fields drop in this order: the display goes last.
    _driver: Group,
    _server: Group,
    _display: Display,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// Serves the pages that `npm run build:mock` has made, and opens a browser on a display of its own.
    pub async fn start(system: System) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        if system == System::Eased {
            let settings = folder.path().join(".config/gtk-3.0");
            std::fs::create_dir_all(&settings)?;
            std::fs::write(settings.join("settings.ini"), LITTLE_MOTION)?;
        }
        let display = Display::start(folder.path())?;
        let (server, address) = serve(folder.path()).await?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg(format!("--port={port}"));
        surround(&mut driver, &display, folder.path())?;
        if system == System::Eased {
            driver.env("GDK_DPI_SCALE", "1.5");
        }
        let driver = Group::start(&mut driver, &folder.path().join("driver.log"))?;
        let client = connect(port).await.with_context(|| format!("the driver said: {}", driver.printed()))?;
        Ok(Self { client, address, _driver: driver, _server: server, _display: display, _folder: folder })
    }

    /// Makes the page as large as a window of this size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        // The browser has a bar above its page.
        let mut bar = (0, 0);
        for _ in 0..5 {
            self.client.set_window_size(width + bar.0, height + bar.1).await?;
            let wanted = (u64::from(width), u64::from(height));
            // Larger letters leave no size of the window for some sizes of the page.
            let is_near = |is: &(u64, u64)| is.0.abs_diff(wanted.0) <= 6 && is.1.abs_diff(wanted.1) <= 6;
            let came = wait_until("the browser's size", Duration::from_secs(3), async || {
                Ok(Some(self.size().await?).filter(is_near))
            });
            if came.await.is_ok() {
                return Ok(());
            }
            let is = self.size().await?;
            bar.0 = u32::try_from((wanted.0 + u64::from(bar.0)).saturating_sub(is.0))?;
            bar.1 = u32::try_from((wanted.1 + u64::from(bar.1)).saturating_sub(is.1))?;
        }
        bail!("the page is {:?} and not {width}x{height}", self.size().await?)
    }

    async fn size(&self) -> Result<(u64, u64)> {
        let size = self.run("return [innerWidth, innerHeight]", vec![]).await?;
        Ok((size[0].as_u64().unwrap_or(0), size[1].as_u64().unwrap_or(0)))
    }

    /// Shows `cashier.html?scene=…` and the like, and waits until the page stands as asked.
    pub async fn show(&self, page: &str) -> Result<()> {
        self.client.goto(&format!("{}/{page}", self.address)).await?;
        wait_until(&format!("{page} to stand"), PATIENCE, async || {
            let standing = self.run("return 'settled' in document.documentElement.dataset", vec![]).await?;
            Ok((standing == true).then_some(()))
        })
        .await
    }

    /// Has all that stands there said in another language, as a cashier does.
    pub async fn speak(&self, language: &str) -> Result<()> {
        let say = "dispatchEvent(new CustomEvent('speak', { detail: arguments[0] }))";
        self.run(say, vec![language.into()]).await.map(drop)
    }

    /// A picture of the page, as PNG.
    pub async fn photograph(&self, file: &Path) -> Result<()> {
        // The engine takes it at its next drawing, and a page at rest draws nothing.
        self.run(STIR, vec![]).await?;
        let picture = self.client.screenshot().await?;
        self.run(REST, vec![]).await?;
        std::fs::write(file, picture).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Runs a script in the page and gives what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn run_until_answer(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Presses the Tab key as a hand does, so many times.
    pub async fn press_tab(&self, times: usize) -> Result<()> {
        let press = [KeyAction::Down { value: TAB }, KeyAction::Up { value: TAB }];
        let keys = std::iter::repeat_n(press, times).flatten();
        let keys = keys.fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
        Ok(self.client.perform_actions(keys).await?)
    }

    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// Vite's own server of what was built; it ends with the browser.
async fn serve(folder: &Path) -> Result<(Group, String)> {
    let pages = target_folder().join("mock-pages");
    ensure!(pages.join("cashier.html").is_file(), "`npm run build:mock` has made no pages in {pages:?}");
    let ui = project_folder().join("ui");
    std::fs::copy(ui.join("node_modules/axe-core/axe.min.js"), pages.join("axe.min.js"))?;
    let port = free_port()?;
    let mut server = Command::new("node");
    server
        .current_dir(&ui)
        .arg("node_modules/vite/bin/vite.js")
        .args(["preview", "--host", "127.0.0.1", "--strictPort", "--port", &port.to_string(), "--outDir"])
        .arg(pages.canonicalize()?);
    let server = Group::start(&mut server, &folder.join("server.log"))?;
    listening(port).await.with_context(|| format!("the server said: {}", server.printed()))?;
    Ok((server, format!("http://127.0.0.1:{port}")))
}

async fn listening(port: u16) -> Result<()> {
    wait_until("a port to be listened on", START_LIMIT, async || {
        Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
    })
    .await
}

async fn connect(port: u16) -> Result<Client> {
    listening(port).await?;
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let address = format!("http://127.0.0.1:{port}");
    // Asked for nothing, the driver starts the engine's own little browser.
    let connecting = builder.capabilities(Capabilities::new()).connect(&address);
    Ok(tokio::time::timeout(START_LIMIT, connecting).await.context("the browser does not start")??)
}
