//! `/order/list` to its end: every order once, and as `/pay/get` tells it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::sync::Arc;

use yima_checkout::{Gateway, Huishouyin, ListFailure, ListQuery, Signer};
use yima_core::sale::Status;
use yima_gateway::list::{Listing, PageRequest, Query};
use yima_gateway::{
    Account, CallError, Client, Credential, Endpoint, NotSentReason, OrderStatus, PayUrlHosts, RequestError,
    Wallet,
};
use yima_sandbox::{Action, Call, Channel, RefundState, Rule, Terms};

use crate::till::{SECRET, Till, app_secret, code_of, order, store_info};

const ORDERS: usize = 230;
const EVERYTHING: Query =
    Query { start_s: 0, end_s: 4_102_444_800, pay_channel: None, paid: None, refunded: None };

fn id(number: usize) -> String {
    format!("o{number:03}")
}

/// Orders of which each third is paid, by turns with WeChat and Alipay, and each ninth given back in part.
async fn busy_shop() -> Till {
    let till = Till::open();
    for number in 0..ORDERS {
        till.scan(&id(number), 1_000).await.unwrap();
        if number % 3 == 0 {
            let channel = if number % 2 == 0 { Channel::WeChat } else { Channel::Alipay };
            till.sandbox.pay(&id(number), channel, None).await.unwrap();
        }
        if number % 9 == 0 {
            till.refund(&id(number), &format!("r{number}"), 100).await.unwrap();
        }
    }
    till
}

async fn all(till: &Till, query: &Query) -> Listing {
    till.client.list_all(&till.account, &till.credential, query).await.unwrap()
}

fn ids(listing: &Listing) -> Vec<&str> {
    listing.orders.iter().map(|order| order.order_id.as_str()).collect()
}

#[tokio::test]
async fn more_orders_than_fit_on_two_pages() {
    let till = busy_shop().await;
    let listing = all(&till, &EVERYTHING).await;
    assert_eq!((listing.gap, listing.unreadable.len()), (None, 0));
    let expected: Vec<_> = (0..ORDERS).map(id).collect();
    assert_eq!(ids(&listing), expected);
    for number in [0, 1, 3, 99, 198, 229] {
        assert_eq!(listing.orders[number], till.get(&id(number)).await.unwrap(), "{number}");
    }
    let refunded: i64 = listing.orders.iter().map(|order| order.refund_fen.get()).sum();
    assert_eq!(refunded, 26 * 100);

    let is = |wanted: fn(usize) -> bool| (0..ORDERS).filter(move |number| wanted(*number)).map(id);
    let filtered: [(Query, Vec<String>); 7] = [
        (Query { paid: Some(true), ..EVERYTHING }, is(|n| n % 3 == 0).collect()),
        (Query { paid: Some(false), ..EVERYTHING }, is(|n| n % 3 != 0).collect()),
        (Query { refunded: Some(true), ..EVERYTHING }, is(|n| n % 9 == 0).collect()),
        (
            Query { refunded: Some(false), paid: Some(true), ..EVERYTHING },
            is(|n| n % 9 != 0 && n % 3 == 0).collect(),
        ),
        (Query { pay_channel: Some(Wallet::WeChat), ..EVERYTHING }, is(|n| n % 6 == 0).collect()),
        (Query { pay_channel: Some(Wallet::Alipay), ..EVERYTHING }, is(|n| n % 6 == 3).collect()),
        (Query { end_s: 1, ..EVERYTHING }, Vec::new()),
    ];
    for (query, expected) in filtered {
        let listing = all(&till, &query).await;
        assert_eq!(
            (ids(&listing), listing.gap),
            (expected.iter().map(String::as_str).collect(), None),
            "{query:?}"
        );
    }
    pages_of_their_own(&till).await;
    a_whole_day(&till).await;
}

async fn pages_of_their_own(till: &Till) {
    for (limit, number, length) in [(20, 0, 20), (20, 11, 10), (20, 12, 0), (99, 2, 32), (1, 229, 1)] {
        let page = PageRequest { limit, number };
        let page = till.client.list_page(&till.account, &till.credential, &EVERYTHING, page).await.unwrap();
        assert_eq!((page.total_num, page.orders.len()), (ORDERS as u64, length), "{limit} {number}");
    }
    let too_long = PageRequest { limit: 100, number: 0 };
    let outcome = till.client.list_page(&till.account, &till.credential, &EVERYTHING, too_long).await;
    let refused = matches!(
        outcome,
        Err(CallError::NotSent(NotSentReason::Request(RequestError::OutOfRange { field: "page_limit", .. })))
    );
    assert!(refused, "{outcome:?}");
}

/// The span ends far enough ahead that a test that runs over midnight still finds its orders.
async fn a_whole_day(till: &Till) {
    let made = till.sandbox.order(&id(0)).unwrap().create_time.replace(' ', "T");
    let made_s = made.parse::<jiff::civil::DateTime>().unwrap();
    let made_s = jiff::tz::Offset::constant(8).to_timestamp(made_s).unwrap().as_second();
    let day = Query { start_s: made_s, end_s: made_s + Client::MAX_WHOLE_SPAN_S, ..EVERYTHING };
    let listing = till.client.list_whole(&till.account, &till.credential, &day).await.unwrap();
    assert_eq!((listing.orders.len(), listing.gap), (ORDERS, None));
    assert_eq!(listing, all(till, &day).await);
    let before = Query { start_s: made_s - 100, end_s: made_s - 1, ..EVERYTHING };
    assert!(
        till.client.list_whole(&till.account, &till.credential, &before).await.unwrap().orders.is_empty()
    );
    let longer = Query { end_s: day.end_s + 1, ..day };
    let outcome = till.client.list_whole(&till.account, &till.credential, &longer).await;
    assert!(matches!(outcome, Err(CallError::NotSent(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_gateway_that_is_busy_is_asked_again() {
    let till = Till::open();
    for number in 0..120 {
        till.scan(&id(number), 100).await.unwrap();
    }
    till.sandbox.set_terms(Terms { requests_per_second: NonZeroU32::new(1), ..Terms::default() }).unwrap();
    let listing = all(&till, &EVERYTHING).await;
    assert_eq!((listing.orders.len(), listing.gap), (120, None));
    till.sandbox.set_terms(Terms::default()).unwrap();
    till.sandbox
        .add_rules(vec![Rule::once(Call::List, Action::Answer { code: 5001, msg: String::new() })])
        .unwrap();
    let outcome = till.client.list_all(&till.account, &till.credential, &EVERYTHING).await;
    assert_eq!(code_of(outcome), 5001, "any other refusal is that of the whole list");
}

#[tokio::test]
async fn only_what_is_back_counts_as_refunded() {
    let till = Till::open();
    for (number, state) in
        [RefundState::Pending, RefundState::Failed, RefundState::Done].into_iter().enumerate()
    {
        till.sell(&id(number), 100).await;
        till.sandbox.add_rules(vec![Rule::once(Call::Refund, Action::Refund(state))]).unwrap();
        till.refund(&id(number), &format!("r{number}"), 100).await.unwrap();
    }
    for (refunded, expected) in [(true, vec![id(2)]), (false, vec![id(0), id(1)])] {
        let listing = all(&till, &Query { refunded: Some(refunded), ..EVERYTHING }).await;
        assert_eq!(ids(&listing), expected);
    }
}

#[tokio::test]
async fn orders_in_every_state_are_listed() {
    let till = Till::open();
    let statuses = [0, 1, 2, 3, 4, 5, -1, -2, -3, -10];
    for (number, status) in statuses.into_iter().enumerate() {
        till.scan(&id(number), 100).await.unwrap();
        let status = yima_sandbox::OrderStatus::try_from(status).unwrap();
        till.sandbox.set_status(&id(number), status).await.unwrap();
    }
    let listing = all(&till, &EVERYTHING).await;
    assert_eq!((listing.orders.len(), listing.gap), (statuses.len(), None));
    assert_eq!(listing.orders[9].order_status, OrderStatus::Unknown("-10".to_owned()));
    for order in &listing.orders {
        assert_eq!(till.check(&order.order_id).await.as_ref(), Ok(&order.order_status));
    }
}

/// Knows the one secret there is.
struct Knows(Arc<Credential>);

impl Signer for Knows {
    fn credential(&self, _: &Account) -> Option<Arc<Credential>> {
        Some(Arc::clone(&self.0))
    }
}

#[tokio::test]
async fn d8_a_till_reads_whose_an_order_is_what_was_in_it_and_what_went_back() {
    let till = Till::open();
    till.sell("a1", 1_000).await;
    till.refund("a1", "r1", 300).await.unwrap();
    till.scan("b1", 1).await.unwrap();
    let signer = Knows(Arc::new(app_secret(SECRET)));
    let gateway = Huishouyin::new(till.client.clone(), signer, PayUrlHosts::default());
    let account = Arc::new(till.account.clone());
    let whole = ListQuery { start_s: 0, end_s: EVERYTHING.end_s, refunded_only: false, is_last: true };
    let listed = gateway.list(Arc::clone(&account), whole).await.unwrap();
    assert_eq!(listed.unreadable, []);
    let [sold, asked] = listed.orders.as_slice() else { panic!("{listed:?}") };
    assert_eq!((sold.id.as_str(), sold.status, sold.refunded_fen.get()), ("a1", Status::PartlyRefunded, 300));
    assert_eq!((asked.id.as_str(), asked.status), ("b1", Status::Paying));
    assert_eq!((&sold.lines, &asked.lines), (&order("a1", 1_000).lines, &order("b1", 1).lines));
    assert_eq!(sold.store_info.terminal_id, store_info().terminal_id);
    let gateway_ms = listed.gateway_ms.expect("the last part brings the gateway's clock");
    let apart_ms = gateway_ms.abs_diff(sold.created_ms.expect("when it was made"));
    assert!(apart_ms < 600_000, "its times are read as China's: {apart_ms} ms apart");

    let given_back = ListQuery { refunded_only: true, is_last: false, ..whole };
    let listed = gateway.list(Arc::clone(&account), given_back).await.unwrap();
    assert_eq!((listed.orders.len(), listed.gateway_ms), (1, None));
    let refusal = Action::Answer { code: 3003, msg: String::new() };
    till.sandbox.add_rules(vec![Rule::once(Call::List, refusal)]).unwrap();
    let refused = gateway.list(account, whole).await;
    assert!(matches!(&refused, Err(ListFailure::Rejected { code, .. }) if code == "3003"), "{refused:?}");
}

#[tokio::test]
async fn k1_the_last_part_is_read_again_while_the_gateway_does_not_tell_the_time() {
    const EMPTY: &str = r#"{"code":1000,"msg":"","data":{"total_num":0,"order_list":[]}}"#;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().take(8) {
            let Ok(mut connection) = connection else { return };
            let mut asked = [0; 4_096];
            let read = connection.read(&mut asked).unwrap_or(0);
            if asked[..read].starts_with(b"POST") {
                let length = EMPTY.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
                connection.write_all(format!("{head}{EMPTY}").as_bytes()).unwrap();
            }
        }
    });
    let till = Till::open();
    let signer = Knows(Arc::new(app_secret(SECRET)));
    let gateway = Huishouyin::new(till.client.clone(), signer, PayUrlHosts::default());
    let account = Arc::new(Account { endpoint, ..till.account.clone() });
    let part = ListQuery { start_s: 0, end_s: EVERYTHING.end_s, refunded_only: false, is_last: false };
    assert_eq!(gateway.list(Arc::clone(&account), part).await.unwrap().orders, []);
    let last = gateway.list(account, ListQuery { is_last: true, ..part }).await;
    assert_eq!(last, Err(ListFailure::Silent), "this computer's clock may be days behind");
}
