//! The control API: the ledger, the requests, and acts on orders.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use reqwest::StatusCode;
use serde_json::{Value, json};
use till::{call, code, config, http, order_pairs, post, scan, scan_pairs, signed, start};
use yima_sandbox::Running;

async fn get(running: &Running, path: &str) -> Value {
    let response = http().get(format!("{}{path}", running.base_url())).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn act(running: &Running, path: &str, body: &'static str) -> (u16, Value) {
    let response = http().post(format!("{}{path}", running.base_url())).body(body).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn the_ledger_tells_all_of_an_order_but_its_sign() {
    let running = start(config());
    scan(&running, "l", "3.50").await;
    code(&running, "/pay/check", &order_pairs("l")).await;
    code(&running, "/pay/check", &order_pairs("l")).await;
    code(&running, "/pay/get", &order_pairs("l")).await;
    let orders = get(&running, "/control/orders").await;
    assert_eq!(orders.as_array().unwrap().len(), 1);
    let order = &orders[0];
    assert_eq!((&order["order_id"], &order["order_status"]), (&json!("l"), &json!(0)));
    assert_eq!((&order["total_amount"], &order["real_amount"]), (&json!("3.50"), &json!("0.00")));
    assert_eq!(order["received"], json!({"/pay/scan": 1, "/pay/check": 2, "/pay/get": 1}));
    assert_eq!(order["fields"]["store_info"]["store_id"], "城西便利店");
    assert_eq!(order["fields"].get("sign"), None);
    assert_eq!(get(&running, "/control/orders/l").await, *order);
}

#[tokio::test]
async fn orders_are_paid_declined_and_set_by_hand() {
    let running = start(config());
    scan(&running, "h/1", "3.50").await;
    let (status, order) = act(&running, "/control/orders/h%2F1/decline", "").await;
    assert_eq!((status, &order["order_status"]), (200, &json!(-1)));
    let paying = r#"{"pay_channel":1,"real_amount":"3.20"}"#;
    let (status, order) = act(&running, "/control/orders/h%2F1/pay", paying).await;
    assert_eq!((status, &order["order_status"], &order["real_amount"]), (200, &json!(1), &json!("3.20")));
    assert_eq!(order["pay_channel"], 1);
    let got = call(&running, "/pay/get", &order_pairs("h/1")).await["data"].clone();
    assert_eq!((&got["real_amount"], &got["voucher_list"][0]["amount"]), (&json!("3.20"), &json!("0.30")));
    assert_eq!(act(&running, "/control/orders/h%2F1/decline", "").await.0, 409);
    let (status, order) = act(&running, "/control/orders/h%2F1/status", r#"{"order_status":4}"#).await;
    assert_eq!((status, &order["order_status"]), (200, &json!(4)));
    let (status, refusal) = act(&running, "/control/orders/h%2F1/pay", "").await;
    assert_eq!((status, refusal["error"].is_string()), (409, true));
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let running = start(config());
    scan(&running, "x", "1.00").await;
    for (path, body, expected) in [
        ("/control/orders/none/pay", "", 404),
        ("/control/orders/none/status", r#"{"order_status":1}"#, 404),
        ("/control/orders/x/status", "", 422),
        ("/control/orders/x/status", r#"{"order_status":7}"#, 422),
        ("/control/orders/x/pay", r#"{"pay_channel":2}"#, 422),
        ("/control/orders/x/pay", r#"{"real_amount":"-1"}"#, 422),
        ("/control/orders/x/pay", r#"{"channel":1}"#, 422),
    ] {
        assert_eq!(act(&running, path, body).await.0, expected, "{path} {body}");
    }
    assert_eq!(get(&running, "/control/orders/x").await["order_status"], 0);
}

#[tokio::test]
async fn requests_are_kept_raw_whatever_became_of_them() {
    let running = start(config());
    let body = signed(&scan_pairs("r", "1.00"));
    post(&running, "/pay/scan", body.clone()).await.unwrap();
    post(&running, "/pay/check", "nonsense".to_owned()).await.unwrap();
    let requests = get(&running, "/control/requests").await;
    assert_eq!((&requests[0]["body"], &requests[0]["path"]), (&json!(body), &json!("/pay/scan")));
    assert_eq!((&requests[0]["code"], &requests[1]["code"]), (&json!(1000), &json!(3002)));
    assert_eq!((&requests[1]["body"], &requests[1]["number"]), (&json!("nonsense"), &json!(2)));
}

#[tokio::test]
async fn pages_of_other_sites_cannot_steer_it() {
    let running = start(config());
    scan(&running, "x", "1.00").await;
    let url = format!("{}/control/orders/x/pay", running.base_url());
    let foreign = http().post(&url).header("origin", "https://example.org").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let rebound = http().post(&url).header("host", "example.org").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(get(&running, "/control/orders/x").await["order_status"], 0);
    let own = http().post(&url).header("origin", running.base_url()).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
}
