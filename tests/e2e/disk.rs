//! What the disk does to a till that is open: a sync that fails, another program's lock, data of a newer program.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use yima_tests::{
    counter::{COLA, NOODLES, WATER},
    keyboard::Key,
    patience::wait_until,
    session::{
        PATIENCE,
        Window::{Cashier, Customer},
        surround,
    },
    shop::{Opening, Shop},
};

use crate::{LANGUAGES, restoring::once_free, story, words};

/// A till that stops says why for so long, and some more on a busy machine.
const STOPS_WITHIN: Duration = Duration::from_secs(40);

/// From when a file is there every sync fails, as on a disk that dies.
const DYING_DISK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int sync_by(const char *name, int file) {
    const char *dead = getenv("YIMA_TEST_DEAD_DISK");
    if (dead && access(dead, F_OK) == 0) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}
int fsync(int file) { return sync_by("fsync", file); }
int fdatasync(int file) { return sync_by("fdatasync", file); }
"#;

#[test]
fn d3_a_till_whose_disk_dies_says_so_ends_with_its_status_and_asks_when_it_is_opened_again() {
    story("disk-dies", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER]).await?;
        shop.cut_power()?;
        once_free(shop, &["verify"]).await?;
        let dead = shop.folder().join("dead-disk");
        let shim = dying_disk(shop)?;
        let mut command = Command::new(shop.programs.till());
        command.arg("--data-dir").arg(shop.data_folder());
        surround(&mut command, &shop.display, shop.folder())?;
        command.env("LD_PRELOAD", shim).env("YIMA_TEST_DEAD_DISK", &dead);
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
        fs::write(&dead, "")?;
        yima_tests::gateway::pay_on_page(&pay_url).await?;
        let status = wait_until("the till to end", STOPS_WITHIN, async || Ok(till.try_wait()?)).await?;
        ensure!(status.code() == Some(74), "it ended with {status}");
        fs::remove_file(&dead)?;

        shop.open().await?;
        shop.pages()?.wait_text(Cashier, "away", |text| text.contains("¥2.00")).await?;
        let receipts = shop.receipts()?;
        ensure!(receipts.len() == 1 && receipts[0]["state"] == "paid", "{receipts:?}");
        ensure!(shop.gateway()?.orders().await?.len() == 1);
        Ok(())
    });
}

/// Made with what links every program here.
fn dying_disk(shop: &Shop) -> Result<PathBuf> {
    let (source, made) = (shop.folder().join("disk.c"), shop.folder().join("disk.so"));
    fs::write(&source, DYING_DISK)?;
    let done =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&made).arg(&source).arg("-ldl").status()?;
    ensure!(done.success(), "the dying disk was not made");
    Ok(made)
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
        shop.charge().await?;
        shop.pay_by_phone().await?;
        ensure!(shop.receipts()?.len() == 1 && shop.gateway()?.orders().await?.len() == 1);
        Ok(())
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
