//! Payments that are ended, and orders of which nobody knows.

use super::*;

#[test]
fn cancelling_while_the_order_is_on_its_way_waits_for_its_answer() {
    let mut desk = Desk::submitted();
    desk.act(Event::CancelPayment);
    desk.is(State::Submitting, None);
    assert_eq!(desk.records.last(), Some(&"cancel_asked"), "a restart must not show a QR after all");
    assert_eq!(desk.sale.handle(Event::CancelPayment, desk.now), Err(NotNow(State::Submitting)));
    desk.answer(accepted());
    desk.is(State::Closing, Some(Reason::ByCashier));
}

#[test]
fn g10_at_the_deadline_the_qr_goes_first_and_whoever_paid_wins() {
    let mut desk = Desk::awaiting();
    desk.pass(300_000);
    desk.is(State::Closing, Some(Reason::Expired));
    assert_eq!(desk.sale.shown_link(desk.now), None);
    desk.answer(Answer::Close(Err(rejected("1006"))));
    desk.is(State::Verifying, Some(Reason::Expired));
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!(desk.sale.state(), State::Paid);
}

#[test]
fn the_qr_is_not_shown_again_once_it_was_taken_down() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    desk.answer(Answer::Close(Err(rejected("1006"))));
    desk.answer(Answer::Get(Ok(order(Status::Paying))));
    desk.is(State::Unresolved, Some(Reason::GatewayUnsure));
}

#[test]
fn a_refused_close_ends_unresolved_and_is_polled_on() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    while desk.sale.state() == State::Closing {
        match desk.next_call() {
            Call::Close => desk.answer(Answer::Close(Err(rejected("3001")))),
            _ => desk.answer(checked(Status::Paying)),
        }
    }
    assert_eq!(desk.sale.state(), State::Unresolved);
    desk.check(Status::Paid);
    assert_eq!(desk.sale.state(), State::Verifying);
}

#[test]
fn offline_for_hours_is_unresolved_and_settled_later() {
    let mut desk = Desk::awaiting();
    desk.pass(300_000);
    while desk.sale.state() == State::Closing {
        let call = desk.next_call();
        desk.answer(Answer::failure(call, CallFailure::NotSent));
    }
    desk.is(State::Unresolved, Some(Reason::GatewaySilent));
    for _ in 0..240 {
        let call = desk.next_call();
        desk.answer(Answer::failure(call, CallFailure::NotSent));
        desk.is(State::Unresolved, Some(Reason::GatewaySilent));
    }
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!(desk.sale.state(), State::Paid);
}

#[test]
fn reversing_checks_first_and_waits_for_a_final_status() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    desk.act(Event::Reverse);
    desk.check(Status::Unknown);
    assert_eq!(desk.next_call(), Call::Cancel);
    desk.answer(Answer::Cancel(Ok(())));
    desk.check(Status::Paid);
    desk.is(State::Cancelling, Some(Reason::ByCashier));
    desk.check(Status::Refunded);
    desk.is(State::Cancelled, Some(Reason::ByCashier));
}

#[test]
fn reversing_an_order_that_turns_out_paid_does_not_refund_it() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    desk.act(Event::Reverse);
    desk.check(Status::Paid);
    assert_eq!(desk.sale.state(), State::Verifying);
}

#[test]
fn g9_a_lasting_paid_after_a_reversal_is_due_to_the_customer_once_the_cashier_asks() {
    let mut desk = Desk::reversed();
    while desk.sale.state() == State::Cancelling {
        desk.check(Status::Paid);
    }
    desk.is(State::Unresolved, Some(Reason::GatewayUnsure));
    desk.check(Status::Paid);
    assert_eq!(desk.sale.state(), State::Unresolved, "it may still be refunded");
    desk.act(Event::AskNow);
    assert_eq!((desk.sale.state(), desk.next_call()), (State::Verifying, Call::Get));
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, Some(Fen::new(4_143))));
    desk.check(Status::Refunded);
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(Answer::Get(Ok(OrderReply { refunded_fen: Fen::new(4_143), ..order(Status::Refunded) })));
    assert_eq!(desk.sale.refund_due_fen(), None, "the reversal has been made after all");
}

#[test]
fn g19_a_refund_that_follows_a_reversal_is_never_paid() {
    for later in [Status::Paid, Status::Refunding, Status::Unknown] {
        for restarts in [false, true] {
            let mut desk = Desk::reversed();
            if restarts {
                desk.restart();
            }
            for _ in 0..40 {
                match desk.next_call() {
                    Call::Check => desk.answer(checked(later)),
                    call => desk.answer(Answer::failure(call, CallFailure::Unknown)),
                }
                assert!(!desk.sale.state().is_final() && desk.sale.state() != State::Verifying);
            }
            while desk.next_call() != Call::Check {
                desk.answer(Answer::Cancel(Ok(())));
            }
            desk.check(Status::Refunded);
            assert_eq!(desk.sale.state(), State::Cancelled, "{later:?}, restarted: {restarts}");
        }
    }
}

#[test]
fn a_reversal_is_durable_before_it_is_sent() {
    let desk = Desk::reversed();
    assert_eq!(desk.records.last(), Some(&"cancel_sent"));
}

#[test]
fn what_cannot_be_kept_is_tried_again_after_a_pause() {
    let mut desk = Desk::awaiting();
    desk.now.mono_ms += 300_000;
    let before = desk.sale.clone();
    desk.act(Event::Tick);
    assert_eq!(desk.sale.state(), State::Closing);
    desk.sale = before;
    desk.waiting = None;
    desk.sale.forget_call(desk.now);
    assert!(desk.sale.wake_ms().unwrap() >= desk.now.mono_ms + 2_000);
    desk.act(Event::Tick);
    assert_eq!(desk.sale.state(), State::Awaiting);
    desk.pass(5_000);
    assert_eq!(desk.sale.state(), State::Closing);
}

#[test]
fn a_payment_that_could_not_be_kept_is_fetched_again() {
    let mut desk = Desk::awaiting();
    desk.check(Status::Paid);
    desk.sale.forget_call(desk.now);
    desk.waiting = None;
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!(desk.sale.state(), State::Paid);
}

#[test]
fn a_payment_of_another_amount_cannot_be_reversed() {
    let mut desk = Desk::awaiting();
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(OrderReply { total_fen: Fen::new(1), ..order(Status::Paid) })));
    desk.is(State::Unresolved, Some(Reason::AmountDiffers));
    assert!(!desk.sale.can_reverse());
    desk.check(Status::Paid);
    desk.act(Event::AskNow);
    assert_eq!(desk.next_call(), Call::Get);
}

#[test]
fn g4_another_amount_waits_for_the_cashier_whatever_way_the_gateway_says_paid() {
    for code in ["1003", "1006"] {
        let mut desk = Desk::awaiting();
        desk.check(Status::Paid);
        desk.answer(Answer::Get(Ok(OrderReply { total_fen: Fen::new(1), ..order(Status::Paid) })));
        for _ in 0..10 {
            assert_eq!(desk.next_call(), Call::Check);
            desk.answer(Answer::Check(Err(rejected(code))));
            desk.is(State::Unresolved, Some(Reason::AmountDiffers));
        }
        desk.act(Event::AskNow);
        assert_eq!(desk.sale.state(), State::Verifying, "the cashier may ask");
    }
}

#[test]
fn g19_paid_said_by_a_code_after_a_reversal_is_the_cashiers_too() {
    let mut desk = Desk::reversed();
    while desk.sale.state() == State::Cancelling {
        desk.check(Status::Paid);
    }
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(Answer::Check(Err(rejected("1003"))));
    assert_eq!(desk.sale.state(), State::Unresolved);
    desk.act(Event::AskNow);
    assert_eq!(desk.sale.state(), State::Verifying);
}

/// An order that stays unpaid at a gateway that answers every close with this code; the times of its closes.
fn closes_of_a_gateway_that_says(code: &str) -> (Desk, Vec<u64>) {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    let begun_ms = desk.now.mono_ms;
    let mut closes_ms = Vec::new();
    while desk.now.mono_ms - begun_ms < 7_200_000 {
        if desk.next_call() == Call::Close {
            closes_ms.push(desk.now.mono_ms - begun_ms);
            desk.answer(Answer::Close(Err(rejected(code))));
        } else {
            desk.answer(checked(Status::Paying));
        }
    }
    (desk, closes_ms)
}

#[test]
fn g15_a_gateway_that_fails_at_closing_is_asked_again_ever_more_rarely_and_not_for_ever() {
    let (mut desk, closes_ms) = closes_of_a_gateway_that_says("5001");
    assert!((10..40).contains(&closes_ms.len()), "{closes_ms:?}");
    assert!((600_000..3_600_000).contains(closes_ms.last().unwrap()), "{closes_ms:?}");
    let refused = Reason::CloseRefused { gateway_code: "5001".into(), message: "no".into() };
    desk.is(State::Unresolved, Some(refused));
    desk.act(Event::AskNow);
    assert_eq!(desk.next_call(), Call::Close, "the cashier may have it tried");
}

#[test]
fn a_close_that_works_at_last_closes_without_the_cashier() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    while desk.sale.state() == State::Closing {
        match desk.next_call() {
            Call::Close => desk.answer(Answer::Close(Err(rejected("5001")))),
            _ => desk.answer(checked(Status::Paying)),
        }
    }
    while desk.next_call() != Call::Close {
        desk.answer(checked(Status::Paying));
    }
    desk.answer(Answer::Close(Ok(())));
    desk.check(Status::Closed);
    assert_eq!(desk.sale.state(), State::Closed);
}

#[test]
fn g15_a_refused_close_is_not_tried_again_without_the_cashier() {
    let (desk, closes_ms) = closes_of_a_gateway_that_says("3001");
    assert!(*closes_ms.last().unwrap() < 60_000, "{closes_ms:?}");
    assert_eq!(desk.sale.state(), State::Unresolved);
}

#[test]
fn a_clock_a_year_off_takes_the_qr_down_but_ends_nothing() {
    for years in [1, -1] {
        let mut desk = Desk::awaiting();
        desk.now.wall_ms += years * 365 * 86_400_000;
        desk.act(Event::Tick);
        assert!(!desk.sale.state().is_final());
    }
}
