//! The other ways to pay: the customer's code, and cash.

use tauri::State;
use yima_checkout::{Command, view};
use yima_core::Fen;
use yima_core::sale::Way;
use yima_gateway::Wallet;

use super::dto::{CodeView, PayChannel, PayWay};
use super::error::TillError;
use crate::till::Till;

type Done = Result<(), TillError>;

/// The next customer's code that is scanned pays for the cart.
#[tauri::command]
#[specta::specta]
pub async fn want_code(till: State<'_, Till>) -> Done {
    till.act(Command::WantCode).await
}

/// The code that was scanned pays. `total_fen` is what the cashier was shown.
#[tauri::command]
#[specta::specta]
pub async fn take_code(till: State<'_, Till>, total_fen: u32) -> Done {
    till.act(Command::TakeCode { total_fen: Fen::new(total_fen.into()) }).await
}

/// No code is to pay.
#[tauri::command]
#[specta::specta]
pub async fn drop_code(till: State<'_, Till>) -> Done {
    till.act(Command::DropCode).await
}

/// The cart is paid in cash. `total_fen` is what the cashier was shown.
#[tauri::command]
#[specta::specta]
pub async fn take_cash(till: State<'_, Till>, total_fen: u32, tendered_fen: u32) -> Done {
    let [total_fen, tendered_fen] = [total_fen, tendered_fen].map(|fen| Fen::new(fen.into()));
    till.act(Command::TakeCash { total_fen, tendered_fen }).await
}

impl From<Way> for PayWay {
    fn from(way: Way) -> Self {
        match way {
            Way::Qr => Self::Qr,
            Way::PaymentCode => Self::PaymentCode,
            Way::Cash => Self::Cash,
        }
    }
}

impl From<Wallet> for PayChannel {
    fn from(wallet: Wallet) -> Self {
        match wallet {
            Wallet::WeChat => Self::Wechat,
            Wallet::Alipay => Self::Alipay,
        }
    }
}

impl From<view::CodeView> for CodeView {
    fn from(code: view::CodeView) -> Self {
        match code {
            view::CodeView::Wanted => Self::Wanted,
            view::CodeView::Scanned { wallet } => Self::Scanned { wallet: wallet.into() },
        }
    }
}
