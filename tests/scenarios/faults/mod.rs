//! The table of what goes wrong: one row per fault and way it happens, played by the real engine over the real store.
//!
//! After each row the same is held for all: the invariants, over both the till's books and the gateway's; that nothing
//! panicked and no sale tried to leave its edges; and that whatever the two windows ever showed is one story, and a kept
//! one. What can only be shown at another level has an entry in [`elsewhere`] that says where.

mod answers;
mod checks;
mod data;
mod elsewhere;
mod gateway;
mod late;
mod network;
mod panics;
mod people;
mod refunds;
mod restored;
mod sight;
mod story;
mod ways;

use std::sync::Mutex;

use self::sight::Sight;
use self::story::{At, Scene, Step};

const AT_ONCE: usize = 6;

/// One way in which one fault happens.
pub struct Row {
    id: &'static str,
    /// What sets it apart from the other rows of this fault.
    what: String,
    state: At,
    /// What happens, and what is seen after it.
    story: Vec<(Vec<Step>, Sight)>,
    /// Till and gateway agree at last.
    comes_to_rest: bool,
    /// So often the row itself has a task die.
    deaths: usize,
}

fn row(id: &'static str, what: impl Into<String>, state: At) -> Row {
    Row { id, what: what.into(), state, story: Vec::new(), comes_to_rest: true, deaths: 0 }
}

impl Row {
    fn then(mut self, inject: impl Into<Vec<Step>>, expect: Sight) -> Self {
        self.story.push((inject.into(), expect));
        self
    }

    /// What the gateway has stays another story than the till's, however long one waits.
    fn never_agrees(self) -> Self {
        Self { comes_to_rest: false, ..self }
    }

    fn with_deaths(self, deaths: usize) -> Self {
        Self { deaths, ..self }
    }

    async fn play(self) -> Vec<String> {
        let mut scene = Scene::open(self.state).await;
        let mut wrong = Vec::new();
        for (number, (inject, expect)) in (1..).zip(self.story) {
            for step in inject {
                scene = scene.play(step).await;
            }
            if let Some(seen) = expect.differs(&scene.desk).await {
                wrong.push(format!("after part {number}: {}", expect.difference(&seen)));
            }
        }
        wrong.extend(checks::books(scene, self.comes_to_rest).await);
        wrong
    }

    /// What is wrong with it.
    fn hold(self) -> Option<String> {
        let name = format!("{} {}", self.id, self.what);
        let wrong = panics::on_a_thread(&name, self.deaths, self.play());
        (!wrong.is_empty()).then(|| format!("{name}:\n  {}", wrong.join("\n  ")))
    }
}

/// Plays them, several at once: most of a row is waiting.
fn hold(rows: Vec<Row>) {
    let rows = Mutex::new(rows.into_iter());
    let next = || rows.lock().unwrap().next();
    let play_all = || std::iter::from_fn(next).filter_map(Row::hold).collect::<Vec<_>>();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let players: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(play_all)).collect();
        players.into_iter().flat_map(|player| player.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} rows fail\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_line_to_the_gateway_fails() {
    hold(network::rows());
}

#[test]
fn the_gateway_contradicts() {
    hold(gateway::rows());
}

#[test]
fn the_gateway_tells_too_late() {
    hold(late::rows());
}

#[test]
fn money_goes_back() {
    hold(refunds::rows());
}

#[test]
fn an_answer_is_none() {
    hold(answers::rows());
}

#[test]
fn the_data_cannot_be_kept() {
    hold(data::rows());
}

#[test]
fn the_data_are_old() {
    hold(restored::rows());
}

#[test]
fn the_other_ways_to_pay_fail() {
    hold(ways::rows());
}

#[test]
fn people_and_clocks_do_what_they_do() {
    hold(people::rows());
}
