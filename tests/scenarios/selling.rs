use yima_checkout::view::CustomerScreen;
use yima_checkout::{Command, Refusal};
use yima_core::Fen;
use yima_core::sale::{Call, CallFailure, Reason, State, Status};

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
    desk.pass(4_900).await;
    assert_eq!(desk.customer().screen, CustomerScreen::Paid, "thanked for five seconds");
    desk.pass(100).await;
    assert_eq!(desk.customer().screen, CustomerScreen::Welcome);
    desk.check_books().await;
}

#[tokio::test]
async fn the_customers_window_is_told_at_each_change_and_once_a_second() {
    let desk = Desk::open().await;
    let told = || desk.shown.customer.lock().unwrap().len();
    let before = told();
    desk.scan(WATER).await;
    assert!(told() > before, "at a change");
    for second in 0..5 {
        let before = told();
        desk.pass_without_settling(1_000);
        let mut patience = 500;
        while told() == before && patience > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            patience -= 1;
        }
        assert_eq!(told(), before + 1, "in second {second}, in which nothing changed");
    }
    desk.act(Command::ShowAgain).await.unwrap();
    assert_eq!(desk.customer().total_fen, Fen::new(200), "all of it, to a page that has just loaded");
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
async fn each_attempt_is_kept_with_its_outcome() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.gateway.fail(Call::Scan, [Fault::Before(CallFailure::NotSent)]);
    desk.act(Command::Charge).await.unwrap();
    let payment = desk.until(State::Awaiting).await;
    let attempts = desk.disk.store.attempts(&payment.order_id).await.unwrap();
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_deref().unwrap()).collect();
    assert_eq!(outcomes, ["not_sent", "accepted"]);
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
    let held = async || Command::Resume { cart: desk.held().await.remove(0).cart.id };
    assert_eq!(desk.act(held().await).await, Err(Refusal::CartLocked));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.act(held().await).await.unwrap();
    let view = desk.view();
    assert_eq!((view.cart.lines[0].barcode.as_str(), view.held_count), (WATER, 1), "they change places");
    desk.act(held().await).await.unwrap();
    assert_eq!(desk.view().cart.unknown_count, 1);
    desk.check_books().await;
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
async fn the_waiters_of_goods_that_were_taken_out_do_not_serve_the_next_customer() {
    let mut terms = crate::desk::terms();
    terms.ids.waiter1_id = Some("usual".into());
    let waiters = |desk: &Desk| desk.view().cart.terms.waiters.first;
    let usual = Some("usual".to_owned());
    for emptied in [Command::Clear, Command::Remove { line: yima_core::LineId(0) }] {
        let mut desk = Desk::open_with(terms.clone()).await;
        desk.scan(WATER).await;
        let chosen = Command::SetWaiters { waiter1_id: Some("w7".into()), waiter2_id: None };
        desk.act(chosen).await.unwrap();
        desk.act(emptied).await.unwrap();
        assert_eq!(waiters(&desk), usual);
        desk.act(Command::Undo).await.unwrap();
        assert_eq!(waiters(&desk).as_deref(), Some("w7"), "they come back with the goods");
        desk = desk.restart().await;
        desk.settle().await;
        assert_eq!(waiters(&desk).as_deref(), Some("w7"));
        desk.act(Command::Clear).await.unwrap();
        desk = desk.restart().await;
        desk.settle().await;
        assert_eq!(waiters(&desk), usual, "over a restart too");
        desk.scan(WATER).await;
        let order_id = desk.charge().await.order_id;
        let sale = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
        assert_eq!(sale.store_info, r#"{"waiter1_id":"usual","terminal_id":"terminal"}"#);
    }
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
