//! The keys by which goods are sold at a touch, in the order in which they lie. They name barcodes and no products, so
//! that another catalogue leaves them as they are.

use rusqlite::{Connection, Result, Transaction};
use yima_core::Barcode;

use crate::goods::QuickKey;
use crate::schema::Step;

pub(crate) const CREATE: Step = (
    "V3__quick_keys",
    "CREATE TABLE quick_keys (
        place INTEGER NOT NULL PRIMARY KEY,
        barcode TEXT NOT NULL UNIQUE CHECK (length(barcode) BETWEEN 1 AND 32),
        colour INTEGER NOT NULL CHECK (colour BETWEEN 0 AND 7)
    ) STRICT;",
);

pub(crate) const ADD_PICTURES: Step = (
    "V5__quick_key_pictures",
    "ALTER TABLE quick_keys ADD COLUMN picture TEXT CHECK (length(picture) BETWEEN 1 AND 255);",
);

pub(crate) struct QuickKeys<'c>(pub(crate) &'c Connection);
pub(crate) struct QuickKeysMut<'c>(pub(crate) &'c Transaction<'c>);

impl QuickKeys<'_> {
    pub(crate) fn all(&self) -> Result<Vec<QuickKey>> {
        let mut keys = Vec::new();
        let mut query =
            self.0.prepare_cached("SELECT barcode, colour, picture FROM quick_keys ORDER BY place")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if let Ok(barcode) = Barcode::parse(row.get_ref(0)?.as_str()?) {
                keys.push(QuickKey { barcode, colour: row.get(1)?, picture: row.get(2)? });
            }
        }
        Ok(keys)
    }
}

impl QuickKeysMut<'_> {
    pub(crate) fn replace(&self, keys: &[QuickKey]) -> Result<()> {
        self.0.execute("DELETE FROM quick_keys", [])?;
        let mut put = self.0.prepare_cached(
            "INSERT INTO quick_keys (place, barcode, colour, picture) VALUES (?1, ?2, ?3, ?4)",
        )?;
        (0_u32..).zip(keys).try_for_each(|(place, key)| {
            put.execute((place, key.barcode.as_str(), key.colour, &key.picture)).map(drop)
        })
    }
}
