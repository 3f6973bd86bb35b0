//! D8: what a till that was restored or copied does while it is compared, and what it takes for compared.

use std::sync::atomic::Ordering;

use yima_checkout::view::ReconcileProblem;
use yima_checkout::{Command, ListFailure, Refusal, StoreProblem, UnreadableOrder, Word};
use yima_core::Fen;
use yima_core::sale::{State, Status};
use yima_gateway::Account;

use crate::desk::{Desk, NOODLES, WATER};
use crate::reconciling::live;

#[tokio::test]
async fn d8_a_comparison_that_could_not_be_kept_is_made_once_more_before_the_mark_goes() {
    let desk = Desk::open_with(live()).await;
    let sold = desk.sell(NOODLES).await;
    let backup = desk.back_up("kept");
    desk.refund(&sold, 50).await.unwrap();
    desk.pass(1_000).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_from(backup).await;
    desk.settle().await;
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.gateway.ledger().forget_faults();
    desk.act(Command::CheckAgain).await.unwrap();
    desk.settle().await;
    assert_eq!(desk.problem(), Some(ReconcileProblem::NotSaved { problem: StoreProblem::DiskFull }));
    desk.disk.full.store(false, Ordering::SeqCst);
    desk.act(Command::CheckAgain).await.unwrap();
    desk.until_compared().await;
    desk.pass(1_000).await;
    let stored = desk.disk.store.sale(&sold).await.unwrap().unwrap();
    assert_eq!(stored.facts.refunded_fen, Some(Fen::new(50)), "what went back after the backup");
    desk.check_books().await;
}

#[tokio::test]
async fn k1_sales_made_after_a_clock_that_was_ahead_was_set_right_are_found() {
    let days = |days: i64| days * 86_400_000;
    let desk = Desk::open_with(live()).await;
    desk.clock.wall_forward(days(3));
    desk.sell(NOODLES).await;
    let backup = desk.back_up("kept");
    desk.clock.wall_forward(days(-3) + 3_600_000);
    let missing = desk.sell(WATER).await;
    desk.clock.wall_forward(days(9));
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    assert_eq!(
        desk.state_of(&missing).await.expect("made three days before the newest that was kept").0,
        "paid"
    );
}

#[tokio::test]
async fn d8_an_order_of_another_till_that_cannot_be_read_does_not_keep_this_one_from_selling() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().unreadable = vec![UnreadableOrder { id: None, terminal_id: Some("next".into()) }];
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid");
}

#[tokio::test]
async fn d8_a_supervisor_answers_for_what_cannot_be_read_once_the_rest_was() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    desk.gateway.ledger().unreadable = vec![UnreadableOrder::default()];
    let desk = desk.restart_from(backup).await;
    desk.settle().await;
    let pass = |by: &str| Command::PassList { word: Word { by: by.into(), why: "总部已核对".into() } };
    assert_eq!(desk.act(pass("王店长")).await, Err(Refusal::NotNow), "nothing of it was read yet");
    desk.gateway.ledger().forget_faults();
    for _ in 0..20 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.problem(), Some(ReconcileProblem::ListIncomplete));
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid", "what can be read is recorded");
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::NotReconciled));
    assert!(desk.view().reconcile.unwrap().can_pass);
    assert_eq!(desk.act(pass(" ")).await, Err(Refusal::WordMissing));
    desk.act(pass("王店长")).await.unwrap();
    assert!(desk.view().reconcile.is_none());
    desk.charge().await;
    let desk = desk.restart().await;
    desk.settle().await;
    assert!(desk.view().reconcile.is_none(), "and the word is kept");
}

#[tokio::test]
async fn d8_the_lists_of_all_accounts_that_were_sold_with_are_read() {
    let mut desk = Desk::open_with(live()).await;
    desk.sell(NOODLES).await;
    let backup = desk.back_up("kept");
    let old = desk.sell(WATER).await;
    let account = desk.terms.account.clone().unwrap();
    desk.terms.account = Ok(Account { app_id: "next".into(), ..account });
    let terms = Box::new(desk.terms.clone());
    desk.act(Command::SetTerms { terms }).await.unwrap();
    let new = desk.sell(WATER).await;
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    for (order_id, app_id) in [(&old, "app"), (&new, "next")] {
        let stored = desk.disk.store.sale(order_id).await.unwrap().expect("it is in one of the lists");
        let account: Account = serde_json::from_str(&stored.account).unwrap();
        assert_eq!((stored.state.as_str(), account.app_id.as_str()), ("paid", app_id));
    }
}

#[tokio::test]
async fn d8_nothing_is_given_back_before_what_went_back_elsewhere_is_known() {
    let desk = Desk::open_with(live()).await;
    let sold = desk.sell(NOODLES).await;
    let backup = desk.back_up("kept");
    desk.refund(&sold, 200).await.unwrap();
    desk.pass(1_000).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_from(backup).await;
    desk.settle().await;
    assert_eq!(desk.refund(&sold, 200).await, Err(Refusal::NotReconciled));
    desk.gateway.ledger().forget_faults();
    desk.act(Command::CheckAgain).await.unwrap();
    desk.until_compared().await;
    desk.pass(1_000).await;
    desk.refund(&sold, 200).await.unwrap();
    desk.pass(1_000).await;
    desk.check_books().await;
}

#[tokio::test]
async fn d8_money_that_came_or_is_on_its_way_back_is_compared_whatever_the_list_calls_it() {
    let desk = Desk::open_with(live()).await;
    let sold = desk.sell(NOODLES).await;
    desk.scan(WATER).await;
    let closed = desk.charge().await.order_id;
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    for _ in 0..50 {
        desk.pass(1_800_000).await;
    }
    assert_eq!(desk.state_of(&closed).await.unwrap().0, "closed", "and nobody asks about it any more");
    let backup = desk.back_up("kept");
    let checked = desk.gateway.ledger().calls.len();
    desk.pass(1_800_000).await;
    assert_eq!(desk.gateway.ledger().calls.len(), checked);
    {
        let mut ledger = desk.gateway.ledger();
        ledger.orders.get_mut(sold.as_str()).unwrap().status = Status::Refunding;
        let late = ledger.orders.get_mut(closed.as_str()).unwrap();
        late.status = Status::PartlyRefunded;
        late.refunds.push(("back-office".into(), Fen::new(50)));
    }
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    desk.pass(1_000).await;
    assert_eq!(desk.state_of(&closed).await.unwrap().0, "paid", "what was kept of it is in the books");
    let stored = desk.disk.store.sale(&closed).await.unwrap().unwrap();
    assert_eq!(stored.facts.refunded_fen, Some(Fen::new(50)));
    {
        let mut ledger = desk.gateway.ledger();
        let trade = ledger.orders.get_mut(sold.as_str()).unwrap();
        trade.status = Status::PartlyRefunded;
        trade.refunds.push(("lost".into(), Fen::new(100)));
    }
    desk.pass(3_600_000).await;
    let stored = desk.disk.store.sale(&sold).await.unwrap().unwrap();
    assert_eq!(stored.facts.refunded_fen, Some(Fen::new(100)), "asked about until it arrived");
}
