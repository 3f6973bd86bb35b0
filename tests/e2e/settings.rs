//! The settings behind F10: an installer mends the set-up in the window alone.

use std::{fs, time::Duration};

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER, field},
    gateway::SECRET_FILE,
    keyboard::{HAND, Key},
    session::Window::{Cashier, Customer},
    shop::{Opening, Shop},
};

use crate::{story, words};

/// Up to seven profiles, half a second apart, on a machine that does other things as well.
const SEARCH_LIMIT: Duration = Duration::from_secs(60);

#[test]
fn a_wrong_profile_is_found_and_mended_by_the_keyboard_alone() {
    let mut opening = Opening::live();
    opening.sandbox = vec!["--profile".to_owned(), "sign_type_signed=false,md5_output=upper_hex".to_owned()];
    story("settings-doctor", &opening, async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.keys.press(Key::F(12))?;
        shop.wait_stage("void").await?;
        shop.pages()?.wait_text(Cashier, "payment-message", |text| text.contains("2000")).await?;
        shop.pages()?.wait_present(Cashier, "open-doctor", true).await?;

        shop.keys.press(Key::F(10))?;
        shop.pages()?.wait_attribute(Cashier, "doctor", "data-state", "idle").await?;
        shop.keys.press(Key::Enter)?;
        wait_for_doctor(shop, "failed").await?;
        shop.pages()?.wait_attribute(Cashier, "check-signature", "data-outcome", "failed").await?;
        let signed = shop.pages()?.wait_text(Cashier, "doctor-canonical", |text| !text.is_empty()).await?;
        let secret = fs::read_to_string(shop.folder().join(SECRET_FILE))?;
        ensure!(signed.contains("app_sercet=***") && !signed.contains(&secret), "{signed}");

        shop.keys.press(Key::Enter)?;
        wait_for_doctor(shop, "found").await?;
        shop.keys.press(Key::Enter)?;
        wait_for_doctor(shop, "well").await?;
        shop.pages()?.wait_attribute(Cashier, "check-signature", "data-outcome", "ok").await?;
        let kept = shop.yima(&["config", "get", "gateway.profile.md5_output"])?;
        ensure!(kept.trim() == "upper_hex", "kept {kept}");

        // A scan goes to the cart while the settings are open, and its Enter presses nothing.
        shop.scan(COLA).await?;
        shop.pages()?.wait_present(Cashier, "payment-panel", false).await?;
        shop.pages()?.wait_attribute(Cashier, "doctor", "data-state", "well").await?;
        shop.keys.press(Key::Escape)?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        let order = shop.gateway()?.only_order().await?;
        ensure!(order["order_status"] == 1 && field(&order, "total_amount")? == "5.00", "{order}");
        Ok(())
    });
}

#[test]
fn leaving_the_page_ends_the_search() {
    let mut opening = Opening::live();
    opening.sandbox = vec!["--profile".to_owned(), "secret_key=app_secret,sign_type_signed=false".to_owned()];
    let opening = opening.with("language", "en").with("gateway.profile.md5_output", "upper_hex");
    story("settings-leaving", &opening, async |shop| {
        shop.keys.press(Key::F(10))?;
        shop.pages()?.click(Cashier, "doctor-check").await?;
        wait_for_doctor(shop, "failed").await?;
        shop.pages()?.click(Cashier, "doctor-search").await?;
        shop.pages()?.wait_present(Cashier, "doctor-detail", true).await?;
        shop.keys.press(Key::F(10))?;
        shop.pages()?.wait_present(Cashier, "settings", false).await?;
        // One question may have been on its way; five or six would have followed it.
        let before = shop.gateway()?.calls().await?.len();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let after = shop.gateway()?.calls().await?;
        ensure!(after.len() <= before + 1, "{} questions became {after:?}", before);
        ensure!(after.iter().all(|call| call == "/pay/check"), "the doctor asked {after:?}");
        ensure!(shop.yima(&["config", "get", "gateway.profile.secret_key"])?.trim() == "app_sercet");
        Ok(())
    });
}

#[test]
fn a_setting_is_changed_in_the_window_and_a_bad_one_is_refused() {
    story("settings-fields", &Opening::live(), async |shop| {
        shop.keys.press(Key::F(10))?;
        shop.pages()?.click(Cashier, "settings-tab-shop").await?;
        write_over(shop, "setting-store.name-input", "Corner shop").await?;
        shop.keys.press(Key::Enter)?;
        for window in [Cashier, Customer] {
            let script = "return document.body.innerText";
            let named = async |shop: &mut Shop| -> Result<Option<()>> {
                let text = shop.pages()?.read(window, script).await?.to_string();
                Ok(text.contains("Corner shop").then_some(()))
            };
            yima_tests::patience::wait_until("the new name", SEARCH_LIMIT, async || named(shop).await)
                .await?;
        }
        write_over(shop, "setting-till.number-input", "7").await?;
        shop.keys.press(Key::Enter)?;
        let why = words("zh-CN", "value_not_a_till_number")?;
        shop.pages()?.wait_text(Cashier, "setting-till.number-problem", |text| text.contains(&why)).await?;
        ensure!(shop.yima(&["config", "get", "till.number"])?.trim() == "01", "a bad number was kept");
        write_over(shop, "setting-till.number-input", "42").await?;
        shop.keys.press(Key::Enter)?;
        shop.pages()?.wait_text(Cashier, "setting-till.number-saved", |text| !text.is_empty()).await?;
        shop.pages()?.click(Cashier, "settings-close").await?;
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        let number = shop.only_receipt()?;
        ensure!(field(&number, "receipt_number")?.starts_with("42-"), "{number}");
        Ok(())
    });
}

async fn wait_for_doctor(shop: &mut Shop, state: &str) -> Result<()> {
    shop.pages()?.wait_attribute_for(Cashier, "doctor", "data-state", state, SEARCH_LIMIT).await
}

/// Writes into a field as a hand does, in the place of what stood there.
pub async fn write_over(shop: &mut Shop, id: &str, text: &str) -> Result<()> {
    shop.pages()?.click(Cashier, id).await?;
    shop.keys.press(Key::Control('a'))?;
    shop.keys.write(text, HAND)
}
