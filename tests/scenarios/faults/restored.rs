//! D8 and G20: data that lack what was sold since, and orders that are another till's.

use yima_checkout::view::CustomerScreen::{Pay, Shopping, Welcome};
use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal};
use yima_core::sale::State::{Awaiting, Closed, Paid, Unresolved};
use yima_core::sale::{Call, Status};

use super::sight::{no_panel, panel};
use super::story::{At, CANCEL, CHARGE, DISMISS, REFUND, Step, Trouble, no_list};
use super::{Row, row};
use crate::desk::{NOODLES, WATER};
use crate::gateway::{Fault, Ledger};

pub fn rows() -> Vec<Row> {
    compared().into_iter().chain(interrupted()).chain(of_another()).collect()
}

fn sold(code: &'static str) -> Vec<Step> {
    let steps = [
        Step::Scan(code),
        Step::Do(CHARGE),
        Step::Status(Status::Paid),
        Step::Until(Paid),
        Step::Do(DISMISS),
    ];
    steps.into()
}

/// One sale is in the backup; it lacks a paid, a closed and an open one.
fn old_backup() -> Vec<Step> {
    let mut steps = sold(WATER);
    steps.push(Step::BackUp);
    steps.extend(sold(NOODLES));
    steps.extend([
        Step::Scan(WATER),
        Step::Do(CHARGE),
        Step::Do(CANCEL),
        Step::Until(Closed),
        Step::Do(DISMISS),
    ]);
    steps.extend([Step::Do(CHARGE), Step::Until(Awaiting), no_list(), Step::PutBack]);
    steps
}

fn compared() -> Vec<Row> {
    let refused = || Step::Refused(CHARGE, Refusal::NotReconciled);
    vec![
        row("D8", "and compared before anything is sold", At::Live)
            .then(old_backup(), no_panel(Welcome).compares().kept([Paid]).orders(4).never_a_qr())
            .then(
                [Step::Scan(NOODLES), refused(), Step::Refused(REFUND, Refusal::NotReconciled)],
                no_panel(Shopping).compares().kept([Paid]).orders(4).pieces(1).asked(Call::Scan, 4),
            )
            .then(
                [Step::Heal, Step::Do(|_| Command::CheckAgain), Step::Compared],
                no_panel(Shopping)
                    .kept([Paid, Paid, Closed, Unresolved])
                    .unresolved(1)
                    .told(Notice::Reconciled { recorded: 3 })
                    .today(2, 680),
            )
            .then([Step::Minutes(6)], no_panel(Shopping).kept([Paid, Paid, Closed, Closed]).never_a_qr())
            .then(
                [Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).kept([Paid, Paid, Closed, Closed, Awaiting]),
            )
            .then(
                [Step::Status(Status::Paid), Step::Until(Paid)],
                panel(Paid, yima_checkout::view::CustomerScreen::Paid)
                    .kept([Paid, Paid, Closed, Closed, Paid])
                    .receipt("01A-20261122-0003"),
            )
            .then([Step::Restart], no_panel(Welcome).kept([Paid, Paid, Closed, Closed, Paid])),
    ]
}

fn interrupted() -> Vec<Row> {
    let lacks_one = || {
        let mut steps = vec![Step::BackUp];
        steps.extend(sold(WATER));
        steps
    };
    let mut killed = lacks_one();
    killed.extend([Step::Fail(Call::Check, Fault::Silence, 1), Step::PutBack, Step::Seconds(2)]);
    let mut full = lacks_one();
    full.extend([
        no_list(),
        Step::PutBack,
        Step::Disk(Trouble::Full),
        Step::Heal,
        Step::Do(|_| Command::CheckAgain),
    ]);
    vec![
        row("D8", "and killed while it is compared", At::Live)
            .then(killed, no_panel(Welcome).compares().kept([Unresolved]).unresolved(1))
            .then([Step::Restart, Step::Compared], no_panel(Welcome).kept([Paid]).today(1, 200)),
        row("D8", "and the disk is full", At::Live)
            .then(full, no_panel(Welcome).compares().kept([]).orders(1))
            .then(
                [Step::Disk(Trouble::None), Step::Do(|_| Command::CheckAgain), Step::Compared],
                no_panel(Welcome).kept([Paid]).today(1, 200),
            ),
    ]
}

fn of_another() -> Vec<Row> {
    let make_it_anothers = |ledger: &mut Ledger| {
        let trade = ledger.orders.values_mut().next().unwrap();
        trade.body =
            String::from_utf8(trade.body.clone()).unwrap().replace("\"terminal\"", "\"next\"").into();
    };
    let mut steps = vec![Step::BackUp];
    steps.extend(sold(WATER));
    steps.extend(sold(NOODLES));
    steps.extend([Step::Gateway(make_it_anothers), Step::PutBack, Step::Compared]);
    vec![
        row("G20", "that its list has too", At::Live)
            .then(steps, no_panel(Welcome).kept([Paid]).orders(2).today(1, 480)),
    ]
}
