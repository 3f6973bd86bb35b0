//! `/pay/qrcode`: the cashier scans the customer's code.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use serde_json::{Value, json};
use till::{call, code, config, fen, got, http, order_pairs, pay_code_pairs, scan, start, status, text};
use yima_sandbox::{Action, Call, Channel, OrderStatus, PayCodeOutcome, Rule, Running, Terms, Voucher};

const WECHAT: &str = "130000000000000001";
const ALIPAY: &str = "2800000000000001";

async fn pay(running: &Running, order_id: &str, pay_code: &str) -> Value {
    call(running, "/pay/qrcode", &pay_code_pairs(order_id, "8.00", pay_code)).await
}

#[tokio::test]
async fn a_code_pays_at_once_and_tells_its_channel() {
    let running = start(till::with_terms(Terms {
        member_vouchers: vec![Voucher::member(fen(100))],
        channel_vouchers: vec![Voucher::channel(fen(200))],
        ..Terms::default()
    }));
    for (order_id, pay_code, channel) in [("w", WECHAT, 0), ("a", ALIPAY, 1)] {
        let answer = pay(&running, order_id, pay_code).await;
        assert_eq!(answer["code"], 1000, "{answer}");
        let data = &answer["data"];
        assert_eq!((&data["pay_type"], &data["order_status"]), (&json!(channel), &json!(1)));
        let names = ["total_amount", "payable_amount", "real_amount"];
        assert_eq!(names.map(|name| data[name].as_str().unwrap()), ["8.00", "7.00", "5.00"]);
        let details = got(&running, order_id).await;
        assert_eq!((&details["pay_channel"], &details["trade_no"]), (&json!(channel), &data["trade_no"]));
        assert_eq!(details["voucher_list"], data["voucher_list"]);
        assert_eq!(details["voucher_list"].as_array().unwrap().len(), 2);
        let record = serde_json::to_string(&running.order(order_id).unwrap()).unwrap();
        assert!(!record.contains(pay_code), "a code is as good as money: {record}");
    }
}

#[tokio::test]
async fn a_customer_who_is_asked_for_a_password_pays_or_declines_later() {
    let running = start(config());
    running.add_rules(vec![Rule::forever(Call::QrCode, Action::PayCode(PayCodeOutcome::Waits))]).unwrap();
    let answer = pay(&running, "w", WECHAT).await;
    assert_eq!((&answer["code"], &answer["data"]["order_status"]), (&json!(1002), &json!(0)));
    assert_eq!(answer["data"]["real_amount"], "0.00");
    running.pay("w", Channel::Alipay, None).await.unwrap();
    let details = got(&running, "w").await;
    assert_eq!((&details["order_status"], &details["pay_channel"]), (&json!(1), &json!(0)), "by the code");

    assert_eq!(pay(&running, "a", ALIPAY).await["code"], 1002);
    let url = running.order("a").unwrap().pay_url;
    let page = http().get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("支付宝") && !page.contains("微信支付"), "{page}");
    running.decline("a").await.unwrap();
    assert_eq!(status(&running, "a").await, -1);
    assert_eq!(code(&running, "/pay/close", &order_pairs("a")).await, 1000);
}

#[tokio::test]
async fn what_becomes_of_a_code_is_a_term_and_a_rule_goes_first() {
    let running = start(till::with_terms(Terms { pay_code: PayCodeOutcome::Declines, ..Terms::default() }));
    running.add_rules(vec![Rule::once(Call::QrCode, Action::PayCode(PayCodeOutcome::Pays))]).unwrap();
    assert_eq!(pay(&running, "first", WECHAT).await["code"], 1000);
    let declined = pay(&running, "second", ALIPAY).await;
    assert_eq!((&declined["code"], &declined["data"]["order_status"]), (&json!(1001), &json!(-1)));
    assert_eq!(status(&running, "second").await, -1);
}

#[tokio::test]
async fn a_code_pays_once() {
    let folder = tempfile::tempdir().unwrap();
    let with_file =
        || yima_sandbox::Config { state_file: Some(folder.path().join("state.json")), ..config() };
    let running = start(with_file());
    assert_eq!(pay(&running, "one", WECHAT).await["code"], 1000);
    running.shutdown().await;
    let written = std::fs::read_to_string(folder.path().join("state.json")).unwrap();
    assert!(!written.contains(WECHAT));

    let running = start(with_file());
    let used = pay(&running, "two", WECHAT).await;
    assert_eq!(used["code"], 1001, "also after a restart");
    assert!(used["msg"].as_str().unwrap().contains("pay_code"), "{used}");
    assert_eq!(status(&running, "two").await, -1);
    assert_eq!(got(&running, "two").await["real_amount"], "0.00");
}

#[tokio::test]
async fn an_order_id_is_one_order_whichever_call_made_it() {
    let running = start(config());
    scan(&running, "s", "8.00").await;
    assert_eq!(pay(&running, "s", WECHAT).await["code"], 1007);
    assert_eq!(pay(&running, "q", WECHAT).await["code"], 1000, "the code was not used by that");
    assert_eq!(pay(&running, "q", WECHAT).await["code"], 1003);
    assert_eq!(code(&running, "/pay/scan", &till::scan_pairs("q", "8.00")).await, 1003);
    for (status, expected) in [(OrderStatus::Closed, 1004), (OrderStatus::Cancelled, 1005)] {
        running.set_status("s", status).await.unwrap();
        assert_eq!(pay(&running, "s", ALIPAY).await["code"], expected);
    }
    assert_eq!(running.orders().len(), 2);
}

#[tokio::test]
async fn what_is_no_code_makes_no_order() {
    let running = start(config());
    for pay_code in ["169999999999999999", "13000000000000000", "6921168509256", "x"] {
        assert_eq!(pay(&running, "n", pay_code).await["code"], 3002, "{pay_code}");
    }
    assert_eq!(pay(&running, "n", "").await["code"], 3001);
    let mut number = pay_code_pairs("n", "8.00", WECHAT);
    number.last_mut().unwrap().1 = WECHAT.to_owned();
    assert_eq!(code(&running, "/pay/qrcode", &number).await, 3002, "a code is text");
    let mut bad_total = pay_code_pairs("n", "0", WECHAT);
    assert_eq!(code(&running, "/pay/qrcode", &bad_total).await, 3002);
    bad_total[2].1 = text("");
    assert_eq!(code(&running, "/pay/qrcode", &bad_total).await, 3001);
    assert!(running.orders().is_empty());
}
