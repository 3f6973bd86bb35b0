//! Keys for goods, and categories to look through.

use yima_core::catalogue::GoodsRow;

use super::*;
use crate::backup::{back_up_goods, has_new_goods};
use crate::{DataDir, QuickKey};

const HOUR_MS: i64 = 3_600_000;

fn row(code: &str, title: &str, category: &str) -> GoodsRow {
    GoodsRow {
        barcode: barcode(code),
        more_barcodes: None,
        title: title.to_owned(),
        price_fen: Fen::new(100),
        unit: None,
        category: Some(category.to_owned()),
        is_active: None,
    }
}

fn key(code: &str, colour: u8) -> QuickKey {
    QuickKey { barcode: barcode(code), colour, picture: None }
}

async fn import(store: &Store, rows: Vec<GoodsRow>) {
    let put = move |import: &mut crate::GoodsImport<'_>| {
        (1..).zip(rows).try_for_each(|(line, row)| import.put(line, row).map(drop))
    };
    store.import_goods(put).await.unwrap_or_else(|error: StoreError| panic!("{error}"));
}

async fn keys(store: &Store) -> Vec<(QuickKey, Option<String>)> {
    let keys = store.quick_keys().await.unwrap();
    keys.into_iter().map(|(key, goods)| (key, goods.map(|goods| goods.title))).collect()
}

#[tokio::test]
async fn quick_keys_keep_their_order_over_an_import_and_a_start() {
    let shop = Shop::open();
    assert_eq!(keys(&shop.store).await, []);
    import(&shop.store, vec![row("APPLE", "苹果", "水果"), row("PEAR", "梨", "水果")]).await;
    let wanted = vec![key("PEAR", 3), key("APPLE", 0), key("PEAR", 5), key("GONE", 7)];
    shop.store.set_quick_keys(wanted).await.unwrap();
    let named = |key, title: &str| (key, Some(title.to_owned()));
    let kept = [named(key("PEAR", 3), "梨"), named(key("APPLE", 0), "苹果"), (key("GONE", 7), None)];
    assert_eq!(keys(&shop.store).await, kept, "of two keys for the same goods the first stays");

    let shop = shop.reopen();
    import(&shop.store, vec![row("PEAR", "雪梨", "水果"), row("GONE", "香蕉", "水果")]).await;
    let kept = [named(key("PEAR", 3), "雪梨"), named(key("APPLE", 0), "苹果"), named(key("GONE", 7), "香蕉")];
    assert_eq!(keys(&shop.store).await, kept);
    shop.store.set_quick_keys(Vec::new()).await.unwrap();
    assert_eq!(keys(&shop.store).await, []);
}

#[tokio::test]
async fn a_quick_key_keeps_its_picture() {
    let shop = Shop::open();
    let pictured = |code: &str, name: &str| QuickKey { picture: Some(name.to_owned()), ..key(code, 1) };
    let wanted = vec![pictured("APPLE", "苹果.jpg"), key("PEAR", 2)];
    shop.store.set_quick_keys(wanted.clone()).await.unwrap();
    let shop = shop.reopen();
    let kept: Vec<QuickKey> = keys(&shop.store).await.into_iter().map(|(key, _)| key).collect();
    assert_eq!(kept, wanted);
    let long = "长".repeat(QuickKey::PICTURE_CHARS_MAX + 1);
    assert!(shop.store.set_quick_keys(vec![pictured("APPLE", &long)]).await.is_err());
    assert_eq!(keys(&shop.store).await.len(), 2, "all or nothing");
}

#[tokio::test]
async fn there_are_not_more_quick_keys_than_can_be_looked_at() {
    let shop = Shop::open();
    let many = (0..200).map(|number| key(&format!("A{number}"), 0)).collect();
    shop.store.set_quick_keys(many).await.unwrap();
    assert_eq!(keys(&shop.store).await.len(), QuickKey::MAX);
    assert!(shop.store.set_quick_keys(vec![key("A", QuickKey::COLOURS)]).await.is_err());
    assert_eq!(keys(&shop.store).await.len(), QuickKey::MAX, "all or nothing");
}

#[tokio::test]
async fn quick_keys_are_in_the_next_backup_of_the_goods() {
    let shop = Shop::open();
    import(&shop.store, vec![row("APPLE", "苹果", "水果")]).await;
    let folder = DataDir::locate(Some(shop.folder.path().to_owned())).unwrap();
    assert!(back_up_goods(&folder, NOON_MS).unwrap().is_some());
    assert!(!has_new_goods(&folder, NOON_MS + HOUR_MS).unwrap());
    shop.store.set_quick_keys(vec![key("APPLE", 1)]).await.unwrap();
    assert!(has_new_goods(&folder, NOON_MS + HOUR_MS).unwrap());
}

#[tokio::test]
async fn goods_are_looked_through_by_category_and_name() {
    let shop = Shop::open();
    let not_sold = GoodsRow { is_active: Some(false), ..row("5", "榴莲", "热带水果") };
    let goods = vec![
        row("1", "b 梨", "水果"),
        row("2", "a 苹果", "水果"),
        row("3", "c 桃", "水果"),
        row("4", "白菜", "蔬菜"),
        not_sold,
        row("6", "袋子", ""),
    ];
    import(&shop.store, goods).await;
    assert_eq!(shop.store.categories().await.unwrap(), ["水果", "蔬菜"], "of what is sold, and named");
    let titles = async |category: &str, skip, at_most| {
        let goods = shop.store.goods_of(category.to_owned(), skip, at_most).await.unwrap();
        goods.into_iter().map(|goods| goods.title).collect::<Vec<_>>()
    };
    assert_eq!(titles("水果", 0, 2).await, ["a 苹果", "b 梨"]);
    assert_eq!(titles("水果", 2, 2).await, ["c 桃"]);
    assert_eq!(titles("热带水果", 0, 9).await, Vec::<String>::new());
    assert_eq!(titles("", 0, 9).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_category_is_filtered_by_part_of_a_name_and_by_initials() {
    let shop = Shop::open();
    let not_sold = GoodsRow { is_active: Some(false), ..row("5", "红毛丹", "水果") };
    let goods = vec![
        row("1", "红富士苹果", "水果"),
        row("2", "青苹果", "水果"),
        row("3", "红提", "水果"),
        row("4", "红薯", "蔬菜"),
        not_sold,
    ];
    import(&shop.store, goods).await;
    let titles = async |text: &str, at_most| {
        let query = yima_core::catalogue::Query::parse(text).unwrap();
        let goods = shop.store.goods_of_with("水果".to_owned(), query, at_most).await.unwrap();
        goods.into_iter().map(|goods| goods.title).collect::<Vec<_>>()
    };
    assert_eq!(titles("苹果", 9).await, ["红富士苹果", "青苹果"]);
    assert_eq!(titles("pg", 9).await, ["红富士苹果", "青苹果"]);
    assert_eq!(titles("h", 9).await, ["红富士苹果", "红提"], "of this category, and sold");
    assert_eq!(titles("h", 1).await, ["红富士苹果"]);
    assert_eq!(titles("香蕉", 9).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_category_is_looked_up_and_not_gone_through() {
    let shop = Shop::open();
    let catalogue = rusqlite::Connection::open(shop.folder.path().join("live-goods.db")).unwrap();
    let plan = |sql: &str| {
        let mut query = catalogue.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = query.query_map([], |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    let page = plan(
        "SELECT product_id FROM products WHERE category = 'a' AND active = 1 AND category <> '' ORDER BY folded",
    );
    assert!(page.contains("COVERING INDEX products_by_category") && !page.contains("B-TREE"), "{page}");
    let next =
        plan("SELECT min(category) FROM products WHERE active = 1 AND category <> '' AND category > 'a'");
    assert!(next.starts_with("SEARCH products USING COVERING INDEX products_by_category"), "{next}");
}
