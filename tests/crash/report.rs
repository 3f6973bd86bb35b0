//! What all runs came to, in a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use yima_core::failpoint::Moment;

use crate::books::Ends;
use crate::plan::{ARRIVALS, POINTS, Plan};
use crate::run::Outcome;
use crate::till::moment_word;

#[derive(Default)]
pub struct Report {
    /// All runs end the till at the same place.
    is_at_one_place: bool,
    runs: u64,
    kills: u64,
    ends: Ends,
    violations: u64,
    stuck: u64,
    took: Duration,
    passes: BTreeMap<(String, Moment), u64>,
    ended_at: BTreeMap<(String, Moment), u64>,
    arrived: BTreeMap<&'static str, u64>,
    held: BTreeMap<String, u64>,
}

const MANY_ROUNDS: u64 = 10;
/// A round of runs looks at each of these.
const INVARIANTS: [&str; 14] =
    ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13", "I14"];

impl Report {
    pub fn of(is_at_one_place: bool) -> Self {
        Self { is_at_one_place, ..Self::default() }
    }

    pub fn add(&mut self, outcome: Outcome) {
        self.runs += 1;
        self.kills += outcome.kills;
        self.violations += u64::from(!outcome.broken.is_empty());
        self.stuck += u64::from(outcome.stuck.is_some());
        self.ends.paid += outcome.ends.paid;
        self.ends.closed += outcome.ends.closed;
        self.ends.unresolved += outcome.ends.unresolved;
        self.ends.lost += outcome.ends.lost;
        self.ends.doubled += outcome.ends.doubled;
        for (place, count) in outcome.passes {
            *self.passes.entry(place).or_default() += count;
        }
        for place in outcome.ended_at {
            *self.ended_at.entry(place).or_default() += 1;
        }
        for (invariant, times) in outcome.held {
            *self.held.entry(invariant).or_default() += times;
        }
        for path in outcome.arrived {
            *self.arrived.entry(path).or_default() += 1;
        }
    }

    pub fn took(&mut self, took: Duration) {
        self.took = took;
    }

    pub fn is_clean(&self) -> bool {
        let is_all_looked_at = self.is_at_one_place
            || self.runs < Plan::ROUND
            || INVARIANTS.iter().all(|name| self.times_held(name) > 0);
        let is_held = self.violations == 0 && self.ends.lost == 0 && self.ends.doubled == 0;
        is_held && is_all_looked_at && self.unplanned().is_empty() && self.is_killed_everywhere()
    }

    fn times_held(&self, invariant: &str) -> u64 {
        self.held.get(invariant).copied().unwrap_or_default()
    }

    /// Failpoints that were passed and that no run is planned to end at.
    fn unplanned(&self) -> Vec<&str> {
        let is_planned = |name: &str| POINTS.iter().any(|point| point.name == name);
        let mut names: Vec<&str> =
            self.passes.keys().map(|(name, _)| name.as_str()).filter(|name| !is_planned(name)).collect();
        names.dedup();
        names
    }

    /// Over many rounds each failpoint has its share; in one of them a till may die before it comes there.
    fn is_killed_everywhere(&self) -> bool {
        let rounds = if self.is_at_one_place { 0 } else { self.runs / Plan::ROUND };
        rounds < MANY_ROUNDS || self.least() >= rounds / 2
    }

    /// The failpoint at which the till was killed least often.
    fn least(&self) -> u64 {
        let places = POINTS.iter().flat_map(|point| {
            [Moment::Before, Moment::After].map(|moment| {
                self.ended_at.get(&(point.name.to_owned(), moment)).copied().unwrap_or_default()
            })
        });
        let arrived = ARRIVALS.iter().map(|(_, path, _)| self.arrived.get(path).copied().unwrap_or_default());
        places.chain(arrived).min().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28}{:>10}{:>10}", "failpoint", "passed", "killed")?;
        for point in &POINTS {
            for moment in [Moment::Before, Moment::After] {
                let place = (point.name.to_owned(), moment);
                let count =
                    |of: &BTreeMap<(String, Moment), u64>| of.get(&place).copied().unwrap_or_default();
                let name = format!("{} {}", moment_word(moment), point.name);
                writeln!(f, "{name:<28}{:>10}{:>10}", count(&self.passes), count(&self.ended_at))?;
            }
        }
        for (_, path, _) in &ARRIVALS {
            let count = self.arrived.get(path).copied().unwrap_or_default();
            writeln!(f, "{:<28}{:>10}{count:>10}", format!("arrived {path}"), "")?;
        }
        if !self.unplanned().is_empty() {
            writeln!(f, "\nNOT PLANNED: {:?}", self.unplanned())?;
        }
        let held: Vec<String> =
            INVARIANTS.iter().map(|name| format!("{name} {}", self.times_held(name))).collect();
        writeln!(f, "\nlooked at and held: {}", held.join(", "))?;
        let seconds = self.took.as_secs().max(1);
        writeln!(f, "least killed failpoint {}; {} stories cut short", self.least(), self.stuck)?;
        writeln!(f, "{} s, {} runs a second", self.took.as_secs(), self.runs / seconds)?;
        write!(
            f,
            "{} runs, {} kills, {} paid, {} closed, {} unresolved, {} lost, {} doubled, {} violations",
            self.runs,
            self.kills,
            self.ends.paid,
            self.ends.closed,
            self.ends.unresolved,
            self.ends.lost,
            self.ends.doubled,
            self.violations
        )
    }
}
