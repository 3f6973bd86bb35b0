//! What is heard. The machine that tests has no loudspeaker, which holds nothing up: the log tells what was to be played.

use anyhow::{Result, ensure};
use yima_tests::{
    counter::WATER,
    keyboard::Key,
    patience::wait_until,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::story;

const NOBODY_KNOWS: &str = "6936571910217";

#[test]
fn each_act_has_its_sound_until_the_till_is_silenced() {
    let opening = Opening { log_all: true, ..Opening::live() };
    story("sounds", &opening, async |shop| {
        shop.scan_all(&[WATER]).await?;
        wait_heard(shop, &["Scanned"]).await?;
        shop.scan(NOBODY_KNOWS).await?;
        shop.pages()?.click(Cashier, "unknown-remove").await?;
        shop.wait_cart(|lines| lines.len() == 1).await?;
        wait_heard(shop, &["Scanned", "Unknown"]).await?;
        silence(shop, true).await?;
        shop.scan(WATER).await?;
        shop.wait_cart(|lines| lines.iter().any(|line| line.quantity == 2)).await?;
        ensure!(shop.yima(&["config", "get", "sound.muted"])?.trim() == "true", "silence is not kept");
        silence(shop, false).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        wait_heard(shop, &["Scanned", "Unknown", "Paid"]).await
    });
}

/// By its key; the button shows it.
async fn silence(shop: &mut Shop, muted: bool) -> Result<()> {
    shop.keys.press(Key::Control('s'))?;
    shop.pages()?.wait_attribute(Cashier, "mute", "aria-pressed", &muted.to_string()).await
}

/// Waits until this, and nothing else, was to be played.
async fn wait_heard(shop: &mut Shop, wanted: &[&str]) -> Result<()> {
    wait_until(&format!("the sounds {wanted:?}"), PATIENCE, async || {
        Ok((heard(shop)? == wanted).then_some(()))
    })
    .await
}

fn heard(shop: &Shop) -> Result<Vec<String>> {
    let mut sounds = Vec::new();
    for file in std::fs::read_dir(shop.data_folder().join("logs"))? {
        let log = std::fs::read_to_string(file?.path())?;
        let orders = log.lines().filter_map(|line| line.split_once("a sound order=Order { sound: "));
        sounds.extend(orders.filter_map(|(_, order)| Some(order.split_once(',')?.0.to_owned())));
    }
    Ok(sounds)
}
