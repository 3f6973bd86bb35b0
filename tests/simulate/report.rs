//! What all seeds came to.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use yima_core::sale::State;

use crate::books::Ends;
use crate::run::Outcome;

#[derive(Default)]
pub struct Report {
    pub seeds: u64,
    sales: u64,
    ends: Ends,
    crashes: u64,
    calls: u64,
    writes: u64,
    faults: u64,
    edges: BTreeSet<(&'static str, &'static str)>,
    pub violations: u64,
    /// Of all that happened: the same seeds over the same program give the same.
    trace: u64,
    pub took: Duration,
}

impl Report {
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.sales += outcome.sales;
        self.ends.paid += outcome.ends.paid;
        self.ends.closed += outcome.ends.closed;
        self.ends.unresolved += outcome.ends.unresolved;
        self.ends.lost += outcome.ends.lost;
        self.ends.doubled += outcome.ends.doubled;
        self.crashes += outcome.crashes;
        self.calls += outcome.calls;
        self.writes += outcome.writes;
        self.faults += outcome.faults;
        self.edges.extend(&outcome.edges);
        self.trace = self.trace.rotate_left(5) ^ outcome.trace.hash();
        self.violations += u64::from(!outcome.broken.is_empty());
    }

    pub fn is_clean(&self) -> bool {
        self.violations == 0 && self.ends.lost == 0 && self.ends.doubled == 0
    }
}

impl Report {
    /// Edges of the machine that no sale went along. A sale's first write makes it submitting, and only data that was
    /// restored has orders to rebuild.
    fn not_passed(&self) -> Vec<String> {
        let all = State::ALL
            .into_iter()
            .flat_map(|from| from.next().iter().map(move |to| (from.code(), to.code())));
        all.filter(|edge| !self.edges.contains(edge)).map(|(from, to)| format!("{from} to {to}")).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.took.as_millis().max(1);
        let a_second = u128::from(self.sales) * 1_000 / ms;
        let not_passed = self.not_passed();
        if !not_passed.is_empty() {
            writeln!(f, "edges never passed: {}", not_passed.join(", "))?;
        }
        writeln!(f, "{} calls, {} writes, {} faults met", self.calls, self.writes, self.faults)?;
        writeln!(f, "{}.{} s, {a_second} sales a second", ms / 1_000, ms % 1_000 / 100)?;
        writeln!(f, "trace {:016x}", self.trace)?;
        write!(
            f,
            "{} seeds, {} sales, {} paid, {} closed, {} unresolved, {} crashes, {} lost, {} doubled, {} violations",
            self.seeds,
            self.sales,
            self.ends.paid,
            self.ends.closed,
            self.ends.unresolved,
            self.crashes,
            self.ends.lost,
            self.ends.doubled,
            self.violations
        )
    }
}
