//! `/pay/refund`: give back all or part of what a customer paid.
//!
//! Codes of refusals beyond the general ones: 2001 more than was really paid, 2002 the merchant's balance is short,
//! 4001 no such order.

use serde::Serialize;
use yima_core::Fen;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::{Amount, Named, app_id, refund_order_id, write};
use crate::{Account, CallError, Client, Credential, MalformedReason, OrderKey, RequestError, StoreInfo};

const PATH: &str = "/pay/refund";

/// What is to be given back. Asking again with the same `refund_order_id` is the same refund, never a second one.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub order: OrderKey<'a>,
    /// Unique among all refunds of the application, 1 to 64 characters.
    pub refund_order_id: &'a str,
    /// Above zero: the gateway reads `"0"` as *all*, so it is never sent.
    pub refund_fen: Fen,
    pub store_info: &'a StoreInfo,
}

/// The gateway took the refund. It is done when its id stands in [`crate::get::Answer::refund_list`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub order_id: String,
    pub refund_order_id: String,
    pub refund_fen: Fen,
    pub trade_no: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS`, China Standard Time.
    pub refund_time: Option<String>,
}

impl Request<'_> {
    /// The body without `sign`: to be stored before it is first sent, and the same bytes for every sending.
    ///
    /// # Errors
    /// An id that is empty or too long, or an amount that is not above zero or is more than any order.
    pub fn body(&self, account: &Account) -> Result<Vec<u8>, RequestError> {
        if !self.refund_fen.is_positive() || self.refund_fen > Fen::MAX_ORDER {
            return Err(RequestError::OutOfRange { field: "refund_amount", allowed: "0.01 to 9999999.99" });
        }
        let refund_order_id = Some(refund_order_id(self.refund_order_id)?);
        write(&Wire {
            app_id: app_id(account)?,
            named: Named { refund_order_id, ..self.order.named()? },
            refund_amount: Amount(self.refund_fen, account.profile.amount_form),
            sign_type: account.sign_type.name(),
            store_info: Some(self.store_info).filter(|info| !info.is_empty()),
        })
    }
}

impl Client {
    /// Signs and sends a body made by [`Request::body`].
    ///
    /// # Errors
    /// [`CallError`]; after `MaybeSent` and `Malformed` the money may be on its way: ask with [`Client::check`] by the
    /// refund's id before the same bytes are sent again.
    pub async fn refund(
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
        order_id: data.required_text("order_id")?,
        refund_order_id: data.required_text("refund_order_id")?,
        refund_fen: data.required_fen("refund_amount")?,
        trade_no: data.optional_text("trade_no")?,
        refund_time: data.optional_text("refund_time")?,
    })
}

#[derive(Serialize)]
struct Wire<'a> {
    app_id: &'a str,
    #[serde(flatten)]
    named: Named<'a>,
    refund_amount: Amount,
    sign_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    store_info: Option<&'a StoreInfo>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AmountForm, Endpoint, Profile, SignType, answer};
    use yima_core::OrderId;

    fn body(
        order: OrderKey<'_>,
        refund_order_id: &str,
        refund_fen: i64,
        form: AmountForm,
    ) -> Result<String, RequestError> {
        let account = Account {
            endpoint: Endpoint::parse("https://a.example").unwrap(),
            app_id: "app".to_owned(),
            sign_type: SignType::Md5,
            profile: Profile { amount_form: form, ..Profile::default() },
        };
        let store_info = StoreInfo { terminal_id: Some("t1".to_owned()), ..StoreInfo::default() };
        Request { order, refund_order_id, refund_fen: Fen::new(refund_fen), store_info: &store_info }
            .body(&account)
            .map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn an_order_is_named_by_either_id() {
        let order_id = OrderId::parse("a1").unwrap();
        assert_eq!(
            body(OrderKey::OrderId(&order_id), "r1", 100, AmountForm::String).as_deref(),
            Ok(
                r#"{"app_id":"app","order_id":"a1","refund_order_id":"r1","refund_amount":"1.00","sign_type":"MD5","store_info":{"terminal_id":"t1"}}"#
            )
        );
        assert_eq!(
            body(OrderKey::TradeNo("t"), "r1", 5, AmountForm::Number).as_deref(),
            Ok(
                r#"{"app_id":"app","trade_no":"t","refund_order_id":"r1","refund_amount":0.05,"sign_type":"MD5","store_info":{"terminal_id":"t1"}}"#
            )
        );
    }

    #[test]
    fn what_is_out_of_bounds_is_not_sent() {
        let order_id = OrderId::parse("a1").unwrap();
        let refund = |refund_order_id: &str, fen| {
            body(OrderKey::OrderId(&order_id), refund_order_id, fen, AmountForm::String).map(drop)
        };
        for fen in [0, -1, i64::MIN, Fen::MAX_ORDER.get() + 1, i64::MAX] {
            let error = refund("r1", fen).unwrap_err();
            assert!(
                matches!(error, RequestError::OutOfRange { field: "refund_amount", .. }),
                "{fen}: {error}"
            );
        }
        assert_eq!(refund("r1", Fen::MAX_ORDER.get()), Ok(()));
        assert_eq!(refund(&"退".repeat(64), 1), Ok(()));
        assert_eq!(refund("", 1), Err(RequestError::Empty { field: "refund_order_id" }));
        assert_eq!(
            refund(&"r".repeat(65), 1),
            Err(RequestError::TooLong { field: "refund_order_id", max_chars: 64 })
        );
        let by_trade =
            |trade_no: &str| body(OrderKey::TradeNo(trade_no), "r", 1, AmountForm::String).map(drop);
        assert_eq!(by_trade(&"t".repeat(64)), Ok(()));
        assert_eq!(by_trade(""), Err(RequestError::Empty { field: "trade_no" }));
        assert_eq!(
            by_trade(&"t".repeat(65)),
            Err(RequestError::TooLong { field: "trade_no", max_chars: 64 })
        );
    }

    #[test]
    fn an_answer_names_the_refund() {
        let read_data =
            |data: &str| read(&answer::data(&format!(r#"{{"code":1000,"data":{data}}}"#)).unwrap());
        const FULL: &str = r#"{"trade_no":"t","refund_amount":"1.5","refund_time":"2026-11-22 11:00:00","order_id":"a","refund_order_id":"r1"}"#;
        let expected = Answer {
            order_id: "a".to_owned(),
            refund_order_id: "r1".to_owned(),
            refund_fen: Fen::new(150),
            trade_no: Some("t".to_owned()),
            refund_time: Some("2026-11-22 11:00:00".to_owned()),
        };
        assert_eq!(read_data(FULL), Ok(expected));
        for name in ["refund_amount", "order_id", "refund_order_id"] {
            let without = FULL.replace(&format!(r#""{name}":"#), r#""x":"#);
            assert_eq!(read_data(&without), Err(MalformedReason::Field { name }));
        }
    }
}
