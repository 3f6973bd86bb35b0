#[path = "power/mod.rs"]
mod power;

use yima_store::{SaleSearch, Store, StoreError, StoredRefund};

use super::*;
use crate::disk::{Entry, Write, Written};
use crate::kept::Kept;
use crate::plan::Step;
use crate::run::Outcome;
use crate::shrink::{promise, shortest};

fn rules(seed: u64) -> Rules {
    Rules { seed, flaw: None, told: false }
}

fn outcome(rules: Rules) -> Outcome {
    run(rules, &plan::plan(rules.seed)).unwrap()
}

#[test]
fn no_seed_breaks_a_promise() {
    let mut report = Report::default();
    for seed in 0..250 {
        let outcome = outcome(rules(seed));
        assert_eq!(outcome.broken, Vec::<String>::new(), "cargo xtask simulate --seeds {seed}..{}", seed + 1);
        report.add(&outcome);
    }
    println!("{report}");
    assert!(report.is_clean());
    assert_eq!(
        report.wrong_edges(),
        Vec::<String>::new(),
        "each edge is passed that the till can take, and no other"
    );
    assert!(report.restores > 20 && report.rebuilt > 20, "{} {}", report.restores, report.rebuilt);
}

/// Where orders were made is known from the settings alone, and they change before it can be kept.
#[test]
fn d8_a_list_that_could_not_be_noted_at_first_is_read_all_the_same() {
    let steps = [
        Step::BackUp,
        Step::Scan { goods: 1, pieces: 2 },
        Step::Charge,
        Step::Pass(621),
        Step::Disk { fault: crate::faults::DiskFault::ReadOnly, times: 5 },
        Step::Restore { away_ms: 7_200_000 },
        Step::SetTerms(1),
    ];
    assert_eq!(run(rules(8_285), &steps).unwrap().broken, Vec::<String>::new());
}

#[test]
fn a_seed_does_the_same_again() {
    for seed in 0..20 {
        let (first, again) = (outcome(rules(seed)), outcome(Rules { told: true, ..rules(seed) }));
        assert_eq!(first.trace.hash(), again.trace.hash(), "{seed}");
        assert_eq!(
            (first.sales, first.calls, first.writes),
            (again.sales, again.calls, again.writes),
            "{seed}"
        );
    }
    let hashes: std::collections::BTreeSet<u64> =
        (0..20).map(|seed| outcome(rules(seed)).trace.hash()).collect();
    assert_eq!(hashes.len(), 20, "and another seed does something else");
}

#[test]
fn a_program_that_breaks_its_word_is_found_out_in_few_steps() {
    let flaws = [
        (Flaw::ForgetsLastWrite, &["I1", "I8"][..]),
        (Flaw::SendsTooEarly, &["I1"]),
        (Flaw::SilenceIsClosed, &["I5"]),
        (Flaw::TakenIsGiven, &["I10"]),
        (Flaw::AsksElsewhere, &["K3"]),
        (Flaw::ForgetsChanges, &["I8"]),
        (Flaw::ComparesNothing, &["D8", "I1"]),
    ];
    for (flaw, promises) in flaws {
        let breaks = |seed| {
            let rules = Rules { flaw: Some(flaw), ..rules(seed) };
            let first = outcome(rules).broken.first()?.clone();
            promises.iter().any(|name| first.starts_with(name)).then_some((rules, first))
        };
        let found = (0..3_000).find_map(breaks);
        let (rules, first) = found.unwrap_or_else(|| panic!("{flaw:?} is not noticed"));
        let steps = plan::plan(rules.seed);
        let (best, again) = shortest(rules, &steps, &promise(&first)).unwrap();
        assert!(best.len() <= 12 && best.len() <= steps.len(), "{flaw:?}: {best:?}");
        assert_eq!(again.broken.first().map(|what| promise(what)), Some(promise(&first)), "{flaw:?}");
        let honest = run(Rules { flaw: None, ..rules }, &best).unwrap();
        assert_eq!(honest.broken, Vec::<String>::new(), "{flaw:?}: it is the flaw that breaks it");
    }
}

/// What is simulated is only worth something if the real database keeps the same.
#[test]
fn the_real_store_keeps_what_the_simulated_one_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut written = 0;
    for seed in 0..12 {
        let outcome = run(rules(seed), &without_restores(seed)).unwrap();
        written += outcome.log.len();
        runtime.block_on(async {
            let store = Store::open(&folder.path().join(format!("{seed}.db"))).unwrap();
            for entry in &outcome.log {
                assert_eq!(write(&store, entry).await, entry.2, "{seed}: {:?}", entry.0);
            }
            assert_eq!(difference(&outcome.kept, &store).await, None, "{seed}");
        });
    }
    assert!(written > 300, "{written}");
}

/// A backup takes the place of a whole database, which is more than a write.
fn without_restores(seed: u64) -> Vec<Step> {
    let mut steps = plan::plan(seed);
    steps.retain(|step| !matches!(step, Step::Restore { .. }));
    steps
}

async fn write(store: &Store, (write, at_ms, _): &Entry) -> Result<Written, StoreError> {
    match write.clone() {
        Write::NewCart => store.new_cart(*at_ms).await.map(Written::Cart),
        Write::SaveCart(cart, changes) => store.save_cart(cart, changes).await.map(|()| Written::Nothing),
        Write::SaveWaiters(cart, waiters) => {
            store.save_waiters(cart, waiters).await.map(|()| Written::Nothing)
        }
        Write::Hold(cart) => store.hold(cart, None, *at_ms).await.map(|()| Written::Nothing),
        Write::BringUp(held, instead_of) => {
            store.bring_up(held, instead_of, *at_ms).await.map(|()| Written::Nothing)
        }
        Write::DropHeld(held) => store.drop_held(held).await.map(|()| Written::Nothing),
        Write::BeginSale(sale, steps) => store.begin_sale(*sale, steps).await.map(Written::Version),
        Write::Sell(sale, paid, receipt) => store.sell(*sale, *paid, receipt).await.map(Written::Advanced),
        Write::Advance(advance) => store.advance(*advance).await.map(Written::Advanced),
        Write::NoteAttempt(id, attempt, outcome) => {
            store.note_attempt(id, attempt, outcome, *at_ms).await.map(|()| Written::Nothing)
        }
        Write::Rebuild(sale, step) => store.rebuild_sale(*sale, *step).await.map(Written::Cart),
        Write::NoteAccount(account) => store.note_account(account.clone()).await.map(|()| Written::Nothing),
        Write::Reconciled => store.reconciled(*at_ms, None).await.map(|()| Written::Nothing),
    }
}

/// The store lists refunds by the wall clock, which may have been set back.
fn by_id(mut refunds: Vec<StoredRefund>) -> Vec<StoredRefund> {
    refunds.sort_by(|one, other| one.refund_id.cmp(&other.refund_id));
    refunds
}

/// What the real store has otherwise.
async fn difference(kept: &Kept, store: &Store) -> Option<String> {
    let all = SaleSearch { limit: SaleSearch::MAX_ROWS, ..SaleSearch::default() };
    let lists = [
        ("carts", store.open_carts().await.unwrap() == kept.open_carts()),
        ("open sales", store.open_sales().await.unwrap() == kept.sales_where(|kept| kept.sale.open)),
        ("watched sales", store.watched_sales().await.unwrap() == kept.sales_where(|kept| kept.watched)),
        ("number of sales", store.sales(all).await.unwrap().len() == kept.sales.len()),
    ];
    if let Some((name, _)) = lists.iter().find(|(_, is_same)| !is_same) {
        return Some((*name).to_owned());
    }
    for (id, kept) in &kept.sales {
        let events = store.events(id).await.unwrap();
        let events: Vec<_> = events.into_iter().map(|event| (event.event, event.state)).collect();
        let attempts = store.attempts(id).await.unwrap();
        let attempts: Vec<_> =
            attempts.into_iter().map(|attempt| (attempt.attempt, attempt.outcome)).collect();
        let is_same = store.sale(id).await.unwrap().as_ref() == Some(&kept.sale)
            && by_id(store.refunds(id).await.unwrap()) == by_id(kept.refunds.clone())
            && events == kept.events
            && attempts == kept.attempts.clone().into_iter().collect::<Vec<_>>();
        if !is_same {
            return Some(format!("{id} is {}", kept.sale.state));
        }
    }
    let days = kept.sales.values().map(|kept| yima_store::day_of(kept.sale.created_ms));
    for day in days.collect::<std::collections::BTreeSet<_>>() {
        if store.day_totals(&day).await.unwrap() != kept.day_totals(&day) {
            return Some(format!("the sum of {day}"));
        }
    }
    None
}
