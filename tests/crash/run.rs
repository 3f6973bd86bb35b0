//! One run: a story, an end, restarts over the same data, and the comparison once all is quiet.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use yima_checkout::{Clock, SystemClock};
use yima_core::failpoint::Moment;
use yima_sandbox::{Call, Channel, Config, Key, Running, Sandbox};
use yima_store::Store;
use yima_tests::patience::now;

use crate::books::{Bodies, Books, Ends, acts_left};
use crate::chance::Chance;
use crate::flawed::Flaw;
use crate::folder::Folder;
use crate::money::Money;
use crate::older::Older;
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
    folder: Folder,
    sandbox: Arc<Running>,
    secret: String,
    wall_ms: i64,
    starts: u32,
    /// A backup is to take the place of the data, and has not yet.
    restores: bool,
    older: Older,
    bodies: Bodies,
    /// What the witnesses of all lives have told.
    heard: Heard,
    outcome: Outcome,
}

/// `root` is new.
pub async fn run(plan: &Plan, flaw: Option<Flaw>, template: &Folder, root: &Path) -> Result<Outcome> {
    let mut chance = Chance::of(plan.seed ^ 0x5eed);
    let secret = format!("{:016x}", chance.draw());
    let sandbox = Sandbox::start(Config::new(APP_ID, Key::md5(secret.clone())), "127.0.0.1:0".parse()?)?;
    let mut run = Run {
        plan,
        flaw,
        folder: Folder::filled(root, template)?,
        sandbox: Arc::new(sandbox),
        secret,
        wall_ms: first_wall_ms(plan),
        starts: 0,
        restores: false,
        older: Older::default(),
        bodies: Bodies::default(),
        heard: Heard::default(),
        outcome: Outcome::default(),
    };
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
        let code = pay_code(plan.seed);
        let mut scene = Scene::new(till, chance, Arc::clone(&self.sandbox), self.folder.clone(), code);
        let told = scene.tell(plan.story).await;
        self.note_stuck(told);
        self.end(&mut scene.till, Some(&plan.end)).await?;
        let kept = self.books().await?;
        self.outcome.broken.extend(self.bodies.check(&self.sandbox, &kept.sales));
        self.while_away().await?;
        self.wall_ms += plan.away_ms;
        if let Some(scanned) = scene.put_by {
            (scene.scanned, scene.unsure) = (scanned, 0);
            self.put_back(&kept)?;
        }
        self.come_to_rest(&mut scene).await?;
        let read = self.read()?;
        let mut books = Books::read(&read, &self.sandbox).await?;
        self.outcome.ends = books.check(&read, scene.scanned, scene.unsure).await?;
        self.outcome.broken.append(&mut books.broken);
        self.outcome.broken.append(&mut self.older.check(&books));
        self.look_closer(&read, &books, scene.asked_back.as_ref()).await
    }

    /// Starts the till as often as it takes until all is quiet, and has it sell on where data were put back.
    async fn come_to_rest(&mut self, scene: &mut Scene) -> Result<()> {
        let (plan, mut sells_on) = (self.plan, scene.put_by.is_some());
        let mut armed = plan.second_end.as_ref();
        scene.till = self.start(armed).await?;
        loop {
            let mut is_alive = self.settle(&mut scene.till, armed).await?;
            if is_alive && !sells_on {
                break;
            }
            if is_alive {
                sells_on = false;
                let told = scene.sells_on().await;
                is_alive = !matches!(told, Err(Stop::Gone));
                self.note_stuck(told);
            }
            if !is_alive {
                self.end(&mut scene.till, armed.take()).await?;
                self.wall_ms += plan.second_away_ms;
                scene.till = self.start(None).await?;
            }
        }
        // Dead, it cannot change anything any more while it is looked at.
        scene.till.kill();
        self.end(&mut scene.till, None).await
    }

    /// The till is dead: older data take the place of what it kept.
    fn put_back(&mut self, kept: &Books) -> Result<()> {
        self.restores = self.plan.story != Story::CopiedBack;
        self.older.put_back(self.restores, kept, &self.sandbox);
        self.bodies.put_back();
        if !self.restores {
            self.folder.put_copy_back()?;
        }
        Ok(())
    }

    fn note_stuck(&mut self, told: Result<(), Stop>) {
        if let Err(Stop::Stuck(at)) = told {
            self.outcome.stuck = Some(at);
        }
    }

    fn read(&self) -> Result<Store> {
        Ok(Store::open_to_read(&self.folder.database()?)?)
    }

    async fn books(&self) -> Result<Books> {
        Books::read(&self.read()?, &self.sandbox).await
    }

    /// What was kept and sent, beyond the books.
    async fn look_closer(&mut self, read: &Store, books: &Books, asked: Option<&AskedBack>) -> Result<()> {
        let missing = self.older.refunds_missing();
        let outcome = &mut self.outcome;
        outcome.broken.extend(requests::check(read, &self.sandbox, &self.heard.asks, &missing).await?);
        outcome.broken.extend(requests::check_refunded(&books.orders, asked));
        let mut money = Money::look(&self.folder.database()?)?;
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
    async fn settle(&mut self, till: &mut Till, armed: Option<&End>) -> Result<bool> {
        let waits_for = |till: &Till| !till.view.is_null();
        if till.until(waits_for).await.is_err() {
            return Ok(false);
        }
        let read = self.read()?;
        // What only this till can show is waited for.
        let waits = self.plan.story.takes_a_day() && armed.is_some();
        let (start, mut last_act) = (now(), now());
        loop {
            let books = Books::read(&read, &self.sandbox).await?;
            self.outcome.broken.extend(self.bodies.check(&self.sandbox, &books.sales));
            let is_asked = self.are_asked_about(till, &books);
            let is_compared = till.view["reconciles"] == false;
            let is_quiet = books.unsettled.is_empty() && is_asked && is_compared;
            if (is_quiet && !waits) || start.elapsed() > LIMIT {
                if !is_asked {
                    self.outcome.broken.push("I14: an open order is not asked about".to_owned());
                }
                if !is_compared {
                    self.outcome.broken.push("D8: the gateway's list was never gone through".to_owned());
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
            data: self.folder.data(),
            state_place: self.folder.state_place(),
            restores: self.restores,
            base_url: self.sandbox.base_url().to_owned(),
            secret: self.secret.clone(),
            wall_ms: self.wall_ms,
            seed: self.plan.seed.wrapping_mul(16).wrapping_add(self.starts.into()),
            end: None,
            flaw: self.flaw,
            links: Some(self.heard.links.clone()),
        };
        let till = Till::start(start, end, Arc::clone(&self.sandbox), &self.folder.log()).await?;
        if let Some(id) = till.id() {
            self.heard.broken.extend(secret::in_process(id, &self.secret));
        }
        Ok(till)
    }

    /// Makes sure that the till is dead, and notes what it came by.
    async fn end(&mut self, till: &mut Till, armed: Option<&End>) -> Result<()> {
        let ended_itself = self.is_at_its_end(till, armed).await;
        if !till.was_killed {
            till.kill();
        }
        if let Some(unexpected) = till.end().await? {
            let log = std::fs::read_to_string(self.folder.log()).unwrap_or_default();
            let end = log.len() - log.len().min(LOG_TOLD);
            self.outcome.broken.push(format!("{unexpected}: {}", log.get(end..).unwrap_or(&log)));
        }
        self.heard.take(std::mem::take(&mut till.heard));
        self.older.hears(till);
        self.restores &= !till.has_restored;
        let code = pay_code(self.plan.seed);
        let (files, told) =
            secret::in_files(self.folder.root(), &[("secret", &self.secret), ("payment code", &code)])?;
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
}

impl Outcome {
    fn hold(&mut self, invariant: &str, times: u64) {
        *self.held.entry(invariant.to_owned()).or_default() += times;
    }
}

/// Where lists are read, the gateway's clock is this machine's.
fn first_wall_ms(plan: &Plan) -> i64 {
    if plan.story.puts_back() { SystemClock::new().now().wall_ms } else { FIRST_WALL_MS }
}
