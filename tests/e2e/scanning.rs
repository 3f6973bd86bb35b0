//! The scanner: what it sends is never lost, never merged, and never presses anything.

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context, Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, ShownLine, WATER},
    keyboard::{FAST_SCANNER, HAND, Key},
    patience::wait_until,
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
    },
    shop::{Opening, Shop},
};

use crate::story;

/// From one Enter to the next code.
const BETWEEN_SCANS: Duration = Duration::from_millis(20);

#[test]
fn a_scan_reaches_the_cart_through_an_open_dialog() {
    story("dialog-open", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.keys.press(Key::F(2))?;
        shop.pages()?.wait_present(Cashier, "quantity-dialog", true).await?;
        let before = field_text(shop.pages()?).await?;
        shop.scan(NOODLES).await?;
        shop.wait_cart(|lines| lines.len() == 2 && lines.iter().all(|line| line.quantity == 1)).await?;
        ensure!(field_text(shop.pages()?).await? == before, "the scan was typed into the field");
        shop.pages()?.wait_present(Cashier, "quantity-dialog", true).await?;
        shop.keys.press(Key::Escape)?;
        shop.pages()?.wait_present(Cashier, "quantity-dialog", false).await
    });
}

#[test]
fn s3_a_scanners_enter_answers_no_question() {
    story("enter-answers-nothing", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        shop.keys.press(Key::Escape)?;
        shop.pages()?.wait_present(Cashier, "confirm-yes", true).await?;
        shop.pages()?.read(Cashier, "document.querySelector('[data-testid=confirm-yes]').focus()").await?;
        shop.scan(COLA).await?;
        shop.pages()?.wait_text(Cashier, "next-cart", |text| text.contains("可口可乐")).await?;
        shop.pages()?.wait_present(Cashier, "confirm-yes", true).await?;
        shop.wait_stage("awaiting").await
    });
}

#[test]
fn scans_while_waiting_begin_the_next_sale() {
    story("next-sale", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, NOODLES]).await?;
        shop.charge().await?;
        for code in [COLA, COLA, WATER] {
            shop.scan(code).await?;
        }
        shop.pages()?.wait_text(Cashier, "next-cart", |text| text.contains("8.00")).await?;
        shop.pages()?.wait_text(Customer, "customer-amount", |text| text.contains("6.80")).await?;
        shop.pay_by_phone().await?;
        shop.pages()?.click(Cashier, "dismiss").await?;
        shop.wait_cart(|lines| {
            let shown: Vec<_> = lines.iter().map(|line| (line.barcode.as_str(), line.quantity)).collect();
            shown == [(COLA, 2), (WATER, 1)]
        })
        .await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(order["total_amount"] == "6.80", "{order}");
        Ok(())
    });
}

#[test]
fn three_hundred_fast_scans_land_in_order() {
    let codes: Vec<String> = (0..300).map(|number| format!("690{number:010}")).collect();
    let mut opening = Opening::live();
    opening.catalogue = Some(catalogue(&codes));
    story("fast-scans", &opening, async |shop| {
        for code in &codes {
            shop.keys.scan(code, FAST_SCANNER)?;
            std::thread::sleep(BETWEEN_SCANS);
        }
        let torn = wait_for_all(shop, codes.len()).await?;
        shop.charge().await?;
        let receipt = shop.only_receipt()?;
        let sold = receipt["goods"].as_array().map(Vec::as_slice).unwrap_or_default();
        let sold: Vec<_> = sold.iter().filter_map(|line| line["barcode"].as_str()).collect();
        let whole = codes.iter().enumerate().filter(|(scan, _)| !torn.contains(scan));
        let whole: Vec<_> = whole.map(|(_, code)| code.as_str()).collect();
        ensure!(sold == whole, "sold other goods, or in another order: {sold:?}; torn: {torn:?}");
        Ok(())
    });
}

/// Waits until all scans are in the cart but those that a busy machine tore apart; gives these.
async fn wait_for_all(shop: &mut Shop, scans: usize) -> Result<Vec<usize>> {
    let mut landed = None;
    let found = wait_until("all scans", PATIENCE, async || {
        let torn = shop.pages()?.torn_scans().await?;
        landed = shop.pages()?.text(Cashier, "pieces").await?;
        let all = (scans - torn.len()).to_string();
        Ok((landed.as_deref().map(str::trim) == Some(all.as_str())).then_some(torn))
    })
    .await;
    let torn = found.with_context(|| format!("{landed:?} of {scans} landed"))?;
    ensure!(torn.len() * 10 < scans, "this machine is too busy to play a scanner: it tore {torn:?}");
    Ok(torn)
}

#[test]
fn a_second_enter_and_a_line_feed_change_nothing() {
    story("second-enter", &Opening::live(), async |shop| {
        shop.scan(WATER).await?;
        shop.keys.press(Key::Enter)?;
        shop.scan(WATER).await?;
        shop.keys.press(Key::Control('j'))?;
        shop.keys.press(Key::Enter)?;
        shop.scan(NOODLES).await?;
        shop.wait_cart(|lines| {
            let shown: Vec<_> = lines.iter().map(|line| (line.barcode.as_str(), line.quantity)).collect();
            shown == [(WATER, 2), (NOODLES, 1)]
        })
        .await
    });
}

#[test]
fn a_hand_types_a_quantity_and_a_code() {
    story("typed", &Opening::live(), async |shop| {
        shop.keys.write("/", HAND)?;
        shop.keys.scan(&format!("3*{COLA}"), HAND)?;
        shop.wait_cart(|lines| lines.len() == 1 && lines[0].quantity == 3).await?;
        shop.keys.press(Key::Escape)?;
        shop.keys.press(Key::Control('z'))?;
        shop.wait_cart(<[_]>::is_empty).await?;
        shop.keys.press(Key::Control('y'))?;
        shop.wait_cart(|lines| lines.len() == 1 && lines[0].quantity == 3).await
    });
}

#[test]
fn the_keyboard_alone_edits_the_cart() {
    story("keyboard-edits", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, NOODLES, COLA]).await?;
        shop.keys.press(Key::Up)?;
        shop.keys.press(Key::Up)?;
        shop.keys.press(Key::Down)?;
        shop.keys.press(Key::Delete)?;
        shop.wait_cart(|lines| codes(lines) == [WATER, COLA]).await?;
        shop.keys.press(Key::Control('z'))?;
        shop.wait_cart(|lines| codes(lines) == [WATER, NOODLES, COLA]).await?;
        shop.keys.press(Key::F(2))?;
        shop.pages()?.wait_present(Cashier, "quantity-dialog", true).await?;
        shop.keys.write("12", HAND)?;
        shop.keys.press(Key::Enter)?;
        shop.wait_cart(|lines| lines.iter().any(|line| line.quantity == 12)).await
    });
}

fn codes(lines: &[ShownLine]) -> Vec<&str> {
    lines.iter().map(|line| line.barcode.as_str()).collect()
}

fn catalogue(codes: &[String]) -> String {
    let mut file = String::from("barcode,title,price\n");
    for (number, code) in codes.iter().enumerate() {
        let _ = writeln!(file, "{code},商品 {number},1.00");
    }
    file
}

async fn field_text(pages: &mut yima_tests::session::Session) -> Result<serde_json::Value> {
    pages.read(Cashier, "return document.activeElement?.value ?? null").await
}
