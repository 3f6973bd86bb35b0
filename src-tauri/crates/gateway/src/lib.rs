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
//! Each call has a module of its own with its path, its answer and its method on [`Client`]; a new call is a new file.

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

mod account;
mod answer;
mod client;
mod credential;
mod endpoint;
mod error;
mod escape;
mod fields;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
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
