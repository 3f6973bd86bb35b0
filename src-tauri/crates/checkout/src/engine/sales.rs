//! From charge to outcome: durable first, then sent, then shown.

use std::sync::Arc;

use tokio::task::JoinError;
use yima_core::cart::CartError;
use yima_core::sale::{Answer, Call, CallFailure, Event, Now, Sale, Sending, State};
use yima_core::{Order, OrderId, OrderLine};
use yima_gateway::{Account, PayCode, RequestError, StoreInfo, Wallet};
use yima_store::{CartId, NewSale};

use super::record::{json, step};
use super::{Engine, Returned};
use crate::qr::{self, Qr};
use crate::view::{GatewayView, PaymentView, PricedLine};
use crate::{Asked, Clock, Gateway, OnceCode, Refusal, Screen, Store};

/// A sale that the gateway is asked about, with all that was frozen when it was charged.
pub(super) struct OpenSale {
    pub sale: Sale,
    pub cart_id: CartId,
    /// The sale still decides over its cart.
    pub holds_cart: bool,
    pub lines: Arc<[OrderLine]>,
    pub version: u32,
    pub till_number: String,
    pub account: Arc<Account>,
    pub store_info: Arc<StoreInfo>,
    pub body: Arc<[u8]>,
    pub charged_at: Now,
    pub submitted_in_ms: Option<u64>,
    /// Goes out with the one sending.
    pub pay_code: Option<OnceCode>,
    pub wallet: Option<Wallet>,
    pub qr: Option<Arc<Qr>>,
    /// It was open when the program started, and the customer has not been shown its QR since.
    pub was_away: bool,
    /// How often its cart had been touched when the sale gave it back.
    pub given_at: Option<u32>,
}

/// How a sale ended, shown until the cashier goes on.
pub(super) struct Outcome {
    pub payment: PaymentView,
    /// What was paid for; the customer sees it once more.
    pub goods: Vec<PricedLine>,
    /// Until when the customer is thanked, on the monotonic clock.
    pub thanks_until_ms: u64,
}

/// All that a new sale is made of, checked before anything is written.
struct Prepared {
    cart_id: CartId,
    order: Order,
    account: Arc<Account>,
    store_info: Arc<StoreInfo>,
    body: Arc<[u8]>,
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Charges the cart in front, by the customer's code where there is one, which then goes out or is forgotten.
    pub(super) async fn charge(&mut self, pay_code: Option<PayCode>) -> Result<(), Refusal> {
        self.may_sell()?;
        let now = self.clock.now();
        let prepared = self.prepare(now)?;
        let Prepared { cart_id, order, account, store_info, body } = prepared;
        let mut sale =
            Sale::ready(order.id.clone(), account.app_id.clone(), order.total_fen, self.terms.timing);
        if pay_code.is_some() {
            sale = sale.by_code();
        }
        let ready = step(&sale, State::Ready.code(), now);
        let effects = sale.handle(Event::Submit, now).map_err(|_| Refusal::NotNow)?;
        let submitting = step(&sale, State::Submitting.code(), now);
        let lines = order.lines.clone().into();
        let new_sale = NewSale {
            order,
            cart_id,
            way: sale.way(),
            tendered_fen: None,
            detail: self.front_detail(),
            account: json(&*account),
            store_info: json(&*store_info),
            terminal_id: self.terms.ids.terminal_id.clone(),
            till_number: self.terms.till_number.clone(),
            cashier_id: self.terms.ids.cashier_id.clone(),
            body: body.to_vec(),
        };
        let begun = self.store.begin_sale(new_sale, vec![ready, submitting]).await;
        let version = begun.map_err(|error| Refusal::NotSaved(self.not_written(&error)))?;
        if let Some(open) = self.carts.get_mut(&cart_id) {
            open.charged = true;
        }
        self.outcome = None;
        self.code = None;
        let order_id = sale.order_id().clone();
        let open = OpenSale {
            sale,
            cart_id,
            holds_cart: true,
            lines,
            version,
            till_number: self.terms.till_number.clone(),
            account,
            store_info,
            body,
            charged_at: now,
            submitted_in_ms: None,
            wallet: pay_code.as_ref().map(PayCode::wallet),
            pay_code: pay_code.map(OnceCode::new),
            qr: None,
            was_away: false,
            given_at: None,
        };
        self.sales.insert(order_id.clone(), open);
        self.send(&order_id, effects.send);
        Ok(())
    }

    /// Whether anything new may be sold at all.
    pub(super) fn may_sell(&self) -> Result<(), Refusal> {
        match self.stuck {
            Some((_, problem)) => Err(Refusal::NotSaved(problem)),
            None if self.is_damaged => Err(Refusal::Damaged),
            None if self.reconciling.is_some() => Err(Refusal::NotReconciled),
            None => Ok(()),
        }
    }

    /// What the cart in front comes to.
    pub(super) fn front_order(&self, now: Now) -> Result<(CartId, Order), Refusal> {
        let cart_id = *self.queue.first().ok_or(Refusal::Cart(CartError::Empty))?;
        let open = self.front().ok_or(Refusal::NotNow)?;
        if open.charged {
            return Err(Refusal::CartLocked);
        }
        Ok((cart_id, open.cart.order(self.new_order_id(now)?, &self.terms.prices)?))
    }

    /// How that comes to its total, as JSON.
    pub(super) fn front_detail(&self) -> Option<String> {
        self.front().map(|open| json(&open.cart.order_detail(&self.terms.prices)))
    }

    /// Where new sales are asked about.
    pub(super) fn account(&self) -> Result<Arc<Account>, Refusal> {
        match &self.terms.account {
            Ok(account) => Ok(Arc::new(account.clone())),
            Err(key) => Err(Refusal::SetupIncomplete { key: key.clone() }),
        }
    }

    /// With the waiters of the cart in front.
    pub(super) fn store_info(&self) -> StoreInfo {
        let waiters = self.front().map(|open| open.cart.terms().waiters.clone());
        self.terms.ids.store_info(waiters.unwrap_or_default())
    }

    fn prepare(&self, now: Now) -> Result<Prepared, Refusal> {
        let (cart_id, order) = self.front_order(now)?;
        let account = self.account()?;
        self.gateway.can_sign(&account).map_err(|_| Refusal::SecretUnavailable)?;
        let store_info = self.store_info();
        let body = self.gateway.body(&order, &account, &store_info).map_err(|error| unsendable(&error))?;
        Ok(Prepared { cart_id, order, account, store_info: Arc::new(store_info), body: body.into() })
    }

    /// UUID v7: unique across tills without a server, and it sorts by time.
    pub(super) fn new_order_id(&self, now: Now) -> Result<OrderId, Refusal> {
        let unix_ms = u64::try_from(now.wall_ms).unwrap_or(0);
        let random = self.clock.random();
        let mut counter_random_bytes = [0; 10];
        counter_random_bytes.copy_from_slice(&random[..10]);
        let uuid = uuid::Builder::from_unix_timestamp_millis(unix_ms, &counter_random_bytes).into_uuid();
        OrderId::parse(&uuid.simple().to_string()).map_err(|_| Refusal::NotNow)
    }

    pub(super) async fn ask_now(&mut self, order_id: &OrderId) -> Result<(), Refusal> {
        let is_refund = |open: &OpenSale| open.sale.state() == State::Refunding;
        if self.reconciling.is_some() && self.known(order_id).is_some_and(is_refund) {
            return Err(Refusal::NotReconciled);
        }
        self.happened(order_id, Event::AskNow).await
    }

    pub(super) async fn cancel_payment(&mut self) -> Result<(), Refusal> {
        let order_id = self.front_sale().map(|open| open.sale.order_id().clone()).ok_or(Refusal::NotNow)?;
        self.happened(&order_id, Event::CancelPayment).await
    }

    pub(super) async fn reverse(&mut self, order_id: &OrderId) -> Result<(), Refusal> {
        self.happened(order_id, Event::Reverse).await
    }

    /// The open sale of the cart in front.
    pub(super) fn front_sale(&self) -> Option<&OpenSale> {
        let front = self.queue.first()?;
        self.sales.values().find(|open| open.holds_cart && open.cart_id == *front)
    }

    pub(super) async fn returned(&mut self, ended: Result<(tokio::task::Id, Returned), JoinError>) {
        let returned = match ended {
            Ok((task, returned)) => {
                self.running.remove(&task);
                returned
            }
            Err(error) => {
                tracing::error!(%error, "a call died");
                let Some((order_id, number, call)) = self.running.remove(&error.id()) else { return };
                Returned { order_id, number, answer: Answer::failure(call, CallFailure::Unknown), took_ms: 0 }
            }
        };
        self.note_link(&returned);
        let ended_attempt = self.ended_attempt(&returned);
        let Returned { order_id, number, answer, .. } = returned;
        let answer = self.readable(&order_id, answer);
        if let Err(refusal) = self.happened(&order_id, Event::Answered { number, answer }).await {
            tracing::debug!(%refusal, %order_id, "an answer nobody waits for");
        }
        self.tick_reconciling().await;
        self.show_changes(true);
        if let Some((attempt, outcome)) = ended_attempt {
            self.note_attempt(order_id, attempt, outcome).await;
        }
    }

    /// How an attempt to create the order ended, in a word.
    fn ended_attempt(&self, returned: &Returned) -> Option<(u32, String)> {
        if !matches!(returned.answer, Answer::Scan(_) | Answer::Pay(_)) {
            return None;
        }
        let attempt = self.sales.get(&returned.order_id)?.sale.attempts();
        let outcome = match returned.answer.as_failure() {
            None => "accepted".to_owned(),
            Some(CallFailure::NotSent) => "not_sent".to_owned(),
            Some(CallFailure::Unknown) => "unknown".to_owned(),
            Some(CallFailure::Busy) => "busy".to_owned(),
            Some(CallFailure::OtherOrder) => "other_order".to_owned(),
            Some(CallFailure::Rejected { code, .. }) => format!("rejected {code}"),
        };
        Some((attempt, outcome))
    }

    /// Nothing depends on the note, so nobody waits for it before the QR is shown.
    async fn note_attempt(&self, order_id: OrderId, attempt: u32, outcome: String) {
        let at_ms = self.clock.now().wall_ms;
        if let Err(error) = self.store.note_attempt(order_id, attempt, outcome, at_ms).await {
            tracing::warn!(%error, "how the attempt ended was not kept");
        }
    }

    fn note_link(&mut self, returned: &Returned) {
        self.gateway_view = match returned.answer.as_failure() {
            Some(CallFailure::NotSent | CallFailure::Unknown | CallFailure::Busy) => GatewayView::Offline,
            _ => GatewayView::Online { round_trip_ms: returned.took_ms },
        };
    }

    /// Makes the QR of an accepted order; a link that does not read back is as good as none.
    fn readable(&mut self, order_id: &OrderId, answer: Answer) -> Answer {
        let now = self.clock.now();
        if let (Answer::Scan(Ok(_)) | Answer::Pay(Ok(_)), Some(open)) =
            (&answer, self.sales.get_mut(order_id))
        {
            open.submitted_in_ms = Some(now.mono_ms.saturating_sub(open.charged_at.mono_ms));
        }
        let Answer::Scan(Ok(mut reply)) = answer else { return answer };
        if let Some(open) = self.sales.get_mut(order_id) {
            open.qr = reply.pay_url.as_deref().and_then(|link| qr::make(link).ok()).map(Arc::new);
            reply.pay_url = reply.pay_url.filter(|_| open.qr.is_some());
        }
        Answer::Scan(Ok(reply))
    }

    /// Lets time pass for every open sale.
    pub(super) async fn tick_sales(&mut self, is_heartbeat: bool) {
        let now = self.clock.now();
        let due: Vec<OrderId> = self
            .sales
            .values()
            // The heartbeat is for the wall clock, which may have moved while the machine slept.
            .filter(|open| is_heartbeat || open.sale.wake_ms().is_some_and(|wake_ms| wake_ms <= now.mono_ms))
            .map(|open| open.sale.order_id().clone())
            .collect();
        for order_id in &due {
            if let Err(refusal) = self.happened(order_id, Event::Tick).await {
                tracing::error!(%refusal, %order_id, "time passed and could not be kept");
            }
        }
    }

    pub(super) fn send(&mut self, order_id: &OrderId, sending: Option<Sending>) {
        let (Some(Sending { call, number }), Some(open)) = (sending, self.known(order_id)) else {
            return;
        };
        let asked = Asked {
            call,
            order_id: order_id.clone(),
            account: Arc::clone(&open.account),
            store_info: Arc::clone(&open.store_info),
            body: Arc::clone(&open.body),
            refund: open.sale.refund().filter(|_| call == Call::Refund).cloned(),
            pay_code: open.pay_code.clone().filter(|_| call == Call::Pay),
        };
        let (gateway, clock) = (Arc::clone(&self.gateway), Arc::clone(&self.clock));
        let asked_id = order_id.clone();
        let task = self.calls.spawn(async move {
            let started_ms = clock.now().mono_ms;
            let answer = gateway.ask(asked).await;
            let took_ms = clock.now().mono_ms.saturating_sub(started_ms);
            Returned { order_id: asked_id, number, answer, took_ms }
        });
        self.running.insert(task.id(), (order_id.clone(), number, call));
    }
}

fn unsendable(error: &RequestError) -> Refusal {
    Refusal::OrderUnsendable { field: error.field().to_owned() }
}
