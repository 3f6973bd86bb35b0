use yima_checkout::view::{CustomerScreen, Notice};
use yima_checkout::{Command, Refusal};
use yima_core::sale::{Call, CallFailure, Reason, State, Status};
use yima_core::{Fen, LineId, Quantity};

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::Fault;

#[tokio::test]
async fn three_goods_are_sold_and_paid() {
    let desk = Desk::open().await;
    desk.gateway.ledger().discount_fen = 100;
    for code in [WATER, NOODLES, WATER] {
        desk.scan(code).await;
    }
    assert_eq!(desk.customer().screen, CustomerScreen::Shopping);
    let payment = desk.charge().await;
    assert_eq!((payment.total_fen, payment.payable_fen), (Fen::new(880), Some(Fen::new(780))));
    assert_eq!(desk.customer().screen, CustomerScreen::Pay);
    assert!(desk.customer().qr.is_some() && payment.qr.is_some());
    desk.gateway.set_status(Status::Paid);
    let payment = desk.until(State::Paid).await;
    assert_eq!(payment.real_fen, Some(Fen::new(780)));
    assert_eq!(payment.receipt_number.as_deref(), Some("01-20261122-0001"));
    let view = desk.view();
    assert!(view.cart.lines.is_empty(), "the cart is cleared with the receipt");
    assert_eq!((view.today.count, view.today.sum_fen), (1, Fen::new(780)));
    let customer = desk.customer();
    assert_eq!((customer.screen, customer.paid_fen), (CustomerScreen::Paid, Some(Fen::new(780))));
    assert_eq!(customer.lines.len(), 2, "what was paid for is still to be seen");
    desk.pass(5_000).await;
    assert_eq!(desk.customer().screen, CustomerScreen::Welcome);
    desk.check_books().await;
}

#[tokio::test]
async fn a_declined_customer_may_try_again() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Failed);
    desk.pass(2_500).await;
    assert!(desk.payment().unwrap().declined && desk.customer().declined);
    assert!(desk.customer().qr.is_some(), "the QR is still good");
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.check_books().await;
}

#[tokio::test]
async fn an_expired_qr_is_closed_and_the_goods_can_be_charged_again() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let first = desk.charge().await.order_id;
    desk.pass(300_000).await;
    assert!(desk.customer().qr.is_none());
    let payment = desk.until(State::Closed).await;
    assert_eq!(payment.reason, Some(Reason::Expired));
    assert_eq!(desk.view().cart.lines.len(), 1);
    let second = desk.charge().await.order_id;
    assert_ne!(first, second);
    desk.check_books().await;
}

#[tokio::test]
async fn g10_the_cashier_cancels_and_whoever_paid_in_that_moment_wins() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Paid).await;
    desk.check_books().await;
}

#[tokio::test]
async fn the_cashier_cancels_an_unpaid_order() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.act(Command::CancelPayment).await.unwrap();
    let payment = desk.until(State::Closed).await;
    assert_eq!(payment.reason, Some(Reason::ByCashier));
    assert!(!desk.view().cart.locked && desk.view().cart.can_charge);
    desk.check_books().await;
}

#[tokio::test]
async fn u1_charge_pressed_twenty_times_is_one_order() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let presses: Vec<_> = (0..20)
        .map(|_| {
            let checkout = desk.checkout.clone();
            tokio::spawn(async move { checkout.act(Command::Charge).await })
        })
        .collect();
    let mut done = 0;
    for press in presses {
        match press.await.unwrap() {
            Ok(()) => done += 1,
            Err(refusal) => assert_eq!(refusal, Refusal::CartLocked),
        }
    }
    desk.until(State::Awaiting).await;
    assert_eq!((done, desk.gateway.ledger().orders.len()), (1, 1));
}

#[tokio::test]
async fn u3_scans_while_waiting_go_to_the_next_sale() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.scan(NOODLES).await;
    let view = desk.view();
    assert_eq!(view.cart.lines.len(), 1, "the locked cart is as it was");
    let next = view.next_cart.unwrap();
    assert_eq!((next.pieces, next.total_fen), (1, Fen::new(480)));
    assert_eq!(view.notice.unwrap().1, Notice::WentToNextCart { title: "康师傅红烧牛肉面 桶装".into() });
    let edited = Command::SetQuantity { line: LineId(0), quantity: Quantity::new(5).unwrap() };
    assert_eq!(desk.act(edited).await, Err(Refusal::CartLocked));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.view().cart.lines[0].barcode.as_str(), NOODLES);
    desk.check_books().await;
}

#[tokio::test]
async fn u6_the_old_qr_is_gone_before_the_next_sale_shows() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.scan(NOODLES).await;
    let views = desk.shown.customer.lock().unwrap().clone();
    let last_qr = views.iter().rposition(|view| view.qr.is_some()).unwrap();
    let first_next =
        views.iter().position(|view| view.lines.iter().any(|line| line.barcode.as_str() == NOODLES)).unwrap();
    assert!(last_qr < first_next);
    assert_eq!(desk.customer().screen, CustomerScreen::Shopping, "the next scan ends the thanks");
}

#[tokio::test]
async fn n2_a_lost_answer_is_adopted_when_the_customer_has_paid() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, [Fault::After(CallFailure::Unknown)]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.gateway.count(Call::Scan), 1);
    desk.check_books().await;
}

#[tokio::test]
async fn n2_a_lost_link_closes_the_order_and_keeps_the_goods() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, [Fault::After(CallFailure::Unknown)]);
    desk.act(Command::Charge).await.unwrap();
    let payment = desk.until(State::Closed).await;
    assert_eq!(payment.reason, Some(Reason::LinkLost));
    assert_eq!(desk.gateway.ledger().orders.len(), 1, "N5: asked twice, one order");
    assert_eq!(desk.view().cart.lines.len(), 1);
    desk.check_books().await;
}

#[tokio::test]
async fn n1_a_line_that_comes_back_sends_the_same_order() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let down = || Fault::Before(CallFailure::NotSent);
    desk.gateway.fail(Call::Scan, [down()]);
    desk.gateway.fail(Call::Check, [down(), down()]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    let offline = desk.payment().unwrap();
    assert!(offline.offline && offline.state == State::Submitting);
    assert_eq!(desk.customer().screen, CustomerScreen::Trouble);
    let payment = desk.until(State::Awaiting).await;
    assert_eq!(payment.order_id, offline.order_id);
    let attempts = desk.disk.store.attempts(&payment.order_id).await.unwrap();
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_deref().unwrap()).collect();
    assert_eq!(outcomes, ["not_sent", "accepted"]);
    desk.check_books().await;
}

#[tokio::test]
async fn n1_offline_and_given_up_is_void_and_nothing_was_sent() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, [Fault::Before(CallFailure::NotSent)]);
    desk.act(Command::Charge).await.unwrap();
    desk.settle().await;
    desk.act(Command::CancelPayment).await.unwrap();
    let payment = desk.until(State::Void).await;
    assert_eq!(payment.reason, Some(Reason::NeverSent));
    assert!(desk.gateway.ledger().orders.is_empty() && desk.view().cart.can_charge);
}

#[tokio::test]
async fn g7_unknown_for_ever_is_unresolved_and_the_till_sells_on() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Unknown);
    let refused = CallFailure::Rejected { code: "5001".into(), message: "busy".into() };
    desk.gateway.fail(Call::Close, vec![Fault::Before(refused); 100]);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Unresolved).await;
    assert_eq!((desk.customer().screen, desk.view().unresolved_count), (CustomerScreen::Trouble, 1));
    assert!(desk.view().cart.lines.is_empty(), "its goods are parked with it");
    desk.scan(NOODLES).await;
    assert_eq!(desk.customer().screen, CustomerScreen::Shopping);
    assert_eq!(desk.view().unresolved_count, 1, "it stays on the list");
    desk.act(Command::Reverse { order_id: order_id.clone() }).await.unwrap();
    for _ in 0..20 {
        desk.pass(1_000).await;
    }
    let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    assert_eq!((sale.state.as_str(), desk.view().unresolved_count), ("cancelled", 0));
    assert!(
        matches!(desk.view().notice.unwrap().1, Notice::EndedUnpaid { total_fen } if total_fen == Fen::new(200))
    );
    assert_eq!(desk.view().cart.lines[0].barcode.as_str(), NOODLES, "the sale at hand stays in front");
    assert_eq!(desk.view().held.unwrap().total_fen, Fen::new(200), "the other goods wait to be brought up");
    desk.check_books().await;
}

#[tokio::test]
async fn goods_given_back_are_never_mixed_with_the_next_customers() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.scan(NOODLES).await;
    desk.pass(300_000).await;
    desk.until(State::Closed).await;
    desk.scan(NOODLES).await;
    let view = desk.view();
    assert_eq!(
        (view.cart.lines.len(), view.cart.pieces),
        (1, 2),
        "the next customer's goods, and only those"
    );
    assert_eq!((view.held_count, view.held.unwrap().total_fen), (1, Fen::new(200)));
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.view().cart.pieces, desk.view().held_count), (2, 1), "over a restart too");
    desk.charge().await;
    desk.scan("4711").await;
    assert_eq!(desk.view().held.unwrap().pieces, 1, "no scan goes into held goods");
    assert_eq!(desk.act(Command::Resume).await, Err(Refusal::CartLocked));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.act(Command::Resume).await.unwrap();
    let view = desk.view();
    assert_eq!((view.cart.lines[0].barcode.as_str(), view.held_count), (WATER, 1), "they change places");
    desk.act(Command::Resume).await.unwrap();
    assert_eq!(desk.view().cart.unknown_count, 1);
    desk.check_books().await;
}

#[tokio::test]
async fn g17_refunded_before_it_was_seen_paid_is_no_success() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Refunded);
    let payment = desk.until(State::Paid).await;
    assert_eq!((payment.real_fen, payment.refunded_fen), (Some(Fen::new(200)), Some(Fen::new(200))));
    assert_eq!((desk.view().today.sum_fen, desk.view().last_sale.unwrap().refunded), (Fen::ZERO, true));
    assert_eq!(desk.customer().screen, CustomerScreen::Welcome, "nobody is thanked");
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.view().today.count, desk.view().today.sum_fen), (1, Fen::ZERO));
}

#[tokio::test]
async fn an_unresolved_sale_is_shown_as_it_stands_now() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Unknown);
    let refused = CallFailure::Rejected { code: "5001".into(), message: "busy".into() };
    desk.gateway.fail(Call::Close, vec![Fault::Before(refused); 100]);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Unresolved).await;
    desk.gateway.fail(Call::Check, [Fault::Silence]);
    desk.act(Command::Reverse { order_id }).await.unwrap();
    desk.settle().await;
    let payment = desk.payment().unwrap();
    assert_eq!((payment.state, payment.can_reverse), (State::Cancelling, false));
}

#[tokio::test]
async fn p2_a_call_that_dies_is_a_call_without_an_answer() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.fail(Call::Check, [Fault::Panic, Fault::Panic]);
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.check_books().await;
}

#[tokio::test]
async fn the_usual_waiters_outlast_a_restart() {
    let mut terms = crate::desk::terms();
    terms.ids.waiter1_id = Some("w1".into());
    let desk = Desk::open_with(terms).await.restart().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    assert_eq!(sale.store_info, r#"{"waiter1_id":"w1","terminal_id":"terminal"}"#);
}

#[tokio::test]
async fn the_waiters_of_a_sale_go_out_with_it() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let waiters = Command::SetWaiters { waiter1_id: Some(" w1 ".into()), waiter2_id: Some(String::new()) };
    desk.act(waiters).await.unwrap();
    let order_id = desk.charge().await.order_id;
    let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    assert_eq!(sale.store_info, r#"{"waiter1_id":"w1","terminal_id":"terminal"}"#);
    let body = String::from_utf8(sale.body).unwrap();
    assert!(body.contains(r#""store_info":{"waiter1_id":"w1","terminal_id":"terminal"}"#), "{body}");
}

#[tokio::test]
async fn a_waiter_is_whoever_the_settings_would_take() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let set = async |id: &str| {
        desk.act(Command::SetWaiters { waiter1_id: Some(id.to_owned()), waiter2_id: None }).await
    };
    let refused = Err(Refusal::OrderUnsendable { field: "store_info".into() });
    assert_eq!(set(&"李".repeat(33)).await, refused);
    assert_eq!(set("李\u{200b}敏").await, refused);
    assert_eq!(set(&"李".repeat(32)).await, Ok(()));
    assert_eq!(set("李敏").await, Ok(()));
    let order_id = desk.charge().await.order_id;
    let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    assert_eq!(sale.store_info, r#"{"waiter1_id":"李敏","terminal_id":"terminal"}"#);
    let body = String::from_utf8(sale.body).unwrap();
    assert!(body.contains(r#""waiter1_id":"李敏""#), "{body}");
}
