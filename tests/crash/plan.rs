//! What one run does, decided by its seed alone: the story, where the till is ended, and what happens while it is away.

use std::time::Duration;

use yima_core::failpoint::Moment;
use yima_sandbox::Call;

use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    Pays,
    Declines,
    Expires,
    Cancels,
    CancelsEarly,
    /// The cashier reverses an order that nobody knows the outcome of.
    Reverses,
    /// The answer to the order is lost, late or wrong.
    ScanLost,
    /// The order itself is lost, once.
    ScanNeverArrived,
    ScanRefused,
    /// The gateway says nothing certain for a while.
    Silence,
    Refunds,
    /// All of it goes back.
    RefundsAll,
    RefundRefused,
    /// Paid after it was closed, with the goods still in their cart.
    PaysLate,
    /// Paid after it was closed and its goods were sold by another order.
    PaysTwice,
    /// The same, and the back office gives the money back.
    RefundedElsewhere,
    NextCustomer,
    /// The gateway never hears of the order, and a supervisor writes it off.
    NeverArrives,
    /// The customer's code pays at once.
    PaysByCode,
    ConfirmsOnThePhone,
    /// Nobody knows what became of the customer's code.
    CodeAnswerLost,
    PaysInCash,
    /// A closed order is watched until the next day.
    Watched,
    /// What is due was refunded without a word of the gateway's, dropped, and is looked for until the next day.
    RefundDropped,
    /// A backup takes the place of the data, and the sales since are missing.
    Restored,
    /// The same, with a backup of before the first sale.
    RestoredEmpty,
    /// The same, with a backup of while a refund was under way.
    RestoredRefunding,
    /// An older copy of the folder takes its place, by hand.
    CopiedBack,
}

impl Story {
    /// Older data take the place of what was kept, and the gateway's list is gone through.
    pub fn puts_back(self) -> bool {
        PUT_BACK.contains(&self)
    }

    /// Only a day later there is anything to see.
    pub fn takes_a_day(self) -> bool {
        matches!(self, Watched | RefundDropped)
    }
}

/// A failpoint: what it is called, the stories that come by, and how often they do.
pub struct Point {
    pub name: &'static str,
    stories: &'static [Story],
    hits: u64,
}

use Story::{
    Cancels, CancelsEarly, CodeAnswerLost, ConfirmsOnThePhone, CopiedBack, Declines, Expires, NeverArrives,
    NextCustomer, Pays, PaysByCode, PaysInCash, PaysLate, PaysTwice, RefundDropped, RefundRefused,
    RefundedElsewhere, Refunds, RefundsAll, Restored, RestoredEmpty, RestoredRefunding, Reverses, ScanLost,
    ScanNeverArrived, ScanRefused, Silence, Watched,
};

const ANY: &[Story] = &[Pays, Declines, Expires, Cancels, ScanLost, Silence, Refunds, PaysLate, NextCustomer];
const PAID: &[Story] = &[Pays, Declines, Refunds, PaysByCode, ConfirmsOnThePhone];
const BY_CODE: &[Story] = &[PaysByCode, ConfirmsOnThePhone, CodeAnswerLost];
const PUT_BACK: &[Story] = &[Restored, RestoredEmpty, RestoredRefunding, CopiedBack];
const FROM_A_BACKUP: &[Story] = &[Restored, RestoredEmpty, RestoredRefunding];
const OPENED: &[Story] = &[Pays, Refunds, Restored, CopiedBack];

/// Every failpoint on the money path.
pub const POINTS: [Point; 50] = [
    point("outside", OPENED, 2),
    point("set_aside", FROM_A_BACKUP, 1),
    point("restore", FROM_A_BACKUP, 1),
    point("commit", ANY, 9),
    point("new_cart", ANY, 1),
    point("save_waiters", ANY, 1),
    point("save_cart", ANY, 2),
    point("hold", &[NextCustomer], 1),
    point("bring_up", &[NextCustomer], 1),
    point("drop_held", &[NextCustomer], 1),
    point("begin_sale", ANY, 1),
    point("sell", &[PaysInCash], 1),
    point("note_attempt", &[Pays, Declines, Expires, Cancels], 1),
    point("awaiting", &[Pays, Declines, Expires, Cancels], 1),
    point("verifying", PAID, 1),
    point("paid", PAID, 1),
    point("cancel_asked", &[CancelsEarly], 1),
    point("closing", &[Expires, Cancels, CancelsEarly, NextCustomer, PaysLate], 1),
    point("closed", &[Expires, Cancels, CancelsEarly, NextCustomer, PaysLate], 1),
    point("cancelling", &[Reverses], 1),
    point("cancel_sent", &[Reverses], 1),
    point("cancelled", &[Reverses], 1),
    point("sent_again", &[ScanNeverArrived], 1),
    point("void", &[ScanRefused], 1),
    point("unresolved", &[Silence, NeverArrives], 1),
    point("reason_changed", &[NeverArrives], 1),
    point("written_off", &[NeverArrives], 1),
    point("refund_settled", &[PaysTwice], 1),
    point("watch_ended", &[Watched], 1),
    point("refunding", &[Refunds, RefundRefused], 1),
    point("refund_sent", &[Refunds, RefundRefused], 1),
    point("refund_accepted", &[Refunds, RefundRefused], 1),
    point("refund_refused", &[RefundRefused], 1),
    point("refund_tried_again", &[RefundRefused], 1),
    point("refunded", &[RefundsAll], 1),
    point("refund_seen", &[RefundedElsewhere], 1),
    point("refund_not_found", &[RefundDropped], 1),
    point("refund_distrusted", &[RestoredRefunding], 1),
    point("note_account", &[RestoredEmpty], 1),
    point("rebuild_sale", PUT_BACK, 1),
    point("compared", &[Restored, CopiedBack], 1),
    point("reconciled", PUT_BACK, 1),
    point("/pay/scan", ANY, 1),
    point("/pay/qrcode", BY_CODE, 1),
    point("/pay/check", &[Declines, Expires, Silence], 2),
    point("/pay/get", PAID, 1),
    point("/pay/close", &[Expires, Cancels, NextCustomer], 1),
    point("/pay/cancel", &[Reverses], 1),
    point("/pay/refund", &[Refunds, RefundRefused], 1),
    point("/order/list", PUT_BACK, 3),
];

const fn point(name: &'static str, stories: &'static [Story], hits: u64) -> Point {
    Point { name, stories, hits }
}

/// The calls whose requests arrive while the till dies.
pub const ARRIVALS: [(Call, &str, &[Story]); 8] = [
    (Call::Scan, "/pay/scan", &[Pays, Cancels, Declines]),
    (Call::QrCode, "/pay/qrcode", &[PaysByCode, ConfirmsOnThePhone]),
    (Call::Check, "/pay/check", &[Pays, Expires, Cancels]),
    (Call::Get, "/pay/get", PAID),
    (Call::Close, "/pay/close", &[Expires, Cancels, NextCustomer]),
    (Call::Cancel, "/pay/cancel", &[Reverses]),
    (Call::Refund, "/pay/refund", &[Refunds, RefundRefused]),
    (Call::List, "/order/list", PUT_BACK),
];
/// A call's path, where its arrival is counted.
pub fn path(call: Call) -> &'static str {
    ARRIVALS.iter().find(|(own, ..)| *own == call).map_or("", |(_, path, _)| path)
}

/// Of so many runs in a round, the till is killed at any instant.
const ANY_INSTANT: u64 = 6;
/// What a restarted till is most likely to come by.
const IN_RECOVERY: [&str; 13] = [
    "outside",
    "commit",
    "verifying",
    "paid",
    "closing",
    "closed",
    "awaiting",
    "/pay/check",
    "/pay/get",
    "/pay/close",
    "/pay/scan",
    "note_attempt",
    "unresolved",
];
const DAY_MS: i64 = 24 * 3_600_000;

#[derive(Clone, Debug)]
pub enum End {
    /// By itself, when it passes there for the `hit`th time.
    At {
        moment: Moment,
        name: &'static str,
        hit: u64,
    },
    /// When the gateway has the request and has not answered.
    OnArrival(Call),
    After(Duration),
    /// When the story is over.
    WithTheStory,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub story: Story,
    pub end: End,
    pub away_ms: i64,
    /// What the customer does while the till is away.
    pub pays_while_away: bool,
    pub second_end: Option<End>,
    pub second_away_ms: i64,
}

impl Plan {
    /// How many seeds in a row come by every failpoint once.
    pub const ROUND: u64 = 2 * POINTS.len() as u64 + ARRIVALS.len() as u64 + ANY_INSTANT;

    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed);
        let place = seed % Self::ROUND;
        let (story, end) = first_end(place, &mut chance);
        let away_ms = away(&mut chance);
        let second_end = chance.one_in(3).then(|| recovery_end(&mut chance));
        let mut plan = Self {
            seed,
            story,
            end,
            away_ms,
            pays_while_away: chance.one_in(4),
            second_end,
            second_away_ms: away(&mut chance),
        };
        if story.takes_a_day() || story.puts_back() {
            // There is nothing to end before: it is the restarted till that comes by.
            plan.second_end = Some(std::mem::replace(&mut plan.end, End::WithTheStory));
        }
        if story.takes_a_day() {
            plan.away_ms = DAY_MS + 60_000;
        }
        plan
    }

    /// Whether the till is to end at this place.
    pub fn is_at(seed: u64, name: &str) -> bool {
        let (place, points) = (seed % Self::ROUND, POINTS.len() as u64);
        if place < 2 * points {
            return POINTS[index(place % points)].name == name;
        }
        ARRIVALS.get(index(place - 2 * points)).is_some_and(|(_, path, _)| *path == name)
    }
}

fn first_end(place: u64, chance: &mut Chance) -> (Story, End) {
    let points = POINTS.len() as u64;
    if place < 2 * points {
        let moment = if place < points { Moment::Before } else { Moment::After };
        let point = &POINTS[index(place % points)];
        let hit = 1 + chance.below(point.hits);
        return (chance.pick(point.stories), End::At { moment, name: point.name, hit });
    }
    let place = place - 2 * points;
    if place < ARRIVALS.len() as u64 {
        let (call, _, stories) = ARRIVALS[index(place)];
        return (chance.pick(stories), End::OnArrival(call));
    }
    let all: Vec<Story> = POINTS.iter().flat_map(|point| point.stories).copied().collect();
    let story = chance.pick(&all);
    let end = if story.takes_a_day() { End::WithTheStory } else { any_instant(chance) };
    (story, end)
}

fn recovery_end(chance: &mut Chance) -> End {
    if chance.one_in(4) {
        return any_instant(chance);
    }
    let moment = chance.pick(&[Moment::Before, Moment::After]);
    End::At { moment, name: chance.pick(&IN_RECOVERY), hit: 1 + chance.below(2) }
}

fn any_instant(chance: &mut Chance) -> End {
    End::After(Duration::from_micros(chance.below(120_000)))
}

/// Moments, within the QR's time, after it, the next day.
fn away(chance: &mut Chance) -> i64 {
    let longest_ms = chance.pick(&[1_000, 30_000, 600_000, DAY_MS]);
    i64::try_from(chance.below(longest_ms.unsigned_abs())).unwrap_or(0)
}

fn index(place: u64) -> usize {
    usize::try_from(place).unwrap_or(0)
}
