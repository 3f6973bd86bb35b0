//! Paging through orders at gateways that page well, badly, or lie.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::sync::atomic::{AtomicU32, Ordering};

use raw_server::{RawServer, client, credential};
use yima_gateway::list::{Gap, Listing, PageRequest, Query};
use yima_gateway::{CallError, Client, MalformedReason, OrderStatus, Timeouts};

const QUERY: Query =
    Query { start_s: 1_700_000_000, end_s: 1_700_086_400, pay_channel: None, paid: None, refunded: None };

fn order(number: u32, status: u32) -> String {
    format!(
        r#"{{"app_id":"app","trade_no":"t{number}","order_id":"o{number}","order_status":{status},"total_amount":1,"payable_amount":1}}"#
    )
}

fn page(total: u32, orders: impl IntoIterator<Item = String>) -> String {
    let orders: Vec<String> = orders.into_iter().collect();
    format!(
        r#"{{"code":1000,"data":{{"total_num":{total},"page_num":0,"order_list":[{}]}}}}"#,
        orders.join(",")
    )
}

fn asked(body: &str, field: &str) -> i64 {
    let rest = body.split_once(&format!(r#""{field}":"#)).unwrap().1;
    rest.split(',').next().unwrap().parse().unwrap()
}

/// A gateway with that many orders, that tells of `told` and gives at most `most` on a page.
fn honest(count: u32, told: u32, most: u32) -> RawServer {
    RawServer::replying(move |body| {
        let limit = u32::try_from(asked(body, "page_limit")).unwrap().min(most);
        let first = u32::try_from(asked(body, "page_num")).unwrap() * limit;
        page(told, (first..(first + limit).min(count)).map(|number| order(number, 1)))
    })
}

async fn all(server: &RawServer) -> (Listing, usize) {
    let listing = client().list_all(&server.account, &credential(), &QUERY).await.unwrap();
    (listing, server.requests.try_iter().count())
}

fn numbers(listing: &Listing) -> Vec<u32> {
    listing.orders.iter().map(|order| order.order_id[1..].parse().unwrap()).collect()
}

#[tokio::test]
async fn all_pages_are_read_once_and_no_more() {
    for (count, most, requests) in [(0, 99, 1), (1, 99, 1), (99, 99, 2), (250, 99, 3), (120, 50, 3)] {
        let (listing, seen) = all(&honest(count, count, most)).await;
        assert_eq!(numbers(&listing), (0..count).collect::<Vec<_>>(), "{count}");
        assert_eq!((listing.gap, listing.unreadable.len()), (None, 0), "{count}");
        assert_eq!(seen, requests, "{count} orders, at most {most} on a page");
    }
}

#[tokio::test]
async fn a_lie_about_the_number_is_told() {
    for (told, count) in [(300, 250), (7, 250), (0, 3)] {
        let (listing, _) = all(&honest(count, told, 99)).await;
        assert_eq!(numbers(&listing).len(), count as usize, "{told}");
        assert_eq!(listing.gap, Some(Gap::Count { told: told.into(), listed: count.into() }));
    }
}

#[tokio::test]
async fn a_gateway_that_repeats_a_page_is_left() {
    let server = RawServer::replying(|_| page(1_000, (0..99).map(|number| order(number, 1))));
    let (listing, requests) = all(&server).await;
    assert_eq!((listing.orders.len(), requests), (99, 2));
    assert_eq!(listing.gap, Some(Gap::RepeatedPage { page_num: 1 }));
}

#[tokio::test]
async fn an_endless_list_ends() {
    let server = RawServer::replying(|body| {
        let first = u32::try_from(asked(body, "page_num")).unwrap() * 2;
        page(u32::MAX, (first..first + 2).map(|number| order(number, 1)))
    });
    let (listing, requests) = all(&server).await;
    assert_eq!(requests, Client::MAX_PAGES as usize);
    assert_eq!((listing.orders.len(), listing.gap), (2 * requests, Some(Gap::TooMany)));
}

/// Pages that are as long as they may be: eight of them fit, and the ninth is the last.
#[tokio::test]
async fn a_list_of_long_pages_ends_at_its_bound() {
    let server = RawServer::replying(|body| {
        let number = u32::try_from(asked(body, "page_num")).unwrap();
        let bare = page(u32::MAX, [order(number, 1)]);
        let padding = "x".repeat(8 * 1024 * 1024 - bare.len() - r#","padding":"""#.len());
        bare.replacen(r#""payable_amount":1"#, &format!(r#""payable_amount":1,"padding":"{padding}""#), 1)
    });
    let client = Client::new(Timeouts { total: Client::LIST_TIMEOUT, ..Timeouts::default() }).unwrap();
    let listing = client.list_all(&server.account, &credential(), &QUERY).await.unwrap();
    assert_eq!((listing.orders.len(), listing.gap), (9, Some(Gap::TooMany)));
}

#[tokio::test]
async fn an_order_that_moves_to_the_next_page_is_listed_once_as_last_seen() {
    let server = RawServer::replying(|body| match asked(body, "page_num") {
        0 => page(100, (0..99).map(|number| order(number, 1))),
        // A new order came in front: the last one of page 0 is now the first one of page 1, and refunded meanwhile.
        _ => page(100, [order(98, 2), order(99, 1)]),
    });
    let (listing, _) = all(&server).await;
    assert_eq!((numbers(&listing), listing.gap), ((0..100).collect(), None));
    assert_eq!(listing.orders[98].order_status, OrderStatus::Refunded);
}

#[tokio::test]
async fn an_unreadable_order_is_counted_and_named() {
    let server = RawServer::replying(|_| {
        page(3, [order(0, 1), order(1, 1).replace(":1,\"payable", ":-1,\"payable"), order(2, 1)])
    });
    let (listing, _) = all(&server).await;
    assert_eq!((numbers(&listing), listing.gap), (vec![0, 2], None));
    assert_eq!(listing.unreadable[0].order_id.as_deref(), Some("o1"));
}

#[tokio::test]
async fn a_busy_gateway_is_asked_again_and_any_other_refusal_ends_it() {
    let busy = |code: i64, times: u32| {
        let asked = AtomicU32::new(0);
        RawServer::replying(move |_| {
            if asked.fetch_add(1, Ordering::Relaxed) < times {
                format!(r#"{{"code":{code},"msg":"","data":{{}}}}"#)
            } else {
                page(1, [order(0, 1)])
            }
        })
    };
    let (listing, requests) = all(&busy(5002, 1)).await;
    assert_eq!((listing.orders.len(), listing.gap, requests), (1, None, 2));

    let server = busy(2000, 1);
    let outcome = client().list_all(&server.account, &credential(), &QUERY).await;
    assert_eq!(outcome, Err(CallError::Rejected { code: 2000, msg: String::new() }));
}

#[tokio::test]
async fn one_page_and_a_whole_day() {
    let server = honest(30, 30, 99);
    let second = PageRequest { number: 1, ..PageRequest::default() };
    let page_of_ten = client().list_page(&server.account, &credential(), &QUERY, second).await.unwrap();
    assert_eq!((page_of_ten.orders.len(), page_of_ten.total_num), (10, 30));
    let (head, body) = server.requests.recv().unwrap();
    assert!(head.starts_with("POST /order/list HTTP/1.1\r\n"), "{head}");
    assert_eq!((asked(&body, "page_num"), asked(&body, "page_limit")), (1, 20));

    // Far longer than any other answer may be.
    let day = RawServer::replying(|body| {
        assert_eq!(asked(body, "page_num"), -1);
        page(5_000, (0..5_000).map(|number| order(number, 1)))
    });
    let listing = client().list_whole(&day.account, &credential(), &QUERY).await.unwrap();
    assert_eq!((listing.orders.len(), listing.gap), (5_000, None));
}

#[tokio::test]
async fn a_page_may_fill_eight_mebibytes_and_no_more() {
    let told = page(1, [order(1, 1)]);
    for (bytes, fits) in [(8 * 1024 * 1024, true), (8 * 1024 * 1024 + 1, false)] {
        let server = RawServer::answering(format!("{told}{}", " ".repeat(bytes - told.len())));
        let client = Client::new(Timeouts::default()).unwrap();
        let request = PageRequest { number: 0, limit: 99 };
        let got = client.list_page(&server.account, &credential(), &QUERY, request).await;
        let too_large = Err(CallError::Malformed(MalformedReason::TooLarge));
        assert_eq!(got.map(|page| page.orders.len()), if fits { Ok(1) } else { too_large }, "{bytes}");
    }
}
