//! The engine's life: it outlives its own death, and shows no more than there is to show.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::task::{Context, Waker};
use std::time::Duration;

use yima_checkout::view::CashierView;
use yima_checkout::{Command, Refusal, Word};
use yima_core::sale::{Call, CallFailure, State, Status};
use yima_core::{Fen, Quantity};

use crate::desk::{Desk, WATER};
use crate::gateway::Fault;

fn scan(code: &str) -> Command {
    Command::Scan { code: code.into(), quantity: Quantity::ONE }
}

/// Lets time pass without any act of the cashier. The next second comes once the customer's page has been told of this
/// one and every question has its answer: one that the clock overtakes would have taken a second.
async fn seconds_alone(desk: &Desk, count: u32) {
    let told = || desk.shown.customer.lock().unwrap().len();
    for _ in 0..count {
        let before = told();
        desk.pass_without_settling(1_000);
        let mut quiet = 0;
        let heard = async {
            while quiet < 3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let is_quiet = told() > before && !desk.gateway.is_being_asked();
                quiet = if is_quiet { quiet + 1 } else { 0 };
            }
        };
        tokio::time::timeout(Duration::from_secs(30), heard).await.expect("the engine lets time pass");
    }
}

fn views(desk: &Desk) -> Vec<CashierView> {
    desk.shown.cashier.lock().unwrap().clone()
}

#[tokio::test]
async fn p2_an_engine_that_dies_again_and_again_ends() {
    let desk = Desk::open().await;
    desk.disk.deadly.store(1_000, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(desk.act(scan(WATER)).await, Err(Refusal::Interrupted));
    }
    let last = desk.act(scan(WATER)).await;
    assert!(matches!(last, Err(Refusal::Interrupted | Refusal::Stopped)), "{last:?}");
    tokio::time::timeout(Duration::from_secs(30), desk.checkout.ended()).await.expect("the engine ends");
    assert_eq!(desk.act(scan(WATER)).await, Err(Refusal::Stopped));
}

#[tokio::test]
async fn an_open_sale_is_not_shown_again_while_nothing_of_it_changes() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    seconds_alone(&desk, 3).await;
    let (before, told_before) = (views(&desk).len(), desk.shown.customer.lock().unwrap().len());
    seconds_alone(&desk, 10).await;
    assert_eq!(views(&desk).len(), before, "the page counts the seconds by itself");
    let told = desk.shown.customer.lock().unwrap().len() - told_before;
    assert!(told >= 10, "the customer's page hears that somebody is there: {told}");
    let left_ms = |desk: &Desk| desk.view().payment.unwrap().remaining_ms.unwrap();
    let shown_ms = left_ms(&desk);
    desk.clock.wall_forward(100_000);
    seconds_alone(&desk, 1).await;
    assert!(views(&desk).len() > before && left_ms(&desk) + 100_000 <= shown_ms, "a clock that was set");
    desk.gateway.set_status(Status::Failed);
    seconds_alone(&desk, 6).await;
    assert!(desk.view().payment.unwrap().declined, "what changes is shown without any act");
}

#[tokio::test]
async fn a_written_off_order_costs_a_question_every_half_hour_and_nothing_else() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, vec![Fault::Before(CallFailure::Unknown); 1_000]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    desk.act(Command::CancelPayment).await.unwrap();
    let order_id = desk.until(State::Unresolved).await.order_id;
    desk.pass(31_000).await;
    let word = Word { by: "王店长".into(), why: "断网".into() };
    desk.act(Command::WriteOff { order_id, word }).await.unwrap();
    desk.pass(31 * 60_000).await;
    let (asked, shown) = (desk.gateway.ledger().calls.len(), views(&desk).len());
    seconds_alone(&desk, 60).await;
    assert_eq!((desk.gateway.ledger().calls.len(), views(&desk).len()), (asked, shown));
    desk.pass(30 * 60_000).await;
    assert_eq!(desk.gateway.ledger().calls.len(), asked + 1);
    let desk = desk.restart().await;
    desk.settle().await;
    let asked = desk.gateway.ledger().calls.len();
    seconds_alone(&desk, 60).await;
    assert!(desk.gateway.ledger().calls.len() - asked <= 1);
    assert_eq!(desk.view().unresolved_count, 0);
}

/// What the engine has not got to yet is bounded. Nothing here yields to it, so that it cannot get to anything.
#[tokio::test]
async fn an_act_too_many_is_refused_and_those_before_it_are_done() {
    const ACTS_AT_MOST: usize = 1_024;
    let desk = Desk::open().await;
    desk.settle().await;
    let mut context = Context::from_waker(Waker::noop());
    let mut acts: Vec<_> = (0..ACTS_AT_MOST).map(|_| Box::pin(desk.act(scan(WATER)))).collect();
    assert!(acts.iter_mut().all(|act| act.as_mut().poll(&mut context).is_pending()));
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Busy));
    assert_eq!(desk.view().cart.pieces, 0, "it was refused at once");
    for act in acts {
        act.await.unwrap();
    }
    assert_eq!(desk.view().cart.pieces, 1_024);
    assert_eq!(desk.act(Command::Charge).await, Ok(()), "there is room again");
    assert_eq!(desk.until(State::Awaiting).await.total_fen, Fen::new(200 * 1_024));
}
