//! Who has never seen the till: a day's work by what stands on the screen, with the keyboard alone and by touch alone.

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, ShownLine, WATER, field},
    keyboard::{HAND, Key},
    session::Window::Cashier,
    shop::{Opening, Shop},
};

use crate::story;

const GOODS: &str = "barcode,title,price,category\n\
    6921168509256,农夫山泉饮用天然水 550ml,2.00,饮料\n\
    6983748939221,可口可乐 300ml,3.00,饮料\n\
    6920152400777,康师傅红烧牛肉面 桶装,4.80,食品\n";

#[test]
fn the_keyboard_alone_sells_corrects_holds_resumes_and_is_paid() {
    story("newcomer-keys", &Opening::live(), async |shop| {
        shop.keys.press(Key::F(1))?;
        shop.pages()?.wait_text(Cashier, "help-dialog", |text| text.contains("F12")).await?;
        shop.keys.press(Key::Escape)?;
        shop.pages()?.wait_present(Cashier, "help-dialog", false).await?;
        // By the first letters of its name, and by its number.
        shop.keys.write("/", HAND)?;
        shop.keys.write("kkkl", HAND)?;
        shop.pages()?.wait_text(Cashier, "found-product", |text| text.contains("可口可乐")).await?;
        shop.keys.press(Key::Enter)?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1)])).await?;
        shop.keys.press(Key::Escape)?;
        ring_up(shop, WATER).await?;

        shop.keys.press(Key::F(2))?;
        shop.pages()?.wait_present(Cashier, "quantity-dialog", true).await?;
        shop.keys.write("5", HAND)?;
        shop.keys.press(Key::Enter)?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 5)])).await?;
        shop.keys.press(Key::Up)?;
        shop.keys.press(Key::Delete)?;
        shop.wait_cart(|lines| is(lines, &[(WATER, 5)])).await?;
        shop.keys.press(Key::Control('z'))?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 5)])).await?;

        shop.keys.press(Key::F(5))?;
        shop.pages()?.wait_present(Cashier, "hold-dialog", true).await?;
        shop.keys.press(Key::Enter)?;
        shop.wait_cart(<[_]>::is_empty).await?;
        ring_up(shop, NOODLES).await?;
        shop.keys.press(Key::F(12))?;
        shop.wait_stage("awaiting").await?;
        shop.pay_by_phone().await?;
        shop.keys.press(Key::Escape)?;

        shop.keys.press(Key::F(6))?;
        shop.pages()?.wait_present(Cashier, "held-row", true).await?;
        shop.keys.press(Key::Enter)?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 5)])).await?;
        shop.keys.press(Key::F(9))?;
        shop.pages()?.wait_present(Cashier, "cash-dialog", true).await?;
        shop.keys.press(Key::Control('a'))?;
        shop.keys.write("20", HAND)?;
        shop.pages()?.wait_text(Cashier, "cash-change", |text| text.contains("7.00")).await?;
        shop.keys.press(Key::Enter)?;
        shop.wait_stage("paid").await?;
        ensure_sold(shop, &["13.00", "4.80"])
    });
}

#[test]
fn touch_alone_sells_corrects_holds_resumes_and_is_paid() {
    let mut opening = Opening::live();
    opening.catalogue = Some(GOODS.to_owned());
    story("newcomer-touch", &opening, async |shop| {
        shop.touch("[data-testid=quick-toggle]").await?;
        pick(shop, "饮料", COLA).await?;
        pick(shop, "饮料", WATER).await?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 1)])).await?;

        let line = format!("li[data-barcode='{WATER}'] [data-testid=line-more]");
        shop.touch(&line).await?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 2)])).await?;
        shop.touch("[data-testid=act-remove]").await?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1)])).await?;
        shop.touch("[data-testid=act-undo]").await?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 2)])).await?;

        shop.touch("[data-testid=act-hold]").await?;
        shop.touch("[data-testid=dialog-ok]").await?;
        shop.wait_cart(<[_]>::is_empty).await?;
        pick(shop, "食品", NOODLES).await?;
        shop.wait_cart(|lines| is(lines, &[(NOODLES, 1)])).await?;
        shop.touch("[data-testid=charge]").await?;
        shop.wait_stage("awaiting").await?;
        shop.pay_by_phone().await?;
        shop.touch("[data-testid=dismiss]").await?;

        shop.touch("[data-testid=resume-cart]").await?;
        shop.touch("[data-testid=held-row]").await?;
        shop.wait_cart(|lines| is(lines, &[(COLA, 1), (WATER, 2)])).await?;
        shop.touch("[data-testid=pay-cash]").await?;
        shop.touch("[data-testid=cash-note][data-fen='1000']").await?;
        shop.pages()?.wait_text(Cashier, "cash-change", |text| text.contains("3.00")).await?;
        shop.touch("[data-testid=dialog-ok]").await?;
        shop.wait_stage("paid").await?;
        ensure_sold(shop, &["7.00", "4.80"])
    });
}

/// Types a barcode as it stands on the goods.
async fn ring_up(shop: &mut Shop, code: &str) -> Result<()> {
    shop.keys.write("/", HAND)?;
    shop.keys.scan(code, HAND)?;
    shop.wait_cart(|lines| lines.iter().any(|line| line.barcode == code)).await?;
    shop.keys.press(Key::Escape)
}

/// Touches goods without their barcode.
async fn pick(shop: &mut Shop, category: &str, code: &str) -> Result<()> {
    let tabs =
        "return [...document.querySelectorAll('[data-testid=quick-tab]')].map(tab => tab.innerText.trim())";
    shop.pages()?.wait_present(Cashier, "quick-tab", true).await?;
    let tabs = shop.pages()?.read(Cashier, tabs).await?;
    let at = tabs.as_array().and_then(|tabs| tabs.iter().position(|tab| tab == category));
    let at = at.ok_or_else(|| anyhow::anyhow!("no {category} among {tabs}"))?;
    // The first tab is that of the favourites.
    shop.touch(&format!("[data-testid=quick-keys] nav button:nth-child({})", at + 2)).await?;
    shop.touch(&format!("[data-testid=quick-key][data-barcode='{code}']")).await
}

fn is(lines: &[ShownLine], wanted: &[(&str, u32)]) -> bool {
    let lines: Vec<_> = lines.iter().map(|line| (line.barcode.as_str(), line.quantity)).collect();
    lines == wanted
}

/// Newest first.
fn ensure_sold(shop: &Shop, amounts: &[&str]) -> Result<()> {
    let receipts = shop.receipts()?;
    ensure!(receipts.len() == amounts.len(), "{receipts:?}");
    for (receipt, amount) in receipts.iter().zip(amounts) {
        let receipt = shop.receipt(field(receipt, "order_id")?)?;
        ensure!(
            field(&receipt, "state")? == "paid" && field(&receipt, "real_amount")? == *amount,
            "{receipt}"
        );
    }
    Ok(())
}
