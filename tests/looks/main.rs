//! What the eye, the hand and a reader of the screen meet: every state of both windows, in the engine that shows them.
//!
//! The states are those of `ui/src/dev/states.json`, over a pretended shell; nothing here needs the till itself. Each is
//! brought up once for all that is looked at in it, and whichever test comes first does so for all of them.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod access;
mod codes;
mod fitting;
mod focus;
mod hues;
mod marks;
mod motion;
mod touch;
mod walk;

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;
use yima_tests::programs::project_folder;

use crate::walk::holds;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    Cashier,
    Customer,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Net {
    Access,
    Words,
    LongerWords,
    LargerLetters,
    Focus,
    Motion,
    Touch,
    Marks,
    Hues,
    Code,
}

/// What a net found in one state.
struct Catch {
    wrong: Vec<String>,
    /// How much it looked at: a net that sees nothing finds nothing.
    seen: u64,
}

/// One state of a window, by the address that shows it.
#[derive(Clone)]
struct State {
    name: String,
    address: String,
}

impl Page {
    const fn name(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Customer => "customer",
        }
    }

    fn states(self) -> Result<Vec<State>> {
        let file = fs::read_to_string(project_folder().join("ui/src/dev/states.json"))?;
        let all: Value = serde_json::from_str(&file)?;
        let list = all[self.name()].as_array().into_iter().flatten();
        let states: Vec<State> = list
            .filter_map(|state| {
                let (name, query) = (state["name"].as_str()?, state["query"].as_str()?);
                let address = format!("{}.html?theme=light&{query}", self.name());
                Some(State { name: format!("{} {name}", self.name()), address })
            })
            .filter(|state| std::env::var("YIMA_STATE").map_or(true, |part| state.name.contains(&part)))
            .collect();
        Ok(states)
    }
}

impl Catch {
    /// As the scripts of this folder answer.
    fn of(answer: &Value) -> Result<Self> {
        let wrong = answer["wrong"].as_array().context("a script that says what is wrong")?;
        let wrong = wrong.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Self { wrong, seen: answer["seen"].as_u64().context("a script that says how much it saw")? })
    }
}

#[test]
fn the_cashiers_window_can_be_read_by_all() {
    holds(Net::Access, Page::Cashier, 5_000);
}

#[test]
fn the_customers_window_can_be_read_by_all() {
    holds(Net::Access, Page::Customer, 500);
}

#[test]
fn all_words_fit_the_cashiers_window() {
    holds(Net::Words, Page::Cashier, 10_000);
}

#[test]
fn all_words_fit_the_customers_window() {
    holds(Net::Words, Page::Customer, 2_000);
}

#[test]
fn longer_words_fit_the_cashiers_window() {
    holds(Net::LongerWords, Page::Cashier, 5_000);
}

#[test]
fn longer_words_fit_the_customers_window() {
    holds(Net::LongerWords, Page::Customer, 1_000);
}

#[test]
fn larger_letters_fit_the_cashiers_window() {
    holds(Net::LargerLetters, Page::Cashier, 10_000);
}

#[test]
fn larger_letters_fit_the_customers_window() {
    holds(Net::LargerLetters, Page::Customer, 500);
}

#[test]
fn the_focus_goes_the_way_the_eye_goes() {
    holds(Net::Focus, Page::Cashier, 1_000);
}

/// It tells of each place that takes the focus, and of none.
#[test]
fn the_customers_window_takes_no_focus() {
    holds(Net::Focus, Page::Customer, 0);
}

#[test]
fn nothing_moves_in_the_cashiers_window_where_that_is_asked_for() {
    holds(Net::Motion, Page::Cashier, 5_000);
}

#[test]
fn nothing_moves_in_the_customers_window_where_that_is_asked_for() {
    holds(Net::Motion, Page::Customer, 500);
}

#[test]
fn all_that_is_pressed_is_as_large_as_a_finger() {
    holds(Net::Touch, Page::Cashier, 2_000);
}

#[test]
fn all_that_is_pressed_or_typed_into_has_a_mark_of_its_own() {
    holds(Net::Marks, Page::Cashier, 2_000);
}

#[test]
fn nothing_is_told_by_its_colour_alone_in_the_cashiers_window() {
    holds(Net::Hues, Page::Cashier, 500);
}

#[test]
fn nothing_is_told_by_its_colour_alone_in_the_customers_window() {
    holds(Net::Hues, Page::Customer, 20);
}

#[test]
fn a_phone_can_read_the_customers_code() {
    holds(Net::Code, Page::Customer, 20);
}

#[test]
fn a_phone_can_read_the_cashiers_code() {
    holds(Net::Code, Page::Cashier, 5);
}
