//! `/pay/cancel`: reverse an order whose outcome is unknown: closed if unpaid, **refunded if paid**.
//!
//! Only after a status check gave no clear answer. An order that is paid is given back with [`crate::refund`].

use yima_core::OrderId;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::order_body;
use crate::{Account, CallError, Client, Credential, MalformedReason, StoreInfo};

const PATH: &str = "/pay/cancel";

/// The gateway took the request. What became of the order, only its status tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order_id: String,
}

impl Client {
    /// Asks to reverse; then [`Client::check`] tells whether it is closed, reversed or refunded.
    ///
    /// # Errors
    /// [`CallError`]; after `MaybeSent` and `Malformed` it may be reversed.
    pub async fn cancel(
        &self,
        account: &Account,
        credential: &Credential,
        order_id: &OrderId,
        store_info: &StoreInfo,
    ) -> Result<Answer, CallError> {
        let body = order_body(account, order_id.into(), Some(store_info))?;
        self.call(Call { path: PATH, account, credential, body: &body }, read).await
    }
}

pub(crate) fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    Ok(Answer { order_id: data.required_text("order_id")? })
}
