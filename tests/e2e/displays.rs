//! The customer's display as an installer sets it up: its monitor, a look at which one is which, other sizes, pictures.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use yima_tests::{
    counter::{WATER, field},
    display::{Area, CUSTOMER_MONITOR},
    keyboard::Key,
    patience::{wait_for, wait_until},
    picture::read_qr,
    process::output,
    programs::target_folder,
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
    },
    shop::{Opening, Shop, window_titled},
};

use crate::story;

const THIRD_MONITOR: Area = Area { x: 2648, y: 0, width: 1024, height: 768 };

/// What is seen of the code to pay with, in whole pixels of the screen: its width, its modules, the window's shorter
/// side, the code's lower end and the window's.
const CODE: &str = "const code = document.querySelector('[data-testid=customer-qr]'); \
    const dots = window.devicePixelRatio; \
    return [code.getBoundingClientRect().width * dots, Number(code.getAttribute('viewBox').split(' ')[2]), \
        Math.min(innerWidth, innerHeight) * dots, code.getBoundingClientRect().bottom * dots, innerHeight * dots] \
        .map(Math.round)";

#[test]
fn the_chosen_monitor_is_tested_unplugged_and_remembered() {
    story("chosen-monitor", &Opening::live(), async |shop| {
        shop.display.plug_in("DUMMY2", THIRD_MONITOR)?;
        wait_for_customer_on(shop, CUSTOMER_MONITOR)?;
        open_display_page(shop).await?;
        shop.pages()?.wait_present(Cashier, "monitor-3", true).await?;
        shop.pages()?.click(Cashier, "monitor-3-choose").await?;
        wait_for_customer_on(shop, THIRD_MONITOR)?;
        let kept = shop.yima(&["config", "get", "display.customer"])?;
        ensure!(kept.trim() == "DUMMY2@2648,0", "kept {kept}");

        shop.pages()?.click(Cashier, "monitor-2-test").await?;
        wait_for_customer_on(shop, CUSTOMER_MONITOR)?;
        shop.pages()?.wait_text(Customer, "display-test-number", |text| text == "2").await?;
        shop.wait_screen("welcome").await?;
        wait_for_customer_on(shop, THIRD_MONITOR)?;

        close_settings(shop).await?;
        shop.scan_all(&[WATER]).await?;
        open_display_page(shop).await?;
        shop.pages()?.click(Cashier, "monitor-2-test").await?;
        wait_for_customer_on(shop, CUSTOMER_MONITOR)?;
        shop.charge().await?;
        wait_for_customer_on(shop, THIRD_MONITOR).context("a payment ends a test")?;
        shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
        shop.pages()?.click(Cashier, "monitor-2-test").await?;
        shop.pages()?.wait_text(Cashier, "display-test-said", |said| !said.is_empty()).await?;
        shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
        ensure!(shop.window(Customer)?.area == THIRD_MONITOR, "a test took the code away");

        shop.display.unplug("DUMMY2")?;
        shop.pages()?.wait_attribute(Cashier, "customer-display", "data-state", "shared_monitor").await?;
        shop.pages()?.wait_present(Cashier, "display-missing", true).await?;
        wait_for_customer_to_hide(shop)?;
        shop.cut_power()?;
        shop.display.plug_in("DUMMY2", THIRD_MONITOR)?;
        shop.open().await?;
        wait_for_customer_on(shop, THIRD_MONITOR).context("it is remembered")
    });
}

#[test]
fn the_code_is_large_enough_on_every_size_of_monitor() {
    story("monitor-sizes", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.charge().await?;
        let order = shop.gateway()?.only_order().await?;
        for (width, height) in [(1024, 600), (1920, 1080), (800, 1280), (1280, 800)] {
            let area = Area { width, height, ..CUSTOMER_MONITOR };
            shop.display.plug_in("DUMMY1", area)?;
            wait_for_customer_on(shop, area)?;
            wait_until("a code as large as it must be", PATIENCE, async || {
                let seen = shop.pages()?.read(Customer, CODE).await?;
                Ok(is_large_enough(&seen, width.min(height)).then_some(()))
            })
            .await
            .with_context(|| format!("{width} × {height}"))?;
            wait_until("the code to be read off the monitor", PATIENCE, async || {
                let picture = shop.photograph(area, &format!("code-{width}x{height}"))?;
                Ok((read_qr(&picture).ok().as_deref() == Some(field(&order, "pay_url")?)).then_some(()))
            })
            .await?;
        }
        Ok(())
    });
}

#[test]
fn pictures_are_shown_to_the_customer_and_to_nobody_else() {
    let folder = target_folder().join("e2e-pictures");
    make_pictures(&folder).unwrap();
    let opening = Opening::practice().with("display.pictures", &folder.display().to_string());
    story("pictures", &opening, async |shop| {
        let loaded = "const picture = document.querySelector('[data-testid=picture].loaded'); \
            return picture && [picture.naturalWidth, picture.naturalHeight, picture.src]";
        let picture = wait_until("a picture", PATIENCE, async || {
            let seen = shop.pages()?.read(Customer, loaded).await?;
            Ok((!seen.is_null()).then_some(seen))
        })
        .await?;
        ensure!(picture[0] == 1920 && picture[1] == 960, "made smaller for a screen: {picture}");
        wait_until("its red on the monitor", PATIENCE, async || {
            let photograph = shop.photograph(CUSTOMER_MONITOR, "picture")?;
            let dot = output(Command::new("convert").arg(photograph).args([
                "-format",
                "%[pixel:p{640,300}]",
                "info:",
            ]))?;
            Ok(is_red(&dot).then_some(()))
        })
        .await?;

        let load = "const done = arguments[arguments.length - 1]; const picture = new Image(); \
            picture.onload = () => done('loaded'); picture.onerror = () => done('refused'); \
            picture.src = arguments[0]";
        let asked = vec![picture[2].clone()];
        let said = shop.pages()?.await_script(Cashier, load, asked).await?;
        ensure!(said == "refused", "the cashier's page was given a customer's picture");

        open_display_page(shop).await?;
        let skipped = shop.pages()?.wait_text(Cashier, "picture-skipped", |text| !text.is_empty()).await?;
        ensure!(skipped.contains("broken.png"), "{skipped}");
        close_settings(shop).await?;
        shop.scan_all(&[WATER]).await?;
        shop.wait_screen("shopping").await?;
        shop.pages()?.wait_present(Customer, "picture", false).await
    });
}

async fn open_display_page(shop: &mut Shop) -> Result<()> {
    shop.keys.press(Key::F(10))?;
    shop.pages()?.click(Cashier, "settings-tab-display").await?;
    shop.pages()?.wait_present(Cashier, "display-automatic", true).await
}

/// The goods are not on the page while the settings are.
async fn close_settings(shop: &mut Shop) -> Result<()> {
    shop.keys.press(Key::Escape)?;
    shop.pages()?.wait_present(Cashier, "display-automatic", false).await
}

fn wait_for_customer_on(shop: &Shop, area: Area) -> Result<()> {
    wait_for(&format!("the customer window to fill {area:?}"), PATIENCE, || {
        let seen = customers(shop)?;
        Ok(seen.is_some_and(|seen| seen == area).then_some(()))
    })
}

/// One that lost its monitor would else lie over the cashier's.
pub fn wait_for_customer_to_hide(shop: &Shop) -> Result<()> {
    wait_for("the customer window to hide", PATIENCE, || Ok(customers(shop)?.is_none().then_some(())))
}

/// Where the customer's window is, if it can be seen.
fn customers(shop: &Shop) -> Result<Option<Area>> {
    let mut windows = shop.display.windows()?.into_iter();
    let found = windows.find(|window| window.visible && window_titled(&window.title) == Customer);
    Ok(found.map(|window| window.area))
}

/// At least 45 % of the shorter side, four pixels to a module, and all of it on the screen.
fn is_large_enough(seen: &Value, shorter_side: u32) -> bool {
    let [code, modules, side, bottom, height] =
        [0, 1, 2, 3, 4].map(|at| seen[at].as_u64().unwrap_or_default());
    side == u64::from(shorter_side)
        && (code + 1) * 100 >= side * 45
        && code >= modules * 4
        && modules > 0
        && bottom <= height
}

fn is_red(dot: &str) -> bool {
    let parts: Vec<u32> =
        dot.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    matches!(parts.as_slice(), [red, green, blue, ..] if *red > 180 && *green < 90 && *blue < 90)
}

/// One large red one, and a file that only claims to be one.
fn make_pictures(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let red = folder.join("a.png");
    output(Command::new("convert").args(["-size", "2400x1200", "xc:rgb(220,40,40)"]).arg(&red))?;
    Ok(fs::write(folder.join("broken.png"), json!({ "not": "a picture" }).to_string())?)
}
