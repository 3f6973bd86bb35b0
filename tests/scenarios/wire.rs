//! Answers as they come over the wire, read by the real client: what the engine is told of them is not made up here.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use yima_checkout::{Asked, Gateway, Huishouyin, Signer};
use yima_core::sale::Answer;
use yima_gateway::{Account, AppSecret, Client, Credential, Endpoint, PayUrlHosts, Timeouts};

/// Stands in an answer for the order that was asked about.
pub const ORDER_ID: &str = "{order_id}";

/// What comes back over a real connection.
#[derive(Clone, Debug)]
pub enum Wire {
    /// Nobody is there to connect to.
    Nobody,
    /// Somebody who does not speak TLS where TLS is wanted.
    NoTls,
    /// A whole answer.
    Http { status: u16, head: &'static str, body: Vec<u8> },
    /// Just these bytes, and the line is cut.
    Cut(&'static str),
    /// These bytes, and then nothing for longer than anybody waits.
    Stalled(&'static str),
    /// A whole answer, a byte at a time.
    Dripping(&'static str),
}

impl Wire {
    /// Status 200 with this body.
    pub fn says(body: impl Into<Vec<u8>>) -> Self {
        Self::Http { status: 200, head: "", body: body.into() }
    }

    /// The gateway's own refusal.
    pub fn refuses(code: &str, message: &str) -> Self {
        Self::says(format!(r#"{{"code":{code},"msg":"{message}","data":{{}}}}"#))
    }

    pub fn status(status: u16) -> Self {
        Self::Http { status, head: "", body: Vec::new() }
    }

    /// Asks over a connection of its own, and says what the real client makes of what it hears.
    pub async fn ask(&self, asked: Asked) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let base_url = match self {
            // A port that no system gives away by itself.
            Self::Nobody => "http://127.0.0.1:1".to_owned(),
            Self::NoTls => format!("https://{here}"),
            _ => format!("http://{here}"),
        };
        let endpoint = Endpoint::parse(&base_url).unwrap();
        let account = Arc::new(Account { endpoint, ..Account::clone(&asked.account) });
        let (wire, order_id) = (self.clone(), asked.order_id.to_string());
        let server = tokio::spawn(async move { wire.serve(&listener, &order_id).await });
        let client = Client::new(self.timeouts()).unwrap();
        let gateway = Huishouyin::new(client, OneSecret, PayUrlHosts::default());
        let answer = gateway.ask(Asked { account, ..asked }).await;
        server.abort();
        answer
    }

    /// Short only where the end of patience is what the row is about.
    fn timeouts(&self) -> Timeouts {
        let is_slow = matches!(self, Self::Stalled(_) | Self::Dripping(_));
        let total = Duration::from_millis(if is_slow { 600 } else { 20_000 });
        Timeouts { connect: total, total }
    }

    async fn serve(self, listener: &TcpListener, order_id: &str) -> Option<()> {
        let mut stream = listener.accept().await.ok()?.0;
        if matches!(self, Self::NoTls) {
            // All of the greeting: what is left unread would turn the answer into a reset.
            let _greeting_bytes = stream.read(&mut [0; 16 * 1024]).await.ok()?;
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok();
        }
        read_request(&mut stream).await?;
        match self {
            Self::Nobody | Self::NoTls => None,
            Self::Http { status, head, body } => {
                stream.write_all(&answer(status, head, body, order_id)).await.ok()
            }
            Self::Cut(bytes) => stream.write_all(bytes.as_bytes()).await.ok(),
            Self::Stalled(bytes) => {
                stream.write_all(bytes.as_bytes()).await.ok()?;
                std::future::pending().await
            }
            Self::Dripping(body) => {
                for byte in answer(200, "", body.into(), order_id) {
                    stream.write_all(&[byte]).await.ok()?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Some(())
            }
        }
    }
}

fn answer(status: u16, head: &str, body: Vec<u8>, order_id: &str) -> Vec<u8> {
    let body = match String::from_utf8(body) {
        Ok(text) => text.replace(ORDER_ID, order_id).into_bytes(),
        Err(not_text) => not_text.into_bytes(),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\n{head}connection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), &body].concat()
}

async fn read_request(stream: &mut TcpStream) -> Option<()> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        if body.len() >= length.parse().ok()? {
            return Some(());
        }
    }
}

struct OneSecret;

impl Signer for OneSecret {
    fn credential(&self, _account: &Account) -> Option<Arc<Credential>> {
        let secret = AppSecret::new(SecretString::from("made up for these tests")).ok()?;
        Some(Arc::new(Credential::Md5(secret)))
    }
}
