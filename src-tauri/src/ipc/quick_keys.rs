//! Keys for goods at a touch with their pictures, and the categories to look through, straight from the store.

use tauri::{AppHandle, State};
use yima_checkout::staff::StaffProblem;
use yima_core::Barcode;
use yima_core::catalogue::{Listed, Query};
use yima_core::staff::Act;
use yima_store::{QuickKey, StoreError};

use super::catalogue::product;
use super::dto::{FoundProduct, GoodsPicturesView, QuickKeyChoice, QuickKeyView};
use super::error::TillError;
use super::staff::setting_changed;
use crate::goods_import::Importing;
use crate::pictures::{For, Pictures};
use crate::till::Till;

/// What a page of the grid has at most.
const GOODS_AT_ONCE: u32 = 60;
const GOODS_FILTERED_MAX: usize = 60;

/// The keys in their order.
#[tauri::command]
#[specta::specta]
pub async fn quick_keys(till: State<'_, Till>) -> Result<Vec<QuickKeyView>, TillError> {
    let keys = till.open().await?.store.quick_keys().await.map_err(not_read)?;
    Ok(keys.into_iter().map(view).collect())
}

/// Keeps these in the place of all that were there.
#[tauri::command]
#[specta::specta]
pub async fn set_quick_keys(
    till: State<'_, Till>,
    importing: State<'_, Importing>,
    keys: Vec<QuickKeyChoice>,
) -> Result<(), TillError> {
    let open = till.open().await?;
    let by = open.staff.require(Act::ImportCatalogue)?;
    // They would wait for its end.
    if importing.is_running() {
        return Err(TillError::Busy);
    }
    let keys = keys.into_iter().map(choice).collect::<Result<_, _>>()?;
    if by.is_some() {
        let noted = setting_changed(by.as_ref(), "quick_keys");
        open.settings.note(open.staff.now().wall_ms, &noted).map_err(StaffProblem::from)?;
    }
    open.store.set_quick_keys(keys).await.map_err(|error| {
        tracing::warn!(%error, "the quick keys are not kept");
        TillError::NotSaved { problem: yima_checkout::StoreProblem::from(&error).into() }
    })
}

/// The pictures that goods may have; whoever may change keys can have their folder read once more.
#[tauri::command]
#[specta::specta]
pub async fn goods_pictures(
    app: AppHandle,
    till: State<'_, Till>,
    pictures: State<'_, Pictures>,
    read_again: bool,
) -> Result<GoodsPicturesView, TillError> {
    let open = till.open().await?;
    if read_again {
        open.staff.require(Act::ImportCatalogue)?;
        pictures.read_again(&app, For::Goods);
    }
    Ok(pictures.of_goods())
}

/// What goods are sold in.
#[tauri::command]
#[specta::specta]
pub async fn categories(till: State<'_, Till>) -> Result<Vec<String>, TillError> {
    till.open().await?.store.categories().await.map_err(not_read)
}

/// The next goods of a category, by name; none where there are no more. With a text, the first of those that have it in
/// their name, its pinyin initials or a barcode.
#[tauri::command]
#[specta::specta]
pub async fn goods_of(
    till: State<'_, Till>,
    category: String,
    text: String,
    skip: u32,
) -> Result<Vec<FoundProduct>, TillError> {
    let store = &till.open().await?.store;
    let goods = match Query::parse(&text) {
        None => store.goods_of(category, skip, GOODS_AT_ONCE).await,
        Some(_) if skip > 0 => Ok(Vec::new()),
        Some(query) => store.goods_of_with(category, query, GOODS_FILTERED_MAX).await,
    };
    Ok(goods.map_err(not_read)?.into_iter().filter_map(product).collect())
}

fn view((key, listed): (QuickKey, Option<Listed>)) -> QuickKeyView {
    QuickKeyView {
        barcode: key.barcode.to_string(),
        colour: key.colour,
        picture: key.picture,
        product: listed.and_then(product),
    }
}

fn choice(key: QuickKeyChoice) -> Result<QuickKey, TillError> {
    let barcode = Barcode::parse(&key.barcode).map_err(|_| TillError::CodeUnreadable)?;
    let is_fit = |name: &String| (1..=QuickKey::PICTURE_CHARS_MAX).contains(&name.chars().count());
    Ok(QuickKey { barcode, colour: key.colour % QuickKey::COLOURS, picture: key.picture.filter(is_fit) })
}

fn not_read(error: StoreError) -> TillError {
    tracing::warn!(%error, "the catalogue cannot be read");
    TillError::NotRead
}
