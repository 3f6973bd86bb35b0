//! What the cashier, the customers and the back office do.

use yima_checkout::view::Mode;
use yima_checkout::{Command, Refusal, StoreProblem, Terms, Word};
use yima_core::sale::{Call, Status};
use yima_core::{Fen, OrderId, Quantity};
use yima_store::{CartId, CartStatus, StoredSale};

use crate::kept::{GOODS, KeptSale};
use crate::ledger::Trade;
use crate::plan::{Edit, Step};
use crate::run::Run;
use crate::till;
use crate::world::World;

const PAYMENT_CODE: &str = "134567890123456789";

/// A late payment comes while the order is still watched, with room for a wall clock that was set.
const LATE_LIMIT_MS: u64 = 12 * 3_600_000;
const DOUBTFUL: [&str; 2] = ["closing", "unresolved"];

pub fn act(run: &mut Run, step: &Step) {
    match *step {
        Step::Scan { goods, pieces } => scan(run, goods, pieces),
        Step::Edit(change) => edit(run, change),
        Step::SetTerms(which) => set_terms(run, which),
        Step::Charge => drop(run.post(vec![Command::Charge])),
        Step::ChargeTwice => drop(run.post(vec![Command::Charge, Command::Charge])),
        Step::Code { asked_for } => code(run, asked_for),
        Step::Cash { more_fen } => cash(run, more_fen),
        Step::Cancel => drop(run.post(vec![Command::CancelPayment])),
        Step::Hold => drop(run.post(vec![Command::Hold { name: None }])),
        Step::Resume(at) => {
            if let Some(cart) = held(run, at) {
                run.post(vec![Command::Resume { cart }]);
            }
        }
        Step::DropHeld(at) => drop_held(run, at),
        Step::Ask(at) => {
            about(run, at, |kept| kept.sale.open, |order_id| Command::AskNow { order_id });
        }
        Step::Reverse(at) => {
            about(run, at, |kept| is_in(kept, &DOUBTFUL), |order_id| Command::Reverse { order_id });
        }
        Step::WriteOff(at) => {
            let is_meant = |kept: &KeptSale| is_in(kept, &["unresolved"]);
            about(run, at, is_meant, |order_id| Command::WriteOff { order_id, word: word() });
        }
        Step::Settle(at) => settle(run, at),
        Step::Refund { sale, part } => refund(run, sale, part),
        Step::DropRefund(at) => {
            let is_meant = |kept: &KeptSale| is_in(kept, &["refunding"]);
            about(run, at, is_meant, |order_id| Command::DropRefund { order_id, word: word() });
        }
        Step::Pay(at) => there(run, at, |_, trade| trade.is_payable(), World::is_paid),
        Step::PayLate(at) => there(run, at, can_be_paid_late, World::is_paid),
        Step::Decline(at) => {
            there(run, at, |_, trade| trade.is_payable(), |world, id| world.is_unpaid(id, Status::Failed));
        }
        Step::CloseThere(at) => {
            there(run, at, |_, trade| trade.is_payable(), |world, id| world.is_unpaid(id, Status::Closed));
        }
        Step::CancelThere(at) => {
            there(run, at, |_, trade| trade.is_payable(), |world, id| world.is_unpaid(id, Status::Cancelled));
        }
        Step::BackOffice { order, part } => {
            let give = |world: &mut World, id: &str| world.ledger.back_office(id, part, world.now_ms);
            there(run, order, |_, trade| trade.status.is_paid(), give);
        }
        _ => {}
    }
}

/// The cashier asks about all that is open, and gives up what the gateway refuses for good.
pub fn see_to_what_is_open(run: &mut Run, gives_up: bool) {
    let open = run.world.lock().disk.kept.sales_where(|kept| kept.sale.open);
    for sale in open {
        let order_id = sale.order.id;
        let drops = gives_up && sale.state == "refunding";
        run.post(vec![if drops {
            Command::DropRefund { order_id, word: word() }
        } else {
            Command::AskNow { order_id }
        }]);
    }
}

fn scan(run: &mut Run, goods: usize, pieces: u32) {
    let Some(((code, ..), quantity)) = GOODS.get(goods).zip(Quantity::new(pieces).ok()) else { return };
    let answers = run.post(vec![Command::Scan { code: (*code).into(), quantity }]);
    match answers.first() {
        Some(Some(Ok(()))) => run.goods.scanned += i64::from(pieces),
        Some(answer) if is_unsure(answer.as_ref()) => run.goods.unsure_more += i64::from(pieces),
        _ => {}
    }
    what_is_shown_is_kept(run);
}

/// The customer's code: no goods, whatever becomes of it.
fn code(run: &mut Run, asked_for: bool) {
    let total_fen = run.world.lock().total_shown();
    let scan = Command::Scan { code: PAYMENT_CODE.into(), quantity: Quantity::ONE };
    run.post(if asked_for {
        vec![Command::WantCode, scan]
    } else {
        vec![scan, Command::TakeCode { total_fen }]
    });
    what_is_shown_is_kept(run);
}

fn cash(run: &mut Run, more_fen: i64) {
    let total_fen = run.world.lock().total_shown();
    let tendered_fen = [total_fen, Fen::new(more_fen)].into_iter().sum();
    let answers = run.post(vec![Command::TakeCash { total_fen, tendered_fen }]);
    if more_fen < 0 && answers.first() == Some(&Some(Ok(()))) {
        run.world.lock().broken("I4: sold for less than the total".to_owned());
    }
}

/// Nobody was told, or nobody can be: after a failed sync.
fn is_unsure(answer: Option<&Result<(), Refusal>>) -> bool {
    match answer {
        None | Some(Err(Refusal::NotSaved(StoreProblem::Failed | StoreProblem::Lost))) => true,
        Some(Ok(()) | Err(_)) => false,
    }
}

/// Changes the cart in front as it is shown; how many pieces that makes more or fewer is told by the screen.
fn edit(run: &mut Run, change: Edit) {
    let (lines, before, kept) = {
        let world = run.world.lock();
        let lines = world.witness.shown.as_ref().map(|shown| shown.cart.lines.clone());
        (lines.unwrap_or_default(), world.pieces_shown(), world.disk.kept.pieces_in_carts())
    };
    let line = |newer: usize| lines.iter().rev().nth(newer);
    let command = match change {
        Edit::Quantity { line: newer, pieces } => line(newer)
            .zip(Quantity::new(pieces).ok())
            .map(|(line, quantity)| Command::SetQuantity { line: line.id, quantity }),
        Edit::Remove(newer) => line(newer).map(|line| Command::Remove { line: line.id }),
        Edit::Undo => Some(Command::Undo),
        Edit::Redo => Some(Command::Redo),
    };
    let Some(command) = command else { return };
    let expected = match (&command, change) {
        (Command::SetQuantity { quantity, .. }, Edit::Quantity { line: newer, .. }) => {
            let was = line(newer).map_or(0, |line| i64::from(line.quantity.get()));
            Some(i64::from(quantity.get()) - was)
        }
        (Command::Remove { .. }, Edit::Remove(newer)) => {
            line(newer).map(|line| -i64::from(line.quantity.get()))
        }
        _ => None,
    };
    let answers = run.post(vec![command]);
    let now_kept = run.world.lock().disk.kept.pieces_in_carts() - kept;
    match answers.first() {
        Some(Some(Ok(()))) => {
            run.goods.scanned += expected.unwrap_or(run.world.lock().pieces_shown() - before);
        }
        Some(answer) if is_unsure(answer.as_ref()) => {
            run.goods.unsure_more += now_kept.max(0);
            run.goods.unsure_less += -now_kept.min(0);
        }
        _ => {}
    }
    what_is_shown_is_kept(run);
}

fn held(run: &Run, at: usize) -> Option<CartId> {
    let carts = run.world.lock().disk.kept.open_carts();
    carts.iter().filter(|cart| cart.status == CartStatus::Held).map(|cart| cart.id).nth(at)
}

fn drop_held(run: &mut Run, at: usize) {
    let Some(cart) = held(run, at) else { return };
    let before = run.world.lock().disk.kept.pieces_in_carts();
    let answers = run.post(vec![Command::DropHeld { cart }]);
    let fewer = before - run.world.lock().disk.kept.pieces_in_carts();
    match answers.first() {
        Some(Some(Ok(()))) => run.goods.scanned -= fewer,
        Some(answer) if is_unsure(answer.as_ref()) => run.goods.unsure_less += fewer,
        _ => {}
    }
}

/// I8: the cart in front is shown as it is kept, line by line, unless the program is gone.
fn what_is_shown_is_kept(run: &Run) {
    let mut world = run.world.lock();
    if world.is_dead || world.disk.is_lost {
        return;
    }
    let Some(shown) = world.witness.shown.as_ref().map(|shown| shown.cart.lines.clone()) else { return };
    if !shown.is_empty() && !world.disk.kept.open_carts().iter().any(|cart| cart.lines == shown) {
        world.broken(format!("I8: a cart is shown that is not kept: {shown:?}"));
    }
}

/// K3: the settings are others from now on; that it were another mode is not taken.
fn set_terms(run: &mut Run, which: usize) {
    run.world.lock().terms = which;
    let terms = Terms { mode: Mode::Practice, ..till::terms(which) };
    run.post(vec![Command::SetTerms { terms: Box::new(terms) }]);
}

/// Somebody gives back elsewhere what is due, then says so.
fn settle(run: &mut Run, at: usize) {
    let Some(sale) = newest(run, at, |kept| kept.sale.facts.refund_due_fen.is_some()) else { return };
    let order_id = sale.order.id;
    {
        let mut world = run.world.lock();
        let now_ms = world.now_ms;
        world.ledger.back_office(order_id.as_str(), 1, now_ms);
    }
    run.post(vec![Command::SettleRefund { order_id, word: word() }]);
}

fn refund(run: &mut Run, at: usize, part: i64) {
    let Some(sale) = newest(run, at, |kept| is_in(kept, &["paid"])) else { return };
    let facts = &sale.facts;
    let left = facts.real_fen.map_or(0, Fen::get) - facts.refunded_fen.map_or(0, Fen::get);
    let amount_fen = Fen::new((left / part.max(1)).max(1));
    run.post(vec![Command::Refund { order_id: sale.order.id, amount_fen, left_fen: None, word: word() }]);
}

/// An act of the cashier about the sale that has so many newer ones like it.
fn about(
    run: &mut Run,
    at: usize,
    is_meant: impl Fn(&KeptSale) -> bool,
    command: impl FnOnce(OrderId) -> Command,
) {
    let Some(sale) = newest(run, at, is_meant) else { return };
    if !waits_for_a_reversal(&run.world.lock(), sale.order.id.as_str()) {
        run.post(vec![command(sale.order.id)]);
    }
}

/// Whoever decides what a reversal has left open waits until it can have come to its end.
fn waits_for_a_reversal(world: &World, order: &str) -> bool {
    world.network.is_on_its_way(order, Call::Cancel)
        || world.ledger.orders.get(order).is_some_and(|trade| trade.reversing)
}

fn newest(run: &Run, at: usize, is_meant: impl Fn(&KeptSale) -> bool) -> Option<StoredSale> {
    run.world.lock().disk.kept.sales_where(is_meant).into_iter().rev().nth(at)
}

/// Something happens at the gateway to the order that has so many newer ones like it.
fn there(
    run: &mut Run,
    at: usize,
    is_meant: impl Fn(&World, &Trade) -> bool,
    happen: impl FnOnce(&mut World, &str),
) {
    let mut world = run.world.lock();
    let meant = |id: &&String| world.ledger.orders.get(*id).is_some_and(|trade| is_meant(&world, trade));
    let Some(id) = world.ledger.sequence.iter().rev().filter(meant).nth(at).cloned() else { return };
    world.note(format_args!("there {}", &id[id.len().saturating_sub(8)..]));
    happen(&mut world, &id);
}

fn can_be_paid_late(world: &World, trade: &Trade) -> bool {
    let is_ended = matches!(trade.status, Status::Closed | Status::Cancelled);
    is_ended && !trade.was_paid && world.now_ms < trade.ended_ms + LATE_LIMIT_MS
}

fn is_in(kept: &KeptSale, states: &[&str]) -> bool {
    states.contains(&kept.sale.state.as_str())
}

fn word() -> Word {
    Word { by: "店长".to_owned(), why: "simulation".to_owned() }
}

impl World {
    fn is_paid(&mut self, id: &str) {
        self.ledger.pay(id, self.now_ms);
    }

    fn is_unpaid(&mut self, id: &str, status: Status) {
        self.ledger.set_unpaid(id, status, self.now_ms);
    }
}
