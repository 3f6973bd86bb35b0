//! What can be changed while the sandbox runs.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use std::num::NonZeroU32;

use serde_json::{Value, json};
use till::{call, code, config, envelope, got, http, order_pairs, post, scan, sell, signed, start};
use yima_sandbox::{Running, Terms};

async fn put(running: &Running, terms: Value) -> (u16, Value) {
    let url = format!("{}/control/terms", running.base_url());
    let response = http().put(url).body(terms.to_string()).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

fn voucher(id: &str, amount: &str, merchant: &str, ant: &str) -> Value {
    json!({
        "id": id, "name": "满减券", "activity_id": "act-1", "scope": 3, "type": "COUPON", "amount": amount,
        "merchant_contribute": merchant, "other_contribute": "0.00", "purchase_ant_contribute": ant
    })
}

#[tokio::test]
async fn vouchers_hold_for_what_comes_after_them() {
    let running = start(config());
    sell(&running, "before", "30.00").await;
    let members = [voucher("m1", "1.00", "0.40", "0.60"), voucher("m2", "4.00", "4.00", "0.00")];
    let channels = [voucher("c1", "3.00", "0.00", "3.00")];
    let (status, told) =
        put(&running, json!({"member_vouchers": members, "channel_vouchers": channels})).await;
    assert_eq!((status, &told["channel_vouchers"]), (200, &json!(channels)));
    sell(&running, "after", "30.00").await;
    let amounts = async |id: &str| {
        let details = got(&running, id).await;
        let names = ["total_amount", "payable_amount", "real_amount"];
        (names.map(|name| details[name].as_str().unwrap().to_owned()), details["voucher_list"].clone())
    };
    let as_text = |amounts: [&str; 3]| amounts.map(str::to_owned);
    assert_eq!(amounts("before").await, (as_text(["30.00", "30.00", "30.00"]), json!([])));
    let all = json!([members[0], members[1], channels[0]]);
    assert_eq!(amounts("after").await, (as_text(["30.00", "25.00", "22.00"]), all));

    assert_eq!(
        put(&running, json!({"member_vouchers": [voucher("x", "1.00", "0.50", "0.00")]})).await.0,
        422
    );
    assert_eq!(running.terms().member_vouchers.len(), 2, "refused terms change nothing");
    assert_eq!(put(&running, json!({})).await.0, 200);
    assert_eq!(running.terms(), Terms::default());
    assert_eq!(amounts("after").await.0, as_text(["30.00", "25.00", "22.00"]), "what was given stays");
}

#[tokio::test]
async fn more_calls_than_a_second_may_bring_are_5002() {
    let running = start(config());
    scan(&running, "o", "1.00").await;
    running.set_terms(Terms { requests_per_second: NonZeroU32::new(3), ..Terms::default() }).unwrap();
    #[allow(clippy::disallowed_methods, reason = "measures real waiting")]
    let started = std::time::Instant::now();
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(code(&running, "/pay/check", &order_pairs("o")).await);
    }
    let seconds = started.elapsed().as_secs();
    let let_in = codes.iter().filter(|code| **code == 1000).count() as u64;
    assert!(let_in >= 3 && let_in <= 3 * (seconds + 1), "{let_in} of {codes:?} in {seconds} s");
    assert!(codes.iter().all(|code| [1000, 5002].contains(code)), "{codes:?}");
    assert_eq!(running.order("o").unwrap().times_received(yima_sandbox::Call::Check), let_in);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(code(&running, "/pay/check", &order_pairs("o")).await, 1000);
}

#[tokio::test]
async fn the_date_header_is_off_by_what_is_said() {
    let running = start(config());
    let seconds = async || {
        let response = post(&running, "/pay/check", signed(&order_pairs("none"))).await.unwrap();
        let date = response.headers()["date"].to_str().unwrap().to_owned();
        assert_eq!(response.headers().get_all("date").iter().count(), 1);
        jiff::fmt::rfc2822::parse(&date).unwrap().timestamp().as_second()
    };
    let right = seconds().await;
    running.set_terms(Terms { date_offset_s: -7_200, ..Terms::default() }).unwrap();
    let wrong = seconds().await;
    assert!((7_100..=7_200).contains(&(right - wrong)), "{right} {wrong}");
    let checked = call(&running, "/pay/scan", &till::scan_pairs("t", "1.00")).await;
    assert_eq!(checked["code"], 1000);
}

#[tokio::test]
async fn a_gateway_may_look_an_order_up_before_it_checks_who_asks() {
    let running = start(config());
    scan(&running, "o", "1.00").await;
    let forged = async |path: &str, id: &str| {
        let body = signed(&order_pairs(id)).replace("\"sign\":\"", "\"sign\":\"x");
        envelope(post(&running, path, body).await.unwrap()).await["code"].as_i64().unwrap()
    };
    let paths = ["/pay/check", "/pay/get", "/pay/close", "/pay/cancel", "/pay/refund"];
    for path in paths {
        assert_eq!((forged(path, "none").await, forged(path, "o").await), (2000, 2000), "{path}");
    }
    running.set_terms(Terms { looks_up_first: true, ..Terms::default() }).unwrap();
    for path in paths {
        assert_eq!((forged(path, "none").await, forged(path, "o").await), (4001, 2000), "{path}");
    }
    assert_eq!(forged("/order/list", "none").await, 2000, "it names no order");
    let mut stranger = order_pairs("none");
    stranger[0].1 = till::text("stranger");
    assert_eq!(code(&running, "/pay/check", &stranger).await, 3000);
}
