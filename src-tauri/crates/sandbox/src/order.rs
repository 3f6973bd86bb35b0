//! One order and what can happen to it until it is paid.

use std::collections::BTreeMap;

use rsa::rand_core::{OsRng, RngCore as _};
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::calls::Call;
use crate::clock;
use crate::fields::Fields;
use crate::pay_code::UsedCode;
use crate::refund::{Refund, read_refunds};
use crate::status::{Channel, OrderStatus};
use crate::voucher::Voucher;

/// The order is past being paid: closed, cancelled or refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoLongerPayable;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) app_id: String,
    pub(crate) order_id: String,
    pub(crate) trade_no: String,
    /// The unguessable part of the pay page's address.
    pub(crate) token: String,
    pub(crate) status: OrderStatus,
    pub(crate) total: Amount,
    pub(crate) payable: Amount,
    /// What made the payable amount out of the total.
    #[serde(default)]
    pub(crate) vouchers: Vec<Voucher>,
    /// The customer's code, where the order was made with one.
    #[serde(default)]
    pub(crate) used_code: Option<UsedCode>,
    pub(crate) payment: Option<Payment>,
    #[serde(default, alias = "refund", deserialize_with = "read_refunds")]
    pub(crate) refunds: Vec<Refund>,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// The request's top-level fields as sent, without `sign` and `pay_code`.
    pub(crate) fields: Fields,
    /// How often each call arrived for this order, rightly signed.
    pub(crate) received: BTreeMap<Call, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) real: Amount,
    /// What made the real amount out of the payable one.
    #[serde(default)]
    pub(crate) vouchers: Vec<Voucher>,
    pub(crate) channel: Channel,
    pub(crate) at_ms: i64,
}

impl Payment {
    /// The same payment where the customer really paid something else.
    pub(crate) fn with_real(self, payable: Amount, real: Amount) -> Self {
        let subsidy = payable.less(real);
        let vouchers = if subsidy > Amount::ZERO { vec![Voucher::channel(subsidy)] } else { Vec::new() };
        Self { real, vouchers, ..self }
    }
}

impl Order {
    /// Pays the order. Paying a paid order changes nothing.
    pub(crate) fn pay(&mut self, payment: Payment) -> Result<(), NoLongerPayable> {
        if self.status == OrderStatus::Paid {
            return Ok(());
        }
        if !self.is_payable() {
            return Err(NoLongerPayable);
        }
        self.move_to(OrderStatus::Paid, payment.at_ms);
        self.payment = Some(payment);
        Ok(())
    }

    /// One attempt to pay fails; the order stays payable.
    pub(crate) fn decline(&mut self, now_ms: i64) -> Result<(), NoLongerPayable> {
        if !self.is_payable() {
            return Err(NoLongerPayable);
        }
        self.move_to(OrderStatus::Failed, now_ms);
        Ok(())
    }

    /// Not paid, and nothing stands in the way of paying.
    pub(crate) const fn is_payable(&self) -> bool {
        let open = matches!(self.status, OrderStatus::Paying | OrderStatus::Failed | OrderStatus::Unknown);
        open && self.payment.is_none()
    }

    /// Nothing will happen to it by itself, so that a full ledger may forget it.
    pub(crate) const fn is_at_rest(&self) -> bool {
        use OrderStatus::{Cancelled, Closed, Paid, PartlyRefunded, RefundFailed, Refunded};
        matches!(self.status, Paid | Refunded | PartlyRefunded | RefundFailed | Closed | Cancelled)
    }

    /// Puts the order into any status, as a tester's act. `payment` is used where the status means that money
    /// came in and none has yet.
    pub(crate) fn force(&mut self, status: OrderStatus, payment: Payment) {
        let now_ms = payment.at_ms;
        match status {
            OrderStatus::Paying | OrderStatus::Failed | OrderStatus::Closed => {
                self.payment = None;
                self.refunds.clear();
            }
            OrderStatus::Paid | OrderStatus::RefundFailed | OrderStatus::Refunding => {
                self.payment.get_or_insert(payment);
                self.refunds.clear();
            }
            OrderStatus::PartlyRefunded => {
                self.payment.get_or_insert(payment);
                self.give_back_half(now_ms);
            }
            OrderStatus::Refunded => {
                self.payment.get_or_insert(payment);
                self.give_back_all(now_ms);
            }
            OrderStatus::Cancelled => self.give_back_all(now_ms),
            OrderStatus::Unknown => {}
        }
        self.move_to(status, now_ms);
    }

    pub(crate) fn move_to(&mut self, status: OrderStatus, now_ms: i64) {
        self.status = status;
        self.updated_ms = now_ms;
    }

    /// Where the customer's own code chose the channel, nothing else does.
    pub(crate) fn channel_or(&self, otherwise: Channel) -> Channel {
        self.used_code.as_ref().map_or(otherwise, |code| code.channel)
    }
}

/// 128 random bits as 32 hexadecimal characters.
pub(crate) fn new_token() -> String {
    let mut bytes = [0_u8; 16];
    OsRng.fill_bytes(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// 28 digits: the time and fourteen random ones.
pub(crate) fn new_trade_no(now_ms: i64) -> String {
    format!("{}{:014}", clock::china_digits(now_ms), OsRng.next_u64() % 100_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::{new_token, new_trade_no};

    #[test]
    fn tokens_and_trade_numbers_have_their_shape() {
        assert_eq!(new_token().len(), 32);
        assert_ne!(new_token(), new_token());
        let trade_no = new_trade_no(0);
        assert!(trade_no.starts_with("19700101080000") && trade_no.len() == 28, "{trade_no}");
    }
}
