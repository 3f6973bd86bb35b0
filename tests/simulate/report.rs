//! What all seeds came to.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use yima_core::sale::State;
use yima_tests::books::Ends;

use crate::run::Outcome;

/// From which state to which.
pub type Edge = (&'static str, &'static str);

#[derive(Default)]
pub struct Report {
    pub seeds: u64,
    sales: u64,
    ends: Ends,
    crashes: u64,
    calls: u64,
    writes: u64,
    faults: u64,
    pub restores: u64,
    pub rebuilt: u64,
    edges: BTreeSet<Edge>,
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
        self.restores += outcome.restores;
        self.rebuilt += outcome.rebuilt;
        self.edges.extend(&outcome.edges);
        self.trace = self.trace.rotate_left(5) ^ outcome.trace.hash();
        self.violations += u64::from(!outcome.broken.is_empty());
    }

    pub fn is_clean(&self) -> bool {
        self.violations == 0 && self.ends.lost == 0 && self.ends.doubled == 0 && self.has_right_edges()
    }

    /// Few seeds may leave edges out by chance; none may take one that cannot be taken.
    fn has_right_edges(&self) -> bool {
        let are_few = self.seeds < MANY_SEEDS;
        all_edges().filter(|edge| self.is_wrong(edge)).all(|edge| are_few && !is_never_taken(&edge))
    }
}

/// So many seeds take every edge that can be taken: hundreds do.
const MANY_SEEDS: u64 = 2_000;
/// Edges that the machine allows and the till never takes, and why.
pub const NEVER_TAKEN: [(State, State, &str); 4] = [
    (State::Ready, State::Void, "ready and submitted are one write"),
    (State::Submitting, State::Unresolved, "what may have arrived is closed first"),
    (State::Awaiting, State::Cancelling, "what can be closed is not reversed"),
    (State::Awaiting, State::Unresolved, "what can be paid is closed first"),
];

pub fn all_edges() -> impl Iterator<Item = Edge> {
    State::ALL.into_iter().flat_map(|from| from.next().iter().map(move |to| (from.code(), to.code())))
}

fn is_never_taken(edge: &Edge) -> bool {
    NEVER_TAKEN.iter().any(|(from, to, _)| *edge == (from.code(), to.code()))
}

impl Report {
    /// Edges that no sale went along though it could, and those that one went along though it cannot.
    pub fn wrong_edges(&self) -> Vec<String> {
        let wrong = all_edges().filter(|edge| self.is_wrong(edge));
        wrong.map(|(from, to)| format!("{from} to {to}")).collect()
    }

    fn is_wrong(&self, edge: &Edge) -> bool {
        self.edges.contains(edge) == is_never_taken(edge)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.took.as_millis().max(1);
        let a_second = u128::from(self.sales) * 1_000 / ms;
        let (all, passed, wrong) = (all_edges().count(), self.edges.len(), self.wrong_edges());
        write!(f, "edges: {passed} of {all} passed, {} never taken", NEVER_TAKEN.len())?;
        writeln!(f, "{}{}", if wrong.is_empty() { "" } else { "; WRONG: " }, wrong.join(", "))?;
        writeln!(
            f,
            "{} calls, {} writes, {} faults met, {} backups restored, {} sales rebuilt",
            self.calls, self.writes, self.faults, self.restores, self.rebuilt
        )?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_left_out_by_many_seeds_and_edges_that_cannot_be_taken_are_no_clean_end() {
        let report = |seeds, edges: &[Edge]| Report {
            seeds,
            edges: edges.iter().copied().collect(),
            ..Report::default()
        };
        let possible: Vec<Edge> = all_edges().filter(|edge| !is_never_taken(edge)).collect();
        let all: Vec<Edge> = all_edges().collect();
        assert!(report(MANY_SEEDS, &possible).is_clean());
        assert!(!report(MANY_SEEDS, &possible[1..]).is_clean(), "one is left out");
        assert!(report(MANY_SEEDS - 1, &possible[1..]).is_clean(), "by chance");
        assert!(!report(1, &all).is_clean(), "the till never goes along some of these");
    }
}
