//! Giving money back: what the cashier asks for, and how a receipt tells what came of it.

use tauri::State;
use yima_checkout::{Command, Word};
use yima_core::Fen;
use yima_core::sale::{RefundProgress, RefundRefusal, Sale};
use yima_store::KeptRefund;

use super::commands::parse_order_id;
use super::convert::clock_time;
use super::dto::{ReceiptRefund, RefundProblem, RefundStanding};
use super::error::TillError;
use crate::till::Till;

/// Gives back part or all of what was paid. `amount` is decimal yuan as typed: `4.5`; `left_fen` is what the receipt
/// said could be given back.
#[tauri::command]
#[specta::specta]
pub async fn refund(
    till: State<'_, Till>,
    order_id: String,
    amount: String,
    left_fen: u32,
    by: String,
    why: String,
) -> Result<(), TillError> {
    let order_id = parse_order_id(&order_id)?;
    let amount_fen = Fen::parse(amount.trim()).map_err(|_| TillError::AmountUnreadable)?;
    till.act(Command::Refund {
        order_id,
        amount_fen,
        left_fen: Some(Fen::new(i64::from(left_fen))),
        word: Word { by, why },
    })
    .await
}

/// The refund that the gateway refuses, or never confirmed, is not tried any more.
#[tauri::command]
#[specta::specta]
pub async fn drop_refund(
    till: State<'_, Till>,
    order_id: String,
    by: String,
    why: String,
) -> Result<(), TillError> {
    till.act(Command::DropRefund { order_id: parse_order_id(&order_id)?, word: Word { by, why } }).await
}

/// The refunds of a sale, oldest first. Why one was not made is known of the newest.
pub(super) fn shown(kept: &[KeptRefund], sale: &Sale) -> Vec<ReceiptRefund> {
    kept.iter()
        .map(|kept| {
            let refund = &kept.refund;
            let newest = sale.refund().filter(|newest| newest.id == refund.refund_id);
            ReceiptRefund {
                refund_id: refund.refund_id.to_string(),
                amount_fen: refund.amount_fen.get(),
                standing: standing(&refund.progress),
                may_be_made: newest.is_some_and(|newest| newest.unanswered)
                    || standing(&refund.progress) == RefundStanding::Unconfirmed,
                problem: newest.and_then(|newest| refusal(&newest.progress)).map(|refusal| RefundProblem {
                    gateway_code: refusal.gateway_code.clone(),
                    message: refusal.message.clone(),
                }),
                day: yima_store::day_of(kept.begun_ms),
                time: clock_time(kept.begun_ms),
            }
        })
        .collect()
}

/// What cannot be read is not known to be anything.
fn standing(progress: &str) -> RefundStanding {
    match progress {
        "begun" | "sent" => RefundStanding::UnderWay,
        "pending" => RefundStanding::Pending,
        "refused" => RefundStanding::Refused,
        "done" => RefundStanding::Done,
        "failed" => RefundStanding::Failed,
        _ => RefundStanding::Unconfirmed,
    }
}

fn refusal(progress: &RefundProgress) -> Option<&RefundRefusal> {
    match progress {
        RefundProgress::Refused(refusal) => Some(refusal),
        RefundProgress::Failed { refusal } => refusal.as_ref(),
        _ => None,
    }
}
