//! Orders that only the gateway still knows, and refunds that only it knows.

use super::refunding::{get, listed, progress};
use super::*;

fn rebuilt() -> Desk {
    let mut desk = Desk::ready();
    let id = OrderId::parse("o1").unwrap();
    desk.sale = Sale::rebuilt(id, "app".into(), TOTAL, Timing::default());
    assert!(desk.sale.is_rebuilt());
    desk.act(Event::Resume);
    desk
}

fn refunded(fen: i64) -> Answer {
    let refunded_fen = Fen::new(fen);
    Answer::Get(Ok(OrderReply { refunded_fen, ..order(Status::PartlyRefunded) }))
}

#[test]
fn d8_a_paid_order_is_confirmed_before_it_counts() {
    let mut desk = rebuilt();
    desk.check(Status::Paid);
    desk.is(State::Verifying, Some(Reason::Rebuilt));
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    desk.is(State::Paid, Some(Reason::Rebuilt));
    assert_eq!((desk.sale.payment().unwrap().real_fen, desk.sale.refund_due_fen()), (Fen::new(4_143), None));

    let mut desk = rebuilt();
    desk.check(Status::Paid);
    let other = OrderReply { app_id: "another".into(), ..order(Status::Paid) };
    while desk.sale.state() == State::Verifying {
        assert_eq!(desk.next_call(), Call::Get);
        desk.answer(Answer::Get(Ok(other.clone())));
    }
    desk.is(State::Unresolved, Some(Reason::GatewayUnsure));
}

#[test]
fn d8_an_order_that_was_not_paid_is_recorded_closed_or_not_known() {
    let mut desk = rebuilt();
    desk.check(Status::Closed);
    desk.is(State::Closed, Some(Reason::Rebuilt));
    assert!(desk.sale.is_asking(), "it is watched like any other");

    let mut desk = rebuilt();
    desk.check(Status::Cancelled);
    desk.is(State::Cancelled, Some(Reason::Rebuilt));

    let mut desk = rebuilt();
    let begun_ms = desk.now.mono_ms;
    while desk.sale.state() == State::Unresolved {
        desk.check(Status::Paying);
    }
    let waited_ms = desk.now.mono_ms - begun_ms;
    assert!(
        waited_ms >= Timing::default().qr_timeout_ms,
        "a till that was copied may show its QR: {waited_ms}"
    );
    assert_eq!((desk.sale.state(), desk.next_call()), (State::Closing, Call::Close));
    desk.answer(Answer::Close(Ok(())));
    desk.check(Status::Closed);
    desk.is(State::Closed, Some(Reason::Rebuilt));

    let mut desk = rebuilt();
    for _ in 0..100 {
        desk.check(Status::Unknown);
    }
    desk.is(State::Unresolved, Some(Reason::Rebuilt));
    assert_eq!(desk.sale.shown_link(desk.now), None, "nobody is asked to pay it again");
}

#[test]
fn d8_a_thousand_of_them_do_not_keep_a_busy_gateway_busy() {
    let mut desk = rebuilt();
    let begun_ms = desk.now.mono_ms;
    let mut asked = 0;
    while desk.now.mono_ms < begun_ms + 3_600_000 {
        assert_eq!(desk.next_call(), Call::Check);
        desk.answer(Answer::failure(Call::Check, CallFailure::Busy));
        asked += 1;
    }
    assert!((10..30).contains(&asked), "asked {asked} times in an hour");
}

#[test]
fn d8_it_stays_known_as_rebuilt_whatever_else_is_to_be_said_of_it() {
    let mut desk = rebuilt();
    desk.check(Status::Paid);
    while desk.sale.state() == State::Verifying {
        assert_eq!(desk.next_call(), Call::Get);
        desk.answer(Answer::failure(Call::Get, CallFailure::Unknown));
    }
    assert_ne!(desk.sale.reason(), Some(&Reason::Rebuilt));
    desk.restart();
    desk.check(Status::Paid);
    desk.answer(Answer::Get(Ok(order(Status::Paid))));
    assert!(desk.sale.state() == State::Paid && desk.sale.is_rebuilt(), "its day is that of its payment");
}

#[test]
fn d8_what_went_back_meanwhile_is_kept() {
    let mut desk = Desk::paid();
    desk.act(Event::Compare);
    assert_eq!((desk.next_call(), desk.records.last()), (Call::Get, Some(&"compared")));
    assert_eq!(desk.sale.handle(Event::Compare, desk.now), Err(NotNow(State::Paid)), "once is enough");
    desk.answer(Answer::failure(Call::Get, CallFailure::Unknown));
    desk.restart();
    desk.check(Status::PartlyRefunded);
    assert_eq!(desk.next_call(), Call::Get);
    desk.answer(refunded(1_000));
    let paid = desk.sale.payment().unwrap();
    assert_eq!((paid.refunded_fen, paid.refunded_elsewhere), (Fen::new(1_000), true));
    assert!(!desk.sale.is_asking() && desk.sale.state() == State::Paid);

    let mut desk = Desk::closed();
    assert!(desk.sale.handle(Event::Compare, desk.now).is_err(), "it is asked about anyway");
    while desk.sale.is_asking() {
        desk.check(Status::Closed);
    }
    desk.act(Event::Compare);
    desk.check(Status::Paid);
    assert_eq!(desk.sale.state(), State::Verifying);
}

#[test]
fn d8_a_refund_of_outdated_data_is_sent_only_when_somebody_says_so() {
    for was_sent in [false, true] {
        let mut desk = Desk::paid();
        desk.refund("r1", 1_000);
        if was_sent {
            get(&mut desk, listed(&[], 0, Status::Paid));
            assert_eq!(desk.next_call(), Call::Refund);
        }
        desk.sale = desk.sale.clone().with_timing(Timing::default());
        desk.sale.distrust();
        desk.act(Event::Resume);
        assert_eq!(desk.records.last(), Some(&"refund_distrusted"));
        for _ in 0..5 {
            get(&mut desk, listed(&["r2"], 1_000, Status::PartlyRefunded));
        }
        assert_eq!((progress(&desk), desk.sale.can_drop_refund()), ("refused", true));
        let refund = serde_json::to_string(desk.sale.refund().unwrap()).unwrap();
        assert!(refund.contains(r#""gateway_code":"outdated""#), "no word of the gateway's: {refund}");
        let mut dropped = desk.sale.clone();
        dropped.handle(Event::DropRefund, desk.now).unwrap();
        assert_eq!(dropped.refund().unwrap().progress.code(), "unconfirmed", "it may have been made");
        desk.act(Event::AskNow);
        get(&mut desk, listed(&["r2"], 1_000, Status::PartlyRefunded));
        assert_eq!(desk.next_call(), Call::Refund);
    }
}

#[test]
fn d8_a_refund_of_outdated_data_is_left_to_somebody_once_that_can_be_kept() {
    let mut desk = Desk::paid();
    desk.refund("r1", 1_000);
    desk.sale = desk.sale.clone().with_timing(Timing::default());
    desk.sale.distrust();
    let before = desk.sale.clone();
    let effects = desk.sale.handle(Event::Resume, desk.now).unwrap();
    assert_eq!(effects.record, Some("refund_distrusted"));
    // The disk is full at that moment.
    desk.sale = before;
    desk.sale.forget_call(desk.now);
    desk.waiting = None;
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.records.last(), Some(&"refund_distrusted"));
    assert_eq!((progress(&desk), desk.sale.can_drop_refund()), ("refused", true));
}

#[test]
fn d8_what_outdated_data_have_as_taken_is_waited_for_and_a_new_refund_is_made() {
    let mut desk = Desk::paid();
    desk.refund("r1", 1_000);
    get(&mut desk, listed(&[], 0, Status::Paid));
    assert_eq!(desk.next_call(), Call::Refund);
    desk.answer(refund_taken("r1"));
    desk.sale = desk.sale.clone().with_timing(Timing::default());
    desk.sale.distrust();
    desk.act(Event::Resume);
    get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
    assert_eq!((desk.sale.state(), progress(&desk)), (State::Paid, "done"));
    desk.refund("r2", 500);
    get(&mut desk, listed(&["r1"], 1_000, Status::PartlyRefunded));
    assert_eq!(desk.next_call(), Call::Refund);
}
