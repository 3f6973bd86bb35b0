use yima_checkout::Command;
use yima_checkout::view::{CustomerScreen, Notice};
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

#[tokio::test]
async fn p4_restarted_next_morning_closes_and_never_shows_the_old_qr() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.clock.wall_forward(8 * 3_600_000);
    let desk = desk.restart().await;
    desk.until(State::Closed).await;
    let ever_shown = desk.shown.customer.lock().unwrap().iter().any(|view| view.qr.is_some());
    assert!(!ever_shown);
    let calls = desk.gateway.ledger().calls.clone();
    let first_close = calls.iter().position(|call| *call == Call::Close).unwrap();
    assert_eq!(calls[first_close - 1], Call::Check, "asked before closed");
    desk.check_books().await;
}

#[tokio::test]
async fn k1_a_clock_a_year_off_ends_nothing() {
    for years in [1, -1] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        let order_id = desk.charge().await.order_id;
        desk.gateway.fail(Call::Close, vec![Fault::Before(CallFailure::Unknown); 100]);
        desk.clock.wall_forward(years * 365 * 86_400_000);
        desk.pass(1_000).await;
        let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
        assert!(sale.open, "{}", sale.state);
        desk.gateway.set_status(Status::Paid);
        desk.until(State::Paid).await;
    }
}

#[tokio::test]
async fn n11_offline_for_two_hours_is_settled_later() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    for call in [Call::Check, Call::Close] {
        desk.gateway.fail(call, vec![Fault::Before(CallFailure::NotSent); 150]);
    }
    desk.until(State::Unresolved).await;
    desk.act(Command::Dismiss).await.unwrap();
    assert_eq!(desk.view().unresolved_count, 1);
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.view().unresolved_count, 1, "it is still on the list");
    for _ in 0..12 {
        desk.pass(600_000).await;
    }
    desk.gateway.set_status(Status::Paid);
    for _ in 0..200 {
        desk.pass(30_500).await;
        if desk.view().unresolved_count == 0 {
            break;
        }
    }
    assert!(matches!(desk.view().notice.unwrap().1, Notice::PaidLater { .. }));
    assert_eq!(desk.view().today.count, 1);
}
