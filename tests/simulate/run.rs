//! One run: the steps one after another, then peace until both sides agree, then the books.

use std::collections::BTreeSet;
use std::io;
use std::task::Waker;

use yima_checkout::{Command, Refusal};
use yima_tests::books::Ends;

use crate::books;
use crate::network::Happening;
use crate::people;
use crate::plan::Step;
use crate::till::Till;
use crate::trace::Trace;
use crate::world::{Flaw, Shared, World};

/// Between two looks of a program that dozes.
const DOZE_MS: u64 = 20_000;
/// The program is started again after its disk failed.
const RESTART_MS: u64 = 2_000;
/// It is started so often at most before that counts as broken.
const STARTS_AT_MOST: u32 = 200;

pub struct Outcome {
    pub broken: Vec<String>,
    pub ends: Ends,
    pub sales: u64,
    pub crashes: u64,
    pub calls: u64,
    pub writes: u64,
    pub faults: u64,
    pub restores: u64,
    pub rebuilt: u64,
    pub edges: BTreeSet<(&'static str, &'static str)>,
    pub trace: Trace,
    /// Every write that changed something, if that was asked for.
    #[cfg(test)]
    pub log: Vec<crate::disk::Entry>,
    #[cfg(test)]
    pub kept: crate::kept::Kept,
}

/// What a run is made of.
#[derive(Clone, Copy)]
pub struct Rules {
    pub seed: u64,
    pub flaw: Option<Flaw>,
    /// Keeps the trace's lines.
    pub told: bool,
}

pub struct Run {
    pub world: Shared,
    till: Option<Till>,
    pub goods: Goods,
    away_ms: u64,
    crashes: u64,
    starts: u32,
}

/// Pieces that were scanned and not taken out again.
#[derive(Default)]
pub struct Goods {
    pub scanned: i64,
    /// So many more, or fewer, as nobody knows whether the last change was kept.
    pub unsure_more: i64,
    pub unsure_less: i64,
}

pub fn run(rules: Rules, steps: &[Step]) -> io::Result<Outcome> {
    let world = Shared::new(World::new(rules.seed, rules.flaw, Trace::new(rules.told)));
    let mut run = Run { world, till: None, goods: Goods::default(), away_ms: 0, crashes: 0, starts: 0 };
    run.wake()?;
    for step in steps {
        run.world.lock().note(format_args!("-- {step:?}"));
        run.take(step)?;
        if !run.world.lock().witness.broken.is_empty() {
            break;
        }
    }
    let ends = books::close(&mut run)?;
    drop(run.till);
    let mut world = run.world.lock();
    let broken = std::mem::take(&mut world.witness.broken);
    Ok(Outcome {
        broken,
        ends,
        sales: world.disk.kept.sales.len() as u64,
        crashes: run.crashes,
        calls: world.witness.calls,
        writes: world.disk.writes,
        faults: world.network.faults_met + world.disk.faults_met,
        restores: world.restores,
        rebuilt: world.rebuilt,
        edges: std::mem::take(&mut world.witness.edges),
        #[cfg(test)]
        log: std::mem::take(&mut world.disk.log),
        #[cfg(test)]
        kept: std::mem::take(&mut world.disk.kept),
        trace: std::mem::replace(&mut world.trace, Trace::new(false)),
    })
}

impl Run {
    fn take(&mut self, step: &Step) -> io::Result<()> {
        match *step {
            Step::Bend(call, fault) => self.world.lock().network.bend(call, fault),
            Step::Disk { fault, times } => {
                self.world.lock().disk.faults.extend((0..times).map(|_| fault));
            }
            Step::Outage { ms, refused } => {
                let mut world = self.world.lock();
                world.network.outage = Some((world.now_ms + ms, refused));
            }
            Step::SetWall(ms) => self.world.lock().wall_ahead_ms += ms,
            Step::CrashAt { place, passes, away_ms } => {
                self.away_ms = away_ms;
                self.world.lock().end_at = Some((place, passes));
            }
            Step::Crash { away_ms } => {
                self.away_ms = away_ms;
                self.world.lock().is_dead = true;
            }
            Step::BackUp => self.world.lock().back_up(),
            Step::Restore { away_ms } => {
                if let Some(goods) = self.world.lock().restore() {
                    self.goods = goods;
                    self.away_ms = away_ms;
                }
            }
            Step::BendList(fault) => self.world.lock().network.lists.faults.push_back(fault),
            Step::Pass(ms) => self.pass(ms, 0)?,
            Step::Doze(ms) => self.pass(ms, DOZE_MS)?,
            _ => people::act(self, step),
        }
        self.revive()
    }

    /// Does these acts in the till, if it is there; `None` where it died before it answered.
    pub fn post(&mut self, commands: Vec<Command>) -> Vec<Option<Result<(), Refusal>>> {
        let Some(till) = &self.till else { return vec![None; commands.len()] };
        self.world.lock().witness.supersede();
        let answers = till.act(commands);
        self.world.lock().note(format_args!("answered {answers:?}"));
        answers
    }

    /// Lets time pass. A program that dozes is woken only so often, by that or by an answer.
    pub fn pass(&mut self, ms: u64, doze_ms: u64) -> io::Result<()> {
        let end_ms = self.world.lock().now_ms + ms;
        loop {
            self.revive()?;
            let woken = {
                let mut world = self.world.lock();
                if world.now_ms >= end_ms {
                    return Ok(());
                }
                world.go_on(end_ms, doze_ms)
            };
            self.wake_sleeper(woken);
            self.revive()?;
            let now_ms = self.world.lock().now_ms;
            while let Some(happening) = self.next_by(now_ms) {
                self.world.lock().happens(happening);
                self.settle();
                self.revive()?;
            }
        }
    }

    /// A program that died is started again, after the time it is to stay away.
    pub fn revive(&mut self) -> io::Result<()> {
        while self.is_gone() {
            self.till = None;
            self.crashes += 1;
            let away_ms = if self.world.lock().disk.is_lost { RESTART_MS } else { self.away_ms };
            self.world.lock().crashed();
            let until_ms = self.world.lock().now_ms + away_ms;
            while let Some(happening) = self.next_by(until_ms) {
                self.world.lock().happens(happening);
            }
            self.world.lock().now_ms = until_ms;
            self.wake()?;
        }
        Ok(())
    }

    fn wake(&mut self) -> io::Result<()> {
        self.starts += 1;
        if self.starts > STARTS_AT_MOST {
            return Err(io::Error::other("the till does not stay alive"));
        }
        self.till = Some(Till::start(&self.world)?);
        Ok(())
    }

    /// An engine that ended though nothing killed it and no sync failed has died of itself.
    fn is_gone(&mut self) -> bool {
        let Some(till) = &self.till else { return true };
        let mut world = self.world.lock();
        if world.is_dead || world.disk.is_lost {
            return true;
        }
        let has_ended = till.has_ended();
        if has_ended {
            world.broken("P2: the engine ended by itself".to_owned());
        }
        has_ended
    }

    fn settle(&self) {
        if let Some(till) = &self.till {
            till.settle();
        }
    }

    fn wake_sleeper(&self, sleeper: Option<Waker>) {
        if let Some(waker) = sleeper {
            waker.wake();
            self.settle();
        }
    }

    fn next_by(&self, until_ms: u64) -> Option<Happening> {
        let mut world = self.world.lock();
        let next = world.queue.first_entry().filter(|next| next.key().0 <= until_ms)?;
        let ((at_ms, _), happening) = next.remove_entry();
        world.now_ms = world.now_ms.max(at_ms);
        Some(happening)
    }
}

impl World {
    /// Moves the clocks to whatever comes next; gives the program's waker if its time has come.
    fn go_on(&mut self, end_ms: u64, doze_ms: u64) -> Option<Waker> {
        let wakes_ms = self.sleeper.as_ref().map_or(u64::MAX, |(mono_ms, _)| self.since_start_ms(*mono_ms));
        let looks_ms = if doze_ms > 0 { wakes_ms.max(self.now_ms + doze_ms) } else { wakes_ms };
        let happens_ms = self.queue.first_key_value().map_or(u64::MAX, |((at_ms, _), _)| *at_ms);
        self.now_ms = self.now_ms.max(looks_ms.min(happens_ms).min(end_ms));
        if self.now_ms < wakes_ms {
            return None;
        }
        self.sleeper.take().map(|(_, waker)| waker)
    }

    fn crashed(&mut self) {
        self.note(format_args!("crashed"));
        self.network.forget_askers();
        if let Some(before) = self.disk.before_last.take() {
            self.disk.kept = before;
        }
        self.take_backup_up();
    }
}
