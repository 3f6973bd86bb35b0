//! What a large catalogue costs: an import, scans and sales while it runs, and searches afterwards. Prints a table.
//!
//! `cargo bench -p yima-store --bench catalogue -- [PRODUCTS]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement by a person at a terminal"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use yima_core::cart::Goods;
use yima_core::catalogue::{GoodsRow, Query, Unit};
use yima_core::{Barcode, Cart, Fen, Quantity};
use yima_store::{Store, StoreError};

/// What must be reached, whatever the catalogue's size; the import, at a million.
const SEARCH_MAX_US: u128 = 50_000;
const SCAN_MAX_US: u128 = 8_000;
const IMPORT_MAX_S: u64 = 60;

const BRANDS: [&str; 20] = [
    "农夫山泉",
    "可口可乐",
    "康师傅",
    "统一",
    "蒙牛",
    "伊利",
    "旺旺",
    "三只松鼠",
    "海天",
    "金龙鱼",
    "清风",
    "维达",
    "蓝月亮",
    "奥利奥",
    "乐事",
    "德芙",
    "雀巢",
    "百草味",
    "良品铺子",
    "Lay's",
];
const KINDS: [&str; 25] = [
    "饮用天然水",
    "冰红茶",
    "鲜牛奶",
    "薯片",
    "牛肉干",
    "酱油",
    "调和油",
    "抽纸",
    "洗衣液",
    "饼干",
    "巧克力",
    "速溶咖啡",
    "坚果礼盒",
    "方便面",
    "火腿肠",
    "酸奶",
    "橙汁",
    "绿茶",
    "苏打水",
    "牙膏",
    "洗发水",
    "毛巾",
    "电池",
    "口香糖",
    "瓜子",
];
const FLAVOURS: [&str; 16] = [
    "原味",
    "柠檬",
    "番茄",
    "麻辣",
    "香辣",
    "海苔",
    "黑椒",
    "蜂蜜",
    "草莓",
    "香草",
    "薄荷",
    "无糖",
    "低脂",
    "经典",
    "浓香",
    "家庭装",
];
const SIZES: [&str; 12] =
    ["100g", "250ml", "330ml", "500ml", "550ml", "1L", "1.5L", "2kg", "24瓶", "12包", "500g", "75克"];

fn main() {
    let products = std::env::args().filter_map(|text| text.parse().ok()).next().unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(products));
}

async fn measure(products: u32) {
    // Beside the program, because a folder for temporary files is often not on a disk.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let store = Store::open(&folder.path().join("live.db")).unwrap();
    let first = row(1);
    store
        .import_goods(move |import| import.put(1, first).map(drop))
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"));

    println!("{:<34}{:>9}{:>9}{:>9}{:>9}", "µs", "p50", "p90", "p99", "max");
    sell("before", &store, || false).await;
    let done = Arc::new(AtomicBool::new(false));
    let import = tokio::spawn({
        let (store, done) = (store.clone(), Arc::clone(&done));
        async move {
            let begun = Instant::now();
            let outcome = store.import_goods(move |import| {
                (1..=products).try_for_each(|number| import.put(number, row(number)).map(drop))
            });
            outcome.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
            done.store(true, Ordering::Relaxed);
            begun.elapsed()
        }
    });
    let scan_us = sell("while importing", &store, || !done.load(Ordering::Relaxed)).await;
    let import_s = import.await.unwrap().as_secs();
    sell("after", &store, || false).await;
    browse(&store).await;
    let search_us = search(&store).await;
    println!();
    against(&format!("import of {products}, s"), import_s.into(), IMPORT_MAX_S.into());
    against("scan while importing, looked up and kept, median, µs", scan_us, SCAN_MAX_US);
    against("slowest search, median, µs", search_us, SEARCH_MAX_US);
    let bytes = std::fs::metadata(folder.path().join("live-goods.db")).unwrap().len();
    println!("catalogue: {} MiB", bytes >> 20);
}

/// A scan each 20 ms: looked up, and made durable. Gives the median of both together.
async fn sell(when: &str, store: &Store, goes_on: impl Fn() -> bool) -> u128 {
    let (mut looks, mut saves) = (Vec::new(), Vec::new());
    let id = store.new_cart(0).await.unwrap();
    let mut cart = Cart::default();
    while looks.len() < 300 || goes_on() {
        let begun = Instant::now();
        let product = store.product(&code(1)).await.unwrap().unwrap();
        looks.push(begun.elapsed().as_micros());
        if looks.len() % 900 == 0 {
            cart.set_quantity(yima_core::LineId(0), Quantity::ONE).unwrap();
        }
        let change = cart.add(&Goods::Known(product), Quantity::ONE).unwrap();
        let begun = Instant::now();
        store.save_cart(id, vec![change]).await.unwrap();
        saves.push(begun.elapsed().as_micros());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    report(&format!("scan {when}"), looks) + report(&format!("save {when}"), saves)
}

/// A category's first page, as the grid of quick keys shows it.
async fn browse(store: &Store) {
    let (mut lists, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        let begun = Instant::now();
        let categories = store.categories().await.unwrap();
        lists.push(begun.elapsed().as_micros());
        let begun = Instant::now();
        store.goods_of(categories[0].clone(), 0, 60).await.unwrap();
        pages.push(begun.elapsed().as_micros());
    }
    report("all categories", lists);
    report("a category's first page", pages);
}

/// Gives the slowest median.
async fn search(store: &Store) -> u128 {
    let mut slowest = 0;
    for text in [
        "水",
        "茶",
        "可乐",
        "农夫",
        "农夫山泉",
        "n",
        "nf",
        "nfsq",
        "kkkl",
        "薯",
        "s",
        "5",
        "550",
        "6921",
        "9256",
        "00012345",
        "乐事 番茄",
        "毛巾 24瓶",
        "nfsq yytrs 550",
        "zzzz",
        "葡萄",
        "aaaa",
        "ss",
        "lll",
        "l",
        "Lay",
        "家",
        "装",
        "g",
        "味50",
    ] {
        let mut times = Vec::new();
        let mut found = None;
        for _ in 0..50 {
            let begun = Instant::now();
            found = Some(store.search_goods(Query::parse(text).unwrap()).await.unwrap());
            times.push(begun.elapsed().as_micros());
        }
        let found = found.unwrap();
        let cut = if found.is_cut { "+" } else { "" };
        slowest = slowest.max(report(&format!("search {text} ({}{cut})", found.products.len()), times));
    }
    slowest
}

fn against(what: &str, found: u128, at_most: u128) {
    let verdict = if found <= at_most { "reached" } else { "MISSED" };
    println!("{what}: {found}, at most {at_most}: {verdict}");
}

/// Gives the median.
fn report(what: &str, mut times: Vec<u128>) -> u128 {
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() - 1) * hundredths / 100];
    println!("{what:<34}{:>9}{:>9}{:>9}{:>9}", at(50), at(90), at(99), at(100));
    at(50)
}

/// Digits in no order, so that barcodes come as they do in a shop's file.
fn code(number: u32) -> Barcode {
    Barcode::parse(&format!("692{:010}", u64::from(number) * 7_368_787 % 9_999_999_967)).unwrap()
}

fn row(number: u32) -> GoodsRow {
    let pick = |of: &[&'static str], step: u32| of[(number.wrapping_mul(step) >> 7) as usize % of.len()];
    let title = format!(
        "{}{}{} {} {number}",
        pick(&BRANDS, 2_654_435_761),
        pick(&FLAVOURS, 2_246_822_519),
        pick(&KINDS, 3_266_489_917),
        pick(&SIZES, 668_265_263)
    );
    GoodsRow {
        barcode: code(number),
        more_barcodes: None,
        title,
        price_fen: Fen::new(i64::from(number % 9_000) + 100),
        unit: Some(Unit::Piece),
        category: Some(pick(&KINDS, 3_266_489_917).to_owned()),
        is_active: Some(true),
    }
}
