use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use serde_json::{Value, json};
use yima_core::sale::Now;
use yima_gateway::{CallError, MalformedReason, MaybeSentReason, Md5Output, RsaKeyError, Timeouts};

use super::*;
use crate::secrets::SecretName;
use crate::settings;

const CANARY: &str = "canary-5b1f";
/// 2026-11-22 10:00:00 UTC.
const NOW_MS: i64 = 1_795_341_600_000;
const DATE: &str = "Sun, 22 Nov 2026 10:00:00 GMT";

/// Does not wait; keeps how long it should have.
#[derive(Default)]
struct TestClock {
    mono_ms: AtomicU64,
    waits_ms: Mutex<Vec<u64>>,
}

impl Clock for TestClock {
    fn now(&self) -> Now {
        Now { mono_ms: self.mono_ms.load(Ordering::SeqCst), wall_ms: NOW_MS }
    }

    async fn sleep_until(&self, mono_ms: u64) {
        let before_ms = self.mono_ms.fetch_max(mono_ms, Ordering::SeqCst);
        if mono_ms > before_ms {
            self.waits_ms.lock().unwrap().push(mono_ms - before_ms);
        }
    }

    fn random(&self) -> [u8; 16] {
        [7; 16]
    }
}

/// A gateway that says what a test wants, and what it was asked.
struct Gateway {
    base_url: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Gateway {
    /// `say` is given the call's path, whether the signature is ours, and which question this is, from 0.
    fn start(date: &'static str, say: impl Fn(&str, &Value, usize) -> i64 + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some((path, body)) = request(&mut stream) else { continue };
                let code = match &body {
                    Value::Null => 0,
                    body => {
                        let mut seen = seen.lock().unwrap();
                        seen.push((path.clone(), body.clone()));
                        say(&path, body, seen.len() - 1)
                    }
                };
                let body = format!(r#"{{"code":{code},"msg":"said {CANARY}","data":{{}}}}"#);
                let head = format!(
                    "HTTP/1.1 200 OK\r\ndate: {date}\r\nconnection: close\r\ncontent-length: {}",
                    body.len()
                );
                let _ = write!(stream, "{head}\r\n\r\n{body}");
            }
        });
        Self { base_url, asked }
    }

    fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }
}

/// `None` for somebody who only looks whether there is anybody.
fn request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut chunk).unwrap_or(0);
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return None;
            }
            continue;
        };
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if count == 0 || body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some((path, serde_json::from_str(body).unwrap_or(Value::Null)));
        }
    }
}

struct Visited {
    report: Report,
    waits_ms: Vec<u64>,
    tried: Vec<Profile>,
}

impl Visited {
    fn verdict(&self) -> &Verdict {
        let verdict = |check: &'_ Check| matches!(check.finding, Finding::Signature(_));
        match &self.report.checks.iter().find(|check| verdict(check)).unwrap().finding {
            Finding::Signature(verdict) => verdict,
            other => panic!("{other:?}"),
        }
    }

    fn json(&self) -> Value {
        let text = serde_json::to_string(&self.report).unwrap();
        assert!(!text.contains(CANARY), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The check's outcome, and what was found.
    fn check(&self, code: &str) -> (String, Value) {
        let checks = self.json()["checks"].clone();
        let check = checks.as_array().unwrap().iter().find(|check| check["code"] == code).unwrap().clone();
        (check["outcome"].as_str().unwrap().to_owned(), check["data"].clone())
    }
}

async fn visit(set: &[(&str, &str)], with_secret: bool, find_profile: bool) -> Visited {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = DataDir::locate(Some(folder.path().join("data"))).unwrap();
    let file = SettingsFile::open(&data_dir.settings_db()).unwrap();
    settings::prepare(&file).unwrap();
    for (key, value) in set {
        settings::set(&file, key, value).unwrap();
    }
    if with_secret {
        let secrets = SecretStore::open(&data_dir, &file).unwrap();
        secrets.write(SecretName::AppSecret, &SecretString::from(CANARY), Place::File).unwrap();
    }
    let clock = TestClock::default();
    let client = Client::new(Timeouts::default()).unwrap();
    let (mut told, mut tried) = (Vec::new(), Vec::new());
    let report = examine(
        &SetUp::read(&data_dir, &file),
        find_profile,
        Means { client: &client, clock: &clock },
        |progress| match progress {
            Progress::Checked(check) => told.push(check.clone()),
            Progress::Trying { profile, .. } => tried.push(*profile),
        },
    )
    .await;
    assert_eq!(told, report.checks);
    let waits_ms = clock.waits_ms.lock().unwrap().clone();
    Visited { report, waits_ms, tried }
}

async fn visit_gateway(gateway: &Gateway, find_profile: bool) -> Visited {
    let set = [("mode", "live"), ("gateway.base_url", gateway.base_url.as_str()), ("gateway.app_id", "app")];
    visit(&set, true, find_profile).await
}

#[tokio::test]
async fn a_sound_till_is_said_to_be_sound() {
    let gateway = Gateway::start(DATE, |_, _, place| if place == 0 { 2000 } else { 4001 });
    let visited = visit_gateway(&gateway, true).await;
    let codes = [
        ("mode", "ok"),
        ("settings", "ok"),
        ("secret", "warning"),
        ("name_lookup", "skipped"),
        ("connection", "ok"),
        ("tls", "skipped"),
        ("clock", "ok"),
        ("latency", "ok"),
        ("signature", "ok"),
        ("profile_search", "skipped"),
    ];
    for (code, outcome) in codes {
        assert_eq!(visited.check(code).0, outcome, "{code}");
    }
    assert_eq!(visited.report.checks.len(), codes.len() + 1, "and proxy, which is the machine's");
    assert!(visited.report.is_well());
    assert_eq!(visited.check("signature").1, json!({"verdict": "accepted", "path": "/pay/check"}));
    assert_eq!(visited.check("clock").1, json!({"found": "compared", "ahead_s": 0}));
    assert_eq!(visited.waits_ms, [500]);

    let asked = gateway.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    for (path, body) in asked.iter() {
        assert_eq!(path, "/pay/check");
        assert_eq!(body["order_id"], "yimadoctor0707070707070707070707");
        let info = body["store_info"].as_object().unwrap();
        assert_eq!(
            (info["waiter1_id"].as_str(), info["waiter2_id"].as_str()),
            (Some("服务员甲"), Some("服务员乙"))
        );
    }
    assert_ne!(asked[0].1["sign"], asked[1].1["sign"]);
}

#[tokio::test]
async fn a_4001_counts_only_where_a_wrong_signature_is_refused() {
    // By path: what is said to the first question at it, which is signed wrongly, and to the second.
    type Said = [(i64, i64); 2];
    let verdict = async |[check, list]: Said| {
        let gateway = Gateway::start(DATE, move |path, _, place| {
            let (wrong, right) = if path == "/pay/check" { check } else { list };
            let is_first = place == usize::from(path == "/order/list" && check.0 != 2000);
            if is_first { wrong } else { right }
        });
        let visited = visit_gateway(&gateway, false).await;
        (visited.verdict().clone(), gateway.paths().len())
    };
    let msg = || "said ***".to_owned();
    let never = (-1, -1);
    assert_eq!(verdict([(2000, 4001), never]).await, (Verdict::Accepted { path: "/pay/check" }, 2));
    assert_eq!(verdict([(3004, 4001), never]).await.0, Verdict::Accepted { path: "/pay/check" });
    assert_eq!(verdict([(4001, 4001), (2000, 1000)]).await, (Verdict::Accepted { path: "/order/list" }, 3));
    assert_eq!(verdict([(4001, 4001), (1000, 1000)]).await, (Verdict::CannotTell, 2));
    let unclear = |path, code| Verdict::Unclear { path, code, msg: msg() };
    assert_eq!(verdict([(4001, 4001), (9, 1000)]).await, (unclear("/order/list", 9), 2));
    assert_eq!(verdict([(3002, 4001), (1000, 1000)]).await, (unclear("/pay/check", 3002), 2));
    assert_eq!(verdict([(2000, 3002), never]).await, (unclear("/pay/check", 3002), 2));
    assert_eq!(verdict([(3000, 4001), never]).await, (Verdict::AppIdRefused { code: 3000, msg: msg() }, 1));
    assert_eq!(verdict([(2000, 3003), never]).await.0, Verdict::AppIdRefused { code: 3003, msg: msg() });
    assert_eq!(verdict([(2000, 5000), never]).await.0, Verdict::NotEnabled { code: 5000, msg: msg() });
}

#[tokio::test]
async fn a_refusal_shows_what_was_signed_without_the_secret() {
    let gateway = Gateway::start(DATE, |_, _, _| 2000);
    let visited = visit_gateway(&gateway, false).await;
    let Verdict::Refused { path: "/pay/check", code: 2000, canonical, .. } = visited.verdict() else {
        panic!("{:?}", visited.verdict())
    };
    assert!(canonical.starts_with("app_id=app&app_sercet=***&order_id=yimadoctor07"), "{canonical}");
    assert!(canonical.contains(r#"&sign_type=MD5&store_info={"waiter1_id":"服务员甲","#), "{canonical}");
    assert_eq!(visited.check("signature").0, "failed");
    assert!(!visited.report.is_well());
}

#[tokio::test]
async fn the_search_stops_at_the_first_profile_that_is_taken() {
    let short_is_taken =
        |_: &str, body: &Value, _| if body["sign"].as_str().unwrap().len() == 32 { 4001 } else { 2000 };
    let gateway = Gateway::start(DATE, short_is_taken);
    let visited = visit_gateway(&gateway, true).await;
    let short = Profile { md5_output: Md5Output::UpperHex, ..Profile::default() };
    assert_eq!(visited.report.found_profile(), Some(&short));
    assert_eq!(visited.tried.last(), Some(&short));
    assert_eq!(visited.tried.len(), 2);
    let changes =
        json!([{"key": "gateway.profile.md5_output", "from": "base64_upper_hex", "to": "upper_hex"}]);
    assert_eq!(visited.check("profile_search").1["changes"], changes);
    assert_eq!(visited.waits_ms, [500; 3]);

    let gateway = Gateway::start(DATE, |_, _, _| 2000);
    let visited = visit_gateway(&gateway, true).await;
    assert_eq!(visited.check("profile_search"), ("failed".to_owned(), json!({"found": "none", "tried": 7})));
    assert_eq!(gateway.paths().len(), 1 + 8);
    assert_eq!(visited.waits_ms, [500; 8]);

    let gateway = Gateway::start(DATE, |_, _, place| if place < 4 { 2000 } else { 5000 });
    let visited = visit_gateway(&gateway, true).await;
    let (outcome, found) = visited.check("profile_search");
    assert_eq!(
        (outcome.as_str(), &found["found"], &found["tried"]),
        ("failed", &json!("stopped"), &json!(3))
    );
}

#[tokio::test]
async fn a_busy_gateway_is_given_time_and_given_up() {
    let gateway = Gateway::start(DATE, |_, _, place| [5002, 5002, 2000].get(place).copied().unwrap_or(4001));
    let visited = visit_gateway(&gateway, false).await;
    assert_eq!(*visited.verdict(), Verdict::Accepted { path: "/pay/check" });
    assert_eq!(visited.waits_ms, [1_000, 2_000, 500]);

    let gateway = Gateway::start(DATE, |_, _, _| 5002);
    let visited = visit_gateway(&gateway, true).await;
    assert_eq!(*visited.verdict(), Verdict::Busy);
    assert_eq!(visited.waits_ms, [1_000, 2_000, 4_000, 8_000]);
    assert_eq!(visited.check("profile_search").0, "skipped");
}

#[tokio::test]
async fn what_is_not_set_up_is_named_and_nothing_is_asked() {
    let gateway = Gateway::start(DATE, |_, _, _| 2000);
    let set = [("gateway.base_url", gateway.base_url.as_str())];
    let visited = visit(&set, false, true).await;
    assert_eq!(visited.check("mode"), ("warning".to_owned(), json!({"mode": "practice"})));
    let missing = json!({"found": "missing", "key": "gateway.app_id"});
    assert_eq!(visited.check("settings"), ("failed".to_owned(), missing));
    assert_eq!(visited.check("signature"), ("skipped".to_owned(), json!({"verdict": "not_asked"})));
    assert_eq!(visited.check("connection").0, "ok");
    assert_eq!(gateway.paths(), [""; 0]);
}

#[tokio::test]
async fn the_first_step_that_fails_is_the_last_that_is_tried() {
    let outcomes = async |base_url: &str| {
        let visited = visit(&[("gateway.base_url", base_url), ("gateway.app_id", "app")], true, false).await;
        ["name_lookup", "connection", "tls", "clock", "latency", "signature"]
            .map(|code| visited.check(code).0)
    };
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let skipped = "skipped";
    assert_eq!(
        outcomes(&format!("http://{closed}")).await,
        [skipped, "failed", skipped, skipped, skipped, skipped]
    );
    let no_name = outcomes("https://no-such-name.invalid").await;
    assert_eq!(no_name, ["failed", skipped, skipped, skipped, skipped, skipped]);
    let gateway = Gateway::start(DATE, |_, _, _| 2000);
    let plain = gateway.base_url.replace("http:", "https:");
    assert_eq!(outcomes(&plain).await, [skipped, "ok", "failed", skipped, skipped, skipped]);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_by_how_much() {
    let ahead = async |date| visit_gateway(&Gateway::start(date, |_, _, _| 2000), false).await.check("clock");
    let compared =
        |outcome: &str, ahead_s: i64| (outcome.to_owned(), json!({"found": "compared", "ahead_s": ahead_s}));
    assert_eq!(ahead("Sun, 22 Nov 2026 10:00:30 GMT").await, compared("ok", -30));
    assert_eq!(ahead("Sun, 22 Nov 2026 09:58:00 GMT").await, compared("warning", 120));
    assert_eq!(ahead("Sun, 22 Nov 2026 12:00:00 GMT").await, compared("failed", -7_200));
    assert_eq!(ahead("now").await, ("skipped".to_owned(), json!({"found": "no_date"})));
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_by_codes() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
    file.set("sale.qr_timeout_s", "soon").unwrap();
    let data_dir = DataDir::locate(Some(folder.path().to_owned())).unwrap();
    let found = settings_found(&SetUp::read(&data_dir, &file));
    let bad = json!({"found": "bad_value", "key": "sale.qr_timeout_s", "value": "soon",
        "problem": "not_a_whole_number"});
    assert_eq!(serde_json::to_value(found).unwrap(), bad);

    let no_answer = |error: CallError| serde_json::to_value(Verdict::NoAnswer((&error).into())).unwrap();
    let status = json!({"verdict": "no_answer", "reason": "http_status", "status": 502});
    assert_eq!(no_answer(MaybeSentReason::HttpStatus(502).into()), status);
    let not_json = json!({"verdict": "no_answer", "reason": "not_a_gateway"});
    assert_eq!(no_answer(MalformedReason::NotJson.into()), not_json);

    let secret = |error: SecretError| serde_json::to_value(Secret::of(&Err(error))).unwrap();
    let size = SecretError::RsaKey(RsaKeyError::Size { bits: 512 });
    assert_eq!(secret(size), json!({"found": "unusable", "reason": "key_size", "bits": 512}));
    let locked = SecretError::Locked { reason: "by hand".to_owned() };
    assert_eq!(secret(locked), json!({"found": "locked", "said": "by hand"}));
}
