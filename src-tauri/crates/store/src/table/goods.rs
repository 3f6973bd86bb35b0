//! The catalogue: goods, their barcodes, and the words they are found by. A file of its own; see [`crate::goods`].

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction};
use yima_core::catalogue::{Listed, Unit};
use yima_core::{Article, Barcode, Fen, Product};

use crate::schema::Step;

/// `edition` and `line` of a barcode are the import and the row that last named it, so that a row which names it again
/// can be told. The index keeps no names: what it finds is looked at in `products`.
pub(crate) const CREATE: Step = (
    "V1__goods",
    "CREATE TABLE products (
        product_id INTEGER NOT NULL PRIMARY KEY,
        title TEXT NOT NULL CHECK (title <> ''),
        price_fen INTEGER NOT NULL CHECK (price_fen > 0),
        unit TEXT NOT NULL CHECK (unit IN ('piece', 'kg')),
        category TEXT NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1)),
        folded TEXT NOT NULL,
        first_letters TEXT NOT NULL
    ) STRICT;
    CREATE INDEX products_by_name ON products (folded);
    CREATE INDEX products_by_first_letters ON products (first_letters);
    CREATE TABLE barcodes (
        barcode TEXT NOT NULL PRIMARY KEY CHECK (length(barcode) BETWEEN 1 AND 32),
        product_id INTEGER NOT NULL REFERENCES products,
        edition INTEGER NOT NULL,
        line INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX barcodes_of_product ON barcodes (product_id);
    CREATE TABLE editions (
        newest INTEGER NOT NULL PRIMARY KEY
    ) STRICT;
    INSERT INTO editions VALUES (0);
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
    );",
);

/// Each edition has a name left to chance: their numbers begin anew in a new file, and go back where a backup took the
/// place of a newer one.
pub(crate) const NAME_EDITIONS: Step =
    ("V2__edition_names", "ALTER TABLE editions ADD COLUMN name BLOB NOT NULL DEFAULT x'';");

/// What is sold of each category, by name; named so that its reader need not look at the products themselves.
pub(crate) const ORDER_CATEGORIES: Step = ("V4__category_order", MAKE_CATEGORY_ORDER);

const MAKE_CATEGORY_ORDER: &str =
    "CREATE INDEX IF NOT EXISTS products_by_category ON products (category, folded)
    WHERE active = 1 AND category <> '';";
const DROP_ORDERS: &str = "DROP INDEX IF EXISTS products_by_name;
    DROP INDEX IF EXISTS products_by_first_letters;
    DROP INDEX IF EXISTS products_by_category;";
const MAKE_ORDERS: &str = "CREATE INDEX IF NOT EXISTS products_by_name ON products (folded);
    CREATE INDEX IF NOT EXISTS products_by_first_letters ON products (first_letters);";

/// Greater than any letter that follows a beginning.
const BEYOND: char = char::MAX;

pub(crate) struct Goods<'c>(pub(crate) &'c Connection);
pub(crate) struct GoodsMut<'c>(pub(crate) &'c Transaction<'c>);

/// Who has a barcode, and since when.
pub(crate) struct Owner {
    pub product_id: i64,
    pub edition: i64,
    pub line: u32,
}

/// In which order products that begin with something are found.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Name,
    FirstLetters,
}

struct UnitColumn(Unit);

impl Goods<'_> {
    pub(crate) fn article(&self, barcode: &Barcode) -> Result<Option<Article>> {
        self.0
            .prepare_cached(
                "SELECT title, price_fen, unit, active FROM barcodes JOIN products USING (product_id)
                 WHERE barcode = ?1",
            )?
            .query_row([barcode.as_str()], |row| {
                let (title, price_fen) = (row.get(0)?, Fen::new(row.get(1)?));
                Ok(Article {
                    product: Product { barcode: barcode.clone(), title, price_fen },
                    unit: row.get::<_, UnitColumn>(2)?.0,
                    is_active: row.get(3)?,
                })
            })
            .optional()
    }

    pub(crate) fn is_empty(&self) -> Result<bool> {
        self.0.query_row("SELECT NOT EXISTS (SELECT 1 FROM products)", [], |row| row.get(0))
    }

    pub(crate) fn count(&self) -> Result<u32> {
        self.0.query_row("SELECT count(*) FROM products", [], |row| row.get(0))
    }

    pub(crate) fn newest_edition(&self) -> Result<i64> {
        self.0.query_row("SELECT newest FROM editions", [], |row| row.get(0))
    }

    /// Two catalogues of one name have the same goods.
    pub(crate) fn edition_name(&self) -> Result<Vec<u8>> {
        self.0.query_row("SELECT name FROM editions", [], |row| row.get(0))
    }

    pub(crate) fn owner(&self, barcode: &Barcode) -> Result<Option<Owner>> {
        self.0
            .prepare_cached("SELECT product_id, edition, line FROM barcodes WHERE barcode = ?1")?
            .query_row([barcode.as_str()], |row| {
                Ok(Owner { product_id: row.get(0)?, edition: row.get(1)?, line: row.get(2)? })
            })
            .optional()
    }

    pub(crate) fn listed(&self, product_id: i64) -> Result<Option<Listed>> {
        let listed = self
            .0
            .prepare_cached(
                "SELECT title, price_fen, unit, category, active FROM products WHERE product_id = ?1",
            )?
            .query_row([product_id], listed)
            .optional()?;
        let Some(mut listed) = listed else { return Ok(None) };
        let mut codes =
            self.0.prepare_cached("SELECT barcode FROM barcodes WHERE product_id = ?1 ORDER BY barcode")?;
        let mut rows = codes.query([product_id])?;
        while let Some(row) = rows.next()? {
            listed.barcodes.extend(Barcode::parse(row.get_ref(0)?.as_str()?));
        }
        Ok(Some(listed))
    }

    /// Every product, in the order of its first import.
    pub(crate) fn ids_after(&self, product_id: i64, at_most: u32) -> Result<Vec<i64>> {
        let query = "SELECT product_id FROM products WHERE product_id > ?1 ORDER BY product_id LIMIT ?2";
        self.0.prepare_cached(query)?.query_map((product_id, at_most), |row| row.get(0))?.collect()
    }

    /// Those that are sold and begin with `text`, the shortest first among equals; each is given to `found` until that
    /// has enough.
    pub(crate) fn beginning_with(
        &self,
        text: &str,
        order: Order,
        found: &mut dyn FnMut(i64) -> bool,
    ) -> Result<()> {
        let query = match order {
            Order::Name => {
                "SELECT product_id FROM products WHERE folded >= ?1 AND folded < ?2 AND active = 1 ORDER BY folded"
            }
            Order::FirstLetters => {
                "SELECT product_id FROM products WHERE first_letters >= ?1 AND first_letters < ?2 AND active = 1
                 ORDER BY first_letters"
            }
        };
        let mut query = self.0.prepare_cached(query)?;
        feed(&mut query.query((text, format!("{text}{BEYOND}")))?, found)
    }

    /// Those that are sold under a barcode that begins with `text`.
    pub(crate) fn barcode_beginning_with(
        &self,
        text: &str,
        found: &mut dyn FnMut(i64) -> bool,
    ) -> Result<()> {
        let mut query = self.0.prepare_cached(
            "SELECT product_id FROM barcodes JOIN products USING (product_id)
             WHERE barcode >= ?1 AND barcode < ?2 AND active = 1 ORDER BY barcode",
        )?;
        feed(&mut query.query((text, format!("{text}{BEYOND}")))?, found)
    }

    /// The categories that goods are sold in, in order.
    pub(crate) fn categories(&self, at_most: u32) -> Result<Vec<String>> {
        // Each is found from the one before, so that a great catalogue is not gone through.
        let query = "WITH RECURSIVE names (name) AS (
                SELECT min(category) FROM products WHERE active = 1 AND category <> ''
                UNION ALL
                SELECT (SELECT min(category) FROM products
                        WHERE active = 1 AND category <> '' AND category > names.name)
                FROM names WHERE names.name IS NOT NULL
            )
            SELECT name FROM names WHERE name IS NOT NULL LIMIT ?1";
        self.0.prepare_cached(query)?.query_map([at_most], |row| row.get(0))?.collect()
    }

    /// What is sold of a category, by name.
    pub(crate) fn ids_of(&self, category: &str, skip: u32, at_most: u32) -> Result<Vec<i64>> {
        let query = "SELECT product_id FROM products WHERE category = ?1 AND active = 1 AND category <> ''
            ORDER BY folded LIMIT ?3 OFFSET ?2";
        self.0.prepare_cached(query)?.query_map((category, skip, at_most), |row| row.get(0))?.collect()
    }

    /// What is sold of a category and may be meant.
    pub(crate) fn with_words_of(
        &self,
        category: &str,
        expression: &str,
        found: &mut dyn FnMut(i64) -> bool,
    ) -> Result<()> {
        let mut query = self.0.prepare_cached(
            "SELECT product_id FROM words JOIN products ON product_id = words.rowid
             WHERE words MATCH ?2 AND category = ?1 AND active = 1",
        )?;
        feed(&mut query.query((category, expression))?, found)
    }

    /// Those that may be meant, sold or not.
    pub(crate) fn with_words(&self, expression: &str, found: &mut dyn FnMut(i64) -> bool) -> Result<()> {
        let mut query = self.0.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1")?;
        feed(&mut query.query([expression])?, found)
    }
}

/// No row is put by a statement that may insert as well as update: such a one is guarded by a savepoint, and at each of
/// these the index writes out what it has gathered, which took half of an import's time.
impl GoodsMut<'_> {
    pub(crate) fn begin_edition(&self) -> Result<i64> {
        self.0.execute("UPDATE editions SET newest = newest + 1, name = randomblob(16)", [])?;
        Goods(self.0).newest_edition()
    }

    /// Gives its id.
    pub(crate) fn add(&self, product: &Listed, folded: &str, letters: &str) -> Result<i64> {
        self.0
            .prepare_cached(
                "INSERT INTO products (title, price_fen, unit, category, active, folded, first_letters)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                &product.title,
                product.price_fen.get(),
                product.unit.name(),
                &product.category,
                product.is_active,
                folded,
                letters,
            ))?;
        Ok(self.0.last_insert_rowid())
    }

    pub(crate) fn change(
        &self,
        product_id: i64,
        product: &Listed,
        folded: &str,
        letters: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "UPDATE products SET title = ?1, price_fen = ?2, unit = ?3, category = ?4, active = ?5,
                    folded = ?6, first_letters = ?7 WHERE product_id = ?8",
            )?
            .execute((
                &product.title,
                product.price_fen.get(),
                product.unit.name(),
                &product.category,
                product.is_active,
                folded,
                letters,
                product_id,
            ))
            .map(drop)
    }

    /// One that nobody has.
    pub(crate) fn add_barcode(&self, barcode: &Barcode, owner: &Owner) -> Result<()> {
        self.0
            .prepare_cached(
                "INSERT INTO barcodes (barcode, product_id, edition, line) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((barcode.as_str(), owner.product_id, owner.edition, owner.line))
            .map(drop)
    }

    /// Its owner named it again.
    pub(crate) fn name_barcode(&self, barcode: &Barcode, owner: &Owner) -> Result<()> {
        self.0
            .prepare_cached("UPDATE barcodes SET edition = ?2, line = ?3 WHERE barcode = ?1")?
            .execute((barcode.as_str(), owner.edition, owner.line))
            .map(drop)
    }

    pub(crate) fn drop_barcode(&self, barcode: &Barcode) -> Result<()> {
        self.0
            .prepare_cached("DELETE FROM barcodes WHERE barcode = ?1")?
            .execute([barcode.as_str()])
            .map(drop)
    }

    pub(crate) fn put_words(&self, product_id: i64, words: &str) -> Result<()> {
        self.0
            .prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?
            .execute((product_id, words))
            .map(drop)
    }

    pub(crate) fn drop_words(&self, product_id: i64) -> Result<()> {
        self.0.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([product_id]).map(drop)
    }

    pub(crate) fn drop_product(&self, product_id: i64) -> Result<()> {
        self.drop_words(product_id)?;
        self.0.prepare_cached("DELETE FROM products WHERE product_id = ?1")?.execute([product_id]).map(drop)
    }

    /// A great import sorts once at its end: a tenth of the time that keeping the order row by row takes.
    pub(crate) fn drop_orders(&self) -> Result<()> {
        self.0.execute_batch(DROP_ORDERS)
    }

    pub(crate) fn make_orders(&self) -> Result<()> {
        self.0.execute_batch(MAKE_ORDERS)?;
        self.0.execute_batch(MAKE_CATEGORY_ORDER)
    }

    /// Another name: what is kept here has changed without an import.
    pub(crate) fn rename_edition(&self) -> Result<()> {
        self.0.execute("UPDATE editions SET name = randomblob(16)", []).map(drop)
    }
}

impl FromSql for UnitColumn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let unit = [Unit::Piece, Unit::Kilogram].into_iter().find(|unit| unit.name() == name);
        unit.map(Self).ok_or(FromSqlError::InvalidType)
    }
}

fn listed(row: &Row<'_>) -> Result<Listed> {
    Ok(Listed {
        barcodes: Vec::new(),
        title: row.get(0)?,
        price_fen: Fen::new(row.get(1)?),
        unit: row.get::<_, UnitColumn>(2)?.0,
        category: row.get(3)?,
        is_active: row.get(4)?,
    })
}

fn feed(rows: &mut rusqlite::Rows<'_>, found: &mut dyn FnMut(i64) -> bool) -> Result<()> {
    while let Some(row) = rows.next()? {
        if !found(row.get(0)?) {
            break;
        }
    }
    Ok(())
}
