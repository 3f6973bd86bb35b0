//! From the charge key to the QR on the customer's window, the gateway's own time taken off; and how often the disk
//! is waited for on the way.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail};

use super::{
    go_between::GoBetween,
    report::{Report, Series, page_time_ms},
};
use crate::{
    counter::{COLA, NOODLES, WATER, field},
    keyboard::Key,
    patience::{wait_for, wait_until},
    process::Group,
    programs::Programs,
    session::{PATIENCE, Window},
    shop::{Opening, Shop},
};

const SALES: usize = 30;
const SALES_COUNTED: usize = 3;

/// Both pages tell their times since the same beginning: their own plus when they began.
const WATCH_CHARGE: &str = r#"
    window.charged = null;
    const note = (event) => {
        if (event.type === 'keydown' && event.code === 'F12') window.charged = performance.timeOrigin + event.timeStamp;
    };
    for (const name of ['preventDefault', 'stopImmediatePropagation']) {
        const own = Event.prototype[name];
        Event.prototype[name] = function () { note(this); return own.call(this); };
    }
"#;
const WATCH_QR: &str = r#"
    window.seen = null;
    new MutationObserver(() => {
        const there = document.querySelector('[data-testid="customer-qr"]') !== null;
        if (!there) window.seen = null;
        else if (window.seen === null) {
            window.seen = 0;
            requestAnimationFrame(() => { window.seen = performance.timeOrigin + performance.now(); });
        }
    }).observe(document.body, { subtree: true, childList: true });
"#;

/// When the key was pressed and when the QR was seen, in milliseconds since 1970.
struct Charge {
    pressed_ms: f64,
    seen_ms: f64,
}

pub async fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let mut shop = Shop::set_up("bench-charge", programs.clone(), &Opening::live())?;
    let between = GoBetween::start(shop.gateway()?.base_url(), "POST /pay/scan")?;
    shop.yima(&["config", "set", "gateway.base_url", between.base_url()])?;
    shop.open().await?;
    shop.pages()?.read(Window::Cashier, WATCH_CHARGE).await?;
    shop.pages()?.read(Window::Customer, WATCH_QR).await?;
    let mut own = Series::default();
    for sale in 1..=SALES {
        let charge = charge(&mut shop).await?;
        let times = between.times();
        let gateway = times.last().filter(|_| times.len() == sale).context("one call for one charge")?;
        own.add(charge.seen_ms - charge.pressed_ms - gateway.as_secs_f64() * 1000.0);
        finish(&mut shop).await?;
    }
    report.add("charge to QR visible, gateway time excluded, median", own.median(), "ms", Some(50.0));
    report.add("  p95", own.quantile(0.95), "ms", None);
    match count_syncs(&mut shop).await {
        Ok(most) => report.add("  fsyncs between them, most", most as f64, "", Some(3.0)),
        Err(error) => report.remark(format!("fsyncs between charge and QR: {error:#}")),
    }
    Ok(())
}

async fn charge(shop: &mut Shop) -> Result<Charge> {
    shop.scan_all(&[WATER, NOODLES, COLA]).await?;
    press_charge(shop).await
}

async fn press_charge(shop: &mut Shop) -> Result<Charge> {
    shop.keys.press(Key::F(12))?;
    let seen_ms = wait_until("the QR to be seen", PATIENCE, async || {
        let seen = shop.pages()?.read(Window::Customer, "return window.seen").await?;
        Ok(page_time_ms(&seen).filter(|seen| *seen > 0.0))
    })
    .await?;
    let pressed_ms = shop.pages()?.read(Window::Cashier, "return window.charged").await?;
    Ok(Charge { pressed_ms: page_time_ms(&pressed_ms).context("the charge key was not seen")?, seen_ms })
}

/// Pays and begins anew, so that each sale finds the till alike.
async fn finish(shop: &mut Shop) -> Result<()> {
    let orders = shop.gateway()?.orders().await?;
    let order_id = field(orders.last().context("an order")?, "order_id")?.to_owned();
    shop.gateway()?.pay(&order_id).await?;
    shop.wait_stage("paid").await?;
    shop.pages()?.click(Window::Cashier, "dismiss").await?;
    shop.pages()?.wait_present(Window::Customer, "customer-qr", false).await?;
    shop.wait_cart(<[_]>::is_empty).await
}

/// The most syncs to disk that one sale made between its charge key and its QR.
async fn count_syncs(shop: &mut Shop) -> Result<usize> {
    let till = shop.window(Window::Cashier)?.process_id.context("the till has a process id")?;
    let log = shop.folder().join("syncs.txt");
    let mut most = 0;
    for _ in 0..SALES_COUNTED {
        shop.scan_all(&[WATER, NOODLES, COLA]).await?;
        let tracer = trace_syncs(till, &log)?;
        let charge = press_charge(shop).await?;
        drop(tracer);
        let traced = fs::read_to_string(&log)?;
        let times = traced.lines().filter_map(sync_time_ms);
        most = most.max(times.filter(|at| (charge.pressed_ms..=charge.seen_ms).contains(at)).count());
        finish(shop).await?;
    }
    Ok(most)
}

fn trace_syncs(till: u32, log: &Path) -> Result<Group> {
    let messages = log.with_extension("log");
    let mut group = Group::start(
        Command::new("strace")
            .args([
                "-f",
                "-ttt",
                "-e",
                "trace=fsync,fdatasync,sync_file_range,msync",
                "-p",
                &till.to_string(),
                "-o",
            ])
            .arg(log),
        &messages,
    )?;
    wait_for("strace to attach", Duration::from_secs(10), || {
        if !group.is_running()? {
            bail!("{}", group.printed().trim());
        }
        Ok(group.printed().contains("attached").then_some(()))
    })?;
    Ok(group)
}

/// `1234 1763850000.123456 fdatasync(17) = 0`; a call's second half, once it is resumed, is not another call.
fn sync_time_ms(line: &str) -> Option<f64> {
    let mut words = line.split_whitespace();
    let time: f64 = words.nth(1)?.parse().ok()?;
    let call = words.next()?;
    call.starts_with(|letter: char| letter.is_ascii_lowercase()).then_some(time * 1000.0)
}
