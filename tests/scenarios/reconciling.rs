//! D8: an old backup was restored, or the data were copied. Nothing is sold before the gateway's list was gone through.

use std::path::PathBuf;

use yima_checkout::view::{Mode, Notice, ReconcileProblem};
use yima_checkout::{Command, ListFailure, Listed, Refusal, Terms, UnreadableOrder, Word};
use yima_core::sale::{Call, CallFailure, State, Status};
use yima_core::{Fen, OrderId};
use yima_store::backup::{Database, back_up};
use yima_store::verify::verify;
use yima_store::{DataDir, Mode as Data, restore};

use crate::desk::{Desk, NOODLES, WATER, terms};
use crate::gateway::Fault;

const DAY_MS: u64 = 86_400_000;

impl Desk {
    pub fn back_up(&self, name: &str) -> PathBuf {
        let (from, to) = (self.folder.path().join("live.db"), self.folder.path().join(name));
        back_up(Database::Live, &from, &to).unwrap().path
    }

    pub async fn restart_from(self, backup: PathBuf) -> Self {
        let at_ms = yima_checkout::Clock::now(&self.clock).wall_ms;
        let put_back = |folder: &DataDir| {
            restore(folder, &folder.lock().unwrap(), Database::Live, &backup, at_ms).unwrap();
        };
        self.restart_after(put_back).await
    }

    pub async fn sell(&self, code: &str) -> OrderId {
        self.scan(code).await;
        let order_id = self.charge().await.order_id;
        self.gateway.ledger().orders.get_mut(order_id.as_str()).unwrap().status = Status::Paid;
        self.until(State::Paid).await;
        self.act(Command::Dismiss).await.unwrap();
        order_id
    }

    pub async fn state_of(&self, order_id: &OrderId) -> Option<(String, Option<String>)> {
        let sale = self.disk.store.sale(order_id).await.unwrap()?;
        Some((sale.state, sale.receipt_number))
    }

    pub async fn refund(&self, order_id: &OrderId, fen: i64) -> Result<(), Refusal> {
        let word = Word { by: "李敏".into(), why: "退货".into() };
        self.act(Command::Refund {
            order_id: order_id.clone(),
            amount_fen: Fen::new(fen),
            left_fen: None,
            word,
        })
        .await
    }

    pub fn problem(&self) -> Option<ReconcileProblem> {
        self.view().reconcile.expect("still to be compared").problem
    }

    pub async fn until_problem(&self) -> ReconcileProblem {
        for _ in 0..100 {
            self.settle().await;
            if let Some(problem) = self.problem() {
                return problem;
            }
            self.pass(1_000).await;
        }
        panic!("nothing keeps it from being compared: {:?}", self.view().reconcile);
    }

    pub async fn until_compared(&self) {
        for _ in 0..100 {
            self.settle().await;
            if self.view().reconcile.is_none() {
                return;
            }
            self.pass(1_000).await;
        }
        panic!("never compared: {:?}", self.view().reconcile);
    }
}

pub fn live() -> Terms {
    Terms { mode: Mode::Live, ..terms() }
}

fn of(state: &str, receipt: Option<&str>) -> Option<(String, Option<String>)> {
    Some((state.to_owned(), receipt.map(str::to_owned)))
}

#[tokio::test]
async fn d8_what_an_old_backup_lacks_is_recorded_before_anything_is_sold() {
    let desk = Desk::open_with(live()).await;
    let before = desk.sell(WATER).await;
    let backup = desk.back_up("kept");
    let paid = desk.sell(NOODLES).await;
    let word = Word { by: "李敏".into(), why: "退货".into() };
    let amount_fen = Fen::new(50);
    desk.act(Command::Refund { order_id: before.clone(), amount_fen, left_fen: None, word }).await.unwrap();
    desk.pass(1_000).await;
    desk.scan(WATER).await;
    let closed = desk.charge().await.order_id;
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    desk.act(Command::Dismiss).await.unwrap();
    let open = desk.charge().await.order_id;
    desk.check_books().await;

    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_from(backup).await;
    desk.settle().await;
    assert_eq!(desk.problem(), Some(ReconcileProblem::GatewaySilent));
    assert!(!desk.view().reconcile.unwrap().is_copy);
    desk.scan(NOODLES).await;
    assert_eq!(desk.view().cart.lines.len(), 1, "scanning goes on");
    assert!(!desk.view().cart.can_charge);
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::NotReconciled));
    assert_eq!(desk.state_of(&paid).await, None);

    desk.gateway.ledger().forget_faults();
    desk.act(Command::CheckAgain).await.unwrap();
    desk.until_compared().await;
    assert_eq!(
        desk.state_of(&paid).await,
        of("paid", Some("01A-20261122-0002")),
        "on the day it was paid on"
    );
    assert_eq!(desk.state_of(&closed).await, of("closed", None));
    assert_eq!(desk.state_of(&open).await, of("unresolved", None), "somebody may stand there with its QR");
    let refunded = desk.disk.store.sale(&before).await.unwrap().unwrap().facts.refunded_fen;
    assert_eq!(refunded, Some(Fen::new(50)), "what went back meanwhile");
    assert_eq!(desk.view().notice.unwrap().1, Notice::Reconciled { recorded: 3 });
    assert_eq!((desk.view().today.count, desk.view().today.sum_fen), (2, Fen::new(630)));
    for _ in 0..11 {
        desk.pass(31_000).await;
    }
    assert_eq!(desk.state_of(&open).await, of("closed", None), "nobody can pay it any more");
    let events = desk.disk.store.events(&paid).await.unwrap();
    assert_eq!(events[0].event, "rebuilt");
    assert_eq!(desk.act(Command::CheckAgain).await, Ok(()), "nothing is left to do");
    desk.check_books().await;

    let lists = desk.gateway.ledger().lists.len();
    let scans = desk.gateway.count(Call::Scan);
    let sold = desk.charge().await.order_id;
    desk.gateway.ledger().orders.get_mut(sold.as_str()).unwrap().status = Status::Paid;
    let receipt = desk.until(State::Paid).await.receipt_number;
    assert_eq!((receipt.as_deref(), desk.gateway.count(Call::Scan)), (Some("01A-20261122-0003"), scans + 1));
    let desk = desk.restart().await;
    desk.settle().await;
    assert!(desk.view().reconcile.is_none(), "and is not compared once more");
    assert_eq!(desk.gateway.ledger().lists.len(), lists);
    desk.check_books().await;
    assert_eq!(verify(&desk.folder.path().join("live.db")).unwrap().findings, []);
}

#[tokio::test]
async fn d8_killed_half_way_it_begins_again_and_records_nothing_twice() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let mut missing = Vec::new();
    for _ in 0..8 {
        missing.push(desk.sell(WATER).await);
        desk.pass(60_000).await;
    }
    let desk = desk.restart_from(backup).await;
    let checks = desk.gateway.count(Call::Check);
    desk.gateway.fail(Call::Check, vec![Fault::Silence; 4]);
    for _ in 0..500 {
        if desk.gateway.count(Call::Check) >= checks + 4 {
            break;
        }
        desk.settle().await;
    }
    desk.settle().await;
    let recorded = desk.view().reconcile.unwrap().recorded;
    assert_eq!(recorded, 4, "no more than so many are asked about at once");
    let desk = desk.restart().await;
    desk.gateway.ledger().forget_faults();
    desk.until_compared().await;
    for order_id in &missing {
        assert_eq!(desk.state_of(order_id).await.unwrap().0, "paid");
    }
    assert_eq!(desk.view().notice.unwrap().1, Notice::Reconciled { recorded: 4 });
    desk.check_books().await;
}

#[tokio::test]
async fn d8_a_gateway_that_stays_away_is_asked_ever_more_rarely_and_nothing_is_sold() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_from(backup).await;
    for _ in 0..3_600 {
        desk.pass_without_settling(1_000);
        tokio::task::yield_now().await;
    }
    desk.settle().await;
    let asked = desk.gateway.ledger().lists.len();
    assert!((5..25).contains(&asked), "asked {asked} times in an hour");
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::NotReconciled));
    desk.gateway.ledger().forget_faults();
    desk.pass(300_000).await;
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid");
}

#[tokio::test]
async fn d8_a_list_that_is_not_whole_takes_no_mark_away() {
    let rejected = ListFailure::Rejected { code: "3003".into(), message: "no such app".into() };
    let unreadable = Listed { unreadable: vec![UnreadableOrder::default()], ..Listed::default() };
    for (fault, problem) in [
        (Err(ListFailure::Incomplete), ReconcileProblem::ListIncomplete),
        (Ok(unreadable), ReconcileProblem::ListIncomplete),
        (Err(ListFailure::CannotSign), ReconcileProblem::SecretUnavailable),
        (
            Err(rejected),
            ReconcileProblem::Rejected { gateway_code: "3003".into(), message: "no such app".into() },
        ),
    ] {
        let desk = Desk::open_with(live()).await;
        let backup = desk.back_up("kept");
        desk.gateway.ledger().no_list = Some(fault);
        let desk = desk.restart_from(backup).await;
        for _ in 0..5 {
            desk.pass(1_000).await;
        }
        assert_eq!(desk.problem(), Some(problem));
        assert_eq!(desk.act(Command::Charge).await, Err(Refusal::NotReconciled));
        desk.gateway.ledger().forget_faults();
        desk.act(Command::CheckAgain).await.unwrap();
        desk.until_compared().await;
    }
}

#[tokio::test]
async fn d8_too_long_a_list_is_read_in_shorter_parts_and_an_unreadable_entry_that_is_known_is_none() {
    let desk = Desk::open_with(live()).await;
    let known = desk.sell(WATER).await;
    let backup = desk.back_up("kept");
    desk.clock.wall_forward(i64::try_from(20 * DAY_MS).unwrap());
    let missing = desk.sell(WATER).await;
    let known = UnreadableOrder { id: Some(known), terminal_id: None };
    let mut faults = vec![Err(ListFailure::Incomplete); 4];
    faults.push(Ok(Listed { unreadable: vec![known], ..Listed::default() }));
    desk.gateway.ledger().list_faults.extend(faults);
    let desk = desk.restart_from(backup).await;
    desk.settle().await;
    let problem = desk.view().reconcile.and_then(|reconcile| reconcile.problem);
    assert_eq!(problem, None, "a shorter part is asked for at once");
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid", "20 days later");
    let lists = desk.gateway.ledger().lists.clone();
    let spans: Vec<i64> = lists.iter().take(5).map(|list| list.end_s - list.start_s).collect();
    assert_eq!(spans, [86_400, 43_200, 21_600, 10_800, 5_400]);
}

#[tokio::test]
async fn d8_a_till_with_a_new_terminal_id_finds_the_orders_of_the_old_one() {
    let desk = Desk::open_with(live()).await;
    desk.sell(WATER).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(NOODLES).await;
    let mut desk = desk;
    desk.terms.ids.terminal_id = "another".into();
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await.unwrap().0, "paid");
    desk.check_books().await;
}

#[tokio::test]
async fn d8_an_order_nobody_knows_the_outcome_of_stays_unresolved_and_the_till_sells() {
    let desk = Desk::open_with(live()).await;
    let backup = desk.back_up("kept");
    let missing = desk.sell(WATER).await;
    desk.gateway.ledger().orders.get_mut(missing.as_str()).unwrap().status = Status::Unknown;
    let desk = desk.restart_from(backup).await;
    desk.until_compared().await;
    assert_eq!(desk.state_of(&missing).await, of("unresolved", None));
    assert_eq!(desk.view().unresolved_count, 1);
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::Unknown)]);
    desk.scan(NOODLES).await;
    desk.charge().await;
    let desk = desk.restart().await;
    desk.gateway.ledger().orders.get_mut(missing.as_str()).unwrap().status = Status::Paid;
    for _ in 0..70 {
        desk.pass(1_000).await;
    }
    let (state, receipt) = desk.state_of(&missing).await.unwrap();
    assert_eq!((state.as_str(), receipt.as_deref()), ("paid", Some("01A-20261122-0001")));
}

#[tokio::test]
async fn d8_a_copied_folder_says_so_and_practice_goes_on() {
    let mark = |folder: &DataDir| {
        // A runtime of its own: the test's is waiting for this.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(taken_up_in_two_places(folder));
            });
        });
    };
    let desk = Desk::open_with(live()).await;
    desk.gateway.ledger().no_list = Some(Err(ListFailure::Silent));
    let desk = desk.restart_after(mark).await;
    desk.settle().await;
    assert!(desk.view().reconcile.unwrap().is_copy);
    let desk = Desk::open().await.restart_after(mark).await;
    desk.scan(WATER).await;
    desk.charge().await;
    assert!(desk.gateway.ledger().lists.is_empty() && desk.view().reconcile.is_none());
}

async fn taken_up_in_two_places(folder: &DataDir) {
    for place in ["here", "there"] {
        let store = yima_store::Store::open(&folder.database(Data::Live)).unwrap();
        let place = folder.root().join(place);
        store.take_up(folder, &place, "till", "id".into(), 1_795_327_297_000, None).await.unwrap();
    }
}
