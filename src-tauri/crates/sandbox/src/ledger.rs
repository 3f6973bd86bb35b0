//! Every order this sandbox knows, in the order they were made.

use std::time::Duration;

use crate::amount::Amount;
use crate::order::{Channel, Order, OrderStatus, Payment};

/// How many orders are kept. A full ledger forgets its oldest final order for a new one.
pub(crate) const ORDERS_MAX: usize = 1_000;

/// What the configuration says about money and time.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) discount: Amount,
    pub(crate) subsidy: Amount,
    pub(crate) pay_after_ms: Option<i64>,
}

impl Terms {
    pub(crate) fn payable(&self, total: Amount) -> Amount {
        total.less_but_one_fen(self.discount)
    }

    pub(crate) fn payment(&self, payable: Amount, channel: Channel, at_ms: i64) -> Payment {
        Payment { real: payable.less_but_one_fen(self.subsidy), channel, at_ms }
    }

    pub(crate) fn pay_after(after: Duration) -> i64 {
        i64::try_from(after.as_millis()).unwrap_or(i64::MAX)
    }
}

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

pub(crate) struct Ledger {
    orders: Vec<Order>,
    terms: Terms,
    /// Grows with every change that must outlive a restart.
    revision: u64,
}

impl Ledger {
    pub(crate) const fn new(orders: Vec<Order>, terms: Terms) -> Self {
        Self { orders, terms, revision: 0 }
    }

    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    pub(crate) const fn terms(&self) -> Terms {
        self.terms
    }

    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// The order of this application with that name.
    pub(crate) fn find(&self, app_id: &str, named: Named<'_>) -> Option<&Order> {
        self.orders.iter().find(|order| order.app_id == app_id && bears(order, named))
    }

    /// The same, to count a call on it. For changes use [`Ledger::change`].
    pub(crate) fn find_mut(&mut self, app_id: &str, named: Named<'_>) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.app_id == app_id && bears(order, named))
    }

    /// Changes the order of this application with that name; `None` when there is none.
    pub(crate) fn change<T>(
        &mut self,
        app_id: &str,
        named: Named<'_>,
        change: impl FnOnce(&mut Order, &Terms) -> T,
    ) -> Option<T> {
        let terms = self.terms;
        let outcome = change(self.find_mut(app_id, named)?, &terms);
        self.revision += 1;
        Some(outcome)
    }

    pub(crate) fn insert(&mut self, order: Order) -> Result<(), LedgerFull> {
        if self.orders.len() >= ORDERS_MAX {
            let oldest_final = self.orders.iter().position(Order::is_final).ok_or(LedgerFull)?;
            self.orders.remove(oldest_final);
        }
        self.orders.push(order);
        self.revision += 1;
        Ok(())
    }

    /// Pays what pays by itself and is due.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        let Some(after_ms) = self.terms.pay_after_ms else { return };
        for order in &mut self.orders {
            let due_ms = order.created_ms.saturating_add(after_ms);
            if order.status != OrderStatus::Paying || due_ms > now_ms {
                continue;
            }
            let payment = self.terms.payment(order.payable, Channel::WeChat, due_ms);
            if order.pay(payment).is_ok() {
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
        Named::RefundOrderId(id) => order.refund.as_ref().is_some_and(|refund| refund.refund_order_id == id),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Ledger, LedgerFull, Named, ORDERS_MAX, Terms};
    use crate::amount::Amount;
    use crate::fields::Fields;
    use crate::order::{Order, OrderStatus};

    const TERMS: Terms = Terms { discount: Amount::ZERO, subsidy: Amount::ZERO, pay_after_ms: Some(1_000) };

    fn order(number: usize, status: OrderStatus) -> Order {
        Order {
            app_id: "app".to_owned(),
            order_id: number.to_string(),
            trade_no: format!("t{number}"),
            token: format!("k{number}"),
            status,
            total: Amount::ONE_FEN,
            payable: Amount::ONE_FEN,
            payment: None,
            refund: None,
            created_ms: 0,
            updated_ms: 0,
            fields: Fields::default(),
            received: BTreeMap::new(),
        }
    }

    #[test]
    fn a_full_ledger_forgets_its_oldest_final_order() {
        let mut orders: Vec<_> = (0..ORDERS_MAX).map(|number| order(number, OrderStatus::Paying)).collect();
        orders[3].status = OrderStatus::Closed;
        orders[7].status = OrderStatus::Paid;
        let mut ledger = Ledger::new(orders, TERMS);
        assert_eq!(ledger.insert(order(5_000, OrderStatus::Paying)), Ok(()));
        assert!(ledger.find("app", Named::OrderId("3")).is_none());
        assert!(ledger.find("app", Named::OrderId("7")).is_some());
        assert_eq!(ledger.insert(order(5_001, OrderStatus::Paying)), Ok(()));
        assert_eq!(ledger.insert(order(5_002, OrderStatus::Paying)), Err(LedgerFull));
        assert_eq!(ledger.orders().len(), ORDERS_MAX);
    }

    #[test]
    fn only_waiting_orders_pay_themselves_and_only_when_due() {
        let statuses = [OrderStatus::Paying, OrderStatus::Failed, OrderStatus::Closed];
        let orders = statuses.iter().enumerate().map(|(number, status)| order(number, *status)).collect();
        let mut ledger = Ledger::new(orders, TERMS);
        ledger.settle(999);
        assert_eq!((ledger.orders()[0].status, ledger.revision()), (OrderStatus::Paying, 0));
        ledger.settle(1_500);
        let after: Vec<_> = ledger.orders().iter().map(|order| order.status).collect();
        assert_eq!(after, [OrderStatus::Paid, OrderStatus::Failed, OrderStatus::Closed]);
        assert_eq!(ledger.orders()[0].payment.unwrap().at_ms, 1_000);
    }

    #[test]
    fn another_application_sees_nothing() {
        let ledger = Ledger::new(vec![order(1, OrderStatus::Paying)], TERMS);
        assert!(ledger.find("app", Named::TradeNo("t1")).is_some());
        assert!(ledger.find("other", Named::TradeNo("t1")).is_none());
    }
}
