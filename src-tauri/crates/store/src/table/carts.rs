//! Carts: what is being rung up, and what waits for its sale.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};
use yima_core::cart::Waiters;

use crate::schema::Step;
use crate::{CartId, CartStatus, column};

pub(crate) const CREATE: Step = (
    "V2__carts",
    "CREATE TABLE carts (
        cart_id INTEGER NOT NULL PRIMARY KEY,
        status TEXT NOT NULL CHECK (status IN ('open', 'charged', 'parked', 'held', 'done')),
        waiter1_id TEXT,
        waiter2_id TEXT,
        created_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX carts_not_done ON carts (cart_id) WHERE status <> 'done';",
);

/// What a held cart is called, since when it waits, and the state of the sale that gave its goods back, if one did.
pub(crate) const ADD_NAME: Step = (
    "V13__held_cart_names",
    "ALTER TABLE carts ADD COLUMN name TEXT CHECK (length(name) BETWEEN 1 AND 40);
    ALTER TABLE carts ADD COLUMN held_ms INTEGER;
    ALTER TABLE carts ADD COLUMN given_back_as TEXT;",
);

pub(crate) struct CartRow {
    pub(crate) id: CartId,
    pub(crate) status: CartStatus,
    pub(crate) waiters: Waiters,
}

pub(crate) struct HeldRow {
    pub(crate) id: CartId,
    pub(crate) name: Option<String>,
    pub(crate) given_back_as: Option<String>,
    pub(crate) held_ms: Option<i64>,
}

pub(crate) enum HeldAs<'a> {
    Name(&'a str),
    GivenBack { state: &'a str },
}

pub(crate) struct Carts<'c>(pub(crate) &'c Connection);
pub(crate) struct CartsMut<'c>(pub(crate) &'c Transaction<'c>);

#[derive(Debug, thiserror::Error)]
#[error("no status of a cart is called {0}")]
struct UnknownStatus(String);

impl Carts<'_> {
    pub(crate) fn status(&self, id: CartId) -> Result<Option<CartStatus>> {
        self.0
            .prepare_cached("SELECT status FROM carts WHERE cart_id = ?1")?
            .query_row([id.0], status)
            .optional()
    }

    /// The name that a cart had when it was held last.
    pub(crate) fn name(&self, id: CartId) -> Result<Option<String>> {
        self.0
            .prepare_cached("SELECT name FROM carts WHERE cart_id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()
            .map(Option::flatten)
    }

    /// The one that waits longest first.
    pub(crate) fn held(&self) -> Result<Vec<HeldRow>> {
        self.0
            .prepare_cached(
                "SELECT cart_id, name, given_back_as, held_ms FROM carts
                 WHERE status <> 'done' AND status = 'held' ORDER BY held_ms, cart_id",
            )?
            .query_map([], |row| {
                Ok(HeldRow {
                    id: CartId(row.get("cart_id")?),
                    name: row.get("name")?,
                    given_back_as: row.get("given_back_as")?,
                    held_ms: row.get("held_ms")?,
                })
            })?
            .collect()
    }

    /// By id.
    pub(crate) fn not_done(&self) -> Result<Vec<CartRow>> {
        self.0
            .prepare_cached(
                "SELECT cart_id, status, waiter1_id, waiter2_id FROM carts WHERE status <> 'done' ORDER BY cart_id",
            )?
            .query_map([], |row| {
                Ok(CartRow {
                    id: CartId(row.get("cart_id")?),
                    status: status(row)?,
                    waiters: Waiters { first: row.get("waiter1_id")?, second: row.get("waiter2_id")? },
                })
            })?
            .collect()
    }
}

impl CartsMut<'_> {
    /// The cart waits from now on.
    pub(crate) fn hold(&self, id: CartId, as_what: HeldAs<'_>, at_ms: i64) -> Result<()> {
        let (name, given_back_as) = match as_what {
            HeldAs::Name(name) => (Some(name), None),
            HeldAs::GivenBack { state } => (None, Some(state)),
        };
        self.0
            .prepare_cached(
                "UPDATE carts SET status = 'held', name = ?2, given_back_as = ?3, held_ms = ?4
                 WHERE cart_id = ?1 AND status <> 'done'",
            )?
            .execute((id.0, name, given_back_as, at_ms))
            .map(drop)
    }

    pub(crate) fn add(&self, at_ms: i64) -> Result<CartId> {
        self.0.execute("INSERT INTO carts (status, created_ms) VALUES ('open', ?1)", [at_ms])?;
        Ok(CartId(self.0.last_insert_rowid()))
    }

    pub(crate) fn set_waiters(&self, id: CartId, waiters: &Waiters) -> Result<()> {
        self.0
            .prepare_cached("UPDATE carts SET waiter1_id = ?2, waiter2_id = ?3 WHERE cart_id = ?1")?
            .execute((id.0, &waiters.first, &waiters.second))
            .map(drop)
    }

    /// A cart that is done stays so.
    pub(crate) fn set_status(&self, id: CartId, status: CartStatus) -> Result<()> {
        self.0
            .prepare_cached("UPDATE carts SET status = ?2 WHERE cart_id = ?1 AND status <> 'done'")?
            .execute((id.0, code(status)))
            .map(drop)
    }
}

fn code(status: CartStatus) -> &'static str {
    match status {
        CartStatus::Open => "open",
        CartStatus::Charged => "charged",
        CartStatus::Parked => "parked",
        CartStatus::Held => "held",
        CartStatus::Done => "done",
    }
}

fn status(row: &Row<'_>) -> Result<CartStatus> {
    column::parsed(row, "status", Type::Text, |text: String| match text.as_str() {
        "open" => Ok(CartStatus::Open),
        "charged" => Ok(CartStatus::Charged),
        "parked" => Ok(CartStatus::Parked),
        "held" => Ok(CartStatus::Held),
        "done" => Ok(CartStatus::Done),
        _ => Err(UnknownStatus(text)),
    })
}
