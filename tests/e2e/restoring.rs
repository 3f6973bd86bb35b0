//! Data that came from a backup, were copied, or are damaged: the till sells nothing before it knows what it lacks.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    keyboard::Key,
    patience::wait_until,
    session::{PATIENCE, Window::Cashier},
    shop::{Opening, Shop},
};

use crate::{BOTH_MONITORS, story, words};

#[test]
fn d8_an_old_backup_is_compared_with_the_gateway_before_anything_is_sold() {
    story("restored", &Opening::live(), async |shop| {
        sell(shop, WATER).await?;
        shop.yima(&["backup"])?;
        sell(shop, NOODLES).await?;
        let lost = newest(shop)?;
        shop.cut_power()?;
        shop.cut_gateway()?;
        once_free(shop, &["restore"]).await?;
        ensure!(shop.receipts()?.len() == 1, "the backup has one sale");

        shop.open().await?;
        shop.pages()?.wait_attribute(Cashier, "reconcile", "data-problem", "gateway_silent").await?;
        shop.scan_all(&[COLA]).await?;
        shop.keys.press(Key::F(12))?;
        let refusal = words("zh-CN", "error_not_reconciled")?;
        shop.pages()?.wait_text(Cashier, "charge-reason", |text| text.contains(&refusal)).await?;
        shop.pages()?.wait_text(Cashier, "toast", |text| text.contains(&refusal)).await?;
        shop.photograph(BOTH_MONITORS, "marked")?;
        ensure!(shop.receipts()?.len() == 1, "sold without knowing what was sold before");

        shop.restore_gateway()?;
        shop.pages()?.click(Cashier, "check-again").await?;
        shop.pages()?.wait_present(Cashier, "reconcile", false).await?;
        shop.photograph(BOTH_MONITORS, "compared")?;
        let news = shop.pages()?.wait_text(Cashier, "away", |text| text.contains("¥4.80")).await?;
        let receipt = shop.receipt(&lost)?;
        let number = field(&receipt, "receipt_number")?;
        ensure!(number.starts_with("01A-") && news.contains(number), "{receipt} {news}");
        ensure!(field(&receipt, "state")? == "paid" && receipt.to_string().contains(NOODLES), "{receipt}");

        shop.charge().await?;
        shop.pay_by_phone().await?;
        ensure!(shop.gateway()?.orders().await?.len() == 3 && shop.receipts()?.len() == 3);
        ensure!(shop.yima(&["verify"])?.matches("  sound\n").count() == 3);
        Ok(())
    });
}

#[test]
fn d8_an_older_copy_of_the_folder_is_noticed() {
    story("copied", &Opening::live(), async |shop| {
        let (data, kept) = (shop.data_folder(), shop.folder().join("kept"));
        sell(shop, WATER).await?;
        copy(&data, &kept)?;
        sell(shop, NOODLES).await?;
        let lost = newest(shop)?;
        shop.cut_power()?;
        fs::remove_dir_all(&data)?;
        copy(&kept, &data)?;

        shop.open().await?;
        wait_until("the missing sale", PATIENCE, async || {
            Ok(shop.receipt(&lost).ok().filter(|receipt| receipt["state"] == "paid"))
        })
        .await?;
        shop.pages()?.wait_present(Cashier, "reconcile", false).await?;
        sell(shop, COLA).await?;
        let numbers: Vec<_> = shop.receipts()?.iter().map(|row| row["receipt_number"].to_string()).collect();
        ensure!(numbers.iter().filter(|number| !number.contains("01-")).count() == 2, "{numbers:?}");
        Ok(())
    });
}

#[test]
fn d6_damaged_data_can_be_read_and_a_backup_takes_their_place() {
    story("damaged", &Opening::live(), async |shop| {
        sell(shop, WATER).await?;
        shop.yima(&["backup"])?;
        sell(shop, NOODLES).await?;
        let lost = newest(shop)?;
        shop.cut_power()?;
        // Brings what the log holds into the database.
        let goods = shop.folder().join("goods.csv").display().to_string();
        once_free(shop, &["catalogue", "import", &goods]).await?;
        damage(shop)?;

        shop.open_shut().await?;
        shop.pages()?.wait_attribute(Cashier, "cannot-start", "data-code", "database_damaged").await?;
        shop.pages()?.wait_present(Cashier, "damage-restore", true).await?;
        shop.photograph(BOTH_MONITORS, "damaged")?;
        shop.pages()?.click(Cashier, "damage-receipts").await?;
        shop.pages()?.wait_text(Cashier, "receipts", |text| text.contains("¥4.80")).await?;
        shop.photograph(BOTH_MONITORS, "read-only")?;
        shop.pages()?.click(Cashier, "receipts-close").await?;
        shop.pages()?.click(Cashier, "damage-restore").await?;
        shop.pages()?.click(Cashier, "damage-restore-yes").await?;

        shop.pages()?.wait_present(Cashier, "listening", true).await?;
        shop.pages()?.watch_scans().await?;
        shop.pages()?.wait_present(Cashier, "reconcile", false).await?;
        wait_until("the sale that the backup lacked", PATIENCE, async || {
            Ok(shop.receipt(&lost).ok().filter(|receipt| receipt["state"] == "paid"))
        })
        .await?;
        sell(shop, COLA).await?;
        let aside = fs::read_dir(shop.data_folder().join("set-aside"))?.count();
        ensure!(aside == 1, "the damaged database is kept");
        Ok(())
    });
}

#[test]
fn a_backup_is_made_when_the_till_is_closed() {
    story("backed-up-at-the-end", &Opening::live(), async |shop| {
        sell(shop, WATER).await?;
        let cashier = shop.window(Cashier)?;
        shop.display.ask_to_close(&cashier)?;
        wait_until("the till to end", PATIENCE, async || {
            Ok(shop.display.windows()?.is_empty().then_some(()))
        })
        .await?;
        let backup = backups(&shop.data_folder(), "live-")?.pop().context("no backup")?;
        ensure!(shop.yima(&["verify", &backup])?.contains("1 sales"), "what was sold is in it");
        ensure!(backups(&shop.data_folder(), "goods-")?.len() == 1, "the goods have their own");
        Ok(())
    });
}

async fn sell(shop: &mut Shop, code: &str) -> Result<()> {
    shop.scan_all(&[code]).await?;
    shop.charge().await?;
    shop.pay_by_phone().await?;
    shop.keys.press(Key::Escape)
}

/// A killed till gives its folder back only once it is dead.
pub async fn once_free(shop: &Shop, arguments: &[&str]) -> Result<()> {
    once_free_reading(shop, arguments, "").await
}

/// As [`once_free`], with what it reads.
pub async fn once_free_reading(shop: &Shop, arguments: &[&str], input: &str) -> Result<()> {
    let mut last = None;
    let done =
        wait_until("the folder to be free", PATIENCE, async || match shop.yima_reading(arguments, input) {
            Ok(_) => Ok(Some(())),
            Err(error) => {
                last = Some(error);
                Ok(None)
            }
        })
        .await;
    done.with_context(|| format!("{last:?}"))
}

fn newest(shop: &Shop) -> Result<String> {
    let receipts = shop.receipts()?;
    Ok(field(receipts.first().context("nothing was sold")?, "order_id")?.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn backups(data: &Path, of: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(data.join("backups"))? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(of)) {
            names.push(path.display().to_string());
        }
    }
    names.sort();
    Ok(names)
}

/// Flips a bit that makes a page none, in the last page of which the list of receipts needs nothing.
fn damage(shop: &Shop) -> Result<()> {
    const PAGE_BYTES: usize = 4_096;
    let file = shop.data_folder().join("live.db");
    let whole = fs::read(&file)?;
    for page in (1..whole.len() / PAGE_BYTES).rev() {
        let mut flipped = whole.clone();
        flipped[page * PAGE_BYTES] ^= 1;
        fs::write(&file, flipped)?;
        let is_found = shop.yima(&["verify"]).is_err();
        if is_found && shop.receipts().is_ok_and(|receipts| receipts.len() == 2) {
            return Ok(());
        }
    }
    anyhow::bail!("no page of it can be damaged")
}
