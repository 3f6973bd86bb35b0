//! What a log at its most talkative must not hold.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::io;
use std::sync::{Arc, Mutex};

use raw_server::{RawServer, client, credential, order_id};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_log_has_no_secret_no_signature_and_no_escape_sequence() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::level_filters::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    // A gateway that repeats all it knows, with the signature of just this request, and draws on the terminal.
    let body = r#"{"app_id":"app","order_id":"0193a1","sign_type":"MD5"}"#;
    let profile = yima_gateway::Profile::default();
    let signature = yima_gateway::sign::signature(body, &profile, &credential()).unwrap();
    let message = format!("canary-secret {signature} \u{202e}\u{9b}2J");
    let server = RawServer::answering(format!(r#"{{"code":2000,"msg":"{message}","data":{{}}}}"#));
    client().check(&server.account, &credential(), &order_id()).await.unwrap_err();

    let (_, sent) = server.requests.recv().unwrap();
    assert!(sent.contains(&signature), "{sent}");
    let bytes = log.0.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("/pay/check") && text.contains("0193a1") && text.contains("2000"), "{text}");
    assert!(text.contains("*** *** \\u{202e}\\u{9b}2J"), "{text}");
    for hidden in ["canary-secret", &signature, "\u{202e}", "\u{9b}"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}
