//! D and P: what cannot be kept, and what dies.

use yima_checkout::view::CustomerScreen::{Pay, Shopping, Trouble, Welcome};
use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal, StoreProblem};
use yima_core::sale::State::{Awaiting, Closed, Paid, Refunding, Unresolved, Verifying};
use yima_core::sale::{Call, CallFailure, Reason, Status};

use super::sight::{no_panel, paid, panel};
use super::story::{At, CHARGE, REFUND, REVERSE, SCAN, Step, Trouble as Disk, rejected};
use super::{Row, row};
use crate::desk::{NOODLES, WATER};
use crate::gateway::{Fault, Ledger};

pub fn rows() -> Vec<Row> {
    [full_before(), unwritable(), full_after(), full_beside(), broken(), dying(), asleep()]
        .into_iter()
        .flatten()
        .collect()
}

fn full() -> Refusal {
    Refusal::NotSaved(StoreProblem::DiskFull)
}

fn full_before() -> Vec<Row> {
    vec![
        row("D1", "and nothing is sent", At::Cart)
            .then(
                [Step::Disk(Disk::Full), Step::Refused(CHARGE, full()), Step::Refused(SCAN, full())],
                no_panel(Shopping).pieces(1).asked(Call::Scan, 0),
            )
            .then([Step::Disk(Disk::None), Step::Do(CHARGE), Step::Until(Awaiting)], panel(Awaiting, Pay)),
    ]
}

/// Each write of a sale is refused, before the order and after it was paid; then the disk is well again.
fn unwritable() -> Vec<Row> {
    let troubles = [
        ("read-only", Disk::ReadOnly, StoreProblem::ReadOnly),
        ("locked by another program", Disk::Locked, StoreProblem::Failed),
    ];
    let rows = troubles.map(|(what, trouble, problem)| {
        let refused = || Refusal::NotSaved(problem);
        [
            row("D7", format!("{what} before the order"), At::Cart)
                .then(
                    [Step::Disk(trouble), Step::Refused(CHARGE, refused()), Step::Refused(SCAN, refused())],
                    no_panel(Shopping).pieces(1).asked(Call::Scan, 0),
                )
                .then(
                    [Step::Disk(Disk::None), Step::Do(CHARGE), Step::Until(Awaiting)],
                    panel(Awaiting, Pay),
                ),
            row("D7", format!("{what} as it is paid"), At::Awaiting)
                .then(
                    [Step::Status(Status::Paid), Step::Disk(trouble), Step::Seconds(10)],
                    panel(Awaiting, Trouble).stuck().today(0, 0).told(Notice::NotSaved { problem }),
                )
                .then([Step::Disk(Disk::None), Step::Until(Paid)], paid(200)),
        ]
    });
    rows.into_iter().flatten().collect()
}

fn full_after() -> Vec<Row> {
    let deaf = || Step::Fail(Call::Get, Fault::Before(CallFailure::Unknown), 1);
    vec![
        row("D2", "seen paid", At::Awaiting)
            .then(
                [Step::Status(Status::Paid), Step::Disk(Disk::Full), Step::Seconds(10)],
                panel(Awaiting, Trouble).stuck().today(0, 0),
            )
            .then([Step::Disk(Disk::None), Step::Until(Paid)], paid(200)),
        row("D2", "being confirmed", At::Awaiting)
            .then(
                [
                    deaf(),
                    Step::Status(Status::Paid),
                    Step::Until(Verifying),
                    Step::Disk(Disk::Full),
                    Step::Seconds(10),
                ],
                panel(Verifying, Trouble).stuck().today(0, 0),
            )
            .then([Step::Disk(Disk::None), Step::Until(Paid)], paid(200)),
        row("D2", "at the deadline", At::Awaiting)
            .then([Step::Disk(Disk::Full), Step::Seconds(301)], panel(Awaiting, Trouble).stuck())
            .then(
                [Step::Disk(Disk::None), Step::Until(Closed)],
                panel(Closed, Shopping).because(Reason::Expired),
            ),
        row("D2", "and the till was killed over it", At::Awaiting)
            .then(
                [Step::Status(Status::Paid), Step::Disk(Disk::Full), Step::Seconds(10)],
                panel(Awaiting, Trouble).stuck(),
            )
            .then(
                [Step::Restart, Step::Until(Paid)],
                panel(Paid, Welcome).today(1, 200).news([Paid]).receipt("01-20261122-0001"),
            ),
    ]
}

/// What could not be kept of one sale, and the next one.
fn full_beside() -> Vec<Row> {
    let refused = Reason::CloseRefused { gateway_code: "5001".into(), message: "no".into() };
    let shopping = |state| no_panel(Shopping).kept([state]).pieces(1);
    vec![
        row("D2", "of a sale on the list", At::Unresolved)
            .then(
                [
                    Step::Scan(WATER),
                    Step::Status(Status::Paid),
                    Step::Disk(Disk::Full),
                    Step::Seconds(31),
                    Step::Disk(Disk::None),
                    Step::Refused(CHARGE, full()),
                ],
                shopping(Unresolved).unresolved(1).stuck(),
            )
            .then(
                [Step::Seconds(33), Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).kept([Paid, Awaiting]),
            ),
        row("D2", "of a reversal", At::Unresolved)
            .then(
                [
                    Step::Disk(Disk::Full),
                    Step::Refused(REVERSE, full()),
                    Step::Disk(Disk::None),
                    Step::Minutes(3),
                ],
                panel(Unresolved, Trouble).because(refused).unresolved(1).asked(Call::Cancel, 0),
            )
            .then(
                [Step::Scan(WATER), Step::Do(CHARGE), Step::Until(Awaiting)],
                panel(Awaiting, Pay).kept([Unresolved, Awaiting]).unresolved(1),
            ),
        row("D2", "of a refund", At::Paid)
            .then(
                [
                    Step::Disk(Disk::Full),
                    Step::Refused(REFUND, full()),
                    Step::Disk(Disk::None),
                    Step::Scan(WATER),
                ],
                no_panel(Shopping).kept([Paid]).asked(Call::Refund, 0),
            )
            .then([Step::Do(CHARGE), Step::Until(Awaiting)], panel(Awaiting, Pay).kept([Paid, Awaiting])),
        row("D2", "of a refund tried again", At::Paid)
            .then(
                [
                    Step::Fail(Call::Refund, Fault::Before(rejected("2002")), 1),
                    Step::Do(REFUND),
                    Step::Seconds(3),
                ],
                no_panel(Welcome).kept([Refunding]).due(1),
            )
            .then(
                [
                    Step::Disk(Disk::Full),
                    Step::Refused(super::story::ASK, full()),
                    Step::Disk(Disk::None),
                    Step::Minutes(2),
                ],
                no_panel(Welcome).kept([Refunding]).due(1).asked(Call::Refund, 1),
            ),
    ]
}

fn broken() -> Vec<Row> {
    vec![
        row("D3", "after it was paid", At::Awaiting)
            .then(
                [
                    Step::Status(Status::Paid),
                    Step::Disk(Disk::NoSync),
                    Step::Seconds(10),
                    Step::Refused(CHARGE, Refusal::Stopped),
                ],
                panel(Awaiting, Trouble).stuck().today(0, 0).asked(Call::Get, 0),
            )
            .then([Step::Restart, Step::Until(Paid)], panel(Paid, Welcome).today(1, 200).news([Paid])),
        row("D6", "found while a QR is shown", At::Awaiting)
            .then([Step::Do(|_| Command::Damaged)], panel(Awaiting, Pay).damaged())
            .then(
                [
                    Step::Status(Status::Paid),
                    Step::Until(Paid),
                    Step::Scan(WATER),
                    Step::Refused(CHARGE, Refusal::Damaged),
                ],
                no_panel(Shopping).kept([Paid]).damaged().today(1, 200).asked(Call::Scan, 1),
            ),
    ]
}

fn dying() -> Vec<Row> {
    vec![
        row("P2", "a call", At::Awaiting)
            .then(
                [Step::Fail(Call::Check, Fault::Panic, 2), Step::Status(Status::Paid), Step::Seconds(3)],
                panel(Awaiting, Pay),
            )
            .then([Step::Until(Paid)], paid(200))
            .with_deaths(2),
        row("P2", "the engine, while it keeps what was paid", At::Awaiting)
            .then(
                [
                    Step::Scan(NOODLES),
                    Step::Status(Status::Paid),
                    Step::Disk(Disk::Deadly),
                    Step::Until(Paid),
                ],
                panel(Paid, Shopping).today(1, 200).pieces(1).asked(Call::Scan, 1),
            )
            .with_deaths(1),
        row("P2", "the engine, of a scan", At::Cart)
            .then(
                [Step::Disk(Disk::Deadly), Step::Refused(SCAN, Refusal::Interrupted)],
                no_panel(Shopping).pieces(1),
            )
            .then([Step::Scan(NOODLES)], no_panel(Shopping).pieces(2))
            .with_deaths(1),
    ]
}

fn asleep() -> Vec<Row> {
    let night_ms = 8 * 3_600_000;
    vec![
        row("P4", "and started again", At::Awaiting).then(
            [Step::Clock(night_ms), Step::Restart, Step::Until(Closed), Step::Gateway(asked_first)],
            panel(Closed, Shopping).because(Reason::Expired).never_a_qr().news([Closed]),
        ),
        row("P4", "and started again, and paid", At::Awaiting).then(
            [Step::Status(Status::Paid), Step::Clock(night_ms), Step::Restart, Step::Until(Paid)],
            panel(Paid, Welcome).never_a_qr().news([Paid]).today(1, 200),
        ),
        row("P4", "and only asleep", At::Awaiting).then(
            [Step::Clock(night_ms), Step::Seconds(1)],
            panel(Closed, Shopping).because(Reason::Expired),
        ),
    ]
}

fn asked_first(ledger: &mut Ledger) {
    let close = ledger.calls.iter().position(|call| *call == Call::Close).unwrap();
    assert_eq!(ledger.calls[close - 1], Call::Check, "asked before it is closed");
}
