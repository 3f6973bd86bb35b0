//! Sales as they are printed. Amounts are exact decimals in yuan as text, times Unix milliseconds and China Standard
//! Time.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use serde::Serialize;
use serde_json::Value;
use yima_checkout::view::Language;
use yima_core::{Fen, OrderLine};
use yima_store::{KeptReceipt, KeptRefund, KeptSale, SaleListRow, StoredAttempt, StoredEvent};

use super::terms::Terms;
use crate::failure::Failure;
use crate::table::{Table, pad, visible};
use crate::words::Out;
use crate::words::receipts::{self as words, Label};

/// Wide enough for any label.
const LABEL_COLUMNS: usize = 14;

/// One sale in a list.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    order_id: &'a str,
    receipt_number: Option<&'a str>,
    state: &'a str,
    open: bool,
    day: &'a str,
    way: &'static str,
    total_amount: String,
    payable_amount: Option<String>,
    real_amount: Option<String>,
    refunded_amount: Option<String>,
    refund_due_amount: Option<String>,
    pay_channel: Option<i64>,
    pay_time: Option<&'a str>,
    trade_no: Option<&'a str>,
    reason: Option<Value>,
    first_title: &'a str,
    line_count: u32,
    pieces: u32,
    created_ms: i64,
    created_time: String,
    updated_ms: i64,
    updated_time: String,
}

/// All that is kept of one sale, but for what the till works with inside.
#[derive(Serialize)]
pub(super) struct SaleRecord {
    order_id: String,
    receipt_number: Option<String>,
    /// The number of the last of `events`.
    version: u32,
    state: String,
    open: bool,
    /// Asked about although it ended.
    watched: bool,
    /// Somebody has to see to it.
    urgent: bool,
    day: String,
    created_ms: i64,
    created_time: String,
    updated_ms: i64,
    updated_time: String,
    total_amount: String,
    payable_amount: Option<String>,
    real_amount: Option<String>,
    refunded_amount: Option<String>,
    /// What has to be given back and has not been.
    refund_due_amount: Option<String>,
    /// `qr`, `payment_code` or `cash`.
    way: &'static str,
    /// What was handed over in cash.
    tendered_amount: Option<String>,
    trade_no: Option<String>,
    pay_url: Option<String>,
    /// 0 WeChat, 1 Alipay.
    pay_channel: Option<i64>,
    /// The gateway's own text.
    pay_time: Option<String>,
    reason: Option<Value>,
    #[serde(flatten)]
    terms: Terms,
    goods: Vec<Goods>,
    till_number: String,
    terminal_id: String,
    cashier_id: Option<String>,
    store_info: Value,
    account: Value,
    cart_id: i64,
    /// The sale still decides over its cart.
    holds_cart: bool,
    /// What is sent, byte for byte, but for the signature.
    request_body: String,
    /// Of `request_body`, in hexadecimal digits.
    request_body_sha256: String,
    receipt: Option<Receipt>,
    events: Vec<Event>,
    attempts: Vec<Attempt>,
    refunds: Vec<Refund>,
}

#[derive(Serialize)]
struct Goods {
    line_no: usize,
    barcode: String,
    title: String,
    price: String,
    quantity: u32,
    weight_g: Option<u32>,
    list_price: Option<String>,
    price_reason: Option<String>,
    discount_amount: String,
    order_discount_amount: String,
    amount: String,
    note: Option<String>,
}

#[derive(Serialize)]
struct Receipt {
    number: String,
    till_number: String,
    day: String,
    count: u32,
    at_ms: i64,
    at_time: String,
}

#[derive(Serialize)]
struct Event {
    version: u32,
    event: String,
    state: String,
    attempt: Option<u32>,
    /// Who did it and why, where that matters.
    note: Option<Value>,
    at_ms: i64,
    at_time: String,
}

#[derive(Serialize)]
struct Attempt {
    attempt: u32,
    begun_ms: i64,
    begun_time: String,
    outcome: Option<String>,
    ended_ms: Option<i64>,
    ended_time: Option<String>,
}

#[derive(Serialize)]
struct Refund {
    refund_id: String,
    amount: String,
    progress: String,
    begun_ms: i64,
    begun_time: String,
    updated_ms: i64,
    updated_time: String,
}

/// A time in Unix milliseconds as `2026-11-22 09:30:05` in China Standard Time; the number where there is no such time.
pub(crate) fn time_of(at_ms: i64) -> String {
    let Ok(time) = Timestamp::from_millisecond(at_ms) else { return at_ms.to_string() };
    time.to_zoned(TimeZone::fixed(tz::offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

impl<'a> Row<'a> {
    pub(super) fn of(sale: &'a SaleListRow) -> Self {
        Self {
            order_id: sale.order_id.as_str(),
            receipt_number: sale.receipt_number.as_deref(),
            state: &sale.state,
            open: sale.open,
            day: &sale.day,
            way: sale.way.code(),
            total_amount: sale.total_fen.to_string(),
            payable_amount: amount(sale.payable_fen),
            real_amount: amount(sale.real_fen),
            refunded_amount: amount(sale.refunded_fen),
            refund_due_amount: amount(sale.refund_due_fen),
            pay_channel: sale.channel,
            pay_time: sale.pay_time.as_deref(),
            trade_no: sale.trade_no.as_deref(),
            reason: sale.reason.as_deref().map(json),
            first_title: &sale.first_title,
            line_count: sale.line_count,
            pieces: sale.pieces,
            created_ms: sale.created_ms,
            created_time: time_of(sale.created_ms),
            updated_ms: sale.updated_ms,
            updated_time: time_of(sale.updated_ms),
        }
    }
}

impl SaleRecord {
    pub(super) fn of(kept: KeptSale) -> Self {
        let sale = kept.sale;
        Self {
            order_id: sale.order.id.as_str().to_owned(),
            receipt_number: sale.receipt_number,
            version: sale.version,
            state: sale.state,
            open: sale.open,
            watched: kept.watched,
            urgent: kept.urgent,
            day: kept.day,
            created_ms: sale.created_ms,
            created_time: time_of(sale.created_ms),
            updated_ms: kept.updated_ms,
            updated_time: time_of(kept.updated_ms),
            total_amount: sale.order.total_fen.to_string(),
            payable_amount: amount(sale.facts.payable_fen),
            real_amount: amount(sale.facts.real_fen),
            refunded_amount: amount(sale.facts.refunded_fen),
            refund_due_amount: amount(sale.facts.refund_due_fen),
            way: sale.way.code(),
            tendered_amount: amount(sale.tendered_fen),
            trade_no: sale.facts.trade_no,
            pay_url: sale.facts.pay_url,
            pay_channel: sale.facts.channel,
            pay_time: sale.facts.pay_time,
            reason: sale.facts.reason.as_deref().map(json),
            terms: Terms::of(sale.detail.as_deref()),
            goods: (1..).zip(&sale.order.lines).map(Goods::of).collect(),
            till_number: sale.till_number,
            terminal_id: sale.terminal_id,
            cashier_id: sale.cashier_id,
            store_info: json(&sale.store_info),
            account: json(&sale.account),
            cart_id: sale.cart_id.0,
            holds_cart: sale.holds_cart,
            request_body: String::from_utf8_lossy(&sale.body).into_owned(),
            request_body_sha256: kept.body_sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            receipt: kept.receipt.map(Receipt::of),
            events: kept.events.into_iter().map(Event::of).collect(),
            attempts: kept.attempts.into_iter().map(Attempt::of).collect(),
            refunds: kept.refunds.into_iter().map(Refund::of).collect(),
        }
    }

    pub(super) fn print(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let language = out.language();
        for (label, value) in self.lines(language) {
            writeln!(out, "{}{}", pad(words::label(label).of(language), LABEL_COLUMNS), visible(&value))?;
        }
        writeln!(out)?;
        let mut goods = Table::new(&words::goods_heads(), language).align_right(&[1, 2, 3]);
        for line in &self.goods {
            goods.row([&line.barcode, &line.price, &line.quantity.to_string(), &line.amount, &line.title]);
        }
        goods.print(out)?;
        writeln!(out)?;
        let mut events = Table::new(&words::event_heads(), language);
        for event in &self.events {
            let attempt = event.attempt.map_or_else(|| "-".to_owned(), |attempt| attempt.to_string());
            let note = event.note.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
            events.row([&event.at_time, words::state(&event.state, language), &attempt, &event.event, &note]);
        }
        events.print(out)?;
        self.print_refunds(out)
    }

    fn print_refunds(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        if self.refunds.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut refunds = Table::new(&words::refund_heads(), out.language()).align_right(&[1]);
        for refund in &self.refunds {
            refunds.row([&refund.begun_time, &refund.amount, &refund.refund_id, &refund.progress]);
        }
        Ok(refunds.print(out)?)
    }

    /// What there is to say in one line each.
    fn lines(&self, language: Language) -> impl Iterator<Item = (Label, String)> {
        let channel = self.pay_channel.map(|channel| words::channel(channel).of(language).to_owned());
        let lines = [
            (Label::Receipt, self.receipt_number.clone()),
            (Label::Order, Some(self.order_id.clone())),
            (Label::State, Some(words::state(&self.state, language).to_owned())),
            (Label::Reason, self.reason.as_ref().map(Value::to_string)),
            (Label::Begun, Some(self.created_time.clone())),
            (Label::Total, Some(self.total_amount.clone())),
            (Label::Payable, self.payable_amount.clone()),
            (Label::Paid, self.real_amount.clone()),
            (Label::Refunded, self.refunded_amount.clone()),
            (Label::RefundDue, self.refund_due_amount.clone()),
            (Label::Way, Some(words::way(self.way).of(language).to_owned())),
            (Label::Tendered, self.tendered_amount.clone()),
            (Label::PaidBy, channel),
            (Label::PaidAt, self.pay_time.clone()),
            (Label::TradeNo, self.trade_no.clone()),
            (Label::PayUrl, self.pay_url.clone()),
            (Label::Till, Some(self.till_number.clone())),
            (Label::TerminalId, Some(self.terminal_id.clone())),
            (Label::CashierId, self.cashier_id.clone()),
            (Label::Note, self.terms.note.clone()),
        ];
        lines.into_iter().filter_map(|(label, value)| Some((label, value?)))
    }
}

impl Goods {
    fn of((line_no, line): (usize, &OrderLine)) -> Self {
        Self {
            line_no,
            barcode: line.barcode.as_str().to_owned(),
            title: line.title.clone(),
            price: line.price_fen.to_string(),
            quantity: line.quantity.get(),
            weight_g: line.detail.grams,
            list_price: line.detail.list_price_fen.map(|fen| fen.to_string()),
            price_reason: line.detail.price_reason.clone(),
            discount_amount: line.detail.off_fen.to_string(),
            order_discount_amount: line.detail.share_fen.to_string(),
            note: line.detail.note.clone(),
            amount: line.amount_fen.to_string(),
        }
    }
}

impl Receipt {
    fn of(receipt: KeptReceipt) -> Self {
        Self {
            number: receipt.number,
            till_number: receipt.till_number,
            day: receipt.day,
            count: receipt.count,
            at_ms: receipt.at_ms,
            at_time: time_of(receipt.at_ms),
        }
    }
}

impl Event {
    fn of(event: StoredEvent) -> Self {
        Self {
            version: event.version,
            event: event.event,
            state: event.state,
            attempt: event.attempt,
            note: event.note.as_deref().map(json),
            at_ms: event.at_ms,
            at_time: time_of(event.at_ms),
        }
    }
}

impl Attempt {
    fn of(attempt: StoredAttempt) -> Self {
        Self {
            attempt: attempt.attempt,
            begun_ms: attempt.begun_ms,
            begun_time: time_of(attempt.begun_ms),
            outcome: attempt.outcome,
            ended_ms: attempt.ended_ms,
            ended_time: attempt.ended_ms.map(time_of),
        }
    }
}

impl Refund {
    fn of(kept: KeptRefund) -> Self {
        Self {
            refund_id: kept.refund.refund_id.as_str().to_owned(),
            amount: kept.refund.amount_fen.to_string(),
            progress: kept.refund.progress,
            begun_ms: kept.begun_ms,
            begun_time: time_of(kept.begun_ms),
            updated_ms: kept.updated_ms,
            updated_time: time_of(kept.updated_ms),
        }
    }
}

fn amount(fen: Option<Fen>) -> Option<String> {
    fen.map(|fen| fen.to_string())
}

/// Kept as JSON text; the store checks that it is.
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
