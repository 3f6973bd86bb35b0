//! What a tester may change while the sandbox runs: discounts, outcomes, limits, the clock it shows.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::order::Payment;
use crate::status::Channel;
use crate::voucher::{Voucher, take_off};

const VOUCHERS_MAX: usize = 20;
const REQUESTS_PER_SECOND_MAX: u32 = 1_000;

/// Whatever is left out of the JSON takes its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Taken off the total of every new order, down to one fen: what is left is `payable_amount`.
    pub member_vouchers: Vec<Voucher>,
    /// Taken off what is payable when it is paid, down to one fen: what is left is `real_amount`.
    pub channel_vouchers: Vec<Voucher>,
    /// Orders that wait for their customer pay themselves so long after they were made.
    pub pay_after_ms: Option<u32>,
    /// What becomes of a payment code.
    pub pay_code: PayCodeOutcome,
    /// Refunds, also those of `/pay/cancel`, are pending for so long, and then done. Without it they are done at once.
    pub refund_after_ms: Option<u32>,
    /// Calls beyond so many in one second are told 5002, 1,000 at most. Without it there is no limit.
    pub requests_per_second: Option<NonZeroU32>,
    /// Added to the clock in the `Date` header of every answer, and to nothing else.
    pub date_offset_s: i32,
    /// Calls about an order that is not there are told so before their signature is looked at.
    pub looks_up_first: bool,
}

/// What the customer's wallet does when a payment code is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayCodeOutcome {
    /// The order is paid at once: 1000.
    #[default]
    Pays,
    /// The customer is asked for a password: 1002, and the order waits like one of `/pay/scan`.
    Waits,
    /// 1001, and the order is at -1.
    Declines,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error("no more than {VOUCHERS_MAX} vouchers of a kind")]
    TooManyVouchers,
    #[error("a voucher's amount is above zero and the sum of its contributions")]
    UnevenVoucher,
    #[error("requests_per_second is more than {REQUESTS_PER_SECOND_MAX}")]
    RateTooHigh,
}

impl Terms {
    pub(crate) fn check(&self) -> Result<(), TermsError> {
        if self.requests_per_second.is_some_and(|rate| rate.get() > REQUESTS_PER_SECOND_MAX) {
            return Err(TermsError::RateTooHigh);
        }
        for vouchers in [&self.member_vouchers, &self.channel_vouchers] {
            if vouchers.len() > VOUCHERS_MAX {
                return Err(TermsError::TooManyVouchers);
            }
            if !vouchers.iter().all(Voucher::is_even) {
                return Err(TermsError::UnevenVoucher);
            }
        }
        Ok(())
    }

    /// What is payable of a total, and the vouchers that made it so.
    pub(crate) fn payable(&self, total: Amount) -> (Amount, Vec<Voucher>) {
        take_off(total, &self.member_vouchers)
    }

    pub(crate) fn payment(&self, payable: Amount, channel: Channel, at_ms: i64) -> Payment {
        let (real, vouchers) = take_off(payable, &self.channel_vouchers);
        Payment { real, vouchers, channel, at_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::{Terms, TermsError};

    #[test]
    fn terms_that_make_no_sense_are_refused() {
        let voucher = |amount: &str, rest: &str| {
            format!(
                r#"{{"id":"v","name":"券","activity_id":"a","scope":3,"type":"COUPON","amount":"{amount}"{rest}}}"#
            )
        };
        let even = voucher("1.00", r#","merchant_contribute":"0.40","other_contribute":"0.60""#);
        let twenty_one = vec![even.as_str(); 21].join(",");
        for (json, expected) in [
            ("{}".to_owned(), Ok(())),
            (format!(r#"{{"member_vouchers":[{even}]}}"#), Ok(())),
            (format!(r#"{{"channel_vouchers":[{twenty_one}]}}"#), Err(TermsError::TooManyVouchers)),
            (format!(r#"{{"member_vouchers":[{}]}}"#, voucher("1.00", "")), Err(TermsError::UnevenVoucher)),
            (format!(r#"{{"member_vouchers":[{}]}}"#, voucher("0", "")), Err(TermsError::UnevenVoucher)),
            (r#"{"requests_per_second":1000}"#.to_owned(), Ok(())),
            (r#"{"requests_per_second":1001}"#.to_owned(), Err(TermsError::RateTooHigh)),
        ] {
            assert_eq!(serde_json::from_str::<Terms>(&json).unwrap().check(), expected, "{json}");
        }
        for json in [r#"{"requests_per_second":0}"#, r#"{"pay_code":"maybe"}"#, r#"{"discount":1}"#] {
            assert!(serde_json::from_str::<Terms>(json).is_err(), "{json}");
        }
    }
}
