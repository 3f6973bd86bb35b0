//! A window whose page has died is back by itself, and shows where things stand.

use std::time::Duration;

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER},
    keyboard::{Key, SCANNER},
    patience::wait_until,
    session::PATIENCE,
    shop::{Opening, Shop},
};

use crate::story;

#[test]
fn p5_pages_that_die_come_back_where_things_stand() {
    story("page-crash", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        let (pay_url, _) = shop.read_customer_qr("before").await?;
        let killed = shop.pages()?.kill_pages()?;
        ensure!(!killed.is_empty(), "no page was found");
        // The last picture of a dead page may stay on the monitor until the new one is there.
        wait_until("new pages", PATIENCE, async || {
            let pages = shop.pages()?.page_processes()?;
            let are_new = pages.iter().all(|page| !killed.contains(page));
            Ok((are_new && pages.len() == killed.len()).then_some(()))
        })
        .await?;
        let (again, _) = shop.read_customer_qr("after").await?;
        ensure!(again == pay_url, "another QR: {again}");
        let order = shop.only_receipt()?["order_id"].as_str().unwrap_or_default().to_owned();
        shop.gateway()?.pay(&order).await?;
        wait_until("the sale to be paid", PATIENCE, async || {
            Ok((shop.receipt(&order)?["state"] == "paid").then_some(()))
        })
        .await?;
        the_next_customer_is_served(shop).await?;
        wait_until("the second order's QR in front of the customer", PATIENCE, async || {
            let (next, _) = shop.read_customer_qr("next").await?;
            Ok((next != pay_url).then_some(()))
        })
        .await
    });
}

/// The driver gave the dead page up: what the cashier's page does is seen by what it leads to.
async fn the_next_customer_is_served(shop: &mut Shop) -> Result<()> {
    wait_until("a second order", PATIENCE, async || {
        shop.keys.press(Key::Escape)?;
        shop.keys.scan(COLA, SCANNER)?;
        shop.keys.press(Key::F(12))?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok((shop.gateway()?.orders().await?.len() == 2).then_some(()))
    })
    .await
}
