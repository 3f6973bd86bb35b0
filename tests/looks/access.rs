//! axe over every state, in both languages, light and dark.

use anyhow::Result;
use serde_json::json;
use yima_tests::browser::Browser;

use crate::{Catch, fitting::LANGUAGES};

const LEVELS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// A theme changes colours alone, and words make no difference to them: so colours are looked at in one language, and all
/// else in one theme.
pub async fn look(browser: &Browser) -> Result<Catch> {
    let mut all = Catch { wrong: Vec::new(), seen: 0 };
    for language in LANGUAGES {
        browser.speak(language).await?;
        let found =
            browser.run_until_answer(include_str!("axe.js"), vec![json!(LEVELS), language.into()]).await?;
        let caught = Catch::of(&found)?;
        all.wrong.extend(caught.wrong);
        all.seen += caught.seen;
    }
    Ok(all)
}
