//! What a scan costs: `save_cart` beside the least that any durable write can cost, a bare one-row insert with the
//! same pragmas on the same disk, in turns in one run. Prints a table in microseconds.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement by a person at a terminal"
)]

use std::time::Instant;

use rusqlite::Connection;
use yima_core::cart::Goods;
use yima_core::{Cart, Quantity};
use yima_store::{CartId, Store, sample};

const ROUNDS: usize = 2_000;
const CART_LINES: usize = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    // Beside the program, because a folder for temporary files is often not on a disk.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let store = Store::open(&folder.path().join("live.db")).unwrap();
    store.seed_if_empty().await.unwrap();
    let (cart_id, mut cart) = long_cart(&store).await;
    let bare = bare_database(&folder.path().join("bare.db"));

    let (mut inserts, mut saves, mut looks) = (Vec::new(), Vec::new(), Vec::new());
    let goods = sample::products();
    for round in 0..ROUNDS {
        let begun = Instant::now();
        bare.prepare_cached("INSERT INTO t (v) VALUES (?1)").unwrap().execute(["6921168509256"]).unwrap();
        inserts.push(begun.elapsed().as_micros());

        let scanned = &goods[round % goods.len()].barcode;
        let begun = Instant::now();
        let product = store.product(scanned).await.unwrap().unwrap();
        looks.push(begun.elapsed().as_micros());
        let change = cart.add(&Goods::Known(product), Quantity::ONE).unwrap();
        let begun = Instant::now();
        store.save_cart(cart_id, vec![change]).await.unwrap();
        saves.push(begun.elapsed().as_micros());
    }
    println!("{:<28}{:>9}{:>9}{:>9}{:>9}", "µs", "p50", "p90", "p99", "max");
    let insert = report("bare durable insert", inserts);
    let save = report("save_cart (100 lines)", saves);
    report("product", looks);
    println!("save_cart / bare insert, p50: {}.{:02}", save / insert, save * 100 / insert % 100);
}

async fn long_cart(store: &Store) -> (CartId, Cart) {
    let id = store.new_cart(0).await.unwrap();
    let mut cart = Cart::default();
    let changes = (0..CART_LINES).map(|number| {
        let barcode = yima_core::Barcode::parse(&format!("line{number}")).unwrap();
        cart.add(&Goods::Unknown(barcode), Quantity::ONE).unwrap()
    });
    let changes = changes.collect();
    store.save_cart(id, changes).await.unwrap();
    (id, cart)
}

fn bare_database(path: &std::path::Path) -> Connection {
    let bare = Connection::open(path).unwrap();
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (v TEXT) STRICT",
    )
    .unwrap();
    bare
}

fn report(name: &str, mut times: Vec<u128>) -> u128 {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("{name:<28}{:>9}{:>9}{:>9}{:>9}", at(50), at(90), at(99), at(100));
    at(50)
}
