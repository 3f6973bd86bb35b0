//! Finds goods by what somebody types.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use yima_core::Barcode;
use yima_core::catalogue::{self, Listed, Query};

use super::table::{Goods, Order};
use crate::{Store, StoreError, connection};

/// More than a screen has; whoever does not see it types one letter more.
const ROWS_MAX: usize = 50;
/// Barcodes that begin with a few digits would fill every row.
const BARCODE_ROWS_MAX: usize = 20;
/// Shorter beginnings of barcodes are those of half the catalogue.
const BARCODE_CHARS_MIN: usize = 3;
/// So many that have the words of a query are looked at; where their letters are common, few may be meant.
const CANDIDATES_MAX: usize = 1_000;
/// Somebody types on while it runs.
const TIME_MAX: Duration = Duration::from_millis(40);

/// What a search has found, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub products: Vec<Listed>,
    /// There may be more: a bound was met.
    pub is_cut: bool,
}

impl Store {
    /// Finds goods: first a barcode that is just this, then names, initials and barcodes that begin with it, then what
    /// has it anywhere, and where there is room those that are not sold any more.
    pub async fn search_goods(&self, query: Query) -> Result<Found, StoreError> {
        self.search_with(move |connection| search(connection, &query)).await
    }
}

impl Store {
    /// What is sold of a category and has what somebody types, by name: `at_most`, of what could be looked at.
    pub async fn goods_of_with(
        &self,
        category: String,
        query: Query,
        at_most: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        self.search_with(move |connection| {
            let snapshot = connection.unchecked_transaction()?;
            let mut found: Vec<Listed> = Vec::new();
            let outcome = connection::within(TIME_MAX, &snapshot, |is_over| {
                of_category(&Goods(&snapshot), &category, &query, is_over, &mut found)
            });
            match outcome {
                Err(error) if error.sqlite_error_code() != Some(ErrorCode::OperationInterrupted) => {
                    return Err(error.into());
                }
                _ => {}
            }
            found.sort_by_cached_key(|product| catalogue::fold(&product.title));
            found.truncate(at_most);
            Ok(found)
        })
        .await
    }
}

struct Finding<'c> {
    goods: Goods<'c>,
    ids: Vec<i64>,
    products: Vec<Listed>,
    not_sold: Vec<Listed>,
}

fn search(connection: &Connection, query: &Query) -> Result<Found, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let mut finding =
        Finding { goods: Goods(&snapshot), ids: Vec::new(), products: Vec::new(), not_sold: Vec::new() };
    let outcome = connection::within(TIME_MAX, &snapshot, |is_over| finding.run(query, is_over));
    let is_cut = match outcome {
        Ok(is_cut) => is_cut,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => true,
        Err(error) => return Err(error.into()),
    };
    let mut products = finding.products;
    products.extend(finding.not_sold);
    products.truncate(ROWS_MAX);
    Ok(Found { products, is_cut })
}

fn of_category(
    goods: &Goods<'_>,
    category: &str,
    query: &Query,
    is_over: &AtomicBool,
    found: &mut Vec<Listed>,
) -> rusqlite::Result<()> {
    let mut candidates = Vec::new();
    goods.with_words_of(category, &query.expression(), &mut |id| {
        candidates.push(id);
        candidates.len() < CANDIDATES_MAX
    })?;
    for id in candidates {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        found.extend(goods.listed(id)?.filter(|product| query.finds(product)));
    }
    Ok(())
}

impl Finding<'_> {
    /// Says whether a bound was met.
    fn run(&mut self, query: &Query, is_over: &AtomicBool) -> rusqlite::Result<bool> {
        let folded = query.folded();
        self.exact(query.text())?;
        self.beginning(ROWS_MAX, |goods, found| goods.beginning_with(&folded, Order::Name, found))?;
        if folded.is_ascii() {
            self.beginning(ROWS_MAX, |goods, found| {
                goods.beginning_with(&folded, Order::FirstLetters, found)
            })?;
        }
        if query.text().is_ascii() && query.text().len() >= BARCODE_CHARS_MIN {
            let at_most = (self.ids.len() + BARCODE_ROWS_MAX).min(ROWS_MAX);
            self.beginning(at_most, |goods, found| goods.barcode_beginning_with(query.text(), found))?;
        }
        self.anywhere(query, is_over)
    }

    fn exact(&mut self, text: &str) -> rusqlite::Result<()> {
        let Ok(barcode) = Barcode::parse(text) else { return Ok(()) };
        let owner = self.goods.owner(&barcode)?;
        owner.map_or(Ok(()), |owner| self.take(owner.product_id, |_| true))
    }

    fn beginning(
        &mut self,
        at_most: usize,
        find: impl FnOnce(&Goods<'_>, &mut dyn FnMut(i64) -> bool) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let (mut new, known) = (Vec::new(), &self.ids);
        find(&self.goods, &mut |id| {
            if known.len() + new.len() < at_most && !known.contains(&id) && !new.contains(&id) {
                new.push(id);
            }
            known.len() + new.len() < at_most
        })?;
        new.into_iter().try_for_each(|id| self.take(id, |_| true))
    }

    fn anywhere(&mut self, query: &Query, is_over: &AtomicBool) -> rusqlite::Result<bool> {
        if self.products.len() >= ROWS_MAX {
            return Ok(true);
        }
        let mut candidates = Vec::new();
        self.goods.with_words(&query.expression(), &mut |id| {
            candidates.push(id);
            candidates.len() < CANDIDATES_MAX
        })?;
        let is_cut = candidates.len() == CANDIDATES_MAX;
        for id in candidates {
            if self.products.len() >= ROWS_MAX || is_over.load(Ordering::Relaxed) {
                return Ok(true);
            }
            if !self.ids.contains(&id) {
                self.take(id, |product| query.finds(product))?;
            }
        }
        Ok(is_cut)
    }

    fn take(&mut self, id: i64, is_meant: impl FnOnce(&Listed) -> bool) -> rusqlite::Result<()> {
        let Some(listed) = self.goods.listed(id)?.filter(is_meant) else { return Ok(()) };
        self.ids.push(id);
        match listed.is_active {
            true => self.products.push(listed),
            false => self.not_sold.push(listed),
        }
        Ok(())
    }
}
