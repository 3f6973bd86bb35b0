//! The real engine over the real store, with a gateway inside the program that answers at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use yima_checkout::view::{CashierView, CustomerView, Language, Mode};
use yima_checkout::{
    Asked, CannotSign, Checkout, Command, Gateway, Ports, Screen, StoreIds, SystemClock, Terms,
};
use yima_core::sale::{
    Answer, Call, CallFailure, Channel, CheckReply, OrderReply, ScanReply, Status, Timing,
};
use yima_core::{Fen, Order, OrderId, Quantity};
use yima_gateway::{Account, Endpoint, Profile, RequestError, SignType, StoreInfo, scan};
use yima_store::{KeptSale, Store, StoredSale};

/// Polls are not what is measured.
const POLL_MS: u64 = 1;
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Customers {
    Pay,
    Wait,
}

pub struct Till {
    checkout: Checkout,
    store: Store,
    asked: Arc<Mutex<BTreeSet<OrderId>>>,
    shown: watch::Receiver<Option<(OrderId, &'static str)>>,
}

impl Till {
    pub async fn start(store: Store, customers: Customers) -> Self {
        let (show, shown) = watch::channel(None);
        let asked = Arc::default();
        let gateway = Instant { customers, asked: Arc::clone(&asked) };
        let ports = Ports { gateway, store: store.clone(), clock: SystemClock::new(), screen: Show(show) };
        Self { checkout: Checkout::start(ports, terms()).await.unwrap(), store, asked, shown }
    }

    pub async fn act(&self, command: Command) {
        self.checkout.act(command).await.unwrap();
    }

    /// How many orders the gateway was asked about.
    pub fn asked(&self) -> u64 {
        self.asked.lock().unwrap().len() as u64
    }

    pub async fn open_sales(&self) -> Vec<StoredSale> {
        self.store.open_sales().await.unwrap()
    }

    /// Lets the engine go, and waits until nobody has the database any more.
    pub async fn end(self) {
        let Self { checkout, store, shown, .. } = self;
        drop(checkout);
        let mut shown = shown;
        while shown.changed().await.is_ok() {}
        drop(store);
    }

    async fn sell(&self, goods: &[usize], until: &'static str) -> OrderId {
        let all = yima_store::sample::products();
        for at in goods {
            let code = all[at % all.len()].barcode.to_string();
            self.act(Command::Scan { code: code.into(), quantity: Quantity::ONE }).await;
        }
        self.act(Command::Charge).await;
        let mut shown = self.shown.clone();
        let is_there = |now: &Option<(OrderId, &str)>| now.as_ref().is_some_and(|(_, state)| *state == until);
        let found = tokio::time::timeout(LIMIT, shown.wait_for(is_there)).await.unwrap().unwrap().clone();
        self.act(Command::Dismiss).await;
        found.unwrap().0
    }
}

/// Makes that many sales, each of three other articles, and lets the till go.
pub async fn sell(database: &Path, customers: Customers, count: usize) -> Vec<OrderId> {
    let store = Store::open(database).unwrap();
    store.seed_if_empty().await.unwrap();
    let till = Till::start(store, customers).await;
    let until = if customers == Customers::Pay { "paid" } else { "awaiting" };
    let mut orders = Vec::new();
    for sale in 0..count {
        orders.push(till.sell(&[sale, sale + 3, sale + 6], until).await);
    }
    till.end().await;
    orders
}

pub async fn kept(database: &Path, orders: &[OrderId]) -> Vec<KeptSale> {
    let store = Store::open_to_read(database).unwrap();
    let mut kept = Vec::new();
    for order in orders {
        kept.push(store.kept_sale(order).await.unwrap().unwrap());
    }
    kept
}

struct Instant {
    customers: Customers,
    asked: Arc<Mutex<BTreeSet<OrderId>>>,
}

impl Gateway for Instant {
    fn body(
        &self,
        order: &Order,
        account: &Account,
        store_info: &StoreInfo,
    ) -> Result<Vec<u8>, RequestError> {
        scan::Request { order, store_info }.body(account)
    }

    fn can_sign(&self, _: &Account) -> Result<(), CannotSign> {
        Ok(())
    }

    async fn ask(&self, asked: Asked) -> Answer {
        self.asked.lock().unwrap().insert(asked.order_id.clone());
        let order_id = asked.order_id.to_string();
        let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
        let total_fen = Fen::parse(body["total_amount"].as_str().unwrap()).unwrap();
        let status = if self.customers == Customers::Pay { Status::Paid } else { Status::Paying };
        let trade_no = format!("4200{order_id}");
        match asked.call {
            Call::Scan => Answer::Scan(Ok(ScanReply {
                pay_url: Some(format!("https://pay.example.com/s/{order_id}")),
                order_id,
                trade_no,
                total_fen,
                payable_fen: total_fen,
            })),
            Call::Check => Answer::Check(Ok(CheckReply { order_id, status })),
            Call::Get => Answer::Get(Ok(OrderReply {
                app_id: asked.account.app_id.clone(),
                order_id,
                trade_no,
                status,
                channel: Some(Channel::Wechat),
                pay_time: Some("2026-11-23 12:00:00".to_owned()),
                total_fen,
                payable_fen: total_fen,
                real_fen: total_fen,
                refunded_fen: Fen::ZERO,
                refund_ids: Vec::new(),
            })),
            call => Answer::failure(call, CallFailure::NotSent),
        }
    }
}

struct Show(watch::Sender<Option<(OrderId, &'static str)>>);

impl Screen for Show {
    fn show_cashier(&self, view: CashierView) {
        let shown = view.payment.map(|payment| (payment.order_id, payment.state.code()));
        self.0.send_replace(shown);
    }

    fn show_customer(&self, _: CustomerView) {}
}

fn terms() -> Terms {
    let account = Account {
        endpoint: Endpoint::parse("https://gateway.example.com").unwrap(),
        app_id: "sizes".to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    };
    Terms {
        mode: Mode::Live,
        shop_name: "城西便利店".to_owned(),
        till_number: "01".to_owned(),
        language: Language::Chinese,
        account: Ok(account),
        ids: StoreIds { terminal_id: "sizes-till".to_owned(), ..StoreIds::default() },
        timing: Timing { fast_poll_ms: POLL_MS, ..Timing::default() },
        prices: yima_core::PriceRules::default(),
        scanning: yima_checkout::Scanning::default(),
        insecure_secret: false,
    }
}
