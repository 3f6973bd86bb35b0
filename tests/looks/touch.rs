//! All that is pressed is as large as a finger.

use anyhow::Result;
use yima_tests::browser::Browser;

use crate::Catch;

pub async fn look(browser: &Browser) -> Result<Catch> {
    Catch::of(&browser.run(include_str!("touch.js"), vec![]).await?)
}
