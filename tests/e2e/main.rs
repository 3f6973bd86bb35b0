//! The real program in real windows: key events as a scanner sends them, two monitors, a gateway over the network,
//! and a camera that reads the QR off the screen.
//!
//! Each story has a shop of its own in `target/e2e/NAME`; a story that fails leaves it there with a picture of the
//! screen and every log.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod bad_input;
mod disk;
mod displays;
mod ending;
mod failing_disk;
mod faults;
mod focus;
mod holding;
mod keychain;
mod newcomer;
mod page_crash;
mod people;
mod pressing;
mod receipts;
mod refunding;
mod restoring;
mod scanning;
mod secrets;
mod selling;
mod settings;
mod sounds;
mod ways;
mod windows;

use std::{fs, time::Duration};

use anyhow::{Context, Result, ensure};
use yima_tests::{
    display::Area,
    patience::wait_until,
    programs::{Programs, project_folder},
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
    },
    shop::{Opening, Shop},
};

const STORY_LIMIT: Duration = Duration::from_secs(150);
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
const BOTH_MONITORS: Area = Area { x: 0, y: 0, width: 2648, height: 800 };

/// Sets a shop up, opens its till and tells the story.
fn story(name: &str, opening: &Opening, tell: impl AsyncFnOnce(&mut Shop) -> Result<()>) {
    let programs = Programs::beside_this_one().unwrap();
    let mut shop = Shop::set_up(name, programs, opening).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let whole = async {
            shop.open().await?;
            tell(&mut shop).await
        };
        tokio::time::timeout(STORY_LIMIT, whole).await.context("the story takes too long")?
    });
    let outcome = told.and_then(|()| nothing_went_wrong(&shop));
    if let Err(error) = outcome {
        let _ = shop.photograph(BOTH_MONITORS, "failed");
        panic!("{name}: {error:?}\nwhat it left is in {}", shop.folder().display());
    }
    let folder = shop.folder().to_owned();
    drop(shop);
    let _ = fs::remove_dir_all(folder);
}

/// A panic anywhere in the program is a failure, whatever the windows showed.
fn nothing_went_wrong(shop: &Shop) -> Result<()> {
    let printed = fs::read_to_string(shop.folder().join("till.log"))?;
    ensure!(!printed.contains("panicked at"), "the till panicked: {printed}");
    Ok(())
}

/// A sentence of the till's, from its catalogue of messages.
fn words(language: &str, key: &str) -> Result<String> {
    let file = project_folder().join("ui/messages").join(format!("{language}.json"));
    let catalogue: serde_json::Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    Ok(catalogue[key].as_str().with_context(|| format!("no message {key} in {language}"))?.to_owned())
}

/// Has both windows speak this language from here on.
async fn speak(shop: &mut Shop, language: &str) -> Result<()> {
    let spoken = "return document.documentElement.lang";
    if shop.pages()?.read(Cashier, spoken).await? != language {
        shop.pages()?.click(Cashier, "language").await?;
    }
    for window in [Cashier, Customer] {
        wait_until(&format!("the {window:?} window to speak {language}"), PATIENCE, async || {
            Ok((shop.pages()?.read(window, spoken).await? == language).then_some(()))
        })
        .await?;
    }
    Ok(())
}
