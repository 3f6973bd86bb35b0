//! From the scanner's Enter to the line: measured inside the page, from the key event's own time to the first
//! animation frame after the document holds the line. The line is on disk by then: the till shows nothing sooner.

use std::{fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};

use super::report::{Report, Series, page_time_ms};
use crate::{
    display::Display,
    keyboard::{Key, Keyboard, SCANNER},
    patience::wait_until,
    programs::{Programs, target_folder},
    session::{Launch, PATIENCE, Session, Window},
    shop::{Opening, Shop},
};

const CATALOGUE_ITEMS: usize = 10_000;
const CART_LINES: usize = 100;
const SCANS: usize = 400;
const EMPTY_PAGE_KEYS: usize = 200;
const QUICKEST_KEY_MS: f64 = 1.0;
/// A cashier's quickest hand; what one scan leaves to do is over by then.
const BETWEEN_SCANS: Duration = Duration::from_millis(150);

/// The listener swallows a scan's keys on the way: the page is asked when it does.
const WATCH_SCANS: &str = r#"
    const watch = window.watch = { times: [], least: Infinity, enter: null, wanted: null };
    const swallow = Event.prototype.stopImmediatePropagation;
    Event.prototype.stopImmediatePropagation = function () {
        if (this.type === 'keydown') {
            watch.least = Math.min(watch.least, performance.now() - this.timeStamp);
            if (this.code === 'Enter') watch.enter = this.timeStamp;
        }
        return swallow.call(this);
    };
    const holds = () => {
        const row = document.querySelector(`li[data-barcode="${watch.wanted.barcode}"]`);
        return Number(row?.querySelector('[data-testid="line-qty"]')?.textContent) === watch.wanted.quantity;
    };
    new MutationObserver(() => {
        if (watch.wanted === null || watch.enter === null || !holds()) return;
        const enter = watch.enter;
        watch.wanted = watch.enter = null;
        requestAnimationFrame(() => {
            const shown = performance.now() - enter;
            requestAnimationFrame(() => watch.times.push([shown, performance.now() - enter]));
        });
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

/// The same two frames in a page that does nothing but write one word.
const WATCH_EMPTY: &str = r#"
    const watch = window.watch = { times: [], least: Infinity };
    addEventListener('keydown', (event) => {
        watch.least = Math.min(watch.least, performance.now() - event.timeStamp);
        if (event.code !== 'Enter') return;
        document.querySelector('p').textContent = String(watch.times.length);
        requestAnimationFrame(() => {
            const shown = performance.now() - event.timeStamp;
            requestAnimationFrame(() => watch.times.push([shown, performance.now() - event.timeStamp]));
        });
    }, true);
"#;

/// The two frames after each Enter.
#[derive(Default)]
struct Frames {
    shown: Series,
    next: Series,
    /// How far the clock that stamps keys and the page's own are apart: they begin at different moments.
    apart_ms: f64,
}

impl Frames {
    fn shown(&self, share: f64) -> f64 {
        self.shown.quantile(share) - self.apart_ms
    }

    fn next(&self) -> f64 {
        self.next.median() - self.apart_ms
    }

    /// No key arrives before it is pressed. The quickest of all is taken to have needed a millisecond, and what it
    /// seems to have needed beyond that, or less, is the clocks' doing.
    async fn compare_clocks(&mut self, pages: &mut Session) -> Result<()> {
        let least = pages.read(Window::Cashier, "return window.watch.least").await?;
        self.apart_ms = page_time_ms(&least).context("no key was seen")? - QUICKEST_KEY_MS;
        Ok(())
    }

    /// Waits until `count` pairs are there and takes the newest.
    async fn take(&mut self, pages: &mut Session, count: usize) -> Result<()> {
        let pair = wait_until("the frames after a scan", PATIENCE, async || {
            let times = pages.read(Window::Cashier, "return window.watch.times").await?;
            Ok(times.as_array().filter(|times| times.len() == count).and_then(|times| times.last().cloned()))
        })
        .await?;
        let time = |at: usize| page_time_ms(&pair[at]).context("a time");
        self.shown.add(time(0)?);
        self.next.add(time(1)?);
        Ok(())
    }
}

pub async fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let till = scans(programs).await?;
    let empty = empty_page(programs).await?;
    report.add("scan Enter to line shown, median", till.shown(0.5), "ms", Some(8.0));
    report.add("scan Enter to line shown, p99", till.shown(0.99), "ms", Some(16.7));
    report.add("  an empty page in the same run, median", empty.shown(0.5), "ms", None);
    report.add("the frame after that, median", till.next(), "ms", None);
    report.add("  an empty page in the same run, median", empty.next(), "ms", None);
    report.add("  the till's as multiple of the empty page's", till.next() / empty.next(), "x", Some(1.5));
    report.add("taken off for clocks apart, the till's page", till.apart_ms, "ms", None);
    report.add("taken off for clocks apart, the empty page", empty.apart_ms, "ms", None);
    Ok(())
}

async fn scans(programs: &Programs) -> Result<Frames> {
    let mut opening = Opening::live();
    opening.catalogue = Some(catalogue());
    let mut shop = Shop::set_up("bench-scans", programs.clone(), &opening)?;
    shop.open().await?;
    for item in 0..CART_LINES {
        shop.keys.scan(&barcode(item), SCANNER)?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let full = CART_LINES.to_string();
    shop.pages()?.wait_text(Window::Cashier, "pieces", |text| text.trim() == full).await?;
    shop.pages()?.read(Window::Cashier, WATCH_SCANS).await?;
    let mut frames = Frames::default();
    let mut quantities = [1; CART_LINES];
    for scan in 0..SCANS {
        // Every other scan is a new line and taken back, so that the cart stays at its size.
        let is_new = scan % 2 == 1;
        let item = if is_new { CART_LINES + scan } else { scan * 7 % CART_LINES };
        let quantity = if is_new { 1 } else { one_more(&mut quantities[item]) };
        scan_one(&mut shop, &barcode(item), quantity).await?;
        frames.take(shop.pages()?, scan + 1).await?;
        if is_new {
            shop.keys.press(Key::Control('z'))?;
        }
        tokio::time::sleep(BETWEEN_SCANS).await;
    }
    frames.compare_clocks(shop.pages()?).await?;
    Ok(frames)
}

fn one_more(quantity: &mut u32) -> u32 {
    *quantity += 1;
    *quantity
}

/// Says which line and quantity are waited for, and scans.
async fn scan_one(shop: &mut Shop, code: &str, quantity: u32) -> Result<()> {
    let script = "window.watch.enter = null; \
        window.watch.wanted = { barcode: arguments[0], quantity: arguments[1] }";
    shop.pages()?.read_with(Window::Cashier, script, vec![code.into(), quantity.into()]).await?;
    shop.keys.scan(code, SCANNER)
}

async fn empty_page(programs: &Programs) -> Result<Frames> {
    let folder = target_folder().join("e2e/bench-empty-page");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let display = Arc::new(Display::start(&folder)?);
    let keys = Keyboard::new(Arc::clone(&display))?;
    let mut pages = open_floor(programs, &folder, &display).await?;
    let cashier = display.wait_for_window("the floor", |title| !title.contains("customer"), PATIENCE)?;
    display.wait_for_focus(&cashier, PATIENCE)?;
    pages.read(Window::Cashier, WATCH_EMPTY).await?;
    let mut frames = Frames::default();
    for count in 1..=EMPTY_PAGE_KEYS {
        keys.scan("6921168509256", SCANNER)?;
        frames.take(&mut pages, count).await?;
        tokio::time::sleep(BETWEEN_SCANS).await;
    }
    frames.compare_clocks(&mut pages).await?;
    Ok(frames)
}

async fn open_floor(programs: &Programs, folder: &Path, display: &Display) -> Result<Session> {
    Session::start(Launch { program: programs.floor(), arguments: Vec::new(), folder, display }).await
}

fn catalogue() -> String {
    let mut file = String::from("barcode,title,price\n");
    for item in 0..CATALOGUE_ITEMS {
        let _ = writeln!(file, "{},商品 {item} 号 500g,{}.{:02}", barcode(item), item % 90 + 1, item % 100);
    }
    file
}

fn barcode(item: usize) -> String {
    format!("690{item:010}")
}
