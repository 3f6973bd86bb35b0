//! A window whose page has died is back by itself, and shows where things stand.

use std::time::Duration;

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER},
    display::CUSTOMER_MONITOR,
    keyboard::{Key, SCANNER},
    patience::wait_until,
    picture::read_qr,
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
        ensure!(shop.pages()?.kill_pages()? > 0, "no page was found");
        wait_until("the QR to go with its page", PATIENCE, async || {
            let picture = shop.photograph(CUSTOMER_MONITOR, "dead")?;
            Ok(read_qr(&picture).is_err().then_some(()))
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
        the_next_customer_is_served(shop).await
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
