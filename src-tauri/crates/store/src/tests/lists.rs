use super::*;
use crate::{SaleSearch, list};

async fn found(shop: &Shop, search: SaleSearch) -> Vec<String> {
    let rows = shop.store.sales(SaleSearch { limit: 50, ..search }).await.unwrap();
    rows.into_iter().map(|row| row.order_id.to_string()).collect()
}

fn text(text: &str) -> SaleSearch {
    SaleSearch { text: Some(text.to_owned()), ..SaleSearch::default() }
}

/// Two paid, one of them yesterday and with a discount; one unresolved, the oldest; one waiting, the newest.
async fn some_sales() -> Shop {
    let shop = Shop::open();
    let (_, parked) = shop.begun("0190aaaa00000001", 4_343, NOON_MS - 1_000).await;
    let unresolved = moving(&parked, 2, vec![step("unresolved", NOON_MS)], CartFate::Park);
    shop.store.advance(unresolved).await.unwrap();
    shop.paid("0190bbbb00000002", 1_100, NOON_MS, "01").await;
    let (_, third) = shop.begun("0190cccc00000003", 1_100, NOON_MS + 86_400_000).await;
    shop.store.advance(paying(&third, 2, 4_343, NOON_MS + 86_400_000, "01")).await.unwrap();
    shop.begun("0190dddd00000004", 500, NOON_MS + 86_400_001).await;
    shop
}

#[tokio::test]
async fn newest_first_and_unresolved_on_top() {
    let shop = some_sales().await;
    let all = ["0190aaaa00000001", "0190dddd00000004", "0190cccc00000003", "0190bbbb00000002"];
    assert_eq!(found(&shop, SaleSearch::default()).await, all);
    let page = SaleSearch { offset: 1, limit: 2, ..SaleSearch::default() };
    let rows = shop.store.sales(page).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.order_id.as_str()).collect::<Vec<_>>(), all[1..3]);
    assert_eq!(found(&shop, text("4")).await, ["0190dddd00000004"]);
    assert_eq!(found(&shop, text("43.43")).await, ["0190cccc00000003", "0190aaaa00000001"]);
    assert_eq!(shop.store.last_sale().await.unwrap().unwrap().order_id.as_str(), all[1]);
}

#[tokio::test]
async fn rows_say_what_a_list_shows() {
    let shop = some_sales().await;
    let row = shop.store.sales(SaleSearch { limit: 1, ..text("01-20261123-0001") }).await.unwrap().remove(0);
    assert_eq!(row.receipt_number.as_deref(), Some("01-20261123-0001"));
    assert_eq!((row.state.as_str(), row.open), ("paid", false));
    assert_eq!((row.total_fen, row.real_fen), (Fen::new(1_100), Some(Fen::new(4_343))));
    assert_eq!((row.first_title.as_str(), row.line_count, row.pieces), ("goods 6921168509256", 1, 1));
    assert_eq!((row.day.as_str(), row.created_ms), ("2026-11-23", NOON_MS + 86_400_000));
    assert_eq!(row.paid_ms, Some(row.created_ms));
    let unpaid =
        shop.store.sales(SaleSearch { limit: 1, ..text("0190dddd00000004") }).await.unwrap().remove(0);
    assert_eq!((unpaid.day.as_str(), unpaid.paid_ms), ("2026-11-23", None));
}

#[tokio::test]
async fn texts_find_numbers_ids_and_amounts() {
    let shop = some_sales().await;
    for (searched, expected) in [
        ("01-20261122-0001", vec!["0190bbbb00000002"]),
        ("1122-0001", vec!["0190bbbb00000002"]),
        ("-0001", vec!["0190cccc00000003", "0190bbbb00000002"]),
        ("0190AAAA00000001", vec!["0190aaaa00000001"]),
        ("b00000002", vec!["0190bbbb00000002"]),
        (" ¥11.00 ", vec!["0190cccc00000003", "0190bbbb00000002"]),
        ("￥11", vec!["0190cccc00000003", "0190bbbb00000002"]),
        ("5", vec!["0190dddd00000004"]),
        ("11.01", vec![]),
        ("0190", vec![]),
    ] {
        assert_eq!(found(&shop, text(searched)).await, expected, "{searched:?}");
    }
    let long = "1".repeat(65);
    assert_eq!(found(&shop, text(&long)).await, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_in_a_text_is_a_wildcard_or_a_statement() {
    let shop = some_sales().await;
    for searched in
        ["%", "_", "*", "?", "%0001", "0190%", "[0-9]", "\\", "'", "' OR 1=1 --", "\u{10FFFF}", "\0"]
    {
        assert_eq!(found(&shop, text(searched)).await, Vec::<String>::new(), "{searched:?}");
    }
    assert_eq!(found(&shop, text("  ")).await.len(), 4);
}

#[tokio::test]
async fn days_and_states_narrow_a_list() {
    let shop = some_sales().await;
    let day = |day: &str| SaleSearch { day: Some(day.to_owned()), ..SaleSearch::default() };
    let states = |states: &[&str]| states.iter().map(|&state| state.to_owned()).collect::<Vec<_>>();
    assert_eq!(found(&shop, day("2026-11-22")).await, ["0190aaaa00000001", "0190bbbb00000002"]);
    assert_eq!(found(&shop, day("20261123")).await, ["0190dddd00000004", "0190cccc00000003"]);
    assert_eq!(found(&shop, day("no day")).await, Vec::<String>::new());
    let paid = SaleSearch { states: states(&["paid", "closed"]), ..SaleSearch::default() };
    assert_eq!(found(&shop, paid).await, ["0190cccc00000003", "0190bbbb00000002"]);
    let both = SaleSearch { states: states(&["paid"]), ..day("2026-11-22") };
    assert_eq!(found(&shop, both).await, ["0190bbbb00000002"]);
    let all_three =
        SaleSearch { states: states(&["paid"]), day: Some("2026-11-23".to_owned()), ..text("11") };
    assert_eq!(found(&shop, all_three).await, ["0190cccc00000003"]);
}

#[tokio::test]
async fn a_sale_belongs_to_the_day_it_was_paid_on() {
    let shop = Shop::open();
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    shop.store.advance(paying(&id, 2, 200, NOON_MS + 86_400_000, "01")).await.unwrap();
    let on = |day: &str| SaleSearch { day: Some(day.to_owned()), ..SaleSearch::default() };
    assert_eq!(found(&shop, on("2026-11-22")).await, Vec::<String>::new());
    assert_eq!(found(&shop, on("2026-11-23")).await, ["a1"]);
}

#[tokio::test]
async fn lists_come_out_of_indexes() {
    let shop = Shop::open();
    let plan = |search: SaleSearch| {
        let (query, values) = list::query(&search).unwrap();
        shop.store.read(move |connection| {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
            let steps =
                plan.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>("detail"))?;
            Ok(steps.collect::<Result<Vec<_>, _>>()?.join("\n"))
        })
    };
    let all = plan(SaleSearch::default()).await.unwrap();
    assert!(all.contains("USING INDEX sales_listed") && !all.contains("TEMP B-TREE FOR ORDER BY"), "{all}");
    let day = plan(SaleSearch { day: Some("2026-11-22".to_owned()), ..SaleSearch::default() }).await.unwrap();
    assert!(
        day.contains("sales_listed_by_day (day=?)") && !day.contains("TEMP B-TREE FOR ORDER BY"),
        "{day}"
    );
    let searched = plan(text("11")).await.unwrap();
    for index in ["sales_order_reversed", "receipts_reversed", "sales_total", "sales_real"] {
        assert!(searched.contains(index), "{index}: {searched}");
    }
    assert!(!searched.contains("SCAN s\n") && !searched.contains("SCAN sales\n"), "{searched}");
}
