//! A client with an account at a sandbox of its own.

use secrecy::SecretString;
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_gateway::{
    Account, AppSecret, CallError, Client, Credential, Endpoint, OrderStatus, PayCode, Profile, SignType,
    StoreInfo, Timeouts, check, get, qrcode, refund, scan,
};
use yima_sandbox::{Amount, Channel, Config, Key, Running, Sandbox, Terms};

pub const APP_ID: &str = "contract-tests";
pub const SECRET: &str = "made up for these tests";
pub const WECHAT_CODE: &str = "134567890123456789";
pub const ALIPAY_CODE: &str = "2812345678901234567";

pub struct Till {
    pub sandbox: Running,
    pub client: Client,
    pub account: Account,
    pub credential: Credential,
}

pub fn config() -> Config {
    Config::new(APP_ID, Key::md5(SECRET))
}

pub fn app_secret(secret: &str) -> Credential {
    Credential::Md5(AppSecret::new(SecretString::from(secret)).unwrap())
}

pub fn order_id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

pub fn amount(fen: i64) -> Amount {
    Amount::from_fen(fen).unwrap()
}

pub fn store_info() -> StoreInfo {
    StoreInfo {
        store_id: Some("城西便利店\"1\"".to_owned()),
        cashier_id: Some("小王&sign=x".to_owned()),
        terminal_id: Some("till-7".to_owned()),
        ..StoreInfo::default()
    }
}

/// An order of two lines where the total allows it: a few pieces of one kind, and the rest as one piece of another.
pub fn order(id: &str, total_fen: i64) -> Order {
    let line = |barcode: &str, title: &str, pieces: u32, price_fen: i64| OrderLine {
        barcode: Barcode::parse(barcode).unwrap(),
        title: title.to_owned(),
        price_fen: Fen::new(price_fen),
        quantity: Quantity::new(pieces).unwrap(),
        amount_fen: Fen::new(price_fen * i64::from(pieces)),
        detail: LineDetail::default(),
    };
    let mut lines = vec![line("6983748939221", "可口可乐 300ml <b>\"冰\"", 3, total_fen / 4)];
    lines.push(line("x-1", "水🥤", 1, total_fen - lines[0].amount_fen.get()));
    lines.retain(|line| line.amount_fen.is_positive());
    Order { id: order_id(id), lines, total_fen: Fen::new(total_fen) }
}

impl Till {
    pub fn open() -> Self {
        Self::with(config())
    }

    pub fn with_terms(terms: Terms) -> Self {
        Self::with(Config { terms, ..config() })
    }

    pub fn with(config: Config) -> Self {
        let sandbox = Sandbox::start(config, "127.0.0.1:0".parse().unwrap()).ok().unwrap();
        let account = Account {
            endpoint: Endpoint::parse(sandbox.base_url()).unwrap(),
            app_id: APP_ID.to_owned(),
            sign_type: SignType::Md5,
            profile: Profile::default(),
        };
        let client = Client::new(Timeouts::default()).unwrap();
        Self { sandbox, client, account, credential: app_secret(SECRET) }
    }

    pub async fn scan(&self, id: &str, total_fen: i64) -> Result<scan::Answer, CallError> {
        let request = scan::Request { order: &order(id, total_fen), store_info: &store_info() };
        self.client.scan(&self.account, &self.credential, &request.body(&self.account)?).await
    }

    pub async fn qrcode(&self, id: &str, total_fen: i64, code: &str) -> Result<qrcode::Answer, CallError> {
        let request = qrcode::Request { order: &order(id, total_fen), store_info: &store_info() };
        let (body, code) = (request.body(&self.account)?, PayCode::parse(code).unwrap());
        self.client.qrcode(&self.account, &self.credential, &body, code).await
    }

    /// Makes an order and pays it as the customer would.
    pub async fn sell(&self, id: &str, total_fen: i64) -> scan::Answer {
        let made = self.scan(id, total_fen).await.unwrap();
        self.sandbox.pay(id, Channel::WeChat, None).await.unwrap();
        made
    }

    pub async fn check(&self, id: &str) -> Result<OrderStatus, CallError> {
        self.check_by(check::Key::OrderId(&order_id(id))).await.map(|answer| answer.order_status)
    }

    pub async fn check_by(&self, key: check::Key<'_>) -> Result<check::Answer, CallError> {
        self.client.check(&self.account, &self.credential, key).await
    }

    pub async fn get(&self, id: &str) -> Result<get::Answer, CallError> {
        self.client.get(&self.account, &self.credential, &order_id(id)).await
    }

    pub async fn close(&self, id: &str) -> Result<(), CallError> {
        self.client.close(&self.account, &self.credential, &order_id(id), &store_info()).await.map(drop)
    }

    pub async fn cancel(&self, id: &str) -> Result<(), CallError> {
        self.client.cancel(&self.account, &self.credential, &order_id(id), &store_info()).await.map(drop)
    }

    pub async fn refund(&self, id: &str, refund_id: &str, fen: i64) -> Result<refund::Answer, CallError> {
        let order_id = order_id(id);
        let request = refund::Request {
            order: (&order_id).into(),
            refund_order_id: refund_id,
            refund_fen: Fen::new(fen),
            store_info: &store_info(),
        };
        self.client.refund(&self.account, &self.credential, &request.body(&self.account)?).await
    }
}

/// The code that a call was refused with; 1000 for one that was not.
pub fn code_of<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> i64 {
    match outcome {
        Ok(_) => 1000,
        Err(CallError::Rejected { code, .. }) => code,
        Err(other) => panic!("{other:?}"),
    }
}
