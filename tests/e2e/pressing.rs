//! Hands that are faster than the till: charge pressed again and again, and the next sale over the last one's QR.

use anyhow::{Context, Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, WATER},
    keyboard::Key,
    session::Window::{Cashier, Customer},
    shop::{Opening, Shop},
};

use crate::story;

/// Two clicks of one finger, before the page has heard anything of the first.
const CLICK_TWICE: &str =
    "const charge = document.querySelector('[data-testid=charge]'); charge.click(); charge.click()";

/// Keeps what the customer could see after every change of the page: which screen, and a QR or none.
const WATCH: &str = "window.seen = []; \
    const look = () => { \
        const screen = document.querySelector('[data-testid=customer]')?.dataset.screen; \
        const qr = document.querySelector('[data-testid=customer-qr]')?.outerHTML ?? ''; \
        const last = window.seen.at(-1); \
        if (last?.[0] !== screen || last?.[1] !== qr) window.seen.push([screen, qr]); \
    }; \
    new MutationObserver(look).observe(document, \
        { subtree: true, childList: true, attributes: true, characterData: true }); \
    look()";

#[test]
fn u1_charge_pressed_by_both_hands_makes_one_order() {
    story("pressed-twice", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        for _ in 0..20 {
            shop.keys.press(Key::F(12))?;
        }
        one_order_more(shop, 1).await?;
        shop.pay_by_phone().await?;
        shop.scan_all(&[NOODLES]).await?;
        shop.pages()?.read(Cashier, CLICK_TWICE).await?;
        shop.keys.press(Key::F(12))?;
        one_order_more(shop, 2).await?;
        shop.pay_by_phone().await?;
        ensure!(shop.gateway()?.orders().await?.len() == 2 && shop.receipts()?.len() == 2);
        Ok(())
    });
}

async fn one_order_more(shop: &mut Shop, count: usize) -> Result<()> {
    shop.wait_stage("awaiting").await?;
    let orders = shop.gateway()?.orders().await?;
    ensure!(orders.len() == count && shop.receipts()?.len() == count, "{orders:?}");
    ensure!(orders.iter().all(|order| order["received"]["/pay/scan"] == 1), "{orders:?}");
    Ok(())
}

#[test]
fn u6_the_old_qr_is_gone_before_the_next_sale_is_seen() {
    story("next-sale", &Opening::live(), async |shop| {
        shop.pages()?.read(Customer, WATCH).await?;
        // Paid while the next customer's goods are scanned; then one that the cashier ends, and rings up more.
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        shop.scan(NOODLES).await?;
        shop.pay_by_phone().await?;
        shop.keys.press(Key::Escape)?;
        shop.wait_cart(|lines| lines.len() == 1).await?;
        shop.charge().await?;
        shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
        shop.pages()?.click(Cashier, "cancel-payment").await?;
        shop.pages()?.click(Cashier, "confirm-yes").await?;
        shop.wait_stage("closed").await?;
        shop.scan(COLA).await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.wait_screen("shopping").await?;
        let seen = shop.pages()?.read(Customer, "return window.seen").await?;
        let seen = seen.as_array().context("what was seen")?;
        let mut codes: Vec<&str> = Vec::new();
        for moment in seen {
            let (screen, qr) =
                (moment[0].as_str().unwrap_or_default(), moment[1].as_str().unwrap_or_default());
            ensure!(qr.is_empty() || screen == "pay", "a QR on the screen {screen}");
            if !qr.is_empty() && codes.last() != Some(&qr) {
                codes.push(qr);
            }
        }
        ensure!(codes.len() == 2, "{} codes were shown, one after another", codes.len());
        Ok(())
    });
}
