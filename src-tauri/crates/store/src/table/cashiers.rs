//! The people of a till. They are kept for ever, since orders and the log name them.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};
use yima_core::staff::Role;

use crate::column::parsed;
use crate::schema::Step;
use crate::{Cashier, PinHash, UnknownRole};

/// `id`: goes out with orders. `pin`: a PHC string. `wrong_pins`: in a row, the newest at `wrong_pin_ms`.
pub(crate) const CREATE: Step = (
    "V2__cashiers",
    "CREATE TABLE cashiers (
        id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
        name TEXT NOT NULL CHECK (name <> ''),
        role TEXT NOT NULL CHECK (role IN ('cashier', 'supervisor', 'installer')),
        pin TEXT NOT NULL CHECK (pin LIKE '$argon2id$%'),
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
        wrong_pins INTEGER NOT NULL DEFAULT 0 CHECK (wrong_pins >= 0),
        wrong_pin_ms INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER cashiers_fixed BEFORE UPDATE OF id ON cashiers
    BEGIN SELECT RAISE(ABORT, 'a cashier keeps the id'); END;
    CREATE TRIGGER cashiers_kept BEFORE DELETE ON cashiers
    BEGIN SELECT RAISE(ABORT, 'cashiers are kept'); END;",
);

pub(crate) struct Cashiers<'c>(pub(crate) &'c Connection);
pub(crate) struct CashiersMut<'c>(pub(crate) &'c Transaction<'c>);

impl Cashiers<'_> {
    /// By id.
    pub(crate) fn all(&self) -> Result<Vec<Cashier>> {
        self.0
            .prepare_cached("SELECT id, name, role, is_active FROM cashiers ORDER BY id")?
            .query_map([], cashier)?
            .collect()
    }

    pub(crate) fn any(&self) -> Result<bool> {
        self.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM cashiers)")?.query_row([], |row| row.get(0))
    }

    pub(crate) fn find(&self, id: &str) -> Result<Option<Cashier>> {
        self.0
            .prepare_cached("SELECT id, name, role, is_active FROM cashiers WHERE id = ?1")?
            .query_row([id], cashier)
            .optional()
    }

    /// What a PIN is held against: its hash, how many were wrong in a row, and when the newest was.
    pub(crate) fn pin(&self, id: &str) -> Result<Option<(PinHash, u32, i64)>> {
        self.0
            .prepare_cached("SELECT pin, wrong_pins, wrong_pin_ms FROM cashiers WHERE id = ?1")?
            .query_row([id], |row| Ok((PinHash(row.get(0)?), row.get(1)?, row.get(2)?)))
            .optional()
    }

    pub(crate) fn has_active_installer(&self) -> Result<bool> {
        self.0
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM cashiers WHERE is_active AND role = 'installer')")?
            .query_row([], |row| row.get(0))
    }
}

impl CashiersMut<'_> {
    pub(crate) fn add(&self, cashier: &Cashier, pin: &PinHash) -> Result<()> {
        self.0
            .execute(
                "INSERT INTO cashiers (id, name, role, pin, is_active) VALUES (?1, ?2, ?3, ?4, ?5)",
                (&cashier.id, &cashier.name, cashier.role.name(), &pin.0, cashier.is_active),
            )
            .map(drop)
    }

    /// `false` if there is no such cashier.
    pub(crate) fn change(&self, cashier: &Cashier) -> Result<bool> {
        let changed = self.0.execute(
            "UPDATE cashiers SET name = ?2, role = ?3, is_active = ?4 WHERE id = ?1",
            (&cashier.id, &cashier.name, cashier.role.name(), cashier.is_active),
        )?;
        Ok(changed == 1)
    }

    pub(crate) fn set_pin(&self, id: &str, pin: &PinHash) -> Result<bool> {
        let changed = self.0.execute(
            "UPDATE cashiers SET pin = ?2, wrong_pins = 0, wrong_pin_ms = 0 WHERE id = ?1",
            (id, &pin.0),
        )?;
        Ok(changed == 1)
    }

    pub(crate) fn set_wrong_pins(&self, id: &str, wrong_pins: u32, at_ms: i64) -> Result<()> {
        self.0
            .execute(
                "UPDATE cashiers SET wrong_pins = ?2, wrong_pin_ms = ?3 WHERE id = ?1",
                (id, wrong_pins, at_ms),
            )
            .map(drop)
    }
}

fn cashier(row: &Row<'_>) -> Result<Cashier> {
    Ok(Cashier {
        id: row.get("id")?,
        name: row.get("name")?,
        role: parsed(row, "role", Type::Text, |name: String| Role::named(&name).ok_or(UnknownRole))?,
        is_active: row.get("is_active")?,
    })
}
