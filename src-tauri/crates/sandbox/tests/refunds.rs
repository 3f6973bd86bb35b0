//! `/pay/refund`, and what other calls tell of refunds.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use serde_json::{Value, json};
use till::{
    call, code, config, envelope, fen, got, http, order_pairs, post, refund_pairs, scan, sell, signed, start,
    status, text,
};
use yima_sandbox::{
    Action, Call, Channel, Config, OrderStatus, RefundState, Rule, Running, Sandbox, Terms, Voucher,
};

async fn refund(running: &Running, order_id: &str, refund_order_id: &str, amount: &str) -> Value {
    call(running, "/pay/refund", &refund_pairs(order_id, refund_order_id, amount)).await
}

/// Order status, refunded amount and the ids in `refund_list`.
async fn books(running: &Running, order_id: &str) -> (i64, String, Vec<String>) {
    let details = got(running, order_id).await;
    let list = details["refund_list"].as_array().unwrap();
    let ids = list.iter().map(|refund| refund["refund_order_id"].as_str().unwrap().to_owned());
    let amount = details["refund_amount"].as_str().unwrap().to_owned();
    (details["order_status"].as_i64().unwrap(), amount, ids.collect())
}

fn as_books(status: i64, amount: &str, ids: &[&str]) -> (i64, String, Vec<String>) {
    (status, amount.to_owned(), ids.iter().map(|id| (*id).to_owned()).collect())
}

#[tokio::test]
async fn part_by_part_until_nothing_is_left() {
    let running = start(till::with_terms(Terms {
        channel_vouchers: vec![Voucher::channel(fen(200))],
        ..Terms::default()
    }));
    sell(&running, "o", "12.00").await;
    let first = refund(&running, "o", "r1", "3.00").await;
    assert_eq!(first["code"], 1000, "{first}");
    let data = &first["data"];
    assert_eq!((&data["refund_amount"], &data["order_id"]), (&json!("3.00"), &json!("o")));
    assert_eq!((&data["refund_order_id"], data["refund_time"].is_string()), (&json!("r1"), true));
    assert_eq!(books(&running, "o").await, as_books(3, "3.00", &["r1"]));
    assert_eq!(refund(&running, "o", "r2", "7.01").await["code"], 2001, "10.00 were really paid");
    let rest = refund(&running, "o", "r2", "0").await;
    assert_eq!(rest["data"]["refund_amount"], "7.00", "zero is all that is left");
    assert_eq!(books(&running, "o").await, as_books(2, "10.00", &["r1", "r2"]));
    assert_eq!(got(&running, "o").await["refund_list"][1], rest["data"]);
    for amount in ["0", "0.01"] {
        assert_eq!(refund(&running, "o", "r3", amount).await["code"], 2001, "{amount}");
    }
    assert_eq!(code(&running, "/pay/close", &order_pairs("o")).await, 1006);
    assert_eq!(code(&running, "/pay/scan", &till::scan_pairs("o", "12.00")).await, 1003);
}

#[tokio::test]
async fn one_refund_id_is_one_refund() {
    let running = start(config());
    sell(&running, "o", "10.00").await;
    sell(&running, "p", "10.00").await;
    let first = refund(&running, "o", "r", "4.00").await;
    for amount in ["4.00", "0"] {
        assert_eq!(refund(&running, "o", "r", amount).await, first, "{amount}");
    }
    assert_eq!(refund(&running, "o", "r", "5.00").await["code"], 1007);
    assert_eq!(refund(&running, "p", "r", "4.00").await["code"], 1007);
    assert_eq!(books(&running, "o").await, as_books(3, "4.00", &["r"]));
    assert_eq!(status(&running, "p").await, 1);
    assert_eq!(running.order("o").unwrap().times_received(Call::Refund), 4);
}

#[tokio::test]
async fn a_pending_refund_is_on_its_way_until_it_is_done_or_fails() {
    let running = start(config());
    sell(&running, "o", "10.00").await;
    running
        .add_rules(vec![Rule {
            times: yima_sandbox::Times::Count(2),
            ..Rule::once(Call::Refund, Action::Refund(RefundState::Pending))
        }])
        .unwrap();
    let taken = refund(&running, "o", "r1", "4.00").await;
    assert_eq!((&taken["code"], &taken["data"]["refund_time"]), (&json!(1000), &Value::Null));
    assert_eq!(books(&running, "o").await, as_books(-3, "0.00", &[]), "not in the list yet");
    assert_eq!(refund(&running, "o", "r2", "6.01").await["code"], 2001, "what is on its way counts");
    assert_eq!(refund(&running, "o", "r1", "4.00").await, taken);

    let end = async |id: &str, how: &str| {
        let url = format!("{}/control/refunds/{id}/{how}", running.base_url());
        http().post(url).send().await.unwrap().status().as_u16()
    };
    assert_eq!(end("r1", "fail").await, 200);
    assert_eq!(books(&running, "o").await, as_books(-2, "0.00", &[]));
    assert_eq!((end("r1", "done").await, end("none", "done").await), (409, 404));

    assert_eq!(refund(&running, "o", "r1", "4.00").await["code"], 1000, "a failed one may be tried again");
    assert_eq!(books(&running, "o").await, as_books(3, "4.00", &["r1"]));
    running.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Pending))]).unwrap();
    refund(&running, "o", "r2", "0").await;
    assert_eq!(books(&running, "o").await, as_books(-3, "4.00", &["r1"]));
    running.end_refund("r2", true).await.unwrap();
    assert_eq!(books(&running, "o").await, as_books(2, "10.00", &["r1", "r2"]));
}

#[tokio::test]
async fn a_refund_that_fails_gives_nothing_back() {
    let running = start(config());
    sell(&running, "o", "10.00").await;
    running.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Failed))]).unwrap();
    assert_eq!(refund(&running, "o", "r1", "4.00").await["code"], 1000);
    assert_eq!(books(&running, "o").await, as_books(-2, "0.00", &[]));
    assert_eq!(refund(&running, "o", "r2", "10.00").await["code"], 1000, "nor does it stand in the way");
    assert_eq!(books(&running, "o").await, as_books(2, "10.00", &["r2"]));
    let states: Vec<_> = running.order("o").unwrap().refunds.iter().map(|refund| refund.state).collect();
    assert_eq!(states, [RefundState::Failed, RefundState::Done]);
}

#[tokio::test]
async fn refunds_draw_on_the_balance() {
    let running = start(Config { balance: Some(fen(500)), ..config() });
    let url = format!("{}/control/balance", running.base_url());
    sell(&running, "o", "10.00").await;
    assert_eq!(refund(&running, "o", "r1", "3.00").await["code"], 1000);
    let left = http().get(&url).send().await.unwrap().text().await.unwrap();
    assert_eq!(left, r#"{"balance":"2.00"}"#);
    assert_eq!(refund(&running, "o", "r2", "2.01").await["code"], 2002);
    assert_eq!(books(&running, "o").await, as_books(3, "3.00", &["r1"]));
    let by_id = [("refund_order_id", text("r2"))];
    let asked: Vec<_> = order_pairs("o").into_iter().take(2).chain(by_id).collect();
    assert_eq!(code(&running, "/pay/check", &asked).await, 4002, "it left nothing behind");
    assert_eq!(code(&running, "/pay/cancel", &order_pairs("o")).await, 2002);
    running.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Pending))]).unwrap();
    assert_eq!(refund(&running, "o", "r3", "2.00").await["code"], 1000);
    assert_eq!(running.balance(), Some(fen(0)));
    running.end_refund("r3", false).await.unwrap();
    assert_eq!(running.balance(), Some(fen(200)), "what failed is back");

    let response = http().put(&url).body(r#"{"balance":null}"#).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(http().put(&url).body(r#"{"balance":"-1"}"#).send().await.unwrap().status(), 422);
    assert_eq!(refund(&running, "o", "r2", "2.01").await["code"], 1000, "the same refund, asked for again");
    assert_eq!(running.balance(), None);
}

#[tokio::test]
async fn refunds_take_their_time_where_the_terms_say_so() {
    let after_ms = |ms| Terms { refund_after_ms: Some(ms), ..Terms::default() };
    let running = start(till::with_terms(after_ms(600_000)));
    sell(&running, "o", "10.00").await;
    refund(&running, "o", "slow", "4.00").await;
    running.set_terms(after_ms(1)).unwrap();
    refund(&running, "o", "fast", "6.00").await;
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    assert_eq!(books(&running, "o").await, as_books(-3, "6.00", &["fast"]));
    running.end_refund("slow", true).await.unwrap();
    assert_eq!(books(&running, "o").await.0, 2);

    running.set_terms(after_ms(600_000)).unwrap();
    sell(&running, "reversed", "10.00").await;
    for _ in 0..2 {
        assert_eq!(code(&running, "/pay/cancel", &order_pairs("reversed")).await, 1000);
        assert_eq!(books(&running, "reversed").await, as_books(-3, "0.00", &[]));
    }
    let own_id = running.order("reversed").unwrap().refunds.remove(0).refund_order_id;
    running.end_refund(&own_id, true).await.unwrap();
    assert_eq!(books(&running, "reversed").await, as_books(2, "10.00", &[own_id.as_str()]));
}

#[tokio::test]
async fn what_cannot_be_given_back() {
    let running = start(config());
    scan(&running, "open", "1.00").await;
    for (id, status) in [("closed", OrderStatus::Closed), ("cancelled", OrderStatus::Cancelled)] {
        scan(&running, id, "1.00").await;
        running.set_status(id, status).await.unwrap();
    }
    sell(&running, "paid", "1.00").await;
    let long = "r".repeat(65);
    for (order_id, refund_order_id, amount, expected) in [
        ("none", "r", "1.00", 4001),
        ("open", "r", "1.00", 2001),
        ("open", "r", "0", 2001),
        ("closed", "r", "1.00", 1004),
        ("cancelled", "r", "1.00", 1005),
        ("paid", "", "1.00", 3001),
        ("paid", "r", "", 3001),
        ("", "r", "1.00", 3001),
        ("paid", "r", "-1", 3002),
        ("paid", "r", "0.005", 3002),
        ("paid", long.as_str(), "1.00", 3002),
    ] {
        let answer = refund(&running, order_id, refund_order_id, amount).await;
        assert_eq!(answer["code"], expected, "{order_id} {refund_order_id} {amount}");
    }
    assert_eq!(books(&running, "paid").await, as_books(1, "0.00", &[]));
    running.pay("open", Channel::WeChat, None).await.unwrap();
    let mut by_trade_no = refund_pairs("open", "r", "1");
    by_trade_no[2] = ("trade_no", text(&running.order("open").unwrap().trade_no));
    by_trade_no[4].1 = "1.00".to_owned();
    assert_eq!(code(&running, "/pay/refund", &by_trade_no).await, 1000, "an amount may be a number");
}

#[tokio::test]
async fn no_order_has_more_than_a_hundred_refunds() {
    let running = start(config());
    sell(&running, "o", "10.00").await;
    for number in 0..100 {
        assert_eq!(refund(&running, "o", &format!("r{number}"), "0.01").await["code"], 1000);
    }
    assert_eq!(refund(&running, "o", "r100", "0.01").await["code"], 5002);
    assert_eq!(refund(&running, "o", "r99", "0.01").await["code"], 1000, "known ones may be asked for");
}

#[tokio::test]
async fn cancelling_gives_back_what_is_left() {
    let running = start(config());
    sell(&running, "o", "10.00").await;
    refund(&running, "o", "r1", "4.00").await;
    assert_eq!(code(&running, "/pay/cancel", &order_pairs("o")).await, 1000);
    let (status, amount, ids) = books(&running, "o").await;
    assert_eq!((status, amount.as_str(), ids.len()), (2, "10.00", 2));
    assert_eq!(got(&running, "o").await["refund_list"][1]["refund_amount"], "6.00");
    let by_id = [("refund_order_id", text("r1"))];
    let asked: Vec<_> = order_pairs("o").into_iter().take(2).chain(by_id).collect();
    let checked = call(&running, "/pay/check", &asked).await;
    assert_eq!((&checked["data"]["order_id"], &checked["data"]["order_status"]), (&json!("o"), &json!(2)));
}

#[tokio::test]
async fn refunds_and_balance_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let with_file =
        || Config { balance: Some(fen(900)), state_file: Some(folder.path().join("state.json")), ..config() };
    let running = start(with_file());
    sell(&running, "o", "10.00").await;
    refund(&running, "o", "r1", "4.00").await;
    running.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Pending))]).unwrap();
    refund(&running, "o", "r2", "1.00").await;
    let before = books(&running, "o").await;
    running.shutdown().await;

    let running = start(with_file());
    assert_eq!((books(&running, "o").await, running.balance()), (before, Some(fen(400))));
    running.end_refund("r2", true).await.unwrap();
    assert_eq!(books(&running, "o").await, as_books(3, "5.00", &["r1", "r2"]));
}

#[tokio::test]
async fn a_state_file_from_before_there_were_refunds_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let order = |id: &str, refund: Value| {
        json!({
            "app_id": till::APP_ID, "order_id": id, "trade_no": format!("t{id}"), "token": format!("k{id}"),
            "status": 1, "total": "2.00", "payable": "2.00",
            "payment": {"real": "2.00", "channel": 0, "at_ms": 0}, "refund": refund,
            "created_ms": 0, "updated_ms": 0, "fields": {}, "received": {"/pay/scan": 1}
        })
    };
    let refunded = json!({"refund_order_id": "R1", "amount": "0.50", "at_ms": 0});
    let old = json!({"version": 1, "orders": [order("a", Value::Null), order("b", refunded)]});
    std::fs::write(&path, old.to_string()).unwrap();
    let config = Config { state_file: Some(path), ..config() };
    let running = Sandbox::start(config, "127.0.0.1:0".parse().unwrap()).ok().unwrap();
    assert_eq!(books(&running, "a").await, as_books(1, "0.00", &[]));
    assert_eq!(books(&running, "b").await, as_books(1, "0.50", &["R1"]));
    let body = signed(&refund_pairs("b", "r2", "0"));
    let answer = envelope(post(&running, "/pay/refund", body).await.unwrap()).await;
    assert_eq!(answer["data"]["refund_amount"], "1.50");
}
