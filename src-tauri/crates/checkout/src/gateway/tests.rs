use std::sync::Arc;

use yima_core::Fen;
use yima_core::sale::CallFailure;
use yima_gateway::{
    Account, CallError, Client, Credential, Endpoint, MalformedReason, MaybeSentReason, NotSentReason,
    OrderStatus, PayUrlHosts, Profile, SignType, StoreInfo, Timeouts, get, scan,
};

use super::{Huishouyin, Signer, failure, order_reply};

#[test]
fn an_answer_that_says_nothing_of_the_order_is_never_a_refusal_of_it() {
    for reason in [MaybeSentReason::Timeout, MaybeSentReason::Reset, MaybeSentReason::Redirect] {
        assert_eq!(failure(CallError::MaybeSent(reason)), CallFailure::Unknown);
    }
    for (status, expected) in [
        (400, CallFailure::Unknown),
        (428, CallFailure::Unknown),
        (429, CallFailure::Busy),
        (430, CallFailure::Unknown),
        (500, CallFailure::Unknown),
        (503, CallFailure::Unknown),
    ] {
        assert_eq!(failure(CallError::MaybeSent(MaybeSentReason::HttpStatus(status))), expected, "{status}");
    }
    assert_eq!(failure(CallError::Malformed(MalformedReason::NotJson)), CallFailure::Unknown);
    assert_eq!(failure(CallError::Malformed(MalformedReason::OtherOrder)), CallFailure::OtherOrder);
    assert_eq!(failure(CallError::NotSent(NotSentReason::Connect)), CallFailure::NotSent);
}

#[test]
fn a_link_is_shown_only_where_the_settings_let_it_lead() {
    let listed = "pay.example.com,*.pay.example.com";
    let check = |hosts: &str, base_url: &str, link: &str, is_shown: bool| {
        let shown = pay_url(hosts, base_url, link);
        assert_eq!(shown.as_deref(), is_shown.then_some(link), "{hosts} {base_url}");
    };
    check(listed, LIVE, "https://pay.example.com/1", true);
    check(listed, LIVE, "https://a.pay.example.com/1", true);
    check(listed, LIVE, "https://example.com/1", false);
    check(listed, LIVE, "https://pay.example.com.evil.example/1", false);
    check("", LIVE, "https://anywhere.example/1", true);
    check("", LIVE, "https://192.0.2.1/1", false);
    check("", LIVE, "http://127.0.0.1:8080/1", false);
    check("", LIVE, "http://[::1]/1", false);
    check("", "http://127.0.0.1:9000", "http://127.0.0.1:8080/1", true);
    check(listed, LIVE, "https://user:word@pay.example.com/1", false);
    check(listed, LIVE, "https://user@pay.example.com/1", false);
    check(listed, LIVE, "ftp://pay.example.com/1", false);
}

#[test]
fn what_went_back_is_what_the_sum_or_the_list_says_whichever_is_more() {
    for (sum_fen, listed_fen, gone_fen) in
        [(0, 0, 0), (700, 0, 700), (0, 700, 700), (300, 700, 700), (900, 700, 900)]
    {
        assert_eq!(order_reply(refunded(sum_fen, listed_fen)).refunded_fen, Fen::new(gone_fen));
    }
}

/// An order with two refunds in its list.
fn refunded(sum_fen: i64, listed_fen: i64) -> get::Answer {
    let entry = |id: &str, fen| get::Refund {
        refund_order_id: id.into(),
        refund_fen: Fen::new(fen),
        trade_no: None,
        refund_time: None,
    };
    get::Answer {
        app_id: "app".into(),
        trade_no: "t".into(),
        order_id: "o".into(),
        order_status: OrderStatus::PartlyRefunded,
        pay_channel: None,
        create_time: None,
        pay_time: None,
        refund_time: None,
        update_time: None,
        total_fen: Fen::new(1_000),
        payable_fen: Fen::new(1_000),
        real_fen: Fen::new(1_000),
        refund_fen: Fen::new(sum_fen),
        voucher_list: Vec::new(),
        refund_list: vec![entry("r1", listed_fen / 7), entry("r2", listed_fen - listed_fen / 7)],
        store_info: StoreInfo::default(),
        goods_list: Vec::new(),
    }
}

const LIVE: &str = "https://gateway.example.com";

/// What the sale is told of an accepted order's link.
fn pay_url(hosts: &str, base_url: &str, link: &str) -> Option<String> {
    let hosts = if hosts.is_empty() { PayUrlHosts::default() } else { hosts.parse().unwrap() };
    let gateway = Huishouyin::new(Client::new(Timeouts::default()).unwrap(), NoSigner, hosts);
    let account = Account {
        endpoint: Endpoint::parse(base_url).unwrap(),
        app_id: "app".into(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    };
    let answer = scan::Answer {
        trade_no: "t".into(),
        order_id: "o".into(),
        total_fen: Fen::new(100),
        payable_fen: Fen::new(90),
        pay_url: link.into(),
    };
    let reply = gateway.scan_reply(answer, &account);
    assert_eq!((reply.order_id.as_str(), reply.trade_no.as_str()), ("o", "t"));
    assert_eq!((reply.total_fen, reply.payable_fen), (Fen::new(100), Fen::new(90)));
    reply.pay_url
}

struct NoSigner;

impl Signer for NoSigner {
    fn credential(&self, _account: &Account) -> Option<Arc<Credential>> {
        None
    }
}
