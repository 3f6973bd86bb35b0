//! The engine's views and refusals in the windows' words.

use yima_checkout::{Refusal, view};
use yima_core::cart::CartError;
use yima_core::sale::{Reason, State};
use yima_core::{Cart, Fen};

use super::dto;
use super::error::TillError;
use super::pricing;
use super::receipts::{outcome, outcome_with_amounts};

/// Local time of day, `HH:MM:SS`. Shops are in China, which has one zone.
pub fn clock_time(at_ms: i64) -> String {
    let of_day_s = at_ms.div_euclid(1_000).saturating_add(CHINA_OFFSET_S).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", of_day_s / 3_600, of_day_s / 60 % 60, of_day_s % 60)
}

const CHINA_OFFSET_S: i64 = 8 * 3_600;

impl dto::Language {
    /// Its name among the settings.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}

impl From<view::Language> for dto::Language {
    fn from(language: view::Language) -> Self {
        match language {
            view::Language::Chinese => Self::Chinese,
            view::Language::English => Self::English,
        }
    }
}

impl From<dto::Language> for view::Language {
    fn from(language: dto::Language) -> Self {
        match language {
            dto::Language::Chinese => Self::Chinese,
            dto::Language::English => Self::English,
        }
    }
}

impl From<view::CashierView> for dto::CashierView {
    fn from(view: view::CashierView) -> Self {
        Self {
            revision: view.revision,
            till: dto::TillView {
                shop_name: view.shop_name,
                till_number: view.till_number,
                mode: match view.mode {
                    view::Mode::Practice => dto::Mode::Practice,
                    view::Mode::Live => dto::Mode::Live,
                },
                language: view.language.into(),
                cashier_id: view.cashier_id,
                insecure_secret: view.insecure_secret,
            },
            cart: view.cart.into(),
            next_cart: view.next_cart.map(Into::into),
            held_count: view.held_count,
            held: view.held.map(Into::into),
            payment: view.payment.map(Into::into),
            code: view.code.map(Into::into),
            notice: view.notice.map(|(id, notice)| dto::NoticeView { id, notice: notice.into() }),
            last_sale: view.last_sale.map(|last| dto::LastSaleView {
                amount_fen: last.amount_fen.get(),
                way: last.way.into(),
                outcome: outcome_with_amounts(Some(last.state), Some(last.amount_fen), last.refunded_fen),
                time: clock_time(last.at_ms),
            }),
            today: dto::TodayView { count: view.today.count, sum_fen: view.today.sum_fen.get() },
            unresolved_count: view.unresolved_count,
            refunds_due_count: view.refunds_due_count,
            refunds_due: view.refunds_due.into_iter().map(Into::into).collect(),
            changes: view.changes,
            away: view.away.into_iter().map(Into::into).collect(),
            unreadable: view.unreadable.into_iter().map(Into::into).collect(),
            reconcile: view.reconcile.map(Into::into),
            is_damaged: view.is_damaged,
            stuck: view.stuck.map(|(order_id, problem)| dto::StuckView {
                order_id: order_id.to_string(),
                problem: problem.into(),
            }),
            gateway: match view.gateway {
                view::GatewayView::Idle => dto::GatewayView { link: dto::Link::Idle, round_trip_ms: None },
                view::GatewayView::Online { round_trip_ms } => {
                    dto::GatewayView { link: dto::Link::Online, round_trip_ms: Some(whole(round_trip_ms)) }
                }
                view::GatewayView::Offline => {
                    dto::GatewayView { link: dto::Link::Offline, round_trip_ms: None }
                }
            },
            customer_display: match view.customer_display {
                view::CustomerDisplay::OwnMonitor => dto::CustomerDisplay::OwnMonitor,
                view::CustomerDisplay::SharedMonitor => dto::CustomerDisplay::SharedMonitor,
                view::CustomerDisplay::Closed => dto::CustomerDisplay::Closed,
            },
        }
    }
}

impl From<view::NextCartView> for dto::NextCartView {
    fn from(next: view::NextCartView) -> Self {
        Self {
            pieces: next.pieces,
            unknown_count: next.unknown_count,
            total_fen: next.total_fen.get(),
            last: next.last,
        }
    }
}

impl From<view::CartView> for dto::CartView {
    fn from(cart: view::CartView) -> Self {
        Self {
            lines: cart.lines.iter().zip(&cart.bill.lines).map(pricing::line).collect(),
            sum: pricing::sum(&cart),
            pieces: cart.pieces,
            total_fen: cart.total_fen.get(),
            locked: cart.locked,
            touched_line: cart.touched_line.map(|id| id.0),
            touches: cart.touches,
            unknown_count: cart.unknown_count,
            can_undo: cart.can_undo,
            can_redo: cart.can_redo,
            can_charge: cart.can_charge,
            rung_up_before: cart.rung_up_before.map(|order_id| order_id.tail().to_owned()),
            waiter1_id: cart.terms.waiters.first,
            waiter2_id: cart.terms.waiters.second,
        }
    }
}

impl From<view::PaymentView> for dto::PaymentView {
    fn from(payment: view::PaymentView) -> Self {
        Self {
            order_tail: payment.order_id.tail().to_owned(),
            order_id: payment.order_id.to_string(),
            stage: stage(payment.state),
            way: payment.way.into(),
            wallet: payment.wallet.map(Into::into),
            reason: payment.reason.map(Into::into),
            declined: payment.declined,
            offline: payment.offline,
            total_fen: payment.total_fen.get(),
            payable_fen: payment.payable_fen.map(Fen::get),
            real_fen: payment.real_fen.map(Fen::get),
            tendered_fen: payment.tendered_fen.map(Fen::get),
            refunded_fen: payment.refunded_fen.map(Fen::get),
            refund_due_fen: payment.refund_due_fen.map(Fen::get),
            submitted_in_ms: payment.submitted_in_ms.map(whole),
            remaining_s: payment.remaining_ms.map(|left_ms| whole(left_ms.div_ceil(1_000))),
            qr: payment.qr.as_deref().map(qr),
            receipt_number: payment.receipt_number,
            can_ask: payment.can_ask,
            can_cancel: payment.can_cancel,
            can_reverse: payment.can_reverse,
            can_write_off: payment.can_write_off,
        }
    }
}

impl From<view::RefundDueView> for dto::RefundDueView {
    fn from(due: view::RefundDueView) -> Self {
        Self {
            order_tail: due.order_id.tail().to_owned(),
            order_id: due.order_id.to_string(),
            due_fen: due.due_fen.get(),
            pay_time: due.pay_time,
        }
    }
}

impl From<view::UnreadableView> for dto::UnreadableView {
    fn from(unreadable: view::UnreadableView) -> Self {
        Self {
            order_id: unreadable.order_id.to_string(),
            total_fen: unreadable.total_fen.get(),
            due_fen: unreadable.due_fen.map(Fen::get),
        }
    }
}

impl From<view::AwayView> for dto::AwayView {
    fn from(news: view::AwayView) -> Self {
        Self {
            order_tail: news.order_id.tail().to_owned(),
            order_id: news.order_id.to_string(),
            outcome: outcome(Some(news.state), false),
            amount_fen: news.amount_fen.get(),
            receipt_number: news.receipt_number,
        }
    }
}

fn stage(state: State) -> dto::Stage {
    match state {
        State::Ready | State::Submitting => dto::Stage::Submitting,
        State::Awaiting => dto::Stage::Awaiting,
        State::Verifying => dto::Stage::Verifying,
        State::Paid | State::Refunding | State::Refunded => dto::Stage::Paid,
        State::Closing => dto::Stage::Closing,
        State::Cancelling => dto::Stage::Cancelling,
        State::Unresolved => dto::Stage::Unresolved,
        State::Closed => dto::Stage::Closed,
        State::Cancelled => dto::Stage::Cancelled,
        State::Void => dto::Stage::Void,
    }
}

fn qr(qr: &yima_checkout::qr::Qr) -> dto::QrView {
    dto::QrView { modules: qr.modules, path: qr.path.clone() }
}

impl From<Reason> for dto::PaymentReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Expired => Self::Expired,
            Reason::ByCashier => Self::ByCashier,
            Reason::NeverSent => Self::NeverSent,
            Reason::Rejected { gateway_code, message } => Self::Rejected { gateway_code, message },
            Reason::AnswerContradicts => Self::AnswerContradicts,
            Reason::LinkRefused => Self::LinkRefused,
            Reason::LinkLost => Self::LinkLost,
            Reason::AmountDiffers => Self::AmountDiffers,
            Reason::GatewaySilent => Self::GatewaySilent,
            Reason::GatewayUnsure => Self::GatewayUnsure,
            Reason::NotKnown => Self::NotKnown,
            Reason::CloseRefused { gateway_code, message } => Self::CloseRefused { gateway_code, message },
            Reason::ByGateway => Self::ByGateway,
            Reason::Rebuilt => Self::Rebuilt,
            Reason::CodeRefused { gateway_code, message } => Self::CodeRefused { gateway_code, message },
        }
    }
}

impl From<view::Notice> for dto::Notice {
    fn from(notice: view::Notice) -> Self {
        match notice {
            view::Notice::Scanned { title, quantity } => Self::Scanned { title, quantity },
            view::Notice::UnknownCode { barcode } => Self::UnknownCode { barcode },
            view::Notice::WeightMissing { title } => Self::WeightMissing { title },
            view::Notice::WentToNextCart { title } => Self::WentToNextCart { title },
            view::Notice::PaidLater { real_fen, receipt_number } => {
                Self::PaidLater { real_fen: real_fen.get(), receipt_number }
            }
            view::Notice::EndedUnpaid { total_fen } => Self::EndedUnpaid { total_fen: total_fen.get() },
            view::Notice::RefundDue { due_fen } => Self::RefundDue { due_fen: due_fen.get() },
            view::Notice::NotSaved { problem } => Self::NotSaved { problem: problem.into() },
            view::Notice::Reconciled { recorded } => Self::Reconciled { recorded },
        }
    }
}

impl From<yima_checkout::StoreProblem> for dto::StoreProblem {
    fn from(problem: yima_checkout::StoreProblem) -> Self {
        match problem {
            yima_checkout::StoreProblem::DiskFull => Self::DiskFull,
            yima_checkout::StoreProblem::ReadOnly => Self::ReadOnly,
            yima_checkout::StoreProblem::Failed => Self::Failed,
            yima_checkout::StoreProblem::Lost => Self::Lost,
        }
    }
}

impl From<view::CustomerView> for dto::CustomerView {
    fn from(view: view::CustomerView) -> Self {
        let mut clock = clock_time(view.now_ms);
        clock.truncate("HH:MM".len());
        Self {
            screen: match view.screen {
                view::CustomerScreen::Closed => dto::CustomerScreen::Closed,
                view::CustomerScreen::Welcome => dto::CustomerScreen::Welcome,
                view::CustomerScreen::Shopping => dto::CustomerScreen::Shopping,
                view::CustomerScreen::Pay => dto::CustomerScreen::Pay,
                view::CustomerScreen::ShowCode => dto::CustomerScreen::ShowCode,
                view::CustomerScreen::Confirm => dto::CustomerScreen::Confirm,
                view::CustomerScreen::Paid => dto::CustomerScreen::Paid,
                view::CustomerScreen::Trouble => dto::CustomerScreen::Trouble,
            },
            shop_name: view.shop_name,
            practice: view.mode == view::Mode::Practice,
            language: view.language.into(),
            clock,
            lines: view.lines.iter().map(pricing::customer_line).collect(),
            earlier_lines: view.earlier_lines,
            pieces: view.pieces,
            subtotal_fen: view.subtotal_fen.get(),
            saving_fen: view.saving_fen.get(),
            total_fen: view.total_fen.get(),
            last: view.last.as_ref().map(pricing::customer_line),
            payable_fen: view.payable_fen.map(Fen::get),
            qr: view.qr.as_deref().map(qr),
            remaining_permille: view.remaining_permille,
            declined: view.declined,
            paid_fen: view.paid_fen.map(Fen::get),
            tendered_fen: view.tendered_fen.map(Fen::get),
        }
    }
}

impl From<Refusal> for TillError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::CodeUnreadable => Self::CodeUnreadable,
            Refusal::PaymentCode => Self::PaymentCode,
            Refusal::NotForSale { title } => Self::NotForSale { title },
            Refusal::NotWeighed { title } => Self::NotWeighed { title },
            Refusal::LabelledAlready { title } => Self::LabelledAlready { title },
            Refusal::WeightOutOfRange => Self::WeightUnreadable,
            Refusal::Cart(error) => error.into(),
            Refusal::TooManyHeld { max } => Self::TooManyHeld { max: u32::try_from(max).unwrap_or(u32::MAX) },
            Refusal::CartLocked => Self::CartLocked,
            Refusal::TotalChanged => Self::TotalChanged,
            Refusal::CashTooLittle => Self::CashTooLittle,
            Refusal::SetupIncomplete { key } => Self::SetupIncomplete { key },
            Refusal::SecretUnavailable => Self::SecretUnavailable,
            Refusal::OrderUnsendable { field } => Self::OrderUnsendable { field },
            Refusal::NotReconciled => Self::NotReconciled,
            Refusal::Damaged => Self::Damaged,
            Refusal::AboveLimit => Self::AboveLimit,
            Refusal::NotNow => Self::NotNow,
            Refusal::WordMissing => Self::WordMissing,
            Refusal::NotFound => Self::NotFound,
            Refusal::NotSaved(problem) => Self::NotSaved { problem: problem.into() },
            Refusal::Busy => Self::Busy,
            Refusal::Interrupted => Self::NoAnswer,
            Refusal::Stopped => Self::NotOpen,
        }
    }
}

impl From<CartError> for TillError {
    fn from(error: CartError) -> Self {
        match error {
            CartError::QuantityOutOfRange => Self::QuantityOutOfRange,
            CartError::CartFull => {
                Self::CartFull { max_lines: u32::try_from(Cart::MAX_LINES).unwrap_or(u32::MAX) }
            }
            CartError::AmountTooLarge => Self::AmountTooLarge,
            CartError::PriceNotPositive => Self::PriceNotPositive,
            CartError::PriceListed => Self::PriceListed,
            CartError::Weighed => Self::LineWeighed,
            CartError::DiscountOutOfRange => Self::DiscountOutOfRange,
            CartError::NotWeighed => Self::LineNotWeighed,
            CartError::LineGone => Self::LineGone,
            CartError::NothingToUndo => Self::NothingToUndo,
            CartError::NothingToRedo => Self::NothingToRedo,
            CartError::Empty => Self::CartEmpty,
            CartError::GoodsUnpriced { count } => Self::GoodsUnpriced { count },
            CartError::TotalNotPositive => Self::TotalNotPositive,
        }
    }
}

fn whole(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::clock_time;

    #[test]
    fn the_clock_is_chinas() {
        assert_eq!(clock_time(0), "08:00:00");
        assert_eq!(clock_time(1_795_327_297_000), "14:01:37");
        assert_eq!(clock_time(-1), "07:59:59");
    }
}
