//! Payments that are ended, and orders of which nobody knows.

use super::*;

#[test]
fn cancelling_while_the_order_is_on_its_way_waits_for_its_answer() {
    let mut desk = Desk::submitted();
    desk.act(Event::CancelPayment);
    desk.is(State::Submitting, None);
    assert_eq!(desk.sale.handle(Event::CancelPayment, desk.now), Err(NotNow(State::Submitting)));
    desk.answer(accepted());
    desk.is(State::Closing, Some(Reason::ByCashier));
}

#[test]
fn at_the_deadline_the_qr_goes_first_and_whoever_paid_wins() {
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
fn a_lasting_paid_after_a_reversal_is_paid() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    desk.act(Event::Reverse);
    desk.check(Status::Unknown);
    desk.answer(Answer::Cancel(Ok(())));
    while desk.sale.state() == State::Cancelling {
        desk.check(Status::Paid);
    }
    assert_eq!(desk.sale.state(), State::Verifying);
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
