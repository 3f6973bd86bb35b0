//! A tester finds all that can be pressed or typed into by a mark of its own.

use anyhow::Result;
use yima_tests::browser::Browser;

use crate::Catch;

pub async fn look(browser: &Browser) -> Result<Catch> {
    Catch::of(&browser.run(include_str!("marks.js"), vec![]).await?)
}
