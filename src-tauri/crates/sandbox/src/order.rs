//! One order and what can happen to it.

use std::collections::BTreeMap;

use rsa::rand_core::{OsRng, RngCore as _};
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::calls::Call;
use crate::clock;
use crate::fields::Fields;

/// `order_status` of the wire, a number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum OrderStatus {
    Paying,
    Paid,
    Refunded,
    PartlyRefunded,
    Closed,
    Cancelled,
    Failed,
    RefundFailed,
    Refunding,
    Unknown,
}

/// Each status and its number on the wire.
const STATUS_NUMBERS: [(OrderStatus, i64); 10] = [
    (OrderStatus::Paying, 0),
    (OrderStatus::Paid, 1),
    (OrderStatus::Refunded, 2),
    (OrderStatus::PartlyRefunded, 3),
    (OrderStatus::Closed, 4),
    (OrderStatus::Cancelled, 5),
    (OrderStatus::Failed, -1),
    (OrderStatus::RefundFailed, -2),
    (OrderStatus::Refunding, -3),
    (OrderStatus::Unknown, -10),
];

impl From<OrderStatus> for i64 {
    fn from(status: OrderStatus) -> Self {
        STATUS_NUMBERS.iter().find(|(own, _)| *own == status).map_or(-10, |(_, number)| *number)
    }
}

impl TryFrom<i64> for OrderStatus {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        STATUS_NUMBERS
            .iter()
            .find(|(_, own)| *own == number)
            .map(|(status, _)| *status)
            .ok_or("order_status is one of 0, 1, 2, 3, 4, 5, -1, -2, -3, -10")
    }
}

/// `pay_channel` of the wire: 0 WeChat, 1 Alipay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum Channel {
    WeChat,
    Alipay,
}

impl From<Channel> for i64 {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::WeChat => 0,
            Channel::Alipay => 1,
        }
    }
}

impl TryFrom<i64> for Channel {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::WeChat),
            1 => Ok(Self::Alipay),
            _ => Err("pay_channel is 0 (WeChat) or 1 (Alipay)"),
        }
    }
}

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
    pub(crate) payment: Option<Payment>,
    pub(crate) refund: Option<Refund>,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// The request's top-level fields as sent, without `sign`.
    pub(crate) fields: Fields,
    /// How often each call arrived for this order, rightly signed.
    pub(crate) received: BTreeMap<Call, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) real: Amount,
    pub(crate) channel: Channel,
    pub(crate) at_ms: i64,
}

/// All that was given back of one order, as one refund.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) refund_order_id: String,
    pub(crate) amount: Amount,
    pub(crate) at_ms: i64,
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
        self.payment = Some(payment);
        self.move_to(OrderStatus::Paid, payment.at_ms);
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
    pub(crate) const fn is_final(&self) -> bool {
        use OrderStatus::{Cancelled, Closed, Paid, Refunded};
        matches!(self.status, Paid | Refunded | Closed | Cancelled)
    }

    /// Puts the order into any status, as a tester's act. `payment` is used where the status means that money
    /// came in and none has yet.
    pub(crate) fn force(&mut self, status: OrderStatus, payment: Payment) {
        let real = self.payment.unwrap_or(payment).real;
        match status {
            OrderStatus::Paying | OrderStatus::Failed | OrderStatus::Closed => {
                self.payment = None;
                self.refund = None;
            }
            OrderStatus::Paid | OrderStatus::RefundFailed | OrderStatus::Refunding => {
                self.payment.get_or_insert(payment);
                self.refund = None;
            }
            OrderStatus::PartlyRefunded => {
                self.payment.get_or_insert(payment);
                let half = Amount::from_fen(real.fen() / 2).unwrap_or_default();
                self.give_back(half.max(Amount::ONE_FEN), payment.at_ms);
            }
            OrderStatus::Refunded => {
                self.payment.get_or_insert(payment);
                self.give_back(real, payment.at_ms);
            }
            OrderStatus::Cancelled => {
                if let Some(paid) = self.payment {
                    self.give_back(paid.real, payment.at_ms);
                }
            }
            OrderStatus::Unknown => {}
        }
        self.move_to(status, payment.at_ms);
    }

    pub(crate) fn move_to(&mut self, status: OrderStatus, now_ms: i64) {
        self.status = status;
        self.updated_ms = now_ms;
    }

    /// From now on `amount` in all has been given back.
    pub(crate) fn give_back(&mut self, amount: Amount, now_ms: i64) {
        let refund_order_id =
            self.refund.take().map_or_else(|| format!("R{}", new_token()), |old| old.refund_order_id);
        self.refund = Some(Refund { refund_order_id, amount, at_ms: now_ms });
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
    use super::{OrderStatus, STATUS_NUMBERS, new_token, new_trade_no};

    #[test]
    fn every_status_has_its_own_number() {
        for (status, number) in STATUS_NUMBERS {
            assert_eq!(i64::from(status), number);
            assert_eq!(OrderStatus::try_from(number), Ok(status));
        }
        assert!(OrderStatus::try_from(7).is_err());
    }

    #[test]
    fn tokens_and_trade_numbers_have_their_shape() {
        assert_eq!(new_token().len(), 32);
        assert_ne!(new_token(), new_token());
        let trade_no = new_trade_no(0);
        assert!(trade_no.starts_with("19700101080000") && trade_no.len() == 28, "{trade_no}");
    }
}
