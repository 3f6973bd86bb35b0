//! Sale after sale for as long as one likes, some of the calls bent, and a look at what the till holds on to: memory,
//! files, threads, the write-ahead log. Each sale is held against the gateway's ledger once it has come to rest.
//!
//! The till is the same child as in the other runs, over a real disk. Its clock jumps where it may, so that days pass;
//! a customer comes every two minutes of its time, and what ended unpaid is watched for its day.

mod accounts;
mod faults;
mod report;
mod shop;
mod usage;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use yima_sandbox::{Config, Key, Sandbox};
use yima_store::{Store, verify};
use yima_tests::patience::now;
use yima_tests::programs::target_folder;

use crate::chance::Chance;
use crate::flawed::Flaw;
use crate::folder::Folder;
use crate::process::{LIMIT, Till};
use crate::run::FIRST_WALL_MS;
use crate::soak::accounts::Accounts;
use crate::soak::report::Report;
use crate::soak::shop::Shop;
use crate::soak::usage::Usage;
use crate::till::{APP_ID, Start};

/// So many sales are compared at a time; fewer than the gateway keeps by far.
const SALES_COMPARED: u64 = 20;
const SAMPLES: u32 = 200;
const SAMPLED_AT_MOST_EVERY: Duration = Duration::from_secs(5);

pub async fn soak(length: Duration, seed: u64, flaw: Option<Flaw>) -> Result<ExitCode> {
    let parent = target_folder().join("soak");
    std::fs::create_dir_all(&parent)?;
    let folder = tempfile::Builder::new().prefix("run-").tempdir_in(parent)?;
    let kept = Folder::template(folder.path()).await?;
    let database = kept.database()?;
    let mut chance = Chance::of(seed);
    let secret = format!("{:016x}", chance.draw());
    let config = Config::new(APP_ID, Key::md5(secret.clone()));
    let sandbox = Arc::new(Sandbox::start(config, "127.0.0.1:0".parse()?)?);
    let start = Start {
        data: kept.data(),
        state_place: kept.state_place(),
        restores: false,
        base_url: sandbox.base_url().to_owned(),
        secret,
        wall_ms: FIRST_WALL_MS,
        seed,
        end: None,
        flaw,
        links: None,
    };
    let till = Till::start(start, None, Arc::clone(&sandbox), &kept.log()).await?;
    let mut shop = Shop::new(till, chance, Arc::clone(&sandbox));
    let store = Store::open_to_read(&database)?;
    let mut report = Report::default();
    let mut accounts = Accounts::default();
    if sell(length, &mut shop, &mut accounts, &mut report, &store, &database).await.is_err() {
        let log = std::fs::read_to_string(kept.log()).unwrap_or_default();
        bail!("the till ended by itself: {log}");
    }
    drop(store);
    report.days = shop.days();
    report.calls = shop.calls();
    report.faults = shop.faults.among(report.calls);
    report.cut_short = shop.cut_short;
    shop.till.kill();
    shop.till.end().await?;
    accounts.close(&verify::verify(&database)?);
    report.accounts = accounts;
    println!("{report}");
    report.tell_broken();
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sells until the time is over, and then waits until everything has come to rest.
async fn sell(
    length: Duration,
    shop: &mut Shop,
    accounts: &mut Accounts,
    report: &mut Report,
    store: &Store,
    database: &Path,
) -> Result<(), shop::Over> {
    let every = (length / SAMPLES).min(SAMPLED_AT_MOST_EVERY);
    let (begun, mut sampled, mut sales) = (now(), now(), 0);
    while begun.elapsed() < length {
        accounts.charged(shop.sell().await?);
        sales += 1;
        if sales % SALES_COMPARED == 0 {
            compare(shop, accounts, store).await?;
        }
        if sampled.elapsed() >= every {
            sampled = now();
            let process = shop.till.id().ok_or(shop::Over)?;
            report.samples.push(Usage::of(process, database, sales)?);
        }
    }
    report.took = begun.elapsed();
    shop.faults = std::mem::take(&mut shop.faults).ended(&shop.sandbox, shop.calls());
    let begun = now();
    loop {
        compare(shop, accounts, store).await?;
        if accounts.are_settled() || begun.elapsed() > LIMIT {
            return Ok(());
        }
        shop.pass_time().await?;
    }
}

async fn compare(shop: &mut Shop, accounts: &mut Accounts, store: &Store) -> Result<(), shop::Over> {
    for act in accounts.compare(store, &shop.sandbox).await? {
        shop.act(&act).await?;
    }
    Ok(())
}
