//! Refunds that are refused, overtaken or never answered: what the list does not show is not called made or failed, and
//! nothing stays open without a way out.

use super::refunding::{get, listed, progress, sent};
use super::*;

fn refuse(desk: &mut Desk, code: &str) {
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(Answer::Refund(Err(rejected(code))));
}

fn refusal(desk: &Desk) -> (&str, &str) {
    match &desk.sale.refund().unwrap().progress {
        RefundProgress::Refused(refusal) | RefundProgress::Failed { refusal: Some(refusal) } => {
            (&refusal.gateway_code, &refusal.message)
        }
        other => panic!("no refusal: {other:?}"),
    }
}

/// Lets the gateway answer so until the cashier may drop the refund; says how often it was sent.
fn until_droppable(desk: &mut Desk, code: &str, order: &Answer) -> usize {
    let mut sent = 0;
    for _ in 0..4_000 {
        if desk.sale.can_drop_refund() {
            return sent;
        }
        if desk.next_call() == Call::Refund {
            sent += 1;
            refuse(desk, code);
        } else {
            get(desk, order.clone());
        }
    }
    panic!("there is no way out of {:?}", desk.sale.refund());
}

#[test]
fn an_unknown_refusal_is_tried_a_few_times_then_the_cashier_decides() {
    for code in ["9999", "5001", "5002", "1007", "4002"] {
        let mut desk = sent();
        let times = until_droppable(&mut desk, code, &listed(&[], 0, Status::Paid));
        assert!((2..10).contains(&times), "{code}: {times}");
        assert_eq!((progress(&desk), refusal(&desk)), ("refused", (code, "no")));
        assert!(desk.sale.needs_somebody());
        for _ in 0..20 {
            get(&mut desk, listed(&[], 0, Status::Paid));
        }
        assert_eq!(progress(&desk), "refused", "{code}: never failed by itself, never sent again by itself");
        desk.act(Event::AskNow);
        get(&mut desk, listed(&[], 0, Status::Paid));
        assert_eq!(desk.next_call(), Call::Refund, "{code}: the cashier may try again");
        assert_eq!(desk.sale.refund().unwrap().id.as_str(), "r1");
    }
}

#[test]
fn a_refusal_after_a_lost_answer_is_no_failure() {
    for code in ["2001", "2002", "3001"] {
        for restarts in [false, true] {
            let mut desk = sent();
            if restarts {
                desk.restart();
            } else {
                desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
            }
            get(&mut desk, listed(&[], 0, Status::Paid));
            refuse(&mut desk, code);
            for _ in 0..60 {
                match desk.next_call() {
                    Call::Refund => refuse(&mut desk, code),
                    _ => get(&mut desk, listed(&[], 0, Status::Paid)),
                }
                assert_eq!(desk.sale.state(), State::Refunding, "{code}: it may have been made");
                assert!(!desk.sale.can_refund(Fen::new(1)), "I10");
            }
            assert_eq!(refusal(&desk), (code, "no"));
            get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
            assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"), "{code}");
        }
    }
}

#[test]
fn an_unanswered_send_is_remembered_over_restarts_and_refusals() {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    until_droppable(&mut desk, "2002", &listed(&[], 0, Status::Paid));
    desk.restart();
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.act(Event::AskNow);
    get(&mut desk, listed(&[], 0, Status::Paid));
    refuse(&mut desk, "2001");
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.sale.state(), State::Refunding);
}

#[test]
fn an_answer_that_could_not_be_kept_is_no_answer() {
    let mut desk = sent();
    desk.sale.forget_call(desk.now);
    desk.waiting = None;
    get(&mut desk, listed(&[], 0, Status::Paid));
    refuse(&mut desk, "2001");
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.sale.state(), State::Refunding);
}

#[test]
fn more_than_is_left_after_a_lost_send_is_no_dead_end() {
    let mut desk = Desk::paid();
    desk.refund("r1", 3_000);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.next_call();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    let by_the_office = listed(&["office"], 2_000, Status::PartlyRefunded);
    assert_eq!(until_droppable(&mut desk, "", &by_the_office), 0, "more than is left is never sent");
    assert_eq!(refusal(&desk).0, "2001");
    desk.act(Event::DropRefund);
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "unconfirmed"));
    assert_eq!(desk.sale.refundable_fen(), Fen::new(2_143), "what the gateway has given back counts");
}

#[test]
fn a_sum_that_counts_the_refund_before_the_list_does_is_counted_once() {
    let mut desk = Desk::paid();
    desk.refund("r1", 3_000);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.next_call();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    for _ in 0..3 {
        get(&mut desk, listed(&[], 3_000, Status::PartlyRefunded));
    }
    get(&mut desk, listed(&["r1"], 3_000, Status::PartlyRefunded));
    assert_eq!((progress(&desk), desk.sale.refundable_fen()), ("done", Fen::new(1_143)));
}

#[test]
fn a_dropped_refund_that_was_made_after_all_is_noticed() {
    for restarts in [false, true] {
        let mut desk = sent();
        desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
        until_droppable(&mut desk, "9999", &listed(&[], 0, Status::Paid));
        desk.act(Event::DropRefund);
        assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "unconfirmed"));
        if restarts {
            desk.restart();
        }
        desk.check(Status::Paid);
        desk.check(Status::PartlyRefunded);
        get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
        assert_eq!((progress(&desk), desk.sale.refundable_fen()), ("done", Fen::new(3_143)));
        assert_eq!((desk.records.last(), desk.sale.wake_ms()), (Some(&"refund_seen"), None));
    }
}

#[test]
fn a_dropped_refund_is_looked_for_no_longer_than_a_day() {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    until_droppable(&mut desk, "9999", &listed(&[], 0, Status::Paid));
    desk.act(Event::DropRefund);
    let dropped_ms = desk.now.mono_ms;
    while desk.sale.is_asking() {
        desk.check(Status::Paid);
        assert!(desk.now.mono_ms - dropped_ms < LATE_WATCH_MS + 3_600_000);
    }
    assert_eq!(desk.records.last(), Some(&"watch_ended"));
    assert!(desk.now.mono_ms - dropped_ms >= LATE_WATCH_MS);
}

#[test]
fn a_certain_refusal_keeps_its_reason_when_it_fails() {
    let mut desk = sent();
    refuse(&mut desk, "2001");
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!((desk.sale.state(), progress(&desk), refusal(&desk)), (State::Paid, "failed", ("2001", "no")));
    let mut desk = sent();
    refuse(&mut desk, "2002");
    desk.act(Event::DropRefund);
    assert_eq!((progress(&desk), refusal(&desk)), ("failed", ("2002", "no")));
    assert_eq!(desk.sale.wake_ms(), None);
}

#[test]
fn a_refused_refund_overtaken_by_the_back_office_fails_when_it_is_tried_again() {
    let mut desk = sent();
    refuse(&mut desk, "2002");
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.act(Event::AskNow);
    get(&mut desk, listed(&["office"], 3_500, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "failed"));
    assert_eq!(desk.sale.refundable_fen(), Fen::new(643));
}

#[test]
fn a_reversal_by_the_back_office_gives_all_of_it_back() {
    let mut desk = Desk::paid();
    desk.refund("r1", 1_000);
    get(&mut desk, listed(&[], 0, Status::Cancelled));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunded, "failed"));
    assert_eq!(desk.sale.refunded_fen(), Some(Fen::new(4_143)));
    let mut desk = sent();
    desk.answer(refund_taken("r1"));
    get(&mut desk, listed(&[], 0, Status::Cancelled));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunded, "unconfirmed"));
}

#[test]
fn an_order_said_to_be_unpaid_after_a_send_is_no_dead_end() {
    for status in [Status::Unknown, Status::Paying, Status::Closed] {
        let mut desk = sent();
        desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
        assert_eq!(until_droppable(&mut desk, "", &listed(&[], 0, status)), 0, "{status:?}: nothing is sent");
        assert_eq!(refusal(&desk).0, status.code());
    }
}

#[test]
fn an_older_program_s_refund_is_read() {
    let mut desk = sent();
    let text = serde_json::to_string(&desk.sale).unwrap();
    let older = text
        .replace(
            ",\"unanswered\":false,\"refusals\":0,\"before_fen\":0,\"listed_by\":null,\"held_fen\":0",
            "",
        )
        .replace(",\"settled_elsewhere\":false", "");
    assert!(older.len() + 90 < text.len(), "{text}");
    desk.sale = serde_json::from_str(&older).unwrap();
    desk.restart();
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
}

#[test]
fn a_taken_refund_whose_failure_another_one_hides_has_a_way_out() {
    // Less, and more, than would leave enough for it.
    for refunded in [500, 4_000] {
        let mut desk = sent();
        desk.answer(refund_taken("r1"));
        get(&mut desk, listed(&["office"], refunded, Status::PartlyRefunded));
        assert!(!desk.sale.can_drop_refund(), "it may be on its way");
        until_droppable(&mut desk, "2001", &listed(&["office"], refunded, Status::PartlyRefunded));
        desk.act(Event::DropRefund);
        assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "unconfirmed"));
    }
}

/// All ¥41.43 as `r1`; the gateway took it, or its answer was lost.
fn all_of_it_sent(taken: bool) -> Desk {
    let mut desk = Desk::paid();
    desk.refund("r1", 4_143);
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(if taken { refund_taken("r1") } else { Answer::Refund(Err(CallFailure::Unknown)) });
    desk
}

#[test]
fn g18_a_full_refund_that_is_counted_before_it_is_listed_is_waited_for() {
    for taken in [true, false] {
        let mut desk = all_of_it_sent(taken);
        let begun_ms = desk.now.mono_ms;
        get(&mut desk, listed(&[], 4_143, Status::Refunded));
        assert_eq!(desk.sale.state(), State::Refunding, "its list may lag");
        while desk.now.mono_ms < begun_ms + 20_000 {
            get(&mut desk, listed(&[], 4_143, Status::Refunded));
        }
        get(&mut desk, listed(&["r1"], 4_143, Status::Refunded));
        assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunded, "done"));
        assert!(!desk.sale.is_asking());
    }
}

#[test]
fn a_full_refund_that_is_counted_and_never_listed_ends_by_itself_and_is_looked_for_a_day() {
    for is_listed_late in [true, false] {
        let mut desk = all_of_it_sent(true);
        while desk.sale.state() == State::Refunding {
            get(&mut desk, listed(&[], 4_143, Status::Refunded));
        }
        assert_eq!((desk.sale.state(), progress(&desk)), (State::Refunded, "unconfirmed"));
        assert!(!desk.sale.needs_somebody(), "all of it is back, whoever gave it back");
        let left_ms = desk.now.mono_ms;
        desk.restart();
        desk.check(Status::Refunded);
        if is_listed_late {
            get(&mut desk, listed(&["r1"], 4_143, Status::Refunded));
            assert_eq!((progress(&desk), desk.records.last()), ("done", Some(&"refund_seen")));
        }
        while desk.sale.is_asking() {
            if desk.next_call() == Call::Check {
                desk.check(Status::Refunded);
            } else {
                get(&mut desk, listed(&[], 4_143, Status::Refunded));
            }
            assert!(desk.now.mono_ms < left_ms + LATE_WATCH_MS + 3_600_000);
        }
        assert_eq!(progress(&desk), if is_listed_late { "done" } else { "unconfirmed" });
    }
}

#[test]
fn g13_a_refund_that_was_taken_is_not_dropped_before_a_day() {
    for restarts in [false, true] {
        let mut desk = sent();
        desk.answer(refund_taken("r1"));
        let (mut waited_ms, mut asked) = (0, 0);
        while !desk.sale.can_drop_refund() {
            let before_ms = desk.now.mono_ms;
            get(&mut desk, listed(&[], 0, Status::Paid));
            waited_ms += desk.now.mono_ms - before_ms;
            asked += 1;
            if restarts && asked % 500 == 0 {
                desk.restart();
            }
        }
        assert!((LATE_WATCH_MS..LATE_WATCH_MS + 120_000).contains(&waited_ms), "{waited_ms}");
        desk.act(Event::DropRefund);
        assert_eq!((progress(&desk), desk.sale.refundable_fen()), ("unconfirmed", Fen::new(3_143)));
    }
}

/// ¥10.00 as `r1`, which may have been made, and which the cashier has dropped.
fn dropped() -> Desk {
    let mut desk = sent();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    until_droppable(&mut desk, "9999", &listed(&[], 0, Status::Paid));
    desk.act(Event::DropRefund);
    desk
}

#[test]
fn i10_what_a_dropped_refund_may_have_given_back_is_held_back_while_it_is_looked_for() {
    let mut desk = dropped();
    assert!(desk.sale.can_refund(Fen::new(3_143)) && !desk.sale.can_refund(Fen::new(3_144)));
    desk.refund("r2", 500);
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(refund_taken("r2"));
    get(&mut desk, listed(&["r2"], 500, Status::PartlyRefunded));
    for _ in 0..10 {
        desk.restart();
        assert_eq!((progress(&desk), desk.sale.refundable_fen()), ("done", Fen::new(2_643)));
        desk.check(Status::PartlyRefunded);
        get(&mut desk, listed(&["r2"], 500, Status::PartlyRefunded));
    }
    while desk.sale.is_asking() {
        assert_eq!(desk.sale.refundable_fen(), Fen::new(2_643));
        desk.check(Status::PartlyRefunded);
        get(&mut desk, listed(&["r2"], 500, Status::PartlyRefunded));
    }
    assert_eq!((desk.records.last(), desk.sale.refundable_fen()), (Some(&"watch_ended"), Fen::new(3_643)));
}

#[test]
fn what_is_due_and_was_dropped_can_be_given_back_after_a_day() {
    let mut desk = Desk::closed();
    desk.check(Status::Paid);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.refund("r1", 4_143);
    get(&mut desk, listed(&[], 0, Status::Paid));
    desk.next_call();
    desk.answer(Answer::Refund(Err(CallFailure::Unknown)));
    until_droppable(&mut desk, "9999", &listed(&[], 0, Status::Paid));
    desk.act(Event::DropRefund);
    let dropped_ms = desk.now.mono_ms;
    while desk.sale.refundable_fen() == Fen::ZERO {
        desk.check(Status::Paid);
    }
    assert!((LATE_WATCH_MS..LATE_WATCH_MS + 3_600_000).contains(&(desk.now.mono_ms - dropped_ms)));
    assert_eq!(desk.records.last(), Some(&"refund_not_found"));
    assert_eq!((desk.sale.refund_due_fen(), desk.sale.is_asking()), (Some(Fen::new(4_143)), true));
    assert!(desk.sale.can_refund(Fen::new(4_143)));
}
