//! What a restart makes of an open sale.

use super::*;

#[test]
fn after_a_restart_the_gateway_is_asked_before_the_qr_is_shown() {
    let mut desk = Desk::awaiting();
    desk.restart();
    assert_eq!(desk.sale.shown_link(desk.now), None);
    desk.check(Status::Paying);
    assert!(desk.sale.shown_link(desk.now).is_some());
}

#[test]
fn after_a_night_the_qr_is_not_shown_again() {
    let mut desk = Desk::awaiting();
    desk.now.wall_ms += 8 * 3_600_000;
    desk.restart();
    desk.act(Event::Tick);
    assert_eq!(desk.waiting.unwrap().call, Call::Check, "asks before it closes");
    desk.check(Status::Paying);
    desk.is(State::Closing, Some(Reason::Expired));
}

#[test]
fn each_open_state_resumes_as_the_table_says() {
    let check = |mut desk: Desk, call: Call| {
        let state = desk.sale.state();
        desk.restart();
        assert_eq!((desk.sale.state(), desk.waiting.unwrap().call), (state, call));
    };
    check(Desk::submitted(), Call::Check);
    check(Desk::awaiting(), Call::Check);
    let mut verifying = Desk::awaiting();
    verifying.check(Status::Paid);
    check(verifying, Call::Get);
    let mut closing = Desk::awaiting();
    closing.act(Event::CancelPayment);
    check(closing, Call::Close);
    let mut cancelling = Desk::awaiting();
    cancelling.act(Event::CancelPayment);
    cancelling.act(Event::Reverse);
    check(cancelling, Call::Check);
    let mut ready = Desk::ready();
    ready.restart();
    ready.is(State::Void, Some(Reason::NeverSent));
}

#[test]
fn a_restart_while_submitting_never_makes_void_of_it() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::NotSent)));
    desk.restart();
    desk.answer(Answer::Check(Err(CallFailure::NotSent)));
    desk.act(Event::CancelPayment);
    desk.is(State::Closing, Some(Reason::ByCashier));
}

#[test]
fn what_is_stored_reads_back() {
    let mut desk = Desk::awaiting();
    desk.act(Event::CancelPayment);
    let text = serde_json::to_string(&desk.sale).unwrap();
    let back: Sale = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(state));
    }
}

#[test]
fn not_known_is_an_answer_and_the_qr_is_shown_again() {
    let mut desk = Desk::awaiting();
    desk.restart();
    desk.answer(Answer::Check(Err(rejected("4001"))));
    assert!(desk.sale.shown_link(desk.now).is_some());
}
