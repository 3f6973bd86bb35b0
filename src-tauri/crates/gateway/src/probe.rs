//! Finding out, without moving any money, whether a gateway can be reached and whether it takes our signatures.
//!
//! Nothing here makes, changes or names an order that exists: the only calls are `/pay/check` for an id that nobody
//! has used and `/order/list` for one minute.

mod reach;

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use yima_core::OrderId;

use crate::client::Call;
use crate::request::{app_id, order_body, write};
use crate::{Account, CallError, Client, Credential, RequestError, StoreInfo, sign};

pub use reach::{Connected, Greeting, LookedUp, NoConnection, NoName, connect, look_up, proxies_set};

/// What a gateway is asked, to see what it says to a signature. `store_info` goes along, so that nested text is signed.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// `/pay/check` for an order id that cannot exist.
    Check { order_id: &'a OrderId, store_info: &'a StoreInfo },
    /// `/order/list`, one order of the minute before `end_s` (Unix seconds): names no order that would be looked up.
    List { end_s: i64, store_info: &'a StoreInfo },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    Right,
    /// Well formed, but of another text.
    Wrong,
}

/// What an answer tells about the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// "No such order" to a check, success to a list: nothing was said against the signature.
    PastSignature,
    /// 2000, 3004.
    SignatureRefused,
    /// 3000, 3003.
    AppIdRefused,
    /// 5000.
    NotEnabled,
    /// 5002: ask again later.
    Busy,
    /// Says nothing about the signature.
    Other,
}

/// One answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    pub reply: Reply,
    pub code: i64,
    /// The gateway's own text, without secrets; show it as text only.
    pub msg: String,
    pub took: Duration,
}

impl Question<'_> {
    /// The call's path under the base URL.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Check { .. } => "/pay/check",
            Self::List { .. } => "/order/list",
        }
    }

    /// The bytes that are signed.
    ///
    /// # Errors
    /// An app_id that cannot be sent.
    pub fn body(&self, account: &Account) -> Result<Vec<u8>, RequestError> {
        match self {
            Self::Check { order_id, store_info } => order_body(account, (*order_id).into(), Some(store_info)),
            Self::List { end_s, store_info } => list_body(account, *end_s, store_info),
        }
    }

    const fn reply(&self, code: i64) -> Reply {
        match (self, code) {
            (Self::Check { .. }, 4001) | (Self::List { .. }, 1000) => Reply::PastSignature,
            (_, 2000 | 3004) => Reply::SignatureRefused,
            (_, 3000 | 3003) => Reply::AppIdRefused,
            (_, 5000) => Reply::NotEnabled,
            (_, 5002) => Reply::Busy,
            _ => Reply::Other,
        }
    }
}

impl Client {
    /// Asks, with the account's signature or one that the gateway must refuse.
    ///
    /// # Errors
    /// No answer, or one that is not a gateway's.
    pub async fn probe(
        &self,
        account: &Account,
        credential: &Credential,
        question: &Question<'_>,
        signature: Signature,
    ) -> Result<Probed, CallError> {
        let body = question.body(account)?;
        let mut signed = sign::signed(&body, account, credential)?;
        if signature == Signature::Wrong {
            let of_another_text = another_signature(account, credential)?;
            signed.body = signed.body.replace(&signed.signature, &of_another_text);
            signed.signature = of_another_text;
        }
        let call = Call { path: question.path(), account, credential, body: &body };
        let started = Instant::now();
        let answer = self.call_signed(call, signed, |_| Ok(())).await;
        let took = started.elapsed();
        let (code, msg) = match answer {
            Ok(()) => (1000, String::new()),
            Err(CallError::Rejected { code, msg }) => (code, msg),
            Err(other) => return Err(other),
        };
        Ok(Probed { reply: question.reply(code), code, msg, took })
    }
}

fn another_signature(account: &Account, credential: &Credential) -> Result<String, CallError> {
    #[derive(Serialize)]
    struct Other<'a> {
        app_id: &'a str,
        sign_type: &'static str,
    }
    let other = write(&Other { app_id: app_id(account)?, sign_type: account.sign_type.name() })?;
    Ok(sign::signed(&other, account, credential)?.signature)
}

fn list_body(account: &Account, end_s: i64, store_info: &StoreInfo) -> Result<Vec<u8>, RequestError> {
    const SPAN_S: i64 = 60;
    const EITHER: u8 = 10;
    #[derive(Serialize)]
    struct Wire<'a> {
        app_id: &'a str,
        start_time: i64,
        end_time: i64,
        pay_channel: u8,
        paid: u8,
        refunded: u8,
        page_limit: u8,
        page_num: u8,
        return_type: u8,
        sign_type: &'static str,
        store_info: &'a StoreInfo,
    }
    write(&Wire {
        app_id: app_id(account)?,
        start_time: end_s.saturating_sub(SPAN_S),
        end_time: end_s,
        pay_channel: EITHER,
        paid: EITHER,
        refunded: EITHER,
        page_limit: 1,
        page_num: 0,
        return_type: 0,
        sign_type: account.sign_type.name(),
        store_info,
    })
}
