//! What a scan waits for while a backup is made: `save_cart` and `product` by themselves and beside one backup after
//! another, of a database with many goods. Prints a table in microseconds.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement by a person at a terminal"
)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use yima_core::cart::Goods;
use yima_core::{Barcode, Cart, Fen, Product, Quantity};
use yima_store::Store;
use yima_store::backup::{Database, back_up};

const PRODUCTS: u32 = 400_000;
const SCANS: usize = 1_500;
const BETWEEN_SCANS: Duration = Duration::from_millis(10);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    // Beside the program, because a folder for temporary files is often not on a disk.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let (path, to) = (folder.path().join("live.db"), folder.path().join("copy.db"));
    let store = Store::open(&path).unwrap();
    store.import_products((0..PRODUCTS).map(product).collect()).await.unwrap();
    let made = back_up(Database::Live, &path, &to).unwrap();
    std::fs::remove_file(&to).unwrap();
    println!("{PRODUCTS} goods, {} KiB", made.bytes / 1_024);
    println!("{:<34}{:>9}{:>9}{:>9}{:>9}", "µs", "p50", "p90", "p99", "max");
    scan("alone", &store).await;
    let (is_over, backups) = (AtomicBool::new(false), AtomicU32::new(0));
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| back_up_again_and_again(&path, &to, &is_over, &backups));
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(scan("beside backups", &store));
        });
        is_over.store(true, Ordering::Relaxed);
    });
    let backups = backups.load(Ordering::Relaxed).max(1);
    println!("{backups} backups of {} ms each", begun.elapsed().as_millis() / u128::from(backups));
    println!("log: {} KiB", std::fs::metadata(path.with_extension("db-wal")).unwrap().len() / 1_024);
}

fn back_up_again_and_again(path: &Path, to: &Path, is_over: &AtomicBool, backups: &AtomicU32) {
    while !is_over.load(Ordering::Relaxed) {
        back_up(Database::Live, path, to).unwrap();
        std::fs::remove_file(to).unwrap();
        backups.fetch_add(1, Ordering::Relaxed);
    }
}

async fn scan(name: &str, store: &Store) {
    let id = store.new_cart(0).await.unwrap();
    let mut cart = Cart::default();
    let (mut looks, mut saves) = (Vec::new(), Vec::new());
    for number in (0..PRODUCTS).cycle().step_by(97).take(SCANS) {
        thread::sleep(BETWEEN_SCANS);
        let begun = Instant::now();
        let found = store.product(&product(number % 500).barcode).await.unwrap().unwrap();
        looks.push(begun.elapsed().as_micros());
        let change = cart.add(&Goods::Known(found), Quantity::ONE).unwrap();
        let begun = Instant::now();
        store.save_cart(id, vec![change]).await.unwrap();
        saves.push(begun.elapsed().as_micros());
    }
    report(&format!("product, {name}"), looks);
    report(&format!("save_cart, {name}"), saves);
}

fn product(number: u32) -> Product {
    Product {
        barcode: Barcode::parse(&format!("69{number:011}")).unwrap(),
        title: format!("矿泉水 550 毫升 第 {number} 号"),
        price_fen: Fen::new(200),
    }
}

fn report(name: &str, mut times: Vec<u128>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("{name:<34}{:>9}{:>9}{:>9}{:>9}", at(50), at(90), at(99), at(100));
}
