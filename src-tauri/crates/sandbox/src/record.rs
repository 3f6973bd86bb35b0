//! What a tester sees of an order and of the requests.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::amount::Amount;
use crate::calls::Call;
use crate::clock;
use crate::fields::Fields;
use crate::order::Order;
use crate::refund::{Refund, RefundState};
use crate::status::{Channel, OrderStatus};
use crate::voucher::Voucher;

/// How many requests are remembered.
const REQUESTS_MAX: usize = 200;

/// One order as it stands. Times are `YYYY-MM-DD HH:MM:SS` in China Standard Time.
#[derive(Clone, Debug, Serialize)]
pub struct OrderRecord {
    pub app_id: String,
    pub order_id: String,
    pub trade_no: String,
    pub order_status: OrderStatus,
    pub pay_channel: Option<Channel>,
    pub total_amount: Amount,
    pub payable_amount: Amount,
    /// Zero until it is paid.
    pub real_amount: Amount,
    /// What the customer has back.
    pub refund_amount: Amount,
    /// In whatever state, the one touched last at the end.
    pub refunds: Vec<RefundRecord>,
    /// Of the order first, then of its payment.
    pub vouchers: Vec<Voucher>,
    pub create_time: String,
    pub pay_time: Option<String>,
    pub update_time: String,
    pub pay_url: String,
    /// The fields of `/pay/scan` or `/pay/qrcode` as they were sent, without `sign` and `pay_code`.
    pub fields: Fields,
    /// How often each call arrived for this order, rightly signed.
    pub received: BTreeMap<Call, u64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RefundRecord {
    pub refund_order_id: String,
    pub refund_amount: Amount,
    pub state: RefundState,
    /// When it came to its state.
    pub time: String,
}

impl RefundRecord {
    fn of(refund: &Refund) -> Self {
        Self {
            refund_order_id: refund.refund_order_id.clone(),
            refund_amount: refund.amount,
            state: refund.state,
            time: clock::china_text(refund.at_ms),
        }
    }
}

impl OrderRecord {
    pub(crate) fn of(order: &Order, pay_url: String) -> Self {
        let payment = order.payment.as_ref();
        let of_payment = payment.iter().flat_map(|payment| &payment.vouchers);
        Self {
            app_id: order.app_id.clone(),
            order_id: order.order_id.clone(),
            trade_no: order.trade_no.clone(),
            order_status: order.status,
            pay_channel: payment.map(|payment| payment.channel),
            total_amount: order.total,
            payable_amount: order.payable,
            real_amount: payment.map(|payment| payment.real).unwrap_or_default(),
            refund_amount: order.refunded(),
            refunds: order.refunds.iter().map(RefundRecord::of).collect(),
            vouchers: order.vouchers.iter().chain(of_payment).cloned().collect(),
            create_time: clock::china_text(order.created_ms),
            pay_time: payment.map(|payment| clock::china_text(payment.at_ms)),
            update_time: clock::china_text(order.updated_ms),
            pay_url,
            fields: order.fields.clone(),
            received: order.received.clone(),
        }
    }

    /// How often this call arrived for this order.
    #[must_use]
    pub fn times_received(&self, call: Call) -> u64 {
        self.received.get(&call).copied().unwrap_or_default()
    }
}

/// One request to the gateway's calls, as it arrived, whatever became of it.
#[derive(Clone, Debug, Serialize)]
pub struct ReceivedRequest {
    /// Counts from 1 since the start.
    pub number: u64,
    pub time: String,
    pub path: Call,
    /// The raw body, a payment code in it as it was sent; bytes that are not UTF-8 show as U+FFFD.
    pub body: String,
    /// The code it was answered with; null where no envelope went out.
    pub code: Option<i64>,
}

/// The last requests, oldest first.
#[derive(Default)]
pub(crate) struct RequestLog {
    count: u64,
    last: VecDeque<ReceivedRequest>,
}

impl RequestLog {
    pub(crate) fn add(&mut self, call: Call, body: &[u8], now_ms: i64) -> u64 {
        if self.last.len() >= REQUESTS_MAX {
            self.last.pop_front();
        }
        self.count += 1;
        self.last.push_back(ReceivedRequest {
            number: self.count,
            time: clock::china_text(now_ms),
            path: call,
            body: String::from_utf8_lossy(body).into_owned(),
            code: None,
        });
        self.count
    }

    pub(crate) fn answered(&mut self, number: u64, code: i64) {
        if let Some(request) = self.last.iter_mut().find(|request| request.number == number) {
            request.code = Some(code);
        }
    }

    pub(crate) fn last(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.last.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{REQUESTS_MAX, RequestLog};
    use crate::calls::Call;

    #[test]
    fn only_the_last_requests_are_remembered() {
        let mut log = RequestLog::default();
        for _ in 0..REQUESTS_MAX + 5 {
            log.add(Call::Check, b"{}", 0);
        }
        log.answered(1, 1000);
        log.answered(6, 1000);
        let seen: Vec<_> = log.last().map(|request| (request.number, request.code)).collect();
        assert_eq!(seen.len(), REQUESTS_MAX);
        assert_eq!(seen[..2], [(6, Some(1000)), (7, None)]);
    }
}
