//! A scanner types into the window that has the system's focus: the cashier's takes it back where it may.

use std::time::Duration;

use anyhow::{Result, ensure};
use yima_tests::{
    counter::WATER,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::{story, words};

/// Longer than the till waits before it takes the focus back.
const LEFT_ALONE: Duration = Duration::from_secs(4);

#[test]
fn the_focus_is_taken_back_and_left_to_whoever_goes_again() {
    story("focus", &Opening::practice(), async |shop| {
        let cashier = shop.window(Cashier)?;
        let first = shop.display.open_another_window()?;
        shop.display.wait_for_focus(&cashier, PATIENCE)?;
        let second = shop.display.open_another_window()?;
        tokio::time::sleep(LEFT_ALONE).await;
        let active = shop.display.active()?.map(|top| top.window);
        ensure!(active == Some(second), "somebody who works in another window is disturbed");
        is_told(shop).await?;
        for other in [first, second] {
            shop.display.close_other_window(other)?;
        }
        shop.display.wait_for_focus(&cashier, PATIENCE)?;
        shop.pages()?.wait_attribute(Cashier, "listening", "data-state", "ready").await?;
        shop.scan_all(&[WATER]).await?;
        shop.wait_cart(|lines| lines.len() == 1).await.map(drop)
    });
}

/// The light is red, and words say what to do.
async fn is_told(shop: &mut Shop) -> Result<()> {
    let sentence = words("zh-CN", "listening_lost")?;
    shop.pages()?.wait_attribute(Cashier, "listening", "data-state", "lost").await?;
    shop.pages()?.wait_text(Cashier, "listening", |text| text.contains(&sentence)).await.map(drop)
}
