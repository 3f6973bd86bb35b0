//! Every call and every code that the sandbox gives by itself.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use serde_json::{Value, json};
use till::{
    APP_ID, call, code, config, envelope, order_pairs, post, scan, scan_pairs, signed, start, status, text,
};
use yima_sandbox::{Amount, Call, Channel, OrderStatus, Terms, Voucher};

#[tokio::test]
async fn a_sale_from_scan_to_paid() {
    let running = start(till::config());
    let mut pairs = scan_pairs("sale-1", "11.00");
    let goods = r#"[{"barcode":"6983748939221","title":"可口可乐 300ml","num":2,"price":3.00},{"num":1,"price":5.00}]"#;
    pairs.push(("goods_list", goods.to_owned()));
    let made = call(&running, "/pay/scan", &pairs).await;
    assert_eq!(made["code"], 1000);
    let data = &made["data"];
    assert_eq!(data["order_id"], "sale-1");
    assert_eq!((&data["total_amount"], &data["payable_amount"]), (&json!("11.00"), &json!("11.00")));
    let trade_no = data["trade_no"].as_str().unwrap();
    let pay_url = data["pay_url"].as_str().unwrap();
    assert!(pay_url.starts_with(&format!("{}/p/", running.base_url())), "{pay_url}");
    assert_eq!(pay_url.rsplit('/').next().unwrap().len(), 32);

    let checked = call(&running, "/pay/check", &order_pairs("sale-1")).await["data"].clone();
    assert_eq!(checked["order_status"], 0);
    assert_eq!(checked["trade_no"], trade_no);
    assert_time(&checked["check_time"]);

    running.pay("sale-1", Channel::Alipay, None).await.unwrap();
    assert_eq!(status(&running, "sale-1").await, 1);
    let got = call(&running, "/pay/get", &order_pairs("sale-1")).await["data"].clone();
    assert_eq!(got["app_id"], APP_ID);
    assert_eq!((&got["order_status"], &got["pay_channel"]), (&json!(1), &json!(1)));
    for name in ["total_amount", "payable_amount", "real_amount"] {
        assert_eq!(got[name], "11.00", "{name}");
    }
    assert_eq!(got["refund_amount"], "0.00");
    assert_eq!((&got["voucher_list"], &got["refund_list"]), (&json!([]), &json!([])));
    assert_eq!(got["store_info"], json!({"store_id": "城西便利店", "terminal_id": "till-1"}));
    for name in ["create_time", "pay_time", "update_time"] {
        assert_time(&got[name]);
    }
    assert_eq!(got["refund_time"], Value::Null);
}

#[tokio::test]
async fn goods_come_back_byte_for_byte() {
    let running = start(config());
    let mut pairs = scan_pairs("g", "3.00");
    let goods = r#"[{"price":3.00,"title":"\u4e2d/\/ \"<script>\" &total_amount=0.01","num":1}]"#;
    pairs.push(("goods_list", goods.to_owned()));
    assert_eq!(code(&running, "/pay/scan", &pairs).await, 1000);
    let body = post(&running, "/pay/get", signed(&order_pairs("g"))).await.unwrap().text().await.unwrap();
    assert!(body.contains(goods), "{body}");
}

#[tokio::test]
async fn discounts_and_subsidies_show_in_the_three_amounts() {
    let running = start(till::with_terms(Terms {
        member_vouchers: vec![Voucher::member(till::fen(100))],
        channel_vouchers: vec![Voucher::channel(till::fen(200))],
        ..Terms::default()
    }));
    assert_eq!(scan(&running, "v", "25.00").await["payable_amount"], "24.00");
    running.pay("v", Channel::WeChat, None).await.unwrap();
    let got = call(&running, "/pay/get", &order_pairs("v")).await["data"].clone();
    assert_eq!((&got["total_amount"], &got["payable_amount"]), (&json!("25.00"), &json!("24.00")));
    assert_eq!(got["real_amount"], "22.00");
    let vouchers = got["voucher_list"].as_array().unwrap();
    let amounts: Vec<_> = vouchers.iter().map(|voucher| voucher["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["1.00", "2.00"]);

    assert_eq!(scan(&running, "tiny", "0.50").await["payable_amount"], "0.01");
    running.pay("tiny", Channel::WeChat, None).await.unwrap();
    assert_eq!(running.order("tiny").unwrap().real_amount, Amount::ONE_FEN);
    running.set_status("tiny", OrderStatus::Paying).await.unwrap();
    running.pay("tiny", Channel::WeChat, Amount::from_fen(0)).await.unwrap();
    assert_eq!(running.order("tiny").unwrap().real_amount, Amount::ZERO);
}

#[tokio::test]
async fn who_may_ask() {
    let running = start(config());
    let scan_code = async |body: String| {
        envelope(post(&running, "/pay/scan", body).await.unwrap()).await["code"].as_i64().unwrap()
    };
    let right = signed(&scan_pairs("a", "1.00"));
    assert_eq!(scan_code(right.replace("1.00", "9.00")).await, 2000, "what is signed is what is sent");
    assert_eq!(scan_code(right.replace("城西", "城东")).await, 2000);
    assert_eq!(scan_code(right.replace("\"terminal_id\"", " \"terminal_id\"")).await, 2000);
    let mut other = scan_pairs("a", "1.00");
    other[0].1 = text("someone-else");
    assert_eq!(scan_code(signed(&other)).await, 3000);
    let mut rsa = scan_pairs("a", "1.00");
    rsa[1].1 = text("RSA");
    assert_eq!(scan_code(signed(&rsa)).await, 2000);
    rsa[1].1 = text("SHA");
    assert_eq!(scan_code(signed(&rsa)).await, 3002);
    for missing in ["app_id", "sign_type", "order_id", "total_amount"] {
        let pairs = scan_pairs("a", "1.00").into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(scan_code(signed(&pairs)).await, 3001, "{missing}");
    }
    let unsigned = right.split(",\"sign\":").next().unwrap().to_owned() + "}";
    assert_eq!(scan_code(unsigned).await, 3001);
    assert!(running.orders().is_empty());
    assert_eq!(scan_code(right).await, 1000);
}

#[tokio::test]
async fn malformed_requests_are_3002_and_make_no_order() {
    let running = start(config());
    for body in ["", "x", "[]", "{", "\u{feff}{}", r#"{"app_id":"testapp","app_id":"testapp"}"#] {
        let answer = envelope(post(&running, "/pay/scan", body.to_owned()).await.unwrap()).await;
        assert_eq!(answer["code"], 3002, "{body}");
    }
    let bad_totals = ["0", "0.00", "1.005", "-1", "1e3", "1,00", "１", " 1", "1."];
    for total in bad_totals {
        assert_eq!(code(&running, "/pay/scan", &scan_pairs("b", total)).await, 3002, "{total}");
    }
    let long_id = "x".repeat(129);
    let long_title = format!(r#"[{{"title":"{}"}}]"#, "题".repeat(257));
    let bad_fields = [
        ("order_id", text(&long_id)),
        ("order_id", "7".to_owned()),
        ("total_amount", "[]".to_owned()),
        ("store_info", "\"x\"".to_owned()),
        ("store_info", r#"{"store_id":7}"#.to_owned()),
        ("goods_list", "{}".to_owned()),
        ("goods_list", r#"[{"num":2,"price":0.51}]"#.to_owned()),
        ("goods_list", long_title),
    ];
    for (name, raw) in bad_fields {
        let mut pairs = scan_pairs("b", "1.00");
        pairs.retain(|(own, _)| *own != name);
        pairs.push((name, raw.clone()));
        assert_eq!(code(&running, "/pay/scan", &pairs).await, 3002, "{name} {raw}");
    }
    assert!(running.orders().is_empty());

    let url = format!("{}/pay/scan", running.base_url());
    let plain = till::http().post(url).body(signed(&scan_pairs("b", "1.00"))).send().await.unwrap();
    assert_eq!(envelope(plain).await["code"], 3002, "not said to be JSON");
}

#[tokio::test]
async fn a_total_may_be_a_number_and_an_id_long() {
    let running = start(config());
    let id = "x".repeat(128);
    let mut pairs = scan_pairs(&id, "1.00");
    pairs[3].1 = "12.5".to_owned();
    let answer = call(&running, "/pay/scan", &pairs).await;
    assert_eq!((&answer["code"], &answer["data"]["total_amount"]), (&json!(1000), &json!("12.50")));
}

#[tokio::test]
async fn the_same_order_id_is_one_order() {
    let running = start(config());
    let first = scan(&running, "twice", "1.00").await;
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("twice", "1.00")).await, 1007);
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("twice", "2.00")).await, 1007);
    let order = running.order("twice").unwrap();
    assert_eq!(order.pay_url, first["pay_url"]);
    assert_eq!(order.total_amount.fen(), 100);
    assert_eq!((order.times_received(Call::Scan), order.times_received(Call::Check)), (3, 0));
    assert_eq!(running.orders().len(), 1);
    for (status, expected) in [
        (OrderStatus::Paid, 1003),
        (OrderStatus::Refunded, 1003),
        (OrderStatus::Closed, 1004),
        (OrderStatus::Cancelled, 1005),
        (OrderStatus::Failed, 1007),
    ] {
        running.set_status("twice", status).await.unwrap();
        assert_eq!(code(&running, "/pay/scan", &scan_pairs("twice", "1.00")).await, expected, "{status:?}");
    }
}

#[tokio::test]
async fn twenty_at_once_are_still_one_order() {
    let running = std::sync::Arc::new(start(config()));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let running = std::sync::Arc::clone(&running);
        calls.spawn(async move { code(&running, "/pay/scan", &scan_pairs("once", "1.00")).await });
    }
    let mut codes = calls.join_all().await;
    codes.sort_unstable();
    assert_eq!((codes[0], &codes[1..]), (1000, &[1007; 19][..]));
    assert_eq!(running.order("once").unwrap().times_received(Call::Scan), 20);
}

#[tokio::test]
async fn close_only_what_is_unpaid() {
    let running = start(config());
    let close = async |id: &str| code(&running, "/pay/close", &order_pairs(id)).await;
    assert_eq!(close("none").await, 4001);
    scan(&running, "c", "1.00").await;
    let answer = call(&running, "/pay/close", &order_pairs("c")).await;
    assert_eq!((&answer["code"], &answer["data"]), (&json!(1000), &json!({"order_id": "c"})));
    assert_eq!(status(&running, "c").await, 4);
    assert_eq!(close("c").await, 1004);
    assert!(running.pay("c", Channel::WeChat, None).await.is_err());
    assert_eq!(code(&running, "/pay/cancel", &order_pairs("c")).await, 1004);

    scan(&running, "p", "1.00").await;
    running.decline("p").await.unwrap();
    assert_eq!(status(&running, "p").await, -1);
    running.pay("p", Channel::WeChat, None).await.unwrap();
    assert_eq!(close("p").await, 1006);
    assert_eq!(status(&running, "p").await, 1);
}

#[tokio::test]
async fn cancel_reverses_either_way() {
    let running = start(config());
    let cancel = async |id: &str| code(&running, "/pay/cancel", &order_pairs(id)).await;
    assert_eq!(cancel("none").await, 4001);
    scan(&running, "u", "1.00").await;
    running.set_status("u", OrderStatus::Unknown).await.unwrap();
    assert_eq!(cancel("u").await, 1000);
    assert_eq!(status(&running, "u").await, 5);
    assert_eq!((cancel("u").await, code(&running, "/pay/close", &order_pairs("u")).await), (1005, 1005));

    scan(&running, "p", "8.00").await;
    running.pay("p", Channel::WeChat, None).await.unwrap();
    assert_eq!((cancel("p").await, cancel("p").await), (1000, 1000));
    let got = call(&running, "/pay/get", &order_pairs("p")).await["data"].clone();
    assert_eq!((&got["order_status"], &got["refund_amount"]), (&json!(2), &json!("8.00")));
    assert_time(&got["refund_time"]);
    let refund = &got["refund_list"][0];
    assert_eq!((&refund["refund_amount"], &refund["order_id"]), (&json!("8.00"), &json!("p")));

    let mut by_refund = order_pairs("p");
    by_refund[2] = ("refund_order_id", refund["refund_order_id"].to_string());
    assert_eq!(call(&running, "/pay/check", &by_refund).await["data"]["order_id"], "p");
    by_refund[2].1 = text("R-none");
    assert_eq!(code(&running, "/pay/check", &by_refund).await, 4002);
}

#[tokio::test]
async fn orders_are_found_by_either_name_and_only_if_they_agree() {
    let running = start(config());
    let trade_no = scan(&running, "one", "1.00").await["trade_no"].clone();
    scan(&running, "two", "1.00").await;
    for path in ["/pay/check", "/pay/get"] {
        let mut pairs = order_pairs("one");
        pairs[2] = ("trade_no", trade_no.to_string());
        assert_eq!(call(&running, path, &pairs).await["data"]["order_id"], "one");
        pairs.push(("order_id", text("two")));
        assert_eq!(code(&running, path, &pairs).await, 4001);
        assert_eq!(code(&running, path, &order_pairs("three")).await, 4001);
        assert_eq!(code(&running, path, &order_pairs("")).await, 3001);
    }
}

#[tokio::test]
async fn every_status_can_be_shown() {
    let running = start(config());
    scan(&running, "s", "1.00").await;
    for number in [1, 3, 2, -3, -2, -10, 5, 4, -1, 0] {
        let forced = OrderStatus::try_from(number).unwrap();
        running.set_status("s", forced).await.unwrap();
        let got = call(&running, "/pay/get", &order_pairs("s")).await["data"].clone();
        assert_eq!(got["order_status"], number);
        let real = got["real_amount"].as_str().unwrap();
        if [1, 2, 3, -2, -3].contains(&number) {
            assert_eq!(real, "1.00", "{number}");
        }
        let refunded = match number {
            2 | 5 => "1.00",
            3 => "0.50",
            _ => "0.00",
        };
        if number != -10 && number != 5 {
            assert_eq!(got["refund_amount"], refunded, "{number}");
        }
    }
}

fn assert_time(value: &Value) {
    let text = value.as_str().unwrap();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00 00:00:00", "{text}");
}
