//! The cashier's commands: parse, post, return.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use yima_checkout::{Command, Word, settings};
use yima_core::{Fen, LineId, OrderId, Quantity};

use super::dto::{CashierMessage, Language};
use super::error::TillError;
use crate::screen::CashierLine;
use crate::sound::Sounds;
use crate::till::Till;

type Done = Result<(), TillError>;

/// The cashier window asks to be shown the till, from now on and now.
#[tauri::command]
#[specta::specta]
pub async fn attach(
    till: State<'_, Till>,
    line: State<'_, CashierLine>,
    sounds: State<'_, Sounds>,
    channel: Channel<CashierMessage>,
) -> Result<(), TillError> {
    line.attach(channel);
    match till.wait().await {
        Ok(open) => {
            line.tell_of_silence(sounds.is_muted());
            open.staff.show();
            Ok(open.checkout.act(Command::ShowAgain).await?)
        }
        Err(shut) => {
            line.cannot_start(shut.problem, shut.language);
            Ok(())
        }
    }
}

/// A scanner read a code.
#[tauri::command]
#[specta::specta]
pub async fn scan(till: State<'_, Till>, code: String, times: u32) -> Done {
    till.act(Command::Scan { code: code.into(), quantity: quantity(times)? }).await
}

/// Somebody typed a code, `3*CODE` or `*3`.
#[tauri::command]
#[specta::specta]
pub async fn enter(till: State<'_, Till>, text: String) -> Done {
    till.act(Command::Enter { text: text.into() }).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_quantity(till: State<'_, Till>, line_id: u32, quantity: u32) -> Done {
    let quantity = self::quantity(quantity)?;
    till.act(Command::SetQuantity { line: LineId(line_id), quantity }).await
}

/// `price` is decimal yuan as typed: `4.5`.
#[tauri::command]
#[specta::specta]
pub async fn set_price(till: State<'_, Till>, line_id: u32, price: String, title: Option<String>) -> Done {
    let price = Fen::parse(price.trim()).map_err(|_| TillError::PriceUnreadable)?;
    let title = title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    if title.as_ref().is_some_and(|title| title.chars().nth(MAX_TITLE_CHARS as usize).is_some()) {
        return Err(TillError::TitleTooLong { max_chars: MAX_TITLE_CHARS });
    }
    till.act(Command::SetPrice { line: LineId(line_id), price, title }).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_line(till: State<'_, Till>, line_id: u32) -> Done {
    till.act(Command::Remove { line: LineId(line_id) }).await
}

#[tauri::command]
#[specta::specta]
pub async fn undo(till: State<'_, Till>) -> Done {
    till.act(Command::Undo).await
}

#[tauri::command]
#[specta::specta]
pub async fn redo(till: State<'_, Till>) -> Done {
    till.act(Command::Redo).await
}

/// The waiters of this sale.
#[tauri::command]
#[specta::specta]
pub async fn set_waiters(
    till: State<'_, Till>,
    waiter1_id: Option<String>,
    waiter2_id: Option<String>,
) -> Done {
    till.act(Command::SetWaiters { waiter1_id, waiter2_id }).await
}

#[tauri::command]
#[specta::specta]
pub async fn charge(till: State<'_, Till>) -> Done {
    till.act(Command::Charge).await
}

#[tauri::command]
#[specta::specta]
pub async fn ask_now(till: State<'_, Till>, order_id: String) -> Done {
    till.act(Command::AskNow { order_id: parse_order_id(&order_id)? }).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_payment(till: State<'_, Till>) -> Done {
    till.act(Command::CancelPayment).await
}

/// Only after the cashier was told that a paid customer will be refunded.
#[tauri::command]
#[specta::specta]
pub async fn reverse_order(till: State<'_, Till>, order_id: String) -> Done {
    till.act(Command::Reverse { order_id: parse_order_id(&order_id)? }).await
}

/// A supervisor gives up an order that the gateway does not know.
#[tauri::command]
#[specta::specta]
pub async fn write_off(till: State<'_, Till>, order_id: String, by: String, why: String) -> Done {
    till.act(Command::WriteOff { order_id: parse_order_id(&order_id)?, word: Word { by, why } }).await
}

/// A refund that was due has been made elsewhere.
#[tauri::command]
#[specta::specta]
pub async fn settle_refund(till: State<'_, Till>, order_id: String, by: String, why: String) -> Done {
    till.act(Command::SettleRefund { order_id: parse_order_id(&order_id)?, word: Word { by, why } }).await
}

/// What happened while the till was away has been read.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_news(till: State<'_, Till>) -> Done {
    till.act(Command::DismissNews).await
}

/// The cashier means it: the window closes, and an open payment is asked about when the till starts again.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: AppHandle) -> Done {
    if !crate::quitting::leaves(&app) {
        crate::quitting::exit(&app);
    }
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn dismiss(till: State<'_, Till>) -> Done {
    till.act(Command::Dismiss).await
}

/// Practice mode only: the customer of this order pays or declines.
#[tauri::command]
#[specta::specta]
pub async fn practice_customer(till: State<'_, Till>, order_id: String, pays: bool) -> Done {
    let open = till.open().await?;
    let order_id = parse_order_id(&order_id)?;
    let practice = open.practice.as_ref().ok_or(TillError::NotNow)?;
    practice.play(&order_id, pays).await.map_err(|_| TillError::NotNow)?;
    Ok(open.checkout.act(Command::AskNow { order_id }).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn set_language(app: AppHandle, till: State<'_, Till>, language: Language) -> Done {
    let open = till.entrance().await?;
    let kept = settings::set(&open.settings, "language", language.setting());
    if let Err(error) = kept {
        tracing::warn!(%error, "the language is not kept");
    }
    crate::windows::set_titles(&app, language);
    Ok(open.checkout.act(Command::SetLanguage { language: language.into() }).await?)
}

/// The gateway takes no more; an unknown code is named by hand, so it is refused rather than cut.
const MAX_TITLE_CHARS: u32 = 256;

fn quantity(pieces: u32) -> Result<Quantity, TillError> {
    Quantity::new(pieces).map_err(|_| TillError::QuantityOutOfRange)
}

pub(super) fn parse_order_id(text: &str) -> Result<OrderId, TillError> {
    OrderId::parse(text).map_err(|_| TillError::NotFound)
}
