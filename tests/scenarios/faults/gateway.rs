//! G: what the gateway says that it should not, or that a sale cannot go by.

use yima_checkout::view::CustomerScreen::{Pay, Shopping, Trouble, Welcome};
use yima_checkout::view::Notice;
use yima_core::Fen;
use yima_core::sale::State::{Awaiting, Cancelled, Closed, Paid, Submitting, Unresolved, Verifying};
use yima_core::sale::{Call, CallFailure, Reason, Status};

use super::sight::{no_panel, paid, panel};
use super::story::{At, CANCEL, CHARGE, REVERSE, Step, rejected};
use super::{Row, row};
use crate::desk::NOODLES;
use crate::gateway::Fault;
use crate::wire::Wire;

pub fn rows() -> Vec<Row> {
    [
        known_and_unknown(),
        refusals(),
        already_paid(),
        amounts(),
        others(),
        unknown(),
        statuses(),
        refused_close(),
        placed(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn known_and_unknown() -> Vec<Row> {
    let known = || Fault::Garbled(Wire::refuses("1007", "订单号重复"));
    vec![
        row("G1", "and it can be paid by nobody", At::Cart).then(
            [Step::Fail(Call::Scan, known(), 1), Step::Do(CHARGE), Step::Until(Closed)],
            panel(Closed, Shopping).because(Reason::LinkLost).never_a_qr(),
        ),
        row("G1", "and it was paid", At::Cart)
            .then(
                [
                    Step::Fail(Call::Scan, known(), 1),
                    Step::Fail(Call::Check, Fault::Before(CallFailure::Unknown), 1),
                    Step::Do(CHARGE),
                ],
                panel(Submitting, Trouble),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200).asked(Call::Scan, 1)),
        row("G2", "while the customer may pay", At::Awaiting)
            .then(
                [
                    Step::Fail(Call::Check, Fault::Wire(Wire::refuses("4001", "订单不存在")), 4),
                    Step::Seconds(9),
                ],
                panel(Awaiting, Pay).offline(false).asked(Call::Check, 4),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
        row("G2", "while it is closed", At::Awaiting)
            .then(
                [
                    Step::Fail(Call::Check, Fault::Before(rejected("4001")), 99),
                    Step::Fail(Call::Close, Fault::Before(rejected("4001")), 99),
                    Step::Do(CANCEL),
                    Step::Until(Unresolved),
                ],
                panel(Unresolved, Trouble).because(Reason::GatewayUnsure).unresolved(1).pieces(0),
            )
            .then(
                [Step::Heal, Step::Status(Status::Paid), Step::Seconds(40)],
                panel(Paid, Welcome).because(Reason::GatewayUnsure).today(1, 200),
            ),
    ]
}

/// Refusals of a question, about an order that was taken before.
fn refusals() -> Vec<Row> {
    ["2000", "3004", "5000", "5001"]
        .map(|code| {
            row("G2", format!("{code} while the customer may pay"), At::Awaiting)
                .then(
                    [Step::Fail(Call::Check, Fault::Wire(Wire::refuses(code, "no")), 3), Step::Seconds(7)],
                    panel(Awaiting, Pay).offline(false).asked(Call::Check, 3),
                )
                .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200))
        })
        .into()
}

fn already_paid() -> Vec<Row> {
    ["1003", "1006"]
        .map(|code| {
            row("G3", code, At::Awaiting)
                .then(
                    [
                        Step::Fail(Call::Check, Fault::Wire(Wire::refuses(code, "订单已支付")), 1),
                        Step::Fail(Call::Get, Fault::Before(CallFailure::Unknown), 2),
                        Step::Until(Verifying),
                    ],
                    panel(Verifying, Trouble),
                )
                .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200))
        })
        .into()
}

fn amounts() -> Vec<Row> {
    vec![
        row("G4", "less than was asked for", At::Awaiting)
            .then(
                [
                    Step::Status(Status::Paid),
                    Step::There(|trade| trade.total_fen = Fen::new(1)),
                    Step::Until(Unresolved),
                ],
                panel(Unresolved, Trouble).because(Reason::AmountDiffers).unresolved(1).today(0, 0),
            )
            .never_agrees(),
        row("G4", "more than was asked for", At::Awaiting)
            .then(
                [
                    Step::Status(Status::Paid),
                    Step::There(|trade| trade.payable_fen = Fen::new(20_000)),
                    Step::Until(Unresolved),
                ],
                panel(Unresolved, Trouble).because(Reason::AmountDiffers).unresolved(1).today(0, 0),
            )
            .never_agrees(),
        row("G6", "and a discount", At::Cart)
            .then(
                [
                    Step::Gateway(|ledger| (ledger.discount_fen, ledger.vouchers_fen) = (50, 30)),
                    Step::Do(CHARGE),
                    Step::Until(Awaiting),
                ],
                panel(Awaiting, Pay),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(120).amounts([200, 150, 120])),
    ]
}

fn others() -> Vec<Row> {
    let said = |app_id: &str, order_id: &str| {
        let data = format!(
            r#""app_id":"{app_id}","order_id":"{order_id}","trade_no":"t","order_status":1,"total_amount":"2.00","payable_amount":"2.00","real_amount":"2.00","refund_amount":"0""#
        );
        Fault::Wire(Wire::says(format!(r#"{{"code":1000,"data":{{{data}}}}}"#)))
    };
    let placed = Fault::Garbled(Wire::says(
        r#"{"code":1000,"data":{"trade_no":"t","order_id":"other","total_amount":2,"payable_amount":2,"pay_url":"https://pay.example/1"}}"#,
    ));
    let mut rows = vec![row("G5", "another order placed", At::Cart).then(
        [Step::Fail(Call::Scan, placed, 1), Step::Do(CHARGE), Step::Until(Closed)],
        panel(Closed, Shopping).because(Reason::AnswerContradicts).never_a_qr().pieces(1),
    )];
    for (what, answer) in
        [("order", said("app", "other")), ("application", said("other", crate::wire::ORDER_ID))]
    {
        rows.push(
            row("G5", format!("another {what} seen paid"), At::Awaiting)
                .then(
                    [Step::Fail(Call::Check, answer.clone(), 3), Step::Seconds(6)],
                    panel(Awaiting, Pay).offline(false).today(0, 0),
                )
                .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
        );
        rows.push(
            row("G5", format!("another {what} confirmed"), At::Awaiting)
                .then(
                    [Step::Fail(Call::Get, answer, 2), Step::Status(Status::Paid), Step::Until(Verifying)],
                    panel(Verifying, Trouble).today(0, 0),
                )
                .then([Step::Until(Paid)], paid(200)),
        );
    }
    rows
}

fn unknown() -> Vec<Row> {
    vec![
        row("G7", "and reversed by the cashier", At::Unresolved)
            .then([Step::Minutes(30)], panel(Unresolved, Trouble).because(unsure()).unresolved(1).pieces(0))
            .then([Step::Scan(NOODLES)], no_panel(Shopping).kept([Unresolved]).unresolved(1).pieces(1))
            .then(
                [Step::Do(REVERSE), Step::Seconds(20)],
                no_panel(Shopping)
                    .kept([Cancelled])
                    .held(1)
                    .pieces(1)
                    .told(Notice::EndedUnpaid { total_fen: Fen::new(200) }),
            ),
        row("G8", "and it was carried out", At::Unresolved).then(
            [
                Step::Fail(Call::Cancel, Fault::After(CallFailure::Unknown), 1),
                Step::Do(REVERSE),
                Step::Seconds(30),
            ],
            panel(Cancelled, Welcome).held(1).because(Reason::ByCashier).asked(Call::Cancel, 1),
        ),
        row("G8", "and it never arrived", At::Unresolved).then(
            [
                Step::Fail(Call::Cancel, Fault::Before(CallFailure::Unknown), 1),
                Step::Do(REVERSE),
                Step::Seconds(30),
            ],
            panel(Cancelled, Welcome).held(1).because(Reason::ByCashier).asked(Call::Cancel, 2),
        ),
    ]
}

fn unsure() -> Reason {
    Reason::CloseRefused { gateway_code: "5001".into(), message: "no".into() }
}

fn statuses() -> Vec<Row> {
    let check = |status: &str| {
        let body = format!(
            r#"{{"code":1000,"data":{{"order_id":"{}","order_status":{status}}}}}"#,
            crate::wire::ORDER_ID
        );
        Fault::Wire(Wire::says(body))
    };
    let mut rows = Vec::new();
    for status in ["7", "\"7\"", "-10", "1.0", "true"] {
        rows.push(
            row("G14", format!("status {status}"), At::Awaiting)
                .then(
                    [Step::Fail(Call::Check, check(status), 3), Step::Seconds(7)],
                    panel(Awaiting, Pay).offline(false).asked(Call::Check, 3),
                )
                .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
        );
    }
    rows.push(
        row("G14", "status -1, an attempt that failed", At::Awaiting)
            .then([Step::Status(Status::Failed), Step::Seconds(3)], panel(Awaiting, Pay).declined())
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
    );
    for status in ["1", "\"1\""] {
        rows.push(row("G14", format!("status {status}"), At::Awaiting).then(
            [Step::Status(Status::Paid), Step::Fail(Call::Check, check(status), 1), Step::Seconds(3)],
            paid(200),
        ));
    }
    rows
}

fn refused_close() -> Vec<Row> {
    let refused = Reason::CloseRefused { gateway_code: "2000".into(), message: "签名错误".into() };
    vec![
        row("G15", "by the cashier", At::Awaiting)
            .then(
                [
                    Step::Fail(Call::Close, Fault::Wire(Wire::refuses("2000", "签名错误")), 99),
                    Step::Do(CANCEL),
                    Step::Until(Unresolved),
                ],
                panel(Unresolved, Trouble).because(refused.clone()).unresolved(1).pieces(0),
            )
            .then(
                [Step::Status(Status::Paid), Step::Seconds(40)],
                panel(Paid, Welcome).because(refused).today(1, 200),
            ),
    ]
}

/// Answers to a new order that contradict what was asked for.
fn placed() -> Vec<Row> {
    [("another total", "1.99", "1.99"), ("payable above the total", "2.00", "2.01"), ("nothing payable", "2.00", "0")]
        .map(|(what, total, payable)| {
            let body = format!(
                r#"{{"code":1000,"data":{{"trade_no":"t","order_id":"{}","total_amount":{total},"payable_amount":{payable},"pay_url":"https://pay.example/1"}}}}"#,
                crate::wire::ORDER_ID
            );
            row("G16", what, At::Cart).then(
                [Step::Fail(Call::Scan, Fault::Garbled(Wire::says(body)), 1), Step::Do(CHARGE), Step::Until(Closed)],
                panel(Closed, Shopping).because(Reason::AnswerContradicts).pieces(1).never_a_qr().asked(Call::Close, 1),
            )
        })
        .into()
}
