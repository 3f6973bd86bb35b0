use super::*;

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn numbers_count_by_till_and_day() {
    let shop = Shop::open();
    let mut orders = (1..).map(|number| format!("a{number}"));
    for (at_ms, till, expected) in [
        (NOON_MS, "01", "01-20261122-0001"),
        (NOON_MS + 1, "01", "01-20261122-0002"),
        (NOON_MS + 2, "02", "02-20261122-0001"),
        (NOON_MS + 12 * HOUR_MS - 1, "01", "01-20261122-0003"),
        (NOON_MS + 12 * HOUR_MS, "01", "01-20261123-0001"),
        // A clock set back goes on counting where that day ended.
        (NOON_MS, "01", "01-20261122-0004"),
        (0, "01", "01-19700101-0001"),
        (-9 * HOUR_MS, "01", "01-19691231-0001"),
    ] {
        assert_eq!(shop.paid(&orders.next().unwrap(), 200, at_ms, till).await, expected);
    }
    let shop = shop.reopen();
    assert_eq!(shop.paid("b1", 200, NOON_MS, "01").await, "01-20261122-0005");
}

#[tokio::test]
async fn a_clock_beyond_all_calendars_does_not_stop_a_sale() {
    let shop = Shop::open();
    assert_eq!(shop.paid("a1", 200, i64::MAX, "01").await, "01-99991231-0001");
    assert!(shop.paid("a2", 200, i64::MIN, "01").await.starts_with("01--9999"));
}

#[tokio::test]
async fn a_sale_has_one_receipt() {
    let shop = Shop::open();
    let number = shop.paid("a1", 200, NOON_MS, "01").await;
    let id = OrderId::parse("a1").unwrap();
    let again = shop.store.advance(paying(&id, 3, 200, NOON_MS + 24 * HOUR_MS, "02")).await.unwrap();
    assert_eq!(again.receipt_number.as_ref(), Some(&number));
    assert_eq!(shop.store.sale(&id).await.unwrap().unwrap().receipt_number, Some(number));
    assert_eq!(shop.paid("a2", 200, NOON_MS, "01").await, "01-20261122-0002");
}

#[tokio::test]
async fn a_payment_that_is_refused_uses_no_number() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    assert_eq!(
        shop.store.advance(paying(&id, 1, 200, NOON_MS, "01")).await,
        Err(StoreError::VersionConflict)
    );
    let mut unreadable = paying(&id, 2, 200, NOON_MS, "01");
    unreadable.steps[0].snapshot = "{".to_owned();
    assert!(matches!(shop.store.advance(unreadable).await, Err(StoreError::Refused(_))));
    let mut nameless = paying(&id, 2, 200, NOON_MS, "");
    nameless.cart = CartFate::Clear;
    assert!(matches!(shop.store.advance(nameless).await, Err(StoreError::Refused(_))));
    assert_eq!(shop.store.open_carts().await.unwrap()[0].lines.len(), 1);
    let paid = shop.store.advance(paying(&id, 2, 200, NOON_MS, "01")).await.unwrap();
    assert_eq!((paid.version, paid.receipt_number.as_deref()), (3, Some("01-20261122-0001")));
}

#[tokio::test]
async fn a_day_comes_to_what_was_paid_on_it() {
    let shop = Shop::open();
    shop.paid("a1", 200, NOON_MS, "01").await;
    shop.paid("a2", 4_343, NOON_MS, "02").await;
    shop.paid("a3", 999, NOON_MS + 24 * HOUR_MS, "01").await;
    shop.begun("a4", 7_777, NOON_MS).await;
    for (day, expected) in [
        ("2026-11-22", (2, Fen::new(4_543))),
        ("20261122", (2, Fen::new(4_543))),
        ("2026-11-23", (1, Fen::new(999))),
        ("2026-11-24", (0, Fen::ZERO)),
        ("yesterday", (0, Fen::ZERO)),
        ("", (0, Fen::ZERO)),
    ] {
        assert_eq!(shop.store.day_totals(day).await, Ok(expected), "{day}");
    }
}
