use super::*;
use crate::CartStatus;
use crate::verify::verify;

fn cash(cart: CartId, goods: &Cart, order_id: &str, tendered_fen: i64) -> NewSale {
    NewSale {
        way: Way::Cash,
        tendered_fen: Some(Fen::new(tendered_fen)),
        body: Vec::new(),
        ..new_sale(cart, goods, order_id)
    }
}

fn paid(total_fen: i64) -> SaleStep {
    let facts = SaleFacts { real_fen: Some(Fen::new(total_fen)), ..SaleFacts::default() };
    SaleStep { facts, ..ended(step("paid", NOON_MS)) }
}

fn receipt() -> NewReceipt {
    NewReceipt { till_number: "01".to_owned(), at_ms: NOON_MS }
}

async fn goods(shop: &Shop) -> (CartId, Cart) {
    let mut goods = Cart::default();
    let changes = vec![add(&mut goods, "1", 200)];
    (shop.cart_with(changes).await, goods)
}

#[tokio::test]
async fn a_cash_sale_its_receipt_and_its_empty_cart_are_one() {
    let shop = Shop::open();
    shop.paid("a1", 300, NOON_MS, "01").await;
    let (cart, goods) = goods(&shop).await;
    let sold = shop.store.sell(cash(cart, &goods, "c1", 500), paid(200), receipt()).await;
    let number = Some("01-20261122-0002".to_owned());
    assert_eq!(sold, Ok(Advanced { version: 1, receipt_number: number.clone() }));

    let shop = shop.after_power_loss();
    let sale = shop.store.sale(&OrderId::parse("c1").unwrap()).await.unwrap().unwrap();
    assert_eq!((sale.way, sale.tendered_fen, sale.open), (Way::Cash, Some(Fen::new(500)), false));
    assert_eq!(sale.receipt_number, number);
    assert!(shop.store.open_carts().await.unwrap().iter().all(|kept| kept.status != CartStatus::Open));
    assert_eq!(shop.store.day_totals("2026-11-22").await, Ok((2, Fen::new(500))));
    let rows = shop.store.sales(crate::SaleSearch { limit: 9, ..Default::default() }).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.way).collect::<Vec<_>>(), [Way::Cash, Way::Qr]);
    assert_eq!(verify(&shop.path()).unwrap().findings, []);
}

#[tokio::test]
async fn a_cart_is_sold_for_cash_once_and_not_while_an_order_of_it_is_open() {
    let shop = Shop::open();
    let (cart, goods) = goods(&shop).await;
    let sell = |order_id: &str| shop.store.sell(cash(cart, &goods, order_id, 200), paid(200), receipt());
    shop.store.begin_sale(new_sale(cart, &goods, "a1"), vec![step("ready", NOON_MS)]).await.unwrap();
    assert_eq!(sell("c1").await, Err(StoreError::NotOpen));
    let id = OrderId::parse("a1").unwrap();
    let closed = moving(&id, 1, vec![ended(step("closed", NOON_MS))], CartFate::Return);
    shop.store.advance(closed).await.unwrap();
    assert_eq!(sell("a1").await, Err(StoreError::OrderExists));
    assert!(sell("c1").await.is_ok());
    assert_eq!(sell("c2").await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.day_totals("2026-11-22").await, Ok((1, Fen::new(200))));
}

#[tokio::test]
async fn d2_a_full_disk_sells_nothing_for_cash_and_the_goods_stay() {
    let shop = Shop::open();
    let (cart, goods) = goods(&shop).await;
    shop.sql("PRAGMA max_page_count = 1").await.unwrap();
    let large = || SaleStep { snapshot: format!("\"{}\"", "x".repeat(60_000)), ..paid(200) };
    let sell = || shop.store.sell(cash(cart, &goods, "c1", 200), large(), receipt());
    assert_eq!(sell().await, Err(StoreError::DiskFull));
    assert_eq!(shop.store.sale(&OrderId::parse("c1").unwrap()).await, Ok(None));
    assert_eq!(shop.store.open_carts().await.unwrap()[0].lines.len(), 1);
    assert_eq!(shop.store.day_totals("2026-11-22").await, Ok((0, Fen::ZERO)));
    shop.sql("PRAGMA max_page_count = 1000000").await.unwrap();
    assert!(sell().await.is_ok());
}

#[tokio::test]
async fn the_way_of_a_sale_never_changes_and_too_little_is_not_kept() {
    let shop = Shop::open();
    let (cart, goods) = goods(&shop).await;
    let too_little = shop.store.sell(cash(cart, &goods, "c1", 199), paid(200), receipt()).await;
    assert!(matches!(too_little, Err(StoreError::Refused(_))), "{too_little:?}");
    shop.store.sell(cash(cart, &goods, "c1", 200), paid(200), receipt()).await.unwrap();
    for change in ["way = 'qr'", "tendered_fen = 300"] {
        let changed = shop.sql(&format!("UPDATE sales SET {change}")).await;
        assert!(matches!(changed, Err(StoreError::Refused(_))), "{change}: {changed:?}");
    }
}
