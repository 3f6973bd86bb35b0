//! `/pay/scan`: make an order whose QR the customer scans.
//!
//! Codes of refusals beyond the general ones: 1003 it is paid already, 1007 its id is known, perhaps from an earlier
//! sending whose answer was lost.

use yima_core::Fen;

use crate::client::Call;
use crate::fields::Fields;
use crate::{Account, CallError, Client, Credential, MalformedReason};

pub use crate::new_order::Request;

const PATH: &str = "/pay/scan";

/// The order as the gateway took it. `order_id` is the one asked for; the amounts and the address are not judged here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub trade_no: String,
    pub order_id: String,
    pub total_fen: Fen,
    /// After the platform's member discounts.
    pub payable_fen: Fen,
    /// Not to be shown before [`crate::PayUrl::parse`] has taken it.
    pub pay_url: String,
}

impl Client {
    /// Signs and sends a body made by [`Request::body`].
    ///
    /// # Errors
    /// [`CallError`]; after `MaybeSent` and `Malformed` the order may be there.
    pub async fn scan(
        &self,
        account: &Account,
        credential: &Credential,
        body: &[u8],
    ) -> Result<Answer, CallError> {
        self.call(Call { path: PATH, account, credential, body }, read).await
    }
}

pub(crate) fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    Ok(Answer {
        trade_no: data.required_text("trade_no")?,
        order_id: data.required_text("order_id")?,
        total_fen: data.required_fen("total_amount")?,
        payable_fen: data.required_fen("payable_amount")?,
        pay_url: data.required_text("pay_url")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer;

    #[test]
    fn an_answer_is_read_whole_or_not_at_all() {
        let read_text = |text: &str| read(&answer::data(text).unwrap());
        let answer = read_text(
            r#"{"code":1000,"data":{"trade_no":20,"order_id":"a","total_amount":11.0,"payable_amount":"10.50","pay_url":"https://x"}}"#,
        );
        let expected = Answer {
            trade_no: "20".to_owned(),
            order_id: "a".to_owned(),
            total_fen: Fen::new(1100),
            payable_fen: Fen::new(1050),
            pay_url: "https://x".to_owned(),
        };
        assert_eq!(answer, Ok(expected));
        let missing = read_text(
            r#"{"code":1000,"data":{"trade_no":"20","order_id":"a","total_amount":11.0,"payable_amount":"10.50","pay_url":""}}"#,
        );
        assert_eq!(missing, Err(MalformedReason::Field { name: "pay_url" }));
    }
}
