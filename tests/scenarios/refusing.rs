use yima_checkout::{Command, Refusal};
use yima_core::cart::CartError;
use yima_core::catalogue::GoodsRow;
use yima_core::sale::{Call, CallFailure, Reason, State, Status};
use yima_core::{Barcode, Fen, LineId, Quantity};
use yima_store::{GoodsImport, StoreError};

use crate::desk::{Desk, WATER, terms};
use crate::gateway::Fault;

#[tokio::test]
async fn nothing_is_sent_for_a_cart_that_cannot_be_sold() {
    let desk = Desk::open().await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Cart(CartError::Empty)));
    desk.scan("99990000").await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Cart(CartError::GoodsUnpriced { count: 1 })));
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.lines.len(), 2, "an unknown code swallows no scan");
    let zero = Command::SetPrice { line: LineId(0), price: Fen::ZERO, title: None };
    assert_eq!(desk.act(zero).await, Err(Refusal::Cart(CartError::PriceNotPositive)));
    let priced = Command::SetPrice { line: LineId(0), price: Fen::new(150), title: Some("散装糖".into()) };
    desk.act(priced).await.unwrap();
    assert!(desk.view().cart.can_charge);
    assert!(desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn what_cannot_be_edited_changes_nothing_and_quantities_can_be_typed() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let check = async |command: Command, refusal: Refusal| {
        assert_eq!(desk.act(command).await, Err(refusal));
        assert_eq!(desk.view().cart.lines.len(), 1);
    };
    check(Command::Remove { line: LineId(9) }, Refusal::Cart(CartError::LineGone)).await;
    check(Command::Redo, Refusal::Cart(CartError::NothingToRedo)).await;
    desk.act(Command::Enter { text: "*3".into() }).await.unwrap();
    desk.act(Command::Enter { text: format!("2*{WATER}").into() }).await.unwrap();
    assert_eq!(desk.view().cart.lines[0].quantity.get(), 5);
    desk.act(Command::Undo).await.unwrap();
    assert_eq!(desk.view().cart.lines[0].quantity.get(), 3);
}

#[tokio::test]
async fn goods_that_are_not_sold_any_more_are_told_and_not_added() {
    let desk = Desk::open().await;
    let row = GoodsRow {
        barcode: Barcode::parse("12345678").unwrap(),
        more_barcodes: None,
        title: "月饼".into(),
        price_fen: Fen::new(500),
        unit: None,
        category: None,
        is_active: Some(false),
    };
    let put = |import: &mut GoodsImport<'_>| import.put(1, row).map(drop);
    desk.disk.store.import_goods::<_, StoreError>(put).await.unwrap();
    desk.scan(WATER).await;
    let scan = Command::Scan { code: "12345678".into(), quantity: Quantity::ONE };
    let refusal = Refusal::NotForSale { title: "月饼".into() };
    assert_eq!(desk.act(scan).await, Err(refusal.clone()));
    assert_eq!(desk.act(Command::Enter { text: "3*12345678".into() }).await, Err(refusal));
    assert_eq!(desk.view().cart.lines.len(), 1);
    assert!(desk.view().cart.can_charge);
}

#[tokio::test]
async fn a_till_that_is_not_set_up_says_what_is_missing() {
    let missing = yima_checkout::Terms { account: Err("gateway.app_id".into()), ..terms() };
    let desk = Desk::open_with(missing).await;
    desk.scan(WATER).await;
    let refusal = Refusal::SetupIncomplete { key: "gateway.app_id".into() };
    assert_eq!(desk.act(Command::Charge).await, Err(refusal));

    let desk = Desk::open().await;
    desk.gateway.ledger().can_sign = false;
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::SecretUnavailable));
    assert!(!desk.view().cart.locked && desk.gateway.ledger().calls.is_empty());
}

#[tokio::test]
async fn a_refused_order_is_void_and_the_goods_stay() {
    for code in ["2000", "3000", "3004", "5000"] {
        let desk = Desk::open().await;
        desk.scan(WATER).await;
        let refused = CallFailure::Rejected { code: code.into(), message: "bad".into() };
        desk.gateway.fail(Call::Scan, [Fault::Before(refused)]);
        desk.act(Command::Charge).await.unwrap();
        let payment = desk.until(State::Void).await;
        let reason = Reason::Rejected { gateway_code: code.into(), message: "bad".into() };
        assert_eq!(payment.reason, Some(reason));
        assert!(desk.view().cart.can_charge);
        desk.charge().await;
        desk.check_books().await;
    }
}

#[tokio::test]
async fn a_cashier_cannot_end_what_is_not_open() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    assert_eq!(desk.act(Command::CancelPayment).await, Err(Refusal::NotNow));
    let order_id = desk.charge().await.order_id;
    assert_eq!(desk.act(Command::Reverse { order_id: order_id.clone() }).await, Err(Refusal::NotNow));
    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.act(Command::AskNow { order_id }).await, Err(Refusal::NotFound));
}
