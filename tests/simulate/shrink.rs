//! The shortest list of steps that still breaks the same promise.

use std::io;

use crate::plan::{Edit, Step};
use crate::run::{Outcome, Rules, run};

/// So often a shorter list is tried.
const TRIES: u32 = 4_000;

/// The end of what happened.
const LINES_TOLD: usize = 60;

/// Leaves out as much as it can and makes simpler what is left, until neither can be done any more.
pub fn shortest(rules: Rules, steps: &[Step], broken: &str) -> io::Result<(Vec<Step>, Outcome)> {
    let rules = Rules { told: false, ..rules };
    let mut search = Search { rules, broken, best: steps.to_vec(), tries: TRIES };
    while search.leave_out()? | search.make_simpler()? {}
    let outcome = run(Rules { told: true, ..rules }, &search.best)?;
    Ok((search.best, outcome))
}

struct Search<'a> {
    rules: Rules,
    broken: &'a str,
    best: Vec<Step>,
    tries: u32,
}

impl Search<'_> {
    /// Larger pieces first, then single steps; `true` if there are fewer now.
    fn leave_out(&mut self) -> io::Result<bool> {
        let before = self.best.len();
        let mut piece = before.div_ceil(2);
        while piece > 0 {
            let mut at = 0;
            while at < self.best.len() {
                let rest = &self.best[(at + piece).min(self.best.len())..];
                let without = [&self.best[..at], rest].concat();
                if !self.take(without)? {
                    at += piece;
                }
            }
            piece /= 2;
        }
        Ok(self.best.len() < before)
    }

    fn make_simpler(&mut self) -> io::Result<bool> {
        let before = self.best.clone();
        for at in 0..self.best.len() {
            while let Some(step) = simpler(&self.best[at]) {
                let mut steps = self.best.clone();
                steps[at] = step;
                if !self.take(steps)? {
                    break;
                }
            }
        }
        Ok(self.best != before)
    }

    /// Goes on from these steps if they break the same promise.
    fn take(&mut self, steps: Vec<Step>) -> io::Result<bool> {
        if self.tries == 0 {
            return Ok(false);
        }
        self.tries -= 1;
        let outcome = run(self.rules, &steps)?;
        let is_same = outcome.broken.first().is_some_and(|what| promise(what) == self.broken);
        if is_same {
            self.best = steps;
        }
        Ok(is_same)
    }
}

/// A newer order, or less time.
fn simpler(step: &Step) -> Option<Step> {
    let newer = |at: usize| at.checked_sub(1);
    let shorter = |ms: u64| (ms > 1_000).then_some(ms / 2);
    Some(match *step {
        Step::Ask(at) => Step::Ask(newer(at)?),
        Step::Reverse(at) => Step::Reverse(newer(at)?),
        Step::WriteOff(at) => Step::WriteOff(newer(at)?),
        Step::Settle(at) => Step::Settle(newer(at)?),
        Step::DropRefund(at) => Step::DropRefund(newer(at)?),
        Step::Pay(at) => Step::Pay(newer(at)?),
        Step::PayLate(at) => Step::PayLate(newer(at)?),
        Step::Decline(at) => Step::Decline(newer(at)?),
        Step::CloseThere(at) => Step::CloseThere(newer(at)?),
        Step::CancelThere(at) => Step::CancelThere(newer(at)?),
        Step::Refund { sale, part } => Step::Refund { sale: newer(sale)?, part },
        Step::BackOffice { order, part } => Step::BackOffice { order: newer(order)?, part },
        Step::Edit(Edit::Remove(line)) => Step::Edit(Edit::Remove(newer(line)?)),
        Step::Edit(Edit::Quantity { line, pieces }) => {
            Step::Edit(Edit::Quantity { line: newer(line)?, pieces })
        }
        Step::Pass(ms) => Step::Pass(shorter(ms)?),
        Step::Doze(ms) => Step::Doze(shorter(ms)?),
        _ => return None,
    })
}

pub fn tell(rules: Rules, steps: &[Step], outcome: &Outcome) -> io::Result<()> {
    eprintln!("VIOLATION in seed {}:", rules.seed);
    outcome.broken.iter().for_each(|what| eprintln!("  {what}"));
    let Some(what) = outcome.broken.first() else { return Ok(()) };
    let (best, again) = shortest(rules, steps, &promise(what))?;
    eprintln!("  the shortest way there, {} of {} steps:", best.len(), steps.len());
    best.iter().for_each(|step| eprintln!("    {step:?}"));
    eprintln!("  what happens in it:");
    let lines = again.trace.lines();
    let end = lines.iter().position(|line| line.contains("BROKEN")).map_or(lines.len(), |at| at + 1);
    lines[end.saturating_sub(LINES_TOLD)..end].iter().for_each(|line| eprintln!("    {line}"));
    eprintln!("  again: cargo xtask simulate --seeds {}..{}", rules.seed, rules.seed + 1);
    Ok(())
}

/// Without the numbers and ids in it, which are others where less has happened.
pub fn promise(broken: &str) -> String {
    let (name, rest) = broken.split_once(':').unwrap_or((broken, ""));
    let words = rest.split_whitespace().filter(|word| !word.contains(|letter: char| letter.is_ascii_digit()));
    [name].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}
