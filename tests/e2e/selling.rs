//! Sales that go as they should, and those that the customer, the cashier or time ends.

use std::time::Duration;

use anyhow::ensure;
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    gateway::pay_on_page,
    keyboard::Key,
    session::Window::{Cashier, Customer},
    shop::Opening,
};

use crate::{LANGUAGES, settings::write_over, speak, story, words};

#[test]
fn three_goods_one_twice_are_sold_and_paid() {
    story("sold-and-paid", &Opening::live().with("till.number", "07"), async |shop| {
        shop.wait_screen("welcome").await?;
        shop.scan_all(&[WATER, NOODLES, COLA, WATER]).await?;
        shop.pages()?.wait_text(Customer, "customer-amount", |text| text.contains("11.80")).await?;
        shop.charge().await?;
        let (qr, _) = shop.read_customer_qr("qr").await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(field(&order, "pay_url")? == qr, "the QR says {qr}, the gateway {order}");
        ensure!(field(&order, "total_amount")? == "11.80", "{order}");
        ensure!(order["fields"]["store_info"]["terminal_id"].is_string(), "no terminal_id went out: {order}");
        pay_on_page(&qr).await?;
        shop.wait_stage("paid").await?;
        shop.wait_screen("paid").await?;
        let receipt = shop.only_receipt()?;
        ensure!(field(&receipt, "state")? == "paid" && field(&receipt, "pay_url")? == qr, "{receipt}");
        ensure!(field(&receipt, "order_id")? == field(&order, "order_id")?, "{receipt}");
        ensure!(field(&receipt, "real_amount")? == "11.80", "{receipt}");
        let number = field(&receipt, "receipt_number")?;
        ensure!(number.starts_with("07-") && number.ends_with("-0001"), "receipt number {number}");
        shop.pages()?.wait_text(Cashier, "last-sale", |text| text.contains("11.80")).await?;
        shop.scan_all(&[COLA]).await?;
        shop.pages()?.wait_present(Cashier, "payment-panel", false).await?;
        shop.wait_screen("shopping").await?;
        ensure!(shop.gateway()?.orders().await?.len() == 1, "a scan sold something");
        Ok(())
    });
}

#[test]
fn waiters_chosen_in_the_window_go_out_with_that_sale_alone() {
    story("waiters", &Opening::live().with("store.waiter1_id", "W-usual"), async |shop| {
        for language in LANGUAGES {
            speak(shop, language).await?;
            let notice = words(language, "insecure_secret")?;
            shop.pages()?.wait_text(Cashier, "insecure-secret", |text| text.contains(&notice)).await?;
        }
        shop.scan_all(&[WATER]).await?;
        shop.pages()?.wait_text(Cashier, "waiters", |text| text.contains("W-usual")).await?;
        shop.pages()?.click(Cashier, "waiters").await?;
        shop.pages()?.wait_present(Cashier, "waiters-dialog", true).await?;
        // A scan is no waiter and answers no question.
        shop.scan(COLA).await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        write_over(shop, "waiter1-input", "W-7").await?;
        write_over(shop, "waiter2-input", "W-8").await?;
        shop.keys.press(Key::Enter)?;
        shop.pages()?.wait_text(Cashier, "waiters", |text| text.contains("W-7 · W-8")).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        shop.scan_all(&[NOODLES]).await?;
        shop.pages()?.wait_text(Cashier, "waiters", |text| text.contains("W-usual")).await?;
        shop.charge().await?;
        let orders = shop.gateway()?.orders().await?;
        let sent = orders.iter().map(|order| {
            let info = &order["fields"]["store_info"];
            [info["waiter1_id"].as_str(), info["waiter2_id"].as_str()]
        });
        let sent: Vec<_> = sent.collect();
        ensure!(sent == [[Some("W-7"), Some("W-8")], [Some("W-usual"), None]], "{orders:?}");
        Ok(())
    });
}

#[test]
fn a_member_pays_less_and_all_three_amounts_are_kept() {
    let mut opening = Opening::live();
    opening.sandbox = vec!["--discount".to_owned(), "100".to_owned()];
    story("member-discount", &opening, async |shop| {
        shop.scan_all(&[NOODLES, COLA]).await?;
        shop.charge().await?;
        shop.pages()?.wait_text(Customer, "customer-amount", |text| text.contains("6.80")).await?;
        shop.pages()?.wait_text(Cashier, "payment-total", |text| text.contains("7.80")).await?;
        shop.pages()?.wait_text(Cashier, "payment-discount", |text| text.contains("1.00")).await?;
        shop.pages()?.wait_text(Cashier, "payment-amount", |text| text.contains("6.80")).await?;
        shop.pay_by_phone().await?;
        let receipt = shop.only_receipt()?;
        let amounts = ["total_amount", "payable_amount", "real_amount"].map(|name| receipt[name].as_str());
        ensure!(amounts == [Some("7.80"), Some("6.80"), Some("6.80")], "{receipt}");
        Ok(())
    });
}

#[test]
fn the_customer_declines_and_pays_after_all() {
    story("declined", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        let order = shop.gateway()?.only_order().await?;
        shop.gateway()?.decline(field(&order, "order_id")?).await?;
        let hint = words("zh-CN", "declined_hint")?;
        shop.pages()?.wait_text(Cashier, "payment-message", |text| text.contains(&hint)).await?;
        let again = words("zh-CN", "customer_declined")?;
        shop.pages()?.wait_text(Customer, "customer-words", |text| text.contains(&again)).await?;
        shop.wait_stage("awaiting").await?;
        shop.pay_by_phone().await?;
        ensure!(shop.gateway()?.orders().await?.len() == 1, "the retry made a second order");
        Ok(())
    });
}

#[test]
fn the_cashier_cancels_and_the_goods_stay() {
    story("cancelled", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, COLA]).await?;
        shop.charge().await?;
        let (first, _) = shop.read_customer_qr("first").await?;
        shop.keys.press(Key::Escape)?;
        shop.pages()?.wait_present(Cashier, "confirm-yes", true).await?;
        shop.wait_stage("awaiting").await?;
        shop.pages()?.click(Cashier, "confirm-yes").await?;
        shop.wait_stage("closed").await?;
        shop.pages()?.wait_present(Customer, "customer-qr", false).await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(order["order_status"] == 4, "{order}");
        shop.pages()?.click(Cashier, "dismiss").await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await?;
        let second = shop.pay_by_phone().await?;
        ensure!(second != first, "a closed order was shown again");
        let states: Vec<_> = shop.receipts()?.iter().map(|row| row["state"].clone()).collect();
        ensure!(states == ["paid", "closed"], "{states:?}");
        Ok(())
    });
}

#[test]
fn a_qr_that_nobody_pays_expires() {
    let opening = Opening::live().with("sale.qr_timeout_s", "5");
    story("expired", &opening, async |shop| {
        shop.scan_all(&[COLA]).await?;
        shop.charge().await?;
        shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
        shop.wait_stage_for("closed", Duration::from_secs(60)).await?;
        shop.pages()?.wait_present(Customer, "customer-qr", false).await?;
        let why = words("zh-CN", "reason_expired")?;
        shop.pages()?.wait_text(Cashier, "payment-message", |text| text.contains(&why)).await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(order["order_status"] == 4, "{order}");
        ensure!(field(&shop.only_receipt()?, "state")? == "closed");
        shop.wait_cart(|lines| lines.len() == 1).await
    });
}

#[test]
fn a_beginner_practises_without_a_phone() {
    story("practice", &Opening::practice(), async |shop| {
        for window in [Cashier, Customer] {
            shop.pages()?.wait_present(window, "practice-band", true).await?;
        }
        shop.scan_all(&[WATER, NOODLES, COLA]).await?;
        shop.charge().await?;
        shop.pages()?.click(Cashier, "practice-decline").await?;
        let hint = words("zh-CN", "declined_hint")?;
        shop.pages()?.wait_text(Cashier, "payment-message", |text| text.contains(&hint)).await?;
        shop.pages()?.click(Cashier, "practice-pay").await?;
        shop.wait_stage("paid").await?;
        ensure!(field(&shop.only_receipt()?, "state")? == "paid");
        Ok(())
    });
}

#[test]
fn the_keypad_charges_and_an_empty_cart_does_not() {
    story("keypad-charge", &Opening::live(), async |shop| {
        shop.keys.press(Key::F(12))?;
        let why = words("zh-CN", "blocked_empty")?;
        shop.pages()?.wait_text(Cashier, "toast", |text| text.contains(&why)).await?;
        shop.scan(WATER).await?;
        shop.wait_cart(|lines| lines.len() == 1).await?;
        ensure!(shop.gateway()?.orders().await?.is_empty(), "an empty cart was charged");
        for _ in 0..5 {
            shop.keys.press(Key::KeypadPlus)?;
        }
        shop.wait_stage("awaiting").await?;
        shop.gateway()?.only_order().await?;
        Ok(())
    });
}
