//! The handle on a sandbox at work: what the control API can, for Rust.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::amount::Amount;
use crate::app::{App, AppError, AppRecord, ReadyApp};
use crate::ledger::Named;
use crate::record::{OrderRecord, ReceivedRequest};
use crate::refund::Purse;
use crate::scenario::{Rule, RuleError};
use crate::shop::{ActError, Shop, locked};
use crate::status::{Channel, OrderStatus};
use crate::terms::{Terms, TermsError};

/// A sandbox at work. Dropping it cuts every connection; [`Running::shutdown`] lets answers under way go out.
pub struct Running {
    pub(crate) shop: Arc<Shop>,
    pub(crate) address: SocketAddr,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) server: Option<JoinHandle<()>>,
}

impl Running {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shop.base_url
    }

    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every order of every application served, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderRecord> {
        self.shop.records()
    }

    /// Where two applications have an order by that id, here and below, the first application's is meant.
    #[must_use]
    pub fn order(&self, order_id: &str) -> Option<OrderRecord> {
        self.shop.record_of(Named::OrderId(order_id))
    }

    /// The last 200 requests to the gateway's calls, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        locked(&self.shop.requests).last().cloned().collect()
    }

    /// Pays as the customer would. `real` overrides what the customer really paid.
    ///
    /// # Errors
    /// See [`ActError`]. Paying a paid order again is none.
    pub async fn pay(&self, order_id: &str, channel: Channel, real: Option<Amount>) -> Result<(), ActError> {
        self.shop.pay(Named::OrderId(order_id), channel, real).await
    }

    /// Lets one attempt to pay fail; the order stays payable.
    ///
    /// # Errors
    /// See [`ActError`].
    pub async fn decline(&self, order_id: &str) -> Result<(), ActError> {
        self.shop.decline(Named::OrderId(order_id)).await
    }

    /// Puts an order into any status, also one it could not come to by itself.
    ///
    /// # Errors
    /// See [`ActError`].
    pub async fn set_status(&self, order_id: &str, status: OrderStatus) -> Result<(), ActError> {
        self.shop.set_status(Named::OrderId(order_id), status).await
    }

    /// Lets a pending refund be done, or fail.
    ///
    /// # Errors
    /// See [`ActError`].
    pub async fn end_refund(&self, refund_order_id: &str, done: bool) -> Result<(), ActError> {
        self.shop.end_refund(None, refund_order_id, done).await
    }

    /// What refunds may still draw on; `None` is without end.
    #[must_use]
    pub fn balance(&self) -> Option<Amount> {
        self.shop.purse().balance
    }

    /// # Errors
    /// [`ActError::NotSaved`].
    pub async fn set_balance(&self, balance: Option<Amount>) -> Result<(), ActError> {
        self.shop.set_purse(Purse { balance }).await
    }

    #[must_use]
    pub fn terms(&self) -> Terms {
        self.shop.terms()
    }

    /// Holds for all that happens from now on.
    ///
    /// # Errors
    /// See [`TermsError`]; then the terms stay as they were.
    pub fn set_terms(&self, terms: Terms) -> Result<(), TermsError> {
        terms.check()?;
        self.shop.with_ledger(|ledger, _| ledger.set_terms(terms));
        Ok(())
    }

    #[must_use]
    pub fn apps(&self) -> Vec<AppRecord> {
        self.shop.apps().iter().map(ReadyApp::record).collect()
    }

    /// Adds applications, or changes those that are there: all of them or, when one cannot be, none.
    ///
    /// # Errors
    /// See [`AppError`].
    pub fn put_apps(&self, apps: Vec<App>) -> Result<(), AppError> {
        locked(&self.shop.apps).put(apps)
    }

    /// Adds rules after those that are there: all of them or, when one makes no sense, none.
    ///
    /// # Errors
    /// See [`RuleError`].
    pub fn add_rules(&self, rules: Vec<Rule>) -> Result<(), RuleError> {
        locked(&self.shop.script).add(rules)
    }

    pub fn clear_rules(&self) {
        locked(&self.shop.script).clear();
    }

    /// Stops listening, lets answers under way go out for two seconds at most, and leaves the state file as the
    /// ledger stands.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take()
            && let Err(error) = server.await
        {
            tracing::error!(%error, "the sandbox's server task failed");
        }
        // A failed write is in the log; there is nobody left to tell.
        let _ = self.shop.save().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
