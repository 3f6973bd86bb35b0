//! What the cashier changes about the money of a cart, and how that is shown.

use tauri::State;
use yima_checkout::{Command, view};
use yima_core::barcode::CheckDigit;
use yima_core::{BillLine, Discount, Fen, Line, LineId, Permille};

use super::dto;
use super::error::TillError;
use crate::till::Till;

/// Sells a line at another price than the catalogue's. `price` is decimal yuan as typed: `4.5`.
#[tauri::command]
#[specta::specta]
pub async fn override_price(
    till: State<'_, Till>,
    line_id: u32,
    price: String,
    reason: String,
) -> Result<(), TillError> {
    let price = price_of(&price)?;
    till.act(Command::OverridePrice { line: LineId(line_id), price, reason }).await
}

/// Complained about before anybody is asked for a reason, or for an approver.
fn price_of(text: &str) -> Result<Fen, TillError> {
    let price = Fen::parse(text.trim()).map_err(|_| TillError::PriceUnreadable)?;
    if price > Fen::MAX_ORDER { Err(TillError::AmountTooLarge) } else { Ok(price) }
}

/// Takes something off a line, or takes that back.
#[tauri::command]
#[specta::specta]
pub async fn discount_line(
    till: State<'_, Till>,
    line_id: u32,
    discount: Option<dto::Discount>,
) -> Result<(), TillError> {
    let discount = discount.map(taken_off).transpose()?;
    till.act(Command::DiscountLine { line: LineId(line_id), discount }).await
}

/// Takes something off the order, or takes that back.
#[tauri::command]
#[specta::specta]
pub async fn discount_order(till: State<'_, Till>, discount: Option<dto::Discount>) -> Result<(), TillError> {
    let discount = discount.map(taken_off).transpose()?;
    till.act(Command::DiscountOrder { discount }).await
}

/// Notes something on a line, or on the order; an empty text takes the note away.
#[tauri::command]
#[specta::specta]
pub async fn note(till: State<'_, Till>, line_id: Option<u32>, text: String) -> Result<(), TillError> {
    till.act(Command::Note { line: line_id.map(LineId), text }).await
}

/// Takes everything out of the cart; undo brings it back.
#[tauri::command]
#[specta::specta]
pub async fn clear_cart(till: State<'_, Till>) -> Result<(), TillError> {
    till.act(Command::Clear).await
}

pub(super) fn line((line, bill): (&Line, &BillLine)) -> dto::LineView {
    dto::LineView {
        id: line.id.0,
        barcode: line.barcode.to_string(),
        title: line.title.clone(),
        price_fen: line.price_fen.map(Fen::get),
        is_listed: line.list_price_fen.is_some(),
        list_price_fen: line.overridden_fen().map(Fen::get),
        price_reason: line.price_reason.clone(),
        quantity: line.quantity.get(),
        is_weighed: line.weighed.is_some(),
        weight_g: line.grams(),
        gross_fen: bill.gross_fen.get(),
        discount: line.discount.map(discount),
        amount_fen: bill.amount_fen().get(),
        note: line.note.clone(),
        check_digit_wrong: line.barcode.check_digit() == CheckDigit::Wrong,
    }
}

pub(super) fn customer_line(of: &view::PricedLine) -> dto::CustomerLine {
    dto::CustomerLine {
        title: of.line.label().to_owned(),
        quantity: of.line.quantity.get(),
        weight_g: of.line.grams(),
        price_fen: of.line.price_fen.unwrap_or(Fen::ZERO).get(),
        list_price_fen: of.line.overridden_fen().map(Fen::get),
        gross_fen: of.bill.gross_fen.get(),
        amount_fen: of.bill.amount_fen().get(),
    }
}

pub(super) fn sum(cart: &view::CartView) -> dto::SumView {
    let bill = &cart.bill;
    dto::SumView {
        subtotal_fen: bill.subtotal_fen.get(),
        lines_off_fen: bill.lines_off_fen.get(),
        promotions: bill
            .promotions
            .iter()
            .map(|applied| dto::PromotionView { name: applied.name.clone(), off_fen: applied.off_fen.get() })
            .collect(),
        order_off_fen: bill.order_off_fen.get(),
        rounding_fen: bill.rounding_fen.get(),
        saving_fen: bill.saving_fen().get(),
        discount: cart.terms.discount.map(discount),
        note: cart.terms.note.clone(),
    }
}

fn discount(discount: Discount) -> dto::Discount {
    match discount {
        Discount::Amount(fen) => dto::Discount::Amount { fen: u32::try_from(fen.get()).unwrap_or(u32::MAX) },
        Discount::Percent(permille) => dto::Discount::Percent { permille: permille.get() },
    }
}

fn taken_off(discount: dto::Discount) -> Result<Discount, TillError> {
    match discount {
        dto::Discount::Amount { fen } => Ok(Discount::Amount(Fen::new(fen.into()))),
        dto::Discount::Percent { permille } => Ok(Discount::Percent(Permille::new(permille)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_or_refused_by_itself() {
        assert_eq!(price_of(" 4.5 "), Ok(Fen::new(450)));
        assert_eq!(price_of("9999999.99"), Ok(Fen::MAX_ORDER));
        assert_eq!(price_of("10000000"), Err(TillError::AmountTooLarge));
        for text in ["", "abc", "-1", "1e3", "4.555", "４"] {
            assert_eq!(price_of(text), Err(TillError::PriceUnreadable), "{text}");
        }
    }
}
