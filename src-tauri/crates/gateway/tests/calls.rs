//! What goes over the wire, and what comes back from a gateway that behaves.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use raw_server::{RawServer, account, client, credential, order_id};
use yima_core::{Barcode, Fen, LineDetail, Order, OrderLine, Quantity};
use yima_gateway::{
    CallError, CanonicalError, Client, MalformedReason, NotSentReason, OrderKey, OrderStatus, PayCode,
    RequestError, SignError, StoreInfo, Timeouts, check, qrcode, refund, scan, sign,
};

fn order() -> Order {
    let fen = Fen::new(350);
    let line = OrderLine {
        barcode: Barcode::parse("6921168509256").unwrap(),
        title: "可乐\u{7f}\"&total_amount=0.01".to_owned(),
        price_fen: fen,
        quantity: Quantity::ONE,
        amount_fen: fen,
        detail: LineDetail::default(),
    };
    Order { id: order_id(), lines: vec![line], total_fen: fen }
}

#[tokio::test]
async fn a_scan_sends_the_stored_bytes_and_one_signature() {
    let server = RawServer::answering(
        r#"{"code":"1000","msg":"","data":{"trade_no":"t1","order_id":"0193a1","total_amount":"3.50","payable_amount":3.4,"pay_url":"https://pay.example/1"}}"#,
    );
    let body =
        scan::Request { order: &order(), store_info: &StoreInfo::default() }.body(&server.account).unwrap();
    for _ in 0..2 {
        let answer = client().scan(&server.account, &credential(), &body).await.unwrap();
        let expected = scan::Answer {
            trade_no: "t1".to_owned(),
            order_id: "0193a1".to_owned(),
            total_fen: Fen::new(350),
            payable_fen: Fen::new(340),
            pay_url: "https://pay.example/1".to_owned(),
        };
        assert_eq!(answer, expected);
        let (head, sent) = server.requests.recv().unwrap();
        assert!(head.starts_with("POST /pay/scan HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("\r\ncontent-type: application/json\r\n"), "{head}");
        let stored = std::str::from_utf8(&body).unwrap();
        let signature = sign::signature(stored, &server.account.profile, &credential()).unwrap();
        assert_eq!(sent, format!(r#"{},"sign":"{signature}"}}"#, stored.strip_suffix('}').unwrap()));
        assert!(!sent.contains("canary-secret"));
    }
}

#[tokio::test]
async fn the_other_calls() {
    let server = RawServer::answering(
        r#"{"status":1000,"data":{"app_id":"app","trade_no":"t1","order_id":"0193a1","order_status":"1","check_time":"2026-11-22 10:00:00","total_amount":"3.50","payable_amount":3.5,"real_amount":3.5}}"#,
    );
    let (client, credential, id) = (client(), credential(), order_id());
    let info = StoreInfo { terminal_id: Some("t".to_owned()), ..StoreInfo::default() };
    let sent = || {
        server.requests.recv().map(|(head, body)| format!("{} {body}", head.lines().next().unwrap())).unwrap()
    };
    let starts = |sent: String, expected: &str| assert!(sent.starts_with(expected), "{sent}");

    let checked = client.check(&server.account, &credential, &id).await.unwrap();
    assert_eq!(checked.order_status, OrderStatus::Paid);
    starts(
        sent(),
        r#"POST /pay/check HTTP/1.1 {"app_id":"app","order_id":"0193a1","sign_type":"MD5","sign":""#,
    );

    let got = client.get(&server.account, &credential, &id).await.unwrap();
    assert_eq!((got.order_status, got.real_fen), (OrderStatus::Paid, Fen::new(350)));
    starts(
        sent(),
        r#"POST /pay/get HTTP/1.1 {"app_id":"app","order_id":"0193a1","sign_type":"MD5","sign":""#,
    );

    assert_eq!(client.close(&server.account, &credential, &id, &info).await.unwrap().order_id, "0193a1");
    let with_info =
        r#"{"app_id":"app","order_id":"0193a1","sign_type":"MD5","store_info":{"terminal_id":"t"},"sign":""#;
    starts(sent(), &format!("POST /pay/close HTTP/1.1 {with_info}"));

    assert_eq!(client.cancel(&server.account, &credential, &id, &info).await.unwrap().order_id, "0193a1");
    starts(sent(), &format!("POST /pay/cancel HTTP/1.1 {with_info}"));

    client.check(&server.account, &credential, check::Key::TradeNo("t1")).await.unwrap();
    starts(sent(), r#"POST /pay/check HTTP/1.1 {"app_id":"app","trade_no":"t1","sign_type":"MD5","sign":""#);
    client.check(&server.account, &credential, check::Key::RefundOrderId("r1")).await.unwrap();
    starts(
        sent(),
        r#"POST /pay/check HTTP/1.1 {"app_id":"app","refund_order_id":"r1","sign_type":"MD5","sign":""#,
    );
    client.get(&server.account, &credential, OrderKey::TradeNo("t1")).await.unwrap();
    starts(sent(), r#"POST /pay/get HTTP/1.1 {"app_id":"app","trade_no":"t1","sign_type":"MD5","sign":""#);
}

/// An order of a thousand lines has that much to tell.
#[tokio::test]
async fn all_about_an_order_may_fill_a_mebibyte_and_no_more() {
    let told = r#"{"code":1000,"data":{"app_id":"app","trade_no":"t1","order_id":"0193a1","order_status":1,"total_amount":1,"payable_amount":1}}"#;
    for (bytes, fits) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let server = RawServer::answering(format!("{told}{}", " ".repeat(bytes - told.len())));
        let client = Client::new(Timeouts::default()).unwrap();
        let got = client.get(&server.account, &credential(), &order_id()).await;
        let too_large = Err(CallError::Malformed(MalformedReason::TooLarge));
        let expected = if fits { Ok(OrderStatus::Paid) } else { too_large.clone() };
        assert_eq!(got.map(|answer| answer.order_status), expected, "{bytes}");
        let checked = client.check(&server.account, &credential(), &order_id()).await;
        assert_eq!(checked.map(|answer| answer.order_status), too_large, "{bytes}");
    }
}

#[tokio::test]
async fn a_payment_code_is_sent_and_signed_and_in_no_stored_body() {
    const CODE: &str = "134567890123456789";
    let server = RawServer::answering(
        r#"{"code":1000,"data":{"trade_no":"t1","order_id":"0193a1","pay_type":"0","order_status":1,"total_amount":"3.50","payable_amount":3.4,"real_amount":3.2}}"#,
    );
    let (order, store_info) = (order(), StoreInfo::default());
    let body = qrcode::Request { order: &order, store_info: &store_info }.body(&server.account).unwrap();
    assert_eq!(body, scan::Request { order: &order, store_info: &store_info }.body(&server.account).unwrap());
    let code = PayCode::parse(CODE).unwrap();
    let answer = client().qrcode(&server.account, &credential(), &body, code).await.unwrap();
    assert_eq!((answer.order_status, answer.real_fen), (OrderStatus::Paid, Fen::new(320)));

    let (head, sent) = server.requests.recv().unwrap();
    assert!(head.starts_with("POST /pay/qrcode HTTP/1.1\r\n"), "{head}");
    let stored = std::str::from_utf8(&body).unwrap().strip_suffix('}').unwrap();
    let with_code = format!(r#"{stored},"pay_code":"{CODE}"}}"#);
    let signature = sign::signature(&with_code, &server.account.profile, &credential()).unwrap();
    assert_eq!(sent, format!(r#"{stored},"pay_code":"{CODE}","sign":"{signature}"}}"#));

    let twice = client()
        .qrcode(&server.account, &credential(), with_code.as_bytes(), PayCode::parse(CODE).unwrap())
        .await;
    let error = SignError::Canonical(CanonicalError::DuplicateKey);
    assert_eq!(twice, Err(CallError::NotSent(NotSentReason::Signing(error))));
}

#[tokio::test]
async fn a_refund_sends_the_stored_bytes_and_is_answered_by_its_id() {
    let server = RawServer::answering(
        r#"{"code":1000,"data":{"trade_no":"t1","order_id":"0193a1","refund_order_id":"r1","refund_amount":1,"refund_time":""}}"#,
    );
    let id = order_id();
    let body = |refund_order_id: &str| {
        refund::Request {
            order: (&id).into(),
            refund_order_id,
            refund_fen: Fen::new(100),
            store_info: &StoreInfo::default(),
        }
        .body(&server.account)
        .unwrap()
    };
    let answer = client().refund(&server.account, &credential(), &body("r1")).await.unwrap();
    assert_eq!((answer.refund_order_id.as_str(), answer.refund_fen), ("r1", Fen::new(100)));
    let (head, sent) = server.requests.recv().unwrap();
    assert!(head.starts_with("POST /pay/refund HTTP/1.1\r\n"), "{head}");
    let expected = r#"{"app_id":"app","order_id":"0193a1","refund_order_id":"r1","refund_amount":"1.00","sign_type":"MD5","sign":""#;
    assert!(sent.starts_with(expected), "{sent}");

    let outcome = client().refund(&server.account, &credential(), &body("r2")).await;
    assert_eq!(outcome, Err(MalformedReason::OtherOrder.into()));
}

#[tokio::test]
async fn a_refusal_keeps_code_and_text_but_not_what_is_secret() {
    let server = RawServer::answering(r#"{"code":2000,"msg":"签名错误 app_sercet=canary-secret","data":{}}"#);
    let outcome = client().check(&server.account, &credential(), &order_id()).await;
    let msg = "签名错误 app_sercet=***".to_owned();
    assert_eq!(outcome, Err(CallError::Rejected { code: 2000, msg }));
}

#[tokio::test]
async fn an_answer_about_something_else_never_passes_for_ours() {
    let check = async |data: &str, reason: MalformedReason| {
        let server = RawServer::answering(format!(r#"{{"code":1000,"data":{data}}}"#));
        let outcome = client().check(&server.account, &credential(), &order_id()).await;
        assert_eq!(outcome, Err(reason.into()), "{data}");
    };
    check(r#"{"order_id":"0193a2","order_status":1}"#, MalformedReason::OtherOrder).await;
    check(r#"{"order_id":"0193A1","order_status":1}"#, MalformedReason::OtherOrder).await;
    check(r#"{"order_status":1}"#, MalformedReason::Field { name: "order_id" }).await;
    check(r#"{"order_id":"0193a1","order_status":1,"app_id":"other"}"#, MalformedReason::OtherApp).await;
}

#[tokio::test]
async fn an_answer_by_another_key_is_held_to_that_key() {
    let server = RawServer::answering(
        r#"{"code":1000,"data":{"trade_no":"t1","order_id":"a","refund_order_id":"r1","order_status":1}}"#,
    );
    let ask = async |key: check::Key<'_>| {
        let answer = client().check(&server.account, &credential(), key).await;
        answer.map(|answer| answer.order_id)
    };
    assert_eq!(ask(check::Key::TradeNo("t1")).await.as_deref(), Ok("a"));
    assert_eq!(ask(check::Key::TradeNo("t2")).await, Err(MalformedReason::OtherOrder.into()));
    assert_eq!(ask(check::Key::RefundOrderId("r1")).await.as_deref(), Ok("a"));
    assert_eq!(ask(check::Key::RefundOrderId("r2")).await, Err(MalformedReason::OtherOrder.into()));
}

#[tokio::test]
async fn what_cannot_be_signed_or_made_is_not_sent() {
    let (client, account) = (client(), account("http://127.0.0.1:1"));
    let not_sent = |outcome: Result<scan::Answer, CallError>, error: SignError| {
        assert_eq!(outcome, Err(CallError::NotSent(NotSentReason::Signing(error))));
    };
    let body = br#"{"app_id":"other","order_id":"0193a1","sign_type":"MD5"}"#;
    let outcome = client.scan(&account, &credential(), body).await;
    not_sent(outcome, SignError::OtherAccount { field: "app_id" });
    not_sent(client.scan(&account, &credential(), b"\xff").await, SignError::NotUtf8);

    let too_long = "r".repeat(65);
    let outcome = client.check(&account, &credential(), check::Key::RefundOrderId(&too_long)).await;
    let error = RequestError::TooLong { field: "refund_order_id", max_chars: 64 };
    assert_eq!(outcome, Err(CallError::NotSent(NotSentReason::Request(error))));

    let nameless = yima_gateway::Account { app_id: String::new(), ..account };
    let outcome = client.check(&nameless, &credential(), &order_id()).await;
    assert_eq!(
        outcome,
        Err(CallError::NotSent(NotSentReason::Request(RequestError::Empty { field: "app_id" })))
    );
}
