use proptest::prelude::*;

use super::*;

const TOTAL: Fen = Fen::new(4_643);

/// A sale, a clock, and the call that waits for its answer.
struct Desk {
    sale: Sale,
    now: Now,
    waiting: Option<Sending>,
    records: Vec<&'static str>,
}

impl Desk {
    fn ready() -> Self {
        let id = OrderId::parse("o1").unwrap();
        let now = Now { mono_ms: 1_000, wall_ms: 1_000_000 };
        let sale = Sale::ready(id, "app".into(), TOTAL, Timing::default());
        Self { sale, now, waiting: None, records: Vec::new() }
    }

    fn submitted() -> Self {
        let mut desk = Self::ready();
        desk.act(Event::Submit);
        desk
    }

    fn awaiting() -> Self {
        let mut desk = Self::submitted();
        desk.answer(accepted());
        assert_eq!(desk.sale.state(), State::Awaiting);
        desk
    }

    fn act(&mut self, event: Event) {
        let effects = self.sale.handle(event, self.now).unwrap();
        self.records.extend(effects.record);
        self.waiting =
            effects.send.or(self.waiting.filter(|waiting| self.sale.run.in_flight == Some(*waiting)));
    }

    fn answer(&mut self, answer: Answer) {
        let number = self.waiting.take().expect("a call waits").number;
        self.act(Event::Answered { number, answer });
    }

    fn pass(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += i64::try_from(ms).unwrap();
        self.act(Event::Tick);
    }

    /// Lets time pass until something is asked.
    fn next_call(&mut self) -> Call {
        if self.waiting.is_none() {
            let wait_ms = self.sale.wake_ms().unwrap().saturating_sub(self.now.mono_ms);
            self.pass(wait_ms);
        }
        self.waiting.expect("something is asked").call
    }

    fn check(&mut self, status: Status) {
        assert_eq!(self.next_call(), Call::Check);
        self.answer(checked(status));
    }

    fn restart(&mut self) {
        self.sale = self.sale.clone().with_timing(Timing::default());
        self.waiting = None;
        self.now.mono_ms = 7;
        self.act(Event::Resume);
    }

    fn is(&self, state: State, reason: Option<Reason>) {
        assert_eq!((self.sale.state(), self.sale.reason()), (state, reason.as_ref()));
    }
}

fn scan_reply() -> ScanReply {
    ScanReply {
        order_id: "o1".into(),
        trade_no: "t1".into(),
        total_fen: TOTAL,
        payable_fen: Fen::new(4_343),
        pay_url: Some("https://pay.example/1".into()),
    }
}

fn accepted() -> Answer {
    Answer::Scan(Ok(scan_reply()))
}

fn checked(status: Status) -> Answer {
    Answer::Check(Ok(CheckReply { order_id: "o1".into(), status }))
}

fn order(status: Status) -> OrderReply {
    OrderReply {
        app_id: "app".into(),
        order_id: "o1".into(),
        trade_no: "t1".into(),
        status,
        channel: Some(Channel::Wechat),
        pay_time: Some("2026-11-22 14:01:37".into()),
        total_fen: TOTAL,
        payable_fen: Fen::new(4_343),
        real_fen: Fen::new(4_143),
        refunded_fen: Fen::ZERO,
    }
}

fn rejected(code: &str) -> CallFailure {
    CallFailure::Rejected { code: code.into(), message: "no".into() }
}

fn rejection_reason(code: &str) -> Reason {
    Reason::Rejected { gateway_code: code.into(), message: "no".into() }
}

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
    check(&|order| order.real_fen = Fen::ZERO, Reason::AmountDiffers);
}

#[test]
fn an_answer_about_another_order_is_no_answer() {
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
fn a_repeated_id_is_asked_about_and_never_replaced() {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(rejected("1007"))));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(checked(Status::Paying));
    assert_eq!(desk.next_call(), Call::Scan);
    desk.answer(Answer::Scan(Err(rejected("1007"))));
    desk.answer(checked(Status::Paying));
    desk.is(State::Closing, Some(Reason::LinkLost));
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
fn cancelling_while_the_order_is_on_its_way_waits_for_its_answer() {
    let mut desk = Desk::submitted();
    desk.act(Event::CancelPayment);
    desk.is(State::Submitting, None);
    assert_eq!(desk.sale.handle(Event::CancelPayment, desk.now), Err(NotNow(State::Submitting)));
    desk.answer(accepted());
    desk.is(State::Closing, Some(Reason::ByCashier));
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
fn a_clock_a_year_off_takes_the_qr_down_but_ends_nothing() {
    for years in [1, -1] {
        let mut desk = Desk::awaiting();
        desk.now.wall_ms += years * 365 * 86_400_000;
        desk.act(Event::Tick);
        assert!(!desk.sale.state().is_final());
    }
}

#[test]
fn charging_twice_is_refused() {
    let mut desk = Desk::submitted();
    assert_eq!(desk.sale.handle(Event::Submit, desk.now), Err(NotNow(State::Submitting)));
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

mod any_order_of_events;
