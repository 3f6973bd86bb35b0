//! A thousand scans as fast as scanners go: how many land, and in their order.

use std::{fmt::Write as _, time::Duration};

use anyhow::Result;

use super::report::Report;
use crate::{
    keyboard::FAST_SCANNER,
    programs::Programs,
    session::Window,
    shop::{Opening, Shop},
};

/// One order holds them all.
const ITEMS: usize = 500;

/// Scans of all goods in turn, until there were so many.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    pub scans: usize,
    /// From one Enter to the next code.
    pub pause: Duration,
}

pub const QUICK: Burst = Burst { scans: 1_000, pause: Duration::from_millis(20) };
/// Ten times as many, in half the time each.
pub const LONG: Burst = Burst { scans: 10_000, pause: Duration::from_millis(10) };

pub async fn measure(programs: &Programs, burst: Burst, report: &mut Report) -> Result<()> {
    let codes: Vec<String> = (0..ITEMS).map(|item| format!("691{item:010}")).collect();
    let mut opening = Opening::live();
    let mut catalogue = String::from("barcode,title,price\n");
    for code in &codes {
        let _ = writeln!(catalogue, "{code},{code},1.00");
    }
    opening.catalogue = Some(catalogue);
    let mut shop = Shop::set_up("bench-landing", programs.clone(), &opening)?;
    shop.open().await?;
    for scan in 0..burst.scans {
        shop.keys.scan(&codes[scan % ITEMS], FAST_SCANNER)?;
        std::thread::sleep(burst.pause);
    }
    let all = burst.scans.to_string();
    let landed = match shop.pages()?.wait_text(Window::Cashier, "pieces", |text| text.trim() == all).await {
        Ok(_) => burst.scans,
        Err(_) => shop
            .pages()?
            .text(Window::Cashier, "pieces")
            .await?
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0),
    };
    let torn = shop.pages()?.torn_scans().await?.len();
    if torn > 0 {
        report.remark(format!(
            "{torn} of the {} scans: this machine was held up in the middle of them",
            burst.scans
        ));
    }
    shop.charge().await?;
    let receipt = shop.only_receipt()?;
    let sold = receipt["goods"].as_array().map(Vec::as_slice).unwrap_or_default();
    let in_order = sold.iter().zip(&codes).filter(|(line, code)| line["barcode"] == code.as_str()).count();
    let each = burst.scans / ITEMS;
    let complete = sold.iter().filter(|line| line["quantity"] == each).count();
    let pause_ms = burst.pause.as_millis();
    let name = format!("{} scans at 1 ms a key, {pause_ms} ms apart: lost", burst.scans);
    report.add(&name, (burst.scans - landed) as f64, "", Some(0.0));
    report.add("  lines out of order", (ITEMS - in_order) as f64, "", Some(0.0));
    report.add("  lines with another quantity", (sold.len() - complete) as f64, "", Some(0.0));
    Ok(())
}
