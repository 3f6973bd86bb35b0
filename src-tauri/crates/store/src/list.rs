//! Lists of sales, and what a day came to.

use rusqlite::types::Value;
use rusqlite::{Connection, Result, Row, params_from_iter};
use yima_core::{Fen, OrderId};

use crate::table::receipts::Receipts;
use crate::{Store, StoreError, column, day};

/// Which sales to list. Everything given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleSearch {
    /// A receipt number or an order id, whole or its end, or an exact amount (`43.43`, `¥43.43`) that was asked or
    /// paid. Nothing stands for anything but itself.
    pub text: Option<String>,
    /// `2026-11-22` or `20261122`, in China Standard Time: the day it was paid, else the day it began.
    pub day: Option<String>,
    /// State codes, any of them; all states if empty.
    pub states: Vec<String>,
    pub offset: u32,
    /// At most [`SaleSearch::MAX_ROWS`] are given.
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleListRow {
    pub order_id: OrderId,
    pub receipt_number: Option<String>,
    pub state: String,
    pub open: bool,
    pub total_fen: Fen,
    pub payable_fen: Option<Fen>,
    pub real_fen: Option<Fen>,
    pub refunded_fen: Option<Fen>,
    pub channel: Option<i64>,
    pub trade_no: Option<String>,
    pub pay_time: Option<String>,
    /// JSON.
    pub reason: Option<String>,
    /// The first line's goods.
    pub first_title: String,
    pub line_count: u32,
    pub pieces: u32,
    pub day: String,
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl SaleSearch {
    pub const MAX_ROWS: u32 = 500;
    const MAX_TEXT_CHARS: usize = 64;
}

impl Store {
    /// Newest first; those that are unresolved before all others unless a text is searched for.
    pub async fn sales(&self, search: SaleSearch) -> Result<Vec<SaleListRow>, StoreError> {
        self.read(move |connection| Ok(rows(connection, &search)?)).await
    }

    /// The sale that was begun last, however it ended.
    pub async fn last_sale(&self) -> Result<Option<SaleListRow>, StoreError> {
        self.read(|connection| {
            let query = format!("{ROW} ORDER BY s.created_ms DESC, s.order_id DESC LIMIT 1");
            Ok(connection.prepare_cached(&query)?.query_map([], sale)?.next().transpose()?)
        })
        .await
    }

    /// How many sales were paid on a day (`2026-11-22` or `20261122`), and what was paid for them in all.
    pub async fn day_totals(&self, day: &str) -> Result<(u32, Fen), StoreError> {
        let Some(day) = day::parse_day(day) else { return Ok((0, Fen::ZERO)) };
        self.read(move |connection| Ok(Receipts(connection).day_totals(&day)?)).await
    }
}

const ROW: &str =
    "SELECT s.order_id, r.number, s.state, s.open, s.total_fen, s.payable_fen, s.real_fen, s.refunded_fen,
    s.channel, s.trade_no, s.pay_time, s.reason, s.day, s.created_ms, s.updated_ms,
    (SELECT title FROM sale_lines WHERE order_id = s.order_id AND line_no = 1) AS first_title,
    (SELECT count(*) FROM sale_lines WHERE order_id = s.order_id) AS line_count,
    (SELECT sum(quantity) FROM sale_lines WHERE order_id = s.order_id) AS pieces
    FROM sales AS s LEFT JOIN receipts AS r ON r.order_id = s.order_id";

/// The end of a code is the beginning of its reverse. No character sorts above the last one of Unicode.
const BY_END: &str = "s.order_id IN (
    SELECT order_id FROM sales WHERE order_reversed >= ? AND order_reversed < ? || char(0x10FFFF)
    UNION SELECT order_id FROM receipts WHERE number_reversed >= ? AND number_reversed < ? || char(0x10FFFF)";
const BY_AMOUNT: &str = "
    UNION SELECT order_id FROM sales WHERE total_fen = ?
    UNION SELECT order_id FROM sales WHERE real_fen = ?";

fn rows(connection: &Connection, search: &SaleSearch) -> Result<Vec<SaleListRow>> {
    let Some((query, values)) = query(search) else { return Ok(Vec::new()) };
    connection.prepare_cached(&query)?.query_map(params_from_iter(values), sale)?.collect()
}

/// The statement and its values; `None` when nothing can match.
pub(crate) fn query(search: &SaleSearch) -> Option<(String, Vec<Value>)> {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = text {
        if text.chars().count() > SaleSearch::MAX_TEXT_CHARS {
            return None;
        }
        conditions.push(text_condition(text, &mut values));
    }
    if let Some(day) = &search.day {
        conditions.push("s.day = ?".to_owned());
        values.push(Value::Text(day::parse_day(day)?));
    }
    if !search.states.is_empty() {
        conditions.push(format!("s.state IN ({})", vec!["?"; search.states.len()].join(", ")));
        values.extend(search.states.iter().cloned().map(Value::Text));
    }
    let conditions =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let unresolved_first = if text.is_some() { "" } else { "(s.state = 'unresolved') DESC, " };
    values.push(Value::Integer(search.limit.min(SaleSearch::MAX_ROWS).into()));
    values.push(Value::Integer(search.offset.into()));
    let order = format!("ORDER BY {unresolved_first}s.created_ms DESC, s.order_id DESC LIMIT ? OFFSET ?");
    Some((format!("{ROW}{conditions} {order}"), values))
}

fn text_condition(text: &str, values: &mut Vec<Value>) -> String {
    let reversed: String = text.chars().rev().collect();
    values.extend((0..4).map(|_| Value::Text(reversed.clone())));
    match Fen::parse(text.trim_start_matches(['¥', '￥'])) {
        Ok(amount) => {
            values.extend([Value::Integer(amount.get()), Value::Integer(amount.get())]);
            format!("{BY_END}{BY_AMOUNT})")
        }
        Err(_) => format!("{BY_END})"),
    }
}

fn sale(row: &Row<'_>) -> Result<SaleListRow> {
    Ok(SaleListRow {
        order_id: column::order_id(row, "order_id")?,
        receipt_number: row.get("number")?,
        state: row.get("state")?,
        open: row.get("open")?,
        total_fen: column::fen(row, "total_fen")?,
        payable_fen: column::optional_fen(row, "payable_fen")?,
        real_fen: column::optional_fen(row, "real_fen")?,
        refunded_fen: column::optional_fen(row, "refunded_fen")?,
        channel: row.get("channel")?,
        trade_no: row.get("trade_no")?,
        pay_time: row.get("pay_time")?,
        reason: row.get("reason")?,
        first_title: row.get("first_title")?,
        line_count: row.get("line_count")?,
        pieces: row.get("pieces")?,
        day: row.get("day")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}
