//! Giving back, one id at a time: never twice, never more than is left.

use super::*;

pub(super) fn listed(ids: &[&str], refunded: i64, status: Status) -> Answer {
    let refund_ids = ids.iter().map(|id| (*id).to_owned()).collect();
    Answer::Get(Ok(OrderReply { refunded_fen: Fen::new(refunded), refund_ids, ..order(status) }))
}

pub(super) fn get(desk: &mut Desk, answer: Answer) {
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(answer);
}

pub(super) fn progress(desk: &Desk) -> &'static str {
    desk.sale.refund().unwrap().progress.code()
}

/// A refund of ¥10.00 as `r1`, sent after the gateway was asked what is left.
pub(super) fn sent() -> Desk {
    let mut desk = Desk::paid();
    desk.refund("r1", 1_000);
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!((desk.next_call(), desk.records.last()), (Call::Refund, Some(&"refund_sent")));
    desk
}

#[test]
fn parts_and_then_the_rest_are_given_back() {
    let mut desk = sent();
    desk.answer(refund_taken("r1"));
    assert_eq!(progress(&desk), "pending");
    get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"));
    assert_eq!((desk.sale.refundable_fen(), desk.sale.wake_ms()), (Fen::new(3_143), None));
    desk.refund("r2", 3_143);
    get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
    desk.answer(refund_taken("r2"));
    get(&mut desk, listed(&["r1", "r2"], 4_143, Status::Refunded));
    assert_eq!((desk.sale.state(), desk.sale.refundable_fen()), (State::Refunded, Fen::ZERO));
    assert_eq!(desk.sale.payment().unwrap().refunded_fen, Fen::new(4_143));
}

#[test]
fn i10_nothing_is_asked_for_that_is_not_there() {
    let desk = Desk::paid();
    for fen in [0, -1, 4_144, i64::MAX] {
        assert!(!desk.sale.can_refund(Fen::new(fen)), "{fen}");
        let event = Event::Refund { id: OrderId::parse("r1").unwrap(), amount_fen: Fen::new(fen) };
        assert_eq!(desk.sale.clone().handle(event, desk.now), Err(NotNow(State::Paid)));
    }
    let mut desk = Desk::paid();
    desk.refund("r1", 4_143);
    get(&mut desk, listed(&["back-office"], 100, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "failed"), "the back office was first");
    assert_eq!((desk.sale.refundable_fen(), desk.waiting), (Fen::new(4_043), None));
    let mut desk = Desk::paid();
    desk.refund("r1", 4_143);
    get(&mut desk, listed(&["back-office"], 4_143, Status::Refunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunded, "failed"));
}

#[test]
fn g12_a_lost_answer_is_asked_for_under_the_same_id() {
    for arrived in [true, false] {
        for restarts in [true, false] {
            let mut desk = sent();
            if restarts {
                desk.restart();
            } else {
                desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
            }
            if arrived {
                get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
                assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"));
                continue;
            }
            get(&mut desk, listed(&[], 0, Status::Paid));
            assert_eq!(desk.next_call(), Call::Refund);
            assert_eq!(desk.sale.refund().unwrap().id.as_str(), "r1");
        }
    }
}

#[test]
fn g13_while_a_refund_is_pending_there_is_no_other() {
    let mut desk = sent();
    desk.answer(refund_taken("r1"));
    for _ in 0..20 {
        get(&mut desk, listed(&[], 0, Status::Refunding));
        assert_eq!(desk.sale.state(), State::Refunding);
        assert!(!desk.sale.can_refund(Fen::new(1)) && !desk.sale.can_drop_refund());
    }
    get(&mut desk, listed(&[], 0, Status::RefundFailed));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunding, "refused"));
    assert!(!desk.sale.can_refund(Fen::new(1)), "-2 is not final, and it is the order's");
    get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"));
}

#[test]
fn an_answer_without_the_paid_amount_ends_nothing_as_refunded() {
    let unsaid = |ids: &[&str], refunded: i64, status| match listed(ids, refunded, status) {
        Answer::Get(Ok(reply)) => Answer::Get(Ok(OrderReply { real_fen: Fen::ZERO, ..reply })),
        other => other,
    };
    let mut desk = Desk::paid();
    desk.refund("r1", 1_000);
    get(&mut desk, unsaid(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(refund_taken("r1"));
    get(&mut desk, unsaid(&["r1"], 1_000, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), desk.sale.refundable_fen()), (State::Paid, Fen::new(3_143)));
}

#[test]
fn i10_a_done_refund_counts_though_the_gateways_sum_lags() {
    let mut desk = sent();
    desk.answer(refund_taken("r1"));
    get(&mut desk, listed(&["r1"], 0, Status::PartlyRefunded));
    assert_eq!(progress(&desk), "done");
    assert!(!desk.sale.can_refund(Fen::new(4_143)) && desk.sale.can_refund(Fen::new(3_143)));
}

#[test]
fn nothing_is_sent_while_the_order_is_not_known_to_be_paid() {
    for status in [Status::Unknown, Status::Paying, Status::Closed] {
        let mut desk = Desk::paid();
        desk.refund("r1", 1_000);
        get(&mut desk, listed(&[], 0, status));
        assert_ne!(desk.waiting.map(|waiting| waiting.call), Some(Call::Refund), "{status:?}");
        assert_eq!(desk.sale.refundable_fen(), Fen::new(4_143), "{status:?}");
    }
}

#[test]
fn g13_an_older_failure_says_nothing_of_a_refund_that_may_be_on_its_way() {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    get(&mut desk, listed(&[], 0, Status::RefundFailed));
    assert_eq!(desk.next_call(), Call::Refund, "the same one again");
}

#[test]
fn g18_an_older_refunds_status_does_not_finish_this_one() {
    let mut desk = sent();
    desk.answer(refund_taken("r1"));
    get(&mut desk, listed(&["r0"], 500, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunding, "pending"));
    get(&mut desk, listed(&["r0", "r1"], 1_500, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"));
}

#[test]
fn a_refused_refund_stays_open_until_it_is_tried_again_or_dropped() {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(rejected("2002"))));
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunding, "refused"));
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.act(Event::AskNow);
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(Answer::Refund(Err(rejected("2002"))));
    desk.act(Event::DropRefund);
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "failed"));
}

#[test]
fn g12_a_single_refusal_after_a_lost_answer_lets_nobody_drop_the_refund() {
    for code in ["2001", "2002"] {
        let mut desk = sent();
        desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
        get(&mut desk, listed(&[], 0, Status::Paid));
        assert_eq!(desk.next_call(), Call::Refund);
        desk.answer(Answer::Refund(Err(rejected(code))));
        assert_eq!((progress(&desk), desk.sale.can_drop_refund()), ("sent", false), "{code}");
        get(&mut desk, listed(&[], 0, Status::Paid));
        assert_eq!(desk.next_call(), Call::Refund, "{code}: the same one again");
    }
}

#[test]
fn more_than_the_gateway_has_is_refused_for_good() {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(rejected("2001"))));
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "failed"));
}

#[test]
fn a_refund_that_was_due_is_settled_by_making_it() {
    let mut desk = Desk::closed();
    desk.check(Status::Paid);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.refund("r1", 4_143);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.answer(refund_taken("r1"));
    get(&mut desk, listed(&["r1"], 4_143, Status::Refunded));
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Refunded, None));
    assert!(!desk.sale.is_asking());
}

/// A gateway that may lose each message on the way there or back, and repeats a refund's answer for the same id.
#[derive(Default)]
struct Counter {
    made: Vec<(String, i64)>,
}

impl Counter {
    fn sum(&self) -> i64 {
        self.made.iter().map(|(_, fen)| fen).sum()
    }

    fn answer(&mut self, desk: &Desk, call: Call) -> Answer {
        if call == Call::Refund {
            let refund = desk.sale.refund().unwrap();
            let id = refund.id.to_string();
            if !self.made.iter().any(|(made, _)| *made == id) {
                self.made.push((id.clone(), refund.amount_fen.get()));
            }
            return refund_taken(&id);
        }
        let ids: Vec<&str> = self.made.iter().map(|(id, _)| id.as_str()).collect();
        let status = if self.sum() >= 4_143 { Status::Refunded } else { Status::PartlyRefunded };
        listed(&ids, self.sum(), if self.made.is_empty() { Status::Paid } else { status })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn i10_the_sum_never_exceeds_what_was_paid(
        amounts in prop::collection::vec(1i64..5_000, 1..6),
        faults in prop::collection::vec(0u8..6, 200),
    ) {
        let mut desk = Desk::paid();
        let mut counter = Counter::default();
        let mut wanted = 0;
        let mut faults = faults.into_iter();
        for (number, fen) in amounts.into_iter().enumerate() {
            if !desk.sale.can_refund(Fen::new(fen)) {
                continue;
            }
            wanted += fen;
            desk.refund(&format!("r{number}"), fen);
            while desk.sale.state() == State::Refunding {
                let call = desk.next_call();
                match faults.next().unwrap_or(5) {
                    0 => desk.answer(Answer::failure(call, CallFailure::NotSent)),
                    1 => {
                        counter.answer(&desk, call);
                        desk.answer(Answer::failure(call, CallFailure::Unknown));
                    }
                    2 => desk.restart(),
                    _ => {
                        let answer = counter.answer(&desk, call);
                        desk.answer(answer);
                    }
                }
                prop_assert!(counter.sum() <= 4_143);
            }
        }
        prop_assert_eq!(counter.sum(), wanted, "each once");
        prop_assert_eq!(desk.sale.payment().unwrap().refunded_fen, Fen::new(wanted));
    }
}
