//! The bodies of requests: made once, stored by the caller, signed for every sending.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use yima_core::{Fen, OrderId};

use crate::{Account, AmountForm};

/// Why no body was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("{field} is empty")]
    Empty { field: &'static str },
    #[error("{field} has more than {max_chars} characters")]
    TooLong { field: &'static str, max_chars: usize },
    #[error("{field} is {allowed}")]
    OutOfRange { field: &'static str, allowed: &'static str },
    #[error("total_amount is above zero and at most {}", Fen::MAX_ORDER)]
    TotalOutOfRange,
    #[error("goods_list does not add up to total_amount")]
    GoodsDoNotAddUp,
    #[error("the request cannot be written as JSON")]
    Unwritable,
}

impl RequestError {
    /// The field that stands in the way, by the name it has on the wire.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Empty { field } | Self::TooLong { field, .. } | Self::OutOfRange { field, .. } => field,
            Self::TotalOutOfRange => "total_amount",
            Self::GoodsDoNotAddUp | Self::Unwritable => "goods_list",
        }
    }
}

/// Which order a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKey<'a> {
    /// The id that the till gave it.
    OrderId(&'a OrderId),
    /// The id that the gateway gave it, 1 to 64 characters.
    TradeNo(&'a str),
}

impl<'a> From<&'a OrderId> for OrderKey<'a> {
    fn from(order_id: &'a OrderId) -> Self {
        Self::OrderId(order_id)
    }
}

/// Which shop, till and people an order belongs to; the gateway keeps it and tells it back.
/// Fields that are not set or empty are not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreInfo {
    #[serde(skip_serializing_if = "is_unset")]
    pub store_id: Option<String>,
    #[serde(skip_serializing_if = "is_unset")]
    pub cashier_id: Option<String>,
    #[serde(skip_serializing_if = "is_unset")]
    pub waiter1_id: Option<String>,
    #[serde(skip_serializing_if = "is_unset")]
    pub waiter2_id: Option<String>,
    #[serde(skip_serializing_if = "is_unset")]
    pub terminal_id: Option<String>,
}

impl StoreInfo {
    /// Whether no field would be sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.store_id, &self.cashier_id, &self.waiter1_id, &self.waiter2_id, &self.terminal_id]
            .into_iter()
            .all(is_unset)
    }
}

/// The body of a call that names an order and, at most, the shop.
pub(crate) fn order_body(
    account: &Account,
    named: Named<'_>,
    store_info: Option<&StoreInfo>,
) -> Result<Vec<u8>, RequestError> {
    #[derive(Serialize)]
    struct Wire<'a> {
        app_id: &'a str,
        #[serde(flatten)]
        named: Named<'a>,
        sign_type: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        store_info: Option<&'a StoreInfo>,
    }
    write(&Wire {
        app_id: app_id(account)?,
        named,
        sign_type: account.sign_type.name(),
        store_info: store_info.filter(|info| !info.is_empty()),
    })
}

/// The fields that name an order or a refund.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Named<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_order_id: Option<&'a str>,
}

impl<'a> From<&'a OrderId> for Named<'a> {
    fn from(order_id: &'a OrderId) -> Self {
        Self { order_id: Some(order_id.as_str()), ..Self::default() }
    }
}

impl<'a> OrderKey<'a> {
    pub(crate) fn named(self) -> Result<Named<'a>, RequestError> {
        match self {
            Self::OrderId(order_id) => Ok(order_id.into()),
            Self::TradeNo(text) => {
                Ok(Named { trade_no: Some(limited("trade_no", text, 64)?), ..Named::default() })
            }
        }
    }
}

pub(crate) fn app_id(account: &Account) -> Result<&str, RequestError> {
    limited("app_id", &account.app_id, 32)
}

pub(crate) fn refund_order_id(text: &str) -> Result<&str, RequestError> {
    limited("refund_order_id", text, 64)
}

/// A text of 1 to `max_chars` characters.
fn limited<'a>(field: &'static str, text: &'a str, max_chars: usize) -> Result<&'a str, RequestError> {
    if text.is_empty() {
        return Err(RequestError::Empty { field });
    }
    if text.chars().nth(max_chars).is_some() {
        return Err(RequestError::TooLong { field, max_chars });
    }
    Ok(text)
}

pub(crate) fn write(body: &impl Serialize) -> Result<Vec<u8>, RequestError> {
    serde_json::to_vec(body).map_err(|_| RequestError::Unwritable)
}

/// An amount of money as the profile wants it.
pub(crate) struct Amount(pub Fen, pub AmountForm);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            AmountForm::String => serializer.collect_str(&self.0),
            AmountForm::Number => DecimalNumber(self.0).serialize(serializer),
        }
    }
}

/// An amount as a JSON number with two decimals, `3.00`.
pub(crate) struct DecimalNumber(pub Fen);

impl Serialize for DecimalNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

fn is_unset(field: &Option<String>) -> bool {
    field.as_ref().is_none_or(String::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Endpoint, Profile, SignType};

    fn account(app_id: &str) -> Account {
        let endpoint = Endpoint::parse("https://a.example").unwrap();
        Account { endpoint, app_id: app_id.to_owned(), sign_type: SignType::Md5, profile: Profile::default() }
    }

    #[test]
    fn only_what_is_set_is_sent() {
        let order_id = OrderId::parse("a1").unwrap();
        let check = |info: Option<&StoreInfo>, expected: &str| {
            let body = order_body(&account("app"), (&order_id).into(), info).unwrap();
            assert_eq!(std::str::from_utf8(&body).unwrap(), expected);
        };
        let bare = r#"{"app_id":"app","order_id":"a1","sign_type":"MD5"}"#;
        check(None, bare);
        check(Some(&StoreInfo::default()), bare);
        check(Some(&StoreInfo { cashier_id: Some(String::new()), ..StoreInfo::default() }), bare);
        let info = StoreInfo {
            store_id: Some("店\"1".to_owned()),
            cashier_id: Some(String::new()),
            terminal_id: Some("t".to_owned()),
            ..StoreInfo::default()
        };
        check(
            Some(&info),
            r#"{"app_id":"app","order_id":"a1","sign_type":"MD5","store_info":{"store_id":"店\"1","terminal_id":"t"}}"#,
        );
    }

    #[test]
    fn an_app_id_has_1_to_32_characters() {
        let order_id = OrderId::parse("a1").unwrap();
        let check = |app_id: &str, error| {
            assert_eq!(order_body(&account(app_id), (&order_id).into(), None).err(), error, "{app_id:?}");
        };
        check("", Some(RequestError::Empty { field: "app_id" }));
        check(&"店".repeat(32), None);
        check(&"a".repeat(33), Some(RequestError::TooLong { field: "app_id", max_chars: 32 }));
    }
}
