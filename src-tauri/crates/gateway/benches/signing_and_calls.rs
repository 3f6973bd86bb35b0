//! What a call costs this machine: the text and signature of an order of a hundred lines, and a whole call beside a bare
//! HTTP client's and a bare socket's exchange of the same bytes with the same server, in turns in one run.
//! Prints a table in microseconds.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement by a person at a terminal"
)]

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Instant;

use secrecy::SecretString;
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_gateway::{
    Account, AppSecret, Client, Credential, Endpoint, Profile, RsaKey, SignType, StoreInfo, Timeouts, scan,
    sign,
};

const ROUNDS: usize = 2_000;
const LINES: i64 = 100;
const MD5_MAX_US: u128 = 60;
const RSA_MAX_US: u128 = 3_000;
const OVERHEAD_MAX_US: u128 = 1_000;

fn main() {
    println!("{:<44}{:>9}{:>9}{:>9}{:>9}", "µs", "p50", "p90", "p99", "max");
    let md5 =
        Credential::Md5(AppSecret::new(SecretString::from("dajntBsIYIRw1QaeMzx0CbcJGkOzlPeo")).unwrap());
    let (account, body) = order_of_a_hundred_lines(SignType::Md5, "https://gateway.example");
    println!("the body has {} bytes", body.len());
    let took = signing(&account, &md5, &body, ROUNDS);
    verdict("canonical text and MD5", report("canonical text and MD5", took), MD5_MAX_US);

    let (account, body) = order_of_a_hundred_lines(SignType::Rsa, "https://gateway.example");
    let took =
        signing(&account, &Credential::Rsa(RsaKey::from_pem(&private_key()).unwrap()), &body, ROUNDS / 10);
    verdict("canonical text and RSA-2048", report("canonical text and RSA-2048, SHA-256", took), RSA_MAX_US);

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(calls(&md5));
}

fn signing(account: &Account, credential: &Credential, body: &[u8], rounds: usize) -> Vec<u128> {
    let once = || {
        let begun = Instant::now();
        black_box(sign::signed(black_box(body), account, credential).unwrap());
        begun.elapsed().as_nanos()
    };
    let warm_up = rounds / 10;
    (0..warm_up + rounds).map(|_| once()).skip(warm_up).collect()
}

async fn calls(credential: &Credential) {
    let base = server();
    let (account, body) = order_of_a_hundred_lines(SignType::Md5, &base);
    let signed = sign::signed(&body, &account, credential).unwrap().body;
    let client = Client::new(Timeouts::default()).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{base}/pay/scan");
    let mut socket = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    socket.set_nodelay(true).unwrap();
    let request =
        format!("POST /pay/scan HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{signed}", signed.len());

    let (mut bare, mut plain, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        socket.write_all(request.as_bytes()).unwrap();
        black_box(message(&mut BufReader::new(&socket)).unwrap());
        bare.push(begun.elapsed().as_nanos());

        let begun = Instant::now();
        let answer =
            http.post(&url).header("content-type", "application/json").body(signed.clone()).send().await;
        black_box(answer.unwrap().bytes().await.unwrap());
        plain.push(begun.elapsed().as_nanos());

        let begun = Instant::now();
        black_box(client.scan(&account, credential, &body).await.unwrap());
        whole.push(begun.elapsed().as_nanos());
    }
    let bare = report("a bare socket", bare);
    let plain = report("a bare HTTP client", plain);
    let whole = report("Client::scan, MD5", whole);
    verdict("a call beside a bare HTTP client", whole.saturating_sub(plain), OVERHEAD_MAX_US);
    verdict("a call beside a bare socket", whole.saturating_sub(bare), OVERHEAD_MAX_US);
}

fn order_of_a_hundred_lines(sign_type: SignType, base: &str) -> (Account, Vec<u8>) {
    let line = |number: i64| OrderLine {
        barcode: Barcode::parse(&format!("69211685{number:05}")).unwrap(),
        title: format!("农夫山泉饮用天然水 550ml {number}"),
        price_fen: Fen::new(200 + number),
        quantity: Quantity::new(2).unwrap(),
        amount_fen: Fen::new(2 * (200 + number)),
        detail: LineDetail::default(),
    };
    let lines: Vec<OrderLine> = (0..LINES).map(line).collect();
    let total_fen = Fen::checked_sum(lines.iter().map(|line| line.amount_fen)).unwrap();
    let order = Order { id: OrderId::parse("0193a1f8d7a07c3ea1b2c3d4e5f60718").unwrap(), lines, total_fen };
    let endpoint = Endpoint::parse(base).unwrap();
    let account = Account { endpoint, app_id: "app".to_owned(), sign_type, profile: Profile::default() };
    let store_info = StoreInfo { terminal_id: Some("counter-1".to_owned()), ..StoreInfo::default() };
    let body = scan::Request { order: &order, store_info: &store_info }.body(&account).unwrap();
    (account, body)
}

/// Answers every request on every connection with the same order, at once.
fn server() -> String {
    const ORDER: &str = r#"{"code":1000,"msg":"","data":{"trade_no":"t1","order_id":"0193a1f8d7a07c3ea1b2c3d4e5f60718","total_amount":"499.00","payable_amount":"499.00","pay_url":"https://pay.example/1"}}"#;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ORDER}", ORDER.len());
                while message(&mut reader).is_some() {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    base
}

/// The body of one HTTP message; `None` at the end of the connection.
fn message(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = 0;
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn private_key() -> String {
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .unwrap();
    String::from_utf8(made.stdout).unwrap()
}

fn report(name: &str, mut times_ns: Vec<u128>) -> u128 {
    times_ns.sort_unstable();
    let at_us = |percent: usize| {
        let tenths = times_ns[(times_ns.len() * percent / 100).min(times_ns.len() - 1)] / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    println!("{name:<44}{:>9}{:>9}{:>9}{:>9}", at_us(50), at_us(90), at_us(99), at_us(100));
    times_ns[times_ns.len() / 2] / 1_000
}

fn verdict(what: &str, took_us: u128, max_us: u128) {
    let held = if took_us <= max_us { "reached" } else { "MISSED" };
    println!("  {what}: {took_us} µs, to reach {max_us}: {held}");
}
