use std::path::Path;

use serde_json::{Value, json};
use yima_core::sale::Way;
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_store::{Advance, CartFate, CartId, Mode, NewReceipt, NewSale, SaleFacts, SaleStep, Store};

use crate::yima::Yima;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Open,
    Paid,
    /// And asked about for a day.
    Closed,
    /// Paid after it was closed.
    Owed,
}

/// 2026-11-22 09:30:05 in China Standard Time.
pub const BEGUN_MS: i64 = 1_795_311_005_000;
/// What `sha256sum` says of the request body below.
const BODY_SHA256: &str = "a50a8c8f481caf4b583d0332cfb5fbded03d1b5a89a19efce17efc3f6b5d897c";

/// What is kept of how it came to its total.
const DETAIL: &str = r#"{"note":"三点来取","subtotal_fen":2100,"promotions":[{"name":"半价","off_fen":50}],
    "order_off_fen":40,"rounding_fen":10}"#;

/// One sale of two kinds of goods, paid less than its total.
pub fn sell(database: &Path, order_id: &str, ending: Ending) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(database).unwrap();
        let sale = new_sale(order_id, store.new_cart(BEGUN_MS).await.unwrap());
        let steps = vec![step("ready", None), step("submitting", Some(1))];
        let version = store.begin_sale(sale, steps).await.unwrap();
        let id = OrderId::parse(order_id).unwrap();
        store.note_attempt(id.clone(), 1, "answered".to_owned(), BEGUN_MS + 100).await.unwrap();
        let receipt = NewReceipt { till_number: "01".to_owned(), at_ms: BEGUN_MS + 2_000 };
        let closed = SaleStep { open: false, watched: true, ..step("closed", None) };
        let (step, cart, receipt) = match ending {
            Ending::Open => return,
            Ending::Paid => (paid(), CartFate::Clear, Some(receipt)),
            Ending::Closed => (closed, CartFate::Return, None),
            Ending::Owed => (owed(), CartFate::Return, Some(receipt)),
        };
        let advance = Advance { order_id: id, expected_version: version, steps: vec![step], cart, receipt };
        store.advance(advance).await.unwrap();
    });
}

/// The same goods paid in cash.
pub fn sell_for_cash(database: &Path, order_id: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(database).unwrap();
        let sale = new_sale(order_id, store.new_cart(BEGUN_MS).await.unwrap());
        let sale = NewSale { way: Way::Cash, tendered_fen: Some(Fen::new(2_000)), body: Vec::new(), ..sale };
        let receipt = NewReceipt { till_number: "01".to_owned(), at_ms: BEGUN_MS + 2_000 };
        store.sell(sale, paid(), receipt).await.unwrap();
    });
}

fn new_sale(order_id: &str, cart_id: CartId) -> NewSale {
    NewSale {
        order: order(order_id),
        cart_id,
        way: Way::Qr,
        tendered_fen: None,
        detail: Some(DETAIL.to_owned()),
        account: r#"{"endpoint":"https://a.example","app_id":"app-1"}"#.to_owned(),
        store_info: r#"{"store_id":"门店"}"#.to_owned(),
        terminal_id: "t-1".to_owned(),
        till_number: "01".to_owned(),
        cashier_id: Some("c-1".to_owned()),
        body: r#"{"title":"茶"}"#.as_bytes().to_vec(),
    }
}

fn order(id: &str) -> Order {
    let line = |barcode: &str, title: &str, price_fen: i64, quantity: u32| {
        let quantity = Quantity::new(quantity).unwrap();
        OrderLine {
            barcode: Barcode::parse(barcode).unwrap(),
            title: title.to_owned(),
            price_fen: Fen::new(price_fen),
            quantity,
            amount_fen: Fen::new(price_fen).checked_mul(quantity.get()).unwrap(),
            detail: LineDetail::default(),
        }
    };
    let detail = LineDetail {
        grams: Some(500),
        list_price_fen: Some(Fen::new(600)),
        price_reason: Some("临期".to_owned()),
        note: Some("不要袋".to_owned()),
        ..LineDetail::default()
    };
    let noodles = OrderLine { detail, ..line("6920152400777", "面", 505, 1) };
    Order {
        id: OrderId::parse(id).unwrap(),
        lines: vec![line("6921168509256", "水\u{1b}[31m", 200, 3), noodles],
        total_fen: Fen::new(1_105),
    }
}

fn step(state: &str, attempt: Option<u32>) -> SaleStep {
    SaleStep {
        state: state.to_owned(),
        open: true,
        event: format!("went_{state}"),
        snapshot: "{}".to_owned(),
        facts: SaleFacts::default(),
        at_ms: BEGUN_MS,
        attempt,
        ..SaleStep::default()
    }
}

fn paid() -> SaleStep {
    let facts = SaleFacts {
        trade_no: Some("T-9".to_owned()),
        pay_url: Some("https://pay.example/p/1".to_owned()),
        payable_fen: Some(Fen::new(1_000)),
        real_fen: Some(Fen::new(9_00)),
        channel: Some(1),
        pay_time: Some("2026-11-22 09:30:06".to_owned()),
        ..SaleFacts::default()
    };
    SaleStep { open: false, facts, at_ms: BEGUN_MS + 2_000, ..step("paid", None) }
}

fn owed() -> SaleStep {
    let paid = paid();
    let facts = SaleFacts { refund_due_fen: paid.facts.real_fen, ..paid.facts };
    SaleStep { facts, watched: true, urgent: true, ..paid }
}

fn sold() -> Yima {
    let yima = Yima::new();
    let database = yima.data_dir().database(Mode::Practice);
    sell(&database, "019342f8d7a07c3ea1b2c3d4e5f60718", Ending::Paid);
    sell(&database, "019342f8d7a07c3ea1b2c3d4e5f60719", Ending::Open);
    yima
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_field_of_a_receipt_is_shown_with_exact_amounts() {
    let yima = sold();
    let shown = parsed(&yima.done(&["receipts", "show", "01-20261122-0001", "--json"]));
    let expected = json!({
        "order_id": "019342f8d7a07c3ea1b2c3d4e5f60718", "receipt_number": "01-20261122-0001",
        "version": 3, "state": "paid", "open": false, "watched": false, "urgent": false, "day": "2026-11-22",
        "created_ms": BEGUN_MS, "created_time": "2026-11-22 09:30:05",
        "updated_ms": BEGUN_MS + 2_000, "updated_time": "2026-11-22 09:30:07",
        "total_amount": "11.05", "payable_amount": "10.00", "real_amount": "9.00", "refunded_amount": null,
        "refund_due_amount": null, "way": "qr", "tendered_amount": null,
        "trade_no": "T-9", "pay_url": "https://pay.example/p/1", "pay_channel": 1, "pay_time": "2026-11-22 09:30:06",
        "reason": null, "note": "三点来取", "subtotal_amount": "21.00",
        "promotions": [{"name": "半价", "discount_amount": "0.50"}],
        "order_discount_amount": "0.40", "rounding_amount": "0.10",
        "goods": [
            {"line_no": 1, "barcode": "6921168509256", "title": "水\u{1b}[31m", "price": "2.00", "quantity": 3,
                "weight_g": null, "list_price": null, "price_reason": null, "discount_amount": "0.00",
                "order_discount_amount": "0.00", "amount": "6.00", "note": null},
            {"line_no": 2, "barcode": "6920152400777", "title": "面", "price": "5.05", "quantity": 1, "weight_g": 500,
                "list_price": "6.00", "price_reason": "临期", "discount_amount": "0.00",
                "order_discount_amount": "0.00", "amount": "5.05", "note": "不要袋"}
        ],
        "till_number": "01", "terminal_id": "t-1", "cashier_id": "c-1", "store_info": {"store_id": "门店"},
        "account": {"endpoint": "https://a.example", "app_id": "app-1"}, "cart_id": 1, "holds_cart": true,
        "request_body": "{\"title\":\"茶\"}",
        "request_body_sha256": BODY_SHA256,
        "receipt": {"number": "01-20261122-0001", "till_number": "01", "day": "2026-11-22", "count": 1,
            "at_ms": BEGUN_MS + 2_000, "at_time": "2026-11-22 09:30:07"},
        "events": [
            {"version": 1, "event": "went_ready", "state": "ready", "attempt": null, "note": null, "at_ms": BEGUN_MS,
                "at_time": "2026-11-22 09:30:05"},
            {"version": 2, "event": "went_submitting", "state": "submitting", "attempt": 1, "note": null,
                "at_ms": BEGUN_MS, "at_time": "2026-11-22 09:30:05"},
            {"version": 3, "event": "went_paid", "state": "paid", "attempt": null, "note": null,
                "at_ms": BEGUN_MS + 2_000, "at_time": "2026-11-22 09:30:07"}
        ],
        "attempts": [{"attempt": 1, "begun_ms": BEGUN_MS, "begun_time": "2026-11-22 09:30:05",
            "outcome": "answered", "ended_ms": BEGUN_MS + 100, "ended_time": "2026-11-22 09:30:05"}],
        "refunds": []
    });
    assert_eq!(shown, expected);
    for name in ["019342f8d7a07c3ea1b2c3d4e5f60718", "0001", "E5F60718"] {
        assert_eq!(parsed(&yima.done(&["receipts", "show", name, "--json"])), expected, "{name}");
    }
}

#[test]
fn a_receipt_reads_well_and_cannot_draw_on_the_terminal() {
    let yima = sold();
    let shown = yima.done(&["receipts", "show", "01-20261122-0001"]);
    for line in [
        "receipt       01-20261122-0001",
        "total         11.05",
        "paid          9.00",
        "paid by       Alipay",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    assert!(shown.contains("6921168509256   2.00         3    6.00  水\\u{1b}[31m"), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn sales_are_listed_by_day_beside_a_running_till() {
    let yima = sold();
    let _running = Store::open(&yima.data_dir().database(Mode::Practice)).unwrap();
    let _held = yima.data_dir().lock().unwrap();
    let listed = parsed(&yima.done(&["receipts", "list", "--json"]));
    let ids: Vec<_> =
        listed.as_array().unwrap().iter().map(|sale| sale["order_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["019342f8d7a07c3ea1b2c3d4e5f60719", "019342f8d7a07c3ea1b2c3d4e5f60718"]);
    assert_eq!((&listed[0]["state"], &listed[0]["open"]), (&json!("submitting"), &json!(true)));
    assert_eq!(listed[1]["total_amount"], "11.05");
    assert_eq!(listed[1]["real_amount"], "9.00");
    assert_eq!(listed[1]["pieces"], 4);

    let list = yima.done(&["receipts", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 3, "{list}");
    assert!(lines[0].starts_with("RECEIPT "), "{list}");
    assert!(
        lines[2].starts_with("01-20261122-0001  2026-11-22 09:30:05  paid        11.05  9.00  019342"),
        "{list}"
    );

    assert_eq!(
        parsed(&yima.done(&["receipts", "list", "--json", "--limit", "1"])).as_array().unwrap().len(),
        1
    );
    let of_day =
        |day| parsed(&yima.done(&["receipts", "list", "--json", "--day", day])).as_array().unwrap().len();
    assert_eq!((of_day("2026-11-22"), of_day("2026-11-23")), (2, 0));
}

#[test]
fn what_is_not_there_or_not_one_is_told() {
    let yima = sold();
    assert!(yima.refused(&["receipts", "show", "01-20261122-0002"], 1).contains("no receipt or order"));
    assert!(yima.refused(&["receipts", "show", "11.05"], 1).contains("no receipt or order"));
    assert!(yima.refused(&["receipts", "show", "%"], 1).contains("no receipt or order"));
    assert!(yima.refused(&["receipts", "list", "--day", "yesterday"], 2).contains("--day"));
    assert!(yima.refused(&["receipts", "list", "--limit", "0"], 2).contains("--limit"));
    assert_eq!(yima.done(&["receipts", "list", "--json", "--mode", "live"]), "[]\n");
    let said = yima.refused(&["receipts", "show", "0001", "--mode", "live"], 1);
    assert!(said.contains("nothing was sold or imported"), "{said}");
    sell(&yima.data_dir().database(Mode::Practice), "29342f8d7a07c3ea1b2c3d4e5f60718", Ending::Open);
    assert!(yima.refused(&["receipts", "show", "f60718"], 1).contains("2 sales end in"));
}
