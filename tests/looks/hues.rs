//! What is good, needs care or is bad is never told by its colour alone: what looks the same but for that colour in two
//! states says nothing to somebody who does not tell the colours apart.

use std::{cell::RefCell, collections::HashMap};

use anyhow::{Context, Result};
use yima_tests::browser::Browser;

use crate::Catch;

/// In which colours each place stood, by all else that is seen of it.
pub type Hues = RefCell<HashMap<(String, String), String>>;

pub async fn look(browser: &Browser, hues: &Hues) -> Result<Catch> {
    browser.speak("zh-CN").await?;
    let answer = browser.run(include_str!("hues.js"), vec![]).await?;
    let mut caught = Catch::of(&answer)?;
    for told in answer["told"].as_array().context("places with their colours")? {
        let [place, look, hue] = [0, 1, 2].map(|at| told[at].as_str().unwrap_or_default().to_owned());
        caught.wrong.extend(only_by_colour(hues, (place, look), hue));
    }
    Ok(caught)
}

fn only_by_colour(hues: &Hues, seen: (String, String), hue: String) -> Option<String> {
    let mut hues = hues.borrow_mut();
    let (place, look) = seen.clone();
    let before = hues.entry(seen).or_insert_with(|| hue.clone());
    (*before != hue).then(|| format!("{place} is {before:?} and {hue:?} with no other difference: {look}"))
}
