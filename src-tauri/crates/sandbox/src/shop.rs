//! The running sandbox's one state, shared by every connection.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::app::Apps;
use crate::calls::{self, Call, Desk, pay_url};
use crate::clock;
use crate::fields::Fields;
use crate::ledger::{Ledger, Named, Whose};
use crate::order::{NoLongerPayable, Order};
use crate::rate::Meter;
use crate::record::{OrderRecord, RequestLog};
use crate::refund::Purse;
use crate::scenario::{Plan, Script};
use crate::state_file::{self, StateFile};
use crate::status::{Channel, OrderStatus};
use crate::terms::Terms;

pub(crate) struct Shop {
    pub(crate) apps: Mutex<Apps>,
    pub(crate) shop_name: String,
    pub(crate) base_url: String,
    pub(crate) state_file: Option<StateFile>,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) script: Mutex<Script>,
    pub(crate) requests: Mutex<RequestLog>,
    pub(crate) meter: Mutex<Meter>,
}

/// One order of one application; without `app_id`, of the first application that has such an order.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) app_id: Option<&'a str>,
    pub(crate) named: Named<'a>,
}

impl<'a> From<Named<'a>> for Target<'a> {
    fn from(named: Named<'a>) -> Self {
        Self { app_id: None, named }
    }
}

/// Why a tester's act on an order came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("no such order")]
    NoSuchOrder,
    #[error("the order can no longer be paid or declined")]
    NotPayable,
    #[error("no such refund")]
    NoSuchRefund,
    #[error("the refund is not pending")]
    NotPending,
    #[error("the state file could not be written: {0}")]
    NotSaved(#[from] io::Error),
}

impl From<NoLongerPayable> for ActError {
    fn from(NoLongerPayable: NoLongerPayable) -> Self {
        Self::NotPayable
    }
}

impl Shop {
    /// Looks at the ledger or changes it, with everything in it as of now.
    pub(crate) fn with_ledger<T>(&self, act: impl FnOnce(&mut Ledger, i64) -> T) -> T {
        let mut ledger = locked(&self.ledger);
        let now_ms = clock::now_ms();
        ledger.settle(now_ms);
        act(&mut ledger, now_ms)
    }

    pub(crate) fn apps(&self) -> Apps {
        locked(&self.apps).clone()
    }

    /// Whether this call is one too many for this second.
    pub(crate) fn is_too_busy(&self) -> bool {
        let limit = locked(&self.ledger).terms().requests_per_second;
        limit.is_some_and(|per_second| !locked(&self.meter).admits(per_second, Instant::now()))
    }

    /// Processes one call as far as its plan lets it take effect.
    pub(crate) async fn process(self: &Arc<Self>, call: Call, plan: &Plan, body: &[u8]) -> Answer {
        let apps = self.apps();
        let answer = self.with_ledger(|ledger, now_ms| {
            if let Some(status) = plan.status {
                force_named(ledger, body, status, now_ms);
            }
            let desk = Desk {
                apps: &apps,
                base_url: &self.base_url,
                now_ms,
                pay_code: plan.pay_code.unwrap_or(ledger.terms().pay_code),
                refund: plan.refund.unwrap_or_default(),
            };
            calls::answer(&desk, ledger, call, body)
        });
        match self.save().await {
            Ok(()) => answer,
            Err(_) => Answer::refusal_of(Code::GatewayError, "sandbox state file"),
        }
    }

    pub(crate) async fn pay(
        self: &Arc<Self>,
        target: impl Into<Target<'_>>,
        channel: Channel,
        real: Option<Amount>,
    ) -> Result<(), ActError> {
        self.act(target.into(), |order, _, terms, now_ms| {
            let payment = terms.payment(order.payable, order.channel_or(channel), now_ms);
            let payment = match real {
                Some(real) => payment.with_real(order.payable, real),
                None => payment,
            };
            Ok(order.pay(payment)?)
        })
        .await
    }

    pub(crate) async fn decline(self: &Arc<Self>, target: impl Into<Target<'_>>) -> Result<(), ActError> {
        self.act(target.into(), |order, _, _, now_ms| Ok(order.decline(now_ms)?)).await
    }

    pub(crate) async fn set_status(
        self: &Arc<Self>,
        target: impl Into<Target<'_>>,
        status: OrderStatus,
    ) -> Result<(), ActError> {
        self.act(target.into(), |order, _, terms, now_ms| {
            force(order, terms, status, now_ms);
            Ok(())
        })
        .await
    }

    /// Ends a pending refund: done, or failed.
    pub(crate) async fn end_refund(
        self: &Arc<Self>,
        app_id: Option<&str>,
        refund_order_id: &str,
        done: bool,
    ) -> Result<(), ActError> {
        let target = Target { app_id, named: Named::RefundOrderId(refund_order_id) };
        let ended = self.act(target, |order, purse, _, now_ms| {
            order.end_refund(refund_order_id, done, purse, now_ms).ok_or(ActError::NotPending)
        });
        ended.await.map_err(|error| match error {
            ActError::NoSuchOrder => ActError::NoSuchRefund,
            other => other,
        })
    }

    pub(crate) fn purse(&self) -> Purse {
        self.with_ledger(|ledger, _| ledger.purse())
    }

    pub(crate) async fn set_purse(self: &Arc<Self>, purse: Purse) -> Result<(), ActError> {
        self.with_ledger(|ledger, _| ledger.set_purse(purse));
        Ok(self.save().await?)
    }

    pub(crate) fn terms(&self) -> Terms {
        locked(&self.ledger).terms().clone()
    }

    /// Every order of the applications served, oldest first.
    pub(crate) fn records(&self) -> Vec<OrderRecord> {
        let apps = self.apps();
        self.with_ledger(|ledger, _| {
            let own = ledger.orders().iter().filter(|order| Whose::AnyOf(&apps).has(order));
            own.map(|order| self.record(order)).collect()
        })
    }

    pub(crate) fn record_of<'a>(&self, target: impl Into<Target<'a>>) -> Option<OrderRecord> {
        let (apps, target) = (self.apps(), target.into());
        self.with_ledger(|ledger, _| {
            let app_id = owner(ledger, &apps, target)?;
            ledger.find(Whose::App(&app_id), target.named).map(|order| self.record(order))
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
            (ledger.revision(), state_file::document(ledger.orders(), ledger.purse())?)
        };
        state_file::replace(file.path(), &document)?;
        Ok(revision)
    }

    async fn act(
        self: &Arc<Self>,
        target: Target<'_>,
        act: impl FnOnce(&mut Order, &mut Purse, &Terms, i64) -> Result<(), ActError>,
    ) -> Result<(), ActError> {
        let apps = self.apps();
        let outcome = self.with_ledger(|ledger, now_ms| {
            let app_id = owner(ledger, &apps, target)?;
            ledger.change(Whose::App(&app_id), target.named, |order, purse, terms| {
                act(order, purse, terms, now_ms)
            })
        });
        outcome.unwrap_or(Err(ActError::NoSuchOrder))?;
        Ok(self.save().await?)
    }

    fn record(&self, order: &Order) -> OrderRecord {
        OrderRecord::of(order, pay_url(&self.base_url, order))
    }
}

/// The served application whose order is meant.
fn owner(ledger: &Ledger, apps: &Apps, target: Target<'_>) -> Option<String> {
    let has_it = |app_id: &str| ledger.find(Whose::App(app_id), target.named).is_some();
    let candidates = apps.iter().map(|app| app.app_id.as_str());
    let mut wanted = candidates.filter(|app_id| target.app_id.is_none_or(|wanted| wanted == *app_id));
    wanted.find(|app_id| has_it(app_id)).map(str::to_owned)
}

/// Moves the order that a request's body names, if it names one.
fn force_named(ledger: &mut Ledger, body: &[u8], status: OrderStatus, now_ms: i64) {
    let Ok(fields) = serde_json::from_slice::<Fields>(body) else { return };
    let text = |name| serde_json::from_str::<String>(fields.get(name)?).ok();
    let (order_id, trade_no, refund_order_id) = (text("order_id"), text("trade_no"), text("refund_order_id"));
    let named = order_id.as_deref().map(Named::OrderId);
    let named = named.or(trade_no.as_deref().map(Named::TradeNo));
    let named = named.or(refund_order_id.as_deref().map(Named::RefundOrderId));
    let (Some(named), Some(app_id)) = (named, text("app_id")) else { return };
    ledger.change(Whose::App(&app_id), named, |order, _, terms| force(order, terms, status, now_ms));
}

fn force(order: &mut Order, terms: &Terms, status: OrderStatus, now_ms: i64) {
    order.force(status, terms.payment(order.payable, order.channel_or(Channel::WeChat), now_ms));
}

/// A sandbox goes on after a panic under a lock: the worst that can be behind it is one half-changed practice order.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
