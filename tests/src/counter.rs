//! What is done at the counter, in the words of a shop.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    display::CUSTOMER_MONITOR,
    gateway::pay_on_page,
    keyboard::{Key, SCANNER},
    patience::wait_until,
    picture::read_qr,
    session::{PATIENCE, Session, Window},
    shop::Shop,
};

pub const WATER: &str = "6921168509256";
pub const NOODLES: &str = "6920152400777";
pub const COLA: &str = "6983748939221";
pub const TISSUES: &str = "6901236340516";
pub const BISCUITS: &str = "6901668005588";

const TRIES: usize = 3;
/// After half a scan the till takes what follows for its other half for a second.
const REFUSAL: Duration = Duration::from_millis(1_200);

/// One line of the cart as the page has it; an unknown code has no quantity, which is 0 here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLine {
    pub barcode: String,
    pub quantity: u32,
}

impl Shop {
    /// Scans one code at a scanner's speed. Where this machine tears it apart, the till refuses it, and it is scanned
    /// again, as a cashier would.
    pub async fn scan(&mut self, code: &str) -> Result<()> {
        for _ in 0..TRIES {
            let before = self.pages()?.begin_scan().await?;
            self.keys.scan(code, SCANNER)?;
            let pages = self.pages()?;
            wait_until("the scan's Enter", PATIENCE, async || {
                Ok((pages.ended_scans().await? > before).then_some(()))
            })
            .await?;
            if !pages.torn_scans().await?.contains(&usize::try_from(before)?) {
                return Ok(());
            }
            tokio::time::sleep(REFUSAL).await;
        }
        bail!("this machine is too busy to play a scanner")
    }

    /// Scans codes and waits until the cart holds them, each with as many as were scanned, and nothing else.
    pub async fn scan_all(&mut self, codes: &[&str]) -> Result<()> {
        for code in codes {
            self.scan(code).await?;
        }
        let mut wanted: BTreeMap<&str, u32> = BTreeMap::new();
        for code in codes {
            *wanted.entry(code).or_default() += 1;
        }
        self.wait_cart(|lines| {
            lines.len() == wanted.len()
                && lines.iter().all(|line| wanted.get(line.barcode.as_str()) == Some(&line.quantity))
        })
        .await
    }

    /// Waits until the lines of the cart are as wanted.
    pub async fn wait_cart(&mut self, wanted: impl Fn(&[ShownLine]) -> bool) -> Result<()> {
        let pages = self.pages()?;
        let mut last = Vec::new();
        let found = wait_until("the cart", PATIENCE, async || {
            last = pages.cart().await?;
            Ok(wanted(&last).then_some(()))
        })
        .await;
        found.with_context(|| format!("the cart shows {last:?}"))
    }

    /// Presses charge and waits until the customer may pay; gives the order id.
    pub async fn charge(&mut self) -> Result<()> {
        self.keys.press(Key::F(12))?;
        self.wait_stage("awaiting").await
    }

    pub async fn wait_stage(&mut self, stage: &str) -> Result<()> {
        self.pages()?.wait_attribute(Window::Cashier, "payment-panel", "data-stage", stage).await
    }

    pub async fn wait_stage_for(&mut self, stage: &str, limit: Duration) -> Result<()> {
        self.pages()?.wait_attribute_for(Window::Cashier, "payment-panel", "data-stage", stage, limit).await
    }

    pub async fn wait_screen(&mut self, screen: &str) -> Result<()> {
        self.pages()?.wait_attribute(Window::Customer, "customer", "data-screen", screen).await
    }

    /// Photographs the customer's monitor until a QR code can be read off it; gives its text and the picture.
    pub async fn read_customer_qr(&self, name: &str) -> Result<(String, PathBuf)> {
        wait_until("a QR code on the customer's monitor", PATIENCE, async || {
            let picture = self.photograph(CUSTOMER_MONITOR, name)?;
            Ok(read_qr(&picture).ok().map(|text| (text, picture)))
        })
        .await
    }

    /// Pays as the customer: reads the QR off the screen and opens what it says.
    pub async fn pay_by_phone(&mut self) -> Result<String> {
        let (pay_url, _) = self.read_customer_qr("qr").await?;
        pay_on_page(&pay_url).await?;
        self.wait_stage("paid").await?;
        Ok(pay_url)
    }

    /// What the store has of every sale, newest first.
    pub fn receipts(&self) -> Result<Vec<Value>> {
        let printed = self.yima(&["receipts", "list", "--json"])?;
        let Value::Array(list) = serde_json::from_str(&printed)? else {
            bail!("receipts are a list: {printed}")
        };
        Ok(list)
    }

    /// All that the store has of one sale.
    pub fn receipt(&self, order_id: &str) -> Result<Value> {
        Ok(serde_json::from_str(&self.yima(&["receipts", "show", order_id, "--json"])?)?)
    }

    /// The only sale there is, with all its fields.
    pub fn only_receipt(&self) -> Result<Value> {
        let receipts = self.receipts()?;
        ensure!(receipts.len() == 1, "{} sales, not one", receipts.len());
        self.receipt(field(&receipts[0], "order_id")?)
    }
}

impl Session {
    /// The lines of the cart that are in view, in their order.
    pub async fn cart(&mut self) -> Result<Vec<ShownLine>> {
        let rows = self.read(Window::Cashier, READ_CART).await?;
        let rows = rows.as_array().context("a list of rows")?;
        Ok(rows.iter().filter_map(shown_line).collect())
    }
}

const READ_CART: &str = "return [...document.querySelectorAll('li[data-barcode]')].map(row => \
    [row.dataset.barcode, Number(row.querySelector(`[data-testid=\"line-qty\"]`)?.innerText ?? 0)])";

fn shown_line(row: &Value) -> Option<ShownLine> {
    let quantity = u32::try_from(row[1].as_u64()?).ok()?;
    Some(ShownLine { barcode: row[0].as_str()?.to_owned(), quantity })
}

/// A text field of a JSON object.
pub fn field<'a>(object: &'a Value, name: &str) -> Result<&'a str> {
    object[name].as_str().with_context(|| format!("no text {name} in {object}"))
}
