//! Gateways and networks that misbehave: each failure says what may have happened to the order.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![allow(clippy::disallowed_methods, reason = "deadlines are measured from outside")]

mod raw_server;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use raw_server::{RawServer, account, client, credential, order_id};
use tempfile::TempDir;
use yima_gateway::{Account, CallError, Client, MalformedReason, MaybeSentReason, NotSentReason, check};

const TRUE_ANSWER: &str = r#"{"code":1000,"data":{"order_id":"0193a1","order_status":1}}"#;

async fn checked(account: &Account) -> Result<check::Answer, CallError> {
    client().check(account, &credential(), &order_id()).await
}

async fn not_sent(base: &str, reason: NotSentReason) {
    assert_eq!(checked(&account(base)).await, Err(CallError::NotSent(reason)), "{base}");
}

async fn maybe_sent(server: &RawServer, reason: MaybeSentReason) {
    assert_eq!(checked(&server.account).await, Err(CallError::MaybeSent(reason)));
    assert!(server.requests.try_recv().is_ok(), "the request arrived");
    assert!(server.requests.try_recv().is_err(), "and was not repeated");
}

async fn malformed(body: impl AsRef<[u8]>, reason: MalformedReason) {
    let server = RawServer::answering(body);
    let started = Instant::now();
    assert_eq!(checked(&server.account).await, Err(CallError::Malformed(reason)));
    assert!(started.elapsed() < Duration::from_secs(1), "took {:?}", started.elapsed());
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    not_sent(&format!("http://{free}"), NotSentReason::Connect).await;
    not_sent(&format!("https://{free}"), NotSentReason::Connect).await;
}

#[tokio::test]
async fn without_tls_nothing_was_sent() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    not_sent(&format!("https://{}", silent.local_addr().unwrap()), NotSentReason::ConnectTimeout).await;

    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", plain.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut stream = plain.accept().unwrap().0;
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    not_sent(&base, NotSentReason::Tls).await;
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused() {
    let (mut server, base, _folder) = tls_server_of_its_own();
    // Until it listens the connection is refused; then only the certificate stands in the way.
    let mut outcome = checked(&account(&base)).await;
    for _ in 0..50 {
        if outcome != Err(CallError::NotSent(NotSentReason::Connect)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        outcome = checked(&account(&base)).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(outcome, Err(CallError::NotSent(NotSentReason::Tls)));
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_it_open() {
    maybe_sent(&RawServer::start(drop), MaybeSentReason::Reset).await;
    maybe_sent(&RawServer::saying("HTTP/1.1 200 OK\r\ncontent-le"), MaybeSentReason::Reset).await;
    maybe_sent(&RawServer::saying("not HTTP at all\r\n\r\n"), MaybeSentReason::Reset).await;
    let truncated = format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{TRUE_ANSWER}");
    maybe_sent(&RawServer::saying(truncated), MaybeSentReason::Reset).await;
    let unfinished = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3b\r\n{TRUE_ANSWER}\r\n");
    maybe_sent(&RawServer::saying(unfinished), MaybeSentReason::Reset).await;
}

#[tokio::test]
async fn a_server_that_takes_the_request_and_says_nothing_times_out() {
    let server = RawServer::start(|stream| {
        std::thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    maybe_sent(&server, MaybeSentReason::Timeout).await;
}

#[tokio::test]
async fn a_byte_at_a_time_does_not_stretch_the_deadline() {
    let server = RawServer::start(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 59\r\n\r\n");
        for byte in TRUE_ANSWER.bytes() {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let started = Instant::now();
    maybe_sent(&server, MaybeSentReason::Timeout).await;
    let elapsed = started.elapsed();
    assert!(elapsed >= Duration::from_millis(1_500) && elapsed < Duration::from_secs(4), "took {elapsed:?}");
}

#[tokio::test]
async fn no_other_http_status_is_an_answer() {
    for status in [400, 401, 404, 429, 500, 502, 503, 201, 204] {
        let server = RawServer::saying(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"));
        maybe_sent(&server, MaybeSentReason::HttpStatus(status)).await;
    }
    let body = format!("content-length: {}\r\n\r\n{TRUE_ANSWER}", TRUE_ANSWER.len());
    maybe_sent(&RawServer::saying(format!("HTTP/1.1 500 X\r\n{body}")), MaybeSentReason::HttpStatus(500))
        .await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = RawServer::answering(TRUE_ANSWER);
    for status in [301, 302, 303, 307, 308] {
        let location = elsewhere.account.endpoint.as_str();
        let server = RawServer::saying(format!(
            "HTTP/1.1 {status} X\r\nlocation: {location}/pay/check\r\ncontent-length: 0\r\n\r\n"
        ));
        maybe_sent(&server, MaybeSentReason::Redirect).await;
    }
    assert!(elsewhere.requests.try_recv().is_err());
}

#[tokio::test]
async fn an_answer_has_a_size() {
    let most = format!("{TRUE_ANSWER}{}", " ".repeat(Client::MAX_ANSWER_BYTES - TRUE_ANSWER.len()));
    assert!(checked(&RawServer::answering(&most).account).await.is_ok());
    malformed(format!("{most} "), MalformedReason::TooLarge).await;
    malformed(" ".repeat(10 * 1024 * 1024), MalformedReason::TooLarge).await;
    let endless = RawServer::start(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 4096]).is_ok() {}
    });
    assert_eq!(checked(&endless.account).await, Err(CallError::Malformed(MalformedReason::TooLarge)));
}

#[tokio::test]
async fn bodies_that_are_no_answer() {
    malformed("<!doctype html><title>Wi-Fi</title>", MalformedReason::NotJson).await;
    malformed("", MalformedReason::NotJson).await;
    malformed([0xff, 0xfe, b'{'], MalformedReason::NotJson).await;
    malformed(b"{\"code\":1000,\"msg\":\"\xc3\x28\"}", MalformedReason::NotJson).await;
    malformed(format!("\u{feff}{TRUE_ANSWER}"), MalformedReason::NotJson).await;
    malformed(format!("{TRUE_ANSWER}\0"), MalformedReason::NotJson).await;
    malformed("{\"code\":1000,\"msg\":\"\0\"}", MalformedReason::NotJson).await;
    malformed("[".repeat(10_000), MalformedReason::TooDeep).await;
    malformed(TRUE_ANSWER.replace("{\"code\"", "{\"code\":1,\"code\""), MalformedReason::DuplicateKey).await;
    malformed(TRUE_ANSWER.replace("1000", "1000,\"status\":2000"), MalformedReason::Code).await;
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_no_failure() {
    let server = RawServer::answering(TRUE_ANSWER);
    let client = client();
    for _ in 0..3 {
        assert!(client.check(&server.account, &credential(), &order_id()).await.is_ok());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn localhost_is_this_machine_whatever_a_name_server_says() {
    let server = RawServer::answering(TRUE_ANSWER);
    let base = server.account.endpoint.as_str().replace("127.0.0.1", "localhost");
    assert!(checked(&account(&base)).await.is_ok());
}

/// A TLS server with a certificate for 127.0.0.1 that it signed itself.
fn tls_server_of_its_own() -> (Child, String, TempDir) {
    let folder = TempDir::new().unwrap();
    let [key, certificate] = ["key.pem", "certificate.pem"].map(|name| folder.path().join(name));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let server = Command::new("openssl")
        .args(["s_server", "-quiet", "-accept", &address, "-key"])
        .arg(&key)
        .arg("-cert")
        .arg(&certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (server, format!("https://{address}"), folder)
}
