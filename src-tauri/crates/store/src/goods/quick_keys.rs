//! Keys for goods without a barcode, and the categories that goods are looked through by.

use std::collections::BTreeSet;

use rusqlite::TransactionBehavior;
use yima_core::Barcode;
use yima_core::catalogue::Listed;

use super::table::{Goods, GoodsMut};
use crate::table::quick_keys::{QuickKeys, QuickKeysMut};
use crate::{Store, StoreError};

const CATEGORIES_MAX: u32 = 200;

/// One key: which goods, and how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickKey {
    pub barcode: Barcode,
    /// One of the [`QuickKey::COLOURS`] that the window has.
    pub colour: u8,
    /// The name of a file in the folder of goods' pictures, of at most [`QuickKey::PICTURE_CHARS_MAX`] characters.
    pub picture: Option<String>,
}

impl QuickKey {
    pub const COLOURS: u8 = 8;
    /// More than anybody finds by looking.
    pub const MAX: usize = 96;
    pub const PICTURE_CHARS_MAX: usize = 255;
}

impl Store {
    /// The keys in their order; with the goods, sold or not, that the catalogue has for each.
    pub async fn quick_keys(&self) -> Result<Vec<(QuickKey, Option<Listed>)>, StoreError> {
        self.search_with(|connection| {
            let snapshot = connection.unchecked_transaction()?;
            let goods = Goods(&snapshot);
            let found = |key: QuickKey| {
                let owner = goods.owner(&key.barcode)?;
                let listed = owner.map(|owner| goods.listed(owner.product_id)).transpose()?.flatten();
                Ok((key, listed))
            };
            QuickKeys(&snapshot).all()?.into_iter().map(found).collect()
        })
        .await
    }

    /// Puts these in the place of all that were there. Of two keys with the same barcode the first stays, and none beyond
    /// [`QuickKey::MAX`]. Waits for an import that runs.
    pub async fn set_quick_keys(&self, mut keys: Vec<QuickKey>) -> Result<(), StoreError> {
        let mut known = BTreeSet::new();
        keys.retain(|key| known.insert(key.barcode.clone()));
        keys.truncate(QuickKey::MAX);
        let writer = self.goods().and_then(|goods| goods.writer.as_ref()).ok_or(StoreError::ReadOnly)?;
        writer
            .run(move |connection| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                QuickKeysMut(&transaction).replace(&keys)?;
                // So that the next backup has them.
                GoodsMut(&transaction).rename_edition()?;
                Ok(transaction.commit()?)
            })
            .await
    }

    /// The categories of what is sold, in order; not more than a person would look through.
    pub async fn categories(&self) -> Result<Vec<String>, StoreError> {
        self.search_with(|connection| Ok(Goods(connection).categories(CATEGORIES_MAX)?)).await
    }

    /// What is sold of a category, by name: `at_most`, after the first `skip`.
    pub async fn goods_of(
        &self,
        category: String,
        skip: u32,
        at_most: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        self.search_with(move |connection| {
            let snapshot = connection.unchecked_transaction()?;
            let goods = Goods(&snapshot);
            let ids = goods.ids_of(&category, skip, at_most)?;
            let listed = ids.into_iter().filter_map(|id| goods.listed(id).transpose());
            Ok(listed.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}
