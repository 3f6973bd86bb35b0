//! The ways to pay that show no QR: the customer's code, and cash.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    keyboard::Key,
    session::Window::{Cashier, Customer},
    shop::{Opening, Shop},
};

use crate::{settings::write_over, story, words};

const WECHAT: &str = "134512345678901234";

#[test]
fn a_code_that_is_scanned_is_confirmed_on_the_phone_and_pays() {
    let mut opening = Opening::live();
    opening.log_all = true;
    story("pays-by-code", &opening, async |shop| {
        shop.scan_all(&[WATER, COLA]).await?;
        shop.gateway()?.bend(&json!([{ "path": "/pay/qrcode", "action": { "pay_code": "waits" } }])).await?;
        shop.keys.press(Key::F(11))?;
        shop.pages()?.wait_attribute(Cashier, "code-panel", "data-stage", "wanted").await?;
        shop.wait_screen("show_code").await?;
        let asked = words("zh-CN", "customer_show_code")?;
        shop.pages()?.wait_text(Customer, "customer-words", |text| text.contains(&asked)).await?;
        shop.scan(WECHAT).await?;
        shop.wait_stage("awaiting").await?;
        shop.wait_screen("confirm").await?;
        let asked = words("zh-CN", "customer_confirm")?;
        shop.pages()?.wait_text(Customer, "customer-words", |text| text.contains(&asked)).await?;
        shop.pages()?.wait_text(Customer, "customer-amount", |text| text.contains("5.00")).await?;
        shop.pages()?.wait_present(Customer, "customer-qr", false).await?;
        let order = shop.gateway()?.only_order().await?;
        shop.gateway()?.pay(field(&order, "order_id")?).await?;
        shop.wait_stage("paid").await?;
        shop.wait_screen("paid").await?;
        ensure!(field(&shop.only_receipt()?, "real_amount")? == "5.00");
        let sent = shop.gateway()?.bodies("/pay/qrcode").await?;
        ensure!(sent.len() == 1 && sent[0]["pay_code"] == WECHAT, "{} were sent", sent.len());
        ensure_kept_nowhere(shop, WECHAT)
    });
}

#[test]
fn cash_is_taken_with_its_change_and_the_gateway_never_hears_of_it() {
    story("pays-in-cash", &Opening::live(), async |shop| {
        shop.scan_all(&[NOODLES, COLA]).await?;
        shop.keys.press(Key::F(9))?;
        shop.pages()?.wait_present(Cashier, "cash-dialog", true).await?;
        write_over(shop, "cash-tendered-input", "20").await?;
        shop.pages()?.wait_text(Cashier, "cash-change", |text| text.contains("12.20")).await?;
        shop.keys.press(Key::Enter)?;
        shop.wait_stage("paid").await?;
        shop.wait_screen("paid").await?;
        for (id, amount) in
            [("customer-amount", "7.80"), ("customer-tendered", "20.00"), ("customer-change", "12.20")]
        {
            shop.pages()?.wait_text(Customer, id, |text| text.contains(amount)).await?;
        }
        shop.pages()?.wait_text(Cashier, "payment-change", |text| text.contains("12.20")).await?;
        let receipt = shop.only_receipt()?;
        ensure!(
            field(&receipt, "state")? == "paid" && field(&receipt, "real_amount")? == "7.80",
            "{receipt}"
        );
        shop.scan_all(&[WATER]).await?;
        shop.wait_screen("shopping").await?;
        shop.pages()?.wait_present(Customer, "customer-change", false).await?;
        ensure!(shop.gateway()?.calls().await?.is_empty(), "the gateway was asked");
        Ok(())
    });
}

/// Not in the data, nor in anything that was logged or printed.
fn ensure_kept_nowhere(shop: &Shop, code: &str) -> Result<()> {
    let mut folders = vec![shop.data_folder()];
    let mut files = vec![shop.folder().join("till.log")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    for file in files {
        let kept = fs::read(&file)?.windows(code.len()).any(|window| window == code.as_bytes());
        ensure!(!kept, "a customer's code is in {}", file.display());
    }
    Ok(())
}
