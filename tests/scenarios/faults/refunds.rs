//! G12, G13, G18: money on its way back.

use yima_checkout::Refusal;
use yima_checkout::view::CustomerScreen::{Pay, Welcome};
use yima_core::Fen;
use yima_core::sale::State::{Awaiting, Closed, Paid, Refunded, Refunding};
use yima_core::sale::{Call, CallFailure, Status};

use super::sight::{Sight, no_panel, panel};
use super::story::{At, CANCEL, CHARGE, DISMISS, REFUND, Step, rejected};
use super::{Row, row};
use crate::desk::WATER;
use crate::gateway::Fault;

pub fn rows() -> Vec<Row> {
    lost().into_iter().chain(pending()).chain(older()).collect()
}

fn refunding() -> Sight {
    no_panel(Welcome).kept([Refunding])
}

/// What came in today less what went back.
fn given_back(left_fen: i64) -> Sight {
    no_panel(Welcome).kept([Paid]).today(1, left_fen)
}

fn lost() -> Vec<Row> {
    let mut rows = Vec::new();
    for (what, fault, sent) in [
        ("and it arrived", Fault::After(CallFailure::Unknown), 1),
        ("and it never arrived", Fault::Before(CallFailure::Unknown), 2),
    ] {
        let lose = || [Step::Fail(Call::Refund, fault.clone(), 1), Step::Do(REFUND)];
        rows.push(
            row("G12", what, At::Paid)
                .then(lose(), refunding().asked(Call::Refund, 1))
                .then([Step::Seconds(10)], given_back(100).asked(Call::Refund, sent)),
        );
        rows.push(
            row("G12", format!("{what} before a restart"), At::Paid)
                .then(lose(), refunding().asked(Call::Refund, 1))
                .then([Step::Restart, Step::Seconds(10)], given_back(100).asked(Call::Refund, sent)),
        );
    }
    rows
}

fn pending() -> Vec<Row> {
    let wait = || [Step::Gateway(|ledger| ledger.refunds_wait = true), Step::Do(REFUND), Step::Minutes(10)];
    let fail = Step::There(|trade| {
        trade.pending.clear();
        trade.status = Status::RefundFailed;
    });
    let none_beside_it = || Step::Refused(REFUND, Refusal::NotNow);
    vec![
        row("G13", "pending, and made", At::Paid)
            .then(wait(), refunding().asked(Call::Refund, 1))
            .then([none_beside_it(), Step::Restart, none_beside_it()], refunding().asked(Call::Refund, 1))
            .then(
                [Step::Scan(WATER), Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).kept([Refunding, Awaiting]),
            )
            .then(
                [Step::Do(CANCEL), Step::Until(Closed), Step::Do(DISMISS), Step::Remove],
                no_panel(Welcome).kept([Refunding, Closed]),
            )
            .then(
                [Step::There(|trade| trade.make_refunds()), Step::Minutes(2)],
                given_back(100).kept([Paid, Closed]),
            ),
        row("G13", "pending, and failed", At::Paid)
            .then(wait(), refunding())
            .then([Step::Heal, fail, Step::Minutes(2)], refunding().due(1)),
        row("G13", "refused", At::Paid)
            .then(
                [
                    Step::Fail(Call::Refund, Fault::Before(rejected("2002")), 99),
                    Step::Do(REFUND),
                    Step::Minutes(2),
                ],
                refunding().due(1).asked(Call::Refund, 1),
            )
            .then([none_beside_it()], refunding().due(1)),
    ]
}

fn older() -> Vec<Row> {
    let again = [Step::Gateway(|ledger| ledger.refunds_wait = true), Step::Do(REFUND), Step::Minutes(10)];
    vec![
        row("G18", "while the second is pending", At::Paid)
            .then([Step::Do(REFUND), Step::Seconds(3)], given_back(100))
            .then(again, refunding().asked(Call::Refund, 2))
            .then(
                [Step::There(|trade| trade.make_refunds()), Step::Minutes(2)],
                no_panel(Welcome).kept([Refunded]).today(1, 0),
            ),
        row("G18", "of the back office", At::Paid)
            .then(
                [
                    Step::There(|trade| {
                        trade.refunds.push(("office".into(), Fen::new(50)));
                        trade.status = Status::PartlyRefunded;
                    }),
                    Step::Gateway(|ledger| ledger.refunds_wait = true),
                    Step::Do(REFUND),
                    Step::Minutes(10),
                ],
                refunding().asked(Call::Refund, 1),
            )
            .then([Step::There(|trade| trade.make_refunds()), Step::Minutes(2)], given_back(50)),
    ]
}
