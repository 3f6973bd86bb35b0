//! From the scanner's Enter to the line: measured inside the page, from the key event's own time to the first
//! animation frame after the document holds the line. The line is on disk by then: the till shows nothing sooner.

use std::{fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::report::{Report, Series, page_time_ms};
use crate::{
    display::Display,
    keyboard::{Key, Keyboard, SCANNER},
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
pub(super) const BETWEEN_SCANS: Duration = Duration::from_millis(150);

/// The listener swallows a scan's keys on the way: the page is asked when it does. The scans to come and the lines
/// they lead to are told beforehand, so that nothing but the scanner talks to the page meanwhile.
pub(super) const WATCH_SCANS: &str = r#"
    const watch = window.watch = { times: [], least: Infinity, scan: -1, awaited: [] };
    const plan = arguments[0];
    const swallow = Event.prototype.stopImmediatePropagation;
    Event.prototype.stopImmediatePropagation = function () {
        if (this.type === 'keydown') {
            watch.least = Math.min(watch.least, performance.now() - this.timeStamp);
            if (this.code === 'Enter') {
                watch.scan += 1;
                watch.awaited.push({ enter: this.timeStamp, scan: watch.scan, line: plan[watch.scan] });
            }
        }
        return swallow.call(this);
    };
    // A slow one is there before it is seen beside the next.
    const holds = ([barcode, quantity]) => {
        const row = document.querySelector(`li[data-barcode="${barcode}"]`);
        return Number(row?.querySelector('[data-testid="line-qty"]')?.textContent) >= quantity;
    };
    const note = ({ enter, scan }) => {
        const held = performance.now() - enter;
        requestAnimationFrame(() => {
            const shown = performance.now() - enter;
            requestAnimationFrame(() => watch.times.push([held, shown, performance.now() - enter, scan]));
        });
    };
    new MutationObserver(() => {
        const held = watch.awaited.filter(({ line }) => holds(line));
        if (held.length === 0) return;
        watch.awaited = watch.awaited.filter((each) => !held.includes(each));
        held.forEach(note);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

/// The same two frames in a page that does nothing but write one word.
const WATCH_EMPTY: &str = r#"
    const watch = window.watch = { times: [], least: Infinity };
    addEventListener('keydown', (event) => {
        const enter = event.timeStamp;
        watch.least = Math.min(watch.least, performance.now() - enter);
        if (event.code !== 'Enter') return;
        document.querySelector('p').textContent = String(watch.times.length);
        const held = performance.now() - enter;
        requestAnimationFrame(() => {
            const shown = performance.now() - enter;
            requestAnimationFrame(() => watch.times.push([held, shown, performance.now() - enter, 0]));
        });
    }, true);
"#;

/// Times after each Enter.
#[derive(Default)]
pub(super) struct Times {
    held: Series,
    pub shown: Series,
    next: Series,
}

/// All of one page, and those of its new lines apart.
#[derive(Default)]
pub(super) struct Page {
    pub all: Times,
    pub new_lines: Times,
    pub known_lines: Times,
    /// How far the clock that stamps keys and the page's own are apart: they begin at different moments.
    apart_ms: f64,
    /// Scans that this machine tore apart: the till refuses them, and says so.
    pub missing: usize,
}

impl Times {
    fn add(&mut self, [held, shown, next]: [f64; 3]) {
        self.held.add(held);
        self.shown.add(shown);
        self.next.add(next);
    }
}

impl Page {
    /// Takes what the page noted. `is_new` says of each scan whether it made a new line.
    pub async fn read(pages: &mut Session, scans: usize, is_new: impl Fn(usize) -> bool) -> Result<Self> {
        let watch = pages.read(Window::Cashier, "return window.watch").await?;
        let times = watch["times"].as_array().context("a list of times")?;
        let mut page = Self { missing: scans.saturating_sub(times.len()), ..Self::default() };
        ensure!(page.missing * 50 <= scans, "{} of {scans} scans led to a line", times.len());
        for times in times {
            let time = |at: usize| page_time_ms(&times[at]).context("a time");
            let scan = times[3].as_u64().context("a scan's number")?;
            page.add([time(0)?, time(1)?, time(2)?], is_new(usize::try_from(scan)?));
        }
        page.apart_ms = clocks_apart_ms(&watch)?;
        Ok(page)
    }

    fn add(&mut self, times: [f64; 3], is_new: bool) {
        self.all.add(times);
        if is_new { self.new_lines.add(times) } else { self.known_lines.add(times) }
    }

    pub fn told(&self, series: &Series, share: f64) -> f64 {
        series.quantile(share) - self.apart_ms
    }
}

/// No key arrives before it is pressed. The quickest of all is taken to have needed a millisecond, and what it seems
/// to have needed beyond that, or less, is the clocks' doing.
pub(super) fn clocks_apart_ms(watch: &Value) -> Result<f64> {
    Ok(page_time_ms(&watch["least"]).context("no key was seen")? - QUICKEST_KEY_MS)
}

pub async fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let till = scans(programs).await?;
    let empty = empty_page(programs).await?;
    report.add("scan Enter to line shown, median", till.told(&till.all.shown, 0.5), "ms", Some(8.0));
    report.add("scan Enter to line shown, p99", till.told(&till.all.shown, 0.99), "ms", Some(16.7));
    for (name, times) in [("a new line", &till.new_lines), ("a line there is, anywhere", &till.known_lines)] {
        report.add(&format!("  {name}: in the document, median"), till.told(&times.held, 0.5), "ms", None);
        report.add(&format!("  {name}: shown, median"), till.told(&times.shown, 0.5), "ms", None);
    }
    report.add("  an empty page in the same run, median", empty.told(&empty.all.shown, 0.5), "ms", None);
    let (next, least) = (till.told(&till.all.next, 0.5), empty.told(&empty.all.next, 0.5));
    report.add("the frame after that, median", next, "ms", None);
    report.add("  an empty page in the same run, median", least, "ms", None);
    report.add("  the till's as multiple of the empty page's", next / least, "x", Some(1.5));
    if till.missing > 0 {
        report.remark(format!(
            "{} of {SCANS} scans: this machine was held up in the middle of them",
            till.missing
        ));
    }
    report.add("taken off for clocks apart, the till's page", till.apart_ms, "ms", None);
    report.add("taken off for clocks apart, the empty page", empty.apart_ms, "ms", None);
    Ok(())
}

async fn scans(programs: &Programs) -> Result<Page> {
    let mut opening = Opening::live();
    opening.catalogue = Some(catalogue(CATALOGUE_ITEMS));
    let mut shop = Shop::set_up("bench-scans", programs.clone(), &opening)?;
    shop.open().await?;
    for item in 0..CART_LINES {
        shop.keys.scan(&barcode(item), SCANNER)?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let full = CART_LINES.to_string();
    shop.pages()?.wait_text(Window::Cashier, "pieces", |text| text.trim() == full).await?;
    let plan = plan();
    shop.pages()?.read_with(Window::Cashier, WATCH_SCANS, vec![json!(plan)]).await?;
    for (scan, (code, _)) in plan.iter().enumerate() {
        std::thread::sleep(BETWEEN_SCANS);
        shop.keys.scan(code, SCANNER)?;
        if is_new_line(scan) {
            std::thread::sleep(BETWEEN_SCANS);
            shop.keys.press(Key::Control('z'))?;
        }
    }
    std::thread::sleep(BETWEEN_SCANS);
    Page::read(shop.pages()?, SCANS, is_new_line).await
}

/// Each scan's code and the quantity that its line comes to.
fn plan() -> Vec<(String, u32)> {
    let mut quantities = [1; CART_LINES];
    let scan = |scan: usize| match is_new_line(scan) {
        true => (barcode(CART_LINES + scan), 1),
        false => {
            let item = scan * 7 % CART_LINES;
            quantities[item] += 1;
            (barcode(item), quantities[item])
        }
    };
    (0..SCANS).map(scan).collect()
}

/// Every other scan makes a new line, which is taken back, so that the cart stays at its size.
const fn is_new_line(scan: usize) -> bool {
    scan % 2 == 1
}

async fn empty_page(programs: &Programs) -> Result<Page> {
    let folder = target_folder().join("e2e/bench-empty-page");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let display = Arc::new(Display::start(&folder)?);
    let keys = Keyboard::new(Arc::clone(&display))?;
    let mut pages = open_floor(programs, &folder, &display).await?;
    let cashier = display.wait_for_window("the floor", |title| !title.contains("customer"), PATIENCE)?;
    display.wait_for_focus(&cashier, PATIENCE)?;
    pages.read(Window::Cashier, WATCH_EMPTY).await?;
    for _ in 0..EMPTY_PAGE_KEYS {
        std::thread::sleep(BETWEEN_SCANS);
        keys.scan("6921168509256", SCANNER)?;
    }
    std::thread::sleep(BETWEEN_SCANS);
    Page::read(&mut pages, EMPTY_PAGE_KEYS, |_| true).await
}

async fn open_floor(programs: &Programs, folder: &Path, display: &Display) -> Result<Session> {
    Session::start(Launch {
        program: programs.floor(),
        arguments: Vec::new(),
        folder,
        display,
        environment: &[],
    })
    .await
}

pub(super) fn catalogue(items: usize) -> String {
    let mut file = String::from("barcode,title,price\n");
    for item in 0..items {
        let _ = writeln!(file, "{},商品 {item} 号 500g,{}.{:02}", barcode(item), item % 90 + 1, item % 100);
    }
    file
}

pub(super) fn barcode(item: usize) -> String {
    format!("690{item:010}")
}
