//! Money given back by the till, in parts and through faults.

use yima_checkout::view::CustomerScreen;
use yima_checkout::{Command, Refusal, Word};
use yima_core::sale::{Call, CallFailure, State, Status};
use yima_core::{Fen, OrderId};

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::Fault;

/// ¥6.80, paid.
async fn paid(desk: &Desk) -> OrderId {
    desk.scan(WATER).await;
    desk.scan(NOODLES).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    order_id
}

fn refund(order_id: &OrderId, fen: i64) -> Command {
    let word = Word { by: "c7".into(), why: "坏了".into() };
    Command::Refund { order_id: order_id.clone(), amount_fen: Fen::new(fen), left_fen: None, word }
}

/// As somebody asks who saw that so much could be given back.
fn seen(order_id: &OrderId, fen: i64, left_fen: i64) -> Command {
    let Command::Refund { order_id, amount_fen, word, .. } = refund(order_id, fen) else { unreachable!() };
    Command::Refund { order_id, amount_fen, left_fen: Some(Fen::new(left_fen)), word }
}

async fn seconds(desk: &Desk, count: u64) {
    for _ in 0..count {
        desk.pass(1_000).await;
    }
}

async fn sale(desk: &Desk, order_id: &OrderId) -> (String, Option<Fen>) {
    let sale = desk.disk.store.sale(order_id).await.unwrap().unwrap();
    (sale.state, sale.facts.refunded_fen)
}

#[tokio::test]
async fn a_part_then_the_rest_is_given_back() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    let receipt = desk.disk.store.sale(&order_id).await.unwrap().unwrap().receipt_number;
    desk.act(refund(&order_id, 200)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("paid".into(), Some(Fen::new(200))));
    assert_eq!((desk.view().today.count, desk.view().today.sum_fen), (1, Fen::new(480)));
    assert_eq!(desk.act(refund(&order_id, 481)).await, Err(Refusal::NotNow), "more than is left");
    assert_eq!(desk.act(refund(&order_id, 0)).await, Err(Refusal::NotNow));
    let desk = desk.restart().await;
    desk.act(refund(&order_id, 480)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("refunded".into(), Some(Fen::new(680))));
    let refunds = desk.disk.store.refunds(&order_id).await.unwrap();
    let told: Vec<_> =
        refunds.iter().map(|refund| (refund.amount_fen.get(), refund.progress.as_str())).collect();
    assert_eq!(told, [(200, "done"), (480, "done")]);
    let stored = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    assert_eq!(stored.receipt_number, receipt, "I7: one receipt");
    assert_eq!((desk.view().today.sum_fen, desk.view().cart.lines.len()), (Fen::ZERO, 0));
    desk.check_books().await;
}

#[tokio::test]
async fn i10_what_the_back_office_gave_back_is_not_given_twice() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    desk.gateway.set_status(Status::Refunded);
    desk.act(refund(&order_id, 680)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("refunded".into(), Some(Fen::new(680))));
    assert_eq!(desk.gateway.count(Call::Refund), 0);
    desk.check_books().await;
}

#[tokio::test]
async fn a_balance_too_short_keeps_the_refund_open_until_it_is_dropped() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    let short = CallFailure::Rejected { code: "2002".into(), message: "余额不足".into() };
    desk.gateway.fail(Call::Refund, [Fault::Before(short)]);
    desk.act(refund(&order_id, 200)).await.unwrap();
    seconds(&desk, 90).await;
    assert_eq!((sale(&desk, &order_id).await.0.as_str(), desk.gateway.count(Call::Refund)), ("refunding", 1));
    let drop_it = Command::DropRefund {
        order_id: order_id.clone(),
        word: Word { by: "c7".into(), why: "改付现金".into() },
    };
    desk.act(drop_it).await.unwrap();
    assert_eq!(sale(&desk, &order_id).await, ("paid".into(), None));
    desk.check_books().await;
}

#[tokio::test]
async fn a_healthy_refund_is_no_unresolved_order_and_a_refused_one_waits_for_somebody() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    desk.act(Command::Dismiss).await.unwrap();
    let short = CallFailure::Rejected { code: "2002".into(), message: "余额不足".into() };
    desk.gateway.fail(Call::Refund, [Fault::After(CallFailure::Unknown), Fault::Before(short.clone())]);
    desk.act(refund(&order_id, 200)).await.unwrap();
    desk.settle().await;
    assert_eq!(sale(&desk, &order_id).await.0, "refunding");
    assert_eq!((desk.view().unresolved_count, desk.view().refunds_due_count), (0, 0));
    seconds(&desk, 10).await;
    desk.gateway.ledger().forget_faults();
    desk.gateway.fail(Call::Refund, [Fault::Before(short)]);
    desk.act(refund(&order_id, 300)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!((desk.view().unresolved_count, desk.view().refunds_due_count), (0, 1));
    assert_eq!(desk.view().refunds_due[0].due_fen, Fen::new(300));
    let listed = desk.disk.store.sales(yima_store::SaleSearch { limit: 1, ..Default::default() }).await;
    assert_eq!(listed.unwrap()[0].order_id, order_id, "it stands first");
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.view().unresolved_count, desk.view().refunds_due_count), (0, 1));
    desk.act(Command::AskNow { order_id: order_id.clone() }).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("paid".into(), Some(Fen::new(500))));
    desk.check_books().await;
}

#[tokio::test]
async fn i10_a_refusal_after_a_lost_answer_lets_nothing_be_given_back_twice() {
    for code in ["2001", "2002", "9999"] {
        let desk = Desk::open().await;
        let order_id = paid(&desk).await;
        // The first request lies somewhere on its way; the gateway refuses what comes after it.
        let refused = CallFailure::Rejected { code: code.into(), message: "no".into() };
        let refusals = vec![Fault::Before(refused); 20];
        desk.gateway.fail(Call::Refund, [Fault::Before(CallFailure::Unknown)]);
        desk.gateway.fail(Call::Refund, refusals);
        desk.act(refund(&order_id, 200)).await.unwrap();
        let desk = desk.restart().await;
        seconds(&desk, 150).await;
        assert_eq!(sale(&desk, &order_id).await.0, "refunding", "{code}: nobody knows");
        assert_eq!(desk.act(refund(&order_id, 200)).await, Err(Refusal::NotNow), "{code}");
        let tried = desk.gateway.count(Call::Refund);
        seconds(&desk, 150).await;
        assert_eq!(desk.gateway.count(Call::Refund), tried, "{code}: not sent for ever");
        let word = Word { by: "王店长".into(), why: "改付现金".into() };
        desk.act(Command::DropRefund { order_id: order_id.clone(), word }).await.unwrap();
        assert_eq!(sale(&desk, &order_id).await, ("paid".into(), None));
        let all = desk.act(refund(&order_id, 680)).await;
        assert_eq!(all, Err(Refusal::NotNow), "{code}: what may have gone back is held back");
        // It arrives now.
        let kept = desk.disk.store.refunds(&order_id).await.unwrap().remove(0);
        assert_eq!(kept.progress, "unconfirmed");
        {
            let mut ledger = desk.gateway.ledger();
            let trade = ledger.orders.get_mut(order_id.as_str()).unwrap();
            trade.refunds.push((kept.refund_id.to_string(), Fen::new(200)));
            trade.status = Status::PartlyRefunded;
        }
        seconds(&desk, 70).await;
        assert_eq!(sale(&desk, &order_id).await, ("paid".into(), Some(Fen::new(200))), "{code}: noticed");
        assert_eq!(desk.act(refund(&order_id, 481)).await, Err(Refusal::NotNow), "{code}");
        desk.check_books().await;
    }
}

#[tokio::test]
async fn a_refund_resumed_after_a_restart_leaves_the_open_sales_when_it_is_done() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    desk.gateway.fail(Call::Refund, [Fault::After(CallFailure::Unknown)]);
    desk.act(refund(&order_id, 200)).await.unwrap();
    desk.settle().await;
    let desk = desk.restart().await;
    seconds(&desk, 10).await;
    assert_eq!(sale(&desk, &order_id).await.0, "paid");
    assert_eq!(desk.view().unresolved_count, 0);
}

#[tokio::test]
async fn a_refund_of_the_sale_on_screen_is_told_as_it_ends_and_troubles_no_customer() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    desk.gateway.fail(Call::Refund, [Fault::After(CallFailure::Unknown)]);
    desk.act(refund(&order_id, 680)).await.unwrap();
    desk.settle().await;
    assert_eq!(desk.payment().unwrap().state, State::Refunding);
    assert_ne!(desk.customer().screen, CustomerScreen::Trouble);
    seconds(&desk, 10).await;
    assert_eq!(sale(&desk, &order_id).await.0, "refunded");
    let shown = desk.payment().unwrap();
    assert_eq!((shown.state, shown.refunded_fen), (State::Refunded, Some(Fen::new(680))));
}

#[tokio::test]
async fn u1_a_refund_asked_for_twice_from_one_page_is_one_refund() {
    let desk = Desk::open().await;
    let order_id = paid(&desk).await;
    desk.act(seen(&order_id, 200, 680)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("paid".into(), Some(Fen::new(200))), "the first is over");
    assert_eq!(desk.act(seen(&order_id, 200, 680)).await, Err(Refusal::NotNow));
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("paid".into(), Some(Fen::new(200))));
    desk.act(seen(&order_id, 480, 480)).await.unwrap();
    seconds(&desk, 3).await;
    assert_eq!(sale(&desk, &order_id).await, ("refunded".into(), Some(Fen::new(680))));
    desk.check_books().await;
}
