//! Paid by the customer's code: it goes out once, and what became of it is asked about.

use super::*;

impl Desk {
    fn sent_code() -> Self {
        let mut desk = Self::ready();
        desk.sale = desk.sale.clone().by_code();
        desk.act(Event::Submit);
        assert_eq!(desk.waiting.unwrap().call, Call::Pay);
        desk
    }

    /// The password is asked for on the phone.
    fn customer_confirms() -> Self {
        let mut desk = Self::sent_code();
        desk.answer(Answer::Pay(Ok(pay_reply(Status::Paying))));
        desk.is(State::Awaiting, None);
        desk
    }

    /// Only asked about, and unknown there, until its time is over.
    fn is_unknown_until_closing(&mut self) {
        loop {
            let call = self.next_call();
            if self.sale.state() == State::Closing {
                return;
            }
            assert_eq!(call, Call::Check);
            self.answer(Answer::Check(Err(rejected("4001"))));
        }
    }

    fn refused(&mut self, code: &str) {
        self.answer(Answer::Pay(Err(rejected(code))));
    }
}

fn code_refused(code: &str, message: &str) -> Option<Reason> {
    Some(Reason::CodeRefused { gateway_code: code.into(), message: message.into() })
}

#[test]
fn i4_a_code_that_paid_is_confirmed_like_any_payment() {
    let mut desk = Desk::sent_code();
    desk.answer(Answer::Pay(Ok(pay_reply(Status::Paid))));
    desk.is(State::Verifying, None);
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    desk.is(State::Paid, None);
    assert_eq!(desk.records, ["submitting", "verifying", "paid"]);
}

#[test]
fn a_customer_who_has_to_confirm_is_waited_for_without_a_qr() {
    let mut told = Desk::sent_code();
    told.refused("1002");
    for mut desk in [Desk::customer_confirms(), told] {
        desk.is(State::Awaiting, None);
        assert_eq!((desk.sale.shown_link(desk.now), desk.sale.remaining_ms(desk.now)), (None, Some(90_000)));
        desk.check(Status::Paying);
        desk.check(Status::Paid);
        desk.answer(Answer::Get(Ok(order(Status::Paying))));
        desk.is(State::Awaiting, None);
        desk.check(Status::Paid);
        desk.answer(Answer::Get(Ok(order(Status::Paid))));
        desk.is(State::Paid, None);
    }
}

#[test]
fn who_does_not_confirm_in_time_has_not_paid() {
    let mut desk = Desk::customer_confirms();
    desk.pass(90_000);
    desk.is(State::Closing, Some(Reason::Expired));
    desk.answer(Answer::Close(Err(rejected("1006"))));
    desk.is(State::Verifying, Some(Reason::Expired));
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert_eq!(desk.sale.state(), State::Paid, "who paid in that moment wins");
}

#[test]
fn i5_a_refused_code_is_over_only_when_its_order_is_closed() {
    let mut told = Desk::sent_code();
    told.refused("1001");
    let mut found = Desk::sent_code();
    found.answer(Answer::Pay(Ok(pay_reply(Status::Failed))));
    let mut later = Desk::customer_confirms();
    later.check(Status::Failed);
    let reasons = [code_refused("1001", "no"), code_refused("-1", ""), code_refused("-1", "")];
    for (mut desk, reason) in [told, found, later].into_iter().zip(reasons) {
        desk.is(State::Closing, reason.clone());
        desk.answer(Answer::Close(Ok(())));
        desk.check(Status::Closed);
        desk.is(State::Closed, reason);
    }
}

#[test]
fn i3_a_code_that_provably_never_went_out_is_void_at_once() {
    let mut desk = Desk::sent_code();
    desk.answer(Answer::Pay(Err(CallFailure::NotSent)));
    desk.is(State::Void, Some(Reason::NeverSent));
    for code in ["2000", "3000", "3001", "3002", "3003", "3004", "5000"] {
        let mut desk = Desk::sent_code();
        desk.refused(code);
        desk.is(State::Void, Some(rejection_reason(code)));
    }
}

#[test]
fn a_lost_answer_is_asked_about_and_the_code_never_sent_again() {
    for lost in [CallFailure::Unknown, CallFailure::Busy, rejected("5001"), rejected("1007")] {
        let mut desk = Desk::sent_code();
        desk.answer(Answer::Pay(Err(lost)));
        desk.is_unknown_until_closing();
        desk.is(State::Closing, Some(Reason::GatewaySilent));
        assert_eq!(desk.sale.attempts(), 1);
    }
}

#[test]
fn a_lost_answer_to_a_code_that_paid_or_waits_is_found() {
    let mut desk = Desk::sent_code();
    desk.answer(Answer::Pay(Err(CallFailure::Unknown)));
    desk.check(Status::Paying);
    desk.is(State::Awaiting, None);
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    desk.is(State::Paid, None);
    let mut desk = Desk::sent_code();
    desk.refused("1003");
    desk.is(State::Verifying, None);
}

#[test]
fn after_a_restart_it_is_only_asked_about() {
    let mut lost = Desk::sent_code();
    lost.answer(Answer::Pay(Err(CallFailure::Unknown)));
    for mut desk in [Desk::sent_code(), lost, Desk::customer_confirms()] {
        desk.restart();
        desk.is_unknown_until_closing();
        assert_eq!((desk.sale.state(), desk.sale.attempts()), (State::Closing, 1));
    }
}

#[test]
fn an_answer_that_contradicts_is_closed() {
    let check = |change: &dyn Fn(&mut PayReply)| {
        let mut desk = Desk::sent_code();
        let mut reply = pay_reply(Status::Paid);
        change(&mut reply);
        desk.answer(Answer::Pay(Ok(reply)));
        desk.is(State::Closing, Some(Reason::AnswerContradicts));
    };
    check(&|reply| reply.total_fen = Fen::new(1));
    check(&|reply| reply.payable_fen = Fen::new(4_644));
    check(&|reply| reply.payable_fen = Fen::ZERO);
    check(&|reply| reply.order_id = "o2".into());
}

#[test]
fn the_cashier_ends_it_only_once_its_answer_is_there() {
    for (answer, state) in [
        (Answer::Pay(Err(CallFailure::Unknown)), State::Closing),
        (Answer::Pay(Ok(pay_reply(Status::Paying))), State::Closing),
        (Answer::Pay(Ok(pay_reply(Status::Paid))), State::Verifying),
        (Answer::Pay(Err(CallFailure::NotSent)), State::Void),
    ] {
        let mut desk = Desk::sent_code();
        desk.act(Event::CancelPayment);
        desk.is(State::Submitting, None);
        desk.answer(answer);
        assert_eq!(desk.sale.state(), state);
    }
}
