//! The gateway's list of orders, as a till reads it that may lack some of its own.

use std::collections::VecDeque;

use jiff::civil::DateTime;
use jiff::tz;
use yima_core::sale::Status;
use yima_core::{Barcode, Fen, LineDetail, OrderId, OrderLine, Quantity};
use yima_gateway::list::{Listing, Query, Unreadable};
use yima_gateway::{CallError, MalformedReason, MaybeSentReason, StoreInfo, get};

use crate::gateway::{refunded_fen, status};

/// Part of the list: orders made between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Unix seconds.
    pub start_s: i64,
    /// Unix seconds, not before the start.
    pub end_s: i64,
    /// Only those of which something went back.
    pub refunded_only: bool,
    /// The gateway's clock is to be asked for, too: this computer's may be behind.
    pub is_last: bool,
}

/// Such a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub orders: Vec<ListedOrder>,
    /// Entries that this program may have made and cannot be read.
    pub unreadable: Vec<UnreadableOrder>,
    /// What the gateway's clock says, in Unix milliseconds; `None` where it was not asked for or tells nothing.
    pub gateway_ms: Option<i64>,
    /// The gateway may have more orders in it than it listed; a shorter part may be whole.
    pub may_lack: bool,
}

/// An order of any till of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrder {
    pub id: OrderId,
    pub status: Status,
    pub total_fen: Fen,
    pub refunded_fen: Fen,
    /// When it was made, in Unix milliseconds; `None` if the gateway does not say.
    pub created_ms: Option<i64>,
    pub store_info: StoreInfo,
    /// They add up to the total; none where the gateway does not give them so.
    pub lines: Vec<OrderLine>,
}

/// As much of an entry as can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadableOrder {
    pub id: Option<OrderId>,
    pub terminal_id: Option<String>,
}

/// Why a part of the list is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListFailure {
    /// The signing secret cannot be had.
    CannotSign,
    /// It is too much at once; a shorter span may not be.
    Incomplete,
    /// No answer, or none that can be read.
    Silent,
    Rejected {
        code: String,
        message: String,
    },
}

/// Before what is surely known, clocks may have been wrong by as much; the same goes for now.
const MARGIN_S: i64 = 31 * DAY_S;
/// Where nobody tells the time, a computer that was just set up may be behind by as much.
const UNTOLD_S: i64 = 400 * DAY_S;
/// Goods come back for so long.
const REFUNDS_BEFORE_S: i64 = 90 * DAY_S;
const DAY_S: i64 = 86_400;
const LONGEST_S: i64 = 32 * DAY_S;
const SHORTEST_S: i64 = 60;
/// A part with fewer orders than this is followed by one twice as long.
const FEW: usize = 1_000;
/// So many of the shortest parts that are not whole are looked for. A gateway with more of them does not count as we do.
const PATIENCE: u32 = 3;

/// A walk through the list, part after part, from before the newest sale that is known here to beyond now; and before
/// that through what was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
    parts: VecDeque<ListQuery>,
    step_s: i64,
    /// How far it goes where the gateway does not tell the time; `None` once its end is known.
    untold_s: Option<i64>,
    patience: u32,
}

impl Walk {
    pub(crate) fn new(since_ms: i64, now_ms: i64) -> Self {
        let [since_s, now_s] = [since_ms, now_ms].map(|ms| ms.div_euclid(1_000));
        let start_s = since_s.saturating_sub(MARGIN_S).max(0);
        let end_s = now_s.max(since_s).saturating_add(MARGIN_S).max(start_s);
        let back_s = start_s.saturating_sub(REFUNDS_BEFORE_S).max(0);
        let parts = VecDeque::from([
            ListQuery { start_s: back_s, end_s: start_s, refunded_only: true, is_last: false },
            ListQuery { start_s, end_s, refunded_only: false, is_last: false },
        ]);
        let untold_s = Some(end_s.saturating_add(UNTOLD_S));
        Self { parts, step_s: DAY_S, untold_s, patience: PATIENCE }
    }

    /// What is to be asked for next; `None` at the end.
    pub(crate) fn next(&self) -> Option<ListQuery> {
        let part = self.parts.front()?;
        let end_s = self.reach_s(part);
        Some(ListQuery {
            end_s,
            is_last: self.untold_s.is_some() && self.parts.len() == 1 && end_s == part.end_s,
            ..*part
        })
    }

    /// The next part was read and had so many orders; at its end it may turn out to be later than this computer thinks.
    /// Where one part ends the other begins: no order is between them,
    /// whether or not the gateway counts a span's ends to it.
    pub(crate) fn read(&mut self, orders: usize, gateway_ms: Option<i64>) {
        let is_last = self.next().is_some_and(|part| part.is_last);
        let Some(mut part) = self.parts.pop_front() else { return };
        part.start_s = self.reach_s(&part);
        // Once: the gateway's clock goes on while the list is read, and is never caught up with.
        if let Some(untold_s) = self.untold_s.take_if(|_| is_last) {
            let told_s = gateway_ms.map(|gateway_ms| gateway_ms.div_euclid(1_000).saturating_add(MARGIN_S));
            part.end_s = part.end_s.max(told_s.unwrap_or(untold_s));
        }
        if part.start_s < part.end_s {
            self.parts.push_front(part);
        }
        if orders < FEW {
            self.step_s = self.step_s.saturating_mul(2).min(LONGEST_S);
        }
    }

    /// The rest was read: what of these parts could not be is read once more.
    pub(crate) fn again(&mut self, parts: impl IntoIterator<Item = ListQuery>) {
        self.untold_s = None;
        self.patience = PATIENCE;
        self.parts.extend(parts);
    }

    /// A part is not whole, and no shorter one is asked for.
    pub(crate) fn lose_patience(&mut self) {
        self.patience = self.patience.saturating_sub(1);
    }

    /// A part could not be read: a shorter one may be.
    pub(crate) fn narrow(&mut self) -> bool {
        if self.patience == 0 {
            return false;
        }
        let was_s = self.step_s;
        self.step_s = (was_s / 2).max(SHORTEST_S);
        self.step_s < was_s
    }

    fn reach_s(&self, part: &ListQuery) -> i64 {
        part.start_s.saturating_add(self.step_s).min(part.end_s)
    }
}

impl From<ListQuery> for Query {
    fn from(query: ListQuery) -> Self {
        let ListQuery { start_s, end_s, refunded_only, .. } = query;
        Self { start_s, end_s, pay_channel: None, paid: None, refunded: refunded_only.then_some(true) }
    }
}

/// What a listing says of orders that this program can have made: others have other ids, and cost more than nothing.
pub(crate) fn listed(listing: Listing) -> Listed {
    if let Some(gap) = listing.gap {
        tracing::warn!(%gap, "the gateway's list may lack orders");
    }
    let mut listed = Listed {
        orders: listing.orders.into_iter().filter_map(order).collect(),
        may_lack: listing.gap.is_some(),
        ..Listed::default()
    };
    for entry in listing.unreadable.into_iter().filter(may_be_ours) {
        match half_read(&entry) {
            Some(order) => listed.orders.push(order),
            None => listed.unreadable.push(UnreadableOrder {
                id: entry.order_id.as_deref().and_then(|id| OrderId::parse(id).ok()),
                terminal_id: entry.store_info.terminal_id,
            }),
        }
    }
    listed
}

fn may_be_ours(entry: &Unreadable) -> bool {
    let is_shaped_so = |id: &str| is_this_programs(id);
    entry.reason != MalformedReason::OtherApp && entry.order_id.as_deref().is_none_or(is_shaped_so)
}

/// Version 7 UUIDs in 32 digits.
fn is_this_programs(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.as_bytes().get(12) == Some(&b'7')
}

/// An order of which only such fields cannot be read as are not needed to know it again. Whether it was paid is asked
/// for by itself.
fn half_read(entry: &Unreadable) -> Option<ListedOrder> {
    Some(ListedOrder {
        id: OrderId::parse(entry.order_id.as_deref()?).ok()?,
        status: status(entry.order_status.as_ref()?),
        total_fen: entry.total_fen.filter(|total_fen| total_fen.is_positive())?,
        refunded_fen: entry.refund_fen?,
        created_ms: entry.create_time.as_deref().and_then(china_ms),
        store_info: entry.store_info.clone(),
        lines: Vec::new(),
    })
}

pub(crate) fn failure(error: CallError) -> ListFailure {
    tracing::warn!(%error, "the gateway's list cannot be read");
    match error {
        CallError::Rejected { code, msg } => ListFailure::Rejected { code: code.to_string(), message: msg },
        CallError::Malformed(MalformedReason::TooLarge) | CallError::MaybeSent(MaybeSentReason::Timeout) => {
            ListFailure::Incomplete
        }
        CallError::NotSent(_) | CallError::MaybeSent(_) | CallError::Malformed(_) => ListFailure::Silent,
    }
}

fn order(answer: get::Answer) -> Option<ListedOrder> {
    let is_said = answer.store_info.terminal_id.as_ref().is_some_and(|terminal| !terminal.is_empty());
    let may_be_ours = answer.total_fen.is_positive() && (is_said || is_this_programs(&answer.order_id));
    let id = OrderId::parse(&answer.order_id).ok().filter(|_| may_be_ours)?;
    Some(ListedOrder {
        id,
        status: status(&answer.order_status),
        total_fen: answer.total_fen,
        refunded_fen: refunded_fen(&answer),
        created_ms: answer.create_time.as_deref().and_then(china_ms),
        lines: lines(&answer.goods_list, answer.total_fen).unwrap_or_default(),
        store_info: answer.store_info,
    })
}

fn lines(goods: &[get::Goods], total_fen: Fen) -> Option<Vec<OrderLine>> {
    let lines: Vec<OrderLine> = goods.iter().map(line).collect::<Option<_>>()?;
    let sum = Fen::checked_sum(lines.iter().map(|line| line.amount_fen));
    (sum == Some(total_fen)).then_some(lines)
}

fn line(goods: &get::Goods) -> Option<OrderLine> {
    let (price_fen, quantity) = (goods.price_fen?, Quantity::new(goods.num?).ok()?);
    Some(OrderLine {
        barcode: Barcode::parse(goods.barcode.as_deref()?).ok()?,
        title: goods.title.clone().unwrap_or_default(),
        price_fen,
        quantity,
        amount_fen: price_fen.checked_mul(quantity.get())?,
        detail: LineDetail::default(),
    })
}

/// Unix milliseconds of a time as the gateway writes it: `2026-11-22 14:01:37`, in China Standard Time.
pub(crate) fn china_ms(text: &str) -> Option<i64> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(tz::offset(8).to_timestamp(time).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests;
