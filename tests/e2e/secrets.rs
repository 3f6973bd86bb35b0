//! The signing secret stays where it was put, and what was signed with it goes to the gateway alone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use rustix::process::Pid;
use yima_tests::{
    counter::{COLA, WATER, field},
    gateway::SECRET_FILE,
    keyboard::Key,
    patience::wait_until,
    session::{
        PATIENCE,
        Window::{self, Cashier, Customer},
    },
    shop::{Opening, Shop},
};

use crate::story;

/// From then on the page keeps a copy of what the program tells it: answers and channel messages come in by one door.
const OVERHEAR: &str = "const callbacks = window.__TAURI_INTERNALS__.callbacks; \
    window.overheard = []; \
    callbacks.get = id => { \
        const callback = Map.prototype.get.call(callbacks, id); \
        return callback && (told => { window.overheard.push(JSON.stringify(told)); return callback(told); }); \
    }";

/// Has the page ask for its first view once more, as it does when it is loaded. Its own window hears no more after that.
const ATTACH_AGAIN: &str = "const tauri = window.__TAURI_INTERNALS__; \
    tauri.invoke('attach', { channel: `__CHANNEL__:${tauri.transformCallback(() => {})}` });";

#[test]
fn l1_the_secret_is_in_no_file_no_command_line_and_no_page() {
    let opening = Opening { log_all: true, ..Opening::live() };
    story("secret", &opening, async |shop| {
        let secret = fs::read_to_string(shop.folder().join(SECRET_FILE))?;
        for window in [Cashier, Customer] {
            shop.pages()?.read(window, OVERHEAR).await?;
        }
        shop.scan_all(&[WATER, COLA]).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        shop.keys.press(Key::F(7))?;
        shop.pages()?.click(Cashier, "receipt-row").await?;
        shop.pages()?.wait_present(Cashier, "receipt-detail", true).await?;
        shop.keys.press(Key::F(10))?;
        shop.pages()?.click(Cashier, "doctor-check").await?;
        shop.pages()?.wait_attribute(Cashier, "check-signature", "data-outcome", "ok").await?;
        shop.pages()?.read(Cashier, ATTACH_AGAIN).await?;
        let order = shop.gateway()?.only_order().await?;
        let signatures = shop.gateway()?.signatures().await?;
        ensure!(signatures.len() >= 4, "an order was placed, asked about and examined with {signatures:?}");
        let order_id = field(&order, "order_id")?;
        wait_for_log(shop, order_id).await?;

        nothing_in_files(shop, &secret, &signatures)?;
        nothing_on_command_lines(&secret)?;
        no_dump_is_left(shop)?;
        let cashier = ["\"kind\":\"view\"", "\"kind\":\"changes\"", order_id, "gateway.app_id", "app_secret"];
        let customer = ["\"screen\":\"shopping\"", "\"screen\":\"pay\"", "\"screen\":\"paid\""];
        for (window, told) in [(Cashier, cashier.as_slice()), (Customer, customer.as_slice())] {
            let overheard = overheard(shop, window, told).await?;
            for hidden in signatures.iter().chain([&secret]) {
                ensure!(!overheard.contains(hidden), "the {window:?} page was told {hidden}");
            }
        }
        Ok(())
    });
}

/// What a page was told, once it was told all of these.
async fn overheard(shop: &mut Shop, window: Window, told: &[&str]) -> Result<String> {
    let mut heard = String::new();
    let all = wait_until("the page to be told everything", PATIENCE, async || {
        let text = shop.pages()?.read(window, "return window.overheard.join('\\n')").await?;
        heard = text.as_str().context("a text")?.to_owned();
        Ok(told.iter().all(|told| heard.contains(told)).then_some(()))
    })
    .await;
    all.with_context(|| format!("the {window:?} page was told {heard}, not all of {told:?}"))?;
    Ok(heard)
}

/// Waits until the log has the request that placed the order, which it tells only when it tells everything.
async fn wait_for_log(shop: &Shop, order_id: &str) -> Result<()> {
    wait_until("the request in the log", PATIENCE, async || {
        let mut logged = false;
        for file in files(&shop.data_folder().join("logs"))? {
            let log = fs::read_to_string(file)?;
            logged |= log.lines().any(|line| line.contains("/pay/scan") && line.contains(order_id));
        }
        Ok(logged.then_some(()))
    })
    .await
}

fn nothing_in_files(shop: &Shop, secret: &str, signatures: &[String]) -> Result<()> {
    let files = files(shop.folder())?;
    let ends_so = |file: &PathBuf, end: &str| file.to_string_lossy().ends_with(end);
    for end in [".log", ".db", "-wal"] {
        ensure!(files.iter().any(|file| ends_so(file, end)), "no {end} among {files:?}");
    }
    let mut holders = Vec::new();
    for file in &files {
        let bytes = fs::read(file).unwrap_or_default();
        if holds(&bytes, secret) {
            holders.push(file.strip_prefix(shop.folder())?.display().to_string());
        }
        let told = signatures.iter().find(|signature| holds(&bytes, signature));
        ensure!(told.is_none(), "the signature {told:?} is in {}", file.display());
    }
    // The sandbox's copy, and the till's own, which a person asked for with --insecure-file.
    holders.retain(|holder| holder != SECRET_FILE);
    ensure!(holders.len() == 1 && holders[0].contains("secret"), "the secret is in {holders:?}");
    Ok(())
}

fn nothing_on_command_lines(secret: &str) -> Result<()> {
    for process in fs::read_dir("/proc")? {
        let line = fs::read(process?.path().join("cmdline")).unwrap_or_default();
        ensure!(!holds(&line, secret), "the secret is in {}", String::from_utf8_lossy(&line));
    }
    Ok(())
}

/// Of the till and of its pages, which are told nothing of the secret all the same.
fn no_dump_is_left(shop: &mut Shop) -> Result<()> {
    let pages = shop.pages()?.page_processes()?;
    ensure!(!pages.is_empty(), "no page is shown");
    let till = fs::canonicalize(shop.programs.till())?;
    let mut looked_at = 0;
    for process in fs::read_dir("/proc")? {
        let process = process?.path();
        let id = process.file_name().and_then(|id| id.to_str()?.parse().ok());
        let is_page = id.and_then(Pid::from_raw).is_some_and(|id| pages.contains(&id));
        if !is_page && fs::read_link(process.join("exe")).ok().as_ref() != Some(&till) {
            continue;
        }
        let limits = fs::read_to_string(process.join("limits"))?;
        let of_dumps = limits.lines().find(|line| line.starts_with("Max core file size"));
        let of_dumps = of_dumps.context("a limit of dumps")?;
        let mut bounds = of_dumps.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
        ensure!(bounds.next().is_some_and(|bytes| bytes <= 1), "{}: {of_dumps}", process.display());
        looked_at += 1;
    }
    ensure!(looked_at > pages.len(), "the till was not found");
    Ok(())
}

/// All files in a folder and in the folders in it.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
