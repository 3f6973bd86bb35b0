//! axe over every state, in both languages, light and dark, colours and all.

use serde_json::json;
use yima_tests::browser::System;

use crate::{Page, Wrong, look, sentences};

const LEVELS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

#[test]
fn the_cashiers_window_can_be_read_by_all() {
    look_over(Page::Cashier, (1024, 768));
}

#[test]
fn the_customers_window_can_be_read_by_all() {
    look_over(Page::Customer, (1024, 600));
}

fn look_over(page: Page, (width, height): (u32, u32)) {
    look(System::Usual, async |browser| {
        browser.resize(width, height).await?;
        let mut wrong = Wrong::default();
        for state in page.states()? {
            browser.show(&state.address).await?;
            let found = browser.run_until_answer(include_str!("axe.js"), vec![json!(LEVELS)]).await?;
            wrong.add(&state, sentences(&found));
        }
        Ok(wrong)
    });
}
