//! A small till for the tests: it signs by the contract's default profile, with code of its own.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

use base64::Engine as _;
use md5::{Digest as _, Md5};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use yima_sandbox::{Amount, Channel, Config, Key, Running, Sandbox, Terms};

pub const APP_ID: &str = "testapp";
pub const SECRET: &str = "a secret only the tests know";

pub fn config() -> Config {
    Config::new(APP_ID, Key::md5(SECRET))
}

pub fn with_terms(terms: Terms) -> Config {
    Config { terms, ..config() }
}

pub fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).unwrap()
}

pub fn start(config: Config) -> Running {
    Sandbox::start(config, "127.0.0.1:0".parse().unwrap()).map_err(|error| error.to_string()).unwrap()
}

/// No connection is kept, so that one that a scenario closes says nothing about the next.
pub fn http() -> reqwest::Client {
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// One request's fields: names with raw JSON.
pub type Pairs<'a> = Vec<(&'a str, String)>;

pub fn text(value: &str) -> String {
    serde_json::to_string(value).unwrap()
}

/// The body of these fields, signed.
pub fn signed(pairs: &Pairs<'_>) -> String {
    let sign = sign_of(pairs, SECRET);
    let mut all: Vec<_> = pairs.iter().map(|(name, raw)| format!("{}:{raw}", text(name))).collect();
    all.push(format!("\"sign\":{}", text(&sign)));
    format!("{{{}}}", all.join(","))
}

pub fn sign_of(pairs: &Pairs<'_>, secret: &str) -> String {
    let mut lines: Vec<String> = pairs
        .iter()
        .filter(|(_, raw)| raw != "\"\"" && raw != "null")
        .map(|(name, raw)| {
            let value = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.clone());
            format!("{name}={value}")
        })
        .collect();
    lines.push(format!("app_sercet={secret}"));
    // Right for these tests, whose names are no prefixes of each other.
    lines.sort();
    let hex: String = Md5::digest(lines.join("&")).iter().map(|byte| format!("{byte:02X}")).collect();
    base64::engine::general_purpose::STANDARD.encode(hex)
}

/// The fields of a scan, as a till sends them.
pub fn scan_pairs(order_id: &str, total: &str) -> Pairs<'static> {
    vec![
        ("app_id", text(APP_ID)),
        ("sign_type", text("MD5")),
        ("order_id", text(order_id)),
        ("total_amount", text(total)),
        ("store_info", r#"{"store_id":"城西便利店","terminal_id":"till-1"}"#.to_owned()),
    ]
}

pub fn order_pairs(order_id: &str) -> Pairs<'static> {
    vec![("app_id", text(APP_ID)), ("sign_type", text("MD5")), ("order_id", text(order_id))]
}

/// What `/pay/qrcode` asks for: the scan's fields and the customer's code.
pub fn pay_code_pairs(order_id: &str, total: &str, pay_code: &str) -> Pairs<'static> {
    let mut pairs = scan_pairs(order_id, total);
    pairs.push(("pay_code", text(pay_code)));
    pairs
}

pub fn refund_pairs(order_id: &str, refund_order_id: &str, amount: &str) -> Pairs<'static> {
    let mut pairs = order_pairs(order_id);
    pairs.extend([("refund_order_id", text(refund_order_id)), ("refund_amount", text(amount))]);
    pairs
}

/// The common fields and these.
pub fn list_pairs<'a>(more: &[(&'a str, i64)]) -> Pairs<'a> {
    let mut pairs = vec![("app_id", text(APP_ID)), ("sign_type", text("MD5"))];
    pairs.extend(more.iter().map(|(name, number)| (*name, number.to_string())));
    pairs
}

/// Makes an order and pays it.
pub async fn sell(running: &Running, order_id: &str, total: &str) {
    scan(running, order_id, total).await;
    running.pay(order_id, Channel::WeChat, None).await.unwrap();
}

pub async fn post(running: &Running, path: &str, body: String) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}{path}", running.base_url());
    http().post(url).header(CONTENT_TYPE, "application/json").body(body).send().await
}

/// Posts fields, signed, and reads the envelope.
pub async fn call(running: &Running, path: &str, pairs: &Pairs<'_>) -> Value {
    envelope(post(running, path, signed(pairs)).await.unwrap()).await
}

pub async fn envelope(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 200);
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert!(answer["code"].is_i64() && answer["msg"].is_string() && answer["data"].is_object(), "{answer}");
    answer
}

pub async fn code(running: &Running, path: &str, pairs: &Pairs<'_>) -> i64 {
    call(running, path, pairs).await["code"].as_i64().unwrap()
}

/// Everything that `/pay/get` tells of an order.
pub async fn got(running: &Running, order_id: &str) -> Value {
    let answer = call(running, "/pay/get", &order_pairs(order_id)).await;
    assert_eq!(answer["code"], 1000, "{answer}");
    answer["data"].clone()
}

/// Makes an order and gives its `data`.
pub async fn scan(running: &Running, order_id: &str, total: &str) -> Value {
    let answer = call(running, "/pay/scan", &scan_pairs(order_id, total)).await;
    assert_eq!(answer["code"], 1000, "{answer}");
    answer["data"].clone()
}

pub async fn status(running: &Running, order_id: &str) -> i64 {
    let answer = call(running, "/pay/check", &order_pairs(order_id)).await;
    assert_eq!(answer["code"], 1000, "{answer}");
    answer["data"]["order_status"].as_i64().unwrap()
}
