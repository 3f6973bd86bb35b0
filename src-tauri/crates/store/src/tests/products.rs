use super::*;
use crate::sample;

#[tokio::test]
async fn an_import_adds_and_replaces() {
    let shop = Shop::open();
    let water = product("6921168509256", "water", 200);
    let dearer = product("6921168509256", "water 550ml", 250);
    let cola = product("6983748939221", "cola", 300);
    shop.store.import_products(vec![water]).await.unwrap();
    shop.store
        .import_products(vec![cola.clone(), product("6921168509256", "lost", 1), dearer.clone()])
        .await
        .unwrap();
    assert_eq!(shop.store.product_count().await, Ok(2));
    assert_eq!(shop.store.product(&dearer.barcode).await, Ok(Some(dearer)));
    assert_eq!(shop.store.product(&cola.barcode).await, Ok(Some(cola)));
    assert_eq!(shop.store.product(&barcode("1")).await, Ok(None));
}

#[tokio::test]
async fn an_import_with_a_bad_row_changes_nothing() {
    let shop = Shop::open();
    let import = vec![product("1", "one", 100), product("2", "free", 0)];
    assert!(matches!(shop.store.import_products(import).await, Err(StoreError::Refused(_))));
    assert_eq!(shop.store.product_count().await, Ok(0));
}

#[tokio::test]
async fn the_sample_goes_only_into_an_empty_catalogue() {
    let shop = Shop::open();
    assert_eq!(shop.store.seed_if_empty().await, Ok(true));
    assert_eq!(shop.store.seed_if_empty().await, Ok(false));
    assert_eq!(shop.store.product_count().await, Ok(u32::try_from(sample::products().len()).unwrap()));
    let water = shop.store.product(&barcode("6921168509256")).await.unwrap().unwrap();
    assert_eq!((water.title.as_str(), water.price_fen), ("农夫山泉饮用天然水 550ml", Fen::new(200)));

    let own = Shop::open();
    own.store.import_products(vec![product("1", "one", 100)]).await.unwrap();
    assert_eq!(own.store.seed_if_empty().await, Ok(false));
    assert_eq!(own.store.product_count().await, Ok(1));
}
