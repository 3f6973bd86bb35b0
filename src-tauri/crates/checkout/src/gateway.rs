//! The gateway as the engine sees it: what an answer means, not how it came.

use std::future::Future;
use std::sync::Arc;

use yima_core::sale::{
    Answer, Call, CallFailure, Channel, CheckReply, OrderReply, PayReply, Refund, RefundReply, ScanReply,
    Status,
};
use yima_core::{Fen, Order, OrderId};
use yima_gateway::{
    Account, CallError, Client, Credential, MalformedReason, MaybeSentReason, NotSentReason, OrderKey,
    OrderStatus, PayUrl, PayUrlHosts, RequestError, StoreInfo, get, qrcode, refund, scan,
};

use crate::OnceCode;
use crate::doctor::network;
use crate::listing::{self, ListFailure, ListQuery, Listed};

const TOO_MANY_REQUESTS: u16 = 429;

/// One question about one order, with all that was frozen when the order was made.
#[derive(Clone, Debug)]
pub struct Asked {
    pub call: Call,
    pub order_id: OrderId,
    pub account: Arc<Account>,
    pub store_info: Arc<StoreInfo>,
    /// The order's body without its signature, byte for byte as it was made durable.
    pub body: Arc<[u8]>,
    /// Set for [`Call::Refund`].
    pub refund: Option<Refund>,
    /// Set for [`Call::Pay`].
    pub pay_code: Option<OnceCode>,
}

/// The secret is missing, locked away, or unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing secret cannot be had")]
pub struct CannotSign;

/// Asks the payment gateway.
pub trait Gateway: Send + Sync + 'static {
    /// The exact bytes of an order, without the signature.
    fn body(&self, order: &Order, account: &Account, store_info: &StoreInfo)
    -> Result<Vec<u8>, RequestError>;

    /// Whether requests of this account can be signed at all.
    fn can_sign(&self, account: &Account) -> Result<(), CannotSign>;

    /// Performs one call within a total deadline. Never fails: a call without an answer is answered with why.
    fn ask(&self, asked: Asked) -> impl Future<Output = Answer> + Send;

    /// Reads a part of the account's list of orders. A gateway whose till is never restored needs
    /// no list.
    fn list(
        &self,
        account: Arc<Account>,
        query: ListQuery,
    ) -> impl Future<Output = Result<Listed, ListFailure>> + Send {
        drop((account, query));
        async { Err(ListFailure::Incomplete) }
    }
}

/// Gives the secret for an account, from memory.
pub trait Signer: Send + Sync + 'static {
    fn credential(&self, account: &Account) -> Option<Arc<Credential>>;
}

/// The real gateway.
pub struct Huishouyin<K> {
    client: Client,
    signer: K,
    pay_url_hosts: PayUrlHosts,
}

impl<K: Signer> Huishouyin<K> {
    pub fn new(client: Client, signer: K, pay_url_hosts: PayUrlHosts) -> Self {
        Self { client, signer, pay_url_hosts }
    }

    fn scan_reply(&self, answer: scan::Answer, account: &Account) -> ScanReply {
        let link = PayUrl::parse(&answer.pay_url, &account.endpoint, &self.pay_url_hosts);
        if let Err(error) = &link {
            tracing::warn!(order_id = answer.order_id, %error, "payment link refused");
        }
        ScanReply {
            order_id: answer.order_id,
            trade_no: answer.trade_no,
            total_fen: answer.total_fen,
            payable_fen: answer.payable_fen,
            pay_url: link.ok().map(|link| link.as_str().to_owned()),
        }
    }
}

impl<K: Signer> Gateway for Huishouyin<K> {
    fn body(
        &self,
        order: &Order,
        account: &Account,
        store_info: &StoreInfo,
    ) -> Result<Vec<u8>, RequestError> {
        scan::Request { order, store_info }.body(account)
    }

    fn can_sign(&self, account: &Account) -> Result<(), CannotSign> {
        self.signer.credential(account).map(|_| ()).ok_or(CannotSign)
    }

    async fn ask(&self, asked: Asked) -> Answer {
        let Asked { call, order_id, account, store_info, body, refund, pay_code } = asked;
        let Some(credential) = self.signer.credential(&account) else {
            return Answer::failure(call, CallFailure::NotSent);
        };
        let (client, account, credential) = (&self.client, &*account, &*credential);
        match call {
            Call::Scan => {
                let result = client.scan(account, credential, &body).await;
                Answer::Scan(result.map(|answer| self.scan_reply(answer, account)).map_err(failure))
            }
            Call::Pay => {
                let Some(code) = pay_code.and_then(|code| code.take()) else {
                    tracing::error!("the payment code has been sent before");
                    return Answer::failure(call, CallFailure::Unknown);
                };
                let result = client.qrcode(account, credential, &body, code).await;
                Answer::Pay(result.map(pay_reply).map_err(failure))
            }
            Call::Check => {
                let result = client.check(account, credential, &order_id).await;
                Answer::Check(result.map_err(failure).map(|answer| CheckReply {
                    order_id: answer.order_id,
                    status: status(&answer.order_status),
                }))
            }
            Call::Get => {
                let result = client.get(account, credential, &order_id).await;
                Answer::Get(result.map(order_reply).map_err(failure))
            }
            Call::Close => {
                let result = client.close(account, credential, &order_id, &store_info).await;
                Answer::Close(result.map(|_| ()).map_err(failure))
            }
            Call::Cancel => {
                let result = client.cancel(account, credential, &order_id, &store_info).await;
                Answer::Cancel(result.map(|_| ()).map_err(failure))
            }
            Call::Refund => {
                let Some(refund) = refund else { return Answer::failure(call, CallFailure::NotSent) };
                let request = refund::Request {
                    order: OrderKey::OrderId(&order_id),
                    refund_order_id: refund.id.as_str(),
                    refund_fen: refund.amount_fen,
                    store_info: &store_info,
                };
                let Ok(body) = request.body(account) else {
                    tracing::error!("the refund cannot be put into words");
                    return Answer::failure(call, CallFailure::NotSent);
                };
                let result = client.refund(account, credential, &body).await;
                Answer::Refund(result.map_err(failure).map(|answer| RefundReply {
                    order_id: answer.order_id,
                    refund_id: answer.refund_order_id,
                }))
            }
        }
    }

    async fn list(&self, account: Arc<Account>, query: ListQuery) -> Result<Listed, ListFailure> {
        let credential = self.signer.credential(&account).ok_or(ListFailure::CannotSign)?;
        let listing = self.client.list_all(&account, &credential, &query.into()).await;
        let listed = listing::listed(listing.map_err(listing::failure)?);
        if !query.is_last {
            return Ok(listed);
        }
        let greeting = self.client.greet(&account.endpoint).await.map_err(|error| {
            tracing::warn!(%error, "the gateway does not tell the time");
            ListFailure::Silent
        })?;
        let gateway_ms = network::date(&greeting).map(|date| date.as_millisecond());
        Ok(Listed { gateway_ms, ..listed })
    }
}

fn pay_reply(answer: qrcode::Answer) -> PayReply {
    PayReply {
        order_id: answer.order_id,
        trade_no: answer.trade_no,
        status: status(&answer.order_status),
        total_fen: answer.total_fen,
        payable_fen: answer.payable_fen,
    }
}

/// What went back to the customer. Either may lag behind the other; what one of them says is gone is gone.
pub(crate) fn refunded_fen(answer: &get::Answer) -> Fen {
    let listed_fen = answer.refund_list.iter().map(|refund| refund.refund_fen).sum();
    answer.refund_fen.max(listed_fen)
}

fn order_reply(answer: get::Answer) -> OrderReply {
    let channel = match answer.pay_channel {
        Some(get::PayChannel::WeChat) => Some(Channel::Wechat),
        Some(get::PayChannel::Alipay) => Some(Channel::Alipay),
        Some(get::PayChannel::Other(_)) | None => None,
    };
    OrderReply {
        refunded_fen: refunded_fen(&answer),
        app_id: answer.app_id,
        order_id: answer.order_id,
        trade_no: answer.trade_no,
        status: status(&answer.order_status),
        channel,
        pay_time: answer.pay_time,
        total_fen: answer.total_fen,
        payable_fen: answer.payable_fen,
        real_fen: answer.real_fen,
        refund_ids: answer.refund_list.into_iter().map(|refund| refund.refund_order_id).collect(),
    }
}

pub(crate) fn status(status: &OrderStatus) -> Status {
    match status {
        OrderStatus::Paying => Status::Paying,
        OrderStatus::Paid => Status::Paid,
        OrderStatus::Refunded => Status::Refunded,
        OrderStatus::PartlyRefunded => Status::PartlyRefunded,
        OrderStatus::Closed => Status::Closed,
        OrderStatus::Cancelled => Status::Cancelled,
        OrderStatus::Failed => Status::Failed,
        OrderStatus::RefundFailed => Status::RefundFailed,
        OrderStatus::Refunding => Status::Refunding,
        OrderStatus::Unknown(_) => Status::Unknown,
    }
}

fn failure(error: CallError) -> CallFailure {
    match error {
        CallError::NotSent(reason) => {
            // A connection that fails is everyday; a request that cannot be made or signed is a defect or a setting.
            if matches!(reason, NotSentReason::Request(_) | NotSentReason::Signing(_)) {
                tracing::error!(%reason, "the request could not be made");
            }
            CallFailure::NotSent
        }
        CallError::Malformed(MalformedReason::OtherOrder | MalformedReason::OtherApp) => {
            CallFailure::OtherOrder
        }
        CallError::MaybeSent(MaybeSentReason::HttpStatus(TOO_MANY_REQUESTS)) => CallFailure::Busy,
        CallError::MaybeSent(_) | CallError::Malformed(_) => CallFailure::Unknown,
        CallError::Rejected { code, msg } => CallFailure::Rejected { code: code.to_string(), message: msg },
    }
}

#[cfg(test)]
mod tests;
