//! What a thousand sales leave in memory, beside an empty program with two windows that did nothing.

use std::{fs, sync::Arc, time::Duration};

use anyhow::{Context, Result};

use super::{latency::open_floor, report::Report, starting::private_bytes};
use crate::{
    display::Display,
    keyboard::Key,
    programs::{Programs, target_folder},
    session::{Session, Window},
    shop::{Opening, Shop},
};

const SALES: usize = 1_000;
/// As often the customer pays by QR code, which takes longer than cash.
const EACH_BY_QR: usize = 10;
const LINES: usize = 3;
/// What selling alone took is given back by then.
const SETTLED: Duration = Duration::from_secs(15);
const MIB: f64 = 1024.0 * 1024.0;
const GOODS: [&str; 4] = ["6921168509256", "6920152400777", "6983748939221", "6901236340516"];

pub async fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut opening = Opening::live();
    opening.sandbox = ["--pay-after", "0"].map(str::to_owned).to_vec();
    let mut shop = Shop::set_up("bench-busy", programs.clone(), &opening)?;
    shop.open().await?;
    tokio::time::sleep(SETTLED).await;
    let before = private_mib(shop.pages()?, "yima-till")?;
    for sale in 0..SALES {
        sell(&mut shop, sale).await.with_context(|| format!("sale {sale}"))?;
    }
    tokio::time::sleep(SETTLED).await;
    let after = private_mib(shop.pages()?, "yima-till")?;
    let sold = shop.receipts()?.len();
    anyhow::ensure!(sold == SALES, "{sold} sales, not {SALES}");
    drop(shop);
    let floor = floor_mib(programs).await?;
    report.add("private memory before the first sale", before, "MiB", None);
    report.add("private memory after 1,000 sales", after, "MiB", None);
    report.add("  an empty program's in the same run", floor, "MiB", None);
    report.add("  the till's as multiple of the empty program's", after / floor, "x", Some(1.5));
    Ok(())
}

async fn sell(shop: &mut Shop, sale: usize) -> Result<()> {
    for line in 0..LINES {
        shop.scan(GOODS[(sale + line) % GOODS.len()]).await?;
    }
    if sale.is_multiple_of(EACH_BY_QR) {
        shop.keys.press(Key::F(12))?;
    } else {
        shop.keys.press(Key::F(9))?;
        shop.pages()?.wait_present(Window::Cashier, "cash-dialog", true).await?;
        shop.keys.press(Key::Enter)?;
    }
    shop.wait_stage("paid").await
}

async fn floor_mib(programs: &Programs) -> Result<f64> {
    let folder = target_folder().join("e2e/bench-busy-floor");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let display = Arc::new(Display::start(&folder)?);
    let pages = open_floor(programs, &folder, &display).await?;
    tokio::time::sleep(SETTLED).await;
    private_mib(&pages, "floor")
}

/// Of the program and its pages, without the driver that moves them.
fn private_mib(pages: &Session, program: &str) -> Result<f64> {
    let id = pages.process_named(program)?.with_context(|| format!("{program} runs"))?;
    Ok(private_bytes(id)? / MIB)
}
