//! One till on a table: engine, store, a clock that stands still until it is moved, and what the windows show.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::watch;
use yima_checkout::view::{CashierView, CustomerScreen, CustomerView, Language, Mode, PaymentView};
use yima_checkout::{Checkout, Clock, Command, Ports, Refusal, Screen, StoreIds, Terms};
use yima_core::sale::{Now, State, Timing};
use yima_core::{Fen, OrderId, PriceRules, Quantity};
use yima_gateway::{Account, Endpoint, Profile, SignType};
use yima_store::DataDir;

use crate::disk::{Disk, Kept};
use crate::gateway::Double;

pub const WATER: &str = "6921168509256";
pub const NOODLES: &str = "6920152400777";

/// Stands still until a test moves it; wakes whoever sleeps.
#[derive(Clone)]
pub struct HandClock {
    now: Arc<watch::Sender<Now>>,
    drawn: Arc<AtomicU64>,
}

impl HandClock {
    fn new() -> Self {
        let start = Now { mono_ms: 1_000, wall_ms: 1_795_327_297_000 };
        Self { now: Arc::new(watch::Sender::new(start)), drawn: Arc::default() }
    }
}

impl HandClock {
    /// Sets the wall clock on; the monotonic one knows nothing of it.
    pub fn wall_forward(&self, ms: i64) {
        self.now.send_modify(|now| now.wall_ms += ms);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Now {
        *self.now.borrow()
    }

    async fn sleep_until(&self, mono_ms: u64) {
        let mut now = self.now.subscribe();
        if now.wait_for(|now| now.mono_ms >= mono_ms).await.is_err() {
            std::future::pending().await
        }
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[1..9].copy_from_slice(&self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

/// Keeps every view that was shown.
#[derive(Clone, Default)]
pub struct Shown {
    pub cashier: Arc<Mutex<Vec<CashierView>>>,
    pub customer: Arc<Mutex<Vec<CustomerView>>>,
    /// Each view of the customer, with what the cashier saw then.
    pub both: Arc<Mutex<Vec<(CashierView, CustomerView)>>>,
    /// What a panel said of a sale before it was kept: it is to be there first.
    pub ahead: Arc<Mutex<Vec<String>>>,
    kept: Kept,
}

impl Shown {
    pub fn over(disk: &Disk) -> Self {
        Self { kept: disk.kept.clone(), ..Self::default() }
    }
}

impl Screen for Shown {
    fn show_cashier(&self, view: CashierView) {
        let unkept =
            view.payment.as_ref().filter(|panel| !self.kept.has(&panel.order_id, panel.state.code()));
        self.ahead
            .lock()
            .unwrap()
            .extend(unkept.map(|panel| {
                format!("{:?} of {} was shown before it was kept", panel.state, panel.order_id)
            }));
        self.cashier.lock().unwrap().push(view);
    }

    fn show_customer(&self, view: CustomerView) {
        assert!(
            view.qr.is_none() || view.screen == CustomerScreen::Pay,
            "a QR is shown only while it may be paid: {:?}",
            view.screen
        );
        if let Some(cashier) = self.cashier.lock().unwrap().last() {
            self.both.lock().unwrap().push((cashier.clone(), view.clone()));
        }
        self.customer.lock().unwrap().push(view);
    }
}

pub struct Desk {
    pub clock: HandClock,
    pub gateway: Double,
    pub shown: Shown,
    pub disk: Disk,
    pub checkout: Checkout,
    pub terms: Terms,
    pub folder: TempDir,
}

impl Desk {
    pub async fn open() -> Self {
        Self::open_with(terms()).await
    }

    pub async fn open_with(terms: Terms) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), terms).await
    }

    pub async fn open_in(folder: TempDir, terms: Terms) -> Self {
        let disk = Disk::open(folder.path());
        disk.store.seed_if_empty().await.unwrap();
        let gateway = Double::new(disk.store.clone());
        let (clock, shown) = (HandClock::new(), Shown::over(&disk));
        let checkout = start(&clock, &gateway, &shown, &disk, &terms).await;
        Self { clock, gateway, shown, disk, checkout, terms, folder }
    }

    /// The program dies here, and is started again over the same data.
    pub async fn restart(self) -> Self {
        self.restart_after(|_| {}).await
    }

    /// The same, and `meanwhile` is done to its folder.
    pub async fn restart_after(self, meanwhile: impl FnOnce(&DataDir)) -> Self {
        let Self { clock, gateway, checkout, disk, terms, folder, .. } = self;
        drop((checkout, disk));
        // The engine's task ends with its last handle; the store's files are free after that.
        tokio::time::sleep(Duration::from_millis(20)).await;
        meanwhile(&DataDir::locate(Some(folder.path().to_owned())).unwrap());
        let disk = Disk::open(folder.path());
        let gateway = gateway.with_store(disk.store.clone());
        let clock = HandClock { now: Arc::new(watch::Sender::new(clock.now())), drawn: clock.drawn };
        clock.now.send_modify(|now| now.mono_ms = 10);
        let shown = Shown::over(&disk);
        let checkout = start(&clock, &gateway, &shown, &disk, &terms).await;
        Self { clock, gateway, shown, disk, checkout, terms, folder }
    }

    pub async fn scan(&self, code: &str) {
        let command = Command::Scan { code: code.into(), quantity: Quantity::ONE };
        self.checkout.act(command).await.unwrap();
    }

    pub async fn act(&self, command: Command) -> Result<(), Refusal> {
        self.checkout.act(command).await
    }

    /// Moves both clocks; everything that is due happens.
    pub async fn pass(&self, ms: u64) {
        self.pass_without_settling(ms);
        self.settle().await;
    }

    pub fn pass_without_settling(&self, ms: u64) {
        self.clock.now.send_modify(|now| {
            now.mono_ms += ms;
            now.wall_ms += i64::try_from(ms).unwrap();
        });
    }

    /// Lets time pass in small steps until the payment stands so.
    pub async fn until(&self, state: State) -> PaymentView {
        for _ in 0..2_000 {
            self.settle().await;
            if let Some(payment) = self.payment().filter(|payment| payment.state == state) {
                return payment;
            }
            self.pass(1_000).await;
        }
        panic!("never {state:?}; now {:?}", self.payment());
    }

    /// Waits until whatever is under way has been shown.
    pub async fn settle(&self) {
        let mut quiet = 0;
        while quiet < 3 {
            tokio::time::sleep(Duration::from_millis(2)).await;
            self.checkout.act(Command::ShowAgain).await.unwrap();
            quiet = if self.gateway.is_being_asked() { 0 } else { quiet + 1 };
        }
    }

    pub fn view(&self) -> CashierView {
        self.shown.cashier.lock().unwrap().last().cloned().unwrap()
    }

    pub fn customer(&self) -> CustomerView {
        self.shown.customer.lock().unwrap().last().cloned().unwrap()
    }

    pub fn payment(&self) -> Option<PaymentView> {
        self.view().payment
    }

    pub async fn charge(&self) -> PaymentView {
        self.act(Command::Charge).await.unwrap();
        self.until(State::Awaiting).await
    }

    /// I1, I2, I6, I7, I11: what must hold whenever everything is quiet.
    pub async fn check_books(&self) {
        let trades = self.gateway.ledger().orders.clone();
        assert_eq!(self.gateway.ledger().broken, Vec::<String>::new());
        for (id, trade) in trades {
            let id = OrderId::parse(&id).unwrap();
            let sale = self.disk.store.sale(&id).await.unwrap().expect("I6: an order nobody here knows");
            let is_paid = sale.receipt_number.is_some();
            assert_eq!(is_paid, trade.status.is_paid() && sale.state != "cancelled", "I6: {id}");
            assert_eq!(is_paid, ["paid", "refunding", "refunded"].contains(&&*sale.state), "I7: {id}");
            assert!(trade.refunded_fen() <= trade.payable_fen, "I10: {id}");
            if is_paid && sale.state != "refunding" {
                let kept = sale.facts.refunded_fen.unwrap_or(Fen::ZERO);
                assert_eq!(kept, trade.refunded_fen(), "I6: {id}");
            }
            let events = self.disk.store.events(&id).await.unwrap();
            let versions: Vec<u32> = events.iter().map(|event| event.version).collect();
            assert_eq!(versions, (1..=u32::try_from(events.len()).unwrap()).collect::<Vec<_>>(), "I11");
            let states: Vec<State> =
                events.iter().map(|event| State::from_code(&event.state).unwrap()).collect();
            for pair in states.windows(2) {
                assert!(pair[0] == pair[1] || pair[0].next().contains(&pair[1]), "I11: {pair:?}");
            }
        }
    }
}

pub fn terms() -> Terms {
    Terms {
        mode: Mode::Practice,
        shop_name: "城西便利店".into(),
        till_number: "01".into(),
        language: Language::Chinese,
        account: Ok(Account {
            endpoint: Endpoint::parse("https://pay.example").unwrap(),
            app_id: "app".into(),
            sign_type: SignType::Md5,
            profile: Profile::default(),
        }),
        ids: StoreIds { terminal_id: "terminal".into(), ..StoreIds::default() },
        timing: Timing::default(),
        prices: PriceRules::default(),
        scanning: yima_checkout::Scanning::default(),
        insecure_secret: false,
    }
}

fn start<'a>(
    clock: &'a HandClock,
    gateway: &'a Double,
    shown: &'a Shown,
    disk: &'a Disk,
    terms: &'a Terms,
) -> impl Future<Output = Checkout> + 'a {
    let ports =
        Ports { gateway: gateway.clone(), store: disk.clone(), clock: clock.clone(), screen: shown.clone() };
    async move { Checkout::start(ports, terms.clone()).await.unwrap() }
}
