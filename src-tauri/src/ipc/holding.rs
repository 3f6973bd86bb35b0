//! Carts that wait: put aside, listed, brought up and given up.

use tauri::State;
use yima_checkout::Command;
use yima_checkout::settings::Settings;
use yima_core::sale::State as SaleState;
use yima_core::{Cart, Line, PriceRules};
use yima_store::{CartId, HeldCart};

use super::convert::clock_time;
use super::dto::HeldCartView;
use super::error::TillError;
use super::receipts::outcome;
use crate::till::Till;

/// Puts the goods at hand aside, under a name or a number.
#[tauri::command]
#[specta::specta]
pub async fn hold_cart(till: State<'_, Till>, name: Option<String>) -> Result<(), TillError> {
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| name.chars().count() > HeldCart::NAME_CHARS_MAX) {
        let max_chars = u32::try_from(HeldCart::NAME_CHARS_MAX).unwrap_or(u32::MAX);
        return Err(TillError::TitleTooLong { max_chars });
    }
    till.act(Command::Hold { name }).await
}

/// Brings up a held cart; goods at hand wait in its place.
#[tauri::command]
#[specta::specta]
pub async fn resume_cart(till: State<'_, Till>, cart_id: u32) -> Result<(), TillError> {
    till.act(Command::Resume { cart: CartId(cart_id.into()) }).await
}

/// Nobody comes back for these goods: the cart is given up.
#[tauri::command]
#[specta::specta]
pub async fn drop_held_cart(till: State<'_, Till>, cart_id: u32) -> Result<(), TillError> {
    till.act(Command::DropHeld { cart: CartId(cart_id.into()) }).await
}

/// Every cart that waits, the longest first.
#[tauri::command]
#[specta::specta]
pub async fn held_carts(till: State<'_, Till>) -> Result<Vec<HeldCartView>, TillError> {
    let open = till.open().await?;
    let held = open.store.held_carts().await.map_err(|error| {
        tracing::warn!(%error, "the held carts cannot be read");
        TillError::NotRead
    })?;
    let rules = Settings::load(&open.settings).map(|settings| settings.prices).unwrap_or_default();
    Ok(held.into_iter().filter_map(|held| view(held, &rules)).collect())
}

fn view(held: HeldCart, rules: &PriceRules) -> Option<HeldCartView> {
    let cart = Cart::restore(held.cart.lines, held.cart.terms);
    Some(HeldCartView {
        id: u32::try_from(held.cart.id.0).ok()?,
        name: held.name,
        given_back_as: held.given_back_as.map(|state| outcome(SaleState::from_code(&state), false)),
        day: held.held_ms.map(yima_store::day_of),
        time: held.held_ms.map(clock_time),
        pieces: cart.pieces(),
        unknown_count: cart.unpriced_count(),
        total_fen: cart.bill(rules).total_fen.get(),
        last: cart.lines().last().map(Line::label).map(str::to_owned),
    })
}
