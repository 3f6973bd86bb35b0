//! What a gateway may answer while a QR stands, row by row: what both windows say of it, and what the books come to.

use yima_checkout::Command;
use yima_checkout::view::CustomerScreen;
use yima_core::Fen;
use yima_core::sale::{Answer, Call, CallFailure, CheckReply, State, Status};

use crate::desk::{Desk, WATER};
use crate::gateway::Fault;

/// What `/pay/check` answers while the customer looks at the QR.
struct Row {
    id: &'static str,
    answers: Vec<CallFailure>,
}

fn rejected(code: &str) -> CallFailure {
    CallFailure::Rejected { code: code.into(), message: "no".into() }
}

fn check_says(order_id: &str, status: Status) -> Fault {
    Fault::Instead(Answer::Check(Ok(CheckReply { order_id: order_id.into(), status })))
}

async fn waiting() -> (Desk, String) {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id.to_string();
    (desk, order_id)
}

async fn paid_in_the_end(desk: &Desk, id: &str) {
    desk.gateway.set_status(Status::Paid);
    let payment = desk.until(State::Paid).await;
    assert_eq!(payment.real_fen, Some(Fen::new(200)), "{id}");
    assert_eq!((desk.view().today.count, desk.customer().screen), (1, CustomerScreen::Paid), "{id}");
    desk.check_books().await;
}

#[tokio::test]
async fn g2_g5_n10_what_tells_nothing_changes_nothing() {
    let rows = [
        Row { id: "nobody there", answers: vec![CallFailure::NotSent; 3] },
        Row { id: "nothing that can be read", answers: vec![CallFailure::Unknown; 3] },
        Row { id: "N10", answers: vec![CallFailure::Busy, rejected("5002")] },
        Row { id: "G2", answers: vec![rejected("4001"); 4] },
        Row { id: "G5", answers: vec![CallFailure::OtherOrder; 3] },
        Row { id: "5000", answers: vec![rejected("5000"), rejected("5001")] },
        Row { id: "2000", answers: vec![rejected("2000"), rejected("3004")] },
    ];
    for Row { id, answers } in rows {
        let (desk, _) = waiting().await;
        let qr = desk.customer().qr;
        let wanted = desk.gateway.count(Call::Check) + answers.len();
        desk.gateway.fail(Call::Check, answers.into_iter().map(Fault::Before));
        for _ in 0..120 {
            desk.pass(1_000).await;
            let payment = desk.payment().unwrap();
            assert_eq!(
                (payment.state, desk.customer().screen),
                (State::Awaiting, CustomerScreen::Pay),
                "{id}"
            );
            assert!(qr.is_some() && desk.customer().qr == qr, "{id}: the QR stands");
            if desk.gateway.count(Call::Check) > wanted {
                break;
            }
        }
        assert!(desk.gateway.count(Call::Check) > wanted, "{id}: asked on");
        paid_in_the_end(&desk, id).await;
        assert_eq!(desk.gateway.count(Call::Scan), 1, "{id}: one order");
    }
}

#[tokio::test]
async fn g14_a_status_nobody_knows_keeps_the_qr() {
    for status in [Status::Unknown, Status::Failed] {
        let (desk, order_id) = waiting().await;
        let answers = (0..4).map(|_| check_says(&order_id, status));
        desk.gateway.fail(Call::Check, answers);
        for _ in 0..8 {
            desk.pass(1_000).await;
            assert_eq!(desk.payment().unwrap().state, State::Awaiting, "{status:?}");
            assert!(desk.customer().qr.is_some(), "{status:?}");
        }
        paid_in_the_end(&desk, "G14").await;
    }
}

#[tokio::test]
async fn g3_a_code_that_says_paid_is_confirmed_first() {
    for code in ["1003", "1006"] {
        let (desk, _) = waiting().await;
        desk.gateway.fail(Call::Check, [Fault::Before(rejected(code))]);
        desk.gateway.fail(Call::Get, [Fault::Before(CallFailure::Unknown)]);
        let payment = desk.until(State::Verifying).await;
        assert!(payment.real_fen.is_none() && desk.customer().screen != CustomerScreen::Paid, "{code}");
        assert!(desk.customer().qr.is_none(), "{code}: nobody pays twice");
        paid_in_the_end(&desk, code).await;
    }
}

#[tokio::test]
async fn n6_an_older_status_is_no_step_back() {
    let (desk, order_id) = waiting().await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    let sale = async || {
        let id = yima_core::OrderId::parse(&order_id).unwrap();
        desk.disk.store.sale(&id).await.unwrap().unwrap()
    };
    let (state, receipt) = (sale().await.state, sale().await.receipt_number);
    desk.gateway.fail(Call::Check, (0..9).map(|_| check_says(&order_id, Status::Paying)));
    for _ in 0..30 {
        desk.pass(1_000).await;
    }
    assert_eq!((sale().await.state, sale().await.receipt_number), (state, receipt));
    assert_eq!(desk.view().today.count, 1);

    // Seen paid by one answer and unpaid by a later one that is older: the truth comes out, and once.
    let (desk, order_id) = waiting().await;
    desk.gateway.set_status(Status::Paid);
    desk.gateway.fail(Call::Get, vec![Fault::Before(CallFailure::Unknown); 2]);
    desk.until(State::Verifying).await;
    desk.gateway.fail(Call::Check, (0..3).map(|_| check_says(&order_id, Status::Paying)));
    paid_in_the_end(&desk, "N6").await;
}

#[tokio::test]
async fn g8_a_reversal_whose_answer_is_lost_is_asked_about_then_sent_again() {
    for (fault, sent) in
        [(Fault::After as fn(CallFailure) -> Fault, 1), (Fault::Before as fn(CallFailure) -> Fault, 2)]
    {
        let (desk, _) = waiting().await;
        let order_id = desk.payment().unwrap().order_id;
        desk.gateway.set_status(Status::Unknown);
        desk.gateway.fail(Call::Close, vec![Fault::Before(CallFailure::Unknown); 100]);
        desk.act(Command::CancelPayment).await.unwrap();
        desk.until(State::Unresolved).await;
        desk.gateway.fail(Call::Cancel, [fault(CallFailure::Unknown)]);
        let checks = desk.gateway.count(Call::Check);
        desk.act(Command::Reverse { order_id: order_id.clone() }).await.unwrap();
        for _ in 0..30 {
            desk.pass(1_000).await;
        }
        let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
        assert_eq!((sale.state.as_str(), desk.gateway.count(Call::Cancel)), ("cancelled", sent));
        assert!(desk.gateway.count(Call::Check) > checks, "asked first");
        desk.check_books().await;
    }
}
