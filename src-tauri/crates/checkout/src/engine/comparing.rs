//! How far a till has come that compares what it has with the gateway's lists.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use yima_core::OrderId;
use yima_core::sale::{Now, State, Status};
use yima_gateway::Account;
use yima_store::{Standing, Unreconciled};

use crate::listing::{ListQuery, ListedOrder, Walk};
use crate::view::{ReconcileProblem, ReconcileView};

/// Started again, the program begins anew: what was recorded is not missing any more.
pub(super) struct Reconciling {
    marked: Unreconciled,
    /// The list that is being read.
    pub(super) reading: Option<Reading>,
    /// Those of the marked accounts that can be told, and whether there are others, which nobody has answered for.
    kept: Vec<Arc<Account>>,
    has_untold: bool,
    /// Those that were sold with when that was looked for, and could not be noted with the mark yet.
    pub(super) to_note: Vec<Account>,
    /// Whose lists were read.
    read: Vec<Arc<Account>>,
    /// What the last part of the list asks for and is not done yet.
    pub(super) work: VecDeque<Work>,
    /// The orders that were worked on: the next ones wait while too many of these are asked about.
    pub(super) begun: BTreeSet<OrderId>,
    pub(super) recorded: u32,
    pub(super) is_listing: bool,
    pub(super) failures: u32,
    pub(super) next_ms: u64,
    pub(super) problem: Option<ReconcileProblem>,
    /// Who answers for what cannot be read, and why; JSON, one for each list.
    words: Vec<String>,
}

/// One account's list.
pub(super) struct Reading {
    pub(super) account: Arc<Account>,
    pub(super) walk: Walk,
    /// It is the one that the till sells with.
    is_present: bool,
    /// Parts that hold what cannot be read and may be this till's.
    doubtful: Vec<ListQuery>,
    /// All of it was asked for; what is left are such parts.
    is_through: bool,
}

pub(super) enum Work {
    Record(Box<ListedOrder>, Arc<Account>),
    Compare(OrderId),
}

/// What there is to do once the last part's work is done.
pub(super) enum Next {
    Read(Arc<Account>, ListQuery),
    /// Every list was read, but for parts that are to be asked for again after a while.
    Doubtful,
    Done,
}

impl Reconciling {
    pub(super) fn new(marked: Unreconciled, now: Now) -> Self {
        let told = |kept: &String| {
            serde_json::from_str::<Account>(kept)
                .inspect_err(|error| tracing::error!(%error, "a marked account cannot be read"))
        };
        let kept: Vec<Arc<Account>> =
            marked.accounts.iter().filter_map(|kept| told(kept).ok().map(Arc::new)).collect();
        Self {
            has_untold: kept.len() < marked.accounts.len(),
            kept,
            marked,
            to_note: Vec::new(),
            reading: None,
            read: Vec::new(),
            work: VecDeque::new(),
            begun: BTreeSet::new(),
            recorded: 0,
            is_listing: false,
            failures: 0,
            next_ms: now.mono_ms,
            problem: None,
            words: Vec::new(),
        }
    }

    pub(super) fn view(&self) -> ReconcileView {
        ReconcileView {
            is_copy: self.marked.restore.backup_name.is_none(),
            recorded: self.recorded,
            problem: self.problem.clone(),
            can_pass: self.can_pass(),
        }
    }

    /// What is left of the list cannot be read, again and again: a person may answer for it.
    pub(super) fn can_pass(&self) -> bool {
        let is_rest = |reading: &Reading| reading.is_through || !reading.is_present;
        let is_left = self.reading.as_ref().map_or(self.has_untold && !self.read.is_empty(), is_rest);
        self.problem.is_some() && self.work.is_empty() && is_left
    }

    /// What is left of this list is not asked for any more.
    pub(super) fn pass(&mut self, word: String, now: Now) {
        self.words.push(word);
        self.has_untold &= self.reading.is_some();
        self.read.extend(self.reading.take().map(|reading| reading.account));
        (self.problem, self.failures, self.next_ms) = (None, 0, now.mono_ms);
    }

    /// The words of all who answered, as a JSON array.
    pub(super) fn words(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| format!("[{}]", self.words.join(",")))
    }

    pub(super) fn has_account(&self, account: &String) -> bool {
        self.marked.accounts.contains(account)
    }

    /// The last one that is to be noted is kept with the mark.
    pub(super) fn is_noted(&mut self, account: String) {
        let Some(of) = self.to_note.pop().filter(|_| !self.has_account(&account)) else { return };
        self.marked.accounts.push(account);
        self.kept.push(Arc::new(of));
    }

    /// Of this till: under the terminal it has now, or had when it sold last.
    pub(super) fn is_ours(&self, terminal_id: Option<&str>, terminal_now: &str) -> bool {
        let terminal = terminal_id.filter(|id| !id.is_empty());
        terminal.is_some() && [Some(terminal_now), self.marked.terminal_id.as_deref()].contains(&terminal)
    }

    /// What the till sells with now comes first: the list of any other may not be there any more.
    pub(super) fn next(&mut self, present: &Account, now: Now) -> Next {
        loop {
            if self.reading.is_none() {
                let Some(account) = self.next_account(present) else {
                    return if self.has_untold { Next::Doubtful } else { Next::Done };
                };
                let is_present = is_same(&account, present);
                let walk = Walk::new(self.marked.since_ms, now.wall_ms);
                let (doubtful, is_through) = (Vec::new(), false);
                self.reading = Some(Reading { account, walk, is_present, doubtful, is_through });
            }
            let Some(reading) = &mut self.reading else { return Next::Done };
            if let Some(query) = reading.walk.next() {
                return Next::Read(Arc::clone(&reading.account), query);
            }
            if !reading.doubtful.is_empty() {
                reading.is_through = true;
                reading.walk.again(std::mem::take(&mut reading.doubtful));
                return Next::Doubtful;
            }
            self.read.extend(self.reading.take().map(|reading| reading.account));
        }
    }

    /// The part that was asked for has come.
    pub(super) fn part_read(&mut self, orders: usize, gateway_ms: Option<i64>, is_doubtful: bool) {
        let Some(reading) = &mut self.reading else { return };
        if let Some(part) = reading.walk.next().filter(|_| is_doubtful) {
            note_doubtful(&mut reading.doubtful, part);
        }
        reading.walk.read(orders, gateway_ms);
        self.failures = if reading.is_through { self.failures } else { 0 };
        self.problem.take_if(|_| !reading.is_through);
    }

    pub(super) fn narrow(&mut self) -> bool {
        self.reading.as_mut().is_some_and(|reading| reading.walk.narrow())
    }

    /// The part that was asked for is not whole, and is taken as it came.
    pub(super) fn lose_patience(&mut self) {
        if let Some(reading) = &mut self.reading {
            reading.walk.lose_patience();
        }
    }

    fn next_account(&self, present: &Account) -> Option<Arc<Account>> {
        let is_read = |account: &Account| self.read.iter().any(|read| is_same(read, account));
        if !is_read(present) {
            return Some(Arc::new(present.clone()));
        }
        self.kept.iter().find(|account| !is_read(account)).map(Arc::clone)
    }
}

/// Parts that follow each other are one: however often they are read, they do not become more.
fn note_doubtful(parts: &mut Vec<ListQuery>, part: ListQuery) {
    let last = parts.last_mut();
    match last.filter(|last| last.end_s == part.start_s && last.refunded_only == part.refunded_only) {
        Some(last) => last.end_s = part.end_s,
        None => parts.push(part),
    }
}

/// Two accounts of one list.
fn is_same(one: &Account, other: &Account) -> bool {
    (&one.endpoint, &one.app_id) == (&other.endpoint, &other.app_id)
}

/// An open sale is asked about by itself. Of one that was over, money may have come in or gone back elsewhere since, or
/// be on its way back.
pub(super) fn needs_comparing(listed: &ListedOrder, standing: &Standing) -> bool {
    let is_on_its_way = matches!(listed.status, Status::Refunding | Status::RefundFailed | Status::Cancelled);
    match State::from_code(&standing.state) {
        Some(State::Paid) => listed.refunded_fen > standing.refunded_fen || is_on_its_way,
        Some(State::Closed | State::Cancelled) => {
            listed.status.is_paid() && listed.status != Status::Refunded
        }
        _ => false,
    }
}
