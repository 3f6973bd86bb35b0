//! What the gateway says about an order.

use std::fmt;

/// The gateway's `order_status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// 0
    Paying,
    /// 1
    Paid,
    /// 2
    Refunded,
    /// 3
    PartlyRefunded,
    /// 4
    Closed,
    /// 5
    Cancelled,
    /// -1: this attempt to pay failed.
    Failed,
    /// -2
    RefundFailed,
    /// -3
    Refunding,
    /// -10, and whatever else stands there (its first 32 characters): never paid.
    Unknown(String),
}

impl OrderStatus {
    const UNKNOWN_CHARS: usize = 32;

    /// Reads the digits of a number, or the text of a string.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "0" => Self::Paying,
            "1" => Self::Paid,
            "2" => Self::Refunded,
            "3" => Self::PartlyRefunded,
            "4" => Self::Closed,
            "5" => Self::Cancelled,
            "-1" => Self::Failed,
            "-2" => Self::RefundFailed,
            "-3" => Self::Refunding,
            _ => Self::Unknown(text.chars().take(Self::UNKNOWN_CHARS).collect()),
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paying => f.write_str("paying"),
            Self::Paid => f.write_str("paid"),
            Self::Refunded => f.write_str("refunded"),
            Self::PartlyRefunded => f.write_str("partly refunded"),
            Self::Closed => f.write_str("closed"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Failed => f.write_str("payment failed"),
            Self::RefundFailed => f.write_str("refund failed"),
            Self::Refunding => f.write_str("refunding"),
            Self::Unknown(text) => {
                write!(f, "unknown ({})", crate::escape::escaped(text, Self::UNKNOWN_CHARS))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tables_own_values_mean_something() {
        let check =
            |text: &str, expected: OrderStatus| assert_eq!(OrderStatus::parse(text), expected, "{text}");
        check("0", OrderStatus::Paying);
        check("1", OrderStatus::Paid);
        check("2", OrderStatus::Refunded);
        check("3", OrderStatus::PartlyRefunded);
        check("4", OrderStatus::Closed);
        check("5", OrderStatus::Cancelled);
        check("-1", OrderStatus::Failed);
        check("-2", OrderStatus::RefundFailed);
        check("-3", OrderStatus::Refunding);
        for text in ["-10", "6", "7", "", "01", "+1", "1.0", " 1", "1e0", "paid", "１", "true"] {
            check(text, OrderStatus::Unknown(text.to_owned()));
        }
        check(&"9".repeat(100), OrderStatus::Unknown("9".repeat(32)));
    }
}
