//! Settings that change while the till is open.

use yima_checkout::{Command, StoreIds, Terms};
use yima_core::sale::State;
use yima_gateway::{Account, Endpoint, Md5Output, Profile};

use crate::desk::{Desk, WATER, terms};

fn other_terms() -> Terms {
    let profile = Profile { md5_output: Md5Output::UpperHex, ..Profile::default() };
    let endpoint = Endpoint::parse("https://other.example").unwrap();
    let account =
        terms().account.map(|account| Account { endpoint, app_id: "other".into(), profile, ..account });
    Terms {
        shop_name: "转角店".into(),
        till_number: "02".into(),
        account,
        ids: StoreIds { terminal_id: "other-terminal".into(), ..StoreIds::default() },
        ..terms()
    }
}

#[tokio::test]
async fn k3_an_open_sale_keeps_its_account_and_the_next_one_has_the_new() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let first = desk.charge().await.order_id;
    desk.act(Command::SetTerms { terms: Box::new(other_terms()) }).await.unwrap();
    assert_eq!((desk.view().shop_name.as_str(), desk.view().till_number.as_str()), ("转角店", "02"));
    desk.gateway.set_status(yima_core::sale::Status::Paid);
    desk.until(State::Paid).await;
    let kept = desk.disk.store.sale(&first).await.unwrap().unwrap();
    assert!(kept.account.contains("https://pay.example"), "{}", kept.account);
    assert!(
        kept.receipt_number.unwrap().starts_with("01-"),
        "a receipt has the number of the till that sold"
    );

    desk.scan(WATER).await;
    let second = desk.charge().await.order_id;
    let kept = desk.disk.store.sale(&second).await.unwrap().unwrap();
    for part in ["https://other.example", r#""app_id":"other""#, "upper_hex"] {
        assert!(kept.account.contains(part), "{part} in {}", kept.account);
    }
    assert_eq!((kept.terminal_id.as_str(), kept.till_number.as_str()), ("other-terminal", "02"));
    desk.check_books().await;
}

#[tokio::test]
async fn what_was_missing_can_be_set_while_the_till_is_open() {
    let desk = Desk::open_with(Terms { account: Err("gateway.app_id".into()), ..terms() }).await;
    desk.scan(WATER).await;
    desk.act(Command::Charge).await.unwrap_err();
    desk.act(Command::SetTerms { terms: Box::new(terms()) }).await.unwrap();
    desk.charge().await;
    desk.check_books().await;
}

#[tokio::test]
async fn the_mode_stays_that_of_the_open_database() {
    let desk = Desk::open().await;
    let live = Terms { mode: yima_checkout::view::Mode::Live, ..terms() };
    desk.act(Command::SetTerms { terms: Box::new(live) }).await.unwrap();
    assert_eq!(desk.view().mode, yima_checkout::view::Mode::Practice);
}
