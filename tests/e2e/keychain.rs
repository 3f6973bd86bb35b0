//! The signing secret in the system's keychain: a real Secret Service on a session bus.

use std::fs;

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER},
    gateway::SECRET_FILE,
    keyboard::Key,
    keychain::Keychain,
    session::Window::Cashier,
    shop::{Opening, Shop},
};

use crate::{
    LANGUAGES,
    secrets::{files, holds},
    speak, story, words,
};

#[test]
#[allow(clippy::print_stderr, reason = "a test that is left out says why")]
fn the_systems_keychain_keeps_the_secret_and_gives_it_again() {
    if !Keychain::is_installed() {
        eprintln!(
            "LEFT OUT: there is no keychain here: dbus-daemon, dbus-send and gnome-keyring-daemon are needed"
        );
        return;
    }
    let opening = Opening { keychain: true, ..Opening::live() };
    story("keychain", &opening, async |shop| {
        shop.pages()?.wait_present(Cashier, "insecure-secret", false).await?;
        sell(shop).await?;
        shop.cut_power()?;
        shop.open().await?;
        sell(shop).await?;
        in_no_file(shop)?;

        shop.cut_power()?;
        shop.lose_keychain();
        shop.open().await?;
        shop.scan_all(&[WATER, COLA]).await?;
        for language in LANGUAGES {
            speak(shop, language).await?;
            shop.keys.press(Key::F(12))?;
            let why = words(language, "error_secret_unavailable")?;
            shop.pages()?.wait_text(Cashier, "toast", |text| text.contains(&why)).await?;
        }
        shop.wait_cart(|lines| lines.len() == 2).await?;
        ensure!(shop.gateway()?.orders().await?.len() == 2, "something was sent without a secret");
        Ok(())
    });
}

async fn sell(shop: &mut Shop) -> Result<()> {
    shop.scan_all(&[COLA]).await?;
    shop.charge().await?;
    shop.pay_by_phone().await?;
    shop.pages()?.click(Cashier, "dismiss").await
}

/// Neither the till's data nor the keychain's have it in plain letters.
fn in_no_file(shop: &Shop) -> Result<()> {
    let secret = fs::read_to_string(shop.folder().join(SECRET_FILE))?;
    let kept = [shop.data_folder(), shop.folder().join("keychain")];
    let mut looked_at = 0;
    for file in kept.iter().map(|folder| files(folder)).collect::<Result<Vec<_>>>()?.concat() {
        // A socket is no file.
        let Ok(bytes) = fs::read(&file) else { continue };
        ensure!(!holds(&bytes, &secret), "the secret is in {}", file.display());
        looked_at += usize::from(file.extension().is_some_and(|end| end == "keyring"));
    }
    ensure!(looked_at > 0, "the keychain keeps nothing in {}", kept[1].display());
    Ok(())
}
