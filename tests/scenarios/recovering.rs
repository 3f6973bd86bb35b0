use yima_checkout::Command;
use yima_checkout::view::CustomerScreen;
use yima_core::sale::{Call, CallFailure, State, Status};
use yima_core::{Fen, LineId};

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::Fault;

#[tokio::test]
async fn a_draft_comes_back_line_by_line() {
    let desk = Desk::open().await;
    for code in [WATER, NOODLES, WATER, "unknown-1"] {
        desk.scan(code).await;
    }
    let before = desk.view().cart.lines;
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.view().cart.lines, before);
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.lines[0].quantity.get(), 3, "and goes on");
}

#[tokio::test]
async fn killed_while_waiting_asks_first_then_shows_the_same_qr() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let before = desk.charge().await;
    desk.scan(NOODLES).await;
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::NotSent)]);
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.customer().screen, CustomerScreen::Trouble, "not shown before the gateway has answered");
    desk.pass(2_500).await;
    let after = desk.until(State::Awaiting).await;
    assert_eq!((after.order_id, &after.qr), (before.order_id, &before.qr));
    assert_eq!(desk.customer().qr, before.qr);
    assert_eq!(desk.view().next_cart.unwrap().pieces, 1, "what was scanned meanwhile is still there");
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.gateway.ledger().orders.len(), 1);
    desk.check_books().await;
}

#[tokio::test]
async fn paid_while_the_till_was_away_is_recorded_once() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    let desk = desk.restart().await;
    let payment = desk.until(State::Paid).await;
    assert!(payment.receipt_number.is_some());
    let news = desk.view().away;
    let told = (news[0].state, news[0].amount_fen, &news[0].receipt_number);
    assert_eq!((news.len(), told), (1, (State::Paid, Fen::new(200), &payment.receipt_number)));
    assert_eq!(desk.customer().screen, CustomerScreen::Welcome, "nobody is there to be thanked");
    desk.scan(NOODLES).await;
    assert_eq!(desk.view().away.len(), 1, "a scan does not take it away");
    desk.act(Command::DismissNews).await.unwrap();
    assert!(desk.view().away.is_empty());
    desk.act(Command::Remove { line: LineId(0) }).await.unwrap();
    let desk = desk.restart().await;
    desk.settle().await;
    assert!(desk.view().away.is_empty());
    assert_eq!((desk.view().today.count, desk.view().cart.lines.len()), (1, 0));
    desk.check_books().await;
}

#[tokio::test]
async fn what_happened_to_several_sales_is_told_and_a_qr_shown_again_is_no_news() {
    let desk = Desk::open().await;
    for code in [WATER, NOODLES] {
        desk.scan(code).await;
        desk.charge().await;
        for call in [Call::Check, Call::Close] {
            desk.gateway.fail(call, vec![Fault::Before(CallFailure::Unknown); 40]);
        }
        desk.act(Command::CancelPayment).await.unwrap();
        desk.pass(1_000).await;
        if code == WATER {
            desk.until(State::Unresolved).await;
        }
    }
    desk.gateway.ledger().forget_faults();
    let desk = desk.restart().await;
    for _ in 0..5 {
        desk.pass(1_000).await;
    }
    let news = desk.view().away;
    assert_eq!(news.iter().map(|news| news.state).collect::<Vec<_>>(), [State::Closed]);
    assert_eq!(desk.view().unresolved_count, 0, "the other was known to be open before, and is closed too");

    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    let desk = desk.restart().await;
    desk.until(State::Awaiting).await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert!(desk.view().away.is_empty());
    assert_eq!(desk.customer().screen, CustomerScreen::Paid);
}

#[tokio::test]
async fn killed_before_the_order_arrived_sends_the_same_order_again() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, [Fault::Silence]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    let before = desk.payment().unwrap().order_id;
    let desk = desk.restart().await;
    let after = desk.until(State::Awaiting).await;
    assert_eq!(after.order_id, before);
    desk.check_books().await;
}
