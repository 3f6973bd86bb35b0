//! I9: money is whole fen, down to the bytes in the database.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// What was looked at, and what of it is not whole.
#[derive(Debug, Default)]
pub struct Money {
    pub amounts: u64,
    pub broken: Vec<String>,
}

/// Columns that hold JSON in which amounts stand.
const WRITTEN: [(&str, &str); 2] = [("sales", "snapshot"), ("sale_events", "snapshot")];

impl Money {
    /// Every amount that is kept, and what the tables would let in.
    pub fn look(database: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut money = Self::default();
        for (table, strict) in tables(&connection)? {
            if !strict {
                money.broken.push(format!("I9: {table} takes values of any type"));
            }
            for (column, kind) in columns(&connection, &table)? {
                money.look_at(&connection, &table, &column, &kind)?;
            }
        }
        for (table, column) in WRITTEN {
            money.read_written(&connection, table, column)?;
        }
        Ok(money)
    }

    fn look_at(&mut self, connection: &Connection, table: &str, column: &str, kind: &str) -> Result<()> {
        let is_amount = column.ends_with("_fen");
        if kind == "REAL" || kind == "ANY" || (is_amount && kind != "INTEGER") {
            self.broken.push(format!("I9: {table}.{column} is {kind}"));
        }
        if !is_amount {
            return Ok(());
        }
        let counted = format!(
            "SELECT count({column}), count(*) FILTER (WHERE typeof({column}) NOT IN ('integer', 'null')) FROM {table}"
        );
        let (amounts, wrong): (u32, u32) =
            connection.query_row(&counted, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.amounts += u64::from(amounts);
        if wrong > 0 {
            self.broken.push(format!("I9: {wrong} amounts in {table}.{column} are not whole"));
        }
        Ok(())
    }

    fn read_written(&mut self, connection: &Connection, table: &str, column: &str) -> Result<()> {
        let mut query = connection.prepare(&format!("SELECT {column} FROM {table}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if has_fraction(&serde_json::from_str(&text)?) {
                self.broken.push(format!("I9: a number in {table}.{column} is not whole: {text}"));
            }
        }
        Ok(())
    }
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        _ => false,
    }
}

/// The till's own tables, and whether they hold to their types.
fn tables(connection: &Connection) -> Result<Vec<(String, bool)>> {
    let mut query = connection.prepare(
        "SELECT name, strict FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'",
    )?;
    let tables = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(tables.collect::<rusqlite::Result<_>>()?)
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<(String, String)>> {
    let mut query = connection.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let columns = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(columns.collect::<rusqlite::Result<_>>()?)
}
