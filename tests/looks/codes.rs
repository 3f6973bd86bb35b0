//! A code is large enough, has its quiet zone, and nothing lies on it.

use anyhow::Result;
use yima_tests::browser::Browser;

use crate::{Catch, Page};

pub async fn look(browser: &Browser, page: Page) -> Result<Catch> {
    Catch::of(&browser.run(include_str!("code.js"), vec![(page == Page::Customer).into()]).await?)
}
