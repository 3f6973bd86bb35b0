//! Puts rows into the catalogue, all in one transaction.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use yima_core::catalogue::{GoodsRow, Listed, Remark, first_letters, fold, index_words};
use yima_core::{Barcode, failpoint};

use super::table::{Goods, GoodsMut, Owner};
use crate::StoreError;

/// Held while an import runs, so that the pages it writes again and again stay at hand.
const CACHE_KIB: i32 = 64 << 10;
/// From here on the orders of names are made anew at the end.
const MANY_ROWS: u64 = 20_000;

/// An import under way; nothing of it is seen before it has ended.
pub struct GoodsImport<'t> {
    transaction: &'t Transaction<'t>,
    edition: i64,
    rows: u64,
    words: String,
    broken: Option<StoreError>,
}

/// The inner outcome is what `work` says; the outer one tells a worker whether it may go on.
pub(super) fn whole<T, E: From<StoreError>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut GoodsImport<'_>) -> Result<T, E>,
) -> Result<Result<T, E>, StoreError> {
    let kept: i32 = connection.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let outcome = in_one_transaction(connection, work);
    connection.pragma_update(None, "cache_size", kept)?;
    connection.execute_batch("PRAGMA shrink_memory")?;
    outcome
}

fn in_one_transaction<T, E: From<StoreError>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut GoodsImport<'_>) -> Result<T, E>,
) -> Result<Result<T, E>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut import =
        GoodsImport { transaction: &transaction, edition: 0, rows: 0, words: String::new(), broken: None };
    let outcome = work(&mut import);
    if let Some(broken @ StoreError::Io(_)) = import.broken {
        return Err(broken);
    }
    let Ok(outcome) = outcome else { return Ok(outcome) };
    if import.rows >= MANY_ROWS {
        GoodsMut(&transaction).make_orders()?;
    }
    failpoint::before("commit");
    transaction.commit()?;
    failpoint::after("commit");
    Ok(Ok(outcome))
}

impl GoodsImport<'_> {
    pub fn is_empty(&mut self) -> Result<bool, StoreError> {
        Ok(Goods(self.transaction).is_empty()?)
    }

    /// Adds a product, or changes the one that has the row's barcode. `line` is the row's place in its file; gives
    /// what a person should know.
    pub fn put(&mut self, line: u32, row: GoodsRow) -> Result<Vec<Remark>, StoreError> {
        let outcome = self.put_row(line, row);
        if let Err(error) = &outcome {
            self.broken = Some(error.clone());
        }
        outcome
    }

    fn put_row(&mut self, line: u32, row: GoodsRow) -> Result<Vec<Remark>, StoreError> {
        self.begin_row()?;
        let mut remarks = row.remarks();
        let goods = Goods(self.transaction);
        let owner = goods.owner(&row.barcode)?;
        let before = owner.as_ref().map(|owner| goods.listed(owner.product_id)).transpose()?.flatten();
        if let Some(owner) = owner.as_ref().filter(|owner| owner.edition == self.edition) {
            let barcode = row.barcode.as_str().to_owned();
            remarks.push(Remark::Replaces { barcode, earlier_line: owner.line });
        }
        let product_id = owner.map(|owner| owner.product_id);
        let after = merged(row, before.as_ref());
        let folded = fold(&after.title);
        let letters = first_letters(&folded);
        let product_id = match product_id {
            None => GoodsMut(self.transaction).add(&after, &folded, &letters)?,
            Some(known) => {
                GoodsMut(self.transaction).change(known, &after, &folded, &letters)?;
                known
            }
        };
        self.put_barcodes(
            Owner { product_id, edition: self.edition, line },
            &after,
            before.as_ref(),
            &mut remarks,
        )?;
        let is_indexed = before.is_some();
        let is_same = |before: &Listed| before.title == after.title && before.barcodes == after.barcodes;
        if !before.as_ref().is_some_and(is_same) {
            self.index(product_id, &after, is_indexed)?;
        }
        Ok(remarks)
    }

    fn begin_row(&mut self) -> Result<(), StoreError> {
        if self.rows == 0 {
            self.edition = GoodsMut(self.transaction).begin_edition()?;
        }
        self.rows += 1;
        if self.rows == MANY_ROWS {
            GoodsMut(self.transaction).drop_orders()?;
        }
        Ok(())
    }

    fn put_barcodes(
        &mut self,
        owner: Owner,
        after: &Listed,
        before: Option<&Listed>,
        remarks: &mut Vec<Remark>,
    ) -> Result<(), StoreError> {
        let had = before.map_or(&[][..], |before| &before.barcodes);
        for dropped in had.iter().filter(|barcode| !after.barcodes.contains(barcode)) {
            GoodsMut(self.transaction).drop_barcode(dropped)?;
        }
        for barcode in &after.barcodes {
            if had.contains(barcode) {
                GoodsMut(self.transaction).name_barcode(barcode, &owner)?;
            } else {
                remarks.extend(self.take_away(barcode, owner.product_id)?);
                GoodsMut(self.transaction).add_barcode(barcode, &owner)?;
            }
        }
        Ok(())
    }

    /// A product that has lost its last barcode cannot be sold any more, and goes.
    fn take_away(&mut self, barcode: &Barcode, for_product: i64) -> Result<Option<Remark>, StoreError> {
        let owner = Goods(self.transaction).owner(barcode)?.map(|owner| owner.product_id);
        let Some(owner) = owner.filter(|owner| *owner != for_product) else { return Ok(None) };
        let Some(mut loser) = Goods(self.transaction).listed(owner)? else { return Ok(None) };
        GoodsMut(self.transaction).drop_barcode(barcode)?;
        loser.barcodes.retain(|kept| kept != barcode);
        if loser.barcodes.is_empty() {
            GoodsMut(self.transaction).drop_product(owner)?;
        } else {
            self.index(owner, &loser, true)?;
        }
        Ok(Some(Remark::Moved { barcode: barcode.as_str().to_owned(), title: loser.title }))
    }

    fn index(&mut self, product_id: i64, product: &Listed, is_indexed: bool) -> Result<(), StoreError> {
        if is_indexed {
            GoodsMut(self.transaction).drop_words(product_id)?;
        }
        self.words.clear();
        index_words(&product.title, product.barcodes.iter().map(Barcode::as_str), &mut self.words);
        Ok(GoodsMut(self.transaction).put_words(product_id, &self.words)?)
    }
}

/// What a row says nothing of stays as it was.
fn merged(row: GoodsRow, before: Option<&Listed>) -> Listed {
    let mut barcodes = BTreeSet::from([row.barcode]);
    match row.more_barcodes {
        Some(more) => barcodes.extend(more),
        None => barcodes.extend(before.into_iter().flat_map(|before| before.barcodes.iter().cloned())),
    }
    Listed {
        barcodes: barcodes.into_iter().collect(),
        title: row.title,
        price_fen: row.price_fen,
        unit: row.unit.or(before.map(|before| before.unit)).unwrap_or_default(),
        category: row.category.or_else(|| before.map(|before| before.category.clone())).unwrap_or_default(),
        is_active: row.is_active.or(before.map(|before| before.is_active)).unwrap_or(true),
    }
}
