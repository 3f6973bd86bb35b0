//! Paid in cash: at its end when it begins, and the gateway is never asked.

use super::*;

fn cash(tendered_fen: i64) -> Option<Sale> {
    Sale::cash(OrderId::parse("o1").unwrap(), "app".into(), TOTAL, Fen::new(tendered_fen))
}

fn desk() -> Desk {
    Desk { sale: cash(5_000).unwrap(), ..Desk::ready() }
}

#[test]
fn cash_is_paid_at_once_and_asked_about_never() {
    let mut desk = desk();
    desk.is(State::Paid, None);
    let payment = desk.sale.payment().unwrap();
    assert_eq!((payment.real_fen, payment.tendered_fen), (TOTAL, Some(Fen::new(5_000))));
    assert!(!desk.sale.is_asking() && desk.sale.wake_ms().is_none());
    desk.act(Event::Tick);
    desk.act(Event::Resume);
    desk.pass(LATE_WATCH_MS);
    for event in [Event::Submit, Event::Compare, Event::AskNow, Event::CancelPayment, Event::Reverse] {
        assert_eq!(desk.sale.handle(event, desk.now), Err(NotNow(State::Paid)));
    }
    assert_eq!((desk.waiting, desk.records.len()), (None, 0));
}

#[test]
fn too_little_cash_is_no_sale() {
    assert!(cash(TOTAL.get()).is_some());
    for too_little in [TOTAL.get() - 1, 0, -5_000, i64::MIN] {
        assert_eq!(cash(too_little), None, "{too_little}");
    }
    assert!(cash(i64::MAX).is_some());
}

#[test]
fn i10_cash_goes_back_in_parts_and_never_more_than_was_paid() {
    let mut desk = desk();
    desk.refund("r1", 4_000);
    desk.is(State::Paid, None);
    assert_eq!(desk.sale.refund().unwrap().progress, RefundProgress::Done);
    assert_eq!(
        (desk.sale.refunded_fen(), desk.sale.refundable_fen()),
        (Some(Fen::new(4_000)), Fen::new(643))
    );
    let too_much = Event::Refund { id: OrderId::parse("r2").unwrap(), amount_fen: Fen::new(644) };
    assert_eq!(desk.sale.handle(too_much, desk.now), Err(NotNow(State::Paid)));
    desk.refund("r2", 643);
    desk.is(State::Refunded, None);
    assert_eq!((desk.sale.refunded_fen(), desk.sale.refundable_fen()), (Some(TOTAL), Fen::ZERO));
    assert_eq!((desk.waiting, desk.defects), (None, 0));
    assert_eq!(desk.records, ["refunded_in_cash", "refunded_in_cash"]);
}

#[test]
fn what_was_kept_of_it_reads_back_and_older_data_are_qr_sales() {
    let kept = serde_json::to_string(&desk().sale).unwrap();
    assert_eq!(serde_json::from_str::<Sale>(&kept).unwrap().way(), Way::Cash);
    let mut older = serde_json::to_value(&Desk::paid().sale).unwrap();
    older.as_object_mut().unwrap().remove("way").unwrap();
    let older: Sale = serde_json::from_value(older).unwrap();
    assert_eq!((older.way(), older.payment()), (Way::Qr, Desk::paid().sale.payment()));
}
