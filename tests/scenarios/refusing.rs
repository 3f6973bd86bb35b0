use yima_checkout::{Command, Refusal};
use yima_core::cart::CartError;
use yima_core::sale::{Answer, Call, CallFailure, Reason, ScanReply, State, Status};
use yima_core::{Fen, LineId, Quantity};

use crate::desk::{Desk, WATER, terms};
use crate::gateway::Fault;

#[tokio::test]
async fn nothing_is_sent_for_a_cart_that_cannot_be_sold() {
    let desk = Desk::open().await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Cart(CartError::Empty)));
    desk.scan("99990000").await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Cart(CartError::GoodsUnpriced { count: 1 })));
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.lines.len(), 2, "an unknown code swallows no scan");
    let zero = Command::SetPrice { line: LineId(0), price: Fen::ZERO, title: None };
    assert_eq!(desk.act(zero).await, Err(Refusal::Cart(CartError::PriceNotPositive)));
    let priced = Command::SetPrice { line: LineId(0), price: Fen::new(150), title: Some("散装糖".into()) };
    desk.act(priced).await.unwrap();
    assert!(desk.view().cart.can_charge);
    assert!(desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn s2_bad_codes_and_quantities_change_nothing() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let scan = |code: &str| Command::Scan { code: code.into(), quantity: Quantity::ONE };
    let check = async |command: Command, refusal: Refusal| {
        assert_eq!(desk.act(command).await, Err(refusal));
        assert_eq!(desk.view().cart.lines.len(), 1);
    };
    check(scan(""), Refusal::CodeUnreadable).await;
    check(scan(&"1".repeat(33)), Refusal::CodeUnreadable).await;
    check(scan("12\u{7}"), Refusal::CodeUnreadable).await;
    check(Command::Enter { text: "0*690".into() }, Refusal::Cart(CartError::QuantityOutOfRange)).await;
    check(Command::Enter { text: "*10000".into() }, Refusal::Cart(CartError::QuantityOutOfRange)).await;
    check(Command::Remove { line: LineId(9) }, Refusal::Cart(CartError::LineGone)).await;
    check(Command::Redo, Refusal::Cart(CartError::NothingToRedo)).await;
    desk.act(Command::Enter { text: "*3".into() }).await.unwrap();
    desk.act(Command::Enter { text: format!("2*{WATER}") }).await.unwrap();
    assert_eq!(desk.view().cart.lines[0].quantity.get(), 5);
    desk.act(Command::Undo).await.unwrap();
    assert_eq!(desk.view().cart.lines[0].quantity.get(), 3);
}

#[tokio::test]
async fn s1_a_payment_code_is_no_goods_and_kept_nowhere() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    for code in ["134512345678901234", "2812345678901234", "285012345678901234567890"] {
        let scan = Command::Scan { code: code.into(), quantity: Quantity::ONE };
        assert_eq!(desk.act(scan).await, Err(Refusal::PaymentCode));
        assert_eq!(desk.act(Command::Enter { text: code.into() }).await, Err(Refusal::PaymentCode));
        assert_eq!(desk.view().cart.lines.len(), 1);
    }
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.view().cart.lines.len(), 1);
    assert!(desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn a_till_that_is_not_set_up_says_what_is_missing() {
    let missing = yima_checkout::Terms { account: Err("gateway.app_id".into()), ..terms() };
    let desk = Desk::open_with(missing).await;
    desk.scan(WATER).await;
    let refusal = Refusal::SetupIncomplete { key: "gateway.app_id".into() };
    assert_eq!(desk.act(Command::Charge).await, Err(refusal));

    let desk = Desk::open().await;
    desk.gateway.ledger().can_sign = false;
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::SecretUnavailable));
    assert!(!desk.view().cart.locked && desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn a_refused_order_is_void_and_the_goods_stay() {
    for code in ["2000", "3000", "3004", "5000"] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        let refused = CallFailure::Rejected { code: code.into(), message: "bad".into() };
        desk.gateway.fail(Call::Scan, [Fault::Before(refused)]);
        desk.act(Command::Charge).await.unwrap();
        let payment = desk.until(State::Void).await;
        let reason = Reason::Rejected { gateway_code: code.into(), message: "bad".into() };
        assert_eq!(payment.reason, Some(reason));
        assert!(desk.view().cart.can_charge);
        desk.charge().await;
        desk.check_books().await;
    }
}

#[tokio::test]
async fn g16_h4_an_answer_that_contradicts_shows_no_qr() {
    let reply = |order_id: String| ScanReply {
        order_id,
        trade_no: "t".into(),
        total_fen: Fen::new(200),
        payable_fen: Fen::new(200),
        pay_url: Some("https://pay.example/1".into()),
    };
    let check = async |change: &dyn Fn(&mut ScanReply), reason: Reason| {
        // The same clock and the same chance give the next desk the same order id.
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        let order_id = desk.charge().await.order_id;
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        let mut answer = reply(order_id.to_string());
        change(&mut answer);
        desk.gateway.fail(Call::Scan, [Fault::Instead(Answer::Scan(Ok(answer)))]);
        desk.act(Command::Charge).await.unwrap();
        desk.settle().await;
        let payment = desk.payment().unwrap();
        assert_eq!((payment.state, payment.reason), (State::Closing, Some(reason)));
        let ever_shown = desk.shown.customer.lock().unwrap().iter().any(|view| view.qr.is_some());
        assert!(!ever_shown);
    };
    check(&|reply| reply.total_fen = Fen::new(1), Reason::AnswerContradicts).await;
    check(&|reply| reply.payable_fen = Fen::new(201), Reason::AnswerContradicts).await;
    check(&|reply| reply.payable_fen = Fen::ZERO, Reason::AnswerContradicts).await;
    check(&|reply| reply.order_id = "other".into(), Reason::AnswerContradicts).await;
    check(&|reply| reply.pay_url = None, Reason::LinkRefused).await;
    check(&|reply| reply.pay_url = Some("x".repeat(5_000)), Reason::LinkRefused).await;
}

#[tokio::test]
async fn g4_another_amount_is_loud_and_never_paid() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    desk.gateway.set_status(Status::Paid);
    for trade in desk.gateway.ledger().orders.values_mut() {
        trade.total_fen = Fen::new(1);
    }
    let payment = desk.until(State::Unresolved).await;
    assert_eq!(payment.reason, Some(Reason::AmountDiffers));
    assert_eq!(desk.view().today.count, 0);
}

#[tokio::test]
async fn a_cashier_cannot_end_what_is_not_open() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::CancelPayment).await, Err(Refusal::NotNow));
    let order_id = desk.charge().await.order_id;
    assert_eq!(desk.act(Command::Reverse { order_id: order_id.clone() }).await, Err(Refusal::NotNow));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.act(Command::AskNow { order_id }).await, Err(Refusal::NotFound));
}

#[tokio::test]
async fn n10_a_gateway_that_wants_to_be_asked_less_is_asked_ever_less() {
    let too_many = CallFailure::Rejected { code: "5002".into(), message: "请求过于频繁".into() };
    for busy in [CallFailure::Busy, too_many] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        desk.charge().await;
        desk.gateway.fail(Call::Check, vec![Fault::Before(busy); 4]);
        let mut asked_at_s = vec![0];
        for second in 1..=60 {
            desk.pass(1_000).await;
            if desk.gateway.count(Call::Check) >= asked_at_s.len() {
                asked_at_s.push(second);
            }
        }
        let pauses_s: Vec<i32> = asked_at_s.windows(2).take(5).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(pauses_s, [2, 4, 8, 16, 30]);
        desk.gateway.set_status(Status::Paid);
        desk.until(State::Paid).await;
        desk.check_books().await;
    }
}

#[tokio::test]
async fn n10_an_order_that_may_have_passed_a_busy_front_is_neither_void_nor_doubled() {
    for fault in [Fault::After(CallFailure::Busy), Fault::Before(CallFailure::Busy)] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        desk.gateway.fail(Call::Scan, [fault]);
        desk.act(Command::Charge).await.unwrap();
        desk.settle().await;
        let payment = desk.payment().unwrap();
        assert_eq!((payment.state, payment.offline), (State::Submitting, true));
        assert_eq!(desk.gateway.count(Call::Check), 0, "it is not asked at once");
        desk.act(Command::CancelPayment).await.unwrap();
        desk.settle().await;
        assert!(desk.gateway.count(Call::Close) > 0, "nobody knows that nothing arrived");
        assert_ne!(desk.payment().map(|payment| payment.state), Some(State::Void));
        assert!(desk.gateway.ledger().orders.len() <= 1);
        desk.check_books().await;
    }
}
