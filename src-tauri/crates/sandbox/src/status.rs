//! `order_status` and `pay_channel`: numbers on the wire.

use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::{OrderStatus, STATUS_NUMBERS};

    #[test]
    fn every_status_has_its_own_number() {
        for (status, number) in STATUS_NUMBERS {
            assert_eq!(i64::from(status), number);
            assert_eq!(OrderStatus::try_from(number), Ok(status));
        }
        assert!(OrderStatus::try_from(7).is_err());
    }
}
