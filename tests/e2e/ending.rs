//! The till's end: asked about while a payment is open, and never two of them over one folder.

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER, field},
    patience::wait_until,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::story;

#[test]
fn u2_quitting_over_an_open_payment_asks_and_keeps_the_sale() {
    story("quit-asked", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        let cashier = shop.window(Cashier)?;
        shop.display.ask_to_close(&cashier)?;
        shop.pages()?.wait_present(Cashier, "confirm", true).await?;
        shop.pages()?.click(Cashier, "confirm-no").await?;
        shop.pages()?.wait_present(Cashier, "confirm", false).await?;
        shop.wait_stage("awaiting").await?;
        let order = shop.gateway()?.only_order().await?;
        shop.gateway()?.pay(field(&order, "order_id")?).await?;
        shop.wait_stage("paid").await
    });
}

#[test]
fn u2_whoever_means_it_quits_and_the_sale_is_found_again() {
    story("quit-meant", &Opening::live(), async |shop| {
        shop.scan_all(&[COLA]).await?;
        shop.charge().await?;
        let order = shop.gateway()?.only_order().await?;
        let cashier = shop.window(Cashier)?;
        shop.display.ask_to_close(&cashier)?;
        shop.pages()?.wait_present(Cashier, "confirm", true).await?;
        // The page goes before it can answer.
        let _ = shop.pages()?.click(Cashier, "confirm-yes").await;
        wait_until("the till to end", PATIENCE, async || Ok(has_ended(shop)?.then_some(()))).await?;
        shop.gateway()?.pay(field(&order, "order_id")?).await?;
        shop.open().await?;
        let news = "上一单 ¥3.00 已支付，小票已补记";
        shop.pages()?.wait_text(Cashier, "away", |text| text.contains(news)).await?;
        shop.scan_all(&[WATER]).await?;
        shop.pages()?.wait_present(Cashier, "away", true).await?;
        shop.pages()?.click(Cashier, "away-close").await?;
        shop.pages()?.wait_present(Cashier, "away", false).await?;
        shop.wait_cart(|lines| lines.len() == 1).await
    });
}

#[test]
fn p3_a_second_copy_brings_the_first_to_the_front() {
    story("first-in-front", &Opening::practice(), async |shop| {
        shop.scan_all(&[WATER, COLA]).await?;
        let first = shop.window(Cashier)?;
        shop.display.put_away(&first)?;
        shop.call_the_first_copy()?;
        shop.display.wait_for_focus(&first, PATIENCE)?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await
    });
}

fn has_ended(shop: &Shop) -> Result<bool> {
    let windows = shop.display.windows()?;
    ensure!(windows.len() <= 2, "more windows than two");
    Ok(windows.is_empty())
}
