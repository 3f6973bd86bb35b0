//! No text is cut off, lies outside its window or on another: with the words of both languages, with words two fifths
//! longer than those, and with letters half as large again.

use std::time::Duration;

use anyhow::Result;
use yima_tests::browser::Browser;

use crate::{Catch, Net};

pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
/// Made of the English ones.
const LONGER: &str = "longer";

/// With letters as they are, nothing has to be scrolled that a cashier waits before.
pub async fn look(browser: &Browser, net: Net) -> Result<Catch> {
    let mut all = Catch { wrong: Vec::new(), seen: 0 };
    for language in LANGUAGES {
        browser.speak(language).await?;
        let caught = settled(browser, net == Net::Words).await?;
        all.wrong.extend(caught.wrong.into_iter().map(|what| format!("{language} {what}")));
        all.seen += caught.seen;
    }
    Ok(all)
}

pub async fn look_at_longer(browser: &Browser) -> Result<Catch> {
    // The page draws anew for another language only.
    browser.speak(LANGUAGES[0]).await?;
    browser.speak(LONGER).await?;
    settled(browser, false).await
}

/// What does not fit once the page stands: a loaded machine may still be laying it out.
async fn settled(browser: &Browser, is_whole: bool) -> Result<Catch> {
    let ask = async || Catch::of(&browser.run(include_str!("fits.js"), vec![is_whole.into()]).await?);
    let mut caught = ask().await?;
    for _ in 0..3 {
        if caught.wrong.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        caught = ask().await?;
    }
    Ok(caught)
}
