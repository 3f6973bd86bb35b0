use super::*;
use crate::{Endpoint, Profile, SignType, answer};

const DAY_S: i64 = 24 * 60 * 60;

fn text(query: &Query, page: Option<PageRequest>) -> Result<String, RequestError> {
    let account = Account {
        endpoint: Endpoint::parse("https://a.example").unwrap(),
        app_id: "app".to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    };
    body(&account, query, page).map(|bytes| String::from_utf8(bytes).unwrap())
}

fn span(start_s: i64, end_s: i64) -> Query {
    Query { start_s, end_s, pay_channel: None, paid: None, refunded: None }
}

#[test]
fn a_page_and_a_whole_span_as_they_are_sent() {
    let query = Query {
        pay_channel: Some(Wallet::Alipay),
        paid: Some(true),
        refunded: Some(false),
        ..span(1_700_000_000, 1_700_086_400)
    };
    assert_eq!(
        text(&query, Some(PageRequest { limit: 99, number: 7 })).as_deref(),
        Ok(
            r#"{"app_id":"app","start_time":1700000000,"end_time":1700086400,"pay_channel":1,"paid":1,"refunded":0,"page_limit":99,"page_num":7,"return_type":0,"sign_type":"MD5"}"#
        )
    );
    assert_eq!(
        text(&span(0, DAY_S), None).as_deref(),
        Ok(
            r#"{"app_id":"app","start_time":0,"end_time":86400,"pay_channel":10,"paid":10,"refunded":10,"page_num":-1,"return_type":0,"sign_type":"MD5"}"#
        )
    );
    let first = text(&span(5, 5), Some(PageRequest::default())).unwrap();
    assert!(first.contains(r#""page_limit":20,"page_num":0,"#), "{first}");
    let wechat = text(&Query { pay_channel: Some(Wallet::WeChat), ..span(0, 0) }, None).unwrap();
    assert!(wechat.contains(r#""pay_channel":0,"#), "{wechat}");
}

#[test]
fn what_is_out_of_bounds_is_not_sent() {
    let check = |query: Query, page, expected: &str| {
        assert_eq!(text(&query, page).map_err(|error| error.field()), Err(expected), "{query:?} {page:?}");
    };
    let page = |limit| Some(PageRequest { limit, number: 0 });
    check(span(-1, 5), page(20), "start_time");
    check(span(i64::MIN, i64::MAX), None, "start_time");
    check(span(6, 5), page(20), "end_time");
    check(span(0, DAY_S + 1), None, "end_time");
    assert!(text(&span(0, DAY_S + 1), page(20)).is_ok());
    for limit in [0, 100, u32::MAX] {
        check(span(0, 1), page(limit), "page_limit");
    }
}

fn entry(id: u32, status: &str) -> String {
    format!(
        r#"{{"app_id":"app","trade_no":"t{id}","order_id":"o{id}","order_status":{status},"total_amount":1,"payable_amount":1}}"#
    )
}

fn read_list(total: &str, entries: &str) -> Result<Page, MalformedReason> {
    let text =
        format!(r#"{{"code":1000,"data":{{"total_num":{total},"page_num":0,"order_list":{entries}}}}}"#);
    read(&answer::data(&text).unwrap(), "app").map(|fetched| fetched.page)
}

#[test]
fn one_bad_entry_loses_no_other() {
    let foreign = entry(3, "1").replace(r#""app_id":"app""#, r#""app_id":"other""#);
    let negative = entry(4, "1").replace(r#""total_amount":1"#, r#""total_amount":-1"#);
    let list = format!(r#"[{},7,{foreign},{negative},{{"a":1,"a":1}},{}]"#, entry(1, "1"), entry(2, "9"));
    let page = read_list("\"6\"", &list).unwrap();
    assert_eq!(page.total_num, 6);
    let ids: Vec<&str> = page.orders.iter().map(|order| order.order_id.as_str()).collect();
    assert_eq!(ids, ["o1", "o2"]);
    let unreadable = |id: Option<u32>, reason| Unreadable {
        order_id: id.map(|id| format!("o{id}")),
        trade_no: id.map(|id| format!("t{id}")),
        order_status: id.map(|_| OrderStatus::Paid),
        create_time: None,
        total_fen: id.filter(|id| *id == 3).map(|_| Fen::new(100)),
        refund_fen: Some(Fen::ZERO),
        store_info: StoreInfo::default(),
        reason,
    };
    let expected = [
        unreadable(None, MalformedReason::NotJson),
        unreadable(Some(3), MalformedReason::OtherApp),
        unreadable(Some(4), MalformedReason::Field { name: "total_amount" }),
        unreadable(None, MalformedReason::DuplicateKey),
    ];
    assert_eq!(page.unreadable, expected);
}

#[test]
fn a_list_without_a_count_is_no_list() {
    for total in ["-1", "null", "1.0", "\"x\"", "[]"] {
        assert_eq!(read_list(total, "[]"), Err(MalformedReason::Field { name: "total_num" }), "{total}");
    }
    for entries in ["{}", "7", "\"x\""] {
        assert_eq!(read_list("0", entries), Err(MalformedReason::Field { name: "order_list" }), "{entries}");
    }
    for entries in ["[]", "null", "\"\""] {
        assert_eq!(read_list("0", entries).map(|page| page.orders), Ok(vec![]), "{entries}");
    }
}
