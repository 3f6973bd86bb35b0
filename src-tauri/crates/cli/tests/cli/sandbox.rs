use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use secrecy::SecretString;
use yima_core::{Barcode, Fen, Order, OrderId, OrderLine, Quantity};
use yima_gateway::{
    Account, AppSecret, Client, Credential, Endpoint, OrderStatus, Profile, SignType, StoreInfo, Timeouts,
    scan,
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_yima"));
        command.args(["sandbox", "--app-id", "app-1", "--secret-file"]).arg(secret_file).args(more);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut base_url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base_url).unwrap();
        Self { child, base_url: base_url.trim_end().to_owned() }
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
    };
    Order { id: OrderId::parse("order1").unwrap(), lines: vec![line], total_fen: Fen::new(300) }
}

#[test]
fn answers_until_it_is_told_to_stop() {
    let yima = Yima::new();
    for signal in ["-TERM", "-INT"] {
        let running = Running::start(&yima, &[]);
        let address = running.base_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nok"), "{answer}");
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
fn what_it_cannot_start_with_is_told() {
    let yima = Yima::new();
    let secret_file = yima.path("secret");
    std::fs::write(&secret_file, "s3cret\n").unwrap();
    let secret = secret_file.to_str().unwrap();
    assert!(yima.refused(&["sandbox", "--app-id", "a"], 2).contains("--secret-file"));
    let missing = yima.path("none");
    let said = yima.refused(&["sandbox", "--app-id", "a", "--secret-file", missing.to_str().unwrap()], 1);
    assert!(said.contains("none"), "{said}");
    let said = yima.refused(&["sandbox", "--app-id", "", "--secret-file", secret], 1);
    assert!(said.contains("app_id"), "{said}");
    let said = yima.refused(&["sandbox", "--app-id", "a", "--secret-file", secret, "--discount", "-1"], 2);
    assert!(said.contains("--discount"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = yima.refused(&["sandbox", "--app-id", "a", "--secret-file", secret, "--port", &port], 1);
    assert!(said.contains(&port), "{said}");
}
