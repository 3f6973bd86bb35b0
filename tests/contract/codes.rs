//! Every documented code: on demand from every call, and where it comes from by itself.

use std::num::NonZeroU32;

use yima_gateway::list::{PageRequest, Query};
use yima_gateway::{Account, CallError, MalformedReason, SignType};
use yima_sandbox::{Action, App, Call, Config, Key, OrderStatus, Rule, RuleError, Terms};

use crate::till::{ALIPAY_CODE, SECRET, Till, WECHAT_CODE, amount, app_secret, code_of, config};

const REFUSALS: [i64; 20] = [
    1001, 1002, 1003, 1004, 1005, 1006, 1007, 2000, 2001, 2002, 3000, 3001, 3002, 3003, 3004, 4001, 4002,
    5000, 5001, 5002,
];
const EVERYTHING: Query =
    Query { start_s: 0, end_s: i64::MAX, pay_channel: None, paid: None, refunded: None };

async fn ask(till: &Till, call: Call) -> Result<(), CallError> {
    match call {
        Call::Scan => till.scan("o", 100).await.map(drop),
        Call::QrCode => till.qrcode("o", 100, WECHAT_CODE).await.map(drop),
        Call::Check => till.check("o").await.map(drop),
        Call::Get => till.get("o").await.map(drop),
        Call::Close => till.close("o").await,
        Call::Cancel => till.cancel("o").await,
        Call::Refund => till.refund("o", "r", 100).await.map(drop),
        Call::List => {
            let page = PageRequest::default();
            till.client.list_page(&till.account, &till.credential, &EVERYTHING, page).await.map(drop)
        }
    }
}

#[tokio::test]
async fn every_code_is_told_by_every_call() -> Result<(), RuleError> {
    let till = Till::open();
    for call in Call::ALL {
        for code in REFUSALS {
            till.sandbox.add_rules(vec![Rule::once(call, Action::Answer { code, msg: String::new() })])?;
            match ask(&till, call).await {
                Err(CallError::Rejected { code: told, msg }) => {
                    assert_eq!((told, msg.is_empty()), (code, false), "{call:?}");
                }
                other => panic!("{call:?} told {code}: {other:?}"),
            }
        }
        // Success without a word about the order is no success.
        till.sandbox.add_rules(vec![Rule::once(call, Action::Answer { code: 1000, msg: String::new() })])?;
        let outcome = ask(&till, call).await;
        assert!(
            matches!(outcome, Err(CallError::Malformed(MalformedReason::Field { .. }))),
            "{call:?} {outcome:?}"
        );
    }
    assert!(till.sandbox.orders().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_order_id_that_is_known() {
    let till = Till::open();
    till.scan("o", 100).await.unwrap();
    for (status, expected) in [
        (OrderStatus::Paying, 1007),
        (OrderStatus::Failed, 1007),
        (OrderStatus::Unknown, 1007),
        (OrderStatus::Paid, 1003),
        (OrderStatus::PartlyRefunded, 1003),
        (OrderStatus::Refunded, 1003),
        (OrderStatus::Refunding, 1003),
        (OrderStatus::RefundFailed, 1003),
        (OrderStatus::Closed, 1004),
        (OrderStatus::Cancelled, 1005),
    ] {
        till.sandbox.set_status("o", status).await.unwrap();
        assert_eq!(code_of(till.scan("o", 100).await), expected, "{status:?}");
        assert_eq!(code_of(till.qrcode("o", 100, WECHAT_CODE).await), expected, "{status:?}");
    }
}

#[tokio::test]
async fn orders_that_are_not_what_a_call_is_for() {
    let till = Till::open();
    for (id, status) in [
        ("open", OrderStatus::Paying),
        ("paid", OrderStatus::Paid),
        ("back", OrderStatus::Refunded),
        ("closed", OrderStatus::Closed),
        ("cancelled", OrderStatus::Cancelled),
    ] {
        till.scan(id, 100).await.unwrap();
        till.sandbox.set_status(id, status).await.unwrap();
    }
    for (id, close, cancel, refund) in [
        ("none", 4001, 4001, 4001),
        ("closed", 1004, 1004, 1004),
        ("cancelled", 1005, 1005, 1005),
        ("back", 1006, 1000, 2001),
        ("open", 1000, 1004, 1004),
        ("paid", 1006, 1000, 2001),
    ] {
        assert_eq!(code_of(till.close(id).await), close, "close {id}");
        assert_eq!(code_of(till.cancel(id).await), cancel, "cancel {id}");
        assert_eq!(code_of(till.refund(id, &format!("r-{id}"), 100).await), refund, "refund {id}");
    }
    assert_eq!(code_of(till.check("none").await), 4001);
    assert_eq!(code_of(till.get("none").await), 4001);
}

#[tokio::test]
async fn who_may_not_ask() {
    let off = App { enabled: false, ..App::new("off", Key::md5(SECRET)) };
    let till = Till::with(Config { more_apps: vec![off], ..config() });
    let named = |app_id: &str| Account { app_id: app_id.to_owned(), ..till.account.clone() };
    for (app_id, secret, expected) in [
        (till.account.app_id.as_str(), SECRET, 1000),
        (till.account.app_id.as_str(), "another", 2000),
        ("nobody", SECRET, 3000),
        ("off", SECRET, 5000),
        ("off", "another", 2000),
    ] {
        let (account, credential) = (named(app_id), app_secret(secret));
        let listed = till.client.list_page(&account, &credential, &EVERYTHING, PageRequest::default()).await;
        assert_eq!(code_of(listed), expected, "{app_id} {secret}");
    }
    let wrong_kind = Account { sign_type: SignType::Rsa, ..till.account.clone() };
    let outcome = till.client.list_whole(&wrong_kind, &till.credential, &EVERYTHING).await;
    assert!(matches!(outcome, Err(CallError::NotSent(_))), "{outcome:?}");
}

#[tokio::test]
async fn an_order_may_be_looked_up_before_the_signature() {
    let till = Till::with_terms(Terms { looks_up_first: true, ..Terms::default() });
    till.scan("known", 100).await.unwrap();
    let forger = Till { credential: app_secret("another"), ..till };
    assert_eq!(code_of(forger.check("known").await), 2000);
    for outcome in [forger.check("none").await.map(drop), forger.get("none").await.map(drop)] {
        assert_eq!(code_of(outcome), 4001);
    }
    assert_eq!(code_of(forger.close("none").await), 4001);
    assert_eq!(code_of(forger.refund("none", "r", 1).await), 4001);
    assert_eq!(code_of(forger.scan("none", 100).await), 2000, "making one needs a signature all the same");
}

#[tokio::test]
async fn too_many_in_a_second() {
    let till = Till::with_terms(Terms { requests_per_second: NonZeroU32::new(1), ..Terms::default() });
    let mut codes = Vec::new();
    // One after another takes no second each, however loaded the machine is.
    for _ in 0..50 {
        codes.push(code_of(till.check("none").await));
        if codes.last() == Some(&5002) {
            break;
        }
    }
    assert_eq!((codes.first(), codes.last()), (Some(&4001), Some(&5002)));
}

#[tokio::test]
async fn money_that_is_not_there() {
    let till = Till::with(Config { balance: Some(amount(150)), ..config() });
    till.sell("o", 200).await;
    assert_eq!(code_of(till.refund("o", "r1", 201).await), 2001);
    assert_eq!(code_of(till.refund("o", "r1", 200).await), 2002);
    assert_eq!(code_of(till.cancel("o").await), 2002);
    till.sandbox
        .set_terms(Terms { pay_code: yima_sandbox::PayCodeOutcome::Declines, ..Terms::default() })
        .unwrap();
    assert_eq!(code_of(till.qrcode("q", 100, ALIPAY_CODE).await), 1001);
}
