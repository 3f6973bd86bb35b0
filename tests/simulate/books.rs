//! Peace, then what the gateway has held against what the till has kept.

use std::collections::BTreeMap;
use std::io;

use yima_checkout::{Command, Refusal};
use yima_core::sale::{Sale, Status, Way};
use yima_core::{Fen, OrderId};
use yima_store::{CartStatus, day_of};
use yima_tests::books::Ends;

use crate::kept::KeptSale;
use crate::ledger::{Progress, Trade};
use crate::people;
use crate::restoring::sold_from_cart;
use crate::run::{Goods, Run};
use crate::world::World;

/// Long enough for every open sale to be asked about once: the longest call and the longest pause.
const A_MINUTE_MS: u64 = 65_000;
const SHORT_WAITS: u32 = 15;
/// After so many the cashier gives up a refund that the gateway refuses.
const PATIENT_WAITS: u32 = 6;
/// What ended hours ago is asked about every half hour, and a refund that was taken is given a day.
const LONG_WAITS: u32 = 50;
const HALF_AN_HOUR_MS: u64 = 31 * 60_000;
const DOZE_MS: u64 = 5_000;

/// Lets everything come to rest and looks at the books.
pub fn close(run: &mut Run) -> io::Result<Ends> {
    if run.world.lock().witness.broken.is_empty() {
        rest(run)?;
    }
    // What is shown may be a second old.
    run.pass(1_000, 0)?;
    run.post(vec![Command::ShowAgain]);
    let mut world = run.world.lock();
    let goods = &run.goods;
    if world.witness.broken.is_empty() {
        let mut broken = world.disagreements();
        broken.extend(world.receipts_broken());
        broken.extend(world.carts_broken());
        broken.extend(world.goods_broken(goods));
        broken.extend(world.refunds_broken());
        broken.extend(world.shown_broken());
        for what in broken {
            world.broken(what);
        }
    }
    Ok(world.ends())
}

fn rest(run: &mut Run) -> io::Result<()> {
    {
        let mut world = run.world.lock();
        world.note(format_args!("-- peace"));
        world.network.is_well_again();
        world.disk.faults.clear();
        world.end_at = None;
    }
    run.revive()?;
    let since_ms = run.world.lock().now_ms;
    run.pass(A_MINUTE_MS, DOZE_MS)?;
    run.world.lock().everything_was_asked(since_ms);
    charge_is_possible(run);
    for wait in 0..SHORT_WAITS + LONG_WAITS {
        if run.world.lock().is_at_rest() {
            return Ok(());
        }
        people::see_to_what_is_open(run, wait >= PATIENT_WAITS);
        let is_short = wait < SHORT_WAITS;
        run.pass(
            if is_short { A_MINUTE_MS } else { HALF_AN_HOUR_MS },
            if is_short { DOZE_MS } else { A_MINUTE_MS },
        )?;
    }
    Ok(())
}

/// D2: what could not be written while the disk was full has been made up for, without the cashier.
fn charge_is_possible(run: &mut Run) {
    if let Some(Some(Err(refusal @ Refusal::NotSaved(_)))) = run.post(vec![Command::Charge]).first() {
        run.world.lock().broken(format!("D2: the disk is well again, and a charge is refused: {refusal:?}"));
    }
}

impl World {
    fn is_at_rest(&self) -> bool {
        self.network.is_quiet() && self.disagreements().is_empty()
    }

    /// I14: polling never stops.
    fn everything_was_asked(&mut self, since_ms: u64) {
        let is_silent = |kept: &KeptSale| {
            let asked_ms = self.witness.last_asked_ms.get(&kept.sale.order.id);
            let is_written_off = kept.sale.snapshot.contains("\"written_off\":true");
            // There may be many of those that were missing: they are asked about ever more rarely.
            let is_rare = is_written_off || kept.sale.snapshot.contains("\"rebuilt\":true");
            kept.sale.open && !is_rare && asked_ms.is_none_or(|asked_ms| *asked_ms < since_ms)
        };
        for sale in self.disk.kept.sales_where(is_silent) {
            self.broken(format!("I14: {} is {} and nobody asks", sale.order.id, sale.state));
        }
    }

    /// I6, both ways.
    fn disagreements(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.disk.kept.mark.is_some() {
            found.push("D8: the gateway's list was never gone through".to_owned());
        }
        for (id, trade) in &self.ledger.orders {
            match self.sale(id) {
                None => found.push(format!("I1: {id} is at the gateway and not here")),
                Some(kept) => found.extend(disagreement(id, trade, kept)),
            }
        }
        for kept in self.disk.kept.sales.values() {
            let id = kept.sale.order.id.as_str();
            let may_be_unknown = ["void", "unresolved"].contains(&kept.sale.state.as_str());
            if kept.sale.way == Way::Cash {
                if self.ledger.orders.contains_key(id) {
                    found.push(format!("I6: {id} was paid in cash and is at the gateway"));
                }
                continue;
            }
            if !self.ledger.orders.contains_key(id) && !may_be_unknown {
                found.push(format!("I6: {id} is {} and was never at the gateway", kept.sale.state));
            }
        }
        found
    }

    pub fn sale(&self, id: &str) -> Option<&KeptSale> {
        self.disk.kept.sales.get(&OrderId::parse(id).ok()?)
    }

    /// I7.
    fn receipts_broken(&self) -> Vec<String> {
        let wrong =
            self.disk.kept.sales.values().filter(|kept| is_paid(kept) != kept.sale.receipt_number.is_some());
        wrong
            .map(|kept| {
                format!(
                    "I7: {} is {} with {:?}",
                    kept.sale.order.id, kept.sale.state, kept.sale.receipt_number
                )
            })
            .collect()
    }

    /// I3: no cart was paid for twice, unless that is owed or was given back.
    fn carts_broken(&self) -> Vec<String> {
        let mut paid = BTreeMap::<i64, Vec<&str>>::new();
        for (id, trade) in &self.ledger.orders {
            let Some(kept) = self.sale(id).filter(|_| trade.net_fen().is_positive() || trade.is_payable())
            else {
                continue;
            };
            if kept.sale.facts.refund_due_fen.is_none() {
                paid.entry(kept.sale.cart_id.0).or_default().push(id);
            }
        }
        let several = paid.into_iter().filter(|(_, orders)| orders.len() > 1);
        several.map(|(cart, orders)| format!("I3: cart {cart} is paid by {orders:?}")).collect()
    }

    /// I8: what was scanned lies in a cart, was sold, or was given up by somebody with its order.
    fn goods_broken(&self, goods: &Goods) -> Option<String> {
        let kept = &self.disk.kept;
        let (in_carts, sold) = (kept.pieces_in_carts(), kept.pieces_that(sold_from_cart));
        let given_up = kept.pieces_that(|kept| self.witness.written_off.contains(&kept.sale.order.id));
        let Goods { scanned, unsure_more, unsure_less } = *goods;
        let there = in_carts + sold;
        let is_lost = there + given_up < scanned - unsure_less;
        (is_lost || there > scanned + unsure_more).then(|| {
            format!(
                "I8: {scanned} pieces scanned, {unsure_more} more or {unsure_less} fewer unsure; \
                 {in_carts} in carts, {sold} sold, {given_up} given up"
            )
        })
    }

    /// I10: what the till says of each refund is true.
    fn refunds_broken(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (id, trade) in &self.ledger.orders {
            if trade.refunded_fen() > trade.real_fen {
                found.push(format!("I10: more than {} of {id} went back", trade.real_fen));
            }
            for row in self.sale(id).into_iter().flat_map(|kept| &kept.refunds) {
                let given = trade.refunds.iter().find(|given| given.id == row.refund_id.as_str());
                let was_made = given.is_some_and(|given| given.progress != Progress::Failed);
                let agrees = match row.progress.as_str() {
                    "done" => was_made,
                    "failed" => !was_made,
                    _ => true,
                };
                if !agrees {
                    found.push(format!(
                        "I10: refund {} of {id} is {} here and {given:?} there",
                        row.refund_id, row.progress
                    ));
                }
            }
        }
        found
    }

    /// I9, and what the cashier has to see to: what is shown is what is kept.
    fn shown_broken(&self) -> Vec<String> {
        let Some(shown) = &self.witness.shown else { return vec!["U: nothing is shown".to_owned()] };
        let mut found = Vec::new();
        let (count, sum_fen) = self.disk.kept.day_totals(&day_of(self.now().wall_ms));
        let today = &shown.today;
        if (today.count, today.sum_fen) != (count, sum_fen) {
            let (shown, sum) = (today.count, today.sum_fen);
            found.push(format!("I9: {shown} sales of {sum} are shown, {count} of {sum_fen} are kept"));
        }
        let is_unresolved = |kept: &KeptSale| {
            kept.sale.state == "unresolved" && !kept.sale.snapshot.contains("\"written_off\":true")
        };
        for (name, shown, kept) in [
            (
                "refunds due",
                shown.refunds_due_count,
                self.count(|kept| kept.sale.facts.refund_due_fen.is_some()),
            ),
            ("unresolved", shown.unresolved_count, self.count(is_unresolved)),
            ("carts held", shown.held_count, self.carts_held()),
        ] {
            if u64::from(shown) != kept {
                found.push(format!("U: {shown} {name} are shown, {kept} are kept"));
            }
        }
        found
    }

    fn carts_held(&self) -> u64 {
        self.disk.kept.carts.values().filter(|cart| cart.status == CartStatus::Held).count() as u64
    }

    fn count(&self, holds: impl Fn(&KeptSale) -> bool) -> u64 {
        self.disk.kept.sales.values().filter(|kept| holds(kept)).count() as u64
    }

    fn ends(&self) -> Ends {
        let broken =
            |start: &str| self.witness.broken.iter().filter(|line| line.starts_with(start)).count() as u64;
        let is_lost = |(id, trade): &(&String, &Trade)| {
            trade.net_fen().is_positive() && self.sale(id).is_none_or(|kept| !is_paid(kept))
        };
        Ends {
            paid: self.count(is_paid),
            closed: self.count(|kept| ["closed", "cancelled", "void"].contains(&kept.sale.state.as_str())),
            unresolved: self.count(|kept| kept.sale.state == "unresolved"),
            lost: self.ledger.orders.iter().filter(is_lost).count() as u64,
            doubled: broken("I3") + broken("I7"),
        }
    }
}

fn disagreement(id: &str, trade: &Trade, kept: &KeptSale) -> Option<String> {
    let here = kept.sale.state.as_str();
    let agrees = match trade.status {
        Status::Paid | Status::PartlyRefunded | Status::RefundFailed => here == "paid",
        // A reversal ends as cancelled; what others gave back stands on the receipt of a sale that was paid.
        Status::Refunded => {
            ["refunded", "cancelled"].contains(&here)
                || (here == "paid" && (is_behind(trade, kept) || is_by_others(trade, kept)))
                // What goes back after a reversal was sent counts as its doing.
                || (here == "closed" && was_reversed(kept) && is_by_others(trade, kept))
        }
        Status::Closed => here == "closed",
        // Closed, paid all the same and reversed: an answer from before that may have been the last.
        Status::Cancelled => here == "cancelled" || (here == "closed" && trade.was_paid),
        Status::Paying | Status::Failed | Status::Refunding | Status::Unknown => false,
    };
    if !agrees {
        let reason = kept.sale.facts.reason.as_deref().unwrap_or_default();
        return Some(format!("I6: {id} is {:?} there and {here} {reason} here", trade.status));
    }
    if !is_paid(kept) {
        return None;
    }
    let facts = &kept.sale.facts;
    let refunded = facts.refunded_fen.unwrap_or(Fen::ZERO);
    let is_same =
        refunded == trade.refunded_fen() || (is_behind(trade, kept) && refunded < trade.refunded_fen());
    (facts.real_fen != Some(trade.real_fen) || !is_same).then(|| {
        format!(
            "I6: {id} was paid {}, {} back; here {:?}, {refunded} back",
            trade.real_fen,
            trade.refunded_fen(),
            facts.real_fen
        )
    })
}

/// Some of it was given back by somebody else, or before the data were restored.
fn is_by_others(trade: &Trade, kept: &KeptSale) -> bool {
    let is_known = |id: &str| kept.refunds.iter().any(|row| row.refund_id.as_str() == id);
    trade.refunds.iter().any(|given| !is_known(&given.id))
}

fn was_reversed(kept: &KeptSale) -> bool {
    kept.sale.snapshot.contains("\"cancel_sent\":true")
}

/// What is given back elsewhere, or by a refund that was dropped, is seen only while the order is asked about.
fn is_behind(trade: &Trade, kept: &KeptSale) -> bool {
    trade.back_office || kept.refunds.iter().any(|row| row.progress == "unconfirmed")
}

pub fn is_paid(kept: &KeptSale) -> bool {
    ["paid", "refunding", "refunded"].contains(&kept.sale.state.as_str())
}

/// Paid for goods that were given back.
pub fn is_given_back(kept: &KeptSale) -> bool {
    serde_json::from_str::<Sale>(&kept.sale.snapshot).is_ok_and(|sale| sale.is_given_back())
}
