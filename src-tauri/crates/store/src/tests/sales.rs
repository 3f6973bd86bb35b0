use super::*;
use crate::{CartStatus, StoredSale};

const DETAIL: &str = r#"{"note":"三点来取"}"#;

async fn status(shop: &Shop, cart: CartId) -> Option<(CartStatus, usize)> {
    let carts = shop.store.open_carts().await.unwrap();
    carts.into_iter().find(|stored| stored.id == cart).map(|stored| (stored.status, stored.lines.len()))
}

#[tokio::test]
async fn a_sale_comes_back_as_it_began() {
    let shop = Shop::open();
    let mut goods = Cart::default();
    let changes = vec![add(&mut goods, "1", 200), add(&mut goods, "2", 333), add(&mut goods, "1", 200)];
    let cart = shop.cart_with(changes).await;
    let sale = NewSale { detail: Some(DETAIL.to_owned()), ..new_sale(cart, &goods, "a1") };
    let steps = vec![step("ready", NOON_MS), sending(step("submitting", NOON_MS + 1), 1)];
    assert_eq!(shop.store.begin_sale(sale.clone(), steps).await, Ok(2));

    let shop = shop.after_power_loss();
    let expected = StoredSale {
        order: sale.order.clone(),
        cart_id: cart,
        holds_cart: true,
        way: Way::Qr,
        tendered_fen: None,
        detail: Some(DETAIL.to_owned()),
        version: 2,
        state: "submitting".to_owned(),
        open: true,
        snapshot: r#"{"state":"submitting"}"#.to_owned(),
        facts: SaleFacts::default(),
        account: sale.account,
        store_info: sale.store_info,
        terminal_id: sale.terminal_id,
        till_number: sale.till_number,
        cashier_id: sale.cashier_id,
        body: sale.body,
        created_ms: NOON_MS,
        receipt_number: None,
    };
    assert_eq!(shop.store.open_sales().await, Ok(vec![expected.clone()]));
    assert_eq!(shop.store.sale(&sale.order.id).await, Ok(Some(expected)));
    assert_eq!(shop.store.sale(&OrderId::parse("zz").unwrap()).await, Ok(None));
    assert_eq!(status(&shop, cart).await, Some((CartStatus::Charged, 2)));

    let events = shop.store.events(&sale.order.id).await.unwrap();
    let told: Vec<_> = events.iter().map(|e| (e.version, e.event.as_str(), e.attempt, e.at_ms)).collect();
    assert_eq!(told, [(1, "became_ready", None, NOON_MS), (2, "became_submitting", Some(1), NOON_MS + 1)]);
    let attempts = shop.store.attempts(&sale.order.id).await.unwrap();
    assert_eq!((attempts.len(), attempts[0].begun_ms, &attempts[0].outcome), (1, NOON_MS + 1, &None));
}

#[tokio::test]
async fn steps_replace_the_facts_and_keep_every_event() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 1_100, NOON_MS).await;
    let facts = SaleFacts {
        trade_no: Some("t9".to_owned()),
        pay_url: Some("https://pay.example/1".to_owned()),
        payable_fen: Some(Fen::new(1_000)),
        real_fen: Some(Fen::new(900)),
        refunded_fen: Some(Fen::ZERO),
        refund_due_fen: Some(Fen::new(5)),
        channel: Some(1),
        pay_time: Some("2026-11-22 12:00:07".to_owned()),
        reason: Some(r#"{"code":"x"}"#.to_owned()),
    };
    let awaiting = SaleStep { facts: facts.clone(), ..step("awaiting", NOON_MS + 5) };
    assert_eq!(shop.store.advance(moving(&id, 2, vec![awaiting], CartFate::Stay)).await, at_version(3));
    assert_eq!(shop.store.sale(&id).await.unwrap().unwrap().facts, facts);

    let steps = vec![step("verifying", NOON_MS + 6), step("awaiting", NOON_MS + 7)];
    assert_eq!(shop.store.advance(moving(&id, 3, steps, CartFate::Stay)).await, at_version(5));
    let sale = shop.store.sale(&id).await.unwrap().unwrap();
    assert_eq!((sale.version, sale.state.as_str(), sale.facts), (5, "awaiting", SaleFacts::default()));
    let events = shop.store.events(&id).await.unwrap();
    assert_eq!(events.iter().map(|event| event.version).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(events[4].snapshot, sale.snapshot);
}

#[tokio::test]
async fn of_two_who_advance_from_one_version_one_does() {
    let shop = Shop::open();
    let (cart, id) = shop.begun("a1", 200, NOON_MS).await;
    let advance = || shop.store.advance(moving(&id, 2, vec![step("awaiting", NOON_MS)], CartFate::Stay));
    let park = shop.store.advance(moving(&id, 2, vec![step("unresolved", NOON_MS)], CartFate::Park));
    let (first, second) = tokio::join!(advance(), park);
    assert_eq!((first, second), (at_version(3), Err(StoreError::VersionConflict)));
    for wrong in [0, 1, 2, 4, u32::MAX] {
        let late = moving(&id, wrong, vec![step("closed", NOON_MS)], CartFate::Return);
        assert_eq!(shop.store.advance(late).await, Err(StoreError::VersionConflict), "{wrong}");
    }
    let nobody = moving(&OrderId::parse("zz").unwrap(), 1, vec![step("closed", NOON_MS)], CartFate::Stay);
    assert_eq!(shop.store.advance(nobody).await, Err(StoreError::VersionConflict));
    assert_eq!(shop.store.events(&id).await.unwrap().len(), 3);
    assert_eq!(status(&shop, cart).await, Some((CartStatus::Charged, 1)));
}

#[tokio::test]
async fn a_cart_has_one_sale_at_a_time() {
    let shop = Shop::open();
    let (cart, first) = shop.begun("a1", 200, NOON_MS).await;
    let mut goods = Cart::default();
    add(&mut goods, "6921168509256", 200);
    let again = |order_id: &str| {
        shop.store.begin_sale(new_sale(cart, &goods, order_id), vec![step("ready", NOON_MS)])
    };
    assert_eq!(again("a2").await, Err(StoreError::NotOpen));
    // Even where a cart was opened by mistake while its sale is not at its end.
    shop.sql("UPDATE carts SET status = 'open'").await.unwrap();
    assert_eq!(again("a2").await, Err(StoreError::NotOpen));
    // And past the interface the index refuses.
    let copy = "INSERT INTO sales (order_id, order_reversed, cart_id, total_fen, terminal_id, till_number, account,
        store_info, body, body_sha256, created_ms, day, version, state, open, updated_ms, snapshot)
        SELECT 'a2', '2a', cart_id, total_fen, terminal_id, till_number, account, store_info, body, body_sha256,
        created_ms, day, version, state, open, updated_ms, snapshot FROM sales";
    assert!(matches!(shop.sql(copy).await, Err(StoreError::Refused(_))));

    let closed = moving(&first, 2, vec![ended(step("closed", NOON_MS))], CartFate::Return);
    shop.store.advance(closed).await.unwrap();
    assert_eq!(again("a1").await, Err(StoreError::OrderExists));
    assert_eq!(again("a2").await, Ok(1));
    assert_eq!(shop.store.open_sales().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_sale_that_gave_its_cart_back_can_turn_out_paid_and_leaves_the_cart_alone() {
    let shop = Shop::open();
    let (cart, first) = shop.begun("a1", 200, NOON_MS).await;
    let closed = moving(&first, 2, vec![ended(step("closed", NOON_MS))], CartFate::Return);
    shop.store.advance(closed).await.unwrap();
    let mut goods = Cart::default();
    add(&mut goods, "6921168509256", 200);
    shop.store.begin_sale(new_sale(cart, &goods, "a2"), vec![step("ready", NOON_MS)]).await.unwrap();

    let late = moving(&first, 3, vec![step("verifying", NOON_MS)], CartFate::Park);
    assert_eq!(shop.store.advance(late).await, at_version(4));
    assert_eq!(shop.store.open_sales().await.unwrap().len(), 2);
    let paid = shop.store.advance(paying(&first, 4, 200, NOON_MS, "01")).await.unwrap();
    assert_eq!(paid.receipt_number.as_deref(), Some("01-20261122-0001"));
    assert_eq!(status(&shop, cart).await, Some((CartStatus::Charged, 1)));
}

#[tokio::test]
async fn what_becomes_of_the_cart() {
    let shop = Shop::open();
    for (number, fate, expected) in [
        (1, CartFate::Stay, Some((CartStatus::Charged, 1))),
        (2, CartFate::Return, Some((CartStatus::Open, 1))),
        (3, CartFate::Park, Some((CartStatus::Parked, 1))),
        (4, CartFate::Clear, None),
    ] {
        let (cart, id) = shop.begun(&format!("a{number}"), 200, NOON_MS).await;
        shop.store.advance(moving(&id, 2, vec![ended(step("x", NOON_MS))], fate)).await.unwrap();
        assert_eq!(status(&shop, cart).await, expected, "{fate:?}");
    }
    shop.sql(
        "CREATE TEMP TABLE left_over AS SELECT 1 FROM cart_lines JOIN carts USING (cart_id)
              WHERE status = 'done'",
    )
    .await
    .unwrap();
    let left: u32 = shop
        .store
        .on_writer(|connection| {
            Ok(connection.query_row("SELECT count(*) FROM left_over", [], |row| row.get(0))?)
        })
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_cart_that_was_given_back_can_be_sold_while_its_old_order_is_looked_into() {
    let shop = Shop::open();
    let (cart, first) = shop.begun("a1", 200, NOON_MS).await;
    let closed = moving(&first, 2, vec![ended(step("closed", NOON_MS))], CartFate::Return);
    assert_eq!(shop.store.advance(closed).await, at_version(3));
    let doubtful = vec![step("verifying", NOON_MS), step("unresolved", NOON_MS)];
    assert_eq!(shop.store.advance(moving(&first, 3, doubtful, CartFate::Park)).await, at_version(5));
    let mut goods = Cart::default();
    add(&mut goods, "6921168509256", 200);
    let second = new_sale(cart, &goods, "a2");
    assert_eq!(shop.store.begin_sale(second, vec![step("ready", NOON_MS)]).await, Ok(1));
}

#[tokio::test]
async fn a_cart_that_is_done_stays_done() {
    let shop = Shop::open();
    let (cart, id) = shop.begun("a1", 200, NOON_MS).await;
    shop.store.advance(paying(&id, 2, 200, NOON_MS, "01")).await.unwrap();
    for (version, fate) in [(3, CartFate::Hold), (4, CartFate::Park), (5, CartFate::Return)] {
        shop.store.advance(moving(&id, version, vec![step("refunding", NOON_MS)], fate)).await.unwrap();
        assert_eq!(status(&shop, cart).await, None, "{fate:?}");
    }
    assert_eq!(shop.store.save_cart(cart, Vec::new()).await, Err(StoreError::NotOpen));
}

#[tokio::test]
async fn how_an_attempt_ended_is_noted() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    let retry = moving(&id, 2, vec![sending(step("submitting", NOON_MS + 9), 2)], CartFate::Stay);
    shop.store.advance(retry).await.unwrap();
    shop.store.note_attempt(id.clone(), 1, "not_sent".to_owned(), NOON_MS + 8).await.unwrap();
    let told: Vec<_> = shop.store.attempts(&id).await.unwrap();
    let told: Vec<_> = told.iter().map(|a| (a.attempt, a.outcome.as_deref(), a.ended_ms)).collect();
    assert_eq!(told, [(1, Some("not_sent"), Some(NOON_MS + 8)), (2, None, None)]);
    let nobody = shop.store.note_attempt(id.clone(), 3, "not_sent".to_owned(), NOON_MS).await;
    assert!(matches!(nobody, Err(StoreError::Refused(_))));
    let twice = moving(&id, 3, vec![sending(step("submitting", NOON_MS), 2)], CartFate::Stay);
    assert!(matches!(shop.store.advance(twice).await, Err(StoreError::Refused(_))));
    assert_eq!(shop.store.sale(&id).await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn what_makes_no_sale_is_refused_whole() {
    let shop = Shop::open();
    let mut goods = Cart::default();
    let changes = vec![add(&mut goods, "1", 200)];
    let cart = shop.cart_with(changes).await;
    let good = new_sale(cart, &goods, "a1");
    let ready = vec![step("ready", NOON_MS)];

    let mut cases = vec![(good.clone(), Vec::new())];
    let mut astray = good.clone();
    astray.order.total_fen = Fen::new(201);
    cases.push((astray, ready.clone()));
    let mut line = good.clone();
    line.order.lines[0].amount_fen = Fen::new(100);
    line.order.total_fen = Fen::new(100);
    cases.push((line, ready.clone()));
    cases.push((NewSale { account: "not json".to_owned(), ..good.clone() }, ready.clone()));
    cases.push((NewSale { detail: Some("not json".to_owned()), ..good.clone() }, ready.clone()));
    let negative = SaleFacts { payable_fen: Some(Fen::new(-1)), ..SaleFacts::default() };
    cases.push((good.clone(), vec![SaleStep { facts: negative, ..step("ready", NOON_MS) }]));
    cases.push((good.clone(), vec![sending(step("submitting", NOON_MS), 0)]));
    for (sale, steps) in cases {
        let told = format!("{sale:?} {steps:?}");
        assert!(matches!(shop.store.begin_sale(sale, steps).await, Err(StoreError::Refused(_))), "{told}");
    }
    assert_eq!(shop.store.open_sales().await, Ok(Vec::new()));
    assert_eq!(status(&shop, cart).await, Some((CartStatus::Open, 1)));
    assert_eq!(shop.store.begin_sale(good, ready).await, Ok(1));
}

#[tokio::test]
async fn what_has_happened_is_never_changed() {
    let shop = Shop::open();
    let number = shop.paid("a1", 200, NOON_MS, "01").await;
    for statement in [
        "UPDATE sale_events SET state = 'void'",
        "DELETE FROM sale_events",
        "INSERT INTO sale_events VALUES ('a1', 5, 'e', 's', '{}', NULL, 1)",
        "INSERT INTO sale_events VALUES ('a1', 3, 'e', 's', '{}', NULL, 1)",
        "INSERT INTO sale_events VALUES ('zz', 1, 'e', 's', '{}', NULL, 1)",
        "UPDATE receipts SET count = 7",
        "DELETE FROM receipts",
        "UPDATE sale_lines SET title = 'x'",
        "DELETE FROM sale_lines",
        "UPDATE sales SET body = x'00'",
        "UPDATE sales SET total_fen = 1",
        "DELETE FROM sales",
        "UPDATE sales SET real_fen = 1.5",
        "UPDATE sales SET real_fen = 'much'",
    ] {
        assert!(matches!(shop.sql(statement).await, Err(StoreError::Refused(_))), "{statement}");
    }
    let sale = shop.store.sale(&OrderId::parse("a1").unwrap()).await.unwrap().unwrap();
    assert_eq!((sale.version, sale.receipt_number), (3, Some(number)));
}

#[tokio::test]
async fn a_body_that_is_not_the_one_kept_is_not_given_out() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    shop.sql("DROP TRIGGER sales_frozen; UPDATE sales SET body = x'7b7d'").await.unwrap();
    assert!(matches!(shop.store.sale(&id).await, Err(StoreError::Damaged(_))));
    assert!(matches!(shop.store.open_sales().await, Err(StoreError::Damaged(_))));
}
