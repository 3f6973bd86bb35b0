//! `/pay/qrcode`: make an order and charge the payment code on the customer's phone at once.
//!
//! A payment code is good for about a minute and once. Codes of refusals beyond the general ones: 1001 the payment
//! failed, 1002 the customer still has to confirm on the phone (poll `/pay/check`), 1003 the order is already paid.

use yima_core::Fen;
use zeroize::Zeroizing;

use crate::client::Call;
use crate::fields::Fields;
use crate::get::{PayChannel, Voucher, vouchers};
use crate::sign::with_field;
use crate::{Account, CallError, Client, Credential, MalformedReason, OrderStatus, PayCode, SignError};

/// The same body as for [`crate::scan`]. The payment code is no part of it, so that it is never stored.
pub use crate::new_order::Request;

const PATH: &str = "/pay/qrcode";

/// The order as the gateway took it. Only [`Client::get`] proves a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub trade_no: String,
    pub order_id: String,
    /// The wallet that paid, as the gateway tells it.
    pub pay_type: Option<PayChannel>,
    pub order_status: OrderStatus,
    pub total_fen: Fen,
    /// After the platform's member discounts.
    pub payable_fen: Fen,
    /// What the customer really paid; zero if not paid.
    pub real_fen: Fen,
    pub voucher_list: Vec<Voucher>,
}

impl Client {
    /// Adds the payment code to a body made by [`Request::body`], signs and sends.
    ///
    /// It takes the code itself, so that no code goes out twice.
    ///
    /// # Errors
    /// [`CallError`]; after `MaybeSent` and `Malformed` only [`Client::check`] tells what became of the order.
    pub async fn qrcode(
        &self,
        account: &Account,
        credential: &Credential,
        body: &[u8],
        pay_code: PayCode,
    ) -> Result<Answer, CallError> {
        let body = std::str::from_utf8(body).map_err(|_| SignError::NotUtf8)?;
        let body = with_field(body, "pay_code", pay_code.expose()).map_err(SignError::from)?;
        let body = Zeroizing::new(body);
        self.call(Call { path: PATH, account, credential, body: body.as_bytes() }, read).await
    }
}

pub(crate) fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    Ok(Answer {
        trade_no: data.required_text("trade_no")?,
        order_id: data.required_text("order_id")?,
        pay_type: data.optional_text("pay_type")?.map(PayChannel::from_wire),
        order_status: data.order_status()?,
        total_fen: data.required_fen("total_amount")?,
        payable_fen: data.required_fen("payable_amount")?,
        real_fen: data.optional_fen("real_amount")?.unwrap_or_default(),
        voucher_list: vouchers(data)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer;

    #[test]
    fn every_field_of_the_table() {
        let read_data =
            |data: &str| read(&answer::data(&format!(r#"{{"code":1000,"data":{data}}}"#)).unwrap());
        let answer = read_data(
            r#"{"trade_no":"t","order_id":"a","pay_type":1,"order_status":"1","total_amount":25,
                "payable_amount":"24.0","real_amount":22.5,"voucher_list":[{"id":"v","amount":1.5}]}"#,
        )
        .unwrap();
        assert_eq!((answer.trade_no.as_str(), answer.order_id.as_str()), ("t", "a"));
        assert_eq!((answer.pay_type, answer.order_status), (Some(PayChannel::Alipay), OrderStatus::Paid));
        assert_eq!([answer.total_fen, answer.payable_fen, answer.real_fen].map(Fen::get), [2500, 2400, 2250]);
        assert_eq!(answer.voucher_list[0].amount_fen, Some(Fen::new(150)));

        let waiting =
            r#"{"trade_no":"t","order_id":"a","order_status":0,"total_amount":25,"payable_amount":24}"#;
        let answer = read_data(waiting).unwrap();
        assert_eq!(
            (answer.order_status, answer.real_fen, answer.pay_type),
            (OrderStatus::Paying, Fen::ZERO, None)
        );
        let no_status = read_data(&waiting.replace(r#""order_status":0,"#, ""));
        assert_eq!(no_status, Err(MalformedReason::Field { name: "order_status" }));
    }
}
