//! One shop for one test: a display, a data folder, a gateway and a till, all its own.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    display::{Area, Display, TopLevel},
    gateway::{APP_ID, Gateway, SECRET_FILE},
    keyboard::Keyboard,
    keychain::Keychain,
    patience::wait_for,
    picture,
    process::Group,
    programs::{Programs, target_folder},
    session::{Launch, Session, Window, surround},
};

const GOODS: &str = include_str!("goods.csv");
const START_LIMIT: Duration = Duration::from_secs(30);

/// How a shop is set up before its till starts.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Live: its own sandbox over the network is the gateway. Else practice mode with what is built in.
    pub live: bool,
    /// Settings beside those that a live shop needs, as key and value.
    pub settings: Vec<(&'static str, String)>,
    /// More goods than the five usual ones, as a catalogue file with a heading.
    pub catalogue: Option<String>,
    /// Arguments of the sandbox, such as `--discount 100`.
    pub sandbox: Vec<String>,
    /// A live shop whose installer forgot the signing secret.
    pub without_secret: bool,
    /// Its till logs all that can be logged, not only what it logs by itself.
    pub log_all: bool,
    /// Its secret is in a keychain, not in a file. [`Keychain::is_installed`] has been asked.
    pub keychain: bool,
    /// The person before the till has set the system's text to one and a half times its size.
    pub larger_text: bool,
}

impl Opening {
    #[must_use]
    pub fn live() -> Self {
        Self { live: true, ..Self::default() }
    }

    #[must_use]
    pub fn practice() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        self.settings.push((key, value.to_owned()));
        self
    }
}

/// The fields drop in this order: the till, its gateway, then the display under them.
pub struct Shop {
    session: Option<Session>,
    gateway: Option<Gateway>,
    pub keys: Keyboard,
    pub display: Arc<Display>,
    pub programs: Programs,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    keychain: Option<Keychain>,
    // Held while the folder is in use: another run of the same story waits.
    _lock: File,
}

impl Shop {
    /// Sets a shop up in `target/e2e/NAME`; its till is not open yet.
    pub fn set_up(name: &str, programs: Programs, opening: &Opening) -> Result<Self> {
        let (folder, lock) = empty_folder(name)?;
        let display = Arc::new(Display::start(&folder)?);
        let keys = Keyboard::new(Arc::clone(&display))?;
        let mut shop = Self {
            session: None,
            gateway: None,
            keys,
            display,
            programs,
            folder,
            environment: environment(opening),
            keychain: None,
            _lock: lock,
        };
        if opening.keychain {
            shop.open_keychain()?;
        }
        if opening.live {
            shop.go_live(opening)?;
        }
        if let Some(catalogue) = &opening.catalogue {
            shop.import(catalogue)?;
        }
        for (key, value) in &opening.settings {
            shop.set(key, value)?;
        }
        Ok(shop)
    }

    /// Starts the till and waits until both windows stand and the cashier's has the keyboard.
    pub async fn open(&mut self) -> Result<()> {
        self.session = Some(self.start_till(&self.folder).await?);
        let cashier = self.window(Window::Cashier)?;
        self.window(Window::Customer)?;
        self.pages()?.wait_present(Window::Cashier, "listening", true).await?;
        self.pages()?.watch_scans().await?;
        self.display.wait_for_focus(&cashier, START_LIMIT)
    }

    /// Starts a till that asks who is there, and waits until it does.
    pub async fn open_locked(&mut self) -> Result<()> {
        self.session = Some(self.start_till(&self.folder).await?);
        let cashier = self.window(Window::Cashier)?;
        self.pages()?.wait_present(Window::Cashier, "lock-screen", true).await?;
        self.display.wait_for_focus(&cashier, START_LIMIT)
    }

    /// Starts a till that cannot open its data, and waits until its window says so.
    pub async fn open_shut(&mut self) -> Result<()> {
        self.session = Some(self.start_till(&self.folder).await?);
        self.window(Window::Cashier)?;
        self.pages()?.wait_present(Window::Cashier, "cannot-start", true).await
    }

    /// Starts the till a second time over the same data; it is to find the first one and end.
    pub fn call_the_first_copy(&self) -> Result<()> {
        let home = self.folder.join("caller");
        fs::create_dir_all(&home)?;
        let mut second = Command::new(self.programs.till());
        second.arg("--data-dir").arg(self.data_folder());
        surround(&mut second, &self.display, &home)?;
        let mut second = Group::start(&mut second, &home.join("till.log"))?;
        wait_for("the second copy to end", START_LIMIT, || Ok((!second.is_running()?).then_some(())))
    }

    /// Starts the till a second time over the same data, beside a first one that does not hear it.
    pub async fn open_second_copy(&self) -> Result<Session> {
        let front = self.data_folder().join("till.front");
        if front.exists() {
            fs::remove_file(front)?;
        }
        let home = self.folder.join("second-copy");
        fs::create_dir_all(&home)?;
        self.start_till(&home).await
    }

    /// The pages of the open till.
    pub fn pages(&mut self) -> Result<&mut Session> {
        self.session.as_mut().context("the till is not open")
    }

    /// The gateway of a live shop.
    pub fn gateway(&mut self) -> Result<&mut Gateway> {
        self.gateway.as_mut().context("a practice shop has no gateway of its own")
    }

    /// Cuts the cable between the till and the gateway.
    pub fn cut_gateway(&mut self) -> Result<()> {
        self.gateway()?.cut();
        Ok(())
    }

    pub fn restore_gateway(&mut self) -> Result<()> {
        let programs = self.programs.clone();
        self.gateway()?.restore(&programs)
    }

    fn open_keychain(&mut self) -> Result<()> {
        let keychain = Keychain::start(&self.folder.join("keychain"))?;
        self.environment.push(("DBUS_SESSION_BUS_ADDRESS", keychain.address().to_owned()));
        self.keychain = Some(keychain);
        Ok(())
    }

    /// The keychain is gone, as where nobody logged in.
    pub fn lose_keychain(&mut self) {
        self.keychain = None;
    }

    /// Every program of the shop that is started from now on has this variable.
    pub fn surround_with(&mut self, name: &'static str, value: &Path) {
        self.environment.push((name, value.display().to_string()));
    }

    /// What the shop's programs are started with besides their home.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.environment.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Kills the till with all its processes, in whatever it is doing.
    pub fn cut_power(&mut self) -> Result<()> {
        self.session.take().context("the till is not open")?.kill();
        Ok(())
    }

    /// Runs `yima` over the shop's data and gives what it printed.
    pub fn yima(&self, arguments: &[&str]) -> Result<String> {
        self.yima_reading(arguments, "")
    }

    /// A picture of a part of the screen, kept as `NAME.png` in the shop's folder.
    pub fn photograph(&self, area: Area, name: &str) -> Result<PathBuf> {
        let file = self.folder.join(format!("{name}.png"));
        picture::take(&self.display, area, &file)?;
        Ok(file)
    }

    /// The window as the window manager has it, once it is visible.
    pub fn window(&self, window: Window) -> Result<TopLevel> {
        let is_wanted = |title: &str| window_titled(title) == window;
        self.display.wait_for_window(&format!("the {window:?} window"), is_wanted, START_LIMIT)
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        self.folder.join("data")
    }

    async fn start_till(&self, home: &Path) -> Result<Session> {
        Session::start(Launch {
            program: self.programs.till(),
            arguments: vec!["--data-dir".to_owned(), self.data_folder().display().to_string()],
            folder: home,
            display: &self.display,
            environment: &self.environment,
        })
        .await
    }

    fn go_live(&mut self, opening: &Opening) -> Result<()> {
        let secret = random_secret()?;
        fs::write(self.folder.join(SECRET_FILE), &secret)?;
        let gateway = Gateway::start(&self.programs, &self.folder, &opening.sandbox)?;
        self.set("gateway.base_url", gateway.base_url())?;
        self.set("gateway.app_id", APP_ID)?;
        self.set("mode", "live")?;
        if opening.keychain {
            self.yima_reading(&["secret", "set", "app_secret"], &secret)?;
        } else if !opening.without_secret {
            self.yima_reading(&["secret", "set", "app_secret", "--insecure-file"], &secret)?;
        }
        self.import(GOODS)?;
        self.gateway = Some(gateway);
        Ok(())
    }

    fn set(&self, key: &str, value: &str) -> Result<()> {
        self.yima(&["config", "set", key, value])?;
        Ok(())
    }

    fn import(&self, catalogue: &str) -> Result<()> {
        let file = self.folder.join("goods.csv");
        fs::write(&file, catalogue)?;
        self.yima(&["catalogue", "import", &file.display().to_string()])?;
        Ok(())
    }

    /// As [`Shop::yima`], with what it reads.
    pub fn yima_reading(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut child = Command::new(self.programs.command_line())
            .arg("--data-dir")
            .arg(self.data_folder())
            .args(arguments)
            .env("HOME", &self.folder)
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .envs(self.environment())
            // What tests read is English where the shop has no language set.
            .env("LC_ALL", "en_US.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("standard input")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("yima {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn environment(opening: &Opening) -> Vec<(&'static str, String)> {
    let log = opening.log_all.then(|| ("YIMA_LOG", "trace".to_owned()));
    let text = opening.larger_text.then(|| ("GDK_DPI_SCALE", "1.5".to_owned()));
    log.into_iter().chain(text).collect()
}

/// `target/e2e/NAME`, empty, and what keeps others out of it.
fn empty_folder(name: &str) -> Result<(PathBuf, File)> {
    let folders = target_folder().join("e2e");
    fs::create_dir_all(&folders)?;
    let lock = File::create(folders.join(format!("{name}.lock")))?;
    lock.lock()?;
    let folder = folders.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir(&folder)?;
    Ok((folder.canonicalize()?, lock))
}

/// Which of the two windows has this title, in either language.
#[must_use]
pub fn window_titled(title: &str) -> Window {
    if title.contains("顾客屏") || title.contains("customer") { Window::Customer } else { Window::Cashier }
}

/// A signing secret of this run, 32 hexadecimal characters.
fn random_secret() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
