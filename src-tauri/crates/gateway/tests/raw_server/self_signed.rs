//! A TLS server that nobody vouches for.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Its certificate is for 127.0.0.1, and it signed it itself.
pub struct SelfSigned {
    pub base: String,
    process: Child,
    _folder: TempDir,
}

impl SelfSigned {
    /// It listens when this returns.
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let [key, certificate] = ["key.pem", "certificate.pem"].map(|name| folder.path().join(name));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut process = Command::new("openssl")
            .args(["s_server", "-accept", &address, "-key"])
            .arg(&key)
            .arg("-cert")
            .arg(&certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let mut lines = said.lines().map_while(Result::ok);
        assert!(lines.any(|line| line.starts_with("ACCEPT")), "openssl listens at {address}");
        std::thread::spawn(move || lines.count());
        Self { base: format!("https://{address}"), process, _folder: folder }
    }
}

impl Drop for SelfSigned {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
