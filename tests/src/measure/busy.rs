//! What a thousand sales leave in memory, beside an empty program with two windows that did nothing. Nothing but the
//! keyboard moves the till: a driver that asks its pages leaves more in them than the sales do.

use std::{fs, process::Command, sync::Arc, thread::sleep, time::Duration};

use anyhow::{Context, Result};

use super::{report::Report, starting::private_bytes};
use crate::{
    counter::{COLA, NOODLES, TISSUES, WATER},
    display::Display,
    keyboard::{Key, SCANNER},
    patience::wait_for,
    process::Group,
    programs::{Programs, target_folder},
    session::{PATIENCE, Window, surround},
    shop::{Opening, Shop},
};

const SALES: usize = 1_000;
/// As often the customer pays by QR code, which takes longer than cash.
const EACH_BY_QR: usize = 10;
const LINES: usize = 3;
const GOODS: [&str; 4] = [WATER, NOODLES, COLA, TISSUES];
/// A hand's pause before the next key.
const PAUSE: Duration = Duration::from_millis(150);
/// Until the pages listen, and until what was taken for a while is given back.
const SETTLED: Duration = Duration::from_secs(15);
const MIB: f64 = 1024.0 * 1024.0;

pub fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut opening = Opening::live();
    opening.sandbox = ["--pay-after", "0"].map(str::to_owned).to_vec();
    let shop = Shop::set_up("bench-busy", programs.clone(), &opening)?;
    let mut till = Command::new(programs.till());
    till.arg("--data-dir").arg(shop.data_folder());
    surround(&mut till, &shop.display, shop.folder())?;
    let till = Group::start(&mut till, &shop.folder().join("till.log"))?;
    let cashier = shop.window(Window::Cashier)?;
    shop.display.wait_for_focus(&cashier, PATIENCE)?;
    sleep(SETTLED);
    let before = private_bytes(till.id())? / MIB;
    for sale in 0..SALES {
        sell(&shop, sale).with_context(|| format!("sale {sale}"))?;
    }
    sleep(SETTLED);
    let after = private_bytes(till.id())? / MIB;
    drop(till);
    drop(shop);
    let floor = floor_mib(programs)?;
    report.add("private memory before the first sale", before, "MiB", None);
    report.add("private memory after 1,000 sales", after, "MiB", None);
    report.add("  an empty program's in the same run", floor, "MiB", None);
    report.add("  the till's as multiple of the empty program's", after / floor, "x", Some(1.5));
    Ok(())
}

fn sell(shop: &Shop, sale: usize) -> Result<()> {
    for line in 0..LINES {
        sleep(PAUSE);
        shop.keys.scan(GOODS[(sale + line) % GOODS.len()], SCANNER)?;
    }
    sleep(PAUSE);
    if sale.is_multiple_of(EACH_BY_QR) {
        shop.keys.press(Key::F(12))?;
    } else {
        shop.keys.press(Key::F(9))?;
        sleep(2 * PAUSE);
        shop.keys.press(Key::Enter)?;
    }
    let number = format!("-{:04}", sale + 1);
    wait_for("the receipt", PATIENCE, || {
        let newest = shop.yima(&["receipts", "list", "--json", "--limit", "1"])?;
        let newest: serde_json::Value = serde_json::from_str(&newest)?;
        let is_there = newest[0]["receipt_number"].as_str().is_some_and(|found| found.ends_with(&number));
        Ok(is_there.then_some(()))
    })
}

fn floor_mib(programs: &Programs) -> Result<f64> {
    let folder = target_folder().join("e2e/bench-busy-floor");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let display = Arc::new(Display::start(&folder)?);
    let mut floor = Command::new(programs.floor());
    surround(&mut floor, &display, &folder)?;
    let floor = Group::start(&mut floor, &folder.join("program.log"))?;
    sleep(SETTLED);
    Ok(private_bytes(floor.id())? / MIB)
}
