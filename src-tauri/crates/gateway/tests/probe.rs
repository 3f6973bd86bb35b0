//! What a probe sends, and what it makes of the answers.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::io::{Read, Write};
use std::net::TcpListener;

use raw_server::{RawServer, account, client, credential, order_id};
use yima_gateway::probe::{Question, Reply, Signature};
use yima_gateway::{CallError, MalformedReason, NotSentReason, StoreInfo, sign};

fn store_info() -> StoreInfo {
    StoreInfo {
        store_id: Some("城西店".to_owned()),
        cashier_id: Some("收银员".to_owned()),
        ..StoreInfo::default()
    }
}

#[tokio::test]
async fn codes_tell_what_became_of_the_signature() {
    let (order_id, store_info) = (order_id(), store_info());
    let check = Question::Check { order_id: &order_id, store_info: &store_info };
    let list = Question::List { end_s: 1_800_000_000, store_info: &store_info };
    let table = [
        (check, 4001, Reply::PastSignature),
        (list, 1000, Reply::PastSignature),
        (check, 2000, Reply::SignatureRefused),
        (list, 3004, Reply::SignatureRefused),
        (check, 3000, Reply::AppIdRefused),
        (list, 3003, Reply::AppIdRefused),
        (check, 5000, Reply::NotEnabled),
        (list, 5002, Reply::Busy),
        (list, 4001, Reply::Other),
        (check, 4002, Reply::Other),
        (check, 3002, Reply::Other),
        (list, -1, Reply::Other),
    ];
    for (question, code, expected) in table {
        let server = RawServer::answering(format!(r#"{{"code":{code},"msg":"said","data":{{}}}}"#));
        let probed =
            client().probe(&server.account, &credential(), &question, Signature::Right).await.unwrap();
        assert_eq!((probed.reply, probed.code), (expected, code), "{}", question.path());
        assert_eq!(probed.msg, if code == 1000 { "" } else { "said" });
    }
    // An order that cannot exist, found: no gateway that is right would say so.
    let server = RawServer::answering(r#"{"code":1000,"data":{}}"#);
    let answer = client().probe(&server.account, &credential(), &check, Signature::Right).await;
    assert_eq!(answer, Err(CallError::Malformed(MalformedReason::Field { name: "order_id" })));
}

#[tokio::test]
async fn the_text_is_nested_and_only_the_signature_is_wrong() {
    let (order_id, store_info) = (order_id(), store_info());
    let check = Question::Check { order_id: &order_id, store_info: &store_info };
    let list = Question::List { end_s: 1_800_000_000, store_info: &store_info };
    let server = RawServer::answering(r#"{"code":2000,"msg":"canary-secret"}"#);
    for (question, path, unsigned) in [
        (
            check,
            "/pay/check",
            r#"{"app_id":"app","order_id":"0193a1","sign_type":"MD5","store_info":{"store_id":"城西店","cashier_id":"收银员"}"#,
        ),
        (
            list,
            "/order/list",
            r#"{"app_id":"app","start_time":1799999940,"end_time":1800000000,"pay_channel":10,"paid":10,"refunded":10,"page_limit":1,"page_num":0,"return_type":0,"sign_type":"MD5","store_info":{"store_id":"城西店","cashier_id":"收银员"}"#,
        ),
    ] {
        let body = question.body(&server.account).unwrap();
        assert_eq!(String::from_utf8(body.clone()).unwrap(), format!("{unsigned}}}"));
        let right = sign::signed(&body, &server.account, &credential()).unwrap();
        for signature in [Signature::Wrong, Signature::Right] {
            let probed = client().probe(&server.account, &credential(), &question, signature).await.unwrap();
            assert_eq!(probed.msg, "***");
            let (head, sent) = server.requests.recv().unwrap();
            assert!(head.starts_with(&format!("POST {path} ")), "{head}");
            let (same, sign) = sent.split_once(r#","sign":""#).unwrap();
            assert_eq!((same, sign.len()), (unsigned, right.signature.len() + 2));
            assert_eq!(sent == right.body, signature == Signature::Right, "{sent}");
        }
    }
}

#[tokio::test]
async fn any_answer_is_a_greeting_and_what_is_no_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 404 Not Found\r\ndate: Sun, 22 Nov 2026 10:00:00 GMT\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            );
        }
    });
    let greeting = client().greet(&account(&format!("http://{address}")).endpoint).await.unwrap();
    assert_eq!(
        (greeting.http_status, greeting.date.as_deref()),
        (404, Some("Sun, 22 Nov 2026 10:00:00 GMT"))
    );

    let refused = client().greet(&account(&format!("https://{address}")).endpoint).await;
    assert_eq!(refused, Err(CallError::NotSent(NotSentReason::Tls)));
}
