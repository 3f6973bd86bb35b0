//! The catalogue beside a database.

use std::fs;

use yima_core::catalogue::{GoodsRow, Listed, Query, Remark, Unit};

use super::*;

fn row(code: &str, title: &str) -> GoodsRow {
    GoodsRow {
        barcode: barcode(code),
        more_barcodes: None,
        title: title.to_owned(),
        price_fen: Fen::new(100),
        unit: None,
        category: None,
        is_active: None,
    }
}

async fn import(shop: &Shop, rows: Vec<GoodsRow>) -> Vec<(u32, Remark)> {
    let put = move |import: &mut crate::GoodsImport<'_>| {
        let mut remarks = Vec::new();
        for (line, row) in (2..).zip(rows) {
            remarks.extend(import.put(line, row)?.into_iter().map(|remark| (line, remark)));
        }
        Ok::<_, StoreError>(remarks)
    };
    shop.store.import_goods(put).await.unwrap()
}

async fn find(shop: &Shop, text: &str) -> Vec<String> {
    let found = shop.store.search_goods(Query::parse(text).unwrap()).await.unwrap();
    found.products.into_iter().map(|product| product.title).collect()
}

async fn everything(shop: &Shop) -> Vec<Listed> {
    shop.store.export_goods(|goods| goods.collect::<Result<_, StoreError>>()).await.unwrap()
}

#[tokio::test]
async fn goods_are_found_best_first() {
    let shop = Shop::open();
    let titles = ["百事可乐 330ml", "可乐鸡翅", "可口可乐 330ml", "可乐", "雪碧 500ml", "农夫山泉"];
    let rows = (1..).zip(titles).map(|(number, title)| row(&format!("692116850{number:04}"), title));
    import(&shop, rows.collect()).await;
    assert_eq!(find(&shop, "可乐").await, ["可乐", "可乐鸡翅", "百事可乐 330ml", "可口可乐 330ml"]);
    assert_eq!(find(&shop, "kl").await, ["可乐", "可乐鸡翅", "百事可乐 330ml", "可口可乐 330ml"]);
    assert_eq!(find(&shop, "kkkl").await, ["可口可乐 330ml"]);
    assert_eq!(find(&shop, "泉").await, ["农夫山泉"]);
    assert_eq!(find(&shop, "330").await, ["百事可乐 330ml", "可口可乐 330ml"]);
    assert_eq!(find(&shop, "可乐 330").await, ["百事可乐 330ml", "可口可乐 330ml"]);
    assert_eq!(find(&shop, "6921168500002").await, ["可乐鸡翅"]);
    assert_eq!(find(&shop, "0006").await, ["农夫山泉"]);
    assert_eq!(find(&shop, "692").await.len(), 6);
    assert_eq!(find(&shop, "葡萄").await, Vec::<String>::new());
    assert_eq!(find(&shop, "\" OR words MATCH \"").await, Vec::<String>::new());
}

#[tokio::test]
async fn goods_that_are_not_sold_are_found_last_and_never_sold() {
    let shop = Shop::open();
    let inactive = GoodsRow { is_active: Some(false), ..row("1", "月饼") };
    import(&shop, vec![inactive, row("2", "月饼盒")]).await;
    assert_eq!(shop.store.product(&barcode("1")).await, Ok(None));
    let kept = shop.store.article(&barcode("1")).await.unwrap().unwrap();
    assert_eq!((kept.product.title.as_str(), kept.is_active), ("月饼", false));
    assert!(shop.store.article(&barcode("2")).await.unwrap().unwrap().is_active);
    assert_eq!(shop.store.article(&barcode("3")).await, Ok(None));
    assert_eq!(find(&shop, "月饼").await, ["月饼盒", "月饼"], "the nearer one is not sold");
    let found = shop.store.search_goods(Query::parse("1").unwrap()).await.unwrap();
    assert_eq!(found.products.iter().map(|product| product.is_active).collect::<Vec<_>>(), [false]);
    import(&shop, vec![row("1", "月饼")]).await;
    assert_eq!(shop.store.product(&barcode("1")).await, Ok(None), "a row that says nothing changes nothing");
    import(&shop, vec![GoodsRow { is_active: Some(true), ..row("1", "月饼") }]).await;
    assert!(shop.store.product(&barcode("1")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_barcode_belongs_to_one_product() {
    let shop = Shop::open();
    let more = |codes: &[&str]| Some(codes.iter().map(|code| barcode(code)).collect());
    let tea = GoodsRow { more_barcodes: more(&["2", "3"]), ..row("1", "茶") };
    let remarks = import(&shop, vec![tea, row("4", "水")]).await;
    assert_eq!(remarks, []);
    assert_eq!(shop.store.product(&barcode("3")).await.unwrap().unwrap().title, "茶");

    let water = GoodsRow { more_barcodes: more(&["3"]), ..row("4", "水") };
    let moved = Remark::Moved { barcode: "3".to_owned(), title: "茶".to_owned() };
    assert_eq!(import(&shop, vec![water]).await, [(2, moved)]);
    assert_eq!(shop.store.product(&barcode("3")).await.unwrap().unwrap().title, "水");

    import(&shop, vec![row("2", "绿茶")]).await;
    assert_eq!(
        shop.store.product(&barcode("1")).await.unwrap().unwrap().title,
        "绿茶",
        "one product, two codes"
    );
    assert_eq!(find(&shop, "茶").await, ["绿茶"]);
    assert_eq!(find(&shop, "水").await, ["水"]);

    let all = GoodsRow { more_barcodes: more(&["1", "2", "3", "4"]), ..row("5", "all") };
    assert_eq!(import(&shop, vec![all]).await.len(), 4);
    assert_eq!(shop.store.product_count().await, Ok(1), "who has no barcode left is gone");
    assert_eq!(find(&shop, "水").await, Vec::<String>::new());

    import(&shop, vec![GoodsRow { more_barcodes: more(&[]), ..row("5", "one") }]).await;
    assert_eq!(shop.store.product(&barcode("1")).await, Ok(None));
}

#[tokio::test]
async fn c1_the_last_row_of_a_barcode_counts_and_says_so() {
    let shop = Shop::open();
    let rows = vec![row("1", "a"), row("2", "b"), row("1", "c"), row("1", "d")];
    let again = |earlier_line| Remark::Replaces { barcode: "1".to_owned(), earlier_line };
    assert_eq!(import(&shop, rows).await, [(4, again(2)), (5, again(4))]);
    assert_eq!(import(&shop, vec![row("1", "e")]).await, [], "another file is another matter");
    assert_eq!(shop.store.product(&barcode("1")).await.unwrap().unwrap().title, "e");
}

#[tokio::test]
async fn c1_an_import_that_fails_leaves_everything_as_it_was() {
    let shop = Shop::open();
    import(&shop, vec![row("1", "茶")]).await;
    let before = everything(&shop).await;
    let fail = |import: &mut crate::GoodsImport<'_>| {
        for number in 0..30_000 {
            import.put(number, row(&number.to_string(), "水"))?;
        }
        Err::<(), _>(StoreError::Busy)
    };
    assert_eq!(shop.store.import_goods(fail).await, Err(StoreError::Busy));
    assert_eq!(everything(&shop).await, before);
    assert_eq!(find(&shop, "茶").await, ["茶"]);
    assert_eq!(find(&shop, "水").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_import_of_just_so_many_rows_leaves_the_orders_of_names_as_they_are_to_be() {
    let shop = Shop::open();
    let orders = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'products_by_%'";
    for rows in [1, 19_999, 20_000, 20_001] {
        let put = move |import: &mut crate::GoodsImport<'_>| {
            (1..=rows).try_for_each(|number| import.put(number, row(&number.to_string(), "茶")).map(drop))
        };
        shop.store.import_goods(put).await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let catalogue = rusqlite::Connection::open(shop.folder.path().join("live-goods.db")).unwrap();
        assert_eq!(catalogue.query_row(orders, [], |row| row.get(0)), Ok(3), "{rows} rows");
    }
}

#[tokio::test]
async fn an_import_gathers_its_index_and_does_not_write_it_out_row_by_row() {
    let shop = Shop::open();
    let parts = || {
        let catalogue = rusqlite::Connection::open(shop.folder.path().join("live-goods.db")).unwrap();
        let count = "SELECT count(DISTINCT segid) FROM words_idx";
        catalogue.query_row(count, [], |row| row.get::<_, u32>(0)).unwrap()
    };
    for title in ["茶", "红茶"] {
        let rows = (0..400).map(|number| row(&format!("{number}"), &format!("{title} {number}")));
        import(&shop, rows.collect()).await;
        assert!(parts() <= 2, "{} parts after 400 rows", parts());
    }
}

#[tokio::test]
async fn c1_scans_searches_and_sales_go_on_while_an_import_runs() {
    let shop = Shop::open();
    import(&shop, vec![row("1", "茶")]).await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let store = shop.store.clone();
    let slow = tokio::spawn(async move {
        let work = move |import: &mut crate::GoodsImport<'_>| {
            import.put(2, row("1", "红茶"))?;
            begun.send(()).unwrap();
            may_go.recv().unwrap();
            Ok::<_, StoreError>(())
        };
        store.import_goods(work).await
    });
    has_begun.await.unwrap();
    assert_eq!(shop.store.product(&barcode("1")).await.unwrap().unwrap().title, "茶");
    assert_eq!(find(&shop, "茶").await, ["茶"]);
    shop.paid("a1", 200, NOON_MS, "01").await;
    go.send(()).unwrap();
    slow.await.unwrap().unwrap();
    assert_eq!(shop.store.product(&barcode("1")).await.unwrap().unwrap().title, "红茶");
}

#[tokio::test]
async fn what_a_row_does_not_say_stays_and_everything_is_exported() {
    let shop = Shop::open();
    let apple = GoodsRow {
        more_barcodes: Some(vec![barcode("8")]),
        unit: Some(Unit::Kilogram),
        category: Some("水果".to_owned()),
        ..row("9", "苹果")
    };
    import(&shop, vec![apple, row("1", "茶")]).await;
    import(&shop, vec![row("9", "红苹果")]).await;
    let all = everything(&shop).await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].barcodes, [barcode("8"), barcode("9")]);
    assert_eq!(
        (all[0].unit, all[0].category.as_str(), all[0].title.as_str()),
        (Unit::Kilogram, "水果", "红苹果")
    );
    assert_eq!((all[1].unit, all[1].category.as_str(), all[1].is_active), (Unit::Piece, "", true));
}

#[tokio::test]
async fn goods_kept_by_an_older_program_are_taken_over_once() {
    let shop = Shop::open();
    shop.sql("INSERT INTO products VALUES ('1', '旧茶', 300), ('2', 'water', 200)").await.unwrap();
    let shop = shop.reopen();
    assert_eq!(shop.store.product_count().await, Ok(2));
    assert_eq!(find(&shop, "旧").await, ["旧茶"]);
    import(&shop, vec![row("1", "新茶")]).await;
    let shop = shop.reopen();
    assert_eq!(shop.store.product(&barcode("1")).await.unwrap().unwrap().title, "新茶");
}

#[tokio::test]
async fn a_damaged_catalogue_is_set_aside_and_sales_go_on() {
    let shop = Shop::open();
    import(&shop, vec![row("1", "茶")]).await;
    shop.paid("a1", 200, NOON_MS, "01").await;
    let Shop { store, folder } = shop;
    drop(store);
    let catalogue = folder.path().join("live-goods.db");
    let mut bytes = fs::read(&catalogue).unwrap();
    bytes[..16].fill(b'x');
    fs::write(&catalogue, &bytes).unwrap();
    let store = Store::open(&folder.path().join("live.db")).unwrap();
    assert_eq!(store.product_count().await, Ok(0));
    assert_eq!(store.day_totals("2026-11-22").await, Ok((1, Fen::new(200))));
    assert_eq!(fs::read(folder.path().join("live-goods.damaged")).unwrap(), bytes);
}

#[tokio::test]
async fn a_reader_without_a_catalogue_knows_no_goods() {
    let Shop { store, folder } = Shop::open();
    drop(store);
    fs::remove_file(folder.path().join("live-goods.db")).unwrap();
    let beside = Store::open_to_read(&folder.path().join("live.db")).unwrap();
    assert_eq!(beside.product(&barcode("1")).await, Ok(None));
    assert_eq!(beside.product_count().await, Ok(0));
    assert_eq!(beside.import_products(Vec::new()).await, Err(StoreError::ReadOnly));
}
