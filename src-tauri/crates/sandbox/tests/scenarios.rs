//! Each action a scenario can take, over the control API and from Rust.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use till::{call, code, config, http, order_pairs, post, scan, scan_pairs, signed, start, status};
use yima_sandbox::{Action, Call, Rule, RuleError, Running};

async fn add(running: &Running, rules: Value) {
    let url = format!("{}/control/scenarios", running.base_url());
    let response = http().post(url).body(rules.to_string()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{}", response.text().await.unwrap());
}

#[tokio::test]
async fn an_answer_by_code_stands_in_as_often_as_asked() {
    let running = start(config());
    add(
        &running,
        json!([{"path": "/pay/scan", "times": 2, "action": {"answer": {"code": 5000, "msg": "未开通"}}}]),
    )
    .await;
    let answer = call(&running, "/pay/scan", &scan_pairs("a", "1.00")).await;
    assert_eq!(answer, json!({"code": 5000, "msg": "未开通", "data": {}}));
    assert_eq!(code(&running, "/pay/check", &order_pairs("a")).await, 4001, "only /pay/scan is bent");
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("a", "1.00")).await, 5000);
    assert!(running.orders().is_empty());
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("a", "1.00")).await, 1000);
}

#[tokio::test]
async fn every_code_of_the_contract_can_be_had_in_its_own_words() {
    let running = start(config());
    let codes = [
        1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 2000, 2001, 2002, 3000, 3001, 3002, 3003, 3004, 4001,
        4002, 5000, 5001, 5002,
    ];
    for call_ in Call::ALL {
        let rules = codes.map(|code| json!({"path": call_.path(), "action": {"answer": {"code": code}}}));
        add(&running, json!(rules)).await;
        for code in codes {
            let answer = call(&running, call_.path(), &scan_pairs("a", "1.00")).await;
            assert_eq!((&answer["code"], &answer["data"]), (&json!(code), &json!({})), "{call_:?}");
            assert!(!answer["msg"].as_str().unwrap().is_empty(), "{code} has words");
        }
    }
    assert!(running.orders().is_empty());
}

#[tokio::test]
async fn a_processed_answer_hides_what_happened() {
    let running = start(config());
    add(
        &running,
        json!([{"path": "/pay/scan", "processed": true, "action": {"answer": {"code": 5001, "msg": "x"}}}]),
    )
    .await;
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("a", "1.00")).await, 5001);
    assert_eq!(status(&running, "a").await, 0);
}

#[tokio::test]
async fn a_delay_comes_after_the_effect() {
    let running = start(config());
    running.add_rules(vec![Rule::once(Call::Scan, Action::DelayMs(1_000))]).unwrap();
    #[allow(clippy::disallowed_methods, reason = "measures real waiting")]
    let started = Instant::now();
    let late = tokio::spawn(post_owned(running.base_url().to_owned()));
    while running.order("slow").is_none() {
        assert!(!late.is_finished(), "no effect before the delay was over");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(late.await.unwrap(), StatusCode::OK);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

async fn post_owned(base_url: String) -> StatusCode {
    let body = signed(&scan_pairs("slow", "1.00"));
    let request = http().post(format!("{base_url}/pay/scan")).header("content-type", "application/json");
    request.body(body).send().await.unwrap().status()
}

#[tokio::test]
async fn dropped_before_has_no_effect_and_dropped_after_has() {
    let running = start(config());
    add(
        &running,
        json!([{"path": "/pay/scan", "action": "drop_before"}, {"path": "/pay/scan", "action": "drop_after"}]),
    )
    .await;
    let error = post(&running, "/pay/scan", signed(&scan_pairs("d", "1.00"))).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout() && !error.is_connect(), "{error:?}");
    assert!(running.order("d").is_none());
    assert!(post(&running, "/pay/scan", signed(&scan_pairs("d", "1.00"))).await.is_err());
    assert_eq!(running.order("d").unwrap().times_received(Call::Scan), 1);
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("d", "1.00")).await, 1007);
    let codes: Vec<_> = running.requests().iter().map(|request| request.code).collect();
    assert_eq!(codes, [None, None, Some(1007)]);
}

#[tokio::test]
async fn http_statuses_and_raw_bodies_go_out_as_given() {
    let running = start(config());
    add(
        &running,
        json!([
            {"action": {"http": {"status": 502, "body": "<h1>Bad Gateway</h1>"}}},
            {"action": {"http": {"status": 429, "body": ""}}},
            {"action": {"raw_body": "{\"code\":1000,\"status\":2000"}}
        ]),
    )
    .await;
    let mut seen = Vec::new();
    for path in ["/pay/get", "/pay/scan", "/pay/check"] {
        let response = post(&running, path, signed(&scan_pairs("h", "1.00"))).await.unwrap();
        seen.push((response.status().as_u16(), response.text().await.unwrap()));
    }
    let expected = [(502, "<h1>Bad Gateway</h1>"), (429, ""), (200, "{\"code\":1000,\"status\":2000")];
    assert_eq!(seen, expected.map(|(status, body)| (status, body.to_owned())));
    assert!(running.orders().is_empty());
}

#[tokio::test]
async fn a_status_sequence_moves_the_order_itself() {
    let running = start(config());
    scan(&running, "q", "1.00").await;
    add(&running, json!([{"path": "/pay/check", "action": {"status_sequence": [0, 0, -10, 1]}}])).await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(status(&running, "q").await);
    }
    assert_eq!(seen, [0, 0, -10, 1, 1, 1]);
    let got = call(&running, "/pay/get", &order_pairs("q")).await["data"].clone();
    assert_eq!((&got["order_status"], &got["real_amount"]), (&json!(1), &json!("1.00")));
}

#[tokio::test]
async fn an_override_changes_the_answer_and_nothing_else() {
    let running = start(config());
    let fields = json!({"total_amount": 9.99, "pay_url": "javascript:alert(1)", "order_id": "other"});
    add(&running, json!([{"path": "/pay/scan", "action": {"override": fields}}])).await;
    let data = scan(&running, "o", "1.00").await;
    assert_eq!((&data["total_amount"], &data["order_id"]), (&json!(9.99), &json!("other")));
    assert_eq!((&data["pay_url"], &data["payable_amount"]), (&json!("javascript:alert(1)"), &json!("1.00")));
    let order = running.order("o").unwrap();
    assert_eq!(order.total_amount.fen(), 100);
    running
        .add_rules(vec![Rule::forever(
            Call::Check,
            Action::Override(serde_json::from_str(r#"{"order_status":"7"}"#).unwrap()),
        )])
        .unwrap();
    assert_eq!(call(&running, "/pay/check", &order_pairs("o")).await["data"]["order_status"], "7");
    assert_eq!(code(&running, "/pay/check", &order_pairs("none")).await, 4001);
}

#[tokio::test]
async fn a_rate_limit_lasts_until_it_is_cleared() {
    let running = start(config());
    scan(&running, "r", "1.00").await;
    add(&running, json!([{"path": "/pay/check", "action": "rate_limit", "times": "forever"}])).await;
    for _ in 0..3 {
        assert_eq!(code(&running, "/pay/check", &order_pairs("r")).await, 5002);
    }
    let url = format!("{}/control/scenarios", running.base_url());
    let left: Value =
        serde_json::from_str(&http().get(&url).send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(
        left,
        json!([{"path": "/pay/check", "times": "forever", "processed": false, "action": "rate_limit"}])
    );
    assert_eq!(http().delete(&url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(code(&running, "/pay/check", &order_pairs("r")).await, 1000);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused() {
    let running = start(config());
    let url = format!("{}/control/scenarios", running.base_url());
    for body in [
        "",
        "{}",
        r#"[{"action":"explode"}]"#,
        r#"[{"path":"/pay/nothing","action":"rate_limit"}]"#,
        r#"[{"action":{"status_sequence":[7]}}]"#,
        r#"[{"action":{"http":{"status":1,"body":""}}}]"#,
    ] {
        let response = http().post(&url).body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(response.text().await.unwrap().contains("\"error\""));
    }
    assert_eq!(
        running.add_rules(vec![Rule::once(Call::Get, Action::StatusSequence(Vec::new()))]),
        Err(RuleError::EmptySequence)
    );
}
