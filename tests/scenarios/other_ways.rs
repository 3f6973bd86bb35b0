//! The customer's code, and cash.

use yima_checkout::view::{CodeView, CustomerScreen};
use yima_checkout::{Command, Refusal, Word};
use yima_core::sale::{Call, CallFailure, State, Status, Way};
use yima_core::{Fen, LineId, OrderId, Quantity};
use yima_gateway::Wallet;

use crate::desk::{Desk, NOODLES, WATER};
use crate::gateway::{CodeOutcome, Fault};

const WECHAT: &str = "134512345678901234";
const ALIPAY: &str = "285012345678901234567890";

fn scan(code: &str) -> Command {
    Command::Scan { code: code.into(), quantity: Quantity::ONE }
}

fn take_code(fen: i64) -> Command {
    Command::TakeCode { total_fen: Fen::new(fen) }
}

fn take_cash(total_fen: i64, tendered_fen: i64) -> Command {
    Command::TakeCash { total_fen: Fen::new(total_fen), tendered_fen: Fen::new(tendered_fen) }
}

fn word() -> Word {
    Word { by: "王店长".into(), why: "退货".into() }
}

/// Whether a customer's code stands in anything that was shown or kept.
fn is_told_anywhere(desk: &Desk, code: &str) -> bool {
    let shown = format!("{:?}{:?}", desk.shown.cashier.lock().unwrap(), desk.shown.customer.lock().unwrap());
    let files = std::fs::read_dir(desk.folder.path()).unwrap();
    let mut kept = files.filter_map(|file| std::fs::read(file.unwrap().path()).ok());
    shown.contains(code)
        || kept.any(|bytes| bytes.windows(code.len()).any(|window| window == code.as_bytes()))
}

#[tokio::test]
async fn i2_a_code_that_is_asked_for_pays_at_once_and_is_kept_nowhere() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.act(Command::WantCode).await.unwrap();
    assert_eq!(desk.view().code, Some(CodeView::Wanted));
    let asked = desk.customer();
    assert_eq!((asked.screen, asked.total_fen), (CustomerScreen::ShowCode, Fen::new(200)));
    desk.act(scan(WECHAT)).await.unwrap();
    let payment = desk.until(State::Paid).await;
    assert_eq!((payment.way, payment.wallet), (Way::PaymentCode, Some(Wallet::WeChat)));
    assert_eq!(payment.receipt_number.as_deref(), Some("01-20261122-0001"));
    assert_eq!((desk.gateway.count(Call::Pay), desk.view().code), (1, None));
    let sale = desk.disk.store.sale(&payment.order_id).await.unwrap().unwrap();
    assert!(sale.way == Way::PaymentCode && !sale.body.is_empty());
    assert!(!is_told_anywhere(&desk, WECHAT));
    desk.check_books().await;
}

#[tokio::test]
async fn s1_a_code_nobody_asked_for_pays_only_when_the_cashier_says_so() {
    let desk = Desk::open().await;
    assert_eq!(desk.act(scan(WECHAT)).await, Err(Refusal::PaymentCode), "there is nothing to pay for");
    assert!(desk.act(Command::WantCode).await.is_err());
    desk.scan(WATER).await;
    desk.act(scan(ALIPAY)).await.unwrap();
    assert_eq!(desk.view().code, Some(CodeView::Scanned { wallet: Wallet::Alipay }));
    assert_eq!((desk.gateway.count(Call::Pay), desk.view().cart.pieces), (0, 1));
    desk.scan(NOODLES).await;
    assert_eq!(desk.act(take_code(200)).await, Err(Refusal::TotalChanged));
    desk.act(take_code(680)).await.unwrap();
    let payment = desk.until(State::Paid).await;
    assert_eq!((payment.total_fen, payment.wallet), (Fen::new(680), Some(Wallet::Alipay)));
    assert!(!is_told_anywhere(&desk, ALIPAY));
    desk.check_books().await;
}

#[tokio::test]
async fn s1_a_code_is_forgotten_when_told_so_or_after_a_minute() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.act(scan(WECHAT)).await.unwrap();
    desk.act(Command::DropCode).await.unwrap();
    assert_eq!((desk.view().code, desk.act(take_code(200)).await), (None, Err(Refusal::NotNow)));
    for command in [scan(WECHAT), Command::WantCode] {
        desk.act(command).await.unwrap();
        desk.pass(59_000).await;
        assert!(desk.view().code.is_some());
        desk.pass(1_000).await;
        assert_eq!((desk.view().code, desk.act(take_code(200)).await), (None, Err(Refusal::NotNow)));
    }
    assert_eq!(desk.gateway.count(Call::Pay), 0);
}

#[tokio::test]
async fn s1_a_code_does_not_pay_for_the_next_customers_goods() {
    for act in [Command::Clear, Command::Remove { line: LineId(0) }, Command::Undo] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        desk.act(scan(WECHAT)).await.unwrap();
        assert_eq!(desk.view().code, Some(CodeView::Scanned { wallet: Wallet::WeChat }));
        desk.act(act).await.unwrap();
        desk.scan(NOODLES).await;
        assert_eq!(desk.view().code, None);
        assert_eq!(desk.act(take_code(480)).await, Err(Refusal::NotNow));
        assert_eq!(desk.gateway.ledger().calls, []);
    }
}

#[tokio::test]
async fn a_customer_is_asked_for_a_code_only_while_the_next_one_pays() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let screen = || desk.customer().screen;
    desk.act(scan(ALIPAY)).await.unwrap();
    assert_eq!(screen(), CustomerScreen::Shopping, "it was shown already, and the cashier is asked");
    let put_away = async |act: Command| {
        desk.act(Command::WantCode).await.unwrap();
        assert_eq!(screen(), CustomerScreen::ShowCode);
        desk.act(act).await.unwrap();
    };
    put_away(Command::DropCode).await;
    assert_eq!(screen(), CustomerScreen::Shopping);
    put_away(Command::Clear).await;
    assert_eq!(screen(), CustomerScreen::Welcome);
    desk.scan(NOODLES).await;
    put_away(Command::SetLanguage { language: yima_checkout::view::Language::English }).await;
    desk.scan(WATER).await;
    assert_eq!((screen(), desk.customer().total_fen), (CustomerScreen::ShowCode, Fen::new(680)));
    desk.pass(61_000).await;
    assert_eq!(screen(), CustomerScreen::Shopping, "it was asked for too long ago");
    put_away(Command::Charge).await;
    desk.until(State::Awaiting).await;
    assert_eq!(screen(), CustomerScreen::Pay);
}

#[tokio::test]
async fn a_customer_confirms_on_the_phone() {
    let desk = Desk::open().await;
    desk.gateway.ledger().code = CodeOutcome::Waits;
    desk.scan(WATER).await;
    desk.act(scan(WECHAT)).await.unwrap();
    desk.act(take_code(200)).await.unwrap();
    let payment = desk.until(State::Awaiting).await;
    assert!(payment.qr.is_none() && payment.can_cancel && payment.remaining_ms.is_some());
    let asked = desk.customer();
    assert_eq!((asked.screen, asked.total_fen), (CustomerScreen::Confirm, Fen::new(200)));
    assert!(asked.qr.is_none() && asked.remaining_permille.is_some_and(|left| left > 900));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    desk.check_books().await;
}

#[tokio::test]
async fn a_customer_is_asked_to_confirm_only_while_that_is_known_and_in_time() {
    let desk = Desk::open().await;
    desk.gateway.ledger().code = CodeOutcome::Waits;
    desk.scan(WATER).await;
    desk.act(Command::WantCode).await.unwrap();
    desk.act(scan(WECHAT)).await.unwrap();
    desk.until(State::Awaiting).await;
    assert_eq!(desk.customer().screen, CustomerScreen::Confirm);
    desk.gateway.fail(Call::Check, [Fault::Before(CallFailure::Unknown)]);
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.customer().screen, CustomerScreen::Trouble, "the gateway was not asked again yet");
    for _ in 0..4 {
        desk.pass(5_000).await;
    }
    assert_eq!(desk.customer().screen, CustomerScreen::Confirm);
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    assert_ne!(desk.customer().screen, CustomerScreen::Confirm);
    desk.check_books().await;
}

#[tokio::test]
async fn p1_a_till_that_dies_at_any_step_never_sends_a_code_again() {
    for fault in [Fault::Silence, Fault::After(CallFailure::Unknown), Fault::Before(CallFailure::Unknown)] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        desk.gateway.fail(Call::Pay, [fault.clone()]);
        desk.gateway.fail(Call::Check, vec![Fault::Before(CallFailure::Unknown); 3]);
        desk.act(Command::WantCode).await.unwrap();
        desk.act(scan(WECHAT)).await.unwrap();
        desk.settle().await;
        let desk = desk.restart().await.restart().await;
        let ended = if matches!(fault, Fault::After(_)) { State::Paid } else { State::Unresolved };
        desk.until(ended).await;
        assert_eq!(desk.gateway.count(Call::Pay), 1, "{fault:?}");
        desk.check_books().await;
    }
}

#[tokio::test]
async fn i3_another_way_to_pay_waits_until_the_order_is_closed() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.charge().await;
    assert_eq!(desk.act(take_cash(200, 200)).await, Err(Refusal::CartLocked));
    assert_eq!(desk.act(Command::WantCode).await, Err(Refusal::CartLocked));
    assert_eq!(desk.act(scan(WECHAT)).await, Err(Refusal::PaymentCode));
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    desk.act(take_cash(200, 200)).await.unwrap();
    assert_eq!(desk.payment().unwrap().way, Way::Cash);
    assert_eq!(desk.view().today.count, 1);
    desk.check_books().await;
}

#[tokio::test]
async fn cash_is_sold_with_its_change_and_the_gateway_never_hears_of_it() {
    let desk = Desk::open().await;
    for code in [WATER, NOODLES] {
        desk.scan(code).await;
    }
    desk.gateway.ledger().can_sign = false;
    assert_eq!(desk.act(take_cash(200, 1_000)).await, Err(Refusal::TotalChanged));
    assert_eq!(desk.act(take_cash(680, 679)).await, Err(Refusal::CashTooLittle));
    assert_eq!(desk.act(take_cash(680, 1_000_000_000)).await, Err(Refusal::CashTooLittle));
    desk.act(take_cash(680, 1_000)).await.unwrap();
    let payment = desk.payment().unwrap();
    assert_eq!((payment.state, payment.real_fen), (State::Paid, Some(Fen::new(680))));
    assert_eq!(payment.tendered_fen, Some(Fen::new(1_000)));
    assert_eq!(payment.receipt_number.as_deref(), Some("01-20261122-0001"));
    let thanked = desk.customer();
    assert_eq!((thanked.screen, thanked.paid_fen), (CustomerScreen::Paid, Some(Fen::new(680))));
    assert_eq!((thanked.tendered_fen, thanked.total_fen), (Some(Fen::new(1_000)), Fen::new(680)));
    let view = desk.view();
    assert_eq!((view.today.count, view.today.sum_fen, view.cart.pieces), (1, Fen::new(680), 0));
    desk.pass(120_000).await;
    assert_eq!(desk.gateway.ledger().calls, []);
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.view().today.count, desk.view().today.sum_fen), (1, Fen::new(680)));
    let last = desk.view().last_sale.expect("whoever took it sees in the footer that it was kept");
    assert_eq!((last.amount_fen, last.way, last.state), (Fen::new(680), Way::Cash, State::Paid));
    assert!(desk.view().away.is_empty() && desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn i10_cash_goes_back_by_name_in_part_and_whole_without_the_gateway() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.act(take_cash(200, 500)).await.unwrap();
    let order_id = desk.payment().unwrap().order_id;
    let refund = |order_id: &OrderId, fen: i64| Command::Refund {
        order_id: order_id.clone(),
        amount_fen: Fen::new(fen),
        left_fen: None,
        word: word(),
    };
    assert_eq!(desk.act(refund(&order_id, 201)).await, Err(Refusal::NotNow));
    desk.act(refund(&order_id, 150)).await.unwrap();
    assert_eq!((desk.view().today.count, desk.view().today.sum_fen), (1, Fen::new(50)));
    let last = desk.view().last_sale.unwrap();
    assert_eq!((last.order_id, last.refunded_fen), (order_id.clone(), Some(Fen::new(150))), "the footer");
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.act(refund(&order_id, 51)).await, Err(Refusal::NotNow));
    desk.act(refund(&order_id, 50)).await.unwrap();
    let kept = desk.disk.store.kept_sale(&order_id).await.unwrap().unwrap();
    assert_eq!((kept.sale.state.as_str(), kept.sale.facts.refunded_fen), ("refunded", Some(Fen::new(200))));
    assert_eq!(kept.refunds.iter().map(|kept| kept.refund.amount_fen.get()).sum::<i64>(), 200);
    assert!(kept.events[1..].iter().all(|event| event.note.as_deref().unwrap().contains("王店长")));
    assert_eq!(desk.view().today.sum_fen, Fen::ZERO);
    assert!(desk.gateway.ledger().calls.is_empty() && desk.view().notice.is_none());
}
