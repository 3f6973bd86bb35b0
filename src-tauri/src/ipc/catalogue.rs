//! Finding goods by what somebody types, straight from the store: the engine goes on selling meanwhile.

use tauri::State;
use yima_core::Barcode;
use yima_core::catalogue::{Listed, Query, Unit};
use yima_store::Found;

use super::dto::{FoundGoods, FoundProduct, GoodsUnit};
use super::error::TillError;
use crate::till::Till;

/// Goods that have `text` in their name, its pinyin initials or a barcode, the best first and those not sold last.
#[tauri::command]
#[specta::specta]
pub async fn search_goods(till: State<'_, Till>, text: String) -> Result<FoundGoods, TillError> {
    let open = till.open().await?;
    let Some(query) = Query::parse(&text) else { return Ok(found(Found::default())) };
    open.store.search_goods(query).await.map(found).map_err(|error| {
        tracing::warn!(%error, "the catalogue cannot be searched");
        TillError::NotRead
    })
}

fn found(Found { products, is_cut }: Found) -> FoundGoods {
    FoundGoods { products: products.into_iter().filter_map(product).collect(), is_cut }
}

pub(super) fn product(listed: Listed) -> Option<FoundProduct> {
    Some(FoundProduct {
        barcode: listed.barcodes.first().map(Barcode::to_string)?,
        title: listed.title,
        price_fen: listed.price_fen.get(),
        unit: match listed.unit {
            Unit::Piece => GoodsUnit::Piece,
            Unit::Kilogram => GoodsUnit::Kilogram,
        },
        is_active: listed.is_active,
    })
}
