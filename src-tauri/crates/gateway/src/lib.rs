//! A client for the Huishouyin (惠收银) open payment API.
//!
//! It makes requests, signs them, sends them and reads the answers, and it is strict about three things:
//!
//! - **What is signed is what is sent, byte for byte.** A body is made once and stored by the caller; the signature is
//!   put into those bytes and nothing else in them changes. See [`canonical`] and [`sign`].
//! - **Money is exact.** Amounts are read from their decimal digits into whole fen; no binary floating point anywhere.
//! - **A failure says what may have happened.** [`CallError`] tells a request that cannot have arrived from one that
//!   may have been acted on, a refusal from an answer that cannot be read. No answer about another order or another
//!   application ever passes for ours.
//!
//! ```no_run
//! use secrecy::SecretString;
//! use yima_core::{Order, OrderId};
//! use yima_gateway::{Account, AppSecret, Client, Credential, Endpoint, Profile, SignType, StoreInfo, Timeouts, scan};
//!
//! # async fn example(order: Order) -> Result<(), Box<dyn std::error::Error>> {
//! let account = Account {
//!     endpoint: Endpoint::parse("https://api.huishouyin.cn")?,
//!     app_id: "my-app".to_owned(),
//!     sign_type: SignType::Md5,
//!     profile: Profile::default(),
//! };
//! let credential = Credential::Md5(AppSecret::new(SecretString::from("from the keychain"))?);
//! let client = Client::new(Timeouts::default())?;
//!
//! let body = scan::Request { order: &order, store_info: &StoreInfo::default() }.body(&account)?;
//! // Make `body` durable here, and hand the same bytes in again if this has to be repeated.
//! let answer = client.scan(&account, &credential, &body).await?;
//! let status = client.check(&account, &credential, &order.id).await?.order_status;
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! Each call has a module of its own with its path, its limits, its answer and its method on [`Client`].
//!
//! | module | what it does | may be sent again |
//! |---|---|---|
//! | [`scan`] | makes an order whose QR the customer scans | with the identical body, after asking |
//! | [`qrcode`] | charges the payment code on the customer's phone | never |
//! | [`check`], [`get`] | an order's status; all about an order, which alone proves a payment | yes |
//! | [`close`] | closes an order that is unpaid | yes |
//! | [`cancel`] | reverses an order whose outcome is unknown: paid ones are refunded | yes, after asking |
//! | [`refund`] | gives money back, above zero | with the identical body |
//! | [`list`] | the orders of a span of time | yes |
//! | [`webhook`] | reads what the gateway sends to a merchant's server | – |
//!
//! # Units and limits
//!
//! Amounts are [`Fen`](yima_core::Fen), whole fen; on the wire they are yuan with two decimals, and an order is at most
//! ¥9,999,999.99. Times are Unix seconds where the gateway is asked, and text in China Standard Time where it answers.
//! A limit that is not a type's is checked before anything is sent, and [`RequestError::field`] names the field:
//!
//! | field | characters | kept by |
//! |---|---|---|
//! | `app_id` | 1–32 | every call |
//! | `order_id` | 1–32 letters and digits | [`OrderId`](yima_core::OrderId) |
//! | `trade_no`, `refund_order_id` | 1–64 | every call |
//! | `pay_code` | 18 digits, or 16–24 | [`PayCode`] |
//! | `barcode` | 1–32 | [`Barcode`](yima_core::Barcode) |
//! | `title` | cut to 256 | the order's body |
//! | `page_limit` | 1–99 orders | [`list`] |
//!
//! A call takes at most [`Timeouts::total`] and reads at most 64 KiB, 1 MiB ([`get`]) or 8 MiB ([`list`]).
//!
//! # Codes
//!
//! Any code but 1000 is [`CallError::Rejected`]. The general ones: 1003 and 1006 paid already, 1004 closed, 1005 reversed,
//! 1007 the order id is known, 2000 and 3004 bad signature, 3000 and 3003 bad app_id, 3001 and 3002 a field is missing or
//! malformed, 4001 no such order now, 5000 application not enabled, 5001 gateway error, 5002 too many requests. After 5001
//! and any code that is not documented the outcome is unknown.
//!
//! Source: the vendor's interface pages of 2017-11. Where they contradict themselves, a [`Profile`] says what holds.

pub mod cancel;
pub mod canonical;
pub mod check;
pub mod close;
pub mod get;
pub mod list;
pub mod probe;
pub mod qrcode;
pub mod refund;
pub mod scan;
pub mod sign;
pub mod webhook;

#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;

mod account;
mod answer;
mod client;
mod credential;
mod endpoint;
mod error;
mod escape;
mod fields;
mod new_order;
mod order_status;
mod pay_code;
mod pay_url;
mod redact;
mod request;

pub use account::{Account, AmountForm, Md5Output, Profile, RsaDigest, SecretKey, SignType, UnknownName};
pub use canonical::CanonicalError;
pub use client::{Client, ClientError, Timeouts};
pub use credential::{AppSecret, AppSecretError, Credential, RsaKey, RsaKeyError};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{CallError, MalformedReason, MaybeSentReason, NotSentReason};
pub use order_status::OrderStatus;
pub use pay_code::{PayCode, PayCodeError, Wallet};
pub use pay_url::{PayUrl, PayUrlError, PayUrlHosts, PayUrlHostsError};
pub use request::{OrderKey, RequestError, StoreInfo};
pub use sign::SignError;
