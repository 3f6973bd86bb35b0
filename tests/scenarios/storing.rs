use std::sync::atomic::Ordering;
use std::time::Duration;

use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal, StoreProblem};

use yima_core::sale::{Call, CallFailure, State, Status};
use yima_core::{OrderId, Quantity};

use crate::desk::{Desk, WATER};
use crate::gateway::Fault;

#[tokio::test]
async fn d1_a_full_disk_refuses_the_sale_and_sends_nothing() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.disk.full.store(true, Ordering::SeqCst);
    let refusal = Refusal::NotSaved(StoreProblem::DiskFull);
    assert_eq!(desk.act(Command::Charge).await, Err(refusal.clone()));
    let scan = Command::Scan { code: WATER.into(), quantity: Quantity::ONE };
    assert_eq!(desk.act(scan).await, Err(refusal));
    let view = desk.view();
    assert!(!view.cart.locked && desk.gateway.ledger().calls.is_empty());
    assert_eq!(view.cart.lines[0].quantity.get(), 1, "what is not on disk is not on screen");
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.charge().await;
}

#[tokio::test]
async fn d6_data_found_damaged_take_no_new_sale_and_end_the_open_one() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let paid = desk.charge().await.order_id;
    desk.act(Command::Damaged).await.unwrap();
    assert!(desk.view().is_damaged);
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.scan(WATER).await;
    let scans = desk.gateway.count(Call::Scan);
    assert!(!desk.view().cart.can_charge);
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Damaged));
    assert_eq!(desk.gateway.count(Call::Scan), scans);
    let refused = desk.refund(&paid, 50).await;
    assert_eq!(refused, Err(Refusal::Damaged), "a backup would not know of it");
    desk.check_books().await;

    desk.disk.deadly.store(1, Ordering::SeqCst);
    let scan = Command::Scan { code: WATER.into(), quantity: Quantity::ONE };
    assert_eq!(desk.act(scan).await, Err(Refusal::Interrupted));
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Damaged), "not forgotten over a death");
}

#[tokio::test]
async fn d2_a_full_disk_while_confirming_loses_nothing() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.gateway.fail(Call::Get, [Fault::Before(CallFailure::Unknown)]);
    desk.until(State::Verifying).await;
    desk.disk.full.store(true, Ordering::SeqCst);
    for _ in 0..10 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.payment().unwrap().state, State::Verifying);
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.until(State::Paid).await;
    desk.check_books().await;
}

#[tokio::test]
async fn d2_a_full_disk_at_the_deadline_is_no_busy_loop() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.pass(300_000).await;
    let before = desk.shown.cashier.lock().unwrap().len();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(desk.shown.cashier.lock().unwrap().len() - before < 10);
    assert!(desk.customer().qr.is_none());
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.until(State::Closed).await;
}

#[tokio::test]
async fn d2_a_full_disk_after_paid_loses_nothing() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.disk.full.store(true, Ordering::SeqCst);
    for _ in 0..10 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.payment().unwrap().state, State::Awaiting, "nothing is shown that is not durable");
    assert!(matches!(desk.view().notice.unwrap().1, Notice::NotSaved { problem: StoreProblem::DiskFull }));
    let order_id = desk.payment().unwrap().order_id;
    assert_eq!(desk.view().stuck, Some((order_id, StoreProblem::DiskFull)), "told until it is kept");
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.until(State::Paid).await;
    assert_eq!((desk.gateway.count(Call::Scan), desk.view().stuck), (1, None));
    desk.check_books().await;
}

#[tokio::test]
async fn d2_nothing_is_charged_while_an_outcome_cannot_be_kept() {
    let (desk, _) = unresolved().await;
    desk.gateway.set_status(Status::Paid);
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.pass(31_000).await;
    desk.disk.full.store(false, Ordering::SeqCst);
    let refusal = Refusal::NotSaved(StoreProblem::DiskFull);
    assert_eq!(desk.act(Command::Charge).await, Err(refusal));
    desk.pass(31_000).await;
    desk.pass(2_000).await;
    assert_eq!(desk.view().stuck, None);
    desk.charge().await;
}

/// Nobody knows what became of its order, and its goods are parked; others lie in front.
async fn unresolved() -> (Desk, OrderId) {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Unknown);
    let refused = CallFailure::Rejected { code: "5001".into(), message: "busy".into() };
    desk.gateway.fail(Call::Close, vec![Fault::Before(refused); 100]);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Unresolved).await;
    desk.scan(WATER).await;
    (desk, order_id)
}

#[tokio::test]
async fn d2_a_reversal_that_could_not_be_kept_does_not_stop_the_till_from_charging() {
    let (desk, order_id) = unresolved().await;
    desk.disk.full.store(true, Ordering::SeqCst);
    let reversed = desk.act(Command::Reverse { order_id: order_id.clone() }).await;
    assert_eq!(reversed, Err(Refusal::NotSaved(StoreProblem::DiskFull)));
    desk.disk.full.store(false, Ordering::SeqCst);
    for _ in 0..20 {
        desk.pass(31_000).await;
    }
    assert_eq!(desk.disk.store.sale(&order_id).await.unwrap().unwrap().state, "unresolved");
    assert_eq!((desk.gateway.count(Call::Cancel), desk.view().stuck), (0, None));
    desk.charge().await;
}

#[tokio::test]
async fn d2_an_answer_that_could_not_be_kept_and_is_taken_back_stops_nothing() {
    let (desk, _) = unresolved().await;
    let not_known = CallFailure::Rejected { code: "4001".into(), message: "no".into() };
    desk.gateway.fail(Call::Check, [Fault::Before(not_known)]);
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.pass(31_000).await;
    assert!(desk.view().stuck.is_some());
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::Unknown)]);
    desk.pass(31_000).await;
    assert!(desk.view().stuck.is_some(), "silence takes nothing back");
    desk.pass(31_000).await;
    assert_eq!(desk.view().stuck, None);
    desk.charge().await;
}

#[tokio::test]
async fn d3_a_failed_sync_ends_the_engine_and_the_next_start_asks() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.disk.broken.store(true, Ordering::SeqCst);
    desk.pass_without_settling(2_500);
    tokio::time::timeout(Duration::from_secs(30), desk.checkout.ended()).await.expect("the engine ends");
    assert_eq!(desk.act(Command::ShowAgain).await, Err(Refusal::Stopped));
    let asked = desk.gateway.ledger().calls.len();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(desk.gateway.ledger().calls.len(), asked, "nothing goes on");
    let desk = desk.restart().await;
    desk.until(State::Paid).await;
    desk.check_books().await;
}
