//! A server that says exactly the bytes it is told to, on a port of its own.

pub mod broken;
pub mod self_signed;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use secrecy::SecretString;
use yima_core::OrderId;
use yima_gateway::{Account, AppSecret, Client, Credential, Endpoint, Profile, SignType, Timeouts};

/// A server whose every connection gets one request read and is then handed to `answer`.
pub struct RawServer {
    pub account: Account,
    /// What was asked: head and body of each request.
    pub requests: Receiver<(String, String)>,
}

impl RawServer {
    pub fn start(answer: impl Fn(TcpStream) + Send + 'static) -> Self {
        Self::serving(move |stream, _| answer(stream))
    }

    fn serving(answer: impl Fn(TcpStream, &str) + Send + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    pub fn on(listener: TcpListener, answer: impl Fn(TcpStream, &str) + Send + 'static) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some((head, body)) = read_request(&mut stream) else { continue };
                if sender.send((head, body.clone())).is_ok() {
                    answer(stream, &body);
                }
            }
        });
        Self { account: account(&format!("http://127.0.0.1:{port}")), requests }
    }

    /// Answers every request with the same bytes and hangs up.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |mut stream| {
            // The client may hang up first, which is what some tests are about.
            let _ = stream.write_all(&bytes);
        })
    }

    /// Says this much, and keeps the connection open without another word for longer than any client here waits.
    pub fn stalling_after(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |mut stream| {
            let _ = stream.write_all(&bytes);
            std::thread::sleep(Duration::from_secs(5));
        })
    }

    /// Answers with HTTP 200 and this body.
    pub fn answering(body: impl AsRef<[u8]>) -> Self {
        Self::saying(http(200, body))
    }

    /// Answers with HTTP 200 and what `reply` makes of the request's body.
    pub fn replying(reply: impl Fn(&str) -> String + Send + 'static) -> Self {
        Self::serving(move |mut stream, body| {
            let _ = stream.write_all(&http(200, reply(body)));
        })
    }
}

/// One whole answer. Without its `connection: close` a client may send its next request into a connection that is just
/// being closed, which is a reset.
pub fn http(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

pub fn account(base: &str) -> Account {
    Account {
        endpoint: Endpoint::parse(base).unwrap(),
        app_id: "app".to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    }
}

pub fn credential() -> Credential {
    Credential::Md5(AppSecret::new(SecretString::from("canary-secret")).unwrap())
}

pub fn order_id() -> OrderId {
    OrderId::parse("0193a1").unwrap()
}

/// Patient enough for a slow machine, quick enough to wait for.
pub fn client() -> Client {
    Client::new(Timeouts { connect: Duration::from_millis(700), total: Duration::from_millis(1_500) })
        .unwrap()
}

fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        if body.len() >= length.parse().ok()? {
            return Some((head.to_owned(), body.to_owned()));
        }
    }
}
