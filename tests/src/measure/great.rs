//! A catalogue of a million goods: how long it takes to come in while the till sells, how soon a line of it is shown
//! in a cart of one line or of five hundred, and how soon what is looked for.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{
    latency::{BETWEEN_SCANS, Page, WATCH_SCANS, barcode, catalogue, clocks_apart_ms},
    report::{Report, Series, page_time_ms},
};
use crate::{
    keyboard::{HAND, Key, SCANNER},
    programs::Programs,
    session::Window,
    shop::{Opening, Shop},
};

const GOODS_BEFORE: usize = 10_000;
const GOODS: usize = 1_000_000;
const LINES: usize = 500;
/// What is scanned while goods come in; each is a line of the cart by then.
const KNOWN_LINES: usize = 20;
/// The page is asked whether the import has ended after so many scans.
const SCANS_A_ROUND: usize = 20;
const IMPORT_LIMIT: Duration = Duration::from_secs(300);
const BRANDS: [&str; 8] = ["农夫", "康师傅", "统一", "蒙牛", "伊利", "三只松鼠", "百草味", "洽洽"];
const KINDS: [&str; 10] =
    ["山泉水", "红烧牛肉面", "绿茶", "纯牛奶", "酸奶", "坚果", "瓜子", "薯片", "洗衣液", "苹果醋"];

/// What hands type: initials, and parts of barcodes.
const TYPED: [&str; 4] = ["nfsqs", "ksflc", "6900000123", "0077"];
/// Terms that an input method writes.
const WRITTEN: [&str; 6] = ["奶", "绿茶", "瓜子", "松鼠", "醋", "伊利酸奶"];

const IMPORT: &str = r#"
    const { invoke } = window.__TAURI_INTERNALS__;
    const began = performance.now();
    const later = () => new Promise((resolve) => setTimeout(resolve, 500));
    window.imported = null;
    const follow = async () => {
        await invoke('import_goods', { path: arguments[0], columns: ['barcode', 'title', 'price'] });
        let view = await invoke('goods_import');
        while (view.code === 'running') {
            await later();
            view = await invoke('goods_import');
        }
        return view;
    };
    follow().catch((error) => error).then((view) => {
        window.imported = { ms: performance.now() - began, view };
    });
"#;

/// From a key, or from what an input method wrote, to the first frame with the answer to it.
const WATCH_SEARCH: &str = r#"
    const watch = window.watch = { times: [], least: Infinity, since: null, isAsking: false };
    addEventListener('keydown', (event) => {
        watch.least = Math.min(watch.least, performance.now() - event.timeStamp);
        watch.since = event.timeStamp;
        watch.isAsking = false;
    }, true);
    addEventListener('input', (event) => {
        if (event.isTrusted) return;
        watch.since = performance.now() + watch.least;
        watch.isAsking = false;
    }, true);
    new MutationObserver(() => {
        const busy = document.querySelector('#found')?.getAttribute('aria-busy');
        if (busy === 'true') watch.isAsking = true;
        if (busy !== 'false' || !watch.isAsking || watch.since === null) return;
        const { since } = watch;
        watch.since = null;
        requestAnimationFrame(() => watch.times.push(performance.now() - since));
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
"#;

const WRITE: &str = r#"
    const field = document.querySelector("[data-testid='entry']");
    field.value = arguments[0];
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
"#;

pub async fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut opening = Opening::live();
    opening.catalogue = Some(catalogue(GOODS_BEFORE));
    let mut shop = Shop::set_up("bench-great", programs.clone(), &opening)?;
    let file = shop.folder().join("million.csv");
    fs::write(&file, many_goods())?;
    shop.open().await?;
    import(&mut shop, &file, report).await?;
    fs::remove_file(&file)?;
    shop.cut_power()?;
    shop.open().await?;
    lines(&mut shop, report).await?;
    search(&mut shop, report).await
}

async fn import(shop: &mut Shop, file: &Path, report: &mut Report) -> Result<()> {
    for item in 0..KNOWN_LINES {
        shop.scan(&barcode(item)).await?;
    }
    let most = IMPORT_LIMIT.as_millis() / BETWEEN_SCANS.as_millis();
    let plan: Vec<(String, usize)> = (0..usize::try_from(most)?)
        .map(|scan| (barcode(scan % KNOWN_LINES), scan / KNOWN_LINES + 2))
        .collect();
    let pages = shop.pages()?;
    pages.read_with(Window::Cashier, WATCH_SCANS, vec![json!(plan)]).await?;
    pages.read_with(Window::Cashier, IMPORT, vec![json!(file)]).await?;
    let mut scans = plan.chunks(SCANS_A_ROUND);
    let mut count = 0;
    let imported = loop {
        for (code, _) in scans.next().context("the import does not end")? {
            std::thread::sleep(BETWEEN_SCANS);
            shop.keys.scan(code, SCANNER)?;
            count += 1;
        }
        let imported = shop.pages()?.read(Window::Cashier, "return window.imported").await?;
        if !imported.is_null() {
            break imported;
        }
    };
    ensure!(imported["view"]["code"] == "done", "the import ended so: {imported}");
    ensure!(imported["view"]["products"] == GOODS, "the import took in {imported}");
    std::thread::sleep(BETWEEN_SCANS);
    let page = Page::read(shop.pages()?, count, |_| false).await?;
    let seconds = page_time_ms(&imported["ms"]).context("a time")? / 1_000.0;
    report.add("1,000,000 goods imported in the window", seconds, "s", Some(60.0));
    report.add(
        "  scan Enter to line shown meanwhile, median",
        page.told(&page.all.shown, 0.5),
        "ms",
        Some(8.0),
    );
    report.add(
        "  scan Enter to line shown meanwhile, p99",
        page.told(&page.all.shown, 0.99),
        "ms",
        Some(16.7),
    );
    tell_missing(page.missing, count, report);
    Ok(())
}

/// A cart that grows from nothing to five hundred lines, of goods all over the catalogue.
async fn lines(shop: &mut Shop, report: &mut Report) -> Result<()> {
    shop.pages()?.read(Window::Cashier, "window.__TAURI_INTERNALS__.invoke('clear_cart')").await?;
    shop.wait_cart(<[_]>::is_empty).await?;
    let plan: Vec<(String, u32)> = (0..LINES).map(|line| (barcode(line * 1_999 % GOODS), 1)).collect();
    shop.pages()?.read_with(Window::Cashier, WATCH_SCANS, vec![json!(plan)]).await?;
    for (code, _) in &plan {
        std::thread::sleep(BETWEEN_SCANS);
        shop.keys.scan(code, SCANNER)?;
    }
    std::thread::sleep(BETWEEN_SCANS);
    let page = Page::read(shop.pages()?, LINES, |line| line >= LINES / 2).await?;
    let (short, long) = (page.told(&page.known_lines.shown, 0.5), page.told(&page.new_lines.shown, 0.5));
    report.add(
        "of 1,000,000 goods: scan Enter to line shown, median",
        page.told(&page.all.shown, 0.5),
        "ms",
        Some(8.0),
    );
    report.add("  the same, p99", page.told(&page.all.shown, 0.99), "ms", Some(16.7));
    report.add("  lines 1 to 250, median", short, "ms", None);
    report.add("  lines 251 to 500, median", long, "ms", None);
    report.add("  as multiple of the first", long / short, "x", None);
    tell_missing(page.missing, LINES, report);
    Ok(())
}

/// Every key is the last one for what was typed by then.
async fn search(shop: &mut Shop, report: &mut Report) -> Result<()> {
    shop.keys.write("/", HAND)?;
    shop.pages()?.read(Window::Cashier, WATCH_SEARCH).await?;
    let typed = typed(shop).await?;
    let written = written(shop).await?;
    for (name, times) in [("a key", &typed), ("what an input method wrote", &written)] {
        report.add(&format!("{name} to what is found, median"), times.median(), "ms", Some(50.0));
        report.add(
            &format!("  the same, slowest of {}", times.count()),
            times.quantile(1.0),
            "ms",
            Some(50.0),
        );
    }
    Ok(())
}

async fn typed(shop: &mut Shop) -> Result<Series> {
    for words in TYPED {
        shop.keys.press(Key::Control('a'))?;
        shop.keys.write(words, HAND)?;
        found(shop, words).await?;
    }
    times(shop).await
}

async fn written(shop: &mut Shop) -> Result<Series> {
    shop.pages()?.read(Window::Cashier, "window.watch.times = []").await?;
    for words in WRITTEN {
        shop.pages()?.read_with(Window::Cashier, WRITE, vec![json!(words)]).await?;
        found(shop, words).await?;
    }
    times(shop).await
}

/// Something is: a search that finds nothing would be quick.
async fn found(shop: &mut Shop, words: &str) -> Result<()> {
    tokio::time::sleep(BETWEEN_SCANS).await;
    let rows = shop.pages()?.texts(Window::Cashier, "found-product").await?;
    ensure!(!rows.is_empty(), "{words} finds nothing");
    Ok(())
}

async fn times(shop: &mut Shop) -> Result<Series> {
    let watch = shop.pages()?.read(Window::Cashier, "return window.watch").await?;
    let apart_ms = clocks_apart_ms(&watch)?;
    let Value::Array(times) = &watch["times"] else { bail!("no times: {watch}") };
    ensure!(!times.is_empty(), "nothing was looked for");
    let mut series = Series::default();
    series.extend(times.iter().filter_map(page_time_ms).map(|time| time - apart_ms));
    Ok(series)
}

fn tell_missing(missing: usize, scans: usize, report: &mut Report) {
    if missing > 0 {
        report.remark(format!("{missing} of {scans} scans: this machine was held up in the middle of them"));
    }
}

/// Those of before among them as they were, so that scanning them again makes no new lines.
fn many_goods() -> String {
    let mut file = catalogue(GOODS_BEFORE);
    for item in GOODS_BEFORE..GOODS {
        let (brand, kind) = (BRANDS[item % BRANDS.len()], KINDS[item / BRANDS.len() % KINDS.len()]);
        let _ = writeln!(
            file,
            "{},{brand}{kind} {} 号 500g,{}.{:02}",
            barcode(item),
            item / 80,
            item % 90 + 1,
            item % 100
        );
    }
    file
}
