//! `/pay/check`: a cheap look at one order's status, for polling.
//!
//! Codes of refusals beyond the general ones: 4001 no such order, 4002 no such refund. Neither is final: both say what
//! the gateway knows now.

use yima_core::OrderId;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::{Named, order_body, refund_order_id};
use crate::{Account, CallError, Client, Credential, MalformedReason, OrderKey, OrderStatus, RequestError};

const PATH: &str = "/pay/check";

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// The id that the till gave the order.
    OrderId(&'a OrderId),
    /// The id that the gateway gave the order, 1 to 64 characters.
    TradeNo(&'a str),
    /// The id that the till gave a refund, 1 to 64 characters. The answer need not repeat it: compare its order id.
    RefundOrderId(&'a str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order_id: String,
    pub order_status: OrderStatus,
    pub trade_no: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS`, China Standard Time.
    pub check_time: Option<String>,
}

impl Client {
    /// Asks for the status, by `&OrderId` or any [`Key`].
    ///
    /// # Errors
    /// [`CallError`], which leaves everything as it was.
    pub async fn check(
        &self,
        account: &Account,
        credential: &Credential,
        key: impl Into<Key<'_>>,
    ) -> Result<Answer, CallError> {
        let body = order_body(account, key.into().named()?, None)?;
        self.call(Call { path: PATH, account, credential, body: &body }, read).await
    }
}

impl<'a> Key<'a> {
    fn named(self) -> Result<Named<'a>, RequestError> {
        match self {
            Self::OrderId(order_id) => OrderKey::OrderId(order_id).named(),
            Self::TradeNo(trade_no) => OrderKey::TradeNo(trade_no).named(),
            Self::RefundOrderId(text) => {
                Ok(Named { refund_order_id: Some(refund_order_id(text)?), ..Named::default() })
            }
        }
    }
}

impl<'a> From<&'a OrderId> for Key<'a> {
    fn from(order_id: &'a OrderId) -> Self {
        Self::OrderId(order_id)
    }
}

pub(crate) fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    Ok(Answer {
        order_id: data.required_text("order_id")?,
        order_status: data.order_status()?,
        trade_no: data.optional_text("trade_no")?,
        check_time: data.optional_text("check_time")?,
    })
}
