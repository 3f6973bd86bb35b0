//! People at the till: who they are is asked by PIN, and what a role may not do another approves.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use yima_tests::{
    counter::{WATER, field},
    keyboard::{HAND, Key, SCANNER},
    session::Window::{Cashier, Customer},
    shop::{Opening, Shop},
};

use crate::{restoring::once_free_reading, story};

const INSTALLER_PIN: &str = "246810";
const CASHIER_PIN: &str = "1357";

#[test]
fn a_cashier_logs_in_has_a_discount_approved_and_locks_the_till() {
    let opening = Opening::live().with("staff.discount_limit_percent", "10");
    story("people", &opening, async |shop| {
        shop.cut_power()?;
        let first = ["cashier", "add", "001", "Li", "--role", "installer"];
        once_free_reading(shop, &first, INSTALLER_PIN).await?;
        shop.yima_reading(&["cashier", "add", "007", "Wang"], CASHIER_PIN)?;
        shop.open_locked().await?;
        log_in(shop, "007", "9999").await?;
        shop.pages()?.wait_present(Cashier, "pin-problem", true).await?;
        log_in(shop, "007", CASHIER_PIN).await?;
        wait_locked(shop, false).await?;

        shop.pages()?.watch_scans().await?;
        shop.scan_all(&[WATER]).await?;
        have_half_taken_off(shop).await?;
        shop.charge().await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(field(&order, "total_amount")? == "1.00", "{order}");
        let sent = shop.gateway()?.bodies("/pay/scan").await?;
        ensure!(field(&sent[0]["store_info"], "cashier_id")? == "007", "{sent:?}");

        shop.keys.press(Key::Control('l'))?;
        wait_locked(shop, true).await?;
        shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
        shop.keys.scan(WATER, SCANNER)?;
        shop.pages()?.wait_present(Cashier, "lock-missed", true).await?;
        shop.gateway()?.pay(field(&order, "order_id")?).await?;
        shop.wait_screen("paid").await.context("a payment goes on behind the lock")?;
        log_in(shop, "007", CASHIER_PIN).await?;
        wait_locked(shop, false).await?;
        shop.wait_stage("paid").await?;
        expect_log(shop)
    });
}

async fn log_in(shop: &mut Shop, id: &str, pin: &str) -> Result<()> {
    shop.pages()?.click(Cashier, &format!("pin-who-{id}")).await?;
    give_pin(shop, pin)
}

fn give_pin(shop: &Shop, pin: &str) -> Result<()> {
    shop.keys.write(pin, HAND)?;
    shop.keys.press(Key::Enter)
}

async fn wait_locked(shop: &mut Shop, locked: bool) -> Result<()> {
    shop.pages()?.wait_present(Cashier, "lock-screen", locked).await
}

/// More than a cashier may give away alone.
async fn have_half_taken_off(shop: &mut Shop) -> Result<()> {
    shop.keys.press(Key::F(4))?;
    shop.pages()?.wait_present(Cashier, "discount-dialog", true).await?;
    shop.keys.write("50", HAND)?;
    shop.keys.press(Key::Enter)?;
    shop.pages()?.wait_present(Cashier, "approval-dialog", true).await?;
    shop.pages()?.wait_present(Cashier, "pin-who-007", false).await?;
    shop.pages()?.click(Cashier, "pin-who-001").await?;
    give_pin(shop, INSTALLER_PIN)?;
    shop.pages()?.wait_present(Cashier, "approval-dialog", false).await?;
    shop.pages()?.wait_text(Cashier, "cart-total", |text| text.contains("1.00")).await?;
    Ok(())
}

fn expect_log(shop: &Shop) -> Result<()> {
    let printed = shop.yima(&["audit", "list", "--json"])?;
    let Value::Array(lines) = serde_json::from_str(&printed)? else {
        anyhow::bail!("the log is a list: {printed}")
    };
    let approved = lines.iter().find(|line| line["kind"] == "discount_above_limit");
    let approved = approved.with_context(|| format!("nobody approved in {printed}"))?;
    ensure!(approved["by_id"] == "007" && approved["approved_by"] == "001", "{approved}");
    for kind in ["wrong_pin", "logged_in", "locked"] {
        ensure!(lines.iter().any(|line| line["kind"] == kind), "no {kind} in {printed}");
    }
    ensure!(!printed.contains(CASHIER_PIN) && !printed.contains(INSTALLER_PIN), "a PIN is in the log");
    Ok(())
}
