//! Starting, stopping, restarting, and the bounds on what is taken in.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use std::net::SocketAddr;
use std::time::Duration;

use tempfile::TempDir;
use till::{APP_ID, SECRET, call, code, config, http, order_pairs, scan, scan_pairs, signed, start, status};
use yima_sandbox::{
    Action, Amount, AppError, Call, Channel, Config, Key, KeyError, OrderStatus, Rule, Sandbox, StartError,
    StateError, Terms, TermsError, Voucher,
};

fn with_file(folder: &TempDir) -> Config {
    Config { state_file: Some(folder.path().join("state.json")), ..config() }
}

#[tokio::test]
async fn orders_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(with_file(&folder));
    let address = running.address();
    for id in ["open", "paid", "closed", "cancelled", "refunded"] {
        scan(&running, id, "3.00").await;
    }
    running.pay("paid", Channel::Alipay, None).await.unwrap();
    running.set_status("refunded", OrderStatus::Refunded).await.unwrap();
    assert_eq!(code(&running, "/pay/close", &order_pairs("closed")).await, 1000);
    assert_eq!(code(&running, "/pay/cancel", &order_pairs("cancelled")).await, 1000);
    let mut before = running.orders();
    running.shutdown().await;

    let running = Sandbox::start(with_file(&folder), address).ok().unwrap();
    let after = running.orders();
    let told = |orders: &[yima_sandbox::OrderRecord]| serde_json::to_string(orders).unwrap();
    assert_eq!(told(&after), told(&before));
    for (id, number) in [("open", 0), ("paid", 1), ("closed", 4), ("cancelled", 5), ("refunded", 2)] {
        assert_eq!(status(&running, id).await, number, "{id}");
    }
    let got = call(&running, "/pay/get", &order_pairs("paid")).await["data"].clone();
    assert_eq!((&got["real_amount"], &got["store_info"]["terminal_id"]), (&"3.00".into(), &"till-1".into()));
    let page = http().get(&before.remove(0).pay_url).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("<form"), "the same address still takes the money");
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("open", "3.00")).await, 1007);
}

#[tokio::test]
async fn what_was_answered_is_on_disk_without_a_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(with_file(&folder));
    scan(&running, "a", "3.00").await;
    running.pay("a", Channel::WeChat, None).await.unwrap();
    drop(running);
    let running = start(with_file(&folder));
    assert_eq!(status(&running, "a").await, 1);
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["state.json"], "nothing is left beside it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("state.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let written = std::fs::read_to_string(folder.path().join("state.json")).unwrap();
    assert!(!written.contains(SECRET) && !written.contains("\"sign\""));
}

#[tokio::test]
async fn another_application_sees_none_of_the_orders() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(with_file(&folder));
    let trade_no = scan(&running, "a", "3.00").await["trade_no"].clone();
    running.shutdown().await;
    let running = start(Config { app_id: "other".to_owned(), ..with_file(&folder) });
    let mut pairs = order_pairs("a");
    pairs[0].1 = till::text("other");
    for path in ["/pay/check", "/pay/get", "/pay/close", "/pay/cancel"] {
        assert_eq!(code(&running, path, &pairs).await, 4001, "{path}");
    }
    pairs[2] = ("trade_no", trade_no.to_string());
    assert_eq!(code(&running, "/pay/get", &pairs).await, 4001);
    assert!(running.orders().is_empty());
    let mut scan = scan_pairs("a", "1.00");
    scan[0].1 = till::text("other");
    assert_eq!(code(&running, "/pay/scan", &scan).await, 1000, "its own order by the same id");
    running.shutdown().await;
    assert_eq!(status(&start(with_file(&folder)), "a").await, 0);
}

#[tokio::test]
async fn a_state_file_that_cannot_be_used_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let any_port: SocketAddr = "127.0.0.1:0".parse().unwrap();
    std::fs::write(&path, "{\"version\":1,\"orders\":[{").unwrap();
    let error = Sandbox::start(with_file(&folder), any_port).err().unwrap();
    assert!(matches!(error, StartError::State(StateError::NotState(_))), "{error}");
    std::fs::write(&path, "{\"version\":3,\"orders\":7}").unwrap();
    let error = Sandbox::start(with_file(&folder), any_port).err().unwrap();
    assert!(matches!(error, StartError::State(StateError::OtherVersion(3))), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"version\":3,\"orders\":7}");
}

#[tokio::test]
async fn a_state_that_cannot_be_written_is_a_gateway_error() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(Config { state_file: Some(folder.path().join("gone/state.json")), ..config() });
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("a", "1.00")).await, 5001);
    std::fs::create_dir(folder.path().join("gone")).unwrap();
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("a", "1.00")).await, 1007, "it had been taken");
    assert_eq!(code(&running, "/pay/close", &order_pairs("a")).await, 1000);
}

#[tokio::test]
async fn orders_pay_themselves_when_told_to() {
    let running = start(till::with_terms(Terms { pay_after_ms: Some(1_500), ..Terms::default() }));
    scan(&running, "auto", "1.00").await;
    scan(&running, "closed", "1.00").await;
    assert_eq!(status(&running, "auto").await, 0);
    assert_eq!(code(&running, "/pay/close", &order_pairs("closed")).await, 1000);
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    assert_eq!((status(&running, "auto").await, status(&running, "closed").await), (1, 4));
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let fail =
        |config: Config, address: &str| Sandbox::start(config, address.parse().unwrap()).err().unwrap();
    let any = "127.0.0.1:0";
    assert!(matches!(fail(config(), "0.0.0.0:0"), StartError::NotLoopback(_)));
    assert!(matches!(
        fail(Config { app_id: String::new(), ..config() }, any),
        StartError::App(AppError::BadAppId)
    ));
    assert!(matches!(
        fail(Config { app_id: "x".repeat(33), ..config() }, any),
        StartError::App(AppError::BadAppId)
    ));
    let nothing = Terms { member_vouchers: vec![Voucher::member(Amount::ZERO)], ..Terms::default() };
    let error = fail(till::with_terms(nothing), any);
    assert!(matches!(error, StartError::Terms(TermsError::UnevenVoucher)));
    assert!(matches!(
        fail(Config::new(APP_ID, Key::md5("")), any),
        StartError::App(AppError::Key(KeyError::EmptySecret))
    ));
    let no_key = Config::new(APP_ID, Key::rsa("-----BEGIN PUBLIC KEY-----"));
    assert!(matches!(fail(no_key, any), StartError::App(AppError::Key(KeyError::NotAPublicKey))));
    let running = start(config());
    assert!(matches!(fail(config(), &running.address().to_string()), StartError::Listen(_)));
}

#[test]
fn outside_a_runtime_it_does_not_start() {
    let error = Sandbox::start(config(), "127.0.0.1:0".parse().unwrap()).err().unwrap();
    assert!(matches!(error, StartError::NoRuntime));
}

#[tokio::test]
async fn bodies_end_at_64_kib() {
    let running = start(config());
    let largest = format!("\"{}\"", "x".repeat(64 * 1024 - 2));
    let response = till::post(&running, "/pay/scan", largest.clone()).await.unwrap();
    assert_eq!(response.status(), 200);
    let larger = largest + " ";
    let response = till::post(&running, "/pay/scan", larger).await.unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(running.requests().len(), 1);
}

#[tokio::test]
async fn a_shutdown_lets_the_answer_out_and_then_nobody_listens() {
    let running = start(config());
    running.add_rules(vec![Rule::once(Call::Scan, Action::DelayMs(400))]).unwrap();
    let url = format!("{}/pay/scan", running.base_url());
    let health = format!("{}/healthz", running.base_url());
    let ok = http().get(&health).send().await.unwrap().text().await.unwrap();
    assert_eq!(ok, "ok");
    let body = signed(&scan_pairs("late", "1.00"));
    let request = http().post(url).header("content-type", "application/json").body(body);
    let late = tokio::spawn(async move { request.send().await.unwrap().text().await.unwrap() });
    while running.order("late").is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.shutdown().await;
    assert!(late.await.unwrap().contains("1000"));
    assert!(http().get(&health).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn only_post_asks() {
    let running = start(config());
    for path in ["/pay/scan", "/pay/check"] {
        let response = http().get(format!("{}{path}", running.base_url())).send().await.unwrap();
        assert_eq!(response.status(), 405);
    }
    let unknown = till::post(&running, "/pay/nothing", String::new()).await.unwrap();
    assert_eq!(unknown.status(), 404);
}
