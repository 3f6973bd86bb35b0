//! Going through all states, in two browsers side by side.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    fs,
    path::PathBuf,
    sync::LazyLock,
};

use anyhow::Result;
use yima_tests::{
    browser::{Browser, System},
    programs::target_folder,
};

use crate::hues::{self, Hues};
use crate::{Catch, Net, Page, State, access, codes, fitting, focus, marks, motion, touch};

/// All states of a page in a window of one size, and what is looked for in each.
struct Round {
    system: System,
    page: Page,
    size: (u32, u32),
    nets: &'static [Net],
}

const NARROWEST: (u32, u32) = (600, 1_024);

const ROUNDS: [Round; 9] = [
    usual(
        Page::Cashier,
        (1_024, 768),
        &[
            Net::Words,
            Net::Code,
            Net::Touch,
            Net::Marks,
            Net::Hues,
            Net::Access,
            Net::LongerWords,
            Net::Focus,
        ],
    ),
    usual(
        Page::Customer,
        (1_024, 600),
        &[Net::Words, Net::Code, Net::Hues, Net::Access, Net::LongerWords, Net::Focus],
    ),
    usual(Page::Customer, (1_280, 800), &[Net::Words, Net::Code]),
    usual(Page::Customer, (1_920, 1_080), &[Net::Words, Net::Code]),
    usual(Page::Customer, (1_080, 1_920), &[Net::Words, Net::Code]),
    usual(Page::Customer, NARROWEST, &[Net::Words, Net::Code, Net::LongerWords]),
    // The same windows, where a letter takes half as much room again.
    eased(Page::Cashier, (683, 512), &[Net::LargerLetters, Net::Motion]),
    eased(Page::Customer, (1_280, 720), &[Net::LargerLetters, Net::Motion]),
    eased(Page::Customer, (853, 533), &[Net::LargerLetters, Net::Code]),
];

impl Round {
    /// Of the sizes that customers' displays come in.
    fn has_pictures(&self) -> bool {
        self.page == Page::Customer && self.system == System::Usual && self.size != NARROWEST
    }
}

const fn usual(page: Page, size: (u32, u32), nets: &'static [Net]) -> Round {
    Round { system: System::Usual, page, size, nets }
}

const fn eased(page: Page, size: (u32, u32), nets: &'static [Net]) -> Round {
    Round { system: System::Eased, page, size, nets }
}

type Stop = (&'static Round, State);

#[derive(Default)]
struct Found {
    /// What is wrong, and in which states.
    wrong: BTreeMap<(Net, Page), BTreeMap<String, Vec<String>>>,
    seen: BTreeMap<(Net, Page), u64>,
}

static FOUND: LazyLock<Result<Found>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(walk())
});

/// Fails with all that a net finds wrong in a page, and where it sees less than it has to.
pub fn holds(net: Net, page: Page, least_seen: u64) {
    let found = FOUND.as_ref().unwrap();
    let wrong = found.wrong.get(&(net, page)).into_iter().flatten();
    let lines: Vec<String> =
        wrong.map(|(what, states)| format!("{what}\n    in {}", states.join(", "))).collect();
    assert!(lines.is_empty(), "{} things are wrong:\n  {}", lines.len(), lines.join("\n  "));
    let seen = found.seen.get(&(net, page)).copied().unwrap_or(0);
    let is_whole = std::env::var_os("YIMA_STATE").is_none();
    assert!(seen >= least_seen || !is_whole, "it looked at {seen} things and not at {least_seen}");
}

async fn walk() -> Result<Found> {
    let (found, hues) = (RefCell::default(), Hues::default());
    for system in [System::Usual, System::Eased] {
        let stops = RefCell::new(stops(system)?);
        let (one, other) = (Browser::start(system).await?, Browser::start(system).await?);
        let both = tokio::join!(go(&one, &stops, &found, &hues), go(&other, &stops, &found, &hues));
        one.close().await?;
        other.close().await?;
        both.0.and(both.1)?;
    }
    Ok(found.into_inner())
}

fn stops(system: System) -> Result<VecDeque<Stop>> {
    let mut stops = VecDeque::new();
    for round in ROUNDS.iter().filter(|round| round.system == system) {
        stops.extend(round.page.states()?.into_iter().map(|state| (round, state)));
    }
    Ok(stops)
}

/// Takes one state after the other from those that are left.
async fn go(
    browser: &Browser,
    stops: &RefCell<VecDeque<Stop>>,
    found: &RefCell<Found>,
    hues: &Hues,
) -> Result<()> {
    let mut size = None;
    loop {
        let next = stops.borrow_mut().pop_front();
        let Some((round, state)) = next else { return Ok(()) };
        if size != Some(round.size) {
            browser.resize(round.size.0, round.size.1).await?;
            size = Some(round.size);
        }
        browser.show(&state.address).await?;
        if round.has_pictures() {
            browser.photograph(&picture(round, &state)?).await?;
        }
        for net in round.nets {
            let caught = cast(*net, browser, round, hues).await?;
            found.borrow_mut().add((*net, round.page), &state, round.size, caught);
        }
    }
}

async fn cast(net: Net, browser: &Browser, round: &Round, hues: &Hues) -> Result<Catch> {
    match net {
        Net::Access => access::look(browser).await,
        Net::Words | Net::LargerLetters => fitting::look(browser, net).await,
        Net::LongerWords => fitting::look_at_longer(browser).await,
        Net::Focus => focus::look(browser, round.page).await,
        Net::Motion => motion::look(browser).await,
        Net::Touch => touch::look(browser).await,
        Net::Marks => marks::look(browser).await,
        Net::Hues => hues::look(browser, hues).await,
        Net::Code => codes::look(browser, round.page).await,
    }
}

/// Where the picture of a state lies when all were looked at.
fn picture(round: &Round, state: &State) -> Result<PathBuf> {
    let folder = target_folder().join("looks").join(format!("{}x{}", round.size.0, round.size.1));
    fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{}.png", state.name.replace(' ', "-"))))
}

impl Found {
    fn add(&mut self, what: (Net, Page), state: &State, (width, height): (u32, u32), caught: Catch) {
        *self.seen.entry(what).or_default() += caught.seen;
        let wrong = self.wrong.entry(what).or_default();
        for each in caught.wrong {
            wrong.entry(each).or_default().push(format!("{} at {width}x{height}", state.name));
        }
    }
}
