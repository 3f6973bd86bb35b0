//! Every order this sandbox knows, in the order they were made.

use crate::app::Apps;
use crate::order::Order;
use crate::pay_code::UsedCode;
use crate::refund::Purse;
use crate::status::{Channel, OrderStatus};
use crate::terms::Terms;

/// How many orders are kept. A full ledger forgets its oldest order at rest for a new one.
pub(crate) const ORDERS_MAX: usize = 1_000;

/// Every order kept is open: there is no room for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LedgerFull;

/// How one order is named.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    OrderId(&'a str),
    TradeNo(&'a str),
    RefundOrderId(&'a str),
    Token(&'a str),
}

/// Whose orders may be found.
#[derive(Clone, Copy)]
pub(crate) enum Whose<'a> {
    App(&'a str),
    AnyOf(&'a Apps),
}

impl Whose<'_> {
    pub(crate) fn has(self, order: &Order) -> bool {
        match self {
            Self::App(app_id) => order.app_id == app_id,
            Self::AnyOf(apps) => apps.find(&order.app_id).is_some(),
        }
    }
}

pub(crate) struct Ledger {
    orders: Vec<Order>,
    purse: Purse,
    terms: Terms,
    /// Grows with every change that must outlive a restart.
    revision: u64,
}

impl Ledger {
    pub(crate) const fn new(orders: Vec<Order>, purse: Purse, terms: Terms) -> Self {
        Self { orders, purse, terms, revision: 0 }
    }

    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    pub(crate) const fn purse(&self) -> Purse {
        self.purse
    }

    pub(crate) const fn set_purse(&mut self, purse: Purse) {
        self.purse = purse;
        self.revision += 1;
    }

    pub(crate) const fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(crate) fn set_terms(&mut self, terms: Terms) {
        self.terms = terms;
    }

    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn find(&self, whose: Whose<'_>, named: Named<'_>) -> Option<&Order> {
        self.orders.iter().find(|order| whose.has(order) && bears(order, named))
    }

    /// The same, to count a call on it. For changes use [`Ledger::change`].
    pub(crate) fn find_mut(&mut self, whose: Whose<'_>, named: Named<'_>) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| whose.has(order) && bears(order, named))
    }

    /// Changes one order, and the purse with it; `None` when there is no such order.
    pub(crate) fn change<T>(
        &mut self,
        whose: Whose<'_>,
        named: Named<'_>,
        change: impl FnOnce(&mut Order, &mut Purse, &Terms) -> T,
    ) -> Option<T> {
        let order = self.orders.iter_mut().find(|order| whose.has(order) && bears(order, named))?;
        self.revision += 1;
        Some(change(order, &mut self.purse, &self.terms))
    }

    pub(crate) fn insert(&mut self, order: Order) -> Result<(), LedgerFull> {
        if self.orders.len() >= ORDERS_MAX {
            let oldest_at_rest = self.orders.iter().position(Order::is_at_rest).ok_or(LedgerFull)?;
            self.orders.remove(oldest_at_rest);
        }
        self.orders.push(order);
        self.revision += 1;
        Ok(())
    }

    /// Whoever showed it, a code pays once.
    pub(crate) fn has_used(&self, code: &UsedCode) -> bool {
        self.orders.iter().any(|order| order.used_code.as_ref() == Some(code))
    }

    /// Pays and gives back what does so by itself and is due.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        for order in &mut self.orders {
            for (refund_order_id, due_ms) in order.due_refunds(now_ms) {
                if order.end_refund(&refund_order_id, true, &mut self.purse, due_ms).is_some() {
                    self.revision += 1;
                }
            }
            let Some(after_ms) = self.terms.pay_after_ms else { continue };
            let due_ms = order.created_ms.saturating_add(after_ms.into());
            if order.status != OrderStatus::Paying || due_ms > now_ms {
                continue;
            }
            let channel = order.channel_or(Channel::WeChat);
            if order.pay(self.terms.payment(order.payable, channel, due_ms)).is_ok() {
                self.revision += 1;
            }
        }
    }
}

fn bears(order: &Order, named: Named<'_>) -> bool {
    match named {
        Named::OrderId(id) => order.order_id == id,
        Named::TradeNo(trade_no) => order.trade_no == trade_no,
        Named::Token(token) => order.token == token,
        Named::RefundOrderId(id) => order.refund(id).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Ledger, LedgerFull, Named, ORDERS_MAX, Whose};
    use crate::amount::Amount;
    use crate::fields::Fields;
    use crate::order::Order;
    use crate::refund::Purse;
    use crate::status::OrderStatus;
    use crate::terms::Terms;

    const APP: Whose<'static> = Whose::App("app");

    fn ledger(orders: Vec<Order>) -> Ledger {
        let terms = Terms { pay_after_ms: Some(1_000), ..Terms::default() };
        Ledger::new(orders, Purse::default(), terms)
    }

    fn order(number: usize, status: OrderStatus) -> Order {
        Order {
            app_id: "app".to_owned(),
            order_id: number.to_string(),
            trade_no: format!("t{number}"),
            token: format!("k{number}"),
            status,
            total: Amount::ONE_FEN,
            payable: Amount::ONE_FEN,
            vouchers: Vec::new(),
            used_code: None,
            payment: None,
            refunds: Vec::new(),
            created_ms: 0,
            updated_ms: 0,
            fields: Fields::default(),
            received: BTreeMap::new(),
        }
    }

    #[test]
    fn a_full_ledger_forgets_its_oldest_order_at_rest() {
        use OrderStatus::{Closed, Paid, PartlyRefunded, Paying, RefundFailed, Refunding};
        let mut orders: Vec<_> = (0..ORDERS_MAX).map(|number| order(number, Paying)).collect();
        orders[2].status = Refunding;
        for (number, status) in [(3, Closed), (5, PartlyRefunded), (7, Paid), (9, RefundFailed)] {
            orders[number].status = status;
        }
        let mut ledger = ledger(orders);
        for (number, forgotten) in [3, 5, 7, 9].into_iter().enumerate() {
            assert!(ledger.find(APP, Named::OrderId(&forgotten.to_string())).is_some());
            assert_eq!(ledger.insert(order(5_000 + number, Paying)), Ok(()));
            assert!(ledger.find(APP, Named::OrderId(&forgotten.to_string())).is_none());
        }
        assert_eq!(ledger.insert(order(6_000, Paying)), Err(LedgerFull));
        assert_eq!(ledger.orders().len(), ORDERS_MAX);
    }

    #[test]
    fn only_waiting_orders_pay_themselves_and_only_when_due() {
        let statuses = [OrderStatus::Paying, OrderStatus::Failed, OrderStatus::Closed];
        let orders = statuses.iter().enumerate().map(|(number, status)| order(number, *status)).collect();
        let mut ledger = ledger(orders);
        ledger.settle(999);
        assert_eq!((ledger.orders()[0].status, ledger.revision()), (OrderStatus::Paying, 0));
        ledger.settle(1_500);
        let after: Vec<_> = ledger.orders().iter().map(|order| order.status).collect();
        assert_eq!(after, [OrderStatus::Paid, OrderStatus::Failed, OrderStatus::Closed]);
        assert_eq!(ledger.orders()[0].payment.as_ref().unwrap().at_ms, 1_000);
    }

    #[test]
    fn another_application_sees_nothing() {
        let ledger = ledger(vec![order(1, OrderStatus::Paying)]);
        assert!(ledger.find(APP, Named::TradeNo("t1")).is_some());
        assert!(ledger.find(Whose::App("other"), Named::TradeNo("t1")).is_none());
    }
}
