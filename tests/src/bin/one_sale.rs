//! One whole sale, as a newcomer would make it, with nobody at the screen: scanned by key events, shown on two
//! monitors, its QR read off the picture, paid on the page that the QR names. The last line is one JSON object.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is how it reports")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Result, ensure};
use clap::Parser;
use serde_json::{Map, Value, json};
use yima_tests::{
    counter::{BISCUITS, COLA, NOODLES, TISSUES, WATER, field},
    display::{CASHIER_MONITOR, CUSTOMER_MONITOR},
    gateway::pay_on_page,
    patience::now,
    programs::{Programs, target_folder},
    session::Window,
    shop::{Opening, Shop},
};

#[derive(Parser)]
struct Arguments {
    /// Also put the pictures that the README shows into this folder
    #[arg(long)]
    pictures: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let sold = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(sell()));
    match sold.and_then(|told| copy_pictures(arguments.pictures.as_deref()).map(|()| told)) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("one-sale: {error:#}");
            println!("{}", json!({ "error": format!("{error:#}") }));
            ExitCode::FAILURE
        }
    }
}

/// Pictures of both windows by the name of what they show.
struct Album {
    folder: PathBuf,
    files: Vec<Value>,
}

impl Album {
    fn new() -> Result<Self> {
        let folder = pictures_folder();
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder: folder.canonicalize()?, files: Vec::new() })
    }

    fn add(&mut self, shop: &Shop, name: &str) -> Result<()> {
        for (who, area) in [("cashier", CASHIER_MONITOR), ("customer", CUSTOMER_MONITOR)] {
            let file = self.folder.join(format!("{who}-{name}.png"));
            yima_tests::picture::take(&shop.display, area, &file)?;
            self.files.push(file.display().to_string().into());
        }
        Ok(())
    }
}

/// How long each step took, in seconds with three decimals.
struct Steps {
    last: Instant,
    seconds: Map<String, Value>,
}

impl Steps {
    fn done(&mut self, name: &str) {
        let seconds = self.last.elapsed().as_secs_f64();
        self.seconds.insert(name.to_owned(), json!((seconds * 1000.0).round() / 1000.0));
        self.last = now();
    }
}

async fn sell() -> Result<Value> {
    let mut steps = Steps { last: now(), seconds: Map::new() };
    let mut album = Album::new()?;
    let mut shop = Shop::set_up("one-sale", Programs::beside_this_one()?, &Opening::practice())?;
    steps.done("display");
    shop.open().await?;
    shop.wait_screen("welcome").await?;
    album.add(&shop, "welcome")?;
    steps.done("open");
    shop.scan_all(&[WATER, NOODLES, COLA, TISSUES, WATER, BISCUITS]).await?;
    shop.wait_screen("shopping").await?;
    album.add(&shop, "scanning")?;
    steps.done("scan");
    shop.charge().await?;
    shop.wait_screen("pay").await?;
    let (qr_read, _) = shop.read_customer_qr("qr").await?;
    album.add(&shop, "paying")?;
    steps.done("qr");
    let order_id =
        shop.pages()?.attribute(Window::Cashier, "order-tail", "data-order-id").await?.unwrap_or_default();
    pay_on_page(&qr_read).await?;
    shop.wait_stage("paid").await?;
    shop.wait_screen("paid").await?;
    album.add(&shop, "paid")?;
    steps.done("paid");
    told(&shop, &order_id, &qr_read, album, steps)
}

fn told(shop: &Shop, order_id: &str, qr_read: &str, album: Album, mut steps: Steps) -> Result<Value> {
    let receipt = shop.receipt(order_id)?;
    steps.done("receipt");
    let pay_url = field(&receipt, "pay_url")?;
    ensure!(pay_url == qr_read, "the QR says {qr_read}, the order {pay_url}");
    ensure!(field(&receipt, "state")? == "paid", "the receipt is not paid: {receipt}");
    Ok(json!({
        "order_id": order_id,
        "total": receipt["total_amount"],
        "pay_url": pay_url,
        "qr_read": qr_read,
        "screenshots": album.files,
        "seconds": steps.seconds,
    }))
}

fn pictures_folder() -> PathBuf {
    target_folder().join("headless")
}

fn copy_pictures(folder: Option<&Path>) -> Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    for name in
        ["cashier-scanning", "cashier-paying", "customer-shopping", "customer-paying", "customer-paid"]
    {
        // The customer sees the goods while the cashier scans them.
        let taken = name.replace("customer-shopping", "customer-scanning");
        std::fs::copy(pictures_folder().join(format!("{taken}.png")), folder.join(format!("{name}.png")))?;
    }
    Ok(())
}
