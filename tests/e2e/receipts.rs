//! The list of receipts behind F7.

use anyhow::{Context, Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    keyboard::{HAND, Key},
    patience::wait_until,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::story;

#[test]
fn receipts_are_listed_searched_and_shown() {
    story("receipts", &Opening::live(), async |shop| {
        sell(shop, &[WATER, NOODLES]).await?;
        sell(shop, &[COLA, COLA]).await?;
        shop.keys.press(Key::F(7))?;
        wait_for_rows(shop, &["6.00", "6.80"]).await?;
        shop.keys.write("6.80", HAND)?;
        wait_for_rows(shop, &["6.80"]).await?;
        shop.pages()?.click(Cashier, "receipt-row").await?;
        shop.pages()?.wait_present(Cashier, "receipt-detail", true).await?;
        let shown = shop
            .pages()?
            .attribute(Cashier, "receipt-detail", "data-order-id")
            .await?
            .context("an order id")?;
        let kept = shop.receipt(&shown)?;
        for (id, name) in [
            ("receipt-order-id", "order_id"),
            ("receipt-trade-no", "trade_no"),
            ("receipt-terminal", "terminal_id"),
        ] {
            shop.pages()?
                .wait_text(Cashier, id, |text| field(&kept, name).is_ok_and(|kept| kept == text))
                .await?;
        }
        for (id, name) in [("receipt-total", "total_amount"), ("receipt-paid", "real_amount")] {
            shop.pages()?
                .wait_text(Cashier, id, |text| field(&kept, name).is_ok_and(|kept| text.contains(kept)))
                .await?;
        }
        let goods = shop.pages()?.texts(Cashier, "receipt-line").await?;
        ensure!(goods.len() == 2 && goods[0].contains(WATER) && goods[1].contains(NOODLES), "{goods:?}");
        Ok(())
    });
}

async fn sell(shop: &mut Shop, codes: &[&str]) -> Result<()> {
    shop.scan_all(codes).await?;
    shop.charge().await?;
    shop.pay_by_phone().await?;
    shop.pages()?.click(Cashier, "dismiss").await?;
    shop.wait_cart(<[_]>::is_empty).await
}

async fn wait_for_rows(shop: &mut Shop, amounts: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let pages = shop.pages()?;
    let found = wait_until("the receipts", PATIENCE, async || {
        last = pages.texts(Cashier, "receipt-row").await?;
        let fits =
            last.len() == amounts.len() && last.iter().zip(amounts).all(|(row, amount)| row.contains(amount));
        Ok(fits.then_some(()))
    })
    .await;
    found.with_context(|| format!("the rows are {last:?}"))
}
