//! What the eye, the hand and a reader of the screen meet: every state of both windows, in the engine that shows them.
//!
//! The states are those of `ui/src/dev/states.json`, over a pretended shell; nothing here needs the till itself.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod access;
mod fitting;
mod focus;
mod motion;

use std::{collections::BTreeMap, fs};

use anyhow::{Result, ensure};
use serde_json::Value;
use yima_tests::{
    browser::{Browser, System},
    programs::project_folder,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Cashier,
    Customer,
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

/// What is wrong, and in which states.
#[derive(Debug, Default)]
struct Wrong(BTreeMap<String, Vec<String>>);

impl Wrong {
    fn add(&mut self, state: &State, found: impl IntoIterator<Item = String>) {
        for what in found {
            self.0.entry(what).or_default().push(state.name.clone());
        }
    }

    fn into_result(self) -> Result<()> {
        let lines = self.0.iter().map(|(what, states)| format!("{what}\n    in {}", states.join(", ")));
        let lines: Vec<String> = lines.collect();
        ensure!(lines.is_empty(), "{} things are wrong:\n  {}", lines.len(), lines.join("\n  "));
        Ok(())
    }
}

/// Opens a browser for one look; fails with all that it finds wrong.
fn look(system: System, at: impl AsyncFnOnce(&Browser) -> Result<Wrong>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let looked = async {
        let browser = Browser::start(system).await?;
        let wrong = at(&browser).await;
        browser.close().await?;
        wrong?.into_result()
    };
    if let Err(error) = runtime.block_on(looked) {
        panic!("{error:#}");
    }
}

/// What a script of this folder says.
fn sentences(found: &Value) -> impl Iterator<Item = String> {
    found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
}
