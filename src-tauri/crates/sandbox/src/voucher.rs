//! Discounts that somebody else pays for: the platform's members' and the payment channel's.

use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// One entry of `voucher_list`, as the contract has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voucher {
    pub id: String,
    pub name: String,
    pub activity_id: String,
    /// 1 all goods, 2 discount, 3 single item.
    pub scope: u8,
    #[serde(rename = "type")]
    pub kind: VoucherKind,
    pub amount: Amount,
    /// The three contributions add up to the amount.
    #[serde(default)]
    pub merchant_contribute: Amount,
    #[serde(default)]
    pub other_contribute: Amount,
    #[serde(default)]
    pub purchase_ant_contribute: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum VoucherKind {
    Coupon,
    Discount,
}

impl Voucher {
    /// A member's coupon that the merchant pays for.
    #[must_use]
    pub fn member(amount: Amount) -> Self {
        Self {
            id: "member".to_owned(),
            name: "会员优惠".to_owned(),
            activity_id: "sandbox-member".to_owned(),
            scope: 1,
            kind: VoucherKind::Coupon,
            amount,
            merchant_contribute: amount,
            other_contribute: Amount::ZERO,
            purchase_ant_contribute: Amount::ZERO,
        }
    }

    /// A discount that WeChat or Alipay pays for.
    #[must_use]
    pub fn channel(amount: Amount) -> Self {
        Self {
            id: "channel".to_owned(),
            name: "渠道优惠".to_owned(),
            activity_id: "sandbox-channel".to_owned(),
            scope: 1,
            kind: VoucherKind::Discount,
            amount,
            merchant_contribute: Amount::ZERO,
            other_contribute: amount,
            purchase_ant_contribute: Amount::ZERO,
        }
    }

    pub(crate) fn is_even(&self) -> bool {
        let sum = self.merchant_contribute.plus(self.other_contribute);
        let sum = sum.and_then(|sum| sum.plus(self.purchase_ant_contribute));
        self.amount > Amount::ZERO && sum == Some(self.amount)
    }

    /// The same voucher where only so much of it could be used.
    fn cut_to(&self, amount: Amount) -> Self {
        let merchant_contribute = self.merchant_contribute.min(amount);
        let other_contribute = self.other_contribute.min(amount.less(merchant_contribute));
        let purchase_ant_contribute = amount.less(merchant_contribute).less(other_contribute);
        Self { amount, merchant_contribute, other_contribute, purchase_ant_contribute, ..self.clone() }
    }
}

/// What is left of a price, never less than one fen, and what was used of each voucher.
pub(crate) fn take_off(price: Amount, vouchers: &[Voucher]) -> (Amount, Vec<Voucher>) {
    let mut left = price;
    let mut used = Vec::new();
    for voucher in vouchers {
        let after = left.less_but_one_fen(voucher.amount);
        let taken = left.less(after);
        if taken > Amount::ZERO {
            used.push(voucher.cut_to(taken));
            left = after;
        }
    }
    (left, used)
}

#[cfg(test)]
mod tests {
    use super::{Voucher, take_off};
    use crate::amount::Amount;

    fn fen(fen: i64) -> Amount {
        Amount::from_fen(fen).unwrap()
    }

    #[test]
    fn vouchers_are_used_in_turn_down_to_one_fen() {
        let mixed = Voucher {
            merchant_contribute: fen(30),
            other_contribute: fen(50),
            purchase_ant_contribute: fen(20),
            ..Voucher::channel(fen(100))
        };
        let offers = [Voucher::member(fen(100)), mixed, Voucher::member(fen(5))];
        let amounts = |price| {
            let (left, used) = take_off(fen(price), &offers);
            assert!(used.iter().all(Voucher::is_even), "{used:?}");
            (left.fen(), used.iter().map(|voucher| voucher.amount.fen()).collect::<Vec<_>>())
        };
        assert_eq!(amounts(1_000), (795, vec![100, 100, 5]));
        assert_eq!(amounts(161), (1, vec![100, 60]));
        assert_eq!(amounts(1), (1, vec![]));
        let used = take_off(fen(161), &offers).1;
        assert_eq!((used[1].merchant_contribute, used[1].other_contribute), (fen(30), fen(30)));
    }
}
