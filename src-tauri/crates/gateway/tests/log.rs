//! What a log at its most talkative must not hold.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

#[allow(dead_code, reason = "each test uses its part of it")]
mod raw_server;

use std::io;
use std::sync::{Arc, Mutex};

use raw_server::{RawServer, client, credential, order_id};
use tracing_subscriber::fmt::MakeWriter;
use yima_gateway::{Account, Credential, PayCode, RsaKey};

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

impl Log {
    /// Everything that is logged from now on in this thread.
    fn begin() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::level_filters::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_log_has_no_secret_no_signature_and_no_escape_sequence() {
    let (log, _guard) = Log::begin();
    // A gateway that repeats all it knows, with the signature of just this request, and draws on the terminal.
    let body = r#"{"app_id":"app","order_id":"0193a1","sign_type":"MD5"}"#;
    let profile = yima_gateway::Profile::default();
    let signature = yima_gateway::sign::signature(body, &profile, &credential()).unwrap();
    let message = format!("canary-secret {signature} \u{202e}\u{9b}2J");
    let server = RawServer::answering(format!(r#"{{"code":2000,"msg":"{message}","data":{{}}}}"#));
    client().check(&server.account, &credential(), &order_id()).await.unwrap_err();

    let (_, sent) = server.requests.recv().unwrap();
    assert!(sent.contains(&signature), "{sent}");
    let text = log.text();
    assert!(text.contains("/pay/check") && text.contains("0193a1") && text.contains("2000"), "{text}");
    assert!(text.contains("*** *** \\u{202e}\\u{9b}2J"), "{text}");
    for hidden in ["canary-secret", &signature, "\u{202e}", "\u{9b}"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[tokio::test]
async fn a_log_has_no_secret_that_was_quoted_inside_another_text() {
    const CODE: &str = "134567890123456789";
    let (log, _guard) = Log::begin();
    let folder = tempfile::TempDir::new().unwrap();
    let key = private_key(&folder);
    let credentials = [credential(), Credential::Rsa(RsaKey::from_pem(&key).unwrap())];
    // A gateway that hands the whole request back, as JSON in a string in JSON, with all that some libraries escape.
    let server = RawServer::replying(|request| {
        let echo = request.replace('/', "\\/").replace('=', "\\u003d");
        let echo = serde_json::to_string(&format!("{echo} app_sercet: \"canary-secret\"")).unwrap();
        format!(r#"{{"code":1001,"msg":{echo},"data":{{"echo":{echo}}}}}"#)
    });
    for credential in credentials {
        let account = Account { sign_type: credential.sign_type(), ..server.account.clone() };
        let name = account.sign_type;
        let body = format!(r#"{{"app_id":"app","order_id":"0193a1","sign_type":"{name}"}}"#);
        let code = PayCode::parse(CODE).unwrap();
        let outcome = client().qrcode(&account, &credential, body.as_bytes(), code).await;
        let (_, sent) = server.requests.recv().unwrap();
        let signature = sent.split_once(r#""sign":""#).unwrap().1.trim_end_matches(['"', '}']);
        assert!(signature.len() >= 44, "{sent}");
        let text = format!("{}{outcome:?}", log.text());
        assert!(text.contains("/pay/qrcode") && text.contains("echo") && text.contains("***"), "{text}");
        // A base64 signature is told by any part of it without `/`, `+` and `=`.
        let parts = signature.split(['/', '+', '=']).filter(|part| part.len() > 7);
        for hidden in parts.chain(["canary-secret", CODE]).chain(key.lines().filter(|line| line.len() == 64))
        {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}

fn private_key(folder: &tempfile::TempDir) -> String {
    let file = folder.path().join("key.pem");
    let made = std::process::Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read_to_string(file).unwrap()
}
