//! What is held after every row, whatever it was about.

use std::collections::BTreeMap;

use yima_checkout::Command;
use yima_checkout::view::{CashierView, CodeView, CustomerScreen, CustomerView, PaymentView};
use yima_core::Fen;
use yima_core::sale::{State, Status, Way};
use yima_sandbox::{Amount, Fields, OrderRecord, OrderStatus};
use yima_tests::books::Books;

use super::sight::sales;
use super::story::Scene;
use crate::desk::Desk;
use crate::gateway::Trade;

/// Time enough for a QR to run out, to be closed, and for a late payment to be seen.
const ROUNDS: usize = 40;

/// Nothing that either window showed contradicts the other, or runs ahead of what was kept.
pub fn windows(desk: &Desk) -> Vec<String> {
    let cashier = desk.shown.cashier.lock().unwrap().clone();
    let both = desk.shown.both.lock().unwrap().clone();
    let mut wrong = Vec::new();
    if !cashier.is_sorted_by(|one, next| one.revision < next.revision) {
        wrong.push("a window was shown an older view after a newer one".to_owned());
    }
    for (cashier, customer) in &both {
        let contradiction = contradiction(cashier, customer);
        wrong.extend(contradiction.map(|what| format!("{what}: {:?}, {customer:?}", cashier.payment)));
    }
    wrong.append(&mut desk.shown.ahead.lock().unwrap().clone());
    wrong.dedup();
    wrong
}

fn contradiction(cashier: &CashierView, customer: &CustomerView) -> Option<&'static str> {
    let payment = cashier.payment.as_ref();
    let may_be_paid = |payment: &PaymentView| {
        payment.state == State::Awaiting
            && payment.qr == customer.qr
            && payment.payable_fen.is_some_and(Fen::is_positive)
            && payment.payable_fen == customer.payable_fen
            && payment.total_fen == customer.total_fen
            && cashier.cart.locked
    };
    let was_paid = |payment: &PaymentView| {
        [State::Paid, State::Refunding, State::Refunded].contains(&payment.state)
            && payment.real_fen == customer.paid_fen
    };
    let is_open = |payment: &PaymentView| !payment.state.is_final() && payment.state != State::Refunding;
    let is_to_confirm = |payment: &PaymentView| {
        (payment.state, payment.way) == (State::Awaiting, Way::PaymentCode)
            && payment.payable_fen == customer.payable_fen
            && payment.total_fen == customer.total_fen
    };
    let confirms = customer.screen == CustomerScreen::Confirm;
    let asks_for_code = customer.screen == CustomerScreen::ShowCode;
    let pays = customer.screen == CustomerScreen::Pay;
    let thanks = customer.screen == CustomerScreen::Paid;
    let must_not_sell = cashier.stuck.is_some() || cashier.reconcile.is_some() || cashier.is_damaged;
    let rules = [
        ("a QR beside the screen for paying", customer.qr.is_some() == pays),
        ("a code that would not pay", !asks_for_code || cashier.code == Some(CodeView::Wanted)),
        ("a phone that asks for nothing", !confirms || payment.is_some_and(is_to_confirm)),
        ("a QR that may not be paid", !pays || payment.is_some_and(may_be_paid)),
        (
            "a QR in one window only",
            payment.is_some_and(|payment| payment.qr.is_some()) == customer.qr.is_some(),
        ),
        ("thanks without an amount", customer.paid_fen.is_some() == thanks),
        ("thanks for what is not paid", !thanks || payment.is_none_or(was_paid)),
        ("thanks or a QR while it is not known", payment.is_none_or(|payment| !is_open(payment) || !thanks)),
        (
            "paid without a receipt",
            payment.is_none_or(|payment| payment.state != State::Paid || payment.real_fen.is_some()),
        ),
        ("a cart that is being paid can be charged", !(cashier.cart.locked && cashier.cart.can_charge)),
        ("a cart can be charged that would be refused", !(must_not_sell && cashier.cart.can_charge)),
    ];
    rules.into_iter().find(|(_, holds)| !holds).map(|(what, _)| what)
}

/// I1-I4, I6-I8, I10 and I11 over everything there is, once the till and the gateway have come to an agreement.
pub async fn books(scene: Scene, comes_to_rest: bool) -> Vec<String> {
    let mut scene = scene.heal().await;
    for _ in 0..ROUNDS {
        if read(&scene.desk).await.unsettled.is_empty() || !comes_to_rest {
            break;
        }
        ask_about_all(&scene.desk).await;
        scene.desk.pass(31_000).await;
    }
    let desk = &scene.desk;
    let mut books = read(desk).await;
    if !comes_to_rest {
        books.unsettled.clear();
    }
    let forgotten = if scene.forgot { scene.pieces } else { 0 };
    books.check(&desk.disk.store, scene.pieces - forgotten, forgotten).await.unwrap();
    let mut wrong = std::mem::take(&mut scene.findings);
    wrong.append(&mut books.broken);
    wrong.append(&mut desk.gateway.ledger().broken);
    wrong.extend(windows(desk));
    wrong.extend(too_much_given_back(desk));
    wrong
}

/// The cashier asks about what would wait for a word of his.
async fn ask_about_all(desk: &Desk) {
    for (order_id, state) in sales(desk).await {
        if !state.is_final() {
            // Where the till asks by itself it says so.
            let _ = desk.act(Command::AskNow { order_id }).await;
        }
    }
}

async fn read(desk: &Desk) -> Books {
    let mut kept = Vec::new();
    for (order_id, _) in sales(desk).await {
        kept.extend(desk.disk.store.sale(&order_id).await.unwrap());
    }
    let ledger = desk.gateway.ledger();
    let ours = ledger.orders.iter().filter(|(_, trade)| !trade.is_of_another_till());
    Books::of(kept, ours.map(|(id, trade)| record(id, trade)).collect())
}

fn too_much_given_back(desk: &Desk) -> Vec<String> {
    let ledger = desk.gateway.ledger();
    let over = ledger.orders.iter().filter(|(_, trade)| trade.refunded_fen() > trade.real_fen());
    over.map(|(id, _)| format!("I10: more went back of {id} than came in")).collect()
}

/// As the sandbox, the other gateway that the books know, has an order.
fn record(id: &str, trade: &Trade) -> OrderRecord {
    let amount = |fen: Fen| Amount::from_fen(fen.get()).unwrap();
    let real_fen = if trade.status.is_paid() { trade.real_fen() } else { Fen::ZERO };
    OrderRecord {
        app_id: String::new(),
        order_id: id.to_owned(),
        trade_no: String::new(),
        order_status: status(trade.status),
        pay_channel: None,
        total_amount: amount(trade.total_fen),
        payable_amount: amount(trade.payable_fen),
        real_amount: amount(real_fen),
        refund_amount: amount(trade.refunded_fen()),
        refunds: Vec::new(),
        vouchers: Vec::new(),
        create_time: String::new(),
        pay_time: None,
        update_time: String::new(),
        pay_url: String::new(),
        fields: Fields::default(),
        received: BTreeMap::new(),
    }
}

fn status(status: Status) -> OrderStatus {
    match status {
        Status::Paying => OrderStatus::Paying,
        Status::Paid => OrderStatus::Paid,
        Status::Refunded => OrderStatus::Refunded,
        Status::PartlyRefunded => OrderStatus::PartlyRefunded,
        Status::Closed => OrderStatus::Closed,
        Status::Cancelled => OrderStatus::Cancelled,
        Status::Failed => OrderStatus::Failed,
        Status::RefundFailed => OrderStatus::RefundFailed,
        Status::Refunding => OrderStatus::Refunding,
        Status::Unknown => OrderStatus::Unknown,
    }
}
