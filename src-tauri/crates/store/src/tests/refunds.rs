use super::*;
use crate::{CartStatus, SaleSearch, StoredRefund};

fn refund(id: &str, fen: i64, progress: &str) -> StoredRefund {
    StoredRefund {
        refund_id: OrderId::parse(id).unwrap(),
        amount_fen: Fen::new(fen),
        progress: progress.to_owned(),
    }
}

#[tokio::test]
async fn a_refund_keeps_its_id_and_amount() {
    let shop = Shop::open();
    shop.paid("a1", 1_100, NOON_MS, "01").await;
    let id = OrderId::parse("a1").unwrap();
    let about = |state: &str, refund| SaleStep { refund: Some(refund), ..step(state, NOON_MS) };
    let steps = vec![about("refunding", refund("r1", 500, "begun"))];
    assert_eq!(shop.store.advance(moving(&id, 3, steps, CartFate::Stay)).await, at_version(4));
    let steps = vec![about("paid", refund("r1", 500, "done"))];
    assert_eq!(shop.store.advance(moving(&id, 4, steps, CartFate::Stay)).await, at_version(5));
    let steps = vec![about("refunding", refund("r2", 600, "begun"))];
    assert_eq!(shop.store.advance(moving(&id, 5, steps, CartFate::Stay)).await, at_version(6));
    let kept = vec![refund("r1", 500, "done"), refund("r2", 600, "begun")];
    assert_eq!(shop.store.refunds(&id).await, Ok(kept.clone()));

    shop.paid("a2", 1_100, NOON_MS, "01").await;
    let other = OrderId::parse("a2").unwrap();
    for (order, version, wrong) in [
        (&id, 6, refund("r2", 601, "sent")),
        (&other, 3, refund("r2", 600, "sent")),
        (&id, 6, refund("r3", 0, "begun")),
    ] {
        let refused = moving(order, version, vec![about("refunding", wrong)], CartFate::Stay);
        assert!(matches!(shop.store.advance(refused).await, Err(StoreError::Refused(_))));
    }
    assert_eq!(shop.store.refunds(&id).await, Ok(kept));
    assert!(shop.sql("DELETE FROM refunds").await.is_err());
}

#[tokio::test]
async fn what_is_watched_or_due_is_found_again_with_its_note() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    let closed = SaleStep { watched: true, ..ended(step("closed", NOON_MS)) };
    shop.store.advance(moving(&id, 2, vec![closed], CartFate::Return)).await.unwrap();
    shop.begun("a2", 300, NOON_MS + 1).await;
    let watched = shop.store.watched_sales().await.unwrap();
    assert_eq!(
        watched.iter().map(|sale| (sale.order.id.as_str(), sale.holds_cart)).collect::<Vec<_>>(),
        [("a1", false)]
    );
    assert_eq!(shop.store.open_sales().await.unwrap().len(), 1, "a watched sale is not open");

    let mut due = SaleStep { watched: true, urgent: true, ..ended(step("paid", NOON_MS)) };
    due.facts.refund_due_fen = Some(Fen::new(200));
    shop.store.advance(moving(&id, 3, vec![due], CartFate::Clear)).await.unwrap();
    let rows = shop.store.sales(SaleSearch { limit: 9, ..SaleSearch::default() }).await.unwrap();
    assert_eq!((rows[0].order_id.as_str(), rows[0].refund_due_fen), ("a1", Some(Fen::new(200))));
    let note = Some(r#"{"by":"王","why":"退了"}"#.to_owned());
    let settled = SaleStep { note: note.clone(), ..ended(step("paid", NOON_MS)) };
    shop.store.advance(moving(&id, 4, vec![settled], CartFate::Stay)).await.unwrap();
    assert_eq!(shop.store.watched_sales().await, Ok(Vec::new()));
    assert_eq!(shop.store.events(&id).await.unwrap()[4].note, note);
}

#[tokio::test]
async fn a_cart_given_back_is_taken_back_only_while_nothing_else_became_of_it() {
    let shop = Shop::open();
    let status = async |cart| {
        let carts = shop.store.open_carts().await.unwrap();
        carts.into_iter().find(|stored| stored.id == cart).map(|stored| stored.status)
    };
    for (given_back, is_there) in [(CartFate::Return, true), (CartFate::Hold, true), (CartFate::Clear, false)]
    {
        let order_id = format!("a{}", given_back as u8);
        let (cart, id) = shop.begun(&order_id, 200, NOON_MS).await;
        shop.store.advance(moving(&id, 2, vec![ended(step("closed", NOON_MS))], given_back)).await.unwrap();
        let again = shop.store.advance(moving(&id, 3, vec![step("verifying", NOON_MS)], CartFate::TakeBack));
        assert_eq!(again.await, if is_there { at_version(4) } else { Err(StoreError::NotOpen) });
        assert_eq!(status(cart).await, is_there.then_some(CartStatus::Charged));
    }
    let (cart, id) = shop.begun("a9", 200, NOON_MS).await;
    let closed = moving(&id, 2, vec![ended(step("closed", NOON_MS))], CartFate::Return);
    shop.store.advance(closed).await.unwrap();
    let mut goods = Cart::default();
    add(&mut goods, "6921168509256", 200);
    let second = new_sale(cart, &goods, "b1");
    shop.store.begin_sale(second, vec![step("ready", NOON_MS)]).await.unwrap();
    let again = moving(&id, 3, vec![step("verifying", NOON_MS)], CartFate::TakeBack);
    assert_eq!(shop.store.advance(again).await, Err(StoreError::NotOpen), "it was sold again");
}
