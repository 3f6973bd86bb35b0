//! Everything that networks and gateways get wrong, by the project's numbers for it: what the client makes of it, within
//! which time, with how much memory.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![allow(clippy::disallowed_methods, reason = "deadlines are measured from outside")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::collections::BTreeSet;
use std::io::Write;
use std::ops::Range;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use raw_server::broken::{NotThereYet, endless, overtaking, plain, resetting, silent};
use raw_server::self_signed::SelfSigned;
use raw_server::{RawServer, account, client, credential, http, order_id};
use yima_core::Fen;
use yima_gateway::{
    Account, CallError, Client, Endpoint, MalformedReason, MaybeSentReason, NotSentReason, OrderStatus,
    PayUrl, PayUrlError, PayUrlHosts, Timeouts,
};

const PAID: &str = r#"{"code":1000,"data":{"order_id":"0193a1","order_status":1}}"#;
const BODY: &[u8] = br#"{"app_id":"app","order_id":"0193a1","sign_type":"MD5"}"#;

/// What all threads hold; nothing else runs beside the one test here.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Of one call: twice what the worst of them uses, which reads the longest answer there may be.
const MAX_USED_BYTES: usize = 512 * 1024;
/// Of what calls leave behind, however many there were.
const MAX_KEPT_BYTES: usize = 2 * 1024;
/// A system that reaches no name server asks it again, for longer than a till waits.
const MAX_LOOKUP: Duration = Duration::from_secs(70);
/// Which the impatient client has for connecting.
const SHORTEST_DEADLINE: Duration = Duration::from_millis(700);

struct Row {
    id: &'static str,
    at: At,
    expected: Result<Answered, CallError>,
}

enum At {
    Server(RawServer),
    /// Nobody there, or nobody who reads a request.
    Address(String),
    Distrusted(SelfSigned),
}

/// As much of an answer as a row is about.
#[derive(Debug, PartialEq)]
enum Answered {
    Status(OrderStatus),
    Amounts { total_fen: i64, payable_fen: i64 },
    Link(Result<(), PayUrlError>),
}

#[tokio::test]
async fn every_fault_has_its_meaning_its_deadline_and_its_bound() {
    let mut ids = BTreeSet::new();
    for rows in
        [not_sent(), broken(), slow(), http_answers(), statuses(), amounts(), links(), sizes(), texts()]
    {
        for row in rows {
            row.hold().await;
            ids.insert(row.id);
        }
    }
    ids.insert(overtaken().await);
    ids.insert(offline_for_two_hours().await);
    let expected = "G14 G16 H1 H2 H3 H4 H5 H7 H8 N1 N10 N11 N2 N3 N4 N5 N6 N7 N8 N9";
    assert_eq!(ids.into_iter().collect::<Vec<_>>().join(" "), expected);
}

fn not_sent() -> Vec<Row> {
    // A port that no system gives away by itself, so that no other test can be behind it.
    let nobody = "127.0.0.1:1";
    let row = |id, at, reason: NotSentReason| Row { id, at: At::Address(at), expected: Err(reason.into()) };
    let distrusted = At::Distrusted(SelfSigned::start());
    vec![
        row("N1", "https://no-such-name.invalid".to_owned(), NotSentReason::NameLookup),
        row("N1", format!("http://{nobody}"), NotSentReason::Connect),
        row("N1", format!("https://{nobody}"), NotSentReason::Connect),
        row("N9", plain(), NotSentReason::Tls),
        row("N9", silent(), NotSentReason::ConnectTimeout),
        Row { id: "N9", at: distrusted, expected: Err(NotSentReason::Tls.into()) },
    ]
}

fn broken() -> Vec<Row> {
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{PAID}");
    let unfinished = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3b\r\n{PAID}\r\n");
    let said: [&str; 5] = ["", "HTTP/1.1 200 OK\r\ncontent-le", "not HTTP at all\r\n\r\n", &cut, &unfinished];
    let mut rows: Vec<Row> =
        said.map(|said| maybe_sent("N2", RawServer::saying(said), MaybeSentReason::Reset)).into();
    rows.push(Row { id: "N2", at: At::Address(resetting()), expected: Err(MaybeSentReason::Reset.into()) });
    let mut endless_head = "HTTP/1.1 200 OK\r\n".to_owned();
    endless_head.extend((0..50_000).map(|number| format!("x-{number}: x\r\n")));
    rows.push(maybe_sent("H1", RawServer::stalling_after(endless_head), MaybeSentReason::Reset));
    rows
}

fn slow() -> Vec<Row> {
    let drip = |first: &'static str| {
        RawServer::start(move |mut stream| {
            let mut alive = stream.write_all(first.as_bytes()).is_ok();
            for byte in PAID.bytes() {
                alive = alive && stream.write_all(&[byte]).is_ok();
                std::thread::sleep(Duration::from_millis(if alive { 200 } else { 0 }));
            }
        })
    };
    let late = RawServer::start(|mut stream| {
        std::thread::sleep(Duration::from_secs(3));
        let _ = stream.write_all(&http(200, PAID));
    });
    vec![
        maybe_sent("N3", late, MaybeSentReason::Timeout),
        maybe_sent("N3", RawServer::stalling_after(""), MaybeSentReason::Timeout),
        maybe_sent("N4", drip("HTTP/1.1 200 OK\r\ncontent-length: 59\r\n\r\n"), MaybeSentReason::Timeout),
        maybe_sent("N4", drip("HTTP/1.1 200 OK\r\nx-header: "), MaybeSentReason::Timeout),
    ]
}

fn http_answers() -> Vec<Row> {
    let mut rows: Vec<Row> = [400, 401, 404, 429, 500, 502, 503, 201, 204]
        .map(|status| {
            let id = if status == 429 { "N10" } else { "N7" };
            maybe_sent(id, RawServer::saying(http(status, "")), MaybeSentReason::HttpStatus(status))
        })
        .into();
    rows.push(maybe_sent("N7", RawServer::saying(http(500, PAID)), MaybeSentReason::HttpStatus(500)));
    rows.extend([301, 302, 303, 307, 308].map(|status| {
        let said =
            format!("HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
        maybe_sent("N8", RawServer::saying(said), MaybeSentReason::Redirect)
    }));
    let portal = "<!doctype html><title>Wi-Fi</title>";
    rows.push(malformed("N7", portal, MalformedReason::NotJson));
    rows.push(malformed("N7", "", MalformedReason::NotJson));
    rows.push(rejected("N5", 1007, "订单号重复", "订单号重复"));
    rows.push(rejected("N10", 5002, "请求过于频繁", "请求过于频繁"));
    rows
}

fn statuses() -> Vec<Row> {
    let row = |wire: &str, expected| {
        answered("G14", PAID.replace(":1}", &format!(":{wire}}}")), Answered::Status(expected))
    };
    let unknown = |text: &str| OrderStatus::Unknown(text.to_owned());
    vec![
        row("1", OrderStatus::Paid),
        row("\"1\"", OrderStatus::Paid),
        row("7", unknown("7")),
        row("\"7\"", unknown("7")),
        row("-10", unknown("-10")),
        row("1.0", unknown("1.0")),
        row("true", unknown("true")),
    ]
}

fn amounts() -> Vec<Row> {
    let row = |id, total: &str, payable: &str, total_fen, payable_fen| {
        answered(
            id,
            placed(total, payable, "https://x.example"),
            Answered::Amounts { total_fen, payable_fen },
        )
    };
    let mut rows = vec![
        // They are told as they came: whether they fit the sale is the engine's to judge.
        row("G16", "9.99", "9.99", 999, 999),
        row("G16", "11.00", "11.01", 1_100, 1_101),
        row("G16", "11.00", "0", 1_100, 0),
        row("H2", "11.0", "\"11.00\"", 1_100, 1_100),
        row("H2", "1", "\"0.1\"", 100, 10),
    ];
    for bad in ["11.005", "-1", "1e400", "1e2", "\"NaN\"", "\"1,000\"", "99999999999999999999", "{}", "null"]
    {
        let reason = MalformedReason::Field { name: "payable_amount" };
        rows.push(malformed("H2", placed("11.00", bad, "https://x.example"), reason));
    }
    rows
}

fn links() -> Vec<Row> {
    let row = |link: &str, expected| answered("H4", placed("1", "1", link), Answered::Link(expected));
    vec![
        row("https://pay.example/1", Ok(())),
        row("weixin://wxpay/1", Err(PayUrlError::Scheme)),
        row("javascript:alert(1)", Err(PayUrlError::Scheme)),
        row("https://pay.example@evil.example/", Err(PayUrlError::Credentials)),
        row("https://pay.example/\\u0000", Err(PayUrlError::Characters)),
        row("https://pay.example/\\u202e", Err(PayUrlError::Characters)),
        row("https://10.0.0.1/", Err(PayUrlError::Host)),
        row(&format!("https://pay.example/{}", "x".repeat(3_000)), Err(PayUrlError::TooLong)),
    ]
}

/// After one byte too many the server says no more: whoever wanted more would wait until the deadline.
fn sizes() -> Vec<Row> {
    let too_much = " ".repeat(Client::MAX_ANSWER_BYTES + 1);
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n{too_much}");
    let chunk = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nA00000\r\n{too_much}");
    let to_the_end = format!("HTTP/1.1 200 OK\r\n\r\n{too_much}");
    let mut rows: Vec<Row> = [announced, chunk, to_the_end]
        .map(|said| Row {
            id: "H1",
            at: At::Server(RawServer::stalling_after(said)),
            expected: Err(MalformedReason::TooLarge.into()),
        })
        .into();
    rows.push(Row { id: "H1", at: At::Server(endless()), expected: Err(MalformedReason::TooLarge.into()) });
    let most = format!("{PAID}{}", " ".repeat(Client::MAX_ANSWER_BYTES - PAID.len()));
    rows.push(answered("H1", most, Answered::Status(OrderStatus::Paid)));
    let deep = format!(r#"{{"code":1000,"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    rows.push(malformed("H1", deep, MalformedReason::TooDeep));
    rows.push(malformed("H1", "[".repeat(10_000), MalformedReason::TooDeep));
    rows.push(malformed("H1", PAID.replace("1000", "1e400"), MalformedReason::Code));
    for doubled in ["\"code\":1,\"code\"", "\"code\":1000,\"\\u0063ode\""] {
        rows.push(malformed("H1", PAID.replacen("\"code\"", doubled, 1), MalformedReason::DuplicateKey));
    }
    rows.push(malformed("H1", PAID.replace(":1}", ":1,\"order_status\":0}"), MalformedReason::DuplicateKey));
    rows
}

fn texts() -> Vec<Row> {
    let not_json: [&[u8]; 6] = [
        b"\xff\xfe{",
        b"{\"code\":1000,\"msg\":\"\xc3\x28\"}",
        "\u{feff}{\"code\":1000}".as_bytes(),
        b"{\"code\":1000}\0",
        b"{\"code\":1000,\"msg\":\"\0\"}",
        b"{\"code\":NaN}",
    ];
    let mut rows: Vec<Row> = not_json.map(|body| malformed("H3", body, MalformedReason::NotJson)).into();
    rows.push(rejected("H5", 2002, r"<b>余额</b>\u001b[2J\u202e", "<b>余额</b>\u{1b}[2J\u{202e}"));
    let strange =
        r#""__proto__":{"paid":1e400},"n":123456789012345678901234567890,"constructor":null,"data""#;
    rows.push(answered("H7", PAID.replacen("\"data\"", strange, 1), Answered::Status(OrderStatus::Paid)));
    rows.push(malformed("H8", PAID.replace("1000", "1000,\"status\":2000"), MalformedReason::Code));
    rows.push(malformed("H8", PAID.replace("1000", "\"2000\",\"status\":1000"), MalformedReason::Code));
    rows
}

fn placed(total: &str, payable: &str, link: &str) -> String {
    format!(
        r#"{{"code":1000,"data":{{"trade_no":"t","order_id":"0193a1","total_amount":{total},"payable_amount":{payable},"pay_url":"{link}"}}}}"#
    )
}

fn maybe_sent(id: &'static str, server: RawServer, reason: MaybeSentReason) -> Row {
    Row { id, at: At::Server(server), expected: Err(reason.into()) }
}

fn malformed(id: &'static str, body: impl AsRef<[u8]>, reason: MalformedReason) -> Row {
    Row { id, at: At::Server(RawServer::answering(body)), expected: Err(reason.into()) }
}

fn answered(id: &'static str, body: impl AsRef<[u8]>, answer: Answered) -> Row {
    Row { id, at: At::Server(RawServer::answering(body)), expected: Ok(answer) }
}

fn rejected(id: &'static str, code: i64, wire: &str, msg: &str) -> Row {
    let body = format!(r#"{{"code":{code},"msg":"{wire}","data":{{}}}}"#);
    let expected = Err(CallError::Rejected { code, msg: msg.to_owned() });
    Row { id, at: At::Server(RawServer::answering(body)), expected }
}

impl Row {
    async fn hold(&self) {
        let account = match &self.at {
            At::Server(server) => server.account.clone(),
            At::Address(base) => account(base),
            At::Distrusted(server) => account(&server.base),
        };
        let shown = format!("{}: {:?} at {}", self.id, self.expected, account.endpoint);
        let (client, times) = match self.expected {
            Err(
                CallError::MaybeSent(MaybeSentReason::Timeout)
                | CallError::NotSent(NotSentReason::ConnectTimeout),
            ) => (client(), SHORTEST_DEADLINE..Duration::from_secs(6)),
            Err(CallError::NotSent(NotSentReason::NameLookup)) => within(MAX_LOOKUP),
            _ => patient(),
        };
        let outcome = bounded(&shown, times, self.ask(&client, &account)).await;
        assert_eq!(outcome, self.expected, "{shown}");
        if let At::Server(server) = &self.at {
            assert_eq!(server.requests.try_iter().count(), 1, "{shown} was asked once");
        }
    }

    async fn ask(&self, client: &Client, account: &Account) -> Result<Answered, CallError> {
        let is_about_a_new_order = matches!(
            self.expected,
            Ok(Answered::Amounts { .. } | Answered::Link(_))
                | Err(CallError::Malformed(MalformedReason::Field { name: "payable_amount" }))
        );
        if !is_about_a_new_order {
            return status(client, account).await.map(Answered::Status);
        }
        let answer = client.scan(account, &credential(), BODY).await?;
        if matches!(self.expected, Ok(Answered::Link(_))) {
            let live = Endpoint::parse("https://gateway.example").unwrap();
            return Ok(Answered::Link(
                PayUrl::parse(&answer.pay_url, &live, &PayUrlHosts::default()).map(drop),
            ));
        }
        let [total_fen, payable_fen] = [answer.total_fen, answer.payable_fen].map(Fen::get);
        Ok(Answered::Amounts { total_fen, payable_fen })
    }
}

/// `N6`: the answer to the first question comes after the answer to the second, and is older. Each is the answer to
/// its own question; which of them counts is the engine's to judge.
async fn overtaken() -> &'static str {
    let (client, times) = patient();
    let server = overtaking(PAID.replace(":1}", ":0}"), PAID);
    let statuses = bounded("N6: overtaken", times, async {
        let (asking, account) = (client.clone(), server.account.clone());
        let first = tokio::spawn(async move { status(&asking, &account).await });
        while server.requests.try_recv().is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let second = status(&client, &server.account).await?;
        Ok((first.await.unwrap()?, second))
    });
    assert_eq!(statuses.await, Ok((OrderStatus::Paying, OrderStatus::Paid)));

    let (paid, older) = (RawServer::answering(PAID), RawServer::answering(PAID.replace(":1}", ":0}")));
    for (server, expected) in
        [(&paid, OrderStatus::Paid), (&older, OrderStatus::Paying), (&paid, OrderStatus::Paid)]
    {
        let outcome = bounded("N6: in turn", patient().1, status(&client, &server.account)).await;
        assert_eq!(outcome, Ok(expected));
    }
    "N6"
}

/// `N11`: asked every five minutes while nobody is there, and once more when somebody is.
async fn offline_for_two_hours() -> &'static str {
    const QUESTIONS: usize = 2 * 60 / 5;
    let (client, times) = patient();
    let gateway = NotThereYet::new();
    let account = account(&gateway.base);
    let mut kept_bytes = Vec::new();
    for number in 0..QUESTIONS {
        let shown = format!("N11: question {number}");
        let outcome = bounded(&shown, times.clone(), status(&client, &account)).await;
        assert_eq!(outcome, Err(NotSentReason::Connect.into()), "{shown}");
        kept_bytes.push(MEMORY.current_usage());
    }
    let grown_bytes = kept_bytes[QUESTIONS - 1].saturating_sub(kept_bytes[0]);
    assert!(grown_bytes <= MAX_KEPT_BYTES, "N11: {grown_bytes} bytes more after {QUESTIONS} refusals");
    let server = gateway.answering(PAID);
    let outcome = bounded("N11: back", times, status(&client, &account)).await;
    assert_eq!(outcome, Ok(OrderStatus::Paid));
    assert_eq!(server.requests.try_iter().count(), 1, "nothing of what failed was sent later");
    "N11"
}

/// Rows that are not about time get much of it, so that a busy machine fails none of them.
fn patient() -> (Client, Range<Duration>) {
    within(Timeouts::default().total)
}

fn within(total: Duration) -> (Client, Range<Duration>) {
    let connect = Timeouts::default().connect.max(total / 2);
    let timeouts = Timeouts { connect, total };
    (Client::new(timeouts).unwrap(), Duration::ZERO..total)
}

/// Holds what a call takes of time and memory, and that what it says of its failure is plain text.
async fn bounded<T>(
    shown: &str,
    times: Range<Duration>,
    call: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    let held_bytes = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let begun = Instant::now();
    let outcome = call.await;
    let took = begun.elapsed();
    let used_bytes = MEMORY.peak_usage().saturating_sub(held_bytes);
    assert!(times.contains(&took), "{shown} took {took:?}");
    assert!(used_bytes <= MAX_USED_BYTES, "{shown} used {used_bytes} bytes");
    if let Err(error) = &outcome {
        assert!(error.to_string().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{shown}: {error}");
    }
    outcome
}

async fn status(client: &Client, account: &Account) -> Result<OrderStatus, CallError> {
    Ok(client.check(account, &credential(), &order_id()).await?.order_status)
}
