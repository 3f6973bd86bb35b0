//! One run: a story, an end, restarts over the same data, and the comparison once all is quiet.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use yima_core::failpoint::Moment;
use yima_sandbox::{Channel, Config, Key, Running, Sandbox};
use yima_store::Store;
use yima_tests::patience::now;

use crate::books::{Bodies, Books, Ends, acts_left};
use crate::chance::Chance;
use crate::flawed::Flaw;
use crate::plan::{End, Plan, Story};
use crate::process::{LIMIT, Passes, Till};
use crate::story::{Scene, Stop, slow};
use crate::till::{APP_ID, Start};

/// When every story begins.
pub const FIRST_WALL_MS: i64 = 1_795_327_297_000;
/// So long nothing may change before a person does something about it.
const PATIENCE: Duration = Duration::from_millis(300);
const STARTS_AT_MOST: u32 = 6;

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
        outcome: Outcome::default(),
    };
    std::fs::copy(template, run.database())?;
    run.play(chance).await?;
    Ok(run.outcome)
}

impl Run<'_> {
    async fn play(&mut self, chance: Chance) -> Result<()> {
        let plan = self.plan;
        if let End::OnArrival(call) = plan.end {
            self.sandbox.add_rules(vec![slow(call)])?;
        }
        let till = self.start(Some(&plan.end)).await?;
        let mut scene = Scene::new(till, chance, Arc::clone(&self.sandbox));
        match scene.tell(plan.story).await {
            Err(Stop::Stuck(at)) => self.outcome.stuck = Some(at),
            Err(Stop::Gone) | Ok(()) => {}
        }
        let (scanned, unsure) = (scene.scanned, scene.unsure);
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
            if (books.unsettled.is_empty() && !waits) || start.elapsed() > LIMIT {
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
        };
        Till::start(start, end, Arc::clone(&self.sandbox), &self.folder.join("till.log")).await
    }

    /// Makes sure that the till is dead, and notes what it came by.
    async fn end(&mut self, mut till: Till, armed: Option<&End>) -> Result<()> {
        let ended_itself = self.is_at_its_end(&mut till, armed).await;
        if !till.was_killed {
            till.kill();
        }
        if let Some(unexpected) = till.end().await? {
            let log = std::fs::read_to_string(self.folder.join("till.log")).unwrap_or_default();
            self.outcome.broken.push(format!("{unexpected}: {log}"));
        }
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

/// A database with goods, closed again.
pub async fn template(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("template.db");
    let store = Store::open(&path)?;
    store.seed_if_empty().await?;
    drop(store);
    path.is_file().then_some(path).context("the template was not made")
}
