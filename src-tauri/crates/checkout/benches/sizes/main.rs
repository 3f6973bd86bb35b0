//! What a sale, a look-up, a start and a recovery cost over a shop's whole history, beside plain SQLite where there is
//! something to compare with. The history is copied from sales that the real engine made.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement by a person at a terminal"
)]

mod figures;
mod history;
mod shop;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use yima_core::OrderId;
use yima_store::{
    Advance, CartFate, KeptSale, NewReceipt, NewSale, SaleSearch, SaleStep, Store, StoredEvent, verify,
};

use figures::{Figures, Times};
use shop::Customers;

const SALES_TIMED: usize = 300;
const LOOK_UPS: u64 = 1_000;
const SEARCHES: u64 = 200;
const STARTS: usize = 5;
const OPEN_SALES: u64 = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let receipts = after("--receipts").map_or(1_000_000, |count| count.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let figures = runtime.block_on(measure(receipts));
    println!("{}", if has("--json") { figures.json().to_string() } else { figures.table() });
}

async fn measure(receipts: u64) -> Figures {
    let mut figures = Figures::default();
    // Beside the program, because a folder for temporary files is often not on a disk.
    let parent = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("perf");
    std::fs::create_dir_all(&parent).unwrap();
    let folder = tempfile::tempdir_in(parent).unwrap();
    let live = folder.path().join("live.db");
    let paid = shop::sell(&live, Customers::Pay, 8).await;
    let models = shop::kept(&live, &paid).await;
    finished_sales(folder.path(), &models[0], &mut figures).await;
    let begun = Instant::now();
    let sales = history::copy(&live, &paid, receipts);
    history::require_alike(&live, &models, &sales).await;
    let made = begun.elapsed();
    let begun = Instant::now();
    let verified = verify::verify(&live).unwrap();
    assert!(verified.is_sound(), "{:?}", verified.findings.first());
    let size_mib = std::fs::metadata(&live).unwrap().len() >> 20;
    figures.remark(format!(
        "{receipts} receipts, {size_mib} MiB, copied in {} s, verified in {} s",
        made.as_secs(),
        begun.elapsed().as_secs()
    ));
    look_ups(&live, &sales, &mut figures).await;
    starts(&live, "start-up to ready", &mut figures).await;
    recovery(&live, &mut figures).await;
    figures
}

/// A sale's writes from the charge to the next cart, and as many bare inserts, in turns.
async fn finished_sales(folder: &Path, model: &KeptSale, figures: &mut Figures) {
    let store = Store::open(&folder.join("timed.db")).unwrap();
    let bare = Connection::open(folder.join("bare.db")).unwrap();
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (v TEXT) STRICT",
    )
    .unwrap();
    let (mut inserts, mut sales) = (Times::default(), Times::default());
    let mut cart = store.new_cart(0).await.unwrap();
    let mut writes = 0;
    for round in 0..SALES_TIMED {
        let id = OrderId::parse(&history::order_id(round as u64)).unwrap();
        let sale = NewSale {
            order: yima_core::Order { id: id.clone(), ..model.sale.order.clone() },
            cart_id: cart,
            way: model.sale.way,
            tendered_fen: model.sale.tendered_fen,
            detail: model.sale.detail.clone(),
            account: model.sale.account.clone(),
            store_info: model.sale.store_info.clone(),
            terminal_id: model.sale.terminal_id.clone(),
            till_number: model.sale.till_number.clone(),
            cashier_id: None,
            body: model.sale.body.clone(),
        };
        let steps: Vec<SaleStep> = model.events.iter().map(|event| step(event, model)).collect();
        let begun = Instant::now();
        let mut version = store.begin_sale(sale, steps[..2].to_vec()).await.unwrap();
        store.note_attempt(id.clone(), 1, "accepted".to_owned(), 1).await.unwrap();
        for step in &steps[2..] {
            let is_paid = step.state == "paid";
            let receipt = is_paid.then(|| NewReceipt { till_number: "01".to_owned(), at_ms: step.at_ms });
            let cart = if is_paid { CartFate::Clear } else { CartFate::Stay };
            let advance = Advance {
                order_id: id.clone(),
                expected_version: version,
                steps: vec![step.clone()],
                cart,
                receipt,
            };
            version = store.advance(advance).await.unwrap().version;
        }
        cart = store.new_cart(0).await.unwrap();
        sales.add(begun.elapsed());
        writes = 3 + steps.len() - 2;
        let begun = Instant::now();
        for _ in 0..writes {
            bare.prepare_cached("INSERT INTO t (v) VALUES (?1)").unwrap().execute(["6921168509256"]).unwrap();
        }
        inserts.add(begun.elapsed());
    }
    figures.add(&format!("a finished sale, {writes} durable writes, median"), sales.median_ms(), "ms", None);
    figures.add("  as many bare durable inserts, median", inserts.median_ms(), "ms", None);
    figures.add("  the sale as multiple of them", sales.median_ms() / inserts.median_ms(), "x", Some(1.5));
}

fn step(event: &StoredEvent, model: &KeptSale) -> SaleStep {
    SaleStep {
        state: event.state.clone(),
        open: event.state != "paid",
        event: event.event.clone(),
        snapshot: event.snapshot.clone(),
        facts: model.sale.facts.clone(),
        at_ms: event.at_ms,
        attempt: event.attempt,
        ..SaleStep::default()
    }
}

async fn look_ups(live: &Path, sales: &history::Copied, figures: &mut Figures) {
    let store = Store::open_to_read(live).unwrap();
    let (mut by_id, mut by_number) = (Times::default(), Times::default());
    for round in 0..LOOK_UPS {
        let at = sales.any(round);
        let id = OrderId::parse(&history::order_id(at)).unwrap();
        let begun = Instant::now();
        assert!(store.sale(&id).await.unwrap().is_some());
        by_id.add(begun.elapsed());
        let number = sales.receipt_number(at);
        by_number.add(search(&store, Some(number.clone()), None, Some(&number)).await);
    }
    figures.add("look-up by order id, p99", by_id.quantile_ms(0.99), "ms", Some(5.0));
    figures.add("  median", by_id.median_ms(), "ms", None);
    figures.add("look-up by receipt number, p99", by_number.quantile_ms(0.99), "ms", Some(5.0));
    figures.add("  median", by_number.median_ms(), "ms", None);
    let (mut newest, mut tails, mut amounts, mut days, mut sums) =
        (Times::default(), Times::default(), Times::default(), Times::default(), Times::default());
    for round in 0..SEARCHES {
        let at = sales.any(round);
        newest.add(search(&store, None, None, None).await);
        let id = history::order_id(at);
        tails.add(search(&store, Some(id[26..].to_owned()), None, Some(&sales.receipt_number(at))).await);
        amounts.add(search(&store, Some(sales.amount(at)), None, None).await);
        let day = sales.day(at);
        days.add(search(&store, None, Some(day.clone()), None).await);
        let begun = Instant::now();
        assert!(store.day_totals(&day).await.unwrap().0 > 0);
        sums.add(begun.elapsed());
    }
    figures.add("a window's page of the newest, p99", newest.quantile_ms(0.99), "ms", None);
    figures.add("search by the end of an order id, p99", tails.quantile_ms(0.99), "ms", None);
    figures.add("search by an amount that an eighth of all have, p99", amounts.quantile_ms(0.99), "ms", None);
    figures.add("a window's page of one day, p99", days.quantile_ms(0.99), "ms", None);
    figures.add("day sum, p99", sums.quantile_ms(0.99), "ms", Some(50.0));
}

/// One page as the window asks for it, and what must be on it.
async fn search(store: &Store, text: Option<String>, day: Option<String>, wanted: Option<&str>) -> Duration {
    let search = SaleSearch { text, day, limit: 50, ..SaleSearch::default() };
    let begun = Instant::now();
    let rows = store.sales(search.clone()).await.unwrap();
    let took = begun.elapsed();
    let is_there = |number: &str| rows.iter().any(|row| row.receipt_number.as_deref() == Some(number));
    assert!(!rows.is_empty() && wanted.is_none_or(is_there), "{search:?}");
    took
}

/// Opening with its check, recovery, and the engine ready for the first article.
async fn starts(live: &Path, name: &str, figures: &mut Figures) {
    let mut ready = Times::default();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let till = shop::Till::start(Store::open(live).unwrap(), Customers::Wait).await;
        till.act(yima_checkout::Command::ShowAgain).await;
        ready.add(begun.elapsed());
        till.end().await;
    }
    figures.add(&format!("{name}, median"), ready.median_ms(), "ms", Some(2_000.0));
    figures.add("  longest", ready.quantile_ms(1.0), "ms", None);
}

/// A hundred sales that waited for their customers when the till died, each asked about and found paid.
async fn recovery(live: &Path, figures: &mut Figures) {
    let open = shop::sell(live, Customers::Wait, 1).await;
    history::copy_open(live, &open[0], OPEN_SALES - 1);
    let store = Store::open(live).unwrap();
    assert_eq!(store.open_sales().await.unwrap().len() as u64, OPEN_SALES);
    let begun = Instant::now();
    let till = shop::Till::start(store, Customers::Pay).await;
    till.act(yima_checkout::Command::ShowAgain).await;
    figures.add("recovery with 100 open sales to ready", ms(begun.elapsed()), "ms", Some(1_000.0));
    while till.asked() < OPEN_SALES {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    figures.add("  until the gateway was asked about each", ms(begun.elapsed()), "ms", None);
    while !till.open_sales().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    figures.add("  until each had its receipt", ms(begun.elapsed()), "ms", None);
    till.end().await;
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
