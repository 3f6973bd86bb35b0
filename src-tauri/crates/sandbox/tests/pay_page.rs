//! The page behind pay_url, as a customer goes through it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use reqwest::{Response, StatusCode};
use till::{call, code, config, http, order_pairs, scan, scan_pairs, start, status};
use yima_sandbox::{Channel, Config, OrderStatus, Terms, Voucher};

async fn page(url: &str) -> String {
    let response = http().get(url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.text().await.unwrap()
}

async fn press(url: &str, body: &'static str) -> Response {
    let form = "application/x-www-form-urlencoded";
    http().post(url).header("content-type", form).body(body).send().await.unwrap()
}

fn with_discount() -> Config {
    till::with_terms(Terms { member_vouchers: vec![Voucher::member(till::fen(100))], ..Terms::default() })
}

#[tokio::test]
async fn shop_goods_and_amounts_are_shown_and_nothing_runs() {
    let shop_name = "<b>城西</b>便利店".to_owned();
    let running = start(Config { shop_name, ..with_discount() });
    let mut pairs = scan_pairs("p1", "11.00");
    let goods = r#"[{"title":"<script>alert(1)</script> 可乐","num":2,"price":3.00},{"title":"水","num":1,"price":5.00}]"#;
    pairs.push(("goods_list", goods.to_owned()));
    let url = call(&running, "/pay/scan", &pairs).await["data"]["pay_url"].as_str().unwrap().to_owned();
    let response = http().get(&url).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.headers()["content-type"].to_str().unwrap().contains("utf-8"));
    let html = response.text().await.unwrap();
    assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("style="), "{html}");
    for part in
        ["&lt;b&gt;城西", "&lt;script&gt;", "×2", "6.00", "¥11.00", "−¥1.00", "支付 ¥10.00", "Decline"]
    {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    let style = http().get(format!("{}/style.css", running.base_url())).send().await.unwrap();
    assert!(style.headers()["content-type"].to_str().unwrap().starts_with("text/css"));
    assert!(!style.text().await.unwrap().contains("http"), "no outside content");
}

#[tokio::test]
async fn paying_with_either_channel() {
    let running = start(config());
    for (id, form, channel) in [("w", "channel=0", Channel::WeChat), ("a", "channel=1", Channel::Alipay)] {
        let url = scan(&running, id, "2.00").await["pay_url"].as_str().unwrap().to_owned();
        let pressed = press(&format!("{url}/pay"), form).await;
        assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
        assert_eq!(format!("{}{}", running.base_url(), pressed.headers()["location"].to_str().unwrap()), url);
        assert_eq!(running.order(id).unwrap().pay_channel, Some(channel));
        assert_eq!(status(&running, id).await, 1);
        let html = page(&url).await;
        assert!(html.contains("支付成功") && html.contains("2.00") && !html.contains("<form"), "{html}");
        let pay_time = running.order(id).unwrap().pay_time;
        press(&format!("{url}/pay"), "channel=1").await;
        let again = running.order(id).unwrap();
        assert_eq!((again.pay_channel, again.pay_time), (Some(channel), pay_time), "paid once");
    }
}

#[tokio::test]
async fn declining_leaves_the_order_payable() {
    let running = start(config());
    let url = scan(&running, "d", "2.00").await["pay_url"].as_str().unwrap().to_owned();
    assert_eq!(press(&format!("{url}/decline"), "channel=0").await.status(), StatusCode::SEE_OTHER);
    assert_eq!(status(&running, "d").await, -1);
    let html = page(&url).await;
    assert!(html.contains("未支付") && html.contains("?again=true") && !html.contains("<form"), "{html}");
    assert!(page(&format!("{url}?again=true")).await.contains("<form"));
    press(&format!("{url}/pay"), "channel=0").await;
    assert_eq!(status(&running, "d").await, 1);
    press(&format!("{url}/decline"), "").await;
    assert_eq!(status(&running, "d").await, 1, "paid stays paid");
}

#[tokio::test]
async fn a_closed_or_cancelled_order_cannot_be_paid() {
    let running = start(config());
    for (id, path, word, number) in
        [("c", "/pay/close", "订单已关闭", 4), ("x", "/pay/cancel", "订单已撤销", 5)]
    {
        let url = scan(&running, id, "2.00").await["pay_url"].as_str().unwrap().to_owned();
        assert_eq!(code(&running, path, &order_pairs(id)).await, 1000);
        assert_eq!(press(&format!("{url}/pay"), "channel=0").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(status(&running, id).await, number);
        let html = page(&url).await;
        assert!(html.contains(word) && !html.contains("<form"), "{html}");
        assert!(!page(&format!("{url}?again=true")).await.contains("<form"));
    }
}

#[tokio::test]
async fn a_refunded_order_says_so() {
    let running = start(config());
    let url = scan(&running, "r", "2.00").await["pay_url"].as_str().unwrap().to_owned();
    running.set_status("r", OrderStatus::Refunded).await.unwrap();
    assert!(page(&url).await.contains("已退款"));
}

#[tokio::test]
async fn unknown_addresses_have_expired() {
    let running = start(config());
    let url = format!("{}/p/00000000000000000000000000000000", running.base_url());
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(response.text().await.unwrap().contains("付款码已失效"));
    assert_eq!(press(&format!("{url}/pay"), "channel=0").await.status(), StatusCode::NOT_FOUND);
    let known = scan(&running, "k", "2.00").await["pay_url"].as_str().unwrap().to_owned();
    assert_eq!(press(&format!("{known}/pay"), "channel=2").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(&running, "k").await, 0);
}
