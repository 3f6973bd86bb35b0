//! `/pay/check`: a cheap look at one order's status, for polling.

use yima_core::OrderId;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::order_body;
use crate::{Account, CallError, Client, Credential, MalformedReason, OrderStatus};

const PATH: &str = "/pay/check";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order_id: String,
    pub order_status: OrderStatus,
    pub trade_no: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS`, China Standard Time.
    pub check_time: Option<String>,
}

impl Client {
    pub async fn check(
        &self,
        account: &Account,
        credential: &Credential,
        order_id: &OrderId,
    ) -> Result<Answer, CallError> {
        let body = order_body(account, order_id, None)?;
        self.call(Call { path: PATH, account, credential, body: &body }, read).await
    }
}

fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    Ok(Answer {
        order_id: data.required_text("order_id")?,
        order_status: data.order_status()?,
        trade_no: data.optional_text("trade_no")?,
        check_time: data.optional_text("check_time")?,
    })
}
