//! From the charge key to the confirmed payment.

use super::*;

#[test]
fn a_sale_is_paid_only_when_get_confirms_it() {
    let mut desk = Desk::awaiting();
    assert_eq!(desk.sale.shown_link(desk.now), Some("https://pay.example/1"));
    desk.check(Status::Paying);
    desk.check(Status::Paid);
    desk.is(State::Verifying, None);
    assert_eq!(desk.sale.shown_link(desk.now), None);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    desk.is(State::Paid, None);
    let payment = desk.sale.payment().unwrap();
    assert_eq!((payment.payable_fen, payment.real_fen), (Fen::new(4_343), Fen::new(4_143)));
    assert_eq!(desk.records, ["submitting", "awaiting", "verifying", "paid"]);
    assert_eq!(desk.sale.wake_ms(), None);
}

#[test]
fn paid_then_refunded_elsewhere_is_both() {
    for status in [Status::Refunded, Status::PartlyRefunded, Status::Refunding] {
        let mut desk = Desk::awaiting();
        desk.check(status);
        desk.answer(Answer::Get(Ok(OrderReply { refunded_fen: Fen::new(100), ..order(status) })));
        desk.is(State::Paid, None);
        let payment = desk.sale.payment().unwrap();
        assert!(payment.refunded_elsewhere);
        assert_eq!(payment.refunded_fen, Fen::new(100));
    }
}

#[test]
fn i4_another_amount_is_never_paid() {
    let check = |change: &dyn Fn(&mut OrderReply), reason: Reason| {
        let mut desk = Desk::awaiting();
        desk.check(Status::Paid);
        let mut reply = order(Status::Paid);
        change(&mut reply);
        desk.answer(Answer::Get(Ok(reply)));
        desk.is(State::Unresolved, Some(reason));
    };
    check(&|order| order.total_fen = Fen::new(1), Reason::AmountDiffers);
    check(&|order| order.total_fen = Fen::ZERO, Reason::AmountDiffers);
}

#[test]
fn g5_an_answer_about_another_order_is_no_answer() {
    let mut desk = Desk::awaiting();
    desk.next_call();
    desk.answer(Answer::Check(Ok(CheckReply { order_id: "o2".into(), status: Status::Paid })));
    desk.is(State::Awaiting, None);
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(OrderReply { app_id: "other".into(), ..order(Status::Paid) })));
    desk.is(State::Verifying, None);
}

#[test]
fn a_scan_answer_that_contradicts_shows_no_qr_and_is_closed() {
    let check = |change: &dyn Fn(&mut ScanReply), reason: Reason| {
        let mut desk = Desk::submitted();
        let mut reply = scan_reply();
        change(&mut reply);
        desk.answer(Answer::Scan(Ok(reply)));
        desk.is(State::Closing, Some(reason.clone()));
        assert_eq!(desk.sale.shown_link(desk.now), None);
        desk.answer(Answer::Close(Ok(())));
        desk.answer(checked(Status::Closed));
        desk.is(State::Closed, Some(reason));
    };
    check(&|reply| reply.total_fen = Fen::new(1), Reason::AnswerContradicts);
    check(&|reply| reply.payable_fen = Fen::new(4_644), Reason::AnswerContradicts);
    check(&|reply| reply.payable_fen = Fen::ZERO, Reason::AnswerContradicts);
    check(&|reply| reply.order_id = "o2".into(), Reason::AnswerContradicts);
    check(&|reply| reply.pay_url = None, Reason::LinkRefused);
}

#[test]
fn i3_a_rejection_of_the_only_attempt_is_void() {
    for code in ["2000", "3000", "3001", "3002", "3003", "3004", "5000"] {
        let mut desk = Desk::submitted();
        desk.answer(Answer::Scan(Err(rejected(code))));
        desk.is(State::Void, Some(rejection_reason(code)));
    }
}

#[test]
fn i3_a_rejection_after_a_lost_answer_is_not_void() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::Unknown)));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(Answer::Check(Err(rejected("4001"))));
    assert_eq!(desk.next_call(), Call::Scan);
    desk.answer(Answer::Scan(Err(rejected("2000"))));
    desk.is(State::Submitting, None);
}

#[test]
fn a_lost_answer_is_asked_about_and_sent_again_only_when_it_is_not_known() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::Unknown)));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(Answer::Check(Err(rejected("4001"))));
    assert_eq!((desk.next_call(), desk.sale.attempts()), (Call::Scan, 2));
    desk.answer(accepted());
    desk.is(State::Awaiting, None);
    assert_eq!(desk.records, ["submitting", "sent_again", "awaiting"]);
}

#[test]
fn g1_a_repeated_id_is_asked_about_and_never_replaced() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(rejected("1007"))));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(checked(Status::Paying));
    assert_eq!(desk.next_call(), Call::Scan);
    desk.answer(Answer::Scan(Err(rejected("1007"))));
    desk.check(Status::Paying);
    desk.is(State::Closing, Some(Reason::LinkLost));
}

#[test]
fn a_gateway_that_contradicts_itself_is_not_hammered() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::Unknown)));
    let mut asked = 0;
    while desk.sale.state() == State::Submitting {
        let answer = match desk.next_call() {
            Call::Scan => Answer::Scan(Err(rejected("1007"))),
            call => Answer::failure(call, rejected("4001")),
        };
        desk.answer(answer);
        asked += 1;
    }
    assert!(asked < 200, "{asked} calls in five minutes");
    desk.is(State::Closing, Some(Reason::GatewaySilent));
}

#[test]
fn paid_without_an_amount_is_asked_again() {
    let mut desk = Desk::awaiting();
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(OrderReply { real_fen: Fen::ZERO, ..order(Status::Paid) })));
    assert_eq!((desk.sale.state(), desk.next_call()), (State::Verifying, Call::Get));
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!(desk.sale.state(), State::Paid);
}

#[test]
fn an_order_found_paid_is_adopted() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::Unknown)));
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    desk.is(State::Paid, None);
}

#[test]
fn offline_from_the_start_asks_first_and_ends_void() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::NotSent)));
    assert!(desk.sale.is_offline());
    while desk.sale.state() == State::Submitting {
        if desk.waiting.is_none() {
            let wait_ms = desk.sale.wake_ms().unwrap() - desk.now.mono_ms;
            desk.pass(wait_ms);
        }
        if let Some(sending) = desk.waiting {
            assert_eq!(sending.call, Call::Check);
            desk.answer(Answer::Check(Err(CallFailure::NotSent)));
        }
    }
    desk.is(State::Void, Some(Reason::NeverSent));
    assert!(desk.now.mono_ms >= 301_000, "only at the deadline");
}

#[test]
fn a_line_that_comes_back_sends_the_same_order() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::NotSent)));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(Answer::Check(Err(rejected("4001"))));
    assert_eq!(desk.next_call(), Call::Scan);
    desk.answer(accepted());
    desk.is(State::Awaiting, None);
}

#[test]
fn offline_and_cancelled_by_the_cashier_is_void_at_once() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::NotSent)));
    desk.act(Event::CancelPayment);
    desk.is(State::Void, Some(Reason::NeverSent));
}

#[test]
fn a_decline_keeps_the_qr() {
    let mut desk = Desk::awaiting();
    desk.check(Status::Failed);
    desk.is(State::Awaiting, None);
    assert!(desk.sale.is_declined() && desk.sale.shown_link(desk.now).is_some());
    desk.check(Status::Paying);
    assert!(!desk.sale.is_declined());
}

#[test]
fn charging_twice_is_refused() {
    let mut desk = Desk::submitted();
    assert_eq!(desk.sale.handle(Event::Submit, desk.now), Err(NotNow(State::Submitting)));
}

#[test]
fn g4_more_paid_than_was_asked_for_is_the_cashiers() {
    for (payable, real) in [(4_644, 4_143), (4_343, 4_644), (999_999, 999_999)] {
        let mut desk = Desk::awaiting();
        desk.check(Status::Paid);
        let amounts =
            OrderReply { payable_fen: Fen::new(payable), real_fen: Fen::new(real), ..order(Status::Paid) };
        desk.answer(Answer::Get(Ok(amounts)));
        desk.is(State::Unresolved, Some(Reason::AmountDiffers));
    }
    let mut desk = Desk::awaiting();
    desk.check(Status::Paid);
    let whole = OrderReply { payable_fen: TOTAL, real_fen: TOTAL, ..order(Status::Paid) };
    desk.answer(Answer::Get(Ok(whole)));
    assert_eq!(desk.sale.state(), State::Paid);
}
