//! D8: what a till that was restored or copied does while it is compared, and what it takes for compared.

use std::sync::atomic::Ordering;

use yima_checkout::view::{Notice, ReconcileProblem};
use yima_checkout::{Command, ListFailure, Refusal, StoreProblem, UnreadableOrder, Word};
use yima_core::Fen;
use yima_core::sale::{Call, CallFailure, State, Status};
use yima_gateway::Account;
use yima_store::verify::verify;

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::Fault;
use crate::reconciling::live;

async fn pass_list(desk: &Desk, why: &str) -> Result<(), Refusal> {
    desk.act(Command::PassList { word: Word { by: "王店长".into(), why: why.into() } }).await
}

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
    assert_eq!(pass_list(&desk, "总部已核对").await, Err(Refusal::NotNow), "nothing of it was read yet");
    desk.gateway.ledger().forget_faults();
    for _ in 0..20 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.problem(), Some(ReconcileProblem::ListIncomplete));
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid", "what can be read is recorded");
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::NotReconciled));
    assert!(desk.view().reconcile.unwrap().can_pass);
    assert_eq!(pass_list(&desk, " ").await, Err(Refusal::WordMissing));
    pass_list(&desk, "总部已核对").await.unwrap();
    assert!(desk.view().reconcile.is_none());
    desk.charge().await;
    let desk = desk.restart().await;
    desk.settle().await;
    assert!(desk.view().reconcile.is_none(), "and the word is kept");
}

#[tokio::test]
async fn d8_a_gateway_that_never_counts_as_it_lists_is_read_and_then_answered_for() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().miscounts = true;
    let desk = desk.restart_from(backup).await;
    for _ in 0..20 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.problem(), Some(ReconcileProblem::ListIncomplete));
    assert_eq!(desk.state_of(&missing).await.expect("what it lists is taken").0, "paid");
    let lists = desk.gateway.ledger().lists.len();
    assert!(lists < 250, "{lists} parts were asked for");
    pass_list(&desk, "总部已核对").await.unwrap();
    desk.settle().await;
    assert!(desk.view().reconcile.is_none());
    assert!(!matches!(desk.view().notice, Some((_, Notice::Reconciled { .. }))), "not all of it was");
    desk.scan(WATER).await;
    desk.charge().await;
}

#[tokio::test]
async fn d8_an_order_that_does_not_say_which_till_it_is_of_is_nobodys_before_somebody_says_so() {
    let desk = Desk::open_with(live()).await;
    let known = desk.sell(NOODLES).await;
    let backup = desk.back_up("kept");
    desk.refund(&known, 50).await.unwrap();
    desk.pass(1_000).await;
    let missing = desk.sell(WATER).await;
    for order_id in [&known, &missing] {
        let mut ledger = desk.gateway.ledger();
        let trade = ledger.orders.get_mut(order_id.as_str()).unwrap();
        trade.body = String::from_utf8(trade.body.clone()).unwrap().replace("terminal_id", "x").into();
    }
    let desk = desk.restart_from(backup).await;
    for _ in 0..20 {
        desk.pass(1_000).await;
    }
    assert_eq!(desk.problem(), Some(ReconcileProblem::ListIncomplete));
    assert_eq!(desk.state_of(&missing).await, None, "it may be another till's");
    let stored = desk.disk.store.sale(&known).await.unwrap().unwrap();
    assert_eq!(stored.facts.refunded_fen, Some(Fen::new(50)), "one that is known needs no terminal");
    pass_list(&desk, "不是本机的单").await.unwrap();
    assert!(desk.view().reconcile.is_none());
}

#[tokio::test]
async fn d8_passing_one_list_reads_the_others_all_the_same() {
    let mut desk = Desk::open_with(live()).await;
    let account = desk.terms.account.clone().unwrap();
    for app_id in ["oldest", "old", "app"] {
        desk.terms.account = Ok(Account { app_id: app_id.into(), ..account.clone() });
        desk.act(Command::SetTerms { terms: Box::new(desk.terms.clone()) }).await.unwrap();
        desk.sell(NOODLES).await;
    }
    let backup = desk.back_up("kept");
    desk.terms.account = Ok(Account { app_id: "oldest".into(), ..account.clone() });
    desk.act(Command::SetTerms { terms: Box::new(desk.terms.clone()) }).await.unwrap();
    let missing = desk.sell(WATER).await;
    desk.terms.account = Ok(account);
    desk.gateway.ledger().no_list_of = Some("old".into());
    let desk = desk.restart_from(backup).await;
    assert_eq!(desk.until_problem().await, ReconcileProblem::SecretUnavailable);
    assert_eq!(desk.state_of(&missing).await, None, "its list comes after the one that cannot be had");
    pass_list(&desk, "旧账户已停用").await.unwrap();
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.expect("in the list that can be read").0, "paid");
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
async fn d8_an_account_that_no_kept_sale_has_is_read_though_settings_change_and_the_program_ends() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let mut desk = desk.restart_from(backup).await;
    let account = desk.terms.account.clone().unwrap();
    desk.terms.account = Ok(Account { app_id: "next".into(), ..account });
    desk.act(Command::SetTerms { terms: Box::new(desk.terms.clone()) }).await.unwrap();
    desk.gateway.ledger().forget_faults();
    let desk = desk.restart().await;
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.expect("in the list of the account before").0, "paid");
}

#[tokio::test]
async fn d8_a_marked_account_that_cannot_be_told_is_answered_for_by_a_supervisor() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_from(backup).await;
    desk.disk.store.note_account("{}".to_owned()).await.unwrap();
    let desk = desk.restart().await;
    assert_eq!(pass_list(&desk, "旧账户").await, Err(Refusal::NotNow), "the one it has was not read");
    desk.gateway.ledger().forget_faults();
    desk.act(Command::CheckAgain).await.unwrap();
    assert_eq!(desk.until_problem().await, ReconcileProblem::ListIncomplete);
    assert_eq!(desk.state_of(&missing).await.expect("its list can be read").0, "paid");
    pass_list(&desk, "旧账户的设置已损坏").await.unwrap();
    desk.until_compared().await;
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
async fn d8_a_refund_that_an_old_backup_has_under_way_is_not_sent_by_itself() {
    let desk = Desk::open_with(live()).await;
    let sold = desk.sell(NOODLES).await;
    let silent = || Fault::Before(CallFailure::Unknown);
    desk.gateway.fail(Call::Refund, [silent()]);
    desk.refund(&sold, 200).await.unwrap();
    desk.settle().await;
    let backup = desk.back_up("kept");
    let refused = CallFailure::Rejected { code: "5001".into(), message: "no".into() };
    desk.gateway.fail(Call::Refund, vec![Fault::Before(refused); 5]);
    for _ in 0..200 {
        desk.pass(1_000).await;
    }
    let word = Word { by: "李敏".into(), why: "换一笔退".into() };
    desk.act(Command::DropRefund { order_id: sold.clone(), word: word.clone() }).await.unwrap();
    desk.refund(&sold, 200).await.unwrap();
    desk.pass(1_000).await;
    let went_back = |desk: &Desk| desk.gateway.ledger().orders[sold.as_str()].refunded_fen();
    assert_eq!(went_back(&desk), Fen::new(200));

    let desk = desk.restart_from(backup).await;
    let again = desk.act(Command::AskNow { order_id: sold.clone() }).await;
    assert_eq!(again, Err(Refusal::NotReconciled));
    desk.until_compared().await;
    let desk = desk.restart().await;
    {
        for _ in 0..100 {
            desk.pass(1_000).await;
        }
        assert_eq!(went_back(&desk), Fen::new(200), "another one took its place after the backup");
        assert_eq!(desk.view().refunds_due_count, 1, "somebody decides");
        desk.act(Command::DropRefund { order_id: sold.clone(), word: word.clone() }).await.unwrap();
        assert_eq!(verify(&desk.folder.path().join("live.db")).unwrap().findings, []);
    }
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
