//! Lists of sales, and what a day came to.

use rusqlite::types::Value;
use rusqlite::{Connection, Result, Row, params_from_iter};
use yima_core::sale::Way;
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
    /// Somebody has to see to it.
    pub urgent: bool,
    pub way: Way,
    pub total_fen: Fen,
    pub payable_fen: Option<Fen>,
    pub real_fen: Option<Fen>,
    pub refunded_fen: Option<Fen>,
    pub refund_due_fen: Option<Fen>,
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
    /// When its receipt was given; with that, `day` is the day of it.
    pub paid_ms: Option<i64>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl SaleSearch {
    pub const MAX_ROWS: u32 = 500;
    const MAX_TEXT_CHARS: usize = 64;
}

impl Store {
    /// Newest first; those somebody has to see to before all others unless a text is searched for.
    pub async fn sales(&self, search: SaleSearch) -> Result<Vec<SaleListRow>, StoreError> {
        self.read(move |connection| Ok(rows(connection, &search)?)).await
    }

    /// The sale that was begun last, however it ended.
    pub async fn last_sale(&self) -> Result<Option<SaleListRow>, StoreError> {
        self.read(|connection| {
            let query = format!("{ROW} ORDER BY {NEWEST_FIRST} LIMIT 1");
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
    "SELECT s.order_id, r.number, r.at_ms AS paid_ms, s.state, s.open, s.urgent, s.way, s.total_fen, s.payable_fen, s.real_fen, s.refunded_fen, s.refund_due_fen,
    s.channel, s.trade_no, s.pay_time, s.reason, s.day, s.created_ms, s.updated_ms,
    (SELECT title FROM sale_lines WHERE order_id = s.order_id AND line_no = 1) AS first_title,
    (SELECT count(*) FROM sale_lines WHERE order_id = s.order_id) AS line_count,
    (SELECT sum(quantity) FROM sale_lines WHERE order_id = s.order_id) AS pieces
    FROM sales AS s LEFT JOIN receipts AS r ON r.order_id = s.order_id";

const NEWEST_FIRST: &str = "s.created_ms DESC, s.order_id DESC";

fn rows(connection: &Connection, search: &SaleSearch) -> Result<Vec<SaleListRow>> {
    let Some((query, values)) = query(search) else { return Ok(Vec::new()) };
    connection.prepare_cached(&query)?.query_map(params_from_iter(values), sale)?.collect()
}

/// Values of a statement, named `?1`, `?2`, … where they stand in it.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    fn name(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }
}

/// The statement and its values; `None` when nothing can match.
pub(crate) fn query(search: &SaleSearch) -> Option<(String, Vec<Value>)> {
    let mut values = Values::default();
    let limit = values.name(i64::from(search.limit.min(SaleSearch::MAX_ROWS)));
    let offset = values.name(i64::from(search.offset));
    let mut conditions = Vec::new();
    if let Some(day) = &search.day {
        conditions.push(format!("s.day = {}", values.name(day::parse_day(day)?)));
    }
    if !search.states.is_empty() {
        let states: Vec<_> = search.states.iter().map(|state| values.name(state.clone())).collect();
        conditions.push(format!("s.state IN ({})", states.join(", ")));
    }
    let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = text {
        let most = format!("LIMIT {limit} + {offset}");
        let found = candidates(text, &conditions, &most, &mut values)?;
        conditions.push(format!("s.order_id IN ({found})"));
    }
    let conditions = if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") };
    let urgent_first = if text.is_some() { "" } else { "s.urgent DESC, " };
    let order = format!("ORDER BY {urgent_first}{NEWEST_FIRST} LIMIT {limit} OFFSET {offset}");
    Some((format!("{ROW} WHERE {conditions} {order}"), values.0))
}

/// The order ids that a text may mean; of an amount that thousands of sales share, the newest.
fn candidates(text: &str, conditions: &[String], most: &str, values: &mut Values) -> Option<String> {
    if text.chars().count() > SaleSearch::MAX_TEXT_CHARS {
        return None;
    }
    // The end of a code is the beginning of its reverse, and no character sorts above the last one of Unicode.
    let reversed = values.name(text.chars().rev().collect::<String>());
    let by_end = |table, column| {
        format!(
            "SELECT order_id FROM {table} WHERE {column} >= {reversed} AND {column} < {reversed} || char(0x10FFFF)"
        )
    };
    let mut found = vec![by_end("sales", "order_reversed"), by_end("receipts", "number_reversed")];
    if let Ok(amount) = Fen::parse(text.trim_start_matches(['¥', '￥'])) {
        let amount = values.name(amount.get());
        for column in ["total_fen", "real_fen"] {
            let conditions = [&[format!("s.{column} = {amount}")], conditions].concat().join(" AND ");
            found.push(format!(
                "SELECT * FROM (SELECT s.order_id FROM sales AS s WHERE {conditions} ORDER BY {NEWEST_FIRST} {most})"
            ));
        }
    }
    Some(found.join(" UNION "))
}

fn sale(row: &Row<'_>) -> Result<SaleListRow> {
    Ok(SaleListRow {
        order_id: column::order_id(row, "order_id")?,
        receipt_number: row.get("number")?,
        state: row.get("state")?,
        open: row.get("open")?,
        urgent: row.get("urgent")?,
        way: column::way(row, "way")?,
        total_fen: column::fen(row, "total_fen")?,
        payable_fen: column::optional_fen(row, "payable_fen")?,
        real_fen: column::optional_fen(row, "real_fen")?,
        refunded_fen: column::optional_fen(row, "refunded_fen")?,
        refund_due_fen: column::optional_fen(row, "refund_due_fen")?,
        channel: row.get("channel")?,
        trade_no: row.get("trade_no")?,
        pay_time: row.get("pay_time")?,
        reason: row.get("reason")?,
        first_title: row.get("first_title")?,
        line_count: row.get("line_count")?,
        pieces: row.get("pieces")?,
        day: row.get("day")?,
        paid_ms: row.get("paid_ms")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}
