//! What the disk does to a till that is open: a sync that fails, another program's lock, data of a newer program.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use yima_tests::{
    counter::{COLA, NOODLES, WATER, field},
    keyboard::Key,
    patience::wait_until,
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
        surround,
    },
    shop::{Opening, Shop},
};

use crate::{
    LANGUAGES,
    failing_disk::{FailingDisk, ReadOnly},
    restoring::once_free,
    story, words,
};

/// A till that stops says why for so long, and some more on a busy machine.
const STOPS_WITHIN: Duration = Duration::from_secs(40);

#[test]
fn d3_a_till_whose_disk_dies_says_so_ends_with_its_status_and_asks_when_it_is_opened_again() {
    story("disk-dies", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.cut_power()?;
        once_free(shop, &["verify"]).await?;
        let disk = FailingDisk::under(shop)?;
        let mut command = Command::new(shop.programs.till());
        command.arg("--data-dir").arg(shop.data_folder());
        surround(&mut command, &shop.display, shop.folder())?;
        command.envs(shop.environment());
        let mut till = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let cashier = shop.window(Cashier)?;
        shop.display.wait_for_focus(&cashier, PATIENCE)?;
        // No driver looks into this one: what is kept and what it prints on the screen tell.
        wait_until("the order", PATIENCE, async || {
            shop.keys.press(Key::F(12))?;
            Ok(Some(shop.gateway()?.orders().await?).filter(|orders| !orders.is_empty()))
        })
        .await?;
        let (pay_url, _) = shop.read_customer_qr("qr").await?;
        disk.dies()?;
        yima_tests::gateway::pay_on_page(&pay_url).await?;
        let status = wait_until("the till to end", STOPS_WITHIN, async || Ok(till.try_wait()?)).await?;
        ensure!(status.code() == Some(74), "it ended with {status}");
        disk.is_well_again()?;

        shop.open().await?;
        shop.pages()?.wait_text(Cashier, "away", |text| text.contains("¥2.00")).await?;
        let receipts = shop.receipts()?;
        ensure!(receipts.len() == 1 && receipts[0]["state"] == "paid", "{receipts:?}");
        ensure!(shop.gateway()?.orders().await?.len() == 1);
        Ok(())
    });
}

#[test]
fn d3_both_windows_say_that_the_till_stops_over_a_disk_that_dies() {
    story("disk-dies-in-sight", &Opening::live(), async |shop| {
        shop.cut_power()?;
        let disk = FailingDisk::under(shop)?;
        for language in LANGUAGES {
            once_free(shop, &["config", "set", "language", language]).await?;
            shop.open().await?;
            shop.scan_all(&[WATER]).await?;
            shop.charge().await?;
            shop.pages()?.wait_present(Customer, "customer-qr", true).await?;
            disk.dies()?;
            // What became of it cannot be kept, so it is not told either.
            let order = shop.gateway()?.orders().await?.pop().context("the order")?;
            shop.gateway()?.pay(field(&order, "order_id")?).await?;
            both_windows_say_that_it_stops(shop, language).await?;
            disk.is_well_again()?;
            shop.cut_power()?;
        }
        shop.open().await?;
        wait_until("both receipts", PATIENCE, async || {
            let receipts = shop.receipts()?;
            Ok((receipts.len() == 2 && receipts.iter().all(|row| row["state"] == "paid")).then_some(()))
        })
        .await
    });
}

/// And then it ends.
async fn both_windows_say_that_it_stops(shop: &mut Shop, language: &str) -> Result<()> {
    shop.pages()?.wait_attribute(Cashier, "cannot-start", "data-code", "stopped").await?;
    for key in ["start_stopped_title", "start_stopped", "start_stopped_do"] {
        let sentence = words(language, key)?;
        shop.pages()?.wait_text(Cashier, "cannot-start", |text| text.contains(&sentence)).await?;
    }
    the_customer_is_sent_on(shop, language).await?;
    wait_until("the till to end", STOPS_WITHIN, async || Ok(shop.display.windows()?.is_empty().then_some(())))
        .await
}

async fn the_customer_is_sent_on(shop: &mut Shop, language: &str) -> Result<()> {
    shop.pages()?.wait_attribute(Customer, "customer", "data-screen", "closed").await?;
    for key in ["customer_closed", "customer_closed_text"] {
        let sentence = words(language, key)?;
        shop.pages()?.wait_text(Customer, "customer", |text| text.contains(&sentence)).await?;
    }
    ensure!(shop.pages()?.text(Customer, "customer-qr").await?.is_none(), "a QR that nobody asks about");
    Ok(())
}

#[test]
fn d7_a_disk_that_turns_read_only_stops_the_till_and_the_next_start_names_the_file() {
    story("read-only-meanwhile", &Opening::live(), async |shop| {
        shop.cut_power()?;
        let disk = FailingDisk::under(shop)?;
        shop.open().await?;
        shop.scan_all(&[WATER, NOODLES]).await?;
        disk.turns_read_only()?;
        shop.keys.press(Key::F(12))?;
        both_windows_say_that_it_stops(shop, "zh-CN").await?;
        ensure!(shop.gateway()?.orders().await?.is_empty(), "an order that was not kept went out");
        shop.cut_power()?;
        it_does_not_open(shop, "zh-CN", "till.lock").await?;

        disk.is_well_again()?;
        shop.open().await?;
        shop.wait_cart(|lines| lines.len() == 2).await?;
        it_sells_once(shop).await
    });
}

#[test]
fn d7_a_read_only_folder_is_not_opened_and_the_window_says_which() {
    story("read-only-folder", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.cut_power()?;
        for language in LANGUAGES {
            once_free(shop, &["config", "set", "language", language]).await?;
            let folder = ReadOnly::folder(shop)?;
            it_does_not_open(shop, language, "settings.db").await?;
            drop(folder);
        }
        shop.open().await?;
        shop.wait_cart(|lines| lines.len() == 1).await
    });
}

async fn it_sells_once(shop: &mut Shop) -> Result<()> {
    shop.charge().await?;
    shop.pay_by_phone().await?;
    ensure!(shop.receipts()?.len() == 1 && shop.gateway()?.orders().await?.len() == 1);
    Ok(())
}

async fn it_does_not_open(shop: &mut Shop, language: &str, unwritable: &str) -> Result<()> {
    shop.open_shut().await?;
    shop.pages()?.wait_attribute(Cashier, "cannot-start", "data-code", "data_folder_unwritable").await?;
    let file = shop.data_folder().join(unwritable).display().to_string();
    let sentences = [
        words(language, "start_data_folder_unwritable")?.replace("{path}", &file),
        words(language, "start_safe")?,
    ];
    for sentence in sentences {
        shop.pages()?.wait_text(Cashier, "cannot-start", |text| text.contains(&sentence)).await?;
    }
    ensure!(shop.pages()?.text(Cashier, "damage-restore").await?.is_none(), "nothing is damaged");
    the_customer_is_sent_on(shop, language).await?;
    shop.cut_power()
}

#[test]
fn d7_a_file_that_another_program_locks_while_the_till_is_open_refuses_with_the_reason() {
    story("locked-meanwhile", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        let other = Connection::open(shop.data_folder().join("live.db"))?;
        other.execute_batch("BEGIN IMMEDIATE")?;
        shop.keys.press(Key::F(12))?;
        let why = words("zh-CN", "store_failed")?;
        shop.pages()?.wait_text(Cashier, "toast", |text| text.contains(&why)).await?;
        ensure!(shop.gateway()?.orders().await?.is_empty(), "an order that was not kept went out");
        ensure!(shop.pages()?.text(Customer, "customer-qr").await?.is_none());
        other.execute_batch("ROLLBACK")?;
        shop.wait_cart(|lines| lines.len() == 1).await?;
        it_sells_once(shop).await
    });
}

#[test]
fn d9_data_of_a_newer_program_are_not_opened_and_the_window_says_so() {
    story("newer-data", &Opening::live(), async |shop| {
        shop.scan_all(&[NOODLES, COLA]).await?;
        shop.cut_power()?;
        once_free(shop, &["verify"]).await?;
        let database = shop.data_folder().join("live.db");
        let history = "refinery_schema_history";
        Connection::open(&database)?.execute_batch(&format!(
            "INSERT INTO {history} VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')"
        ))?;
        for language in LANGUAGES {
            once_free(shop, &["config", "set", "language", language]).await?;
            shop.open_shut().await?;
            shop.pages()?.wait_attribute(Cashier, "cannot-start", "data-code", "database_newer").await?;
            let sentence = words(language, "start_database_newer")?;
            shop.pages()?.wait_text(Cashier, "cannot-start", |text| text.contains(&sentence)).await?;
            let is_offered = shop.pages()?.text(Cashier, "damage-restore").await?.is_some();
            ensure!(!is_offered, "an older backup is no remedy");
            shop.cut_power()?;
        }
        let raw = Connection::open(&database).context("it is there still")?;
        raw.execute_batch(&format!("DELETE FROM {history} WHERE version = 99"))?;
        drop(raw);
        shop.open().await?;
        shop.wait_cart(|lines| lines.len() == 2).await
    });
}
