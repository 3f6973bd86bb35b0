//! What happens in a row, step by step.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use yima_checkout::{Command, ListFailure, Refusal, Word};
use yima_core::sale::{Call, CallFailure, Reason, State, Status};
use yima_core::{OrderId, Quantity};
use yima_store::StoreError;

use super::checks;
use crate::desk::{Desk, WATER, terms};
use crate::gateway::{Fault, Trade};
use crate::reconciling::live;

/// Where a row begins.
#[derive(Clone, Copy, Debug)]
pub enum At {
    /// ¥2.00 of water in the cart.
    Cart,
    /// Its QR is shown.
    Awaiting,
    /// It was paid, and the thanks are over.
    Paid,
    /// The cashier has ended it; its goods are in front again.
    Closed,
    /// The gateway tells nothing about it and does not close it.
    Unresolved,
    /// A live till with nothing in the cart.
    Live,
}

/// An act about the first order there is.
pub type Act = fn(OrderId) -> Command;

pub enum Step {
    Scan(&'static str),
    /// The first line of the cart.
    Remove,
    Do(Act),
    /// Said by that many at once, of whom one is heard.
    AllDo(usize, Act),
    Refused(Act, Refusal),
    /// So many calls of this kind go wrong.
    Fail(Call, Fault, usize),
    /// Calls go well again.
    Heal,
    /// Of every order at the gateway that is not over.
    Status(Status),
    /// Something happens at the gateway to the first order.
    There(fn(&mut Trade)),
    /// The gateway's own ways, from now on.
    Gateway(fn(&mut crate::gateway::Ledger)),
    Seconds(u64),
    Minutes(u64),
    /// Until the payment panel stands so.
    Until(State),
    Restart,
    /// The wall clock is set on by so many milliseconds.
    Clock(i64),
    Disk(Trouble),
    BackUp,
    PutBack,
    /// Until what was put back was compared with the gateway's list.
    Compared,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Full,
    /// The next sync fails.
    NoSync,
    /// The next write kills the engine.
    Deadly,
    /// The folder cannot be written to any more.
    ReadOnly,
    /// Another program has the file.
    Locked,
    None,
}

/// A till and all that has happened to it.
pub struct Scene {
    pub desk: Desk,
    /// Pieces that were scanned and not taken out again.
    pub pieces: u32,
    /// Carts were lost with the data, as they are when a backup is put back.
    pub forgot: bool,
    backup: Option<PathBuf>,
    /// What was wrong before the till was started again.
    pub findings: Vec<String>,
}

impl Scene {
    pub async fn open(at: At) -> Self {
        let terms = if matches!(at, At::Live) { live() } else { terms() };
        let desk = Desk::open_with(terms).await;
        let mut scene = Self { desk, pieces: 0, forgot: false, backup: None, findings: Vec::new() };
        for step in before(at) {
            scene = scene.play(step).await;
        }
        scene
    }

    pub async fn play(mut self, step: Step) -> Self {
        match step {
            Step::Restart => return self.restart().await,
            Step::PutBack => return self.put_back().await,
            Step::BackUp => self.backup = Some(self.desk.back_up("kept")),
            Step::Compared => self.desk.until_compared().await,
            Step::Scan(code) => self.scan(code).await,
            Step::Remove => self.remove().await,
            Step::Do(act) => self.act(act).await.unwrap(),
            Step::AllDo(count, act) => self.all_do(count, act).await,
            Step::Refused(act, refusal) => assert_eq!(self.act(act).await, Err(refusal)),
            Step::Disk(trouble) => self.disturb(trouble),
            Step::Seconds(count) => self.pass(count, 1_000).await,
            Step::Minutes(count) => self.pass(count, 60_250).await,
            Step::Until(state) => drop(self.desk.until(state).await),
            Step::Clock(ms) => self.desk.clock.wall_forward(ms),
            step => self.at_the_gateway(step),
        }
        self.desk.settle_if_open().await;
        self
    }

    fn at_the_gateway(&self, step: Step) {
        let gateway = &self.desk.gateway;
        match step {
            Step::Fail(call, fault, count) => gateway.fail(call, vec![fault; count]),
            Step::Heal => gateway.ledger().forget_faults(),
            Step::Status(status) => gateway.set_status(status),
            Step::There(happens) => happens(gateway.ledger().orders.values_mut().next().unwrap()),
            Step::Gateway(change) => change(&mut gateway.ledger()),
            _ => unreachable!("played before"),
        }
    }

    /// The first order that was made, or one that there is not.
    fn first(&self) -> OrderId {
        let id = self.desk.gateway.ledger().orders.keys().next().cloned();
        OrderId::parse(&id.unwrap_or_else(|| "none".to_owned())).unwrap()
    }

    async fn act(&self, act: Act) -> Result<(), Refusal> {
        self.desk.act(act(self.first())).await
    }

    async fn scan(&mut self, code: &str) {
        self.desk.scan(code).await;
        self.pieces += 1;
    }

    async fn remove(&mut self) {
        let line = self.desk.view().cart.lines[0].clone();
        self.desk.act(Command::Remove { line: line.id }).await.unwrap();
        self.pieces -= line.quantity.get();
    }

    async fn all_do(&self, count: usize, act: Act) {
        let command = act(self.first());
        let said = (0..count).map(|_| {
            let (checkout, command) = (self.desk.checkout.clone(), command.clone());
            tokio::spawn(async move { checkout.act(command).await })
        });
        let mut done = 0;
        for one in said.collect::<Vec<_>>() {
            done += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(done, 1, "one of {count} is heard");
    }

    fn disturb(&self, trouble: Trouble) {
        let disk = &self.desk.disk;
        *disk.refuses.lock().unwrap() = match trouble {
            Trouble::Full => Some(StoreError::DiskFull),
            Trouble::NoSync => Some(StoreError::Io("fsync".into())),
            Trouble::ReadOnly => Some(StoreError::ReadOnly),
            Trouble::Locked => Some(StoreError::Busy),
            Trouble::Deadly | Trouble::None => None,
        };
        disk.deadly.store(u32::from(matches!(trouble, Trouble::Deadly)), Ordering::SeqCst);
    }

    async fn pass(&self, count: u64, ms: u64) {
        for _ in 0..count {
            self.desk.pass_without_settling(ms);
            self.desk.settle_if_open().await;
        }
    }

    async fn restart(mut self) -> Self {
        self.findings.extend(checks::windows(&self.desk));
        Self { desk: self.desk.restart().await, ..self }.settled().await
    }

    async fn put_back(mut self) -> Self {
        self.findings.extend(checks::windows(&self.desk));
        let backup = self.backup.take().unwrap();
        Self { desk: self.desk.restart_from(backup).await, forgot: true, ..self }.settled().await
    }

    async fn settled(self) -> Self {
        self.desk.settle().await;
        self
    }

    /// All that was wrong is well again, and the people do what is left to them.
    pub async fn heal(mut self) -> Self {
        self.desk.gateway.ledger().forget_faults();
        self.desk.gateway.ledger().refunds_wait = false;
        self.disturb(Trouble::None);
        for trade in self.desk.gateway.ledger().orders.values_mut() {
            if !trade.pending.is_empty() {
                trade.make_refunds();
            }
            if trade.status == Status::Unknown {
                trade.status = Status::Paid;
            }
        }
        if self.desk.has_ended().await {
            self = self.restart().await;
        }
        self
    }
}

impl Desk {
    pub async fn has_ended(&self) -> bool {
        tokio::time::timeout(Duration::ZERO, self.checkout.ended()).await.is_ok()
    }

    async fn settle_if_open(&self) {
        let mut quiet = 0;
        while quiet < 3 && !self.has_ended().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
            // What an engine that dies or has ended says to this is no matter here.
            let _ = self.act(Command::ShowAgain).await;
            quiet = if self.gateway.is_being_asked() { 0 } else { quiet + 1 };
        }
    }
}

fn before(at: At) -> Vec<Step> {
    let order = [Step::Scan(WATER), Step::Do(CHARGE), Step::Until(State::Awaiting)];
    let more = match at {
        At::Live => return Vec::new(),
        At::Cart => return vec![Step::Scan(WATER)],
        At::Awaiting => Vec::new(),
        At::Paid => {
            vec![Step::Status(Status::Paid), Step::Until(State::Paid), Step::Seconds(6), Step::Do(DISMISS)]
        }
        At::Closed => vec![Step::Do(CANCEL), Step::Until(State::Closed)],
        At::Unresolved => vec![
            Step::Status(Status::Unknown),
            Step::Fail(Call::Close, Fault::Before(rejected("5001")), 100),
            Step::Do(CANCEL),
            Step::Until(State::Unresolved),
            Step::Heal,
        ],
    };
    order.into_iter().chain(more).collect()
}

pub const CHARGE: Act = |_| Command::Charge;
pub const CANCEL: Act = |_| Command::CancelPayment;
pub const DISMISS: Act = |_| Command::Dismiss;
pub const REVERSE: Act = |order_id| Command::Reverse { order_id };
pub const ASK: Act = |order_id| Command::AskNow { order_id };
pub const SCAN: Act = |_| Command::Scan { code: WATER.into(), quantity: Quantity::ONE };
/// ¥1.00 of what was paid.
pub const REFUND: Act = |order_id| Command::Refund {
    order_id,
    amount_fen: yima_core::Fen::new(100),
    left_fen: None,
    word: word(),
};

pub fn word() -> Word {
    Word { by: "王店长".into(), why: "核对过".into() }
}

pub fn rejected(code: &str) -> CallFailure {
    CallFailure::Rejected { code: code.into(), message: "no".into() }
}

/// Why a sale is void that the gateway refused.
pub fn rejected_for(code: &str, message: &str) -> Reason {
    Reason::Rejected { gateway_code: code.into(), message: message.into() }
}

pub fn no_list() -> Step {
    Step::Gateway(|ledger| ledger.no_list = Some(Err(ListFailure::Silent)))
}
