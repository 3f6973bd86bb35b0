//! `yima cashier` and `yima audit`: who works at the till, and who did what.

use std::io::{self, IsTerminal};

use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::value::RawValue;
use yima_checkout::staff::{self, Pin};
use yima_checkout::{Clock, SystemClock};
use yima_core::staff::Role;
use yima_store::{AuditRow, Cashier};

use crate::failure::Failure;
use crate::receipts::time_of;
use crate::secret::read_bounded;
use crate::table::Table;
use crate::till::Till;
use crate::words::{self, Out};
use crate::{Done, json};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add a cashier. The PIN, four to eight digits, is read from standard input. The first one is an installer.
    Add {
        /// Goes out with orders as cashier_id.
        id: String,
        /// What people call them.
        name: String,
        #[arg(long, value_enum, default_value = "cashier")]
        role: RoleName,
    },
    /// Print everybody who works or worked here.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Let somebody log in no more. What they did stays.
    Disable { id: String },
    /// Let somebody log in again.
    Enable { id: String },
    /// Give somebody another PIN, read from standard input. It ends the pause after wrong ones.
    SetPin { id: String },
    /// Change what somebody may do.
    SetRole {
        id: String,
        #[arg(value_enum)]
        role: RoleName,
    },
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Print the log of who did what, the newest first.
    List {
        /// One object for each line, the newest first.
        #[arg(long)]
        json: bool,
        /// How many lines at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleName {
    Cashier,
    Supervisor,
    Installer,
}

#[derive(Serialize)]
struct CashierRecord<'a> {
    id: &'a str,
    name: &'a str,
    role: &'static str,
    active: bool,
}

#[derive(Serialize)]
struct AuditRecord<'a> {
    number: i64,
    at_ms: i64,
    kind: &'a str,
    by_id: &'a str,
    by_name: &'a str,
    approved_by: Option<&'a str>,
    detail: &'a RawValue,
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    match command {
        Command::Add { id, name, role } => add(till, id, name, *role, out),
        Command::List { json: true } => list_json(till, out),
        Command::List { json: false } => list(till, out),
        Command::Disable { id } => change(till, id, |cashier| cashier.is_active = false),
        Command::Enable { id } => change(till, id, |cashier| cashier.is_active = true),
        Command::SetPin { id } => set_pin(till, id),
        Command::SetRole { id, role } => change(till, id, |cashier| cashier.role = role.role()),
    }
}

pub(crate) fn audit(command: &AuditCommand, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let AuditCommand::List { json, limit } = command;
    let rows = till.settings().audit(None, *limit)?;
    if *json {
        let records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        json::print(&records, out)?;
        return Ok(Done::Wholly);
    }
    let language = out.language();
    let mut table = Table::new(&words::staff::audit_heads(), language);
    for row in &rows {
        let number = row.number.to_string();
        let at = time_of(row.at_ms);
        let what = words::staff::kind(&row.note.kind);
        let by = words::staff::person(&row.note.by_id, &row.note.by_name);
        let approved = row.note.approved_by.as_deref().unwrap_or_default();
        table.row([&number, &at, what.of(language), by.of(language), approved, &row.note.detail]);
    }
    table.print(out)?;
    Ok(Done::Wholly)
}

fn add(till: &Till, id: &str, name: &str, role: RoleName, out: &mut Out<'_>) -> Result<Done, Failure> {
    let held = till.lock()?;
    let pin = read_pin(io::stdin())?;
    till.prepare(&held)?;
    let cashier = Cashier { id: id.to_owned(), name: name.to_owned(), role: role.role(), is_active: true };
    let is_first = !till.settings().has_cashiers()?;
    staff::add(till.settings(), None, &cashier, &pin, now_ms())?;
    if is_first {
        out.say(&words::staff::from_now_on_locked())?;
    }
    Ok(Done::Wholly)
}

fn change(till: &Till, id: &str, edit: impl FnOnce(&mut Cashier)) -> Result<Done, Failure> {
    let _held = till.lock()?;
    let mut cashier = till.settings().cashier(id)?.ok_or(staff::StaffProblem::NoSuchCashier)?;
    edit(&mut cashier);
    staff::change(till.settings(), None, &cashier, now_ms())?;
    Ok(Done::Wholly)
}

fn set_pin(till: &Till, id: &str) -> Result<Done, Failure> {
    let _held = till.lock()?;
    let pin = read_pin(io::stdin())?;
    staff::set_pin(till.settings(), None, id, &pin, now_ms())?;
    Ok(Done::Wholly)
}

fn read_pin(input: io::Stdin) -> Result<Pin, Failure> {
    if input.is_terminal() {
        return Err(Failure::not_understood(words::staff::pin_not_typed_in()));
    }
    Ok(Pin::parse(read_bounded(input.lock())?)?)
}

fn list(till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let language = out.language();
    let mut table = Table::new(&words::staff::heads(), language);
    for cashier in till.settings().cashiers()? {
        let role = words::staff::role(cashier.role);
        let active = words::staff::active(cashier.is_active);
        table.row([&cashier.id, role.of(language), active.of(language), &cashier.name]);
    }
    table.print(out)?;
    Ok(Done::Wholly)
}

fn list_json(till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let people = till.settings().cashiers()?;
    let records: Vec<_> = people
        .iter()
        .map(|one| CashierRecord {
            id: &one.id,
            name: &one.name,
            role: one.role.name(),
            active: one.is_active,
        })
        .collect();
    json::print(&records, out)?;
    Ok(Done::Wholly)
}

fn record(row: &AuditRow) -> Result<AuditRecord<'_>, Failure> {
    Ok(AuditRecord {
        number: row.number,
        at_ms: row.at_ms,
        kind: &row.note.kind,
        by_id: &row.note.by_id,
        by_name: &row.note.by_name,
        approved_by: row.note.approved_by.as_deref(),
        detail: serde_json::from_str(&row.note.detail).map_err(io::Error::from)?,
    })
}

fn now_ms() -> i64 {
    SystemClock::new().now().wall_ms
}

impl RoleName {
    const fn role(self) -> Role {
        match self {
            Self::Cashier => Role::Cashier,
            Self::Supervisor => Role::Supervisor,
            Self::Installer => Role::Installer,
        }
    }
}
