//! What was not meant so, and what nobody can read: told in words of either language, with nothing lost and nothing
//! sent.

use anyhow::{Result, bail, ensure};
use serde_json::json;
use yima_tests::{
    counter::{COLA, WATER, field},
    display::CASHIER_MONITOR,
    keyboard::{HAND, Key},
    patience::wait_until,
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
    },
    shop::{Opening, Shop},
};

use crate::{LANGUAGES, settings::write_over, speak, story, words};

const NOBODY_KNOWS: &str = "4901234567894";
const LONG_NAMED: &str = "6900000000014";
/// More than an order can carry.
const LONG_CHARS: usize = 300;
const WIRE_CHARS: usize = 256;
/// JSON that breaks off, with what a cashier must never see of it.
const BROKEN_OFF: &str = r#"{"code":1000,"data":{"order_id":"RAW-TEXT"#;
const PORTAL: &str = "<!doctype html><title>RAW-TEXT</title>";

#[test]
fn goods_that_cannot_be_sold_are_told_in_words_and_nothing_is_sent() {
    story("bad-goods", &Opening::live(), async |shop| {
        for language in LANGUAGES {
            speak(shop, language).await?;
            shop.keys.press(Key::F(12))?;
            said(shop, "toast", &words(language, "blocked_empty")?).await?;
            put_away(shop).await?;
            nothing_raw(shop).await?;
        }
        for code in [WATER, NOBODY_KNOWS, COLA] {
            shop.scan(code).await?;
        }
        shop.wait_cart(|lines| {
            let codes: Vec<_> = lines.iter().map(|line| line.barcode.as_str()).collect();
            codes == [WATER, NOBODY_KNOWS, COLA]
        })
        .await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            let reason = words(language, "blocked_unpriced")?.replace("{count}", "1");
            said(shop, "charge-reason", &reason).await?;
            shop.keys.press(Key::F(12))?;
            said(shop, "toast", &reason).await?;
            put_away(shop).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("unknown-{language}"))?;
        }
        nothing_sent(shop).await?;
        shop.pages()?.click(Cashier, "unknown-remove").await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await
    });
}

#[test]
fn amounts_and_names_nobody_can_sell_by_are_refused_in_words() {
    story("bad-amounts", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            let refusal = words(language, "error_quantity_out_of_range")?;
            for quantity in ["0", "10000"] {
                shop.keys.write("/", HAND)?;
                shop.keys.scan(&format!("*{quantity}"), HAND)?;
                said(shop, "toast", &refusal).await?;
                put_away(shop).await?;
                shop.keys.press(Key::Escape)?;
                refused(shop, Key::F(2), "quantity-input", quantity, &refusal).await?;
            }
            for (price, key) in [
                ("0", "error_price_not_positive"),
                ("0.00", "error_price_not_positive"),
                ("1.005", "error_price_unreadable"),
            ] {
                refused(shop, Key::F(3), "price-input", price, &words(language, key)?).await?;
            }
        }
        shop.wait_cart(|lines| lines.len() == 1 && lines[0].quantity == 1).await?;

        shop.scan(NOBODY_KNOWS).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            shop.pages()?.click(Cashier, "unknown-price").await?;
            shop.keys.write("3.50", HAND)?;
            let pasted = format!(
                "{{const field = document.querySelector('[data-testid=name-input]'); \
                field.value = '长'.repeat({}); field.dispatchEvent(new Event('input', {{bubbles: true}}));}}",
                WIRE_CHARS + 1
            );
            shop.pages()?.read(Cashier, &pasted).await?;
            shop.keys.press(Key::Enter)?;
            let refusal = words(language, "error_title_too_long")?.replace("{max}", &WIRE_CHARS.to_string());
            said(shop, "name-input-problem", &refusal).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("long-name-{language}"))?;
            shop.keys.press(Key::Escape)?;
            shop.pages()?.wait_present(Cashier, "price-dialog", false).await?;
        }
        nothing_sent(shop).await?;
        shop.pages()?.click(Cashier, "unknown-remove").await?;
        shop.wait_cart(|lines| lines.len() == 1).await?;
        shop.charge().await?;
        ensure!(field(&shop.gateway()?.only_order().await?, "total_amount")? == "2.00");
        Ok(())
    });
}

#[test]
fn a_title_longer_than_an_order_carries_is_sold_cut_and_kept_whole() {
    let title = "长".repeat(LONG_CHARS);
    let mut opening = Opening::live();
    opening.catalogue = Some(format!("barcode,title,price\n{LONG_NAMED},{title},3.00\n"));
    story("long-title", &opening, async |shop| {
        shop.scan_all(&[LONG_NAMED]).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("long-title-{language}"))?;
        }
        shop.charge().await?;
        shop.pay_by_phone().await?;
        let sent = shop.gateway()?.bodies("/pay/scan").await?;
        let [sent] = sent.as_slice() else { bail!("{} orders were sent", sent.len()) };
        let sent_title = field(&sent["goods_list"][0], "title")?;
        ensure!(sent_title.chars().count() == WIRE_CHARS && title.starts_with(sent_title), "{sent}");
        let kept = shop.only_receipt()?;
        ensure!(field(&kept["goods"][0], "title")? == title, "the receipt's title was cut");
        Ok(())
    });
}

#[test]
fn without_an_app_id_nothing_is_sent() {
    story("no-app-id", &Opening::live().with("gateway.app_id", ""), async |shop| {
        shop.scan_all(&[WATER]).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            shop.keys.press(Key::F(12))?;
            let missing = words(language, "field_app_id")?;
            let refusal = words(language, "error_setup_incomplete")?.replace("{key}", &missing);
            said(shop, "toast", &refusal).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("no-app-id-{language}"))?;
            put_away(shop).await?;
        }
        shop.wait_cart(|lines| lines.len() == 1).await?;
        nothing_sent(shop).await
    });
}

#[test]
fn a_wrong_address_is_refused_or_found_out_and_can_be_mended() {
    story("wrong-address", &Opening::live().with("sale.qr_timeout_s", "5"), async |shop| {
        let right = shop.gateway()?.base_url().to_owned();
        shop.scan_all(&[WATER, COLA]).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            for (address, key) in [
                ("http://gateway.example", "value_address_insecure"),
                ("gateway", "value_not_an_address"),
                ("https://me:pw@gateway.example", "value_address_with_credentials"),
            ] {
                set_address(shop, address).await?;
                said(shop, "setting-gateway.base_url-problem", &words(language, key)?).await?;
                shop.keys.press(Key::F(10))?;
            }
        }
        ensure!(shop.yima(&["config", "get", "gateway.base_url"])?.trim() == right);

        // An address of the right form where nobody listens.
        set_address(shop, "http://127.0.0.1:1").await?;
        shop.pages()?.wait_text(Cashier, "setting-gateway.base_url-saved", |text| !text.is_empty()).await?;
        shop.keys.press(Key::F(10))?;
        shop.keys.press(Key::F(12))?;
        shop.wait_stage("void").await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            said(shop, "payment-message", &words(language, "reason_never_sent")?).await?;
            said(shop, "payment-message", &words(language, "stage_void_money")?).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("wrong-address-{language}"))?;
        }
        nothing_asked(shop).await?;

        set_address(shop, &right).await?;
        shop.pages()?.wait_text(Cashier, "setting-gateway.base_url-saved", |text| !text.is_empty()).await?;
        shop.keys.press(Key::F(10))?;
        shop.pages()?.click(Cashier, "dismiss").await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await?;
        ensure!(field(&shop.gateway()?.only_order().await?, "total_amount")? == "5.00");
        Ok(())
    });
}

#[test]
fn an_answer_nobody_can_read_leaves_the_outcome_open_and_is_asked_about() {
    story("unreadable", &Opening::live(), async |shop| {
        let portal = json!({ "action": { "http": { "status": 200, "body": PORTAL } }, "processed": true });
        let unreadable =
            json!({ "action": { "raw_body": BROKEN_OFF }, "processed": true, "times": "forever" });
        shop.gateway()?.bend(&json!([portal, unreadable])).await?;
        shop.scan_all(&[WATER, COLA]).await?;
        shop.keys.press(Key::F(12))?;
        wait_until("the till to ask about the order", PATIENCE, async || {
            Ok(shop.gateway()?.calls().await?.iter().any(|call| call != "/pay/scan").then_some(()))
        })
        .await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            said(shop, "payment-message", &words(language, "offline_submitting")?).await?;
            nothing_raw(shop).await?;
            shop.photograph(CASHIER_MONITOR, &format!("unreadable-{language}"))?;
        }
        let sale = shop.only_receipt()?;
        ensure!(sale["open"] == true && sale["total_amount"] == "5.00", "{sale}");
        ensure!(sale["goods"].as_array().map(Vec::len) == Some(2), "{sale}");

        shop.gateway()?.unbend().await?;
        wait_until("an outcome", PATIENCE, async || {
            let stage = shop.pages()?.attribute(Cashier, "payment-panel", "data-stage").await?;
            Ok(stage.filter(|stage| stage == "awaiting" || stage == "closed"))
        })
        .await?;
        never_void(shop).await
    });
}

/// Puts an answer to a dialog that changes the chosen line, and is told why it is none.
async fn refused(shop: &mut Shop, ask: Key, input: &str, answer: &str, refusal: &str) -> Result<()> {
    let dialog = input.replace("-input", "-dialog");
    shop.keys.press(ask)?;
    shop.pages()?.wait_present(Cashier, &dialog, true).await?;
    if ask == Key::F(3) {
        shop.pages()?.click(Cashier, "reason-0").await?;
    }
    write_over(shop, input, answer).await?;
    shop.keys.press(Key::Enter)?;
    said(shop, &format!("{input}-problem"), refusal).await?;
    nothing_raw(shop).await?;
    shop.keys.press(Key::Escape)?;
    shop.pages()?.wait_present(Cashier, &dialog, false).await
}

/// Writes the gateway's address on the settings page, as an installer does, and leaves the page open.
async fn set_address(shop: &mut Shop, address: &str) -> Result<()> {
    shop.keys.press(Key::F(10))?;
    shop.pages()?.click(Cashier, "settings-tab-gateway").await?;
    write_over(shop, "setting-gateway.base_url-input", address).await?;
    shop.keys.press(Key::Enter)
}

async fn said(shop: &mut Shop, id: &str, sentence: &str) -> Result<()> {
    shop.pages()?.wait_text(Cashier, id, |text| text.contains(sentence)).await?;
    Ok(())
}

async fn put_away(shop: &mut Shop) -> Result<()> {
    shop.pages()?.click(Cashier, "toast-close").await?;
    shop.pages()?.wait_present(Cashier, "toast", false).await
}

async fn nothing_sent(shop: &mut Shop) -> Result<()> {
    ensure!(shop.receipts()?.is_empty(), "a sale was begun");
    nothing_asked(shop).await
}

async fn nothing_asked(shop: &mut Shop) -> Result<()> {
    let calls = shop.gateway()?.calls().await?;
    ensure!(calls.is_empty() && shop.gateway()?.orders().await?.is_empty(), "the gateway got {calls:?}");
    Ok(())
}

/// The order the gateway has is the sale's, and at no time was that said not to have been placed.
async fn never_void(shop: &mut Shop) -> Result<()> {
    let order = shop.gateway()?.only_order().await?;
    let sale = shop.only_receipt()?;
    ensure!(field(&order, "order_id")? == field(&sale, "order_id")?, "{order}");
    let states = sale["events"].as_array().into_iter().flatten().map(|event| &event["state"]);
    let states: Vec<_> = states.collect();
    ensure!(!states.is_empty() && states.iter().all(|state| **state != "void"), "it went through {states:?}");
    Ok(())
}

/// Neither window shows what only a programmer could read.
async fn nothing_raw(shop: &mut Shop) -> Result<()> {
    for window in [Cashier, Customer] {
        let shown = shop.pages()?.read(window, "return document.body.innerText").await?.to_string();
        for raw in
            ["RAW-TEXT", "expected", "EOF", "Error", "Err(", "null", "undefined", "NaN", "[object", "{"]
        {
            ensure!(!shown.contains(raw), "{window:?} shows {raw}: {shown}");
        }
    }
    Ok(())
}
