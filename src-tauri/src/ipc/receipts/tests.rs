use yima_core::cart::Goods;
use yima_core::sale::{Sale, Timing, Way};
use yima_core::{Barcode, Cart, Fen, OrderId, Product, Quantity};
use yima_store::{Advance, CartFate, NewReceipt, NewSale, SaleSearch, SaleStep, Store, StoreError};

use super::{TillError, read_detail, row, unread};

/// 2026-11-22 23:59:50 in China.
const BEFORE_MIDNIGHT_MS: i64 = 1_795_363_190_000;

#[tokio::test]
async fn the_list_and_the_receipt_tell_one_moment_across_midnight() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("till.db")).unwrap();
    let paid = begun(&store, "a1").await;
    let receipt = NewReceipt { till_number: "01".into(), at_ms: BEFORE_MIDNIGHT_MS + 15_000 };
    let advance = Advance {
        order_id: paid.clone(),
        expected_version: 1,
        steps: vec![SaleStep { open: false, ..step(&paid, "paid", receipt.at_ms) }],
        cart: CartFate::Clear,
        receipt: Some(receipt),
    };
    store.advance(advance).await.unwrap();
    let unpaid = begun(&store, "a2").await;
    assert_eq!(shown(&store, &paid).await, "2026-11-23 00:00:05");
    assert_eq!(shown(&store, &unpaid).await, "2026-11-22 23:59:50");
}

#[tokio::test]
async fn a_refund_that_waits_for_somebody_is_listed_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("till.db")).unwrap();
    let id = begun(&store, "a1").await;
    for (version, urgent) in [(1, false), (2, true)] {
        let refunding = SaleStep { urgent, ..step(&id, "refunding", BEFORE_MIDNIGHT_MS) };
        let advance = Advance {
            order_id: id.clone(),
            expected_version: version,
            steps: vec![refunding],
            cart: CartFate::Stay,
            receipt: None,
        };
        store.advance(advance).await.unwrap();
        let listed = store.sales(SaleSearch { limit: 1, ..SaleSearch::default() }).await.unwrap();
        assert_eq!(row(&listed[0]).refund_waits, urgent);
    }
}

#[test]
fn a_receipt_tells_of_all_that_was_taken_off() {
    let detail = r#"{"note":"三点来取","subtotal_fen":1000,"promotions":[{"name":"半价","off_fen":200}],
        "order_off_fen":50,"rounding_fen":5}"#;
    let told = super::terms(detail, Fen::new(715)).unwrap();
    assert_eq!((told.note.as_deref(), told.subtotal_fen, told.rounding_fen), (Some("三点来取"), 1_000, 5));
    assert_eq!(told.promotions[0].off_fen, 200);
    assert_eq!(told.by_hand_fen, 80, "of lines and of the order");
    assert!(super::terms("{}", Fen::new(1)).is_none() && super::terms("no", Fen::new(1)).is_none());
    let served = super::waiter_ids(r#"{"store_id":"S","waiter1_id":"W1","waiter2_id":"W2"}"#);
    assert_eq!(served, ["W1", "W2"]);
    assert!(super::waiter_ids("{}").is_empty() && super::waiter_ids("no").is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_not_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("till.db")).unwrap();
    let id = begun(&store, "a1").await;
    let unreadable = SaleStep { snapshot: "{}".into(), ..step(&id, "submitting", BEFORE_MIDNIGHT_MS) };
    let advance = Advance {
        order_id: id.clone(),
        expected_version: 1,
        steps: vec![unreadable],
        cart: CartFate::Stay,
        receipt: None,
    };
    store.advance(advance).await.unwrap();
    assert_eq!(read_detail(&store, &id).await.err(), Some(TillError::NotRead));
    let nobodys = OrderId::parse("b2").unwrap();
    assert_eq!(read_detail(&store, &nobodys).await.err(), Some(TillError::NotFound));
    assert_eq!(unread(&StoreError::Busy), TillError::NotRead);
}

/// When the sale was, as both the list and the receipt say.
async fn shown(store: &Store, id: &OrderId) -> String {
    let search = SaleSearch { text: Some(id.to_string()), limit: 1, ..SaleSearch::default() };
    let listed = row(&store.sales(search).await.unwrap()[0]);
    let detail = read_detail(store, id).await.unwrap().row;
    assert_eq!((&listed.order_id, &detail.order_id), (&id.to_string(), &id.to_string()));
    assert_eq!((&listed.day, &listed.time), (&detail.day, &detail.time));
    format!("{} {}", listed.day, listed.time)
}

async fn begun(store: &Store, id: &str) -> OrderId {
    let id = OrderId::parse(id).unwrap();
    let mut goods = Cart::default();
    let water = Product {
        barcode: Barcode::parse("6921168509256").unwrap(),
        title: "水".into(),
        price_fen: Fen::new(200),
    };
    let change = goods.add(&Goods::Known(water), Quantity::ONE).unwrap();
    let cart_id = store.new_cart(BEFORE_MIDNIGHT_MS).await.unwrap();
    store.save_cart(cart_id, vec![change]).await.unwrap();
    let sale = NewSale {
        order: goods.order(id.clone(), &yima_core::PriceRules::default()).unwrap(),
        cart_id,
        way: Way::Qr,
        tendered_fen: None,
        detail: None,
        account: "{}".into(),
        store_info: "{}".into(),
        terminal_id: "T1".into(),
        till_number: "01".into(),
        cashier_id: None,
        body: b"{}".to_vec(),
    };
    store.begin_sale(sale, vec![step(&id, "ready", BEFORE_MIDNIGHT_MS)]).await.unwrap();
    id
}

fn step(id: &OrderId, state: &str, at_ms: i64) -> SaleStep {
    let sale = Sale::ready(id.clone(), "app".into(), Fen::new(200), Timing::default());
    SaleStep {
        state: state.into(),
        open: true,
        event: format!("became_{state}"),
        snapshot: serde_json::to_string(&sale).unwrap(),
        at_ms,
        ..SaleStep::default()
    }
}
