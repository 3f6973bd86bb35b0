use std::sync::atomic::Ordering;

use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal, StoreProblem};
use yima_core::Quantity;
use yima_core::sale::{Call, State, Status};

use crate::desk::{Desk, WATER};

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
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.until(State::Paid).await;
    assert_eq!(desk.gateway.count(Call::Scan), 1);
    desk.check_books().await;
}
