//! Sales that are over for the cashier: watched for a day, written off, or with a refund due.

use super::*;

const DAY_MS: u64 = LATE_WATCH_MS;

fn get(desk: &mut Desk, reply: OrderReply) {
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(Answer::Get(Ok(reply)));
}

fn paid_late() -> Desk {
    let mut desk = Desk::closed();
    desk.check(Status::Paid);
    assert_eq!(desk.sale.state(), State::Verifying);
    get(&mut desk, order(Status::Paid));
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, Some(Fen::new(4_143))));
    desk
}

/// Unresolved, since the gateway knows no such order.
fn never_arrived() -> Desk {
    let mut desk = Desk::submitted();
    desk.answer(Answer::Scan(Err(CallFailure::Unknown)));
    desk.act(Event::CancelPayment);
    while desk.sale.state() != State::Unresolved || desk.sale.reason() != Some(&Reason::NotKnown) {
        let call = desk.next_call();
        desk.answer(Answer::failure(call, rejected("4001")));
    }
    desk
}

#[test]
fn g11_a_closed_order_is_watched_ever_more_slowly_for_a_day() {
    let mut desk = Desk::closed();
    let closed_ms = desk.now.mono_ms;
    let mut asked_at_min = Vec::new();
    while desk.sale.is_asking() {
        assert_eq!(desk.next_call(), Call::Check);
        asked_at_min.push((desk.now.mono_ms - closed_ms) / 60_000);
        desk.answer(checked(Status::Closed));
        assert_eq!(desk.sale.state(), State::Closed);
    }
    assert_eq!(asked_at_min[..12], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20]);
    assert!(asked_at_min.len() < 70, "{}", asked_at_min.len());
    assert!((1_440..1_480).contains(asked_at_min.last().unwrap()));
    assert_eq!(desk.records.last(), Some(&"watch_ended"));
}

#[test]
fn g11_paid_after_closed_is_confirmed_and_a_refund_is_due() {
    let mut desk = paid_late();
    for _ in 0..100 {
        desk.check(Status::Paid);
    }
    assert!(desk.sale.refund_due_fen().is_some(), "it stays due for ever");
    desk.restart();
    desk.check(Status::Refunded);
    get(&mut desk, OrderReply { refunded_fen: Fen::new(4_143), ..order(Status::Refunded) });
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, None));
    assert_eq!((desk.records.last(), desk.sale.wake_ms()), (Some(&"refund_seen"), None));
}

#[test]
fn a_part_given_back_leaves_the_rest_due() {
    let mut desk = paid_late();
    desk.check(Status::Refunding);
    get(&mut desk, OrderReply { refunded_fen: Fen::new(143), ..order(Status::Refunding) });
    assert_eq!(desk.sale.refund_due_fen(), Some(Fen::new(4_143)), "nothing has gone back yet");
    desk.check(Status::PartlyRefunded);
    get(&mut desk, OrderReply { refunded_fen: Fen::new(143), ..order(Status::PartlyRefunded) });
    assert_eq!(desk.sale.refund_due_fen(), Some(Fen::new(4_000)));
    desk.act(Event::RefundSettled);
    assert_eq!((desk.sale.refund_due_fen(), desk.sale.wake_ms()), (None, None));
    assert_eq!(desk.sale.handle(Event::RefundSettled, desk.now), Err(NotNow(State::Paid)));
}

#[test]
fn what_was_settled_elsewhere_is_not_given_back_once_more() {
    let mut desk = paid_late();
    desk.act(Event::RefundSettled);
    for restarts in [false, true] {
        if restarts {
            desk.restart();
        }
        assert_eq!(desk.sale.refundable_fen(), Fen::ZERO);
        let event = Event::Refund { id: OrderId::parse("r1").unwrap(), amount_fen: Fen::new(1) };
        assert_eq!(desk.sale.clone().handle(event, desk.now), Err(NotNow(State::Paid)));
    }
}

#[test]
fn a_part_seen_given_back_after_that_makes_nothing_due_again() {
    let mut desk = paid_late();
    desk.act(Event::RefundSettled);
    desk.act(Event::Compare);
    get(&mut desk, OrderReply { refunded_fen: Fen::new(143), ..order(Status::PartlyRefunded) });
    assert_eq!((desk.sale.refunded_fen(), desk.sale.refund_due_fen()), (Some(Fen::new(143)), None));
    assert!(!desk.sale.needs_somebody() && !desk.sale.is_asking());
}

#[test]
fn what_the_till_itself_gives_back_is_not_settled_elsewhere_meanwhile() {
    let mut desk = paid_late();
    desk.refund("r1", 4_143);
    assert_eq!(desk.sale.handle(Event::RefundSettled, desk.now), Err(NotNow(State::Refunding)));
}

#[test]
fn a_refund_due_is_settled_when_the_whole_order_was_reversed() {
    for told in [Fen::new(4_143), Fen::ZERO] {
        let mut desk = paid_late();
        desk.check(Status::Cancelled);
        get(&mut desk, OrderReply { refunded_fen: told, ..order(Status::Cancelled) });
        assert_eq!((desk.sale.refund_due_fen(), desk.sale.wake_ms()), (None, None));
        assert_eq!(desk.sale.refunded_fen(), Some(Fen::new(4_143)));
        assert_eq!((desk.sale.refundable_fen(), desk.records.last()), (Fen::ZERO, Some(&"refund_seen")));
    }
}

#[test]
fn a_late_payment_for_goods_still_there_sells_them() {
    let mut desk = Desk::closed();
    desk.check(Status::Paid);
    desk.sale.take_goods_back();
    get(&mut desk, order(Status::Paid));
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, None));
    assert!(!desk.sale.is_asking());
}

#[test]
fn a_late_payment_given_back_elsewhere_leaves_nothing_due() {
    let mut desk = Desk::closed();
    desk.check(Status::Refunded);
    get(&mut desk, OrderReply { refunded_fen: Fen::new(4_143), ..order(Status::Refunded) });
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, None));
}

#[test]
fn k1_a_clock_alone_ends_no_watch() {
    for jump in [1, -1] {
        let mut desk = Desk::closed();
        desk.now.wall_ms += jump * 365 * 86_400_000;
        desk.restart();
        for failure in [CallFailure::NotSent, CallFailure::Unknown, rejected("5001")] {
            assert_eq!(desk.next_call(), Call::Check);
            desk.answer(Answer::Check(Err(failure)));
            assert!(desk.sale.is_asking());
        }
        desk.check(Status::Paying);
        desk.check(Status::Paid);
        assert_eq!(desk.sale.state(), State::Verifying);
    }
}

#[test]
fn the_watch_outlives_restarts_and_its_end_is_asked_for() {
    let mut desk = Desk::closed();
    for _ in 0..20 {
        desk.check(Status::Closed);
    }
    desk.now.wall_ms += i64::try_from(DAY_MS).unwrap();
    desk.restart();
    desk.check(Status::Closed);
    assert_eq!((desk.sale.wake_ms(), desk.records.last()), (None, Some(&"watch_ended")));
    let text = serde_json::to_string(&desk.sale).unwrap();
    let back: Sale = serde_json::from_str(&text).unwrap();
    assert!(!back.is_asking());
}

#[test]
fn g19_a_reversed_order_that_is_refunded_stays_cancelled() {
    let mut desk = Desk::reversed();
    desk.check(Status::Cancelled);
    for status in [Status::Refunded, Status::Cancelled, Status::Refunded] {
        desk.check(status);
        assert_eq!(desk.sale.state(), State::Cancelled);
    }
}

#[test]
fn g9_an_order_cancelled_and_later_paid_makes_a_refund_due() {
    let mut desk = Desk::reversed();
    desk.check(Status::Cancelled);
    desk.check(Status::Paid);
    get(&mut desk, order(Status::Paid));
    assert_eq!(desk.sale.refund_due_fen(), Some(Fen::new(4_143)));
}

#[test]
fn an_order_that_never_arrived_can_be_written_off_and_is_asked_about_on() {
    let mut desk = never_arrived();
    assert_eq!(desk.sale.wake_ms().map(|wake_ms| wake_ms - desk.now.mono_ms), Some(30_000));
    desk.act(Event::WriteOff);
    assert_eq!((desk.sale.state(), desk.records.last()), (State::Unresolved, Some(&"written_off")));
    assert_eq!(desk.sale.handle(Event::WriteOff, desk.now), Err(NotNow(State::Unresolved)));
    assert!(!desk.sale.can_reverse());
    desk.restart();
    assert_eq!(desk.waiting, None, "whoever drives many of them spreads them");
    for _ in 0..100 {
        assert_eq!(desk.next_call(), Call::Check);
        desk.answer(Answer::Check(Err(rejected("4001"))));
        assert_eq!(desk.sale.wake_ms().map(|wake_ms| wake_ms - desk.now.mono_ms), Some(1_800_000));
        assert!(desk.sale.is_written_off());
    }
    desk.restart();
    desk.check(Status::Paid);
    get(&mut desk, order(Status::Paid));
    assert_eq!((desk.sale.state(), desk.sale.refund_due_fen()), (State::Paid, Some(Fen::new(4_143))));
}

#[test]
fn only_what_the_gateway_does_not_know_is_written_off() {
    let mut desk = never_arrived();
    desk.check(Status::Unknown);
    desk.is(State::Unresolved, Some(Reason::GatewayUnsure));
    assert_eq!(desk.sale.handle(Event::WriteOff, desk.now), Err(NotNow(State::Unresolved)));
    assert_eq!(desk.next_call(), Call::Check);
    desk.answer(Answer::Check(Err(rejected("4001"))));
    assert!(desk.sale.can_write_off());
    desk.act(Event::WriteOff);
    desk.check(Status::Paying);
    assert_eq!(desk.sale.state(), State::Closing, "it arrived after all");
    assert!(!desk.sale.is_written_off());
}

#[test]
fn k1_a_wall_clock_set_right_neither_ends_the_watch_nor_slows_it() {
    for jump_ms in [23 * 3_600_000, 365 * 86_400_000] {
        let mut desk = Desk::closed();
        desk.now.wall_ms += jump_ms;
        desk.check(Status::Closed);
        let wake_ms = desk.sale.wake_ms().unwrap();
        assert!(wake_ms - desk.now.mono_ms < 120_000, "{jump_ms}");
    }
}

#[test]
fn g17_what_was_on_its_way_back_when_it_was_confirmed_is_asked_about_until_it_went() {
    for restarts in [false, true] {
        let mut desk = Desk::awaiting();
        desk.check(Status::Refunding);
        get(&mut desk, order(Status::Refunding));
        assert_eq!((desk.sale.state(), desk.sale.refunded_fen()), (State::Paid, Some(Fen::ZERO)));
        if restarts {
            desk.restart();
        }
        desk.check(Status::Refunding);
        get(&mut desk, order(Status::Refunding));
        desk.check(Status::PartlyRefunded);
        get(&mut desk, OrderReply { refunded_fen: Fen::new(43), ..order(Status::PartlyRefunded) });
        assert_eq!(desk.sale.refunded_fen(), Some(Fen::new(43)));
        assert_eq!((desk.records.last(), desk.sale.wake_ms()), (Some(&"refund_seen"), None));
    }
}

#[test]
fn g17_what_never_goes_back_is_asked_about_for_a_day() {
    let mut desk = Desk::awaiting();
    desk.check(Status::Refunding);
    get(&mut desk, order(Status::Refunding));
    while desk.sale.is_asking() {
        desk.check(Status::RefundFailed);
        assert!(desk.now.mono_ms < 2 * DAY_MS);
    }
    assert_eq!((desk.sale.state(), desk.records.last()), (State::Paid, Some(&"watch_ended")));
}
