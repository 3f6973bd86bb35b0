//! What comes after the end: late payments, refunds that are due, and orders that never arrived.

use std::path::Path;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use yima_checkout::view::UnreadableView;
use yima_checkout::{Command, Refusal, Word};
use yima_core::sale::{Call, CallFailure, Reason, State, Status};
use yima_core::{Fen, OrderId};
use yima_store::Mode;

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::{Fault, Trade};

const MINUTE_MS: u64 = 60_000;

fn word() -> Word {
    Word { by: "王店长".into(), why: "已在商户平台退款".into() }
}

/// One order that the cashier ended and the gateway closed; its goods are in front again.
async fn closed(desk: &Desk) -> OrderId {
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    order_id
}

/// What is closed at the gateway is paid there all the same.
pub fn pay_late(desk: &Desk, order_id: &OrderId) {
    desk.gateway.ledger().orders.get_mut(order_id.as_str()).unwrap().status = Status::Paid;
}

async fn minutes(desk: &Desk, count: u64) {
    for _ in 0..count {
        desk.pass(MINUTE_MS + 250).await;
    }
}

async fn state(desk: &Desk, order_id: &OrderId) -> String {
    desk.disk.store.sale(order_id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn a_refund_that_is_due_is_settled_by_a_word_that_is_kept() {
    let desk = Desk::open().await;
    let first = closed(&desk).await;
    bought_again_by_another(&desk).await;
    pay_late(&desk, &first);
    minutes(&desk, 2).await;
    let due = desk.view().refunds_due;
    assert_eq!((due.len(), &due[0].order_id, due[0].due_fen), (1, &first, Fen::new(200)));
    let settle = |word| Command::SettleRefund { order_id: first.clone(), word };
    for said in ["", "  ", "line\nbreak"] {
        let missing = Word { by: said.into(), ..word() };
        assert_eq!(desk.act(settle(missing)).await, Err(Refusal::WordMissing));
    }
    desk.act(settle(word())).await.unwrap();
    assert_eq!((desk.view().refunds_due_count, desk.act(settle(word())).await), (0, Err(Refusal::NotFound)));
    let events = desk.disk.store.events(&first).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!(last.event, "refund_settled");
    assert_eq!(last.note.as_deref(), Some(r#"{"by":"王店长","why":"已在商户平台退款"}"#));
}

#[tokio::test]
async fn a_refund_due_that_cannot_be_read_is_told_and_holds_nothing_up() {
    let desk = Desk::open().await;
    let first = closed(&desk).await;
    bought_again_by_another(&desk).await;
    pay_late(&desk, &first);
    minutes(&desk, 2).await;
    assert_eq!((desk.view().refunds_due_count, desk.view().unreadable), (1, Vec::new()));
    let desk = desk.restart_after(|folder| spoil(&folder.database(Mode::Live), &first)).await;
    desk.settle().await;
    let told = desk.view().unreadable;
    let due_fen = Some(Fen::new(200));
    assert_eq!(told, [UnreadableView { order_id: first.clone(), total_fen: Fen::new(200), due_fen }]);
    assert_eq!(desk.view().refunds_due_count, 0);
    desk.scan(NOODLES).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
}

/// As a program that writes what this one does not know would leave it.
fn spoil(database: &Path, order_id: &OrderId) {
    let raw = Connection::open(database).unwrap();
    let spoiled =
        "UPDATE sales SET snapshot = json_set(snapshot, '$.state', 'Elsewhere') WHERE order_id = ?1";
    assert_eq!(raw.execute(spoiled, [order_id.as_str()]).unwrap(), 1);
}

#[tokio::test]
async fn the_watch_lasts_a_day_and_survives_restarts() {
    let desk = Desk::open().await;
    let first = closed(&desk).await;
    let desk = desk.restart().await;
    desk.settle().await;
    for _ in 0..23 {
        desk.pass(60 * MINUTE_MS).await;
    }
    assert_eq!(desk.disk.store.watched_sales().await.unwrap().len(), 1);
    pay_late(&desk, &first);
    desk.pass(31 * MINUTE_MS).await;
    assert_eq!(state(&desk, &first).await, "paid", "seen within half an hour even then");

    let desk = Desk::open().await;
    closed(&desk).await;
    desk.clock.wall_forward(25 * 3_600_000);
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.disk.store.watched_sales().await, Ok(Vec::new()), "asked once more, then let go");
    desk.check_books().await;
}

#[tokio::test]
async fn a_hundred_closed_sales_are_no_storm() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for _ in 0..100 {
        desk.scan(WATER).await;
        desk.act(Command::Charge).await.unwrap();
        desk.settle().await;
        ids.push(desk.payment().unwrap().order_id);
        desk.act(Command::CancelPayment).await.unwrap();
        desk.until(State::Closed).await;
    }
    let desk = desk.restart().await;
    let before = desk.gateway.count(Call::Check);
    desk.settle().await;
    assert!(desk.gateway.count(Call::Check) - before <= 2, "not all at once");
    for second in 1..=60 {
        desk.pass(1_000).await;
        let asked = desk.gateway.count(Call::Check) - before;
        assert!(asked <= 2 + 2 * second, "{asked} within {second} s");
    }
    let asked = desk.gateway.count(Call::Check) - before;
    assert!(asked >= 50, "but all in turn: {asked}");
}

#[tokio::test]
async fn an_order_that_never_arrived_is_written_off_with_a_word_and_watched_on() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, vec![Fault::Before(CallFailure::Unknown); 1_000]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    desk.act(Command::CancelPayment).await.unwrap();
    let payment = desk.until(State::Unresolved).await;
    let order_id = payment.order_id;
    desk.pass(31_000).await;
    let payment = desk.payment().unwrap();
    assert_eq!((payment.reason, payment.can_write_off), (Some(Reason::NotKnown), true));
    let write_off = Command::WriteOff { order_id: order_id.clone(), word: word() };
    desk.act(write_off.clone()).await.unwrap();
    assert_eq!((desk.view().unresolved_count, desk.act(write_off).await), (0, Err(Refusal::NotNow)));
    let events = desk.disk.store.events(&order_id).await.unwrap();
    assert_eq!(events.last().unwrap().event, "written_off");
    assert!(events.last().unwrap().note.is_some());

    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.view().unresolved_count, 0);
    // The request had been lying somewhere on the way for an hour: the customer pays what nobody hears of any more.
    let body = desk.disk.store.sale(&order_id).await.unwrap().unwrap().body;
    let trade = Trade { status: Status::Paid, ..Trade::new(body, 0) };
    desk.gateway.ledger().orders.insert(order_id.to_string(), trade);
    minutes(&desk, 61).await;
    assert_eq!(state(&desk, &order_id).await, "paid");
    let view = desk.view();
    assert_eq!((view.refunds_due_count, view.held_count, view.cart.lines.len()), (1, 0, 0));
    assert_eq!(desk.disk.store.open_carts().await.unwrap().len(), 1, "its goods are gone with it");
    desk.check_books().await;
}

#[tokio::test]
async fn a_written_off_order_that_is_found_closed_brings_no_goods_back() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    let unknown = CallFailure::Rejected { code: "4001".into(), message: "no".into() };
    for call in [Call::Close, Call::Check] {
        desk.gateway.fail(call, vec![Fault::Before(unknown.clone()); 40]);
    }
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Unresolved).await;
    desk.pass(31_000).await;
    desk.act(Command::WriteOff { order_id: order_id.clone(), word: word() }).await.unwrap();
    desk.gateway.ledger().orders.get_mut(order_id.as_str()).unwrap().status = Status::Closed;
    for _ in 0..45 {
        desk.pass(31 * MINUTE_MS).await;
    }
    assert_eq!((state(&desk, &order_id).await.as_str(), desk.view().held_count), ("closed", 0));
    desk.check_books().await;
}

#[tokio::test]
async fn the_same_goods_rung_up_again_are_told_while_their_order_is_unresolved() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Unknown);
    let refused = CallFailure::Rejected { code: "5001".into(), message: "busy".into() };
    desk.gateway.fail(Call::Close, vec![Fault::Before(refused); 100]);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Unresolved).await;
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.rung_up_before, Some(order_id));
    desk.scan(NOODLES).await;
    assert_eq!(desk.view().cart.rung_up_before, None);
}

#[tokio::test]
async fn k1_a_clock_set_over_midnight_and_back_leaves_the_days_sum_as_it_was() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    for (ms, sum_fen) in [(24 * 3_600_000, 0), (-24 * 3_600_000, 200)] {
        desk.clock.wall_forward(ms);
        minutes(&desk, 1).await;
        assert_eq!(desk.view().today.sum_fen, Fen::new(sum_fen));
        desk.scan(WATER).await;
        let order_id = desk.charge().await.order_id;
        desk.gateway.ledger().orders.get_mut(order_id.as_str()).unwrap().status = Status::Paid;
        desk.until(State::Paid).await;
        assert_eq!(desk.view().today.sum_fen, Fen::new(sum_fen + 200));
    }
}

/// The first customer leaves the goods behind; the next one buys the same.
async fn bought_again_by_another(desk: &Desk) {
    let line = desk.view().cart.lines[0].id;
    desk.act(Command::Remove { line }).await.unwrap();
    desk.scan(WATER).await;
}

#[tokio::test]
async fn g4_a_late_payment_of_another_amount_does_not_keep_its_old_cart_from_being_sold() {
    let desk = Desk::open().await;
    let first = closed(&desk).await;
    bought_again_by_another(&desk).await;
    pay_late(&desk, &first);
    desk.gateway.ledger().orders.get_mut(first.as_str()).unwrap().total_fen = Fen::new(1);
    minutes(&desk, 2).await;
    assert_eq!(state(&desk, &first).await, "unresolved");
    let second = desk.charge().await.order_id;
    desk.gateway.ledger().orders.get_mut(second.as_str()).unwrap().status = Status::Paid;
    desk.until(State::Paid).await;
    assert_eq!(state(&desk, &first).await, "unresolved");
}

#[tokio::test]
async fn g9_a_reversal_that_came_to_nothing_is_settled_although_a_part_was_given_back_elsewhere() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.fail(Call::Close, vec![Fault::Before(CallFailure::Unknown); 3]);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.settle().await;
    desk.gateway.fail(Call::Cancel, vec![Fault::Before(CallFailure::Unknown); 100]);
    desk.act(Command::Reverse { order_id: order_id.clone() }).await.unwrap();
    desk.settle().await;
    if let Some(trade) = desk.gateway.ledger().orders.get_mut(order_id.as_str()) {
        trade.status = Status::PartlyRefunded;
        trade.refunds.push(("office".into(), Fen::new(50)));
    }
    desk.until(State::Unresolved).await;
    desk.pass(31_000).await;
    desk.act(Command::AskNow { order_id: order_id.clone() }).await.unwrap();
    let paid = desk.until(State::Paid).await;
    assert_eq!(paid.refunded_fen, Some(Fen::new(50)));
    assert_eq!(desk.view().today.sum_fen, Fen::new(150));
    desk.check_books().await;
}

#[tokio::test]
async fn d2_what_came_in_late_and_was_not_kept_is_asked_about_soon_although_the_gateway_was_away_then() {
    let desk = Desk::open().await;
    let first = closed(&desk).await;
    minutes(&desk, 15).await;
    desk.scan(NOODLES).await;
    pay_late(&desk, &first);
    desk.disk.full.store(true, Ordering::SeqCst);
    minutes(&desk, 6).await;
    assert!(desk.view().stuck.is_some());
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::NotSent)]);
    desk.disk.full.store(false, Ordering::SeqCst);
    for _ in 0..4 {
        desk.pass(20_000).await;
    }
    assert_eq!((desk.view().stuck, state(&desk, &first).await), (None, "paid".to_owned()));
    assert_eq!(desk.act(Command::Charge).await, Ok(()));
}

#[tokio::test]
async fn d2_a_note_about_an_ended_sale_that_could_not_be_written_does_not_hold_up_charging_for_long() {
    let desk = Desk::open().await;
    closed(&desk).await;
    desk.clock.wall_forward(25 * 3_600_000);
    let desk = desk.restart().await;
    desk.disk.full.store(true, Ordering::SeqCst);
    desk.pass(1_000).await;
    desk.settle().await;
    desk.disk.full.store(false, Ordering::SeqCst);
    minutes(&desk, 1).await;
    assert_eq!(desk.act(Command::Charge).await, Ok(()));
}
