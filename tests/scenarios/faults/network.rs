//! N: what happens on the way to the gateway and back.

use yima_checkout::view::CustomerScreen::{Pay, Shopping, Trouble, Welcome};
use yima_checkout::view::Notice;
use yima_core::Fen;
use yima_core::sale::State::{Awaiting, Closed, Closing, Paid, Submitting, Unresolved, Verifying, Void};
use yima_core::sale::{Answer, Call, CallFailure, CheckReply, Reason, Status};

use super::sight::{no_panel, paid, panel};
use super::story::{At, CANCEL, CHARGE, DISMISS, Step, rejected};
use super::{Row, row};
use crate::gateway::Fault;
use crate::wire::Wire;

pub fn rows() -> Vec<Row> {
    [not_sent(), lost(), late_and_twice(), older(), busy(), offline()].into_iter().flatten().collect()
}

fn not_sent() -> Vec<Row> {
    let nobody = || Fault::Wire(Wire::Nobody);
    vec![
        row("N1", "and the line comes back", At::Cart)
            .then(
                [Step::Fail(Call::Scan, nobody(), 1), Step::Fail(Call::Check, nobody(), 2), Step::Do(CHARGE)],
                panel(Submitting, Trouble).offline(true).orders(0),
            )
            .then([Step::Until(Awaiting)], panel(Awaiting, Pay).offline(false).asked(Call::Scan, 2))
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
        row("N1", "and the cashier gives up", At::Cart)
            .then(
                [Step::Fail(Call::Scan, nobody(), 1), Step::Do(CHARGE), Step::Do(CANCEL), Step::Until(Void)],
                panel(Void, Shopping).because(Reason::NeverSent).orders(0).pieces(1),
            )
            .then(
                [Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).kept([Void, Awaiting]).orders(1),
            ),
    ]
}

fn lost() -> Vec<Row> {
    let cut = || Fault::Garbled(Wire::Cut("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"code\":1000,"));
    vec![
        row("N2", "and the customer paid", At::Cart)
            .then(
                [Step::Fail(Call::Scan, cut(), 1), Step::Fail(Call::Check, cut(), 1), Step::Do(CHARGE)],
                panel(Submitting, Trouble).offline(true),
            )
            .then(
                [Step::Status(Status::Paid), Step::Until(Paid)],
                paid(200).asked(Call::Scan, 1).receipt("01-20261122-0001"),
            ),
        row("N2", "and nobody can pay without its link", At::Cart)
            .then(
                [Step::Fail(Call::Scan, cut(), 1), Step::Do(CHARGE), Step::Until(Closed)],
                panel(Closed, Shopping).because(Reason::LinkLost).pieces(1).never_a_qr(),
            )
            .then([Step::Do(CHARGE), Step::Until(Awaiting)], panel(Awaiting, Pay).kept([Closed, Awaiting])),
    ]
}

fn late_and_twice() -> Vec<Row> {
    let late = || Fault::Garbled(Wire::Stalled(""));
    vec![
        row("N3", "of a new order", At::Cart)
            .then(
                [Step::Fail(Call::Scan, late(), 1), Step::Fail(Call::Check, late(), 1), Step::Do(CHARGE)],
                panel(Submitting, Trouble).offline(true),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200).asked(Call::Scan, 1)),
        row("N3", "that would have said paid", At::Awaiting)
            .then(
                [Step::Status(Status::Paid), Step::Fail(Call::Check, late(), 1), Step::Seconds(3)],
                panel(Awaiting, Pay).offline(true),
            )
            .then([Step::Until(Paid)], paid(200)),
        row("N5", "and is not paid", At::Cart).then(
            [Step::Fail(Call::Scan, Fault::Twice, 1), Step::Do(CHARGE), Step::Until(Closed)],
            panel(Closed, Shopping).because(Reason::LinkLost),
        ),
        row("N5", "and is paid", At::Cart).then(
            [
                Step::Fail(Call::Scan, Fault::Twice, 1),
                Step::Fail(Call::Check, Fault::Before(CallFailure::Unknown), 1),
                Step::Do(CHARGE),
                Step::Status(Status::Paid),
                Step::Until(Paid),
            ],
            paid(200).asked(Call::Scan, 1),
        ),
    ]
}

fn older() -> Vec<Row> {
    let paying = |ledger: &mut crate::gateway::Ledger| {
        let order_id = ledger.orders.keys().next().unwrap().clone();
        let older = Answer::Check(Ok(CheckReply { order_id, status: Status::Paying }));
        ledger.fail(Call::Check, vec![Fault::Instead(older); 4]);
    };
    vec![
        row("N6", "after the receipt", At::Awaiting)
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200))
            .then(
                [Step::Gateway(paying), Step::Seconds(30)],
                panel(Paid, Welcome).today(1, 200).receipt("01-20261122-0001"),
            ),
        row("N6", "after paid was seen", At::Awaiting)
            .then(
                [
                    Step::Status(Status::Paid),
                    Step::Fail(Call::Get, Fault::Before(CallFailure::Unknown), 2),
                    Step::Until(Verifying),
                ],
                panel(Verifying, Trouble),
            )
            .then([Step::Gateway(paying), Step::Until(Paid)], paid(200)),
    ]
}

fn busy() -> Vec<Row> {
    let mut rows = Vec::new();
    for (what, busy) in [("429", Wire::status(429)), ("5002", Wire::refuses("5002", "请求过于频繁"))] {
        let asked = |count| panel(Awaiting, Pay).asked(Call::Check, count);
        let pauses = row("N10", format!("{what} while it is asked"), At::Awaiting)
            .then([Step::Fail(Call::Check, Fault::Wire(busy), 4), Step::Seconds(3)], asked(1))
            .then([Step::Seconds(4)], asked(2))
            .then([Step::Seconds(8)], asked(3))
            .then([Step::Seconds(16)], asked(4))
            .then([Step::Seconds(27)], asked(4))
            .then([Step::Seconds(4)], asked(5))
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200));
        rows.push(pauses);
    }
    for (what, fault, orders) in [
        ("that was not let through", Fault::Wire(Wire::status(429)), 0),
        ("that was let through", Fault::Garbled(Wire::status(429)), 1),
    ] {
        let scan = row("N10", format!("to an order {what}"), At::Cart)
            .then(
                [Step::Fail(Call::Scan, fault, 1), Step::Do(CHARGE)],
                panel(Submitting, Trouble).offline(true).orders(orders).asked(Call::Check, 0),
            )
            .then(
                [Step::Fail(Call::Check, Fault::Before(rejected("5002")), 99), Step::Do(CANCEL)],
                panel(Closing, Trouble).because(Reason::ByCashier).orders(orders),
            );
        rows.push(scan);
    }
    rows
}

fn offline() -> Vec<Row> {
    let away = |call| Step::Fail(call, Fault::Wire(Wire::Nobody), 300);
    let row = row("N11", "and found paid", At::Awaiting)
        .then(
            [away(Call::Check), away(Call::Close), Step::Minutes(5), Step::Until(Unresolved)],
            panel(Unresolved, Trouble).because(Reason::GatewaySilent).unresolved(1).offline(true).pieces(0),
        )
        .then([Step::Do(DISMISS), Step::Restart], no_panel(Welcome).kept([Unresolved]).unresolved(1))
        .then([Step::Minutes(120)], no_panel(Welcome).kept([Unresolved]).unresolved(1))
        .then(
            [Step::Heal, Step::Status(Status::Paid), Step::Minutes(1)],
            no_panel(Welcome).kept([Paid]).today(1, 200).told(Notice::PaidLater {
                real_fen: Fen::new(200),
                receipt_number: "01-20261122-0001".into(),
            }),
        );
    vec![row]
}
