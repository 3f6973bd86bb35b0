//! A till whose data was restored or copied: what the gateway's list has and it lacks is recorded before it sells again.

use std::sync::Arc;

use tokio::task::JoinError;
use yima_core::sale::{Event, Now, Sale};
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_gateway::Account;
use yima_store::{Rebuilt, StoreError};

use super::Engine;
use super::comparing::{Next, Reconciling, Work, needs_comparing};
use super::record::{json, step};
use super::sales::OpenSale;
use crate::command::Word;
use crate::listing::{ListFailure, ListQuery, Listed, ListedOrder, UnreadableOrder, china_ms};
use crate::view::{GatewayView, Mode, Notice, ReconcileProblem};
use crate::{Clock, Gateway, Refusal, Screen, Store};

/// So many of the orders that were missing are asked about at once.
const AT_ONCE: usize = 4;
/// After the first failure, and twice as long after each other one.
const PAUSE_MS: u64 = 5_000;
const PAUSE_MAX_MS: u64 = 300_000;

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Practice has nothing to be compared with: its gateway's orders are copied and restored with the folder.
    pub(super) async fn look_for_a_mark(&mut self) -> Result<(), StoreError> {
        if self.terms.mode == Mode::Practice {
            return Ok(());
        }
        let marked = self.store.unreconciled().await?;
        self.reconciling = marked.map(|marked| Reconciling::new(marked, self.clock.now()));
        if self.reconciling.is_some() {
            self.sales.values_mut().for_each(|open| open.sale.distrust());
            if let Err(problem) = self.note_present_account().await {
                self.could_not_reconcile(problem);
            }
        }
        Ok(())
    }

    /// The cashier wants it tried now. It may have come to its end by itself meanwhile.
    pub(super) async fn check_again(&mut self) {
        let now = self.clock.now();
        if let Some(reconciling) = &mut self.reconciling {
            reconciling.next_ms = now.mono_ms;
        }
        self.tick_reconciling().await;
    }

    /// When [`Self::tick_reconciling`] has something to do without an answer coming first.
    pub(super) fn reconcile_wake_ms(&self) -> Option<u64> {
        let waits = self.reconciling.as_ref().filter(|reconciling| !reconciling.is_listing)?;
        (self.compared_at_once_for(waits) == 0).then_some(waits.next_ms)
    }

    /// Records what is missing, reads on in the list, and takes the mark away at its end.
    pub(super) async fn tick_reconciling(&mut self) {
        let now = self.clock.now();
        while let Some(reconciling) = &mut self.reconciling {
            if reconciling.is_listing || now.mono_ms < reconciling.next_ms {
                return;
            }
            let Some(work) = reconciling.work.pop_front() else { break };
            if self.compared_at_once() >= AT_ONCE {
                return self.not_now(work);
            }
            if let Err(problem) = self.do_work(&work, now).await {
                self.not_now(work);
                return self.could_not_reconcile(problem);
            }
        }
        let Some(reconciling) = &self.reconciling else { return };
        if self.compared_at_once_for(reconciling) > 0 {
            return;
        }
        if let Err(problem) = self.note_present_account().await {
            return self.could_not_reconcile(problem);
        }
        match self.next_part(now) {
            Ok(Next::Read(account, query)) => self.read_part(account, query),
            Ok(Next::Doubtful) => self.could_not_reconcile(ReconcileProblem::ListIncomplete),
            Ok(Next::Done) => self.has_all(now).await,
            Err(problem) => self.could_not_reconcile(problem),
        }
    }

    /// The next part of the list has come, or not.
    pub(super) async fn list_returned(&mut self, returned: Result<Result<Listed, ListFailure>, JoinError>) {
        let Some(reconciling) = &mut self.reconciling else { return };
        reconciling.is_listing = false;
        let listed = returned.unwrap_or_else(|error| {
            tracing::error!(%error, "reading the list died");
            Err(ListFailure::Silent)
        });
        let outcome = match listed {
            Ok(Listed { may_lack: true, .. }) | Err(ListFailure::Incomplete) if reconciling.narrow() => {
                Ok(())
            }
            Ok(listed) => self.take_in(listed).await,
            Err(ListFailure::Incomplete) => {
                self.take_in(Listed { may_lack: true, ..Listed::default() }).await
            }
            Err(ListFailure::CannotSign) => Err(ReconcileProblem::SecretUnavailable),
            Err(ListFailure::Silent) => {
                self.gateway_view = GatewayView::Offline;
                Err(ReconcileProblem::GatewaySilent)
            }
            Err(ListFailure::Rejected { code, message }) => {
                Err(ReconcileProblem::Rejected { gateway_code: code, message })
            }
        };
        match outcome {
            Ok(()) => self.tick_reconciling().await,
            Err(problem) => self.could_not_reconcile(problem),
        }
        self.show();
    }

    /// Settings may be changed before this list is read, and the program may end: it is one of those to read all the same.
    async fn note_present_account(&mut self) -> Result<(), ReconcileProblem> {
        let Some(reconciling) = &mut self.reconciling else { return Ok(()) };
        let present = self.terms.account.iter().filter(|present| !reconciling.to_note.contains(present));
        reconciling.to_note.extend(present.cloned().collect::<Vec<_>>());
        while let Some(account) = reconciling.to_note.last() {
            let noted = json(account);
            if !reconciling.has_account(&noted)
                && let Err(error) = self.store.note_account(noted.clone()).await
            {
                return Err(ReconcileProblem::NotSaved { problem: self.not_written(&error) });
            }
            reconciling.is_noted(noted);
        }
        Ok(())
    }

    fn next_part(&mut self, now: Now) -> Result<Next, ReconcileProblem> {
        let present = self.terms.account.as_ref();
        let present = present.map_err(|key| ReconcileProblem::SetupIncomplete { key: key.clone() })?;
        Ok(self.reconciling.as_mut().map_or(Next::Done, |reconciling| reconciling.next(present, now)))
    }

    fn read_part(&mut self, account: Arc<Account>, query: ListQuery) {
        let Some(reconciling) = &mut self.reconciling else { return };
        reconciling.is_listing = true;
        let gateway = Arc::clone(&self.gateway);
        self.listings.spawn(async move { gateway.list(account, query).await });
    }

    /// Works out what a part of the list asks for.
    async fn take_in(&mut self, listed: Listed) -> Result<(), ReconcileProblem> {
        let count = listed.orders.len();
        let terminal_id = self.terms.ids.terminal_id.clone();
        let Some(reconciling) = &self.reconciling else { return Ok(()) };
        let Some(account) = reconciling.reading.as_ref().map(|reading| Arc::clone(&reading.account)) else {
            return Ok(());
        };
        let is_ours = |terminal: Option<&str>| reconciling.is_ours(terminal, &terminal_id);
        // What does not say whose it is may be ours.
        let may_be = |terminal: Option<&str>| terminal.is_none_or(str::is_empty) || is_ours(terminal);
        let terminal = |order: &ListedOrder| order.store_info.terminal_id.clone();
        let orders = listed.orders.into_iter().filter(|order| may_be(terminal(order).as_deref()));
        let orders = orders.map(|order| (is_ours(terminal(&order).as_deref()), order));
        let orders: Vec<(bool, ListedOrder)> = orders.collect();
        let mut unreadable = listed.unreadable;
        unreadable.retain(|order| may_be(order.terminal_id.as_deref()));
        let ids = orders.iter().map(|(_, order)| &order.id);
        let ids = ids.chain(unreadable.iter().filter_map(|order| order.id.as_ref())).cloned().collect();
        let known = match self.store.standings(ids).await {
            Ok(known) => known,
            Err(error) => return Err(ReconcileProblem::NotSaved { problem: self.not_written(&error) }),
        };
        let is_known = |order: &UnreadableOrder| order.id.as_ref().is_some_and(|id| known.contains_key(id));
        let mut is_doubtful = listed.may_lack || !unreadable.iter().all(is_known);
        let mut work = Vec::new();
        for (is_ours, order) in orders {
            match known.get(&order.id) {
                None if !is_ours => is_doubtful = true,
                None => work.push(Work::Record(Box::new(order), Arc::clone(&account))),
                Some(standing) if needs_comparing(&order, standing) => work.push(Work::Compare(order.id)),
                Some(_) => {}
            }
        }
        if let Some(reconciling) = &mut self.reconciling {
            if listed.may_lack {
                reconciling.lose_patience();
            }
            reconciling.work.extend(work);
            reconciling.part_read(count, listed.gateway_ms, is_doubtful);
        }
        Ok(())
    }

    async fn do_work(&mut self, work: &Work, now: Now) -> Result<(), ReconcileProblem> {
        let (order_id, event) = match work {
            Work::Record(order, _) => (order.id.clone(), Event::Resume),
            Work::Compare(order_id) => (order_id.clone(), Event::Compare),
        };
        let done = match work {
            Work::Record(order, account) => self.record_missing(order, account, now).await,
            Work::Compare(order_id) => self.take_up_again(order_id).await,
        };
        done.map_err(|error| ReconcileProblem::NotSaved { problem: self.not_written(&error) })?;
        if let Some(reconciling) = &mut self.reconciling {
            reconciling.begun.insert(order_id.clone());
        }
        match self.happened(&order_id, event).await {
            Err(Refusal::NotSaved(problem)) => return Err(ReconcileProblem::NotSaved { problem }),
            // It is asked about anyway.
            Err(refusal) => tracing::warn!(%refusal, %order_id, "not compared with the gateway's list"),
            Ok(()) => {}
        }
        Ok(())
    }

    /// Makes a sale durable that only the gateway still knows. What became of it is asked like that of any other.
    async fn record_missing(
        &mut self,
        listed: &ListedOrder,
        account: &Arc<Account>,
        now: Now,
    ) -> Result<(), StoreError> {
        let total_fen = listed.total_fen;
        let sale = Sale::rebuilt(listed.id.clone(), account.app_id.clone(), total_fen, self.terms.timing);
        let lines =
            if listed.lines.is_empty() { nameless(&listed.id, total_fen) } else { listed.lines.clone() };
        let till_number = self.terms.till_number.clone();
        let rebuilt = Rebuilt {
            order: Order { id: listed.id.clone(), lines: lines.clone(), total_fen },
            account: json(&**account),
            store_info: json(&listed.store_info),
            terminal_id: listed.store_info.terminal_id.clone().unwrap_or_default(),
            till_number: till_number.clone(),
            cashier_id: listed.store_info.cashier_id.clone(),
            created_ms: listed.created_ms.unwrap_or(now.wall_ms),
        };
        let cart_id = match self.store.rebuild_sale(rebuilt, step(&sale, "rebuilt", now)).await {
            Ok(cart_id) => cart_id,
            // Listed twice, under two trade numbers.
            Err(StoreError::OrderExists) => return Ok(()),
            Err(error) => return Err(error),
        };
        tracing::warn!(order_id = %listed.id, "was missing here, and is recorded from the gateway's list");
        if let Some(reconciling) = &mut self.reconciling {
            reconciling.recorded = reconciling.recorded.saturating_add(1);
        }
        let open = OpenSale {
            sale,
            cart_id,
            holds_cart: false,
            lines: lines.into(),
            version: 1,
            till_number,
            account: Arc::clone(account),
            store_info: Arc::new(listed.store_info.clone()),
            body: Arc::from([]),
            charged_at: now,
            submitted_in_ms: None,
            pay_code: None,
            wallet: None,
            qr: None,
            was_away: true,
            given_at: None,
        };
        self.sales.insert(listed.id.clone(), open);
        Ok(())
    }

    /// An ended sale that nobody asks about any more.
    async fn take_up_again(&mut self, order_id: &OrderId) -> Result<(), StoreError> {
        if self.known(order_id).is_some() {
            return Ok(());
        }
        if let Some(stored) = self.store.sale(order_id.clone()).await? {
            self.watch_again(stored);
        }
        Ok(())
    }

    async fn has_all(&mut self, now: Now) {
        let words = self.reconciling.as_ref().and_then(Reconciling::words);
        if let Err(error) = self.store.reconciled(now.wall_ms, words).await {
            let problem = self.not_written(&error);
            return self.could_not_reconcile(ReconcileProblem::NotSaved { problem });
        }
        let Some(reconciling) = self.reconciling.take() else { return };
        let recorded = reconciling.recorded;
        let is_all = reconciling.words().is_none();
        tracing::info!(recorded, is_all, "compared with the gateway's list");
        // Who answered for the rest has seen what is missing.
        if is_all {
            self.notify(Notice::Reconciled { recorded });
        }
    }

    /// A supervisor answers for what cannot be read of one list; there may be others to read.
    pub(super) async fn pass_list(&mut self, word: &Word) -> Result<(), Refusal> {
        let note = word.note()?;
        let now = self.clock.now();
        let passing = self.reconciling.as_mut().filter(|reconciling| reconciling.can_pass());
        passing.ok_or(Refusal::NotNow)?.pass(note, now);
        self.tick_reconciling().await;
        Ok(())
    }

    fn could_not_reconcile(&mut self, problem: ReconcileProblem) {
        let now = self.clock.now();
        let Some(reconciling) = &mut self.reconciling else { return };
        let pause_ms = PAUSE_MS.saturating_mul(1 << reconciling.failures.min(10)).min(PAUSE_MAX_MS);
        reconciling.failures = reconciling.failures.saturating_add(1);
        reconciling.next_ms = now.mono_ms.saturating_add(pause_ms);
        // A list that is slow or cut off may come in shorter parts.
        reconciling.narrow();
        tracing::warn!(?problem, pause_ms, "not compared with the gateway's list yet");
        reconciling.problem = Some(problem);
    }

    fn not_now(&mut self, work: Work) {
        if let Some(reconciling) = &mut self.reconciling {
            reconciling.work.push_front(work);
        }
    }

    fn compared_at_once(&self) -> usize {
        self.reconciling.as_ref().map_or(0, |reconciling| self.compared_at_once_for(reconciling))
    }

    fn compared_at_once_for(&self, reconciling: &Reconciling) -> usize {
        self.running.values().filter(|(order_id, ..)| reconciling.begun.contains(order_id)).count()
    }
}

/// When a sale was paid: it counts to that day, and its receipt with it. What was missing was paid some time ago.
pub(super) fn paid_ms(sale: &Sale, now: Now) -> i64 {
    let pay_time = sale.payment().and_then(|paid| paid.pay_time.as_deref()).filter(|_| sale.is_rebuilt());
    pay_time.and_then(china_ms).unwrap_or(now.wall_ms)
}

/// Goods that the gateway does not name: one piece that costs all of it.
fn nameless(id: &OrderId, total_fen: Fen) -> Vec<OrderLine> {
    let line = Barcode::parse(id.tail()).map(|barcode| OrderLine {
        barcode,
        title: "—".to_owned(),
        price_fen: total_fen,
        quantity: Quantity::ONE,
        amount_fen: total_fen,
        detail: LineDetail::default(),
    });
    line.into_iter().collect()
}
