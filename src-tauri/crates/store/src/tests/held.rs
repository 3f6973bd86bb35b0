use super::*;
use crate::{CartStatus, HeldCart};

async fn names(shop: &Shop) -> Vec<Option<String>> {
    shop.store.held_carts().await.unwrap().into_iter().map(|held| held.name).collect()
}

async fn cart(shop: &Shop) -> CartId {
    let mut goods = Cart::default();
    shop.cart_with(vec![add(&mut goods, "6921168509256", 200)]).await
}

#[tokio::test]
async fn held_carts_are_listed_by_how_long_they_wait_and_survive() {
    let shop = Shop::open();
    let (first, second, third) = (cart(&shop).await, cart(&shop).await, cart(&shop).await);
    shop.store.hold(second, Some("李姐".to_owned()), NOON_MS).await.unwrap();
    shop.store.hold(first, None, NOON_MS + 1).await.unwrap();
    shop.store.hold(third, None, NOON_MS + 2).await.unwrap();
    let shop = shop.reopen();
    assert_eq!(names(&shop).await, [Some("李姐".into()), Some("1".into()), Some("2".into())]);
    let held = shop.store.held_carts().await.unwrap().remove(0);
    let HeldCart { cart, given_back_as, held_ms, .. } = held;
    assert_eq!((cart.id, cart.status, cart.lines.len()), (second, CartStatus::Held, 1));
    assert_eq!((given_back_as, held_ms), (None, Some(NOON_MS)));
}

#[tokio::test]
async fn a_cart_that_waits_again_keeps_its_name_unless_another_has_it() {
    let shop = Shop::open();
    let (first, second) = (cart(&shop).await, cart(&shop).await);
    shop.store.hold(first, None, NOON_MS).await.unwrap();
    shop.store.bring_up(first, Some(second), NOON_MS).await.unwrap();
    assert_eq!(names(&shop).await, [Some("1".into())], "its number was free again");
    shop.store.bring_up(second, Some(first), NOON_MS).await.unwrap();
    assert_eq!(names(&shop).await, [Some("1".into())]);
    shop.store.hold(second, None, NOON_MS + 1).await.unwrap();
    assert_eq!(names(&shop).await, [Some("1".into()), Some("2".into())], "no number twice");

    shop.store.bring_up(second, None, NOON_MS).await.unwrap();
    shop.store.hold(second, Some("桌 5".to_owned()), NOON_MS + 2).await.unwrap();
    shop.store.bring_up(second, None, NOON_MS).await.unwrap();
    shop.store.hold(second, None, NOON_MS + 3).await.unwrap();
    assert_eq!(names(&shop).await, [Some("1".into()), Some("桌 5".into())]);
}

#[tokio::test]
async fn goods_given_back_are_named_by_what_became_of_the_sale() {
    let shop = Shop::open();
    let (cart, id) = shop.begun("a1", 200, NOON_MS).await;
    let closed = moving(&id, 2, vec![ended(step("closed", NOON_MS + 5))], CartFate::Hold);
    shop.store.advance(closed).await.unwrap();
    let held = shop.store.held_carts().await.unwrap().remove(0);
    assert_eq!((held.cart.id, held.name, held.given_back_as), (cart, None, Some("closed".to_owned())));
    assert_eq!(held.held_ms, Some(NOON_MS + 5));
}

#[tokio::test]
async fn only_a_held_cart_is_brought_up_or_given_up_and_only_an_open_one_held() {
    let shop = Shop::open();
    let (waiting, open) = (cart(&shop).await, cart(&shop).await);
    shop.store.hold(waiting, None, NOON_MS).await.unwrap();
    assert_eq!(shop.store.hold(waiting, None, NOON_MS).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.bring_up(open, None, NOON_MS).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.drop_held(open).await, Err(StoreError::NotOpen));
    let (charged, _) = shop.begun("a1", 200, NOON_MS).await;
    assert_eq!(shop.store.hold(charged, None, NOON_MS).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.bring_up(waiting, Some(charged), NOON_MS).await, Err(StoreError::NotOpen));
    assert_eq!(names(&shop).await.len(), 1, "and nothing of that was done");
    let too_long = Some("名".repeat(HeldCart::NAME_CHARS_MAX + 1));
    assert!(shop.store.hold(open, too_long, NOON_MS).await.is_err());

    shop.store.drop_held(waiting).await.unwrap();
    assert_eq!(names(&shop).await, []);
    assert!(shop.store.open_carts().await.unwrap().iter().all(|cart| cart.id != waiting));
    assert_eq!(shop.store.drop_held(waiting).await, Err(StoreError::NotOpen));
}
