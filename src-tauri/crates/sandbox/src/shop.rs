//! The running sandbox's one state, shared by every connection.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::calls::{self, Call, Desk, pay_url};
use crate::clock;
use crate::fields::Fields;
use crate::ledger::{Ledger, Named, Terms};
use crate::order::{Channel, NoLongerPayable, Order, OrderStatus};
use crate::record::{OrderRecord, RequestLog};
use crate::scenario::{Plan, Script};
use crate::sign::Verifier;
use crate::state_file::{self, StateFile};

pub(crate) struct Shop {
    pub(crate) app_id: String,
    pub(crate) shop_name: String,
    pub(crate) base_url: String,
    pub(crate) verifier: Verifier,
    pub(crate) state_file: Option<StateFile>,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) script: Mutex<Script>,
    pub(crate) requests: Mutex<RequestLog>,
}

/// Why a tester's act on an order came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("no such order")]
    NoSuchOrder,
    #[error("the order can no longer be paid or declined")]
    NotPayable,
    #[error("the state file could not be written: {0}")]
    NotSaved(#[from] io::Error),
}

impl Shop {
    /// Looks at the ledger or changes it, with everything in it as of now.
    pub(crate) fn with_ledger<T>(&self, act: impl FnOnce(&mut Ledger, i64) -> T) -> T {
        let mut ledger = locked(&self.ledger);
        let now_ms = clock::now_ms();
        ledger.settle(now_ms);
        act(&mut ledger, now_ms)
    }

    /// Processes one call as far as its plan lets it take effect.
    pub(crate) async fn process(self: &Arc<Self>, call: Call, plan: &Plan, body: &[u8]) -> Answer {
        let answer = self.with_ledger(|ledger, now_ms| {
            if let Some(status) = plan.status {
                self.force_named(ledger, body, status, now_ms);
            }
            let desk =
                Desk { app_id: &self.app_id, verifier: &self.verifier, base_url: &self.base_url, now_ms };
            calls::answer(&desk, ledger, call, body)
        });
        match self.save().await {
            Ok(()) => answer,
            Err(_) => Answer::refusal_of(Code::GatewayError, "sandbox state file"),
        }
    }

    pub(crate) async fn pay(
        self: &Arc<Self>,
        named: Named<'_>,
        channel: Channel,
        real: Option<Amount>,
    ) -> Result<(), ActError> {
        self.act(named, |order, terms, now_ms| {
            let mut payment = terms.payment(order.payable, channel, now_ms);
            payment.real = real.unwrap_or(payment.real);
            order.pay(payment)
        })
        .await
    }

    pub(crate) async fn decline(self: &Arc<Self>, named: Named<'_>) -> Result<(), ActError> {
        self.act(named, |order, _, now_ms| order.decline(now_ms)).await
    }

    pub(crate) async fn set_status(
        self: &Arc<Self>,
        named: Named<'_>,
        status: OrderStatus,
    ) -> Result<(), ActError> {
        self.act(named, |order, terms, now_ms| {
            order.force(status, terms.payment(order.payable, Channel::WeChat, now_ms));
            Ok(())
        })
        .await
    }

    /// Every order of this application, oldest first.
    pub(crate) fn records(&self) -> Vec<OrderRecord> {
        self.with_ledger(|ledger, _| {
            let own = ledger.orders().iter().filter(|order| order.app_id == self.app_id);
            own.map(|order| self.record(order)).collect()
        })
    }

    pub(crate) fn record_of(&self, order_id: &str) -> Option<OrderRecord> {
        self.with_ledger(|ledger, _| {
            ledger.find(&self.app_id, Named::OrderId(order_id)).map(|order| self.record(order))
        })
    }

    /// Returns once everything changed so far is on disk. Callers that wait together share one write.
    pub(crate) async fn save(self: &Arc<Self>) -> io::Result<()> {
        let Some(file) = &self.state_file else { return Ok(()) };
        let wanted = locked(&self.ledger).revision();
        let mut saved_revision = Arc::clone(&file.saved_revision).lock_owned().await;
        if *saved_revision >= wanted {
            return Ok(());
        }
        let shop = Arc::clone(self);
        // The lock goes into the thread: should this future be dropped half-way, no second writer starts.
        let written = tokio::task::spawn_blocking(move || {
            *saved_revision = shop.write_state()?;
            Ok(())
        });
        let outcome = written.await.map_err(io::Error::other)?;
        outcome.inspect_err(|error| tracing::error!(%error, "the sandbox's state file could not be written"))
    }

    fn write_state(&self) -> io::Result<u64> {
        let Some(file) = &self.state_file else { return Ok(0) };
        let (revision, document) = {
            let ledger = locked(&self.ledger);
            (ledger.revision(), state_file::document(ledger.orders())?)
        };
        state_file::replace(file.path(), &document)?;
        Ok(revision)
    }

    async fn act(
        self: &Arc<Self>,
        named: Named<'_>,
        act: impl FnOnce(&mut Order, &Terms, i64) -> Result<(), NoLongerPayable>,
    ) -> Result<(), ActError> {
        let outcome = self.with_ledger(|ledger, now_ms| {
            ledger.change(&self.app_id, named, |order, terms| act(order, terms, now_ms))
        });
        match outcome {
            None => Err(ActError::NoSuchOrder),
            Some(Err(NoLongerPayable)) => Err(ActError::NotPayable),
            Some(Ok(())) => Ok(self.save().await?),
        }
    }

    /// Moves the order that a request's body names, if it names one of ours.
    fn force_named(&self, ledger: &mut Ledger, body: &[u8], status: OrderStatus, now_ms: i64) {
        let Ok(fields) = serde_json::from_slice::<Fields>(body) else { return };
        let text = |name| serde_json::from_str::<String>(fields.get(name)?).ok();
        let (order_id, trade_no) = (text("order_id"), text("trade_no"));
        let by_trade_no = trade_no.as_deref().map(Named::TradeNo);
        let Some(named) = order_id.as_deref().map(Named::OrderId).or(by_trade_no) else { return };
        ledger.change(&self.app_id, named, |order, terms| {
            order.force(status, terms.payment(order.payable, Channel::WeChat, now_ms));
        });
    }

    fn record(&self, order: &Order) -> OrderRecord {
        OrderRecord::of(order, pay_url(&self.base_url, order))
    }
}

/// A sandbox goes on after a panic under a lock: the worst that can be behind it is one half-changed practice order.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
