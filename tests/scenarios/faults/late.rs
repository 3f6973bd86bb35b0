//! G: what the gateway tells later than it should.

use yima_checkout::Command;
use yima_checkout::view::CustomerScreen::{Shopping, Trouble, Welcome};
use yima_checkout::view::Notice;
use yima_core::Fen;
use yima_core::sale::State::{Awaiting, Cancelled, Closed, Closing, Paid, Unresolved, Verifying};
use yima_core::sale::{Answer, Call, CallFailure, Reason, Status};

use super::sight::{no_panel, paid, panel};
use super::story::{ASK, Act, At, CANCEL, CHARGE, DISMISS, REVERSE, Step, word};
use super::{Row, row};
use crate::desk::{NOODLES, WATER};
use crate::gateway::{Fault, Trade};

const SETTLE: Act = |order_id| Command::SettleRefund { order_id, word: word() };
const PAY: fn(&mut Trade) = |trade| trade.status = Status::Paid;

pub fn rows() -> Vec<Row> {
    [while_closing(), after_closed(), with_its_goods(), refunded_elsewhere(), reversed()]
        .into_iter()
        .flatten()
        .collect()
}

fn while_closing() -> Vec<Row> {
    let deaf = |call| Step::Fail(call, Fault::Before(CallFailure::Unknown), 400);
    vec![
        row("G10", "that the cashier ends", At::Awaiting).then(
            [Step::Status(Status::Paid), Step::Do(CANCEL), Step::Until(Paid)],
            paid(200).because(Reason::ByCashier),
        ),
        row("G10", "at its deadline", At::Awaiting)
            .then(
                [deaf(Call::Check), deaf(Call::Close), Step::Status(Status::Paid), Step::Seconds(301)],
                panel(Closing, Trouble).because(Reason::Expired).today(0, 0),
            )
            .then([Step::Heal, Step::Until(Paid)], paid(200).because(Reason::Expired)),
    ]
}

fn after_closed() -> Vec<Row> {
    let due = Notice::RefundDue { due_fen: Fen::new(200) };
    vec![
        row("G11", "and its goods were sold again", At::Closed)
            .then(
                [Step::Do(CHARGE), Step::Status(Status::Paid), Step::Until(Paid)],
                paid(200).kept([Closed, Paid]),
            )
            .then(
                [Step::There(PAY), Step::Minutes(2)],
                panel(Paid, Welcome).kept([Paid, Paid]).due(1).told(due.clone()).today(2, 400),
            )
            .then([Step::Restart, Step::Minutes(3)], no_panel(Welcome).kept([Paid, Paid]).due(1))
            .then([Step::Do(SETTLE)], no_panel(Welcome).kept([Paid, Paid]))
            .then([Step::Restart], no_panel(Welcome).kept([Paid, Paid])),
        row("G11", "and the back office gives it back", At::Closed)
            .then(
                [Step::Scan(NOODLES), Step::There(PAY), Step::Minutes(2)],
                no_panel(Shopping).kept([Paid]).due(1).pieces(2).told(due).today(1, 200),
            )
            .then(
                [Step::Status(Status::Refunded), Step::Minutes(2)],
                no_panel(Shopping).kept([Paid]).pieces(2).today(1, 0),
            ),
        row("G11", "and the next customer has the same goods", At::Closed).then(
            [Step::Remove, Step::Scan(WATER), Step::There(PAY), Step::Minutes(2)],
            no_panel(Shopping).kept([Paid]).due(1).pieces(1).today(1, 200),
        ),
        row("G11", "and the same goods after a restart", At::Closed).then(
            [Step::Remove, Step::Scan(WATER), Step::Restart, Step::There(PAY), Step::Minutes(2)],
            no_panel(Shopping).kept([Paid]).due(1).pieces(1).today(1, 200),
        ),
    ]
}

fn with_its_goods() -> Vec<Row> {
    vec![
        row("G11", "and its goods lie there still", At::Closed).then(
            [Step::There(PAY), Step::Minutes(2)],
            panel(Paid, Welcome).because(Reason::ByCashier).pieces(0).today(1, 200),
        ),
        row("G11", "and its goods wait behind others", At::Closed)
            .then(
                [
                    Step::Do(CHARGE),
                    Step::Until(Awaiting),
                    Step::Scan(NOODLES),
                    Step::Do(CANCEL),
                    Step::Until(Closed),
                ],
                panel(Closed, Shopping).because(Reason::ByCashier).kept([Closed, Closed]).held(1),
            )
            .then(
                [Step::There(PAY), Step::Minutes(2)],
                panel(Closed, Shopping)
                    .because(Reason::ByCashier)
                    .kept([Paid, Closed])
                    .pieces(1)
                    .today(1, 200),
            ),
        row("G11", "and is confirmed while its goods are charged", At::Closed)
            .then(
                [
                    Step::There(PAY),
                    Step::Fail(Call::Get, Fault::Before(CallFailure::Unknown), 1),
                    Step::Minutes(1),
                    Step::Refused(CHARGE, yima_checkout::Refusal::CartLocked),
                ],
                panel(Verifying, Trouble).because(Reason::ByCashier),
            )
            .then(
                [Step::Restart, Step::Until(Paid)],
                panel(Paid, Welcome).because(Reason::ByCashier).today(1, 200).pieces(0),
            ),
    ]
}

fn refunded_elsewhere() -> Vec<Row> {
    let part = |trade: &mut Trade| {
        trade.status = Status::PartlyRefunded;
        trade.refunds.push(("office".into(), Fen::new(50)));
    };
    let on_its_way = |trade: &mut Trade| {
        trade.status = Status::Refunding;
        trade.refunds.push(("office".into(), Fen::new(200)));
    };
    vec![
        row("G17", "in full", At::Awaiting)
            .then(
                [Step::Status(Status::Refunded), Step::Until(Paid)],
                panel(Paid, Welcome).given_back(200).today(1, 0),
            )
            .then([Step::Restart], no_panel(Welcome).kept([Paid]).today(1, 0)),
        row("G17", "in part", At::Awaiting)
            .then([Step::There(part), Step::Until(Paid)], paid(200).given_back(50).today(1, 150)),
        row("G17", "and it is on its way", At::Awaiting)
            .then(
                [Step::There(on_its_way), Step::Until(Paid)],
                panel(Paid, Welcome).given_back(200).today(1, 0),
            )
            .then(
                [Step::Status(Status::Refunded), Step::Minutes(1)],
                panel(Paid, Welcome).given_back(200).today(1, 0),
            ),
        row("G17", "and how much is said later", At::Awaiting)
            .then([Step::Status(Status::Refunding), Step::Until(Paid)], paid(200).given_back(0))
            .then(
                [Step::Restart, Step::There(part), Step::Minutes(2)],
                no_panel(Welcome).kept([Paid]).today(1, 150),
            ),
        row("G17", "and that failed", At::Awaiting)
            .then([Step::Status(Status::RefundFailed), Step::Until(Paid)], paid(200)),
    ]
}

fn reversed() -> Vec<Row> {
    let taken = || Step::Fail(Call::Cancel, Fault::Instead(Answer::Cancel(Ok(()))), 9);
    let paid_all_along = || [taken(), Step::Do(REVERSE), Step::Status(Status::Paid), Step::Seconds(40)];
    vec![
        row("G9", "and stays so", At::Unresolved)
            .then(
                paid_all_along(),
                panel(Unresolved, Trouble).because(Reason::GatewayUnsure).unresolved(1).pieces(0),
            )
            .then(
                [Step::Do(ASK), Step::Seconds(5)],
                panel(Paid, Welcome).because(Reason::GatewayUnsure).today(1, 200).due(1).held(1),
            ),
        row("G9", "after it was seen reversed", At::Unresolved)
            .then(
                [Step::Do(REVERSE), Step::Until(Cancelled)],
                panel(Cancelled, Welcome).because(Reason::ByCashier).held(1),
            )
            .then(
                [Step::There(PAY), Step::Minutes(2), Step::Do(DISMISS)],
                no_panel(Welcome).kept([Paid]).due(1).held(1),
            ),
        row("G19", "as refunded", At::Unresolved)
            .then(paid_all_along(), panel(Unresolved, Trouble).because(Reason::GatewayUnsure).unresolved(1))
            .then(
                [Step::Status(Status::Refunded), Step::Seconds(40)],
                panel(Cancelled, Welcome).because(Reason::GatewayUnsure).held(1).today(0, 0),
            ),
        row("G19", "as cancelled", At::Unresolved)
            .then(paid_all_along(), panel(Unresolved, Trouble).because(Reason::GatewayUnsure).unresolved(1))
            .then(
                [Step::Status(Status::Cancelled), Step::Seconds(40)],
                panel(Cancelled, Welcome).because(Reason::GatewayUnsure).held(1).today(0, 0),
            ),
        row("G19", "soon after", At::Unresolved).then(
            [
                taken(),
                Step::Do(REVERSE),
                Step::Status(Status::Paid),
                Step::Seconds(5),
                Step::Status(Status::Refunded),
                Step::Seconds(10),
            ],
            panel(Cancelled, Welcome).because(Reason::ByCashier).held(1).today(0, 0),
        ),
    ]
}
