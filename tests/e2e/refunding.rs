//! Money given back from the receipt: in parts, refused and tried again, and never by a scanner or a second click.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    display::CASHIER_MONITOR,
    keyboard::{HAND, Key},
    patience::wait_until,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::story;

#[test]
fn i10_a_part_and_then_the_rest_are_given_back_once_each() {
    story("refund-in-parts", &Opening::live(), async |shop| {
        let order_id = sell(shop).await?;
        open_receipt(shop).await?;
        shop.pages()?.click(Cashier, "receipt-refund-open").await?;
        wait_amount(shop, "6.80").await?;
        shop.photograph(CASHIER_MONITOR, "refund-dialog")?;
        let focus_ok = "document.querySelector('[data-testid=dialog-ok]').focus()";
        shop.pages()?.read(Cashier, focus_ok).await?;
        shop.scan(COLA).await?;
        focus(shop, "refund-amount-input").await?;
        shop.scan(COLA).await?;
        wait_amount(shop, "6.80").await?;
        ensure!(refunds_asked_for(shop).await? == 0, "a scan confirmed the dialog");
        write_into(shop, "refund-amount-input", "2.50").await?;
        say_who_and_why(shop).await?;
        let twice = "const ok = document.querySelector('[data-testid=dialog-ok]'); ok.click(); ok.click()";
        shop.pages()?.read(Cashier, twice).await?;
        wait_for_refunds(shop, &[("done", "2.50")]).await?;
        shop.pages()?.wait_text(Cashier, "receipt-refunded", |text| text.contains("2.50")).await?;
        shop.photograph(CASHIER_MONITOR, "refunded-in-part")?;

        shop.pages()?.click(Cashier, "receipt-refund-open").await?;
        wait_amount(shop, "4.30").await?;
        say_who_and_why(shop).await?;
        shop.keys.press(Key::Enter)?;
        wait_for_refunds(shop, &[("done", "2.50"), ("done", "4.30")]).await?;
        shop.pages()?.wait_text(Cashier, "receipt-refunded", |text| text.contains("6.80")).await?;
        shop.pages()?.wait_present(Cashier, "receipt-refund-open", false).await?;
        ensure!(refunds_asked_for(shop).await? == 2, "each was asked for once");
        let kept = shop.receipt(&order_id)?;
        ensure!(field(&kept, "state")? == "refunded", "{kept}");
        shop.pages()?.wait_text(Cashier, "today", |text| text.contains("0.00")).await?;
        shop.keys.press(Key::F(7))?;
        shop.wait_cart(|lines| lines.len() == 1 && lines[0].quantity == 2).await
    });
}

#[test]
fn a_refused_refund_says_why_and_is_tried_again() {
    story("refund-refused", &Opening::live().with("language", "en"), async |shop| {
        sell(shop).await?;
        open_receipt(shop).await?;
        let short =
            json!([{ "path": "/pay/refund", "action": { "answer": { "code": 2002, "msg": "short" } } }]);
        shop.gateway()?.bend(&short).await?;
        shop.pages()?.click(Cashier, "receipt-refund-open").await?;
        say_who_and_why(shop).await?;
        shop.keys.press(Key::Enter)?;
        wait_for_refunds(shop, &[("refused", "6.80")]).await?;
        shop.pages()?
            .wait_text(Cashier, "receipt-refund", |text| text.contains("balance is too short"))
            .await?;
        shop.pages()?.wait_present(Cashier, "refunds-due", true).await?;
        shop.photograph(CASHIER_MONITOR, "refund-refused")?;
        shop.pages()?.click(Cashier, "receipt-refund-again").await?;
        wait_for_refunds(shop, &[("done", "6.80")]).await?;
        shop.pages()?.wait_present(Cashier, "refunds-due", false).await
    });
}

/// ¥6.80, paid; gives the order's id.
async fn sell(shop: &mut Shop) -> Result<String> {
    shop.scan_all(&[WATER, NOODLES]).await?;
    shop.charge().await?;
    shop.pay_by_phone().await?;
    shop.pages()?.click(Cashier, "dismiss").await?;
    shop.wait_cart(<[_]>::is_empty).await?;
    let order = shop.gateway()?.only_order().await?;
    Ok(field(&order, "order_id")?.to_owned())
}

async fn open_receipt(shop: &mut Shop) -> Result<()> {
    shop.keys.press(Key::F(7))?;
    shop.pages()?.click(Cashier, "receipt-row").await?;
    shop.pages()?.wait_present(Cashier, "receipt-detail", true).await
}

async fn focus(shop: &mut Shop, id: &str) -> Result<()> {
    let script = "const field = document.querySelector(`[data-testid='${arguments[0]}']`); field.focus(); field.select()";
    shop.pages()?.read_with(Cashier, script, vec![id.into()]).await?;
    Ok(())
}

/// By hand, over what stands in the field.
async fn write_into(shop: &mut Shop, id: &str, text: &str) -> Result<()> {
    focus(shop, id).await?;
    shop.keys.write(text, HAND)?;
    wait_field(shop, id, text).await
}

async fn say_who_and_why(shop: &mut Shop) -> Result<()> {
    write_into(shop, "word-by-input", "wang").await?;
    write_into(shop, "word-why-input", "broken").await
}

async fn wait_amount(shop: &mut Shop, amount: &str) -> Result<()> {
    wait_field(shop, "refund-amount-input", amount).await
}

async fn wait_field(shop: &mut Shop, id: &str, wanted: &str) -> Result<()> {
    let script = "return document.querySelector(`[data-testid='${arguments[0]}']`)?.value ?? null";
    let mut last = None;
    let pages = shop.pages()?;
    let found = wait_until("what stands in a field", PATIENCE, async || {
        last = pages.read_with(Cashier, script, vec![id.into()]).await?.as_str().map(str::to_owned);
        Ok((last.as_deref() == Some(wanted)).then_some(()))
    })
    .await;
    found.with_context(|| format!("{id} holds {last:?}"))
}

/// Each refund on the receipt by its standing and a part of its words.
async fn wait_for_refunds(shop: &mut Shop, wanted: &[(&str, &str)]) -> Result<()> {
    let script = "return [...document.querySelectorAll(`[data-testid='receipt-refund']`)]\
        .map(e => `${e.dataset.standing} ${e.innerText}`)";
    let mut last = Vec::new();
    let pages = shop.pages()?;
    let found = wait_until("the refunds", PATIENCE, async || {
        let shown = pages.read(Cashier, script).await?;
        last = serde_json::from_value::<Vec<String>>(shown)?;
        let fits = |(told, (standing, part)): (&String, &(&str, &str))| {
            told.starts_with(standing) && told.contains(part)
        };
        Ok((last.len() == wanted.len() && last.iter().zip(wanted).all(fits)).then_some(()))
    })
    .await;
    found.with_context(|| format!("the receipt tells {last:?}"))
}

async fn refunds_asked_for(shop: &mut Shop) -> Result<usize> {
    Ok(shop.gateway()?.calls().await?.iter().filter(|call| *call == "/pay/refund").count())
}
