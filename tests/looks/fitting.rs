//! No text is cut off, lies outside its window or on another: with the words of both languages, with words two fifths
//! longer than those, and with letters half as large again.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use yima_tests::browser::{Browser, System};

use crate::{Page, Wrong, look, sentences};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
const CASHIER: (u32, u32) = (1024, 768);
/// The same window, where a letter takes half as much room again.
const LARGER: (u32, u32) = (683, 512);
const CUSTOMER: (u32, u32) = (1024, 600);

#[test]
fn all_words_fit_the_cashiers_window() {
    fits(System::Usual, Page::Cashier, CASHIER, "lang=zh-CN", &LANGUAGES);
}

#[test]
fn longer_words_fit_the_cashiers_window() {
    fits(System::Usual, Page::Cashier, CASHIER, "lang=longer", &["en"]);
}

#[test]
fn larger_letters_fit_the_cashiers_window() {
    fits(System::LargerText, Page::Cashier, LARGER, "lang=zh-CN", &LANGUAGES);
}

#[test]
fn all_words_fit_the_customers_window() {
    for size in [CUSTOMER, (600, 1_024)] {
        fits(System::Usual, Page::Customer, size, "lang=zh-CN", &LANGUAGES);
        fits(System::Usual, Page::Customer, size, "lang=longer", &["en"]);
    }
}

/// What stands there is said in another language, as a cashier has it done.
const SPEAK: &str = "dispatchEvent(new CustomEvent('speak', { detail: arguments[0] }))";

fn fits(system: System, page: Page, (width, height): (u32, u32), way: &str, languages: &[&str]) {
    look(system, async |browser| {
        browser.resize(width, height).await?;
        let mut wrong = Wrong::default();
        for state in page.states()? {
            browser.show(&format!("{}&{way}", state.address)).await?;
            for language in languages {
                browser.run(SPEAK, vec![(*language).into()]).await?;
                let found = settled(browser).await?;
                wrong.add(&state, sentences(&found).map(|what| format!("{language} {what}")));
            }
        }
        Ok(wrong)
    });
}

/// What does not fit once the page stands: a loaded machine may still be laying it out.
async fn settled(browser: &Browser) -> Result<Value> {
    let mut found = browser.run(include_str!("fits.js"), vec![]).await?;
    for _ in 0..3 {
        if found.as_array().is_none_or(Vec::is_empty) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        found = browser.run(include_str!("fits.js"), vec![]).await?;
    }
    Ok(found)
}
