//! Years of sales in minutes: copies of sales that the engine made, row by row, under other ids and times.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest, Sha256};
use yima_core::OrderId;
use yima_store::{KeptSale, Store, day_of};

/// 1,000 sales a day.
const APART_MS: i64 = 86_400;
/// 1999 begins in China: ten million are over before the sales that they are copies of.
const FIRST_MS: i64 = 915_148_800_000 - 8 * 3_600_000;
/// Far above the carts of the sales that are copied.
const FIRST_CART: i64 = 1_000;
/// Far after the copies of paid sales.
const FIRST_OPEN: u64 = 1 << 40;
/// Parents first.
const TABLES: [&str; 7] =
    ["carts", "cart_lines", "sales", "sale_lines", "sale_events", "attempts", "receipts"];

/// What was made.
pub struct Copied {
    count: u64,
    amounts: Vec<String>,
}

impl Copied {
    /// One of them, another each round.
    pub fn any(&self, round: u64) -> u64 {
        spread(round) % self.count
    }

    pub fn receipt_number(&self, at: u64) -> String {
        receipt_number(at)
    }

    pub fn day(&self, at: u64) -> String {
        day_of(made_ms(at))
    }

    pub fn amount(&self, at: u64) -> String {
        self.amounts[at as usize % self.amounts.len()].clone()
    }
}

/// Sorted by time like a real one.
pub fn order_id(at: u64) -> String {
    format!("{:012x}7{:03x}8{:015x}", made_ms(at), at & 0xfff, spread(at) >> 4)
}

/// Adds that many copies of these paid sales, in turns. Nobody else may have the database open.
pub fn copy(database: &Path, orders: &[OrderId], count: u64) -> Copied {
    let mut connection = fast(database);
    let models: Vec<Model> = orders.iter().map(|order| Model::read(&connection, order)).collect();
    let later = take_away(&connection);
    let transaction = connection.transaction().unwrap();
    for at in 0..count {
        models[at as usize % models.len()].write(&transaction, at);
    }
    transaction.commit().unwrap();
    later.iter().for_each(|statement| connection.execute_batch(statement).unwrap());
    settle(&connection);
    let amount = |order: &OrderId| -> String {
        let total =
            "SELECT printf('%d.%02d', total_fen / 100, total_fen % 100) FROM sales WHERE order_id = ?1";
        connection.query_row(total, [order.as_str()], |row| row.get(0)).unwrap()
    };
    Copied { count, amounts: orders.iter().map(amount).collect() }
}

/// Adds that many copies of an open sale and its cart.
pub fn copy_open(database: &Path, order: &OrderId, count: u64) {
    let mut connection = fast(database);
    let model = Model::read(&connection, order);
    let transaction = connection.transaction().unwrap();
    (0..count).for_each(|at| model.write(&transaction, FIRST_OPEN + at));
    transaction.commit().unwrap();
    settle(&connection);
}

/// Reads a few copies as the store does, and holds them against the sales they are copies of.
pub async fn require_alike(database: &Path, models: &[KeptSale], copied: &Copied) {
    let store = Store::open_to_read(database).unwrap();
    for at in (0..copied.count).step_by((copied.count / 50).max(1) as usize) {
        let id = OrderId::parse(&order_id(at)).unwrap();
        let copy = store.kept_sale(&id).await.unwrap().unwrap();
        let model = &models[at as usize % models.len()];
        let said = |sale: &KeptSale| {
            let events: Vec<_> =
                sale.events.iter().map(|event| (&event.event, &event.state, &event.snapshot)).collect();
            let attempts: Vec<_> = sale.attempts.iter().map(|attempt| &attempt.outcome).collect();
            let body = String::from_utf8_lossy(&sale.sale.body);
            let facts = &sale.sale.facts;
            format!("{:?} {events:?} {attempts:?} {body} {facts:?} {}", sale.sale.order, sale.sale.snapshot)
                .replace(sale.sale.order.id.as_str(), "ID")
        };
        assert_eq!(said(&copy), said(model));
        let receipt = copy.receipt.unwrap();
        assert_eq!((receipt.number, receipt.day), (receipt_number(at), day_of(made_ms(at))));
    }
}

/// All rows of one sale.
struct Model {
    order: String,
    created_ms: i64,
    tables: Vec<Table>,
}

struct Table {
    columns: Vec<String>,
    insert: String,
    rows: Vec<Vec<Value>>,
}

impl Model {
    fn read(connection: &Connection, order: &OrderId) -> Self {
        let (cart, created_ms): (i64, i64) = connection
            .query_row("SELECT cart_id, created_ms FROM sales WHERE order_id = ?1", [order.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        let tables = TABLES.map(|table| {
            let key = if table.starts_with("cart") {
                format!("cart_id = {cart}")
            } else {
                format!("order_id = '{order}'")
            };
            Table::read(connection, table, &key)
        });
        Self { order: order.to_string(), created_ms, tables: tables.into() }
    }

    fn write(&self, connection: &Connection, at: u64) {
        let id = order_id(at);
        for table in &self.tables {
            let mut insert = connection.prepare_cached(&table.insert).unwrap();
            for row in &table.rows {
                let values =
                    table.columns.iter().zip(row).map(|(column, value)| self.copied(at, &id, column, value));
                let mut values: Vec<Value> = values.collect();
                table.hash_body(&mut values);
                insert.execute(params_from_iter(values)).unwrap();
            }
        }
    }

    fn copied(&self, at: u64, id: &str, column: &str, value: &Value) -> Value {
        let reversed = |text: String| Value::Text(text.chars().rev().collect());
        match (column, value) {
            ("order_reversed", _) => reversed(id.to_owned()),
            ("number", _) => Value::Text(receipt_number(at)),
            ("number_reversed", _) => reversed(receipt_number(at)),
            ("count", _) => Value::Integer(count_of(at)),
            ("day", _) => Value::Text(day_of(made_ms(at))),
            ("cart_id", _) => Value::Integer(FIRST_CART + at as i64),
            (name, Value::Integer(ms)) if name.ends_with("_ms") => {
                Value::Integer(ms - self.created_ms + made_ms(at))
            }
            (_, Value::Text(text)) => Value::Text(text.replace(&self.order, id)),
            (_, Value::Blob(bytes)) => match String::from_utf8(bytes.clone()) {
                Ok(text) => Value::Blob(text.replace(&self.order, id).into_bytes()),
                Err(_) => value.clone(),
            },
            _ => value.clone(),
        }
    }
}

impl Table {
    fn read(connection: &Connection, table: &str, key: &str) -> Self {
        let mut query = connection.prepare(&format!("SELECT * FROM {table} WHERE {key}")).unwrap();
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        let width = columns.len();
        let rows = query.query_map([], |row| (0..width).map(|at| row.get(at)).collect()).unwrap();
        let rows = rows.collect::<Result<_, _>>().unwrap();
        let places: Vec<String> = (1..=width).map(|place| format!("?{place}")).collect();
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
        Self { columns, insert, rows }
    }

    fn hash_body(&self, values: &mut [Value]) {
        let place = |name: &str| self.columns.iter().position(|column| column == name);
        if let (Some(body), Some(hash)) = (place("body"), place("body_sha256"))
            && let Value::Blob(bytes) = &values[body]
        {
            values[hash] = Value::Blob(Sha256::digest(bytes).to_vec());
        }
    }
}

fn made_ms(at: u64) -> i64 {
    FIRST_MS + (at % FIRST_OPEN) as i64 * APART_MS
}

/// Of its day: 1, 2, …
fn count_of(at: u64) -> i64 {
    (made_ms(at) - FIRST_MS) % 86_400_000 / APART_MS + 1
}

fn receipt_number(at: u64) -> String {
    format!("01-{}-{:04}", day_of(made_ms(at)).replace('-', ""), count_of(at))
}

/// SplitMix64.
fn spread(at: u64) -> u64 {
    let mut drawn = at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    drawn ^ (drawn >> 31)
}

fn fast(database: &Path) -> Connection {
    let connection = Connection::open(database).unwrap();
    connection.set_prepared_statement_cache_capacity(32);
    connection
        .execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
             PRAGMA cache_size = -262144; PRAGMA temp_store = FILE;",
        )
        .unwrap();
    connection
}

/// Takes indices and triggers away, which are quicker made at the end; gives the statements that bring them back.
fn take_away(connection: &Connection) -> Vec<String> {
    let mut query = connection
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let found: Vec<(String, String, String)> = rows.collect::<Result<_, _>>().unwrap();
    for (kind, name, _) in &found {
        connection.execute_batch(&format!("DROP {kind} {name}")).unwrap();
    }
    found.into_iter().map(|(_, _, sql)| sql).collect()
}

fn settle(connection: &Connection) {
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").unwrap();
}
