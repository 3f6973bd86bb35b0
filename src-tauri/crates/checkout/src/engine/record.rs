//! What of a sale becomes durable.

use yima_core::sale::{Now, Sale, State};
use yima_store::{CartFate, SaleFacts, SaleStep, StoredRefund};

/// What is made durable of a sale at one moment.
pub(super) fn step(sale: &Sale, event: &str, now: Now) -> SaleStep {
    let payment = sale.payment();
    let trade = sale.trade();
    SaleStep {
        state: sale.state().code().to_owned(),
        open: !sale.state().is_final(),
        watched: sale.state().is_final() && sale.is_asking(),
        urgent: sale.needs_somebody(),
        event: event.to_owned(),
        snapshot: json(sale),
        facts: SaleFacts {
            trade_no: payment
                .and_then(|paid| paid.trade_no.as_ref())
                .or(trade.map(|trade| &trade.trade_no))
                .cloned(),
            pay_url: trade.and_then(|trade| trade.pay_url.clone()),
            payable_fen: payment.map(|paid| paid.payable_fen).or(trade.map(|trade| trade.payable_fen)),
            real_fen: payment.map(|paid| paid.real_fen),
            refunded_fen: sale.refunded_fen(),
            refund_due_fen: sale.refund_due_fen(),
            channel: payment.and_then(|paid| paid.channel).map(|channel| channel as i64),
            pay_time: payment.and_then(|paid| paid.pay_time.clone()),
            reason: sale.reason().map(json),
        },
        at_ms: now.wall_ms,
        attempt: matches!(event, "submitting" | "sent_again").then(|| sale.attempts()),
        tells_of_money: sale.tells_of_money(),
        ..SaleStep::default()
    }
}

/// What the store keeps of the newest refund.
pub(super) fn refund_row(sale: &Sale) -> Option<StoredRefund> {
    sale.refund().map(|refund| StoredRefund {
        refund_id: refund.id.clone(),
        amount_fen: refund.amount_fen,
        progress: refund.progress.code().to_owned(),
    })
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // These are plain structs with string keys, which always serialize.
    serde_json::to_string(value).unwrap_or_default()
}

/// What becomes of a cart when its sale comes from `before` to what it is `now`; `stays_in_front` says whether the cashier
/// has nothing else at hand.
pub(super) fn cart_fate(before: &Sale, now: &Sale, stays_in_front: bool) -> CartFate {
    match now.state() {
        State::Paid if before.state() == State::Refunding => CartFate::Stay,
        // It was reversed and paid all the same.
        State::Paid if now.is_given_back() && !before.is_given_back() => CartFate::Hold,
        State::Paid => CartFate::Clear,
        // Given up with the order: its goods were rung up anew, or went back on the shelf.
        State::Closed | State::Cancelled if before.is_given_back() => CartFate::Clear,
        State::Closed | State::Cancelled | State::Void if stays_in_front => CartFate::Return,
        State::Closed | State::Cancelled | State::Void => CartFate::Hold,
        State::Unresolved => CartFate::Park,
        _ => CartFate::Stay,
    }
}
