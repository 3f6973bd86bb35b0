//! One run: a story, an end, restarts over the same data, and the comparison once all is quiet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use yima_core::failpoint::Moment;
use yima_sandbox::{Call, Channel, Config, Key, Running, Sandbox};
use yima_store::Store;
use yima_tests::patience::now;

use crate::books::{Bodies, Books, Ends, acts_left};
use crate::chance::Chance;
use crate::flawed::Flaw;
use crate::money::Money;
use crate::plan::{End, Plan, Story};
use crate::process::{Heard, LIMIT, Passes, Till};
use crate::requests::AskedBack;
use crate::story::{Scene, Stop, pay_code, slow};
use crate::till::{APP_ID, Start};
use crate::{requests, secret};

/// When every story begins.
pub const FIRST_WALL_MS: i64 = 1_795_327_297_000;
/// So long nothing may change before a person does something about it.
const PATIENCE: Duration = Duration::from_millis(300);
const STARTS_AT_MOST: u32 = 6;
/// A till that has asked so often about an order after a start goes on asking.
const ASKED_ENOUGH: u64 = 2;
/// The end of a log that is told with an end that nobody brought about.
const LOG_TOLD: usize = 4_000;

/// What one run came to.
#[derive(Default)]
pub struct Outcome {
    pub kills: u64,
    pub passes: Passes,
    /// Where the till ended itself.
    pub ended_at: Vec<(String, Moment)>,
    /// Requests that were under way when the till was killed.
    pub arrived: Vec<&'static str>,
    pub ends: Ends,
    pub broken: Vec<String>,
    /// How often each invariant was looked at and held.
    pub held: BTreeMap<String, u64>,
    /// Where the story could not go on although nothing had been killed.
    pub stuck: Option<&'static str>,
}

struct Run<'a> {
    plan: &'a Plan,
    flaw: Option<Flaw>,
    folder: &'a Path,
    sandbox: Arc<Running>,
    secret: String,
    wall_ms: i64,
    starts: u32,
    /// What the witnesses of all lives have told.
    heard: Heard,
    outcome: Outcome,
}

/// `template` is a database with goods in it; `folder` is new.
pub async fn run(plan: &Plan, flaw: Option<Flaw>, template: &Path, folder: &Path) -> Result<Outcome> {
    std::fs::create_dir_all(folder)?;
    let mut chance = Chance::of(plan.seed ^ 0x5eed);
    let secret = format!("{:016x}", chance.draw());
    let sandbox = Sandbox::start(Config::new(APP_ID, Key::md5(secret.clone())), "127.0.0.1:0".parse()?)?;
    let mut run = Run {
        plan,
        flaw,
        folder,
        sandbox: Arc::new(sandbox),
        secret,
        wall_ms: FIRST_WALL_MS,
        starts: 0,
        heard: Heard::default(),
        outcome: Outcome::default(),
    };
    std::fs::copy(template, run.database())?;
    std::fs::copy(goods_of(template), goods_of(&run.database()))?;
    run.play(chance).await?;
    run.outcome.broken.append(&mut run.heard.broken);
    for (invariant, times) in run.heard.held {
        run.outcome.hold(&invariant, times);
    }
    Ok(run.outcome)
}

impl Run<'_> {
    async fn play(&mut self, chance: Chance) -> Result<()> {
        let plan = self.plan;
        if let End::OnArrival(call) = plan.end {
            self.sandbox.add_rules(vec![slow(call)])?;
        }
        let till = self.start(Some(&plan.end)).await?;
        let mut scene = Scene::new(till, chance, Arc::clone(&self.sandbox), pay_code(plan.seed));
        match scene.tell(plan.story).await {
            Err(Stop::Stuck(at)) => self.outcome.stuck = Some(at),
            Err(Stop::Gone) | Ok(()) => {}
        }
        let (scanned, unsure, asked_back) = (scene.scanned, scene.unsure, scene.asked_back.take());
        let mut bodies = Bodies::default();
        self.end(scene.till, Some(&plan.end)).await?;
        let read = Store::open_to_read(&self.database())?;
        let kept = Books::read(&read, &self.sandbox).await?;
        self.outcome.broken.extend(bodies.check(&self.sandbox, &kept.sales));
        drop(read);
        self.while_away().await?;
        self.wall_ms += plan.away_ms;
        let mut till = self.start(plan.second_end.as_ref()).await?;
        let mut armed = plan.second_end.as_ref();
        while !self.settle(&mut till, armed, &mut bodies).await? {
            self.end(till, armed.take()).await?;
            self.wall_ms += plan.second_away_ms;
            till = self.start(None).await?;
        }
        // Dead, it cannot change anything any more while it is looked at.
        till.kill();
        self.end(till, None).await?;
        let read = Store::open_to_read(&self.database())?;
        let mut books = Books::read(&read, &self.sandbox).await?;
        self.outcome.ends = books.check(&read, scanned, unsure).await?;
        self.outcome.broken.append(&mut books.broken);
        self.look_closer(&read, &books, asked_back.as_ref()).await
    }

    /// What was kept and sent, beyond the books.
    async fn look_closer(&mut self, read: &Store, books: &Books, asked: Option<&AskedBack>) -> Result<()> {
        let outcome = &mut self.outcome;
        outcome.broken.extend(requests::check(read, &self.sandbox, &self.heard.asks).await?);
        outcome.broken.extend(requests::check_refunded(&books.orders, asked));
        let mut money = Money::look(&self.folder.join("till.db"))?;
        outcome.broken.append(&mut money.broken);
        let scans = books
            .orders
            .iter()
            .map(|order| order.times_received(Call::Scan) + order.times_received(Call::QrCode))
            .sum();
        let count = |number: usize| number as u64;
        for (invariant, times) in [
            ("I1", scans),
            ("I2", scans),
            ("I3", count(books.sales.len())),
            ("I6", count(books.orders.len())),
            ("I7", outcome.ends.paid),
            ("I8", 1),
            ("I9", money.amounts),
            ("I10", u64::from(asked.is_some())),
            ("I11", count(books.sales.len())),
        ] {
            outcome.hold(invariant, times);
        }
        Ok(())
    }

    /// Lets the till work until both sides agree, or for as long as anything may take; `false` when it died.
    async fn settle(&mut self, till: &mut Till, armed: Option<&End>, bodies: &mut Bodies) -> Result<bool> {
        let waits_for = |till: &Till| !till.view.is_null();
        if till.until(waits_for).await.is_err() {
            return Ok(false);
        }
        let read = Store::open_to_read(&self.database())?;
        // What only this till can show is waited for.
        let waits = self.plan.story == Story::Watched && armed.is_some();
        let (start, mut last_act) = (now(), now());
        loop {
            let books = Books::read(&read, &self.sandbox).await?;
            self.outcome.broken.extend(bodies.check(&self.sandbox, &books.sales));
            let is_asked = self.are_asked_about(till, &books);
            if (books.unsettled.is_empty() && is_asked && !waits) || start.elapsed() > LIMIT {
                if !is_asked {
                    self.outcome.broken.push("I14: an open order is not asked about".to_owned());
                }
                return Ok(true);
            }
            if last_act.elapsed() > PATIENCE {
                last_act = now();
                for act in acts_left(&books) {
                    if till.act(&act).await.is_err() {
                        return Ok(false);
                    }
                }
            }
            for _ in 0..20 {
                if till.next().await.is_err() {
                    return Ok(false);
                }
            }
        }
    }

    /// I14: polling goes on for what is open. What was written off is asked about ever more rarely.
    fn are_asked_about(&mut self, till: &Till, books: &Books) -> bool {
        books.sales.iter().filter(|sale| sale.open).all(|sale| {
            let is_rare = sale.snapshot.contains("\"written_off\":true");
            till.asked(sale.order.id.as_str()) >= if is_rare { 1 } else { ASKED_ENOUGH }
        })
    }

    /// What the customer does meanwhile; the network is well again.
    async fn while_away(&mut self) -> Result<()> {
        self.sandbox.clear_rules();
        self.sandbox.set_balance(None).await?;
        if self.plan.pays_while_away {
            for order in self.sandbox.orders() {
                let _ = self.sandbox.pay(&order.order_id, Channel::WeChat, None).await;
            }
        }
        if let Some(End::OnArrival(call)) = self.plan.second_end {
            self.sandbox.add_rules(vec![slow(call)])?;
        }
        Ok(())
    }

    async fn start(&mut self, end: Option<&End>) -> Result<Till> {
        self.starts += 1;
        if self.starts > STARTS_AT_MOST {
            bail!("the till did not stay alive");
        }
        let start = Start {
            database: self.database(),
            base_url: self.sandbox.base_url().to_owned(),
            secret: self.secret.clone(),
            wall_ms: self.wall_ms,
            seed: self.plan.seed.wrapping_mul(16).wrapping_add(self.starts.into()),
            end: None,
            flaw: self.flaw,
            links: Some(self.heard.links.clone()),
        };
        let till = Till::start(start, end, Arc::clone(&self.sandbox), &self.folder.join("till.log")).await?;
        if let Some(id) = till.id() {
            self.heard.broken.extend(secret::in_process(id, &self.secret));
        }
        Ok(till)
    }

    /// Makes sure that the till is dead, and notes what it came by.
    async fn end(&mut self, mut till: Till, armed: Option<&End>) -> Result<()> {
        let ended_itself = self.is_at_its_end(&mut till, armed).await;
        if !till.was_killed {
            till.kill();
        }
        if let Some(unexpected) = till.end().await? {
            let log = std::fs::read_to_string(self.folder.join("till.log")).unwrap_or_default();
            let end = log.len() - log.len().min(LOG_TOLD);
            self.outcome.broken.push(format!("{unexpected}: {}", log.get(end..).unwrap_or(&log)));
        }
        self.heard.take(std::mem::take(&mut till.heard));
        let code = pay_code(self.plan.seed);
        let (files, told) =
            secret::in_files(self.folder, &[("secret", &self.secret), ("payment code", &code)])?;
        self.outcome.hold("I12", files);
        self.outcome.broken.extend(told);
        self.outcome.kills += 1;
        match armed {
            Some(End::At { moment, name, .. }) if ended_itself => {
                self.outcome.ended_at.push(((*name).to_owned(), *moment));
            }
            Some(End::OnArrival(call))
                if self.sandbox.requests().iter().any(|request| request.path == *call) =>
            {
                self.outcome.arrived.push(crate::plan::path(*call));
            }
            _ => {}
        }
        for (place, count) in std::mem::take(&mut till.passes) {
            *self.outcome.passes.entry(place).or_default() += count;
        }
        self.wall_ms = self.wall_ms.max(till.view["wall_ms"].as_i64().unwrap_or(self.wall_ms));
        Ok(())
    }

    /// A till that is just about to end itself is given the time to.
    async fn is_at_its_end(&self, till: &mut Till, armed: Option<&End>) -> bool {
        if !matches!(armed, Some(End::At { .. })) || till.was_killed {
            return till.was_killed;
        }
        let limit = PATIENCE.min(Duration::from_millis(30));
        let start = now();
        while start.elapsed() < limit {
            if till.next().await.is_err() {
                break;
            }
        }
        till.was_killed
    }

    fn database(&self) -> PathBuf {
        self.folder.join("till.db")
    }
}

impl Outcome {
    fn hold(&mut self, invariant: &str, times: u64) {
        *self.held.entry(invariant.to_owned()).or_default() += times;
    }
}

/// The catalogue has a file of its own beside the database.
fn goods_of(database: &Path) -> PathBuf {
    let name = database.file_stem().unwrap_or_default().to_string_lossy();
    database.with_file_name(format!("{name}-goods.db"))
}

/// A database with goods, closed again.
pub async fn template(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("template.db");
    let store = Store::open(&path)?;
    store.seed_if_empty().await?;
    drop(store);
    path.is_file().then_some(path).context("the template was not made")
}
