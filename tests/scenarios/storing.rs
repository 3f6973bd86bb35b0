use std::sync::atomic::Ordering;
use std::time::Duration;

use yima_checkout::Command;

use yima_core::OrderId;
use yima_core::sale::{Call, CallFailure, State, Status};

use crate::desk::{Desk, WATER};
use crate::gateway::Fault;

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
async fn d2_an_answer_that_could_not_be_kept_and_is_taken_back_stops_nothing() {
    let (desk, _) = unresolved().await;
    let not_known = CallFailure::Rejected { code: "4001".into(), message: "no".into() };
    desk.gateway.fail(Call::Check, [Fault::Before(not_known)]);
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.pass(31_000).await;
    assert!(desk.view().stuck.is_some() && !desk.view().cart.can_charge);
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::Unknown)]);
    desk.pass(31_000).await;
    assert!(desk.view().stuck.is_some(), "silence takes nothing back");
    desk.pass(31_000).await;
    assert!(desk.view().stuck.is_none() && desk.view().cart.can_charge);
    desk.charge().await;
}
