//! Goods on hold: put aside by key, and brought up by name after the power was cut.

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, WATER},
    keyboard::{HAND, Key},
    session::Window::Cashier,
    shop::{Opening, Shop},
};

use crate::story;

#[test]
fn goods_on_hold_survive_a_power_cut_and_are_brought_up_by_name() {
    story("hold", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, NOODLES]).await?;
        hold(shop, "table 5").await?;
        shop.scan_all(&[COLA]).await?;
        hold(shop, "").await?;

        shop.cut_power()?;
        shop.open().await?;
        shop.pages()?.wait_text(Cashier, "held", |text| text.contains('2')).await?;
        shop.keys.press(Key::F(6))?;
        shop.pages()?.wait_text(Cashier, "held-row", |text| text.contains("table 5")).await?;
        shop.keys.press(Key::Enter)?;
        shop.pages()?.wait_present(Cashier, "held-dialog", false).await?;
        shop.wait_cart(|lines| {
            let codes: Vec<_> = lines.iter().map(|line| line.barcode.as_str()).collect();
            codes == [WATER, NOODLES]
        })
        .await
    });
}

async fn hold(shop: &mut Shop, name: &str) -> Result<()> {
    shop.keys.press(Key::F(5))?;
    shop.pages()?.wait_present(Cashier, "hold-dialog", true).await?;
    shop.keys.write(name, HAND)?;
    shop.keys.press(Key::Enter)?;
    shop.pages()?.wait_present(Cashier, "hold-dialog", false).await?;
    shop.wait_cart(<[_]>::is_empty).await?;
    ensure!(shop.pages()?.text(Cashier, "held").await?.is_some(), "nobody says that it is on hold");
    Ok(())
}
