//! `/pay/close`: close an order that is still unpaid.
//!
//! Codes of refusals beyond the general ones: 1006 it is paid, so settle it.

use yima_core::OrderId;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::order_body;
use crate::{Account, CallError, Client, Credential, MalformedReason, StoreInfo};

const PATH: &str = "/pay/close";

/// The gateway took the request. What became of the order, only its status tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order_id: String,
}

impl Client {
    /// Asks to close; then [`Client::check`] tells whether it is closed.
    ///
    /// # Errors
    /// [`CallError`]; after `MaybeSent` and `Malformed` it may be closed.
    pub async fn close(
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
