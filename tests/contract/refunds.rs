//! Refunds of all kinds: what the client is told, and what is in the sandbox's books after it.

use yima_core::Fen;
use yima_gateway::{CallError, OrderKey, OrderStatus, check, refund};
use yima_sandbox::{Action, Call, Config, RefundState, Rule, Terms};

use crate::till::{Till, amount, code_of, config, order_id, store_info};

/// What the client reads of an order's refunds: its status, the sum, and each with its amount.
async fn books(till: &Till, id: &str) -> (OrderStatus, i64, Vec<(String, i64)>) {
    let details = till.get(id).await.unwrap();
    assert_eq!(till.check(id).await.as_ref(), Ok(&details.order_status));
    let list = details.refund_list.into_iter();
    let refunds: Vec<_> = list.map(|refund| (refund.refund_order_id, refund.refund_fen.get())).collect();
    assert_eq!(refunds.iter().map(|(_, fen)| fen).sum::<i64>(), details.refund_fen.get());
    (details.order_status, details.refund_fen.get(), refunds)
}

fn as_books(status: OrderStatus, refunds: &[(&str, i64)]) -> (OrderStatus, i64, Vec<(String, i64)>) {
    let sum = refunds.iter().map(|(_, fen)| fen).sum();
    (status, sum, refunds.iter().map(|(id, fen)| ((*id).to_owned(), *fen)).collect())
}

async fn check_refund(till: &Till, refund_order_id: &str) -> Result<check::Answer, CallError> {
    till.check_by(check::Key::RefundOrderId(refund_order_id)).await
}

#[tokio::test]
async fn part_by_part_and_never_more_than_was_paid() {
    use OrderStatus::{Paid, PartlyRefunded, Refunded};
    let till = Till::open();
    till.sell("o", 1_000).await;
    let [one, two, three] = [("r1", 300), ("r2", 1), ("r3", 699)];
    for (refund_id, fen, code, expected) in [
        ("r0", 1_001, 2001, as_books(Paid, &[])),
        ("r1", 300, 1000, as_books(PartlyRefunded, &[one])),
        ("r1", 300, 1000, as_books(PartlyRefunded, &[one])),
        ("r1", 299, 1007, as_books(PartlyRefunded, &[one])),
        ("r2", 701, 2001, as_books(PartlyRefunded, &[one])),
        ("r2", 1, 1000, as_books(PartlyRefunded, &[one, two])),
        ("r3", 699, 1000, as_books(Refunded, &[one, two, three])),
        ("r4", 1, 2001, as_books(Refunded, &[one, two, three])),
        ("r2", 1, 1000, as_books(Refunded, &[one, two, three])),
    ] {
        assert_eq!(code_of(till.refund("o", refund_id, fen).await), code, "{refund_id} {fen}");
        assert_eq!(books(&till, "o").await, expected, "{refund_id} {fen}");
    }
    for refund_id in ["r1", "r2", "r3"] {
        let found = check_refund(&till, refund_id).await.unwrap();
        assert_eq!((found.order_id.as_str(), found.order_status), ("o", Refunded));
    }
    for refund_id in ["r0", "r4", "o"] {
        assert_eq!(code_of(check_refund(&till, refund_id).await), 4002, "{refund_id}");
    }
}

#[tokio::test]
async fn all_that_is_told_of_one() {
    let till = Till::open();
    let made = till.sell("o", 1_000).await;
    let request = refund::Request {
        order: OrderKey::TradeNo(&made.trade_no),
        refund_order_id: "退-1",
        refund_fen: Fen::new(250),
        store_info: &store_info(),
    };
    let body = request.body(&till.account).unwrap();
    let answer = till.client.refund(&till.account, &till.credential, &body).await.unwrap();
    assert_eq!((answer.order_id.as_str(), answer.refund_order_id.as_str()), ("o", "退-1"));
    assert_eq!((answer.refund_fen, &answer.trade_no), (Fen::new(250), &Some(made.trade_no.clone())));
    let details = till.get("o").await.unwrap();
    assert_eq!(details.refund_time, answer.refund_time);
    assert_eq!(details.refund_list[0].refund_time, answer.refund_time);
    assert_eq!(details.refund_list[0].trade_no, Some(made.trade_no));
    assert!(answer.refund_time.is_some_and(|time| time.len() == 19));
}

#[tokio::test]
async fn one_on_its_way_is_done_only_when_it_is_in_the_list() {
    let till = Till::open();
    till.sell("o", 1_000).await;
    till.refund("o", "old", 100).await.unwrap();
    till.sandbox.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Pending))]).unwrap();
    let taken = till.refund("o", "new", 200).await.unwrap();
    assert_eq!(taken.refund_time, None);
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::Refunding, &[("old", 100)]));
    assert_eq!(check_refund(&till, "new").await.unwrap().order_status, OrderStatus::Refunding);
    assert_eq!(code_of(till.refund("o", "more", 701).await), 2001, "it counts already");
    assert_eq!(till.refund("o", "new", 200).await, Ok(taken), "still the same refund");

    till.sandbox.end_refund("new", false).await.unwrap();
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::RefundFailed, &[("old", 100)]));
    assert!(till.refund("o", "new", 200).await.unwrap().refund_time.is_some(), "asked for again");
    let both = [("old", 100), ("new", 200)];
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::PartlyRefunded, &both));
}

#[tokio::test]
async fn one_that_fails_at_once_leaves_the_money_where_it_was() {
    let till = Till::open();
    till.sell("o", 1_000).await;
    till.sandbox.add_rules(vec![Rule::once(Call::Refund, Action::Refund(RefundState::Failed))]).unwrap();
    till.refund("o", "r", 1_000).await.unwrap();
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::RefundFailed, &[]));
    till.refund("o", "r", 1_000).await.unwrap();
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::Refunded, &[("r", 1_000)]));
}

#[tokio::test]
async fn a_lost_answer_is_asked_about_or_asked_for_again() {
    let till = Till::open();
    till.sell("o", 1_000).await;
    till.sandbox.add_rules(vec![Rule::once(Call::Refund, Action::DropBefore)]).unwrap();
    let outcome = till.refund("o", "r", 400).await;
    assert!(matches!(outcome, Err(CallError::MaybeSent(_))), "{outcome:?}");
    assert_eq!(code_of(check_refund(&till, "r").await), 4002);
    till.sandbox.add_rules(vec![Rule::once(Call::Refund, Action::DropAfter)]).unwrap();
    let outcome = till.refund("o", "r", 400).await;
    assert!(matches!(outcome, Err(CallError::MaybeSent(_))), "{outcome:?}");
    assert_eq!(check_refund(&till, "r").await.unwrap().order_id, "o");
    till.refund("o", "r", 400).await.unwrap();
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::PartlyRefunded, &[("r", 400)]));
}

#[tokio::test]
async fn a_short_balance_leaves_the_refund_open() {
    let till = Till::with(Config { balance: Some(amount(300)), ..config() });
    till.sell("o", 1_000).await;
    assert_eq!(code_of(till.refund("o", "r", 400).await), 2002);
    assert_eq!(code_of(check_refund(&till, "r").await), 4002);
    till.refund("o", "s", 300).await.unwrap();
    assert_eq!(till.sandbox.balance(), Some(amount(0)));
    till.sandbox.set_balance(Some(amount(400))).await.unwrap();
    till.refund("o", "r", 400).await.unwrap();
    let both = [("s", 300), ("r", 400)];
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::PartlyRefunded, &both));
}

#[tokio::test]
async fn what_was_really_paid_is_the_most() {
    let till = Till::with_terms(Terms {
        member_vouchers: vec![yima_sandbox::Voucher::member(amount(100))],
        channel_vouchers: vec![yima_sandbox::Voucher::channel(amount(200))],
        ..Terms::default()
    });
    till.sell("o", 2_500).await;
    assert_eq!(code_of(till.refund("o", "r", 2_201).await), 2001);
    till.refund("o", "r", 2_200).await.unwrap();
    assert_eq!(books(&till, "o").await, as_books(OrderStatus::Refunded, &[("r", 2_200)]));
}

#[tokio::test]
async fn a_reversal_gives_back_what_is_left() {
    let till = Till::open();
    till.sell("o", 1_000).await;
    till.refund("o", "r", 400).await.unwrap();
    till.cancel("o").await.unwrap();
    till.cancel("o").await.unwrap();
    let (status, refunded, refunds) = books(&till, "o").await;
    assert_eq!((status, refunded, refunds.len()), (OrderStatus::Refunded, 1_000, 2));
    assert_eq!(check_refund(&till, &refunds[1].0).await.unwrap().order_id, "o");
}

#[tokio::test]
async fn one_id_is_one_refund_across_orders_and_applications() {
    let other = yima_sandbox::App::new("other", yima_sandbox::Key::md5(crate::till::SECRET));
    let mut till = Till::with(Config { more_apps: vec![other], ..config() });
    till.sell("o", 1_000).await;
    till.sell("p", 1_000).await;
    till.refund("o", "r", 400).await.unwrap();
    assert_eq!(code_of(till.refund("p", "r", 400).await), 1007);
    assert_eq!(books(&till, "p").await, as_books(OrderStatus::Paid, &[]));

    till.account.app_id = "other".to_owned();
    assert_eq!(code_of(check_refund(&till, "r").await), 4002);
    assert_eq!(code_of(till.refund("o", "r", 400).await), 4001);
    till.scan("q", 1_000).await.unwrap();
    till.sandbox.pay("q", yima_sandbox::Channel::Alipay, None).await.unwrap();
    till.refund("q", "r", 400).await.unwrap();
    let found = till.client.get(&till.account, &till.credential, &order_id("q")).await.unwrap();
    assert_eq!((found.app_id.as_str(), found.refund_list[0].refund_order_id.as_str()), ("other", "r"));
}
