//! The two windows: where they stand, what they say in which language, and what the customer's may not do.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use yima_tests::{
    counter::{COLA, WATER, field},
    display::{CASHIER_MONITOR, CUSTOMER_MONITOR},
    patience::{wait_for, wait_until},
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
    },
    shop::{Opening, Shop, window_titled},
};

use crate::{LANGUAGES, displays::wait_for_customer_to_hide, speak, story, words};

const SHELL: &str = include_str!("../../src-tauri/build.rs");

#[test]
fn each_window_has_its_monitor() {
    story("monitors", &Opening::practice(), async |shop| {
        wait_for_customer_on_its_monitor(shop)?;
        let cashier = shop.window(Cashier)?.area;
        ensure!(
            cashier.x >= 0 && cashier.x + cashier.width.cast_signed() <= CASHIER_MONITOR.width.cast_signed()
        );
        shop.pages()?.wait_attribute(Cashier, "customer-display", "data-state", "own_monitor").await
    });
}

#[test]
fn u5_an_unplugged_customer_display_comes_back() {
    story("unplugged", &Opening::practice(), async |shop| {
        wait_for_customer_on_its_monitor(shop)?;
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        shop.display.unplug_customer_monitor()?;
        shop.pages()?.wait_attribute(Cashier, "customer-display", "data-state", "shared_monitor").await?;
        wait_for_customer_to_hide(shop)?;
        shop.pages()?.wait_present(Cashier, "qr", true).await?;
        wait_until("the QR on the cashier's screen", PATIENCE, async || {
            let picture = shop.photograph(CASHIER_MONITOR, "one-monitor")?;
            Ok(yima_tests::picture::read_qr(&picture).ok())
        })
        .await
        .context("the customer has nothing to scan")?;
        shop.display.plug_in_customer_monitor()?;
        shop.pages()?.wait_attribute(Cashier, "customer-display", "data-state", "own_monitor").await?;
        wait_for_customer_on_its_monitor(shop)?;
        shop.pay_by_phone().await?;
        Ok(())
    });
}

#[test]
fn with_larger_text_on_a_small_screen_the_qr_is_whole() {
    for language in LANGUAGES {
        let opening = Opening { larger_text: true, ..Opening::live() }.with("language", language);
        story(&format!("larger-text-{language}"), &opening, async |shop| {
            wait_for_customer_on_its_monitor(shop)?;
            shop.display.unplug_customer_monitor()?;
            shop.pages()?.wait_attribute(Cashier, "customer-display", "data-state", "shared_monitor").await?;
            ensure!(shop.pages()?.read(Cashier, "return innerWidth").await? == 912, "the text is not larger");
            shop.scan_all(&[WATER]).await?;
            shop.charge().await?;
            let order = shop.gateway()?.only_order().await?;
            // Words beside the QR are what takes its room.
            shop.gateway()?.decline(field(&order, "order_id")?).await?;
            let hint = words(language, "declined_hint")?;
            shop.pages()?.wait_text(Cashier, "payment-message", |text| text.contains(&hint)).await?;
            wait_until("the QR on the cashier's screen", PATIENCE, async || {
                let picture = shop.photograph(CASHIER_MONITOR, "larger-text")?;
                let read = yima_tests::picture::read_qr(&picture).ok();
                Ok((read.as_deref() == Some(field(&order, "pay_url")?)).then_some(()))
            })
            .await
        });
    }
}

#[test]
fn both_windows_speak_both_languages() {
    story("languages", &Opening::practice().with("language", "en"), async |shop| {
        expect_language(shop, "en").await?;
        shop.scan_all(&[COLA]).await?;
        shop.pages()?.click(Cashier, "language").await?;
        expect_charge_words(shop, "zh-CN").await?;
        shop.charge().await?;
        shop.pages()?.click(Cashier, "practice-pay").await?;
        let paid = words("zh-CN", "stage_paid_title")?;
        shop.pages()?.wait_text(Cashier, "payment-panel", |text| text.contains(&paid)).await?;
        let thanks = words("zh-CN", "customer_paid")?;
        shop.pages()?.wait_text(Customer, "customer", |text| text.contains(&thanks)).await?;
        shop.pages()?.click(Cashier, "dismiss").await?;
        shop.cut_power()?;
        shop.open().await?;
        expect_language(shop, "zh-CN").await
    });
}

#[test]
fn u4_the_customer_window_calls_nothing() {
    story("customer-calls-nothing", &Opening::practice(), async |shop| {
        shop.wait_screen("welcome").await?;
        let commands = commands();
        ensure!(commands.len() > 10, "the shell's commands were not found: {commands:?}");
        for command in &commands {
            let said = invoke(shop, yima_tests::session::Window::Customer, command).await?;
            ensure!(said.starts_with("refused:") && said.contains("not allowed"), "{command}: {said}");
        }
        // The same call from the cashier's window is let through: it is the window that is refused.
        let said = invoke(shop, Cashier, "undo").await?;
        ensure!(!said.contains("not allowed"), "{said}");
        Ok(())
    });
}

#[test]
fn a_second_copy_that_is_not_heard_says_so_and_changes_nothing() {
    story("second-copy", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, COLA]).await?;
        let first = shop.window(Cashier)?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            let mut second = shop.open_second_copy().await?;
            second.wait_attribute(Cashier, "cannot-start", "data-code", "data_folder_in_use").await?;
            for key in ["start_data_folder_in_use", "start_safe"] {
                let sentence = words(language, key)?;
                second.wait_text(Cashier, "cannot-start", |text| text.contains(&sentence)).await?;
            }
            // Its customer window would cover the first one's, perhaps with a QR in it.
            let shown = shop.display.windows()?.into_iter().filter(|top| top.visible);
            let before_the_customer = shown.filter(|top| window_titled(&top.title) == Customer).count();
            ensure!(before_the_customer == 1, "{before_the_customer} windows before the customer");
            second.kill();
            shop.display.wait_for_focus(&first, PATIENCE)?;
        }
        ensure!(shop.gateway()?.calls().await?.is_empty(), "a copy that is shut asked the gateway");
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await
    });
}

fn wait_for_customer_on_its_monitor(shop: &Shop) -> Result<()> {
    wait_for("the customer window to fill its monitor", PATIENCE, || {
        Ok((shop.window(Customer)?.area == CUSTOMER_MONITOR).then_some(()))
    })
}

async fn expect_language(shop: &mut Shop, language: &str) -> Result<()> {
    let welcome = words(language, "customer_welcome")?;
    shop.pages()?.wait_text(Customer, "customer", |text| text.contains(&welcome)).await?;
    expect_charge_words(shop, language).await
}

async fn expect_charge_words(shop: &mut Shop, language: &str) -> Result<()> {
    let charge = words(language, "charge")?;
    shop.pages()?.wait_text(Cashier, "charge", |text| text.contains(&charge)).await?;
    Ok(())
}

async fn invoke(shop: &mut Shop, window: yima_tests::session::Window, command: &str) -> Result<String> {
    let script = "const done = arguments[arguments.length - 1]; \
        window.__TAURI_INTERNALS__.invoke(arguments[0], {}).then( \
            answer => done('answered: ' + JSON.stringify(answer)), \
            error => done('refused: ' + (typeof error === 'string' ? error : JSON.stringify(error))))";
    let said = shop.pages()?.await_script(window, script, vec![json!(command)]).await?;
    Ok(said.as_str().context("an answer")?.to_owned())
}

/// Every command that the shell has, as its build script names them.
fn commands() -> Vec<&'static str> {
    let list =
        SHELL.split_once("COMMANDS").and_then(|(_, rest)| rest.split_once("];")).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).collect()
}
