//! What was given back of an order, or is on its way.

use serde::{Deserialize, Deserializer, Serialize};

use crate::amount::Amount;
use crate::order::{Order, new_token};
use crate::status::OrderStatus;

/// More than any shop gives back of one sale; it bounds what one order takes up.
pub(crate) const REFUNDS_MAX: usize = 100;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) refund_order_id: String,
    pub(crate) amount: Amount,
    /// When it came to its state.
    pub(crate) at_ms: i64,
    #[serde(default)]
    pub(crate) state: RefundState,
    /// When a pending one is done by itself.
    #[serde(default)]
    pub(crate) due_ms: Option<i64>,
}

/// What has become of one refund. Also what a scenario makes of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The money is back, and the refund is in `refund_list`.
    #[default]
    Done,
    Pending,
    /// Nothing was given back. The same refund may be asked for again.
    Failed,
}

impl Refund {
    /// One that was just asked for. Where refunds take their time, one that is to be done is pending at first.
    pub(crate) fn asked_for(
        refund_order_id: String,
        amount: Amount,
        outcome: RefundState,
        now_ms: i64,
        after_ms: Option<u32>,
    ) -> Self {
        let state = match (outcome, after_ms) {
            (RefundState::Done, Some(_)) => RefundState::Pending,
            (state, _) => state,
        };
        let due_ms = after_ms.filter(|_| state == RefundState::Pending);
        let due_ms = due_ms.map(|after_ms| now_ms.saturating_add(after_ms.into()));
        Self { refund_order_id, amount, at_ms: now_ms, state, due_ms }
    }
}

/// What is kept about the shop's own money.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Purse {
    /// What refunds may still draw on; none: without end.
    pub(crate) balance: Option<Amount>,
}

/// The shop's balance does not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BalanceShort;

impl Purse {
    pub(crate) fn draw(&mut self, amount: Amount) -> Result<(), BalanceShort> {
        match self.balance {
            Some(balance) if balance < amount => Err(BalanceShort),
            Some(balance) => {
                self.balance = Some(balance.less(amount));
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn put_back(&mut self, amount: Amount) {
        self.balance = self.balance.map(|balance| balance.plus(amount).unwrap_or(balance));
    }
}

impl Order {
    pub(crate) fn refund(&self, refund_order_id: &str) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.refund_order_id == refund_order_id)
    }

    pub(crate) fn done_refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| refund.state == RefundState::Done)
    }

    /// What the customer has back.
    pub(crate) fn refunded(&self) -> Amount {
        sum(self.done_refunds())
    }

    /// What of the money really paid is neither back nor on its way.
    pub(crate) fn refundable(&self) -> Amount {
        let real = self.payment.as_ref().map(|payment| payment.real).unwrap_or_default();
        real.less(sum(self.refunds.iter().filter(|refund| refund.state != RefundState::Failed)))
    }

    /// Takes in a refund, in the place of one by the same id, and what it means for the order.
    pub(crate) fn take_refund(&mut self, refund: Refund) {
        let now_ms = refund.at_ms;
        self.refunds.retain(|known| known.refund_order_id != refund.refund_order_id);
        self.refunds.push(refund);
        self.move_to(self.status_by_refunds(), now_ms);
    }

    /// Ends a pending refund; none when there is no pending one by that id.
    pub(crate) fn end_refund(
        &mut self,
        refund_order_id: &str,
        done: bool,
        purse: &mut Purse,
        now_ms: i64,
    ) -> Option<()> {
        let pending = self.refund(refund_order_id).filter(|refund| refund.state == RefundState::Pending)?;
        let state = if done { RefundState::Done } else { RefundState::Failed };
        if !done {
            purse.put_back(pending.amount);
        }
        let ended = Refund { state, at_ms: now_ms, due_ms: None, ..pending.clone() };
        self.take_refund(ended);
        Some(())
    }

    /// The pending refunds whose time has come.
    pub(crate) fn due_refunds(&self, now_ms: i64) -> Vec<(String, i64)> {
        let pending = self.refunds.iter().filter(|refund| refund.state == RefundState::Pending);
        pending
            .filter_map(|refund| Some((refund.refund_order_id.clone(), refund.due_ms?)))
            .filter(|(_, due_ms)| *due_ms <= now_ms)
            .collect()
    }

    /// As if the back office had given back all that was left. An unpaid order stays as it is.
    pub(crate) fn give_back_all(&mut self, now_ms: i64) {
        self.refunds.retain(|refund| refund.state == RefundState::Done);
        let left = self.refundable();
        if left > Amount::ZERO {
            self.take_refund(by_back_office(left, now_ms));
        }
    }

    /// As if the back office had given back about half.
    pub(crate) fn give_back_half(&mut self, now_ms: i64) {
        self.refunds.clear();
        let half = Amount::from_fen(self.refundable().fen() / 2).unwrap_or_default();
        self.take_refund(by_back_office(half.max(Amount::ONE_FEN), now_ms));
    }

    fn status_by_refunds(&self) -> OrderStatus {
        let (refunded, pending) =
            (self.refunded(), self.refunds.iter().any(|refund| refund.state == RefundState::Pending));
        let last_failed = self.refunds.last().is_some_and(|refund| refund.state == RefundState::Failed);
        let real = self.payment.as_ref().map(|payment| payment.real).unwrap_or_default();
        match () {
            () if pending => OrderStatus::Refunding,
            () if last_failed => OrderStatus::RefundFailed,
            () if refunded == Amount::ZERO => OrderStatus::Paid,
            () if refunded < real => OrderStatus::PartlyRefunded,
            () => OrderStatus::Refunded,
        }
    }
}

/// The id of a refund that nobody gave one.
pub(crate) fn new_refund_order_id() -> String {
    format!("R{}", new_token())
}

fn by_back_office(amount: Amount, now_ms: i64) -> Refund {
    Refund::asked_for(new_refund_order_id(), amount, RefundState::Done, now_ms, None)
}

/// The refunds of an order in a state file. Older files have one refund or null.
pub(crate) fn read_refunds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Refund>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Many(Vec<Refund>),
        AtMostOne(Option<Refund>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Many(refunds) => refunds,
        Written::AtMostOne(refund) => refund.into_iter().collect(),
    })
}

fn sum<'a>(refunds: impl Iterator<Item = &'a Refund>) -> Amount {
    refunds.fold(Amount::ZERO, |sum, refund| sum.plus(refund.amount).unwrap_or(sum))
}
