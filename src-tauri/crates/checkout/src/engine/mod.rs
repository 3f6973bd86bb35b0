//! One task that owns every cart and every sale, and does one thing at a time.

mod carts;
mod cash;
mod codes;
mod comparing;
mod happening;
mod holding;
mod life;
mod limits;
mod pricing;
mod reconciling;
mod record;
mod recovery;
mod sales;
mod scanning;
mod show;
mod watching;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use yima_core::cart::Waiters;
use yima_core::sale::{Answer, Call};
use yima_core::{Cart, OrderId};
use yima_store::{CartId, StoreError};

use self::carts::OpenCart;
use self::codes::CodeAtHand;
use self::comparing::Reconciling;
use self::sales::{OpenSale, Outcome};
use self::show::Frame;
use crate::listing::{ListFailure, Listed};
use crate::view::{AwayView, CustomerDisplay, GatewayView, LastSale, Notice, Today, UnreadableView};
use crate::{Clock, Command, Gateway, Refusal, Screen, Store, StoreProblem, Terms};

/// How many acts may wait at once; one more is refused as [`Refusal::Busy`].
const QUEUE_LENGTH: usize = 1_024;

/// How often the windows are shown the time.
const HEARTBEAT_MS: u64 = 1_000;

/// What the engine works with.
pub struct Ports<G, S, C, W> {
    pub gateway: G,
    pub store: S,
    pub clock: C,
    pub screen: W,
}

/// The engine could not read what was kept.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A kept sale cannot be read: nothing is sold before somebody has looked.
    #[error("the sale {0} cannot be read")]
    SaleUnreadable(OrderId),
}

/// The running engine. Clones post to the same one; it ends when the last is dropped.
#[derive(Clone, Debug)]
pub struct Checkout {
    inbox: mpsc::Sender<Letter>,
}

struct Letter {
    command: Command,
    reply: oneshot::Sender<Result<(), Refusal>>,
}

impl Checkout {
    /// Reads what was kept, resumes every open sale, and runs.
    pub async fn start<G, S, C, W>(ports: Ports<G, S, C, W>, terms: Terms) -> Result<Self, StartError>
    where
        G: Gateway,
        S: Store,
        C: Clock,
        W: Screen,
    {
        let (inbox, letters) = mpsc::channel(QUEUE_LENGTH);
        let mut engine = Engine::new(ports, terms);
        engine.recover().await?;
        tokio::spawn(life::live(engine, letters));
        Ok(Self { inbox })
    }

    /// Does one act; returns when it is done and durable, or refused.
    pub async fn act(&self, command: Command) -> Result<(), Refusal> {
        let (reply, answer) = oneshot::channel();
        self.inbox.try_send(Letter { command, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Busy,
            mpsc::error::TrySendError::Closed(_) => Refusal::Stopped,
        })?;
        let died = |_| Err(if self.inbox.is_closed() { Refusal::Stopped } else { Refusal::Interrupted });
        answer.await.unwrap_or_else(died)
    }

    /// Returns when the engine has ended: its store could not be written to any more, or it died again and again. What
    /// was kept is found again by the next [`Self::start`], over a store that was opened anew.
    pub async fn ended(&self) {
        self.inbox.closed().await;
    }
}

/// A call that has come back: the order, the number it was sent under, and how long it took.
struct Returned {
    order_id: OrderId,
    number: u32,
    answer: Answer,
    took_ms: u64,
}

pub(crate) struct Engine<G, S, C, W> {
    gateway: Arc<G>,
    store: S,
    clock: Arc<C>,
    screen: W,
    terms: Terms,
    carts: BTreeMap<CartId, OpenCart>,
    /// The cart in front, which is edited or being paid, and behind it the one that is scanned into meanwhile.
    queue: Vec<CartId>,
    /// Carts that wait until the cashier brings them up; no scan goes into them.
    held: Vec<CartId>,
    sales: BTreeMap<OrderId, OpenSale>,
    /// Sales that ended and are asked about all the same.
    watched: BTreeMap<OrderId, OpenSale>,
    next_watch_ms: u64,
    unreadable: Vec<UnreadableView>,
    away: Vec<AwayView>,
    /// What this order came to could not be written. Nothing is charged before it is.
    stuck: Option<(OrderId, StoreProblem)>,
    /// The store's writer has failed.
    lost: bool,
    /// The data were found damaged. Nothing is charged before the next start has looked at them.
    is_damaged: bool,
    /// Set as long as sales may be missing here. Nothing is charged meanwhile.
    reconciling: Option<Reconciling>,
    listings: JoinSet<Result<Listed, ListFailure>>,
    calls: JoinSet<Returned>,
    /// Which call each running task performs, for the case that it dies.
    running: BTreeMap<tokio::task::Id, (OrderId, u32, Call)>,
    /// What is known of the code that is to pay for a cart.
    code: Option<CodeAtHand>,
    /// A cart of which something waits for approval, and how often it had been changed.
    asked_of: Option<(CartId, u32)>,
    outcome: Option<Outcome>,
    notice: Option<(u32, Notice)>,
    last_sale: Option<LastSale>,
    today: Today,
    today_day: String,
    gateway_view: GatewayView,
    customer_display: CustomerDisplay,
    revision: u32,
    shown: Option<Frame>,
    changes: u32,
    next_heartbeat_ms: u64,
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    fn new(ports: Ports<G, S, C, W>, terms: Terms) -> Self {
        let Ports { gateway, store, clock, screen } = ports;
        Self::with(Arc::new(gateway), store, Arc::new(clock), screen, terms)
    }

    fn with(gateway: Arc<G>, store: S, clock: Arc<C>, screen: W, terms: Terms) -> Self {
        Self {
            gateway,
            store,
            clock,
            screen,
            terms,
            carts: BTreeMap::new(),
            queue: Vec::new(),
            held: Vec::new(),
            sales: BTreeMap::new(),
            watched: BTreeMap::new(),
            next_watch_ms: 0,
            unreadable: Vec::new(),
            away: Vec::new(),
            stuck: None,
            lost: false,
            is_damaged: false,
            reconciling: None,
            listings: JoinSet::new(),
            calls: JoinSet::new(),
            running: BTreeMap::new(),
            code: None,
            asked_of: None,
            outcome: None,
            notice: None,
            last_sale: None,
            today: Today::default(),
            today_day: String::new(),
            gateway_view: GatewayView::default(),
            customer_display: CustomerDisplay::Closed,
            revision: 0,
            shown: None,
            changes: 0,
            next_heartbeat_ms: 0,
        }
    }

    async fn run(&mut self, letters: &mut mpsc::Receiver<Letter>) {
        self.show();
        while !self.lost {
            let wake_ms = self.wake_ms();
            let clock = Arc::clone(&self.clock);
            // In order, not by chance: one history gives one outcome. What the gateway has said comes first.
            tokio::select! {
                biased;
                Some(ended) = self.calls.join_next_with_id() => self.returned(ended).await,
                Some(listed) = self.listings.join_next() => self.list_returned(listed).await,
                letter = letters.recv() => match letter {
                    Some(letter) => self.take(letter).await,
                    None => return,
                },
                () = clock.sleep_until(wake_ms) => self.wake().await,
            }
        }
        tracing::error!("the store cannot be written to any more; the engine ends");
    }

    async fn take(&mut self, letter: Letter) {
        let result = self.perform(letter.command).await;
        if let Err(refusal) = &result {
            tracing::debug!(%refusal, "refused");
            self.lost |= *refusal == Refusal::NotSaved(StoreProblem::Lost);
        }
        self.show();
        // The window may have closed meanwhile.
        let _ = letter.reply.send(result);
    }

    async fn act(&mut self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Scan { code, quantity } => self.scan(&code, quantity).await,
            Command::Enter { text } => self.enter(&text).await,
            Command::SetQuantity { line, quantity } => {
                self.edit(|cart| cart.set_quantity(line, quantity)).await
            }
            Command::SetPrice { line, price, title } => {
                self.edit(|cart| cart.set_price(line, price, title)).await
            }
            Command::OverridePrice { line, price, reason } => self.override_price(line, price, &reason).await,
            Command::DiscountLine { line, discount } => self.discount_line(line, discount).await,
            Command::DiscountOrder { discount } => self.discount_order(discount).await,
            Command::Note { line, text } => self.note(line, &text).await,
            Command::SetWeight { line, grams } => self.edit(|cart| cart.set_weight(line, grams)).await,
            Command::Remove { line } => self.edit(|cart| cart.remove(line)).await,
            Command::Clear => self.edit(Cart::clear).await,
            Command::Undo => self.edit(Cart::undo).await,
            Command::Redo => self.edit(Cart::redo).await,
            Command::Hold { name } => self.hold(name).await,
            Command::Resume { cart } => self.resume_cart(cart).await,
            Command::DropHeld { cart } => self.drop_held(cart).await,
            Command::SetWaiters { waiter1_id, waiter2_id } => {
                self.set_waiters(Waiters { first: waiter1_id, second: waiter2_id }).await
            }
            Command::Charge => self.charge(None).await,
            Command::WantCode => self.want_code(),
            Command::TakeCode { total_fen } => self.take_code(total_fen).await,
            Command::DropCode => self.drop_code(),
            Command::TakeCash { total_fen, tendered_fen } => self.take_cash(total_fen, tendered_fen).await,
            Command::AskNow { order_id } => self.ask_now(&order_id).await,
            Command::CancelPayment => self.cancel_payment().await,
            Command::Reverse { order_id } => self.reverse(&order_id).await,
            Command::WriteOff { order_id, word } => self.write_off(&order_id, &word).await,
            Command::SettleRefund { order_id, word } => self.settle_refund(&order_id, &word).await,
            Command::Refund { order_id, amount_fen, left_fen, word } => {
                self.refund(&order_id, amount_fen, left_fen, &word).await
            }
            Command::DropRefund { order_id, word } => self.drop_refund(&order_id, &word).await,
            Command::CheckAgain => {
                self.check_again().await;
                Ok(())
            }
            Command::PassList { word } => self.pass_list(&word).await,
            told => {
                self.take_note(told);
                Ok(())
            }
        }
    }

    /// What needs no answer and nothing kept.
    fn take_note(&mut self, told: Command) {
        match told {
            Command::AwaitApproval => self.await_approval(),
            Command::DismissNews => self.away.clear(),
            Command::Dismiss => self.outcome = None,
            Command::SetLanguage { language } => self.terms.language = language,
            Command::SetCustomerDisplay { display } => self.customer_display = display,
            Command::Damaged => self.is_damaged = true,
            Command::SetTerms { terms } => self.terms = Terms { mode: self.terms.mode, ..*terms },
            _ => {}
        }
    }

    fn wake_ms(&self) -> u64 {
        let sales = self.sales.values().filter_map(|open| open.sale.wake_ms());
        sales
            .chain(self.watch_wake_ms())
            .chain(self.reconcile_wake_ms())
            .chain(self.code_wake_ms())
            .min()
            .map_or(self.next_heartbeat_ms, |wake_ms| wake_ms.min(self.next_heartbeat_ms))
    }

    async fn wake(&mut self) {
        let now = self.clock.now();
        let is_heartbeat = now.mono_ms >= self.next_heartbeat_ms;
        if is_heartbeat {
            self.next_heartbeat_ms = now.mono_ms.saturating_add(HEARTBEAT_MS);
        }
        if is_heartbeat && !self.is_today(now) {
            self.count_today_again().await;
        }
        self.forget_old_code(now);
        self.tick_watched().await;
        self.tick_reconciling().await;
        self.tick_sales(is_heartbeat).await;
        self.show_changes(is_heartbeat);
    }

    fn notify(&mut self, notice: Notice) {
        let id = self.notice.as_ref().map_or(1, |(id, _)| id.wrapping_add(1));
        self.notice = Some((id, notice));
    }
}
