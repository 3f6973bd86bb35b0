//! Sales: what was fixed when each began, and what its events have made of it since.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, named_params};
use yima_core::sale::Way;
use yima_core::{Fen, OrderId};

use crate::schema::Step;
use crate::{CartId, NewSale, SaleFacts, SaleStep, Standing, column};

/// `holds_cart`: the sale still decides over its cart (a sale that gave it back may turn out paid later).
/// `urgent`: somebody has to see to it, so it stands first in lists.
/// `watched`: ended, and asked about all the same.
/// `order_reversed`: people know an order by the end of its id, and an index finds beginnings.
pub(crate) const CREATE: Step = (
    "V4__sales",
    "CREATE TABLE sales (
        order_id TEXT NOT NULL PRIMARY KEY CHECK (length(order_id) BETWEEN 1 AND 32),
        order_reversed TEXT NOT NULL COLLATE NOCASE,
        cart_id INTEGER NOT NULL REFERENCES carts (cart_id),
        holds_cart INTEGER NOT NULL DEFAULT 1 CHECK (holds_cart IN (0, 1)),
        total_fen INTEGER NOT NULL CHECK (total_fen > 0),
        terminal_id TEXT NOT NULL,
        till_number TEXT NOT NULL,
        cashier_id TEXT,
        account TEXT NOT NULL CHECK (json_valid(account)),
        store_info TEXT NOT NULL CHECK (json_valid(store_info)),
        body BLOB NOT NULL,
        body_sha256 BLOB NOT NULL CHECK (length(body_sha256) = 32),
        created_ms INTEGER NOT NULL,
        day TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version >= 1),
        state TEXT NOT NULL CHECK (state <> ''),
        open INTEGER NOT NULL CHECK (open IN (0, 1)),
        watched INTEGER NOT NULL DEFAULT 0 CHECK (watched IN (0, 1)),
        urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
        updated_ms INTEGER NOT NULL,
        snapshot TEXT NOT NULL CHECK (json_valid(snapshot)),
        trade_no TEXT,
        pay_url TEXT,
        payable_fen INTEGER CHECK (payable_fen >= 0),
        real_fen INTEGER CHECK (real_fen >= 0),
        refunded_fen INTEGER CHECK (refunded_fen >= 0),
        refund_due_fen INTEGER CHECK (refund_due_fen > 0),
        channel INTEGER CHECK (channel IN (0, 1)),
        pay_time TEXT,
        reason TEXT CHECK (json_valid(reason))
    ) STRICT;
    CREATE UNIQUE INDEX sales_one_per_cart ON sales (cart_id) WHERE holds_cart = 1;
    CREATE INDEX sales_open ON sales (cart_id) WHERE open = 1;
    CREATE INDEX sales_watched ON sales (cart_id) WHERE watched = 1;
    CREATE INDEX sales_listed ON sales (urgent, created_ms, order_id);
    CREATE INDEX sales_listed_by_day ON sales (day, urgent, created_ms, order_id);
    CREATE INDEX sales_created ON sales (created_ms, order_id);
    CREATE INDEX sales_order_reversed ON sales (order_reversed);
    CREATE INDEX sales_total ON sales (total_fen, created_ms, order_id);
    CREATE INDEX sales_real ON sales (real_fen, created_ms, order_id) WHERE real_fen IS NOT NULL;
    CREATE TRIGGER sales_frozen BEFORE UPDATE OF order_id, order_reversed, cart_id, total_fen, terminal_id,
        till_number, cashier_id, account, store_info, body, body_sha256, created_ms ON sales
    BEGIN SELECT RAISE(ABORT, 'what a sale began with is fixed'); END;
    CREATE TRIGGER sales_kept BEFORE DELETE ON sales
    BEGIN SELECT RAISE(ABORT, 'sales are kept'); END;",
);

/// What the customer pays with, and how much was handed over where that is cash.
pub(crate) const ADD_WAY: Step = (
    "V18__sales_way",
    "ALTER TABLE sales ADD COLUMN way TEXT NOT NULL DEFAULT 'qr' CHECK (way IN ('qr', 'payment_code', 'cash'));
    ALTER TABLE sales ADD COLUMN tendered_fen INTEGER CHECK (tendered_fen >= total_fen);
    CREATE TRIGGER sales_way_frozen BEFORE UPDATE OF way, tendered_fen ON sales
    BEGIN SELECT RAISE(ABORT, 'what a sale began with is fixed'); END;",
);

/// How a sale came to its total, for whoever reads its receipt.
pub(crate) const ADD_DETAIL: Step = (
    "V19__sales_detail",
    "ALTER TABLE sales ADD COLUMN detail TEXT CHECK (json_valid(detail));
    CREATE TRIGGER sales_detail_frozen BEFORE UPDATE OF detail ON sales
    BEGIN SELECT RAISE(ABORT, 'what a sale began with is fixed'); END;",
);

pub(crate) struct SaleRow {
    pub(crate) order_id: OrderId,
    pub(crate) cart_id: CartId,
    pub(crate) holds_cart: bool,
    pub(crate) total_fen: Fen,
    pub(crate) way: Way,
    pub(crate) tendered_fen: Option<Fen>,
    pub(crate) detail: Option<String>,
    pub(crate) terminal_id: String,
    pub(crate) till_number: String,
    pub(crate) cashier_id: Option<String>,
    pub(crate) account: String,
    pub(crate) store_info: String,
    pub(crate) body: Vec<u8>,
    pub(crate) body_sha256: Vec<u8>,
    pub(crate) created_ms: i64,
    pub(crate) day: String,
    pub(crate) version: u32,
    pub(crate) state: String,
    pub(crate) open: bool,
    pub(crate) watched: bool,
    pub(crate) urgent: bool,
    pub(crate) updated_ms: i64,
    pub(crate) snapshot: String,
    pub(crate) facts: SaleFacts,
}

pub(crate) struct Sales<'c>(pub(crate) &'c Connection);
pub(crate) struct SalesMut<'c>(pub(crate) &'c Transaction<'c>);

const ROW: &str = "SELECT order_id, cart_id, holds_cart, total_fen, terminal_id, till_number, cashier_id, account, store_info, body,
    body_sha256, created_ms, day, version, state, open, watched, urgent, updated_ms, snapshot, trade_no, pay_url,
    payable_fen, real_fen, refunded_fen, refund_due_fen, channel, pay_time, reason, way, tendered_fen, detail FROM sales";

impl Sales<'_> {
    pub(crate) fn get(&self, id: &OrderId) -> Result<Option<SaleRow>> {
        self.0
            .prepare_cached(&format!("{ROW} WHERE order_id = ?1"))?
            .query_row([id.as_str()], sale)
            .optional()
    }

    /// Oldest first.
    pub(crate) fn open(&self) -> Result<Vec<SaleRow>> {
        self.0
            .prepare_cached(&format!(
                "{ROW} INDEXED BY sales_open WHERE open = 1 ORDER BY created_ms, order_id"
            ))?
            .query_map([], sale)?
            .collect()
    }

    /// Oldest first.
    pub(crate) fn watched(&self) -> Result<Vec<SaleRow>> {
        self.0
            .prepare_cached(&format!(
                "{ROW} INDEXED BY sales_watched WHERE watched = 1 ORDER BY created_ms, order_id"
            ))?
            .query_map([], sale)?
            .collect()
    }

    pub(crate) fn exists(&self, id: &OrderId) -> Result<bool> {
        self.0.prepare_cached("SELECT 1 FROM sales WHERE order_id = ?1")?.exists([id.as_str()])
    }

    pub(crate) fn standing(&self, id: &OrderId) -> Result<Option<Standing>> {
        self.0
            .prepare_cached(
                "SELECT state, coalesce(refunded_fen, 0) AS refunded_fen FROM sales WHERE order_id = ?1",
            )?
            .query_row([id.as_str()], |row| {
                Ok(Standing { state: row.get("state")?, refunded_fen: column::fen(row, "refunded_fen")? })
            })
            .optional()
    }

    /// When the newest sale that was begun until then was begun.
    pub(crate) fn last_created_ms(&self, until_ms: i64) -> Result<Option<i64>> {
        self.0.query_row("SELECT max(created_ms) FROM sales WHERE created_ms <= ?1", [until_ms], |row| {
            row.get(0)
        })
    }

    /// The terminal of the newest sale.
    pub(crate) fn last_terminal(&self) -> Result<Option<String>> {
        self.0
            .query_row(
                "SELECT terminal_id FROM sales ORDER BY created_ms DESC, order_id DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()
    }

    /// Of the open sales and the newest thousand, each once.
    pub(crate) fn last_accounts(&self) -> Result<Vec<String>> {
        self.0
            .prepare(
                "SELECT account FROM (
                    SELECT account, created_ms FROM sales WHERE open = 1
                    UNION ALL
                    SELECT account, created_ms FROM (
                        SELECT account, created_ms FROM sales ORDER BY created_ms DESC LIMIT 1000))
                 GROUP BY account ORDER BY max(created_ms) DESC",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
    }

    /// Whether a sale that is not at its end still decides over this cart. One that gave it back does not, even where
    /// it was paid late and is open once more: its goods may be sold by another.
    pub(crate) fn is_open_for(&self, cart: CartId) -> Result<bool> {
        self.0
            .prepare_cached("SELECT 1 FROM sales WHERE open = 1 AND holds_cart = 1 AND cart_id = ?1")?
            .exists([cart.0])
    }

    /// The cart of this sale, if it has not given it back.
    pub(crate) fn held_cart(&self, id: &OrderId) -> Result<Option<CartId>> {
        self.0
            .prepare_cached("SELECT cart_id FROM sales WHERE order_id = ?1 AND holds_cart = 1")?
            .query_row([id.as_str()], |row| row.get(0).map(CartId))
            .optional()
    }
}

impl SalesMut<'_> {
    /// Adds the sale at version 1, without the facts of its `first` step: [`Self::project`] brings those.
    pub(crate) fn add(&self, sale: &NewSale, body_sha256: &[u8], first: &SaleStep, day: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO sales (order_id, order_reversed, cart_id, total_fen, terminal_id, till_number, cashier_id,
                    account, store_info, body, body_sha256, created_ms, day, version, state, open, updated_ms, snapshot,
                    way, tendered_fen, detail)
                 VALUES (:order_id, :order_reversed, :cart_id, :total_fen, :terminal_id, :till_number, :cashier_id,
                    :account, :store_info, :body, :body_sha256, :at_ms, :day, 1, :state, :open, :at_ms, :snapshot, :way, :tendered_fen, :detail)",
            )?
            .execute(named_params! {
                ":order_id": sale.order.id.as_str(),
                ":order_reversed": sale.order.id.as_str().chars().rev().collect::<String>(),
                ":cart_id": sale.cart_id.0,
                ":total_fen": sale.order.total_fen.get(),
                ":way": sale.way.code(),
                ":tendered_fen": sale.tendered_fen.map(Fen::get),
                ":detail": sale.detail,
                ":terminal_id": sale.terminal_id,
                ":till_number": sale.till_number,
                ":cashier_id": sale.cashier_id,
                ":account": sale.account,
                ":store_info": sale.store_info,
                ":body": sale.body,
                ":body_sha256": body_sha256,
                ":day": day,
                ":state": first.state,
                ":open": first.open,
                ":at_ms": first.at_ms,
                ":snapshot": first.snapshot,
            })
            .map(drop)
    }

    /// Makes the sale what `step` says; `false` if it is not at version `from`.
    pub(crate) fn project(&self, id: &OrderId, from: u32, to: u32, step: &SaleStep) -> Result<bool> {
        let facts = &step.facts;
        let changed = self
            .0
            .prepare_cached(
                "UPDATE sales SET version = :to, state = :state, open = :open, watched = :watched, urgent = :urgent,
                    updated_ms = :at_ms, snapshot = :snapshot, refund_due_fen = :refund_due_fen,
                    trade_no = :trade_no, pay_url = :pay_url, payable_fen = :payable_fen, real_fen = :real_fen,
                    refunded_fen = :refunded_fen, channel = :channel, pay_time = :pay_time, reason = :reason
                 WHERE order_id = :order_id AND version = :from",
            )?
            .execute(named_params! {
                ":order_id": id.as_str(),
                ":from": from,
                ":to": to,
                ":state": step.state,
                ":open": step.open,
                ":watched": step.watched,
                ":urgent": step.urgent,
                ":at_ms": step.at_ms,
                ":snapshot": step.snapshot,
                ":refund_due_fen": facts.refund_due_fen.map(Fen::get),
                ":trade_no": facts.trade_no,
                ":pay_url": facts.pay_url,
                ":payable_fen": facts.payable_fen.map(Fen::get),
                ":real_fen": facts.real_fen.map(Fen::get),
                ":refunded_fen": facts.refunded_fen.map(Fen::get),
                ":channel": facts.channel,
                ":pay_time": facts.pay_time,
                ":reason": facts.reason,
            })?;
        Ok(changed == 1)
    }

    pub(crate) fn take_cart_back(&self, id: &OrderId) -> Result<()> {
        self.0
            .prepare_cached("UPDATE sales SET holds_cart = 1 WHERE order_id = ?1")?
            .execute([id.as_str()])
            .map(drop)
    }

    pub(crate) fn give_cart_back(&self, id: &OrderId) -> Result<()> {
        self.0
            .prepare_cached("UPDATE sales SET holds_cart = 0 WHERE order_id = ?1")?
            .execute([id.as_str()])
            .map(drop)
    }

    /// A sale belongs to the day it was paid on, which is the day in its receipt number.
    pub(crate) fn set_day(&self, id: &OrderId, day: &str) -> Result<()> {
        self.0
            .prepare_cached("UPDATE sales SET day = ?2 WHERE order_id = ?1")?
            .execute((id.as_str(), day))
            .map(drop)
    }
}

fn sale(row: &Row<'_>) -> Result<SaleRow> {
    Ok(SaleRow {
        order_id: column::order_id(row, "order_id")?,
        cart_id: CartId(row.get("cart_id")?),
        holds_cart: row.get("holds_cart")?,
        total_fen: column::fen(row, "total_fen")?,
        way: column::way(row, "way")?,
        tendered_fen: column::optional_fen(row, "tendered_fen")?,
        detail: row.get("detail")?,
        terminal_id: row.get("terminal_id")?,
        till_number: row.get("till_number")?,
        cashier_id: row.get("cashier_id")?,
        account: row.get("account")?,
        store_info: row.get("store_info")?,
        body: row.get("body")?,
        body_sha256: row.get("body_sha256")?,
        created_ms: row.get("created_ms")?,
        day: row.get("day")?,
        version: row.get("version")?,
        state: row.get("state")?,
        open: row.get("open")?,
        watched: row.get("watched")?,
        urgent: row.get("urgent")?,
        updated_ms: row.get("updated_ms")?,
        snapshot: row.get("snapshot")?,
        facts: facts(row)?,
    })
}

fn facts(row: &Row<'_>) -> Result<SaleFacts> {
    Ok(SaleFacts {
        trade_no: row.get("trade_no")?,
        pay_url: row.get("pay_url")?,
        payable_fen: column::optional_fen(row, "payable_fen")?,
        real_fen: column::optional_fen(row, "real_fen")?,
        refunded_fen: column::optional_fen(row, "refunded_fen")?,
        refund_due_fen: column::optional_fen(row, "refund_due_fen")?,
        channel: row.get("channel")?,
        pay_time: row.get("pay_time")?,
        reason: row.get("reason")?,
    })
}
