//! What the transport does where a table of faults has no room for it.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use raw_server::{RawServer, account, client, credential, http, order_id};
use yima_gateway::{
    Account, CallError, Client, Endpoint, EndpointError, MaybeSentReason, OrderStatus, Timeouts, check,
};

const PAID: &str = r#"{"code":1000,"data":{"order_id":"0193a1","order_status":1}}"#;

async fn checked(account: &Account) -> Result<check::Answer, CallError> {
    client().check(account, &credential(), &order_id()).await
}

#[test]
fn n9_nothing_goes_over_the_network_without_tls() {
    for base in ["http://api.huishouyin.cn", "http://10.0.0.1", "http://127.0.0.1.example"] {
        assert_eq!(Endpoint::parse(base), Err(EndpointError::Insecure), "{base}");
    }
}

#[tokio::test]
async fn n8_a_redirect_is_not_followed() {
    let elsewhere = RawServer::answering(PAID);
    let location = elsewhere.account.endpoint.as_str();
    let server = RawServer::saying(format!(
        "HTTP/1.1 307 X\r\nlocation: {location}/pay/check\r\ncontent-length: 0\r\n\r\n"
    ));
    assert_eq!(checked(&server.account).await, Err(MaybeSentReason::Redirect.into()));
    assert!(elsewhere.requests.try_recv().is_err());
}

#[tokio::test]
async fn n3_a_late_answer_is_nobodys() {
    let is_first = AtomicBool::new(true);
    let server = RawServer::start(move |mut stream| {
        let answer = if is_first.swap(false, Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(2_500));
            PAID.to_owned()
        } else {
            PAID.replace(":1}", ":0}")
        };
        let _ = stream.write_all(&http(200, answer));
    });
    let timeouts = Timeouts { connect: Duration::from_secs(2), total: Duration::from_secs(2) };
    let client = Client::new(timeouts).unwrap();
    let first = client.check(&server.account, &credential(), &order_id()).await;
    assert_eq!(first, Err(MaybeSentReason::Timeout.into()));
    let second = client.check(&server.account, &credential(), &order_id()).await;
    assert_eq!(second.map(|answer| answer.order_status), Ok(OrderStatus::Paying));
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_no_failure() {
    let (sender, closed) = channel();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{PAID}", PAID.len());
    let server = RawServer::start(move |mut stream| {
        let _ = stream.write_all(answer.as_bytes());
        drop(stream);
        let _ = sender.send(());
    });
    let client = client();
    for _ in 0..3 {
        client.check(&server.account, &credential(), &order_id()).await.unwrap();
        closed.recv().unwrap();
        // Time for the client to hear of it.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn localhost_is_this_machine_whatever_a_name_server_says() {
    let server = RawServer::answering(PAID);
    let base = server.account.endpoint.as_str().replace("127.0.0.1", "localhost");
    checked(&account(&base)).await.unwrap();
}
