//! What tells nothing, in every state in which something is asked: H, and what of N comes out as no answer.

use yima_checkout::Command;
use yima_checkout::view::CustomerScreen::{Pay, Shopping, Trouble, Welcome};
use yima_core::sale::State::{
    Awaiting, Cancelling, Closed, Closing, Paid, Refunding, Submitting, Unresolved, Verifying, Void,
};
use yima_core::sale::{Call, Reason, Status};
use yima_core::{Fen, LineId};

use super::sight::{no_panel, paid, panel};
use super::story::{At, CANCEL, CHARGE, REFUND, REVERSE, Step, rejected_for};
use super::{Row, row};
use crate::gateway::{Fault, Trade};
use crate::wire::{ORDER_ID, Wire};

const PAID: &str = r#"{"code":1000,"data":{"order_id":"{order_id}","order_status":1}}"#;

pub fn rows() -> Vec<Row> {
    let nothing = tells_nothing().into_iter().flat_map(|(id, what, wire)| in_every_state(id, what, &wire));
    nothing.chain(amounts()).chain(links()).chain(texts()).collect()
}

/// Answers from which nobody learns anything about the order.
fn tells_nothing() -> Vec<(&'static str, &'static str, Wire)> {
    let deep = format!(r#"{{"code":1000,"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let head = "location: http://127.0.0.1:1/\r\n";
    vec![
        ("N1", "nobody is there", Wire::Nobody),
        ("N2", "cut off", Wire::Cut("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":1000")),
        ("N3", "in silence", Wire::Stalled("HTTP/1.1 200 OK\r\n")),
        ("N4", "at ten bytes a second", Wire::Dripping(PAID)),
        ("N7", "a page of somebody else", Wire::says("<!doctype html><title>Wi-Fi</title>")),
        ("N7", "nothing", Wire::says("")),
        ("N7", "a broken gateway", Wire::Http { status: 502, head: "", body: PAID.into() }),
        ("N8", "a redirect", Wire::Http { status: 302, head, body: PAID.into() }),
        ("N9", "no TLS", Wire::NoTls),
        ("N10", "429", Wire::status(429)),
        ("H1", "more than the longest answer", Wire::says(format!("{PAID}{}", " ".repeat(1024 * 1024)))),
        ("H1", "10,000 deep", Wire::says(deep)),
        ("H1", "1e400", Wire::says(PAID.replace("1000", "1e400"))),
        ("H1", "a key twice", Wire::says(PAID.replacen("\"code\"", "\"code\":1,\"code\"", 1))),
        ("H3", "no UTF-8", Wire::says(b"{\"code\":1000,\"msg\":\"\xc3\x28\"}".to_vec())),
        ("H3", "NUL", Wire::says(format!("{PAID}\0"))),
        ("H3", "a byte order mark", Wire::says(format!("\u{feff}{PAID}"))),
        ("H8", "two codes", Wire::says(PAID.replace("1000", "1000,\"status\":2000"))),
    ]
}

/// Whatever the till asks, it hears this: nothing becomes final, and a QR stands only where it stood.
fn in_every_state(id: &'static str, what: &str, wire: &Wire) -> Vec<Row> {
    let arrives = !matches!(wire, Wire::Nobody | Wire::NoTls);
    let heard = || if arrives { Fault::Garbled(wire.clone()) } else { Fault::Wire(wire.clone()) };
    let deaf = |call| Step::Fail(call, Fault::Wire(wire.clone()), 99);
    let at = |state: &str, at: At| row(id, format!("{what}, {state}"), at);
    let refused = Reason::CloseRefused { gateway_code: "5001".into(), message: "no".into() };
    let given_up = match arrives {
        true => panel(Closing, Trouble).because(Reason::ByCashier),
        false => panel(Void, Shopping).because(Reason::NeverSent).orders(0),
    };
    let mut rows = vec![
        at("given up by the cashier", At::Cart).then(
            [
                Step::Fail(Call::Scan, heard(), 1),
                deaf(Call::Check),
                deaf(Call::Close),
                Step::Do(CHARGE),
                Step::Do(CANCEL),
            ],
            given_up.pieces(1).never_a_qr(),
        ),
        at("submitting", At::Cart).then(
            [Step::Fail(Call::Scan, heard(), 1), deaf(Call::Check), Step::Do(CHARGE), Step::Seconds(2)],
            panel(Submitting, Trouble).offline(true).orders(usize::from(arrives)).pieces(1).never_a_qr(),
        ),
        at("awaiting", At::Awaiting)
            .then([deaf(Call::Check), Step::Seconds(5)], panel(Awaiting, Pay).offline(true).pieces(1)),
        at("refunding", At::Paid).then(
            [Step::Fail(Call::Refund, heard(), 1), Step::Do(REFUND)],
            no_panel(Welcome).kept([Refunding]).today(1, 200),
        ),
    ];
    if matches!(wire, Wire::Stalled(_) | Wire::Dripping(_)) {
        // Real time passes in these, and they end as the others do.
        return rows;
    }
    rows.extend([
        at("verifying", At::Awaiting).then(
            [Step::Status(Status::Paid), deaf(Call::Get), Step::Seconds(5)],
            panel(Verifying, Trouble).offline(true).today(0, 0).pieces(1),
        ),
        at("closing", At::Awaiting).then(
            [Step::Fail(Call::Close, heard(), 1), deaf(Call::Check), Step::Do(CANCEL), Step::Seconds(3)],
            panel(Closing, Trouble).because(Reason::ByCashier).offline(true).pieces(1),
        ),
        at("cancelling", At::Unresolved).then(
            [Step::Fail(Call::Cancel, heard(), 1), deaf(Call::Check), Step::Do(REVERSE), Step::Seconds(3)],
            panel(Cancelling, Trouble).because(Reason::ByCashier).offline(true).unresolved(1).pieces(0),
        ),
        at("unresolved", At::Unresolved).then(
            [deaf(Call::Check), Step::Seconds(65)],
            panel(Unresolved, Trouble).because(refused).offline(true).unresolved(1).pieces(0),
        ),
    ]);
    rows
}

fn amounts() -> Vec<Row> {
    let scan = |total: &str, payable: &str| {
        Fault::Garbled(Wire::says(placed(total, payable, "https://pay.example/1")))
    };
    let mut rows = Vec::new();
    for (total, payable) in [("2.0", "\"2.00\""), ("\"2\"", "2"), ("2.00", "\"1.5\"")] {
        rows.push(
            row("H2", format!("{total} and {payable}"), At::Cart).then(
                [Step::Fail(Call::Scan, scan(total, payable), 1), Step::Do(CHARGE)],
                panel(Awaiting, Pay),
            ),
        );
    }
    for bad in ["2.005", "-1", "1e400", "\"NaN\"", "99999999999999999999", "null"] {
        rows.push(
            row("H2", format!("{bad} payable"), At::Cart)
                .then(
                    [
                        Step::Fail(Call::Scan, scan("2.00", bad), 1),
                        Step::Fail(Call::Check, Fault::Wire(Wire::says("")), 1),
                        Step::Do(CHARGE),
                    ],
                    panel(Submitting, Trouble).offline(true).never_a_qr(),
                )
                .then([Step::Until(Closed)], panel(Closed, Shopping).because(Reason::LinkLost).never_a_qr()),
        );
        let confirmed = format!(
            r#"{{"code":1000,"data":{{"app_id":"app","order_id":"{ORDER_ID}","trade_no":"t","order_status":1,"total_amount":"2.00","payable_amount":"2.00","real_amount":{bad},"refund_amount":"0"}}}}"#
        );
        rows.push(
            row("H2", format!("{bad} confirmed"), At::Awaiting)
                .then(
                    [
                        Step::Fail(Call::Get, Fault::Wire(Wire::says(confirmed)), 2),
                        Step::Status(Status::Paid),
                        Step::Until(Verifying),
                    ],
                    panel(Verifying, Trouble).today(0, 0),
                )
                .then([Step::Until(Paid)], paid(200)),
        );
    }
    rows
}

fn placed(total: &str, payable: &str, link: &str) -> String {
    format!(
        r#"{{"code":1000,"data":{{"trade_no":"t","order_id":"{ORDER_ID}","total_amount":{total},"payable_amount":{payable},"pay_url":"{link}"}}}}"#
    )
}

fn links() -> Vec<Row> {
    let long = format!("https://pay.example/{}", "x".repeat(3_000));
    let links = [
        ("a scheme of its own", "weixin://wxpay/1"),
        ("a script", "javascript:alert(1)"),
        ("credentials", "https://pay.example@evil.example/"),
        ("a control character", "https://pay.example/\\u0000"),
        ("a mark that turns the text", "https://pay.example/\\u202e"),
        ("3 KB", &long),
    ];
    links
        .map(|(what, link)| {
            let answer = Fault::Garbled(Wire::says(placed("2.00", "2.00", link)));
            row("H4", what, At::Cart).then(
                [Step::Fail(Call::Scan, answer, 1), Step::Do(CHARGE), Step::Until(Closed)],
                panel(Closed, Shopping).because(Reason::LinkRefused).pieces(1).never_a_qr(),
            )
        })
        .into()
}

fn texts() -> Vec<Row> {
    let strange =
        r#""__proto__":{"paid":1e400},"n":123456789012345678901234567890,"constructor":null,"data""#;
    let paid_with_more = Wire::says(PAID.replacen("\"data\"", strange, 1));
    let refusal = Wire::refuses("2000", r"<b>余额</b>\u001b[2J\u202e");
    vec![
        row("H5", "in a refusal", At::Cart).then(
            [Step::Fail(Call::Scan, Fault::Wire(refusal), 1), Step::Do(CHARGE), Step::Until(Void)],
            panel(Void, Shopping)
                .because(rejected_for("2000", "<b>余额</b>\u{1b}[2J\u{202e}"))
                .orders(0)
                .pieces(1),
        ),
        row("H6", "in the cart and in the order", At::Cart)
            .then(
                [Step::Scan("4711"), Step::Do(name_it), Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).pieces(2),
            )
            .then([Step::There(title_is_cut), Step::Status(Status::Paid), Step::Until(Paid)], paid(300)),
        row("H7", "in the answer that says paid", At::Awaiting).then(
            [
                Step::Status(Status::Paid),
                Step::Fail(Call::Check, Fault::Wire(paid_with_more), 1),
                Step::Seconds(3),
            ],
            paid(200),
        ),
    ]
}

fn long_title() -> String {
    format!("<script>&total_amount=0.01{}", "水".repeat(300))
}

fn name_it(_: yima_core::OrderId) -> Command {
    Command::SetPrice { line: LineId(1), price: Fen::new(100), title: Some(long_title()) }
}

/// What arrived is the text byte by byte, as much of it as may go out.
fn title_is_cut(trade: &mut Trade) {
    let sent: String = long_title().chars().take(256).collect();
    let body = String::from_utf8(trade.body.clone()).unwrap();
    assert!(body.contains(&format!("\"{sent}\"")), "{body}");
}
