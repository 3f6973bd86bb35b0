//! The receipts list: read beside the engine, straight from the store.

use tauri::State;
use yima_core::sale::{Channel, Reason, Sale, State as SaleState};
use yima_core::{Fen, OrderDetail, OrderId};
use yima_gateway::StoreInfo;
use yima_store::{KeptSale, SaleListRow, SaleSearch, Store, StoreError};

use super::commands::parse_order_id;
use super::convert::clock_time;
use super::dto::{
    Outcome, PayChannel, PromotionView, ReceiptDetail, ReceiptLine, ReceiptPage, ReceiptQuery, ReceiptRow,
    ReceiptTerms,
};
use super::error::TillError;
use super::refunds;
use crate::damage::Damaged;
use crate::till::Till;

const PAGE_ROWS: u32 = 50;

/// Receipts and everything that became of an order, newest first; unknown outcomes on top.
#[tauri::command]
#[specta::specta]
pub async fn receipts(
    till: State<'_, Till>,
    damaged: State<'_, Damaged>,
    query: ReceiptQuery,
) -> Result<ReceiptPage, TillError> {
    let store = readable(&till, &damaged).await?;
    let text = query.text.trim().trim_start_matches('¥').to_owned();
    let search = SaleSearch {
        text: Some(text).filter(|text| !text.is_empty()),
        day: query.day,
        states: Vec::new(),
        offset: query.offset,
        limit: PAGE_ROWS + 1,
    };
    let mut rows: Vec<ReceiptRow> =
        store.sales(search).await.map_err(|error| unread(&error))?.iter().map(row).collect();
    let page_rows = usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    let more = rows.len() > page_rows;
    rows.truncate(page_rows);
    Ok(ReceiptPage { rows, more })
}

/// Everything about one order.
#[tauri::command]
#[specta::specta]
pub async fn receipt(
    till: State<'_, Till>,
    damaged: State<'_, Damaged>,
    order_id: String,
) -> Result<ReceiptDetail, TillError> {
    read_detail(&readable(&till, &damaged).await?, &parse_order_id(&order_id)?).await
}

/// A till that is shut for damaged data still shows what can be read of it.
async fn readable(till: &Till, damaged: &Damaged) -> Result<Store, TillError> {
    match till.open().await {
        Ok(open) => Ok(open.store.clone()),
        Err(error) => damaged.look(|damage| damage.reading().cloned()).flatten().ok_or(error),
    }
}

async fn read_detail(store: &Store, order_id: &OrderId) -> Result<ReceiptDetail, TillError> {
    let kept = store.kept_sale(order_id).await.map_err(|error| unread(&error))?;
    detail(kept.ok_or(TillError::NotFound)?).ok_or(TillError::NotRead)
}

fn row(row: &SaleListRow) -> ReceiptRow {
    let sold_ms = sold_ms(row.created_ms, row.paid_ms);
    let state = SaleState::from_code(&row.state);
    ReceiptRow {
        order_id: row.order_id.to_string(),
        receipt_number: row.receipt_number.clone(),
        day: yima_store::day_of(sold_ms),
        time: clock_time(sold_ms),
        outcome: outcome_with_amounts(state, row.real_fen, row.refunded_fen),
        way: row.way.into(),
        total_fen: row.total_fen.get(),
        real_fen: row.real_fen.map(Fen::get),
        refund_due: row.refund_due_fen.is_some(),
        refund_waits: state == Some(SaleState::Refunding) && row.urgent,
    }
}

/// A paid sale belongs to the day it was paid on, as its receipt's number does; any other to the day it began.
fn sold_ms(created_ms: i64, paid_ms: Option<i64>) -> i64 {
    paid_ms.unwrap_or(created_ms)
}

fn detail(kept: KeptSale) -> Option<ReceiptDetail> {
    let stored = kept.sale;
    let sold_ms = sold_ms(stored.created_ms, kept.receipt.map(|receipt| receipt.at_ms));
    let sale: Sale = serde_json::from_str(&stored.snapshot).ok()?;
    let facts = &stored.facts;
    let reason: Option<Reason> = facts.reason.as_deref().and_then(|reason| serde_json::from_str(reason).ok());
    Some(ReceiptDetail {
        row: ReceiptRow {
            order_id: stored.order.id.to_string(),
            receipt_number: stored.receipt_number.clone(),
            day: yima_store::day_of(sold_ms),
            time: clock_time(sold_ms),
            outcome: outcome_with_amounts(Some(sale.state()), facts.real_fen, facts.refunded_fen),
            way: stored.way.into(),
            total_fen: stored.order.total_fen.get(),
            real_fen: facts.real_fen.map(Fen::get),
            refund_due: facts.refund_due_fen.is_some(),
            refund_waits: sale.can_drop_refund(),
        },
        order_tail: stored.order.id.tail().to_owned(),
        reason: reason.map(Into::into),
        trade_no: facts.trade_no.clone(),
        channel: sale.payment().and_then(|paid| paid.channel).map(|channel| match channel {
            Channel::Wechat => PayChannel::Wechat,
            Channel::Alipay => PayChannel::Alipay,
        }),
        tendered_fen: stored.tendered_fen.map(Fen::get),
        terms: stored.detail.as_deref().and_then(|detail| terms(detail, stored.order.total_fen)),
        waiter_ids: waiter_ids(&stored.store_info),
        payable_fen: facts.payable_fen.map(Fen::get),
        refunded_fen: facts.refunded_fen.map(Fen::get),
        pay_time: facts.pay_time.clone(),
        lines: stored
            .order
            .lines
            .iter()
            .map(|line| ReceiptLine {
                barcode: line.barcode.to_string(),
                title: line.title.clone(),
                price_fen: line.price_fen.get(),
                quantity: line.quantity.get(),
                weight_g: line.detail.grams,
                list_price_fen: line.detail.list_price_fen.map(Fen::get),
                price_reason: line.detail.price_reason.clone(),
                discount_fen: line.detail.off_fen.get(),
                order_discount_fen: line.detail.share_fen.get(),
                amount_fen: line.amount_fen.get(),
                note: line.detail.note.clone(),
            })
            .collect(),
        till_number: stored.till_number,
        terminal_id: stored.terminal_id,
        cashier_id: stored.cashier_id,
        can_ask: sale.can_ask(),
        can_reverse: sale.can_reverse(),
        can_write_off: sale.can_write_off(),
        refund_due_fen: facts.refund_due_fen.map(Fen::get),
        written_off: sale.is_written_off(),
        can_settle_refund: sale.can_settle_refund(),
        settled_elsewhere: sale.is_settled_elsewhere(),
        refundable_fen: sale.refundable_fen().get(),
        can_drop_refund: sale.can_drop_refund(),
        refunds: refunds::shown(&kept.refunds, &sale),
    })
}

fn terms(detail: &str, total_fen: Fen) -> Option<ReceiptTerms> {
    let detail: OrderDetail = serde_json::from_str(detail).ok()?;
    let promoted: Fen = detail.promotions.iter().map(|applied| applied.off_fen).sum();
    let by_hand = [total_fen, detail.rounding_fen, promoted]
        .into_iter()
        .try_fold(detail.subtotal_fen, Fen::checked_sub)
        .unwrap_or(Fen::ZERO);
    let promotion = |applied: yima_core::promotion::Applied| PromotionView {
        name: applied.name,
        off_fen: applied.off_fen.get(),
    };
    Some(ReceiptTerms {
        note: detail.note,
        subtotal_fen: detail.subtotal_fen.get(),
        promotions: detail.promotions.into_iter().map(promotion).collect(),
        by_hand_fen: by_hand.get(),
        rounding_fen: detail.rounding_fen.get(),
    })
}

fn waiter_ids(store_info: &str) -> Vec<String> {
    let info: StoreInfo = serde_json::from_str(store_info).unwrap_or_default();
    [info.waiter1_id, info.waiter2_id].into_iter().flatten().collect()
}

pub(super) fn outcome_with_amounts(
    state: Option<SaleState>,
    real: Option<Fen>,
    refunded: Option<Fen>,
) -> Outcome {
    match outcome(state, refunded.is_some()) {
        Outcome::Refunded if refunded < real => Outcome::PartlyRefunded,
        outcome => outcome,
    }
}

pub(super) fn outcome(state: Option<SaleState>, refunded: bool) -> Outcome {
    match state {
        Some(SaleState::Paid) if refunded => Outcome::Refunded,
        Some(SaleState::Refunded) => Outcome::Refunded,
        Some(SaleState::Refunding) => Outcome::Refunding,
        Some(SaleState::Paid) => Outcome::Paid,
        Some(SaleState::Closed) => Outcome::Closed,
        Some(SaleState::Cancelled) => Outcome::Cancelled,
        Some(SaleState::Void) => Outcome::Void,
        // A state that cannot be read is not known to be anything.
        Some(SaleState::Unresolved) | None => Outcome::Unresolved,
        Some(_) => Outcome::Open,
    }
}

fn unread(error: &StoreError) -> TillError {
    tracing::error!(%error, "the receipts cannot be read");
    TillError::NotRead
}

#[cfg(test)]
mod tests;
