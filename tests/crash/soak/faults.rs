//! One call in twenty goes wrong, in one way or another.

use yima_sandbox::{Action, Fields, Rule, Running, Times};

use crate::chance::Chance;
use crate::till::CALL_LIMIT;

const ONE_IN: u64 = 20;
/// No two faults are further apart.
const APART_AT_MOST: u32 = 200;
const MALFORMED: [&str; 4] = ["", "{\"code\":1000,\"data\":{", "{\"code\":1000,\"data\":null}", "[1000]"];

/// Hands the gateway its faults, a few ahead, and remembers which calls they are for.
#[derive(Default)]
pub struct Faults {
    chance: Option<Chance>,
    /// The next fault's place among all calls, counted from 1.
    at: u64,
    /// Those of the faults handed over.
    places: Vec<u64>,
    /// Drawn, and the gateway had no room yet.
    waiting: Option<(Vec<Rule>, u64)>,
}

impl Faults {
    pub fn of(chance: Chance) -> Self {
        Self { chance: Some(chance), ..Self::default() }
    }

    /// Fills the gateway's list up.
    pub fn top_up(&mut self, sandbox: &Running) {
        while let Some((rules, place)) = self.waiting.take().or_else(|| self.draw()) {
            if sandbox.add_rules(rules.clone()).is_err() {
                self.waiting = Some((rules, place));
                return;
            }
            self.at = place;
            self.places.push(place);
        }
    }

    /// How many of that many calls were bent.
    pub fn among(&self, calls: u64) -> u64 {
        self.places.iter().filter(|place| **place <= calls).count() as u64
    }

    /// No more faults than were met by that many calls.
    pub fn ended(mut self, sandbox: &Running, calls: u64) -> Self {
        sandbox.clear_rules();
        self.places.retain(|place| *place <= calls);
        Self { places: self.places, ..Self::default() }
    }

    /// A number of calls that go well, and one that does not.
    fn draw(&mut self) -> Option<(Vec<Rule>, u64)> {
        let chance = self.chance.as_mut()?;
        let mut well = 0;
        while well < APART_AT_MOST && !chance.one_in(ONE_IN) {
            well += 1;
        }
        let mut rules = Vec::new();
        if well > 0 {
            rules.push(anywhere(Times::Count(well), as_usual()));
        }
        rules.extend(fault(chance));
        Some((rules, self.at + u64::from(well) + 1))
    }
}

fn fault(chance: &mut Chance) -> Vec<Rule> {
    let too_long_ms = u64::try_from(CALL_LIMIT.as_millis()).unwrap_or(0) + 100;
    let processed = chance.one_in(2);
    let action = match chance.below(7) {
        0 => Action::DropBefore,
        1 => Action::DropAfter,
        2 => Action::Http { status: 502, body: "<html>Bad Gateway</html>".to_owned() },
        3 => Action::RawBody(chance.pick(&MALFORMED).to_owned()),
        4 => Action::RateLimit,
        5 => Action::Answer { code: 5_001, msg: String::new() },
        // A delay goes with the rule that comes after it.
        _ => {
            let delay = Action::DelayMs(chance.pick(&[40, too_long_ms]));
            return vec![anywhere(Times::Count(1), delay), anywhere(Times::Count(1), as_usual())];
        }
    };
    vec![Rule { processed, ..anywhere(Times::Count(1), action) }]
}

/// The usual answer with nothing of it changed.
fn as_usual() -> Action {
    Action::Override(Fields::default())
}

fn anywhere(times: Times, action: Action) -> Rule {
    Rule { path: None, times, processed: false, action }
}
