//! The customer's code and cash, when something goes wrong with them.

use yima_checkout::view::CustomerScreen::{Confirm, Shopping, Trouble, Welcome};
use yima_checkout::{Command, Refusal, StoreProblem};
use yima_core::sale::State::{Awaiting, Closed, Paid, Submitting, Unresolved, Void};
use yima_core::sale::{Call, CallFailure, Reason, Status};
use yima_core::{Fen, Quantity};

use super::sight::{no_panel, paid, panel};
use super::story::{Act, At, CANCEL, DISMISS, Step, Trouble as Disk, rejected_for};
use super::{Row, row};
use crate::gateway::{CodeOutcome, Fault};
use crate::wire::Wire;

/// F11, then the customer's code.
const WANT: Act = |_| Command::WantCode;
const CODE: Act = |_| Command::Scan { code: "134512345678901234".into(), quantity: Quantity::ONE };
const CASH: Act = |_| Command::TakeCash { total_fen: Fen::new(200), tendered_fen: Fen::new(1_000) };

pub fn rows() -> Vec<Row> {
    [lost_codes(), refused_codes(), cash()].into_iter().flatten().collect()
}

fn code_is_taken(fault: Fault) -> [Step; 3] {
    [Step::Fail(Call::Pay, fault, 1), Step::Do(WANT), Step::Do(CODE)]
}

fn lost_codes() -> Vec<Row> {
    let unknown = || CallFailure::Unknown;
    vec![
        row("G21", "it arrived, and paid", At::Cart)
            .then(code_is_taken(Fault::After(unknown())), panel(Submitting, Trouble))
            .then([Step::Until(Paid)], paid(200).asked(Call::Pay, 1).receipt("01-20261122-0001")),
        row("G21", "it never arrived, and nobody knows that", At::Cart)
            .then(code_is_taken(Fault::Before(unknown())), panel(Submitting, Trouble).orders(0))
            .then([Step::Seconds(89)], panel(Submitting, Trouble).orders(0).asked(Call::Pay, 1))
            .then(
                [Step::Until(Unresolved), Step::Seconds(31)],
                panel(Unresolved, Trouble)
                    .because(Reason::NotKnown)
                    .orders(0)
                    .unresolved(1)
                    .asked(Call::Pay, 1),
            ),
        row("G21", "the till is started again before it hears anything", At::Cart)
            .then(code_is_taken(Fault::After(unknown())), panel(Submitting, Trouble))
            .then(
                [Step::Restart, Step::Until(Paid)],
                panel(Paid, Welcome).news([Paid]).today(1, 200).asked(Call::Pay, 1),
            ),
        row("G21", "said to be paid", At::Cart).then(
            code_is_taken(Fault::Garbled(Wire::refuses("1003", "paid"))),
            paid(200).asked(Call::Pay, 1),
        ),
        row("G21", "the line was down", At::Cart).then(
            [Step::Fail(Call::Pay, Fault::Before(CallFailure::NotSent), 1), Step::Do(WANT), Step::Do(CODE)],
            panel(Void, Shopping).because(Reason::NeverSent).orders(0).pieces(1).asked(Call::Pay, 1),
        ),
    ]
}

fn refused_codes() -> Vec<Row> {
    let outcome = |outcome: fn(&mut crate::gateway::Ledger)| Step::Gateway(outcome);
    let waits = || outcome(|ledger| ledger.code = CodeOutcome::Waits);
    let refused = Reason::CodeRefused { gateway_code: "1001".into(), message: "no".into() };
    vec![
        row("G22", "no money behind it", At::Cart).then(
            [
                outcome(|ledger| ledger.code = CodeOutcome::Declines),
                Step::Do(WANT),
                Step::Do(CODE),
                Step::Until(Closed),
            ],
            panel(Closed, Shopping).because(refused).pieces(1).asked(Call::Pay, 1),
        ),
        row("G22", "the gateway does not take it", At::Cart).then(
            code_is_taken(Fault::Wire(Wire::refuses("2000", "no"))),
            panel(Void, Shopping).because(rejected_for("2000", "no")).orders(0).pieces(1),
        ),
        row("G22", "the customer has to confirm, and does", At::Cart)
            .then([waits(), Step::Do(WANT), Step::Do(CODE)], panel(Awaiting, Confirm).never_a_qr())
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200).asked(Call::Pay, 1)),
        row("G22", "the customer has to confirm, and does not", At::Cart).then(
            [waits(), Step::Do(WANT), Step::Do(CODE), Step::Seconds(89), Step::Until(Closed)],
            panel(Closed, Shopping).because(Reason::Expired).pieces(1).never_a_qr(),
        ),
        row("G22", "confirmed after it was closed", At::Cart).then(
            [
                waits(),
                Step::Do(WANT),
                Step::Do(CODE),
                Step::Do(CANCEL),
                Step::Until(Closed),
                Step::There(|trade| trade.status = Status::Paid),
                Step::Until(Paid),
            ],
            paid(200).asked(Call::Pay, 1).because(Reason::ByCashier),
        ),
    ]
}

fn cash() -> Vec<Row> {
    let not_saved = |problem| Step::Refused(CASH, Refusal::NotSaved(problem));
    let in_the_cart = || no_panel(Shopping).pieces(1).today(0, 0);
    let sold = || paid(200).orders(0).amounts([200, 200, 200]).receipt("01-20261122-0001");
    vec![
        row("D10", "before it is kept", At::Cart)
            .then([Step::Disk(Disk::Full), not_saved(StoreProblem::DiskFull)], in_the_cart())
            .then([Step::Disk(Disk::None), Step::Do(CASH)], sold()),
        row("D10", "the sync fails", At::Cart)
            .then([Step::Disk(Disk::NoSync), not_saved(StoreProblem::Lost)], in_the_cart())
            .then([Step::Disk(Disk::None), Step::Restart], in_the_cart())
            .then([Step::Do(CASH)], sold()),
        row("D10", "the write kills the till", At::Cart)
            .with_deaths(1)
            .then([Step::Disk(Disk::Deadly), Step::Refused(CASH, Refusal::Interrupted)], in_the_cart())
            .then([Step::Do(CASH)], sold()),
        row("D10", "after it was kept", At::Cart)
            .then([Step::Do(CASH)], sold())
            .then(
                [Step::Disk(Disk::Full), Step::Do(DISMISS)],
                no_panel(Welcome).kept([Paid]).orders(0).today(1, 200),
            )
            .then(
                [Step::Disk(Disk::None), Step::Restart],
                no_panel(Welcome).kept([Paid]).orders(0).today(1, 200),
            ),
    ]
}
