//! Whole stores in folders of their own.

mod backups;
mod carts;
mod cash;
mod data_dirs;
mod faults;
mod goods;
mod goods_backups;
mod held;
mod installations;
mod lists;
mod opening;
mod products;
mod quick_keys;
mod receipts;
mod reconciling;
mod refunds;
mod restores;
mod sales;
mod settings_files;
mod staff;
mod verifying;

use std::path::PathBuf;

use tempfile::TempDir;
use yima_core::cart::{CartChange, Goods};
use yima_core::sale::Way;
use yima_core::{Barcode, Cart, Fen, OrderId, PriceRules, Product, Quantity};

use crate::{
    Advance, Advanced, CartFate, CartId, DataDir, NewReceipt, NewSale, SaleFacts, SaleStep, Store, StoreError,
};

/// 2026-11-22 12:00:00 in China.
const NOON_MS: i64 = 1_795_320_000_000;
const HOUR_MS: i64 = 3_600_000;

/// A till's folder; its shops are opened over it.
struct Till {
    folder: DataDir,
    _root: TempDir,
}

impl Till {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { folder: DataDir::locate(Some(root.path().join("data"))).unwrap(), _root: root }
    }
}

struct Shop {
    /// Dropped before the folder is.
    store: Store,
    folder: TempDir,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("live.db")).unwrap();
        Self { store, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("live.db")
    }

    fn reopen(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        let store = Store::open(&folder.path().join("live.db")).unwrap();
        Self { store, folder }
    }

    /// What a sudden loss of power leaves, if the disk kept its word: the files as they are now, but no shared memory.
    fn after_power_loss(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["live.db", "live.db-wal"] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
        }
        let store = Store::open(&folder.path().join("live.db")).unwrap();
        Self { store, folder }
    }

    /// Runs a statement on the writer, past the interface.
    async fn sql(&self, statement: &str) -> Result<(), StoreError> {
        let statement = statement.to_owned();
        self.store.on_writer(move |connection| Ok(connection.execute_batch(&statement)?)).await
    }

    async fn cart_with(&self, changes: Vec<CartChange>) -> CartId {
        let cart = self.store.new_cart(NOON_MS).await.unwrap();
        self.store.save_cart(cart, changes).await.unwrap();
        cart
    }

    /// A sale that has just been begun, of a cart of its own.
    async fn begun(&self, order_id: &str, price_fen: i64, at_ms: i64) -> (CartId, OrderId) {
        let mut goods = Cart::default();
        let changes = vec![add(&mut goods, "6921168509256", price_fen)];
        let cart = self.cart_with(changes).await;
        let sale = new_sale(cart, &goods, order_id);
        let id = sale.order.id.clone();
        let steps = vec![step("ready", at_ms), sending(step("submitting", at_ms), 1)];
        assert_eq!(self.store.begin_sale(sale, steps).await.unwrap(), 2);
        (cart, id)
    }

    /// A sale begun and paid in full at `at_ms`; gives its receipt number.
    async fn paid(&self, order_id: &str, price_fen: i64, at_ms: i64, till: &str) -> String {
        let (_, id) = self.begun(order_id, price_fen, at_ms).await;
        let advanced = self.store.advance(paying(&id, 2, price_fen, at_ms, till)).await.unwrap();
        advanced.receipt_number.unwrap()
    }
}

fn paying(id: &OrderId, expected_version: u32, price_fen: i64, at_ms: i64, till: &str) -> Advance {
    let mut paid = ended(step("paid", at_ms));
    paid.facts.real_fen = Some(Fen::new(price_fen));
    Advance {
        order_id: id.clone(),
        expected_version,
        steps: vec![paid],
        cart: CartFate::Clear,
        receipt: Some(NewReceipt { till_number: till.to_owned(), at_ms }),
    }
}

fn barcode(text: &str) -> Barcode {
    Barcode::parse(text).unwrap()
}

fn product(code: &str, title: &str, price_fen: i64) -> Product {
    Product { barcode: barcode(code), title: title.to_owned(), price_fen: Fen::new(price_fen) }
}

fn add(cart: &mut Cart, code: &str, price_fen: i64) -> CartChange {
    cart.add(&Goods::Known(product(code, &format!("goods {code}"), price_fen)), Quantity::ONE).unwrap()
}

fn new_sale(cart_id: CartId, goods: &Cart, order_id: &str) -> NewSale {
    let order = goods.order(OrderId::parse(order_id).unwrap(), &PriceRules::default()).unwrap();
    NewSale {
        order,
        cart_id,
        way: Way::Qr,
        tendered_fen: None,
        detail: None,
        account: r#"{"app_id":"a1"}"#.to_owned(),
        store_info: r#"{"name":"一码便利店"}"#.to_owned(),
        terminal_id: "T1".to_owned(),
        till_number: "01".to_owned(),
        cashier_id: Some("C7".to_owned()),
        body: format!(r#"{{"order_id":"{order_id}"}}"#).into_bytes(),
    }
}

fn step(state: &str, at_ms: i64) -> SaleStep {
    SaleStep {
        state: state.to_owned(),
        open: true,
        event: format!("became_{state}"),
        snapshot: format!(r#"{{"state":"{state}"}}"#),
        facts: SaleFacts::default(),
        at_ms,
        urgent: state == "unresolved",
        ..SaleStep::default()
    }
}

fn sending(step: SaleStep, attempt: u32) -> SaleStep {
    SaleStep { attempt: Some(attempt), ..step }
}

fn ended(step: SaleStep) -> SaleStep {
    SaleStep { open: false, ..step }
}

fn moving(id: &OrderId, expected_version: u32, steps: Vec<SaleStep>, cart: CartFate) -> Advance {
    Advance { order_id: id.clone(), expected_version, steps, cart, receipt: None }
}

fn at_version(version: u32) -> Result<Advanced, StoreError> {
    Ok(Advanced { version, receipt_number: None })
}
