//! The child: the real engine over the real store and the real gateway client, steered line by line over its standard
//! input, and ended by itself where its start said.
//!
//! The first line in is a JSON object, see [`Start`]; each one after it is an act, or how many of its views and ends
//! were read by whoever waits now (`read`): its clock stands still meanwhile. It prints a line for every failpoint it
//! passes (`pass`), every view of the cashier (`view`), and the end of every act (`done`, `refused`); its witness prints
//! what it asks (`ask`), until when each QR holds (`link`), and what was held or broken.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use rustix::process::{Signal, getpid, kill_process};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use yima_checkout::view::{CashierView, CustomerView, Language, Mode};
use yima_checkout::{Checkout, Command, Huishouyin, Ports, Refusal, Screen, Signer, StoreIds, Terms, Word};
use yima_core::failpoint::{self, Moment};
use yima_core::sale::Timing;
use yima_core::{Fen, OrderId, Quantity};
use yima_gateway::{
    Account, AppSecret, Client, Credential, Endpoint, PayUrlHosts, Profile, SignType, Timeouts,
};
use yima_store::{CartId, Store};

use crate::clock::{FastClock, Timed};
use crate::flawed::{Flaw, Flawed};
use crate::opening::{self, Opened};
use crate::run::FIRST_WALL_MS;
use crate::witness::Witness;

pub const APP_ID: &str = "crash-tests";
/// Virtual time for the customer to pay.
pub const QR_TIMEOUT_MS: u64 = 60_000;
/// Real time for one call.
pub const CALL_LIMIT: Duration = Duration::from_millis(500);

/// What the child is started with.
pub struct Start {
    pub data: PathBuf,
    pub state_place: PathBuf,
    /// The newest backup takes the place of the data first.
    pub restores: bool,
    pub base_url: String,
    /// Never in the arguments, which everybody on the machine can read.
    pub secret: String,
    pub wall_ms: i64,
    pub seed: u64,
    /// Where to end, and at which passage.
    pub end: Option<(Moment, String, u64)>,
    pub flaw: Option<Flaw>,
    /// Until when the QRs of earlier lives may be shown, in Unix milliseconds; `None` if nobody watches.
    pub links: Option<BTreeMap<String, i64>>,
}

impl Start {
    pub fn line(&self) -> String {
        let end = self.end.as_ref().map(|(moment, name, hit)| json!([moment_word(*moment), name, hit]));
        json!({
            "data": self.data, "state_place": self.state_place, "restores": self.restores,
            "base_url": self.base_url, "secret": self.secret, "wall_ms": self.wall_ms, "seed": self.seed, "end": end, "flaw": self.flaw.map(Flaw::name),
            "links": self.links,
        })
        .to_string()
    }

    fn read(line: &str) -> Result<Self> {
        let told: Value = serde_json::from_str(line)?;
        let text = |name: &str| told[name].as_str().map(str::to_owned).context("a text is missing");
        let end = told["end"].as_array().and_then(|end| {
            let name = end.get(1)?.as_str()?.to_owned();
            Some((moment(end.first()?.as_str()?)?, name, end.get(2)?.as_u64()?))
        });
        Ok(Self {
            data: text("data")?.into(),
            state_place: text("state_place")?.into(),
            restores: told["restores"] == true,
            base_url: text("base_url")?,
            secret: text("secret")?,
            wall_ms: told["wall_ms"].as_i64().context("the time is missing")?,
            seed: told["seed"].as_u64().context("the seed is missing")?,
            end,
            flaw: told["flaw"].as_str().and_then(|name| Flaw::from_str(name, false).ok()),
            links: serde_json::from_value(told["links"].clone())?,
        })
    }

    /// What the engine takes the time to be.
    fn believed_wall_ms(&self) -> i64 {
        if self.flaw == Some(Flaw::ForgetsTheTime) { FIRST_WALL_MS } else { self.wall_ms }
    }

    fn witness(&self) -> Arc<Witness> {
        let links = self.links.clone().map(|links| {
            let parsed =
                links.into_iter().filter_map(|(id, until_ms)| Some((OrderId::parse(&id).ok()?, until_ms)));
            parsed.collect()
        });
        Arc::new(Witness::new(links, self.wall_ms - self.believed_wall_ms()))
    }
}

pub const fn moment_word(moment: Moment) -> &'static str {
    match moment {
        Moment::Before => "before",
        Moment::After => "after",
    }
}

pub fn moment(word: &str) -> Option<Moment> {
    [Moment::Before, Moment::After].into_iter().find(|moment| moment_word(*moment) == word)
}

/// Runs until its input ends, or until it ends itself.
pub async fn run() -> Result<()> {
    let mut lines = input();
    let start = Start::read(&lines.recv().await.context("nothing was said to begin with")?)?;
    if let Some(end) = start.end.clone() {
        end_there(end);
    } else {
        failpoint::on_pass(tell_pass);
    }
    let witness = start.witness();
    if start.links.is_some() {
        log();
    }
    if start.flaw == Some(Flaw::TellsTheSecret) {
        eprintln!("signing with {}", start.secret);
    }
    let opened = opening::open(&start).await?;
    let store = Flawed { store: opened.store.clone(), flaw: start.flaw, witness: Arc::clone(&witness) };
    let clock = FastClock::starting_at(start.believed_wall_ms(), start.seed);
    let client = Client::new(Timeouts { connect: CALL_LIMIT, total: CALL_LIMIT })?;
    let secret = AppSecret::new(SecretString::from(start.secret.clone()))?;
    let signer = Held(Arc::new(Credential::Md5(secret)));
    let gateway = Huishouyin::new(client, signer, PayUrlHosts::default());
    let gateway = Timed { gateway, clock: clock.clone(), witness: Arc::clone(&witness), flaw: start.flaw };
    let screen = Told { clock: clock.clone(), witness: Arc::clone(&witness) };
    let time = clock.clone();
    let checkout = Checkout::start(Ports { gateway, store, clock, screen }, terms(&start)?).await?;
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => {
                    if let Some(count) = line.strip_prefix("read ") {
                        time.was_read(count.parse()?);
                        continue;
                    }
                    witness.supersede();
                    let done = do_act(&line, &checkout, &opened, &time).await?;
                    time.tells();
                    match done {
                        Ok(()) => say("done"),
                        Err(refusal) => say(&format!("refused {refusal}")),
                    }
                }
                None => return Ok(()),
            },
            () = checkout.ended() => bail!("the engine has ended"),
        }
    }
}

async fn do_act(
    line: &str,
    checkout: &Checkout,
    opened: &Opened,
    time: &FastClock,
) -> Result<Result<(), Refusal>> {
    if let Some(ms) = line.strip_prefix("wait ") {
        time.pass(ms.parse()?).await;
        return Ok(Ok(()));
    }
    if line == "back-up" {
        opened.back_up(yima_checkout::Clock::now(time).wall_ms).await?;
        return Ok(Ok(()));
    }
    let command = match line {
        "resume" => Command::Resume { cart: held(&opened.store).await? },
        "drop-held" => Command::DropHeld { cart: held(&opened.store).await? },
        _ => command(line)?,
    };
    Ok(checkout.act(command).await)
}

/// The cart that goods were given back in, else the one that has waited longest.
async fn held(kept: &Store) -> Result<CartId> {
    let held = kept.held_carts().await?;
    let given_back = held.iter().find(|held| held.name.is_none());
    Ok(given_back.or(held.first()).context("a held cart")?.cart.id)
}

/// All that the program can log, beside what it says.
fn log() {
    let own = ["yima_checkout", "yima_gateway", "yima_store", "yima_core"];
    let levels = Targets::new().with_default(LevelFilter::WARN);
    let levels = levels.with_targets(own.map(|name| (name, LevelFilter::TRACE)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(levels).with(lines).init();
}

fn input() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn end_there((at, name, hit): (Moment, String, u64)) {
    let passed = AtomicU64::new(0);
    failpoint::on_pass(move |moment, passing| {
        tell_pass(moment, passing);
        if moment == at && passing == name && passed.fetch_add(1, Ordering::SeqCst) + 1 == hit {
            say("killed");
            let _ = kill_process(getpid(), Signal::KILL);
        }
    });
}

fn tell_pass(moment: Moment, name: &str) {
    say(&format!("pass {} {name}", moment_word(moment)));
}

pub fn say(line: &str) {
    // Nobody reads any more: the parent is gone, and so is the input soon.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

struct Held(Arc<Credential>);

impl Signer for Held {
    fn credential(&self, _: &Account) -> Option<Arc<Credential>> {
        Some(Arc::clone(&self.0))
    }
}

struct Told {
    clock: FastClock,
    witness: Arc<Witness>,
}

impl Screen for Told {
    fn show_cashier(&self, view: CashierView) {
        let payment = view.payment.as_ref();
        let wall_ms = yima_checkout::Clock::now(&self.clock).wall_ms;
        self.witness.shows(&view, wall_ms);
        let told = json!({
            "wall_ms": wall_ms,
            "state": payment.map(|payment| payment.state.code()),
            "order": payment.map(|payment| payment.order_id.as_str()),
            "can_reverse": payment.is_some_and(|payment| payment.can_reverse),
            "can_write_off": payment.is_some_and(|payment| payment.can_write_off),
            "total_fen": view.cart.total_fen.get(),
            "held": view.held_count,
            "refunds_due": view.refunds_due_count,
            "reconciles": view.reconcile.is_some(),
        });
        self.clock.tells();
        say(&format!("view {told}"));
    }

    fn show_customer(&self, _: CustomerView) {}
}

fn command(line: &str) -> Result<Command> {
    let words: Vec<&str> = line.split(' ').collect();
    let id = |text: &str| OrderId::parse(text).context("an order id");
    let word = || Word { by: "店长".to_owned(), why: "test".to_owned() };
    Ok(match words[..] {
        ["scan", code] => Command::Scan { code: code.into(), quantity: Quantity::ONE },
        ["charge"] => Command::Charge,
        ["want-code"] => Command::WantCode,
        ["take-code", total] => Command::TakeCode { total_fen: Fen::new(total.parse()?) },
        ["cash", total, tendered] => Command::TakeCash {
            total_fen: Fen::new(total.parse()?),
            tendered_fen: Fen::new(tendered.parse()?),
        },
        ["cancel"] => Command::CancelPayment,
        ["hold"] => Command::Hold { name: None },
        ["ask", order] => Command::AskNow { order_id: id(order)? },
        ["reverse", order] => Command::Reverse { order_id: id(order)? },
        ["write-off", order] => Command::WriteOff { order_id: id(order)?, word: word() },
        ["settle", order] => Command::SettleRefund { order_id: id(order)?, word: word() },
        ["drop", order] => Command::DropRefund { order_id: id(order)?, word: word() },
        ["refund", order, fen] => Command::Refund {
            order_id: id(order)?,
            amount_fen: Fen::new(fen.parse()?),
            left_fen: None,
            word: word(),
        },
        _ => bail!("an act nobody knows: {line}"),
    })
}

fn terms(start: &Start) -> Result<Terms> {
    let account = Account {
        endpoint: Endpoint::parse(&start.base_url)?,
        app_id: APP_ID.to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    };
    let ids = StoreIds {
        waiter1_id: Some("w1".to_owned()),
        terminal_id: "crash-till".to_owned(),
        ..StoreIds::default()
    };
    Ok(Terms {
        mode: Mode::Live,
        shop_name: "城西便利店".to_owned(),
        till_number: "01".to_owned(),
        language: Language::Chinese,
        account: Ok(account),
        ids,
        timing: Timing { qr_timeout_ms: QR_TIMEOUT_MS, ..Timing::default() },
        prices: yima_core::PriceRules::default(),
        scanning: yima_checkout::Scanning::default(),
        insecure_secret: false,
    })
}
