use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use secrecy::SecretString;
use serde_json::{Value, json};
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_gateway::{
    Account, AppSecret, CallError, Client, Credential, Endpoint, Md5Output, OrderStatus, Profile, RsaDigest,
    RsaKey, SignType, StoreInfo, Timeouts, scan,
};

use crate::yima::Yima;

struct Running {
    child: Child,
    base_url: String,
}

impl Running {
    fn start(yima: &Yima, more: &[&str]) -> Self {
        let secret_file = yima.path("secret");
        std::fs::write(&secret_file, "s3cret\n").unwrap();
        let app = ["--app-id", "app-1", "--secret-file", secret_file.to_str().unwrap()];
        Self::start_with(&[&app, more].concat())
    }

    fn start_with(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yima"));
        command.arg("sandbox").args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut base_url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base_url).unwrap();
        Self { child, base_url: base_url.trim_end().to_owned() }
    }

    fn get(&self, path: &str) -> String {
        let address = self.base_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    fn stop(mut self, signal: &str) {
        assert!(
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success()
        );
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn account(running: &Running) -> Account {
    Account {
        endpoint: Endpoint::parse(&running.base_url).unwrap(),
        app_id: "app-1".to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    }
}

fn order() -> Order {
    let line = OrderLine {
        barcode: Barcode::parse("1").unwrap(),
        title: "茶".to_owned(),
        price_fen: Fen::new(300),
        quantity: Quantity::new(1).unwrap(),
        amount_fen: Fen::new(300),
        detail: LineDetail::default(),
    };
    Order { id: OrderId::parse("order1").unwrap(), lines: vec![line], total_fen: Fen::new(300) }
}

/// What it was told to sign with is in its memory.
#[cfg(target_os = "linux")]
#[test]
fn l1_a_crash_leaves_no_copy_of_the_memory() {
    let yima = Yima::new();
    let running = Running::start(&yima, &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", running.child.id())).unwrap();
    let of_dumps = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let bounds: Vec<u64> = of_dumps.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(bounds.len() == 2 && bounds.iter().all(|bound| *bound <= 1), "{of_dumps}");
}

#[test]
fn answers_until_it_is_told_to_stop() {
    let yima = Yima::new();
    for signal in ["-TERM", "-INT"] {
        let running = Running::start(&yima, &[]);
        assert_eq!(running.get("/healthz"), "ok");
        running.stop(signal);
    }
}

#[test]
fn serves_the_application_with_that_secret_and_keeps_its_orders_over_a_restart() {
    let yima = Yima::new();
    let state = yima.path("state.json");
    let more = ["--state", state.to_str().unwrap(), "--discount", "50", "--pay-after", "0"];
    let credential = Credential::Md5(AppSecret::new(SecretString::from("s3cret")).unwrap());
    let client = Client::new(Timeouts::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let running = Running::start(&yima, &more);
    let first = account(&running);
    let order = order();
    let body = scan::Request { order: &order, store_info: &StoreInfo::default() }.body(&first).unwrap();
    let answer = runtime.block_on(client.scan(&first, &credential, &body)).unwrap();
    assert_eq!((answer.total_fen, answer.payable_fen), (Fen::new(300), Fen::new(250)));
    running.stop("-TERM");

    let running = Running::start(&yima, &more);
    let again = account(&running);
    let status = runtime.block_on(client.check(&again, &credential, &order.id)).unwrap().order_status;
    assert_eq!(status, OrderStatus::Paid);
}

#[test]
fn what_is_said_holds_and_can_be_read_back() {
    let yima = Yima::new();
    let running = Running::start(
        &yima,
        &[
            "--pay-after=2",
            "--refund-after=3",
            "--pay-code=waits",
            "--discount=50",
            "--subsidy=25",
            "--balance=10000",
            "--requests-per-second=7",
            "--date-offset=-3600",
            "--look-up-first",
        ],
    );
    let terms: Value = serde_json::from_str(&running.get("/control/terms")).unwrap();
    let amounts = ["member_vouchers", "channel_vouchers"].map(|name| terms[name][0]["amount"].clone());
    assert_eq!(amounts, [json!("0.50"), json!("0.25")]);
    for (name, expected) in [
        ("pay_after_ms", json!(2_000)),
        ("refund_after_ms", json!(3_000)),
        ("pay_code", json!("waits")),
        ("requests_per_second", json!(7)),
        ("date_offset_s", json!(-3_600)),
        ("looks_up_first", json!(true)),
    ] {
        assert_eq!(terms[name], expected, "{name}");
    }
    assert_eq!(running.get("/control/balance"), r#"{"balance":"100.00"}"#);
}

#[test]
fn each_application_has_its_key_and_its_profile() {
    let yima = Yima::new();
    let (private_pem, public_file) = rsa_key(&yima);
    let apps = json!([{"app_id": "app-2", "app_secret": "another", "profile": {"md5_output": "upper_hex"}}]);
    std::fs::write(yima.path("apps.json"), apps.to_string()).unwrap();
    let running = Running::start_with(&[
        "--app-id=app-1",
        "--rsa-public-key",
        &public_file,
        "--profile=rsa_digest=sha1,sign_type_signed=false",
        "--apps",
        yima.path("apps.json").to_str().unwrap(),
    ]);
    let client = Client::new(Timeouts::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = |account: &Account, credential: &Credential| {
        let order_id = OrderId::parse("none").unwrap();
        match runtime.block_on(client.check(account, credential, &order_id)) {
            Err(CallError::Rejected { code, .. }) => code,
            other => panic!("{other:?}"),
        }
    };
    let rsa = Credential::Rsa(RsaKey::from_pem(&private_pem).unwrap());
    let profile = Profile { rsa_digest: RsaDigest::Sha1, sign_type_signed: false, ..Profile::default() };
    let first = Account { sign_type: SignType::Rsa, profile, ..account(&running) };
    assert_eq!(code(&first, &rsa), 4001);
    assert_eq!(code(&Account { profile: Profile::default(), ..first.clone() }, &rsa), 2000);

    let md5 = Credential::Md5(AppSecret::new(SecretString::from("another")).unwrap());
    let profile = Profile { md5_output: Md5Output::UpperHex, ..Profile::default() };
    let second = Account { app_id: "app-2".to_owned(), profile, ..account(&running) };
    assert_eq!(code(&second, &md5), 4001);
    assert_eq!(code(&Account { app_id: "app-3".to_owned(), ..second }, &md5), 3000);
    assert!(!running.get("/control/apps").contains("another"));
}

/// A fresh private key, and the file of its public one.
fn rsa_key(yima: &Yima) -> (String, String) {
    let [private, public] = ["private.pem", "public.pem"].map(|name| yima.path(name));
    let [private, public] = [private.to_str().unwrap(), public.to_str().unwrap()];
    for args in [
        ["genpkey", "-algorithm", "RSA", "-quiet", "-out", private].as_slice(),
        ["pkey", "-in", private, "-pubout", "-out", public].as_slice(),
    ] {
        assert!(Command::new("openssl").args(args).status().unwrap().success(), "{args:?}");
    }
    (std::fs::read_to_string(private).unwrap(), public.to_owned())
}

#[test]
fn what_it_cannot_start_with_is_told() {
    let yima = Yima::new();
    let write = |name: &str, text: &str| {
        std::fs::write(yima.path(name), text).unwrap();
        yima.path(name).to_str().unwrap().to_owned()
    };
    let secret = write("secret", "s3cret\n");
    let pem = write("pem", "-----BEGIN PUBLIC KEY-----\n");
    let no_apps = write("none.json", "[]");
    let broken_apps = write("broken.json", r#"[{"app_id":"a","app_secret":"canary","profile":"canary"}]"#);
    let missing = yima.path("missing").to_str().unwrap().to_owned();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let with_secret = ["--app-id", "a", "--secret-file", &secret];
    let cases: [(&[&str], i32, &str); 16] = [
        (&["--app-id", "a"], 2, "--secret-file"),
        (&["--secret-file", &secret], 2, "--app-id"),
        (&["--app-id", "a", "--apps", &no_apps], 2, "--rsa-public-key"),
        (&["--app-id", "a", "--secret-file", &secret, "--rsa-public-key", &pem], 2, "cannot be used with"),
        (&["--app-id", "a", "--secret-file", &missing], 1, "missing"),
        (&["--app-id", "a", "--secret-file", &pem], 2, "--rsa-public-key"),
        (&["--app-id", "a", "--rsa-public-key", &pem], 1, "public key"),
        (&["--app-id", "", "--secret-file", &secret], 1, "app_id"),
        (&["--apps", &no_apps], 1, "no application"),
        (&["--apps", &broken_apps], 1, "line 1"),
        (&["--apps", &missing], 1, "missing"),
        (&["--discount", "-1"], 2, "--discount"),
        (&["--profile", "md5_output=base64"], 2, "base64_upper_hex"),
        (&["--profile", "rsa_digest=sha1,rsa_digest=sha256"], 2, "twice"),
        (&["--profile", "secret"], 2, "name=value"),
        (&["--port", &port], 1, &port),
    ];
    for (options, status, expected) in cases {
        let has_app = options.iter().any(|option| ["--app-id", "--apps", "--secret-file"].contains(option));
        let app: &[&str] = if has_app { &[] } else { &with_secret };
        let said = yima.refused(&[&["sandbox"], app, options].concat(), status);
        assert!(said.contains(expected) && !said.contains("canary"), "{options:?}: {said}");
    }
}
