//! `/order/list`: filters, pages, and everything of a day at once.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use serde_json::Value;
use till::{call, code, config, got, list_pairs, refund_pairs, scan, sell, start};
use yima_sandbox::{Channel, Running};

type Filters<'a> = &'a [(&'a str, i64)];

/// A second that every order of a test is made after.
fn start_s() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "the sandbox's clock is the real one")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

async fn list(running: &Running, more: &[(&str, i64)]) -> Value {
    let answer = call(running, "/order/list", &list_pairs(more)).await;
    assert_eq!(answer["code"], 1000, "{answer}");
    answer["data"].clone()
}

fn ids(data: &Value) -> Vec<&str> {
    data["order_list"].as_array().unwrap().iter().map(|order| order["order_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn filters_leave_what_they_say() {
    let running = start(config());
    let before_s = start_s();
    scan(&running, "open", "1.00").await;
    sell(&running, "wechat", "1.00").await;
    scan(&running, "alipay", "1.00").await;
    running.pay("alipay", Channel::Alipay, None).await.unwrap();
    sell(&running, "back", "1.00").await;
    assert_eq!(code(&running, "/pay/refund", &refund_pairs("back", "r", "0.40")).await, 1000);
    let all = ["open", "wechat", "alipay", "back"];
    let cases: [(Filters<'_>, &[&str]); 13] = [
        (&[], &all),
        (&[("pay_channel", 10), ("paid", 10), ("refunded", 10), ("return_type", 0)], &all),
        (&[("paid", 0)], &["open"]),
        (&[("paid", 1)], &["wechat", "alipay", "back"]),
        (&[("pay_channel", 0)], &["wechat", "back"]),
        (&[("pay_channel", 1)], &["alipay"]),
        (&[("refunded", 1)], &["back"]),
        (&[("refunded", 0), ("paid", 1)], &["wechat", "alipay"]),
        (&[("start_time", before_s)], &all),
        (&[("start_time", before_s + 600)], &[]),
        (&[("end_time", before_s - 1)], &[]),
        (&[("start_time", before_s), ("end_time", before_s + 600)], &all),
        (&[("page_num", -1), ("start_time", before_s - 86_300), ("end_time", before_s + 100)], &all),
    ];
    for (filters, expected) in cases {
        let data = list(&running, filters).await;
        assert_eq!(ids(&data), expected, "{filters:?}");
        assert_eq!(data["total_num"], expected.len(), "{filters:?}");
    }
    let data = list(&running, &[("refunded", 1)]).await;
    assert_eq!(data["order_list"][0], got(&running, "back").await, "orders as in /pay/get");
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let running = start(config());
    for number in 0..45 {
        scan(&running, &format!("o{number}"), "1.00").await;
    }
    let pages = async |more: &[(&str, i64)]| {
        let mut seen = Vec::new();
        let mut lengths = Vec::new();
        for page_num in 0.. {
            let mut asked = more.to_vec();
            asked.push(("page_num", page_num));
            let data = list(&running, &asked).await;
            assert_eq!((&data["total_num"], &data["page_num"]), (&45.into(), &page_num.into()));
            if ids(&data).is_empty() {
                break;
            }
            lengths.push(ids(&data).len());
            seen.extend(ids(&data).into_iter().map(str::to_owned));
        }
        let expected: Vec<_> = (0..45).map(|number| format!("o{number}")).collect();
        assert_eq!(seen, expected);
        lengths
    };
    assert_eq!(pages(&[]).await, [20, 20, 5]);
    assert_eq!(pages(&[("page_limit", 15)]).await, [15, 15, 15]);
    assert_eq!(pages(&[("page_limit", 99)]).await, [45]);
    assert!(ids(&list(&running, &[("page_num", i64::MAX), ("page_limit", 99)]).await).is_empty());
    let now_s = start_s();
    let day = [("page_num", -1), ("start_time", now_s - 3_600), ("end_time", now_s + 3_600)];
    assert_eq!(ids(&list(&running, &day).await).len(), 45);
}

#[tokio::test]
async fn what_is_not_understood_is_3002() {
    let running = start(config());
    let cases: [(Filters<'_>, i64); 14] = [
        (&[("page_limit", 0)], 3002),
        (&[("page_limit", 100)], 3002),
        (&[("page_limit", -5)], 3002),
        (&[("page_num", -2)], 3002),
        (&[("pay_channel", 2)], 3002),
        (&[("paid", 2)], 3002),
        (&[("refunded", -1)], 3002),
        (&[("return_type", 1)], 3002),
        (&[("start_time", 10), ("end_time", 9)], 3002),
        (&[("page_num", -1)], 3001),
        (&[("page_num", -1), ("start_time", 0)], 3001),
        (&[("page_num", -1), ("start_time", 0), ("end_time", 86_401)], 3002),
        (&[("page_num", -1), ("start_time", i64::MIN), ("end_time", i64::MAX)], 3002),
        (&[("page_num", -1), ("start_time", 0), ("end_time", 86_400)], 1000),
    ];
    for (asked, expected) in cases {
        assert_eq!(code(&running, "/order/list", &list_pairs(asked)).await, expected, "{asked:?}");
    }
    for (raw, expected) in [("\"7\"", 1000), ("7.0", 3002), ("\"x\"", 3002), ("[]", 3002), ("1e1", 3002)] {
        let mut pairs = list_pairs(&[]);
        pairs.push(("page_num", raw.to_owned()));
        assert_eq!(code(&running, "/order/list", &pairs).await, expected, "{raw}");
    }
}
