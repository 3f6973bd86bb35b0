//! The bodies of requests: made once, stored by the caller, signed for every sending.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use yima_core::{Fen, OrderId};

use crate::Account;

/// Why no body was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("{field} is empty")]
    Empty { field: &'static str },
    #[error("{field} has more than {max_chars} characters")]
    TooLong { field: &'static str, max_chars: usize },
    #[error("total_amount is above zero and at most {}", Fen::MAX_ORDER)]
    TotalOutOfRange,
    #[error("goods_list does not add up to total_amount")]
    GoodsDoNotAddUp,
    #[error("the request cannot be written as JSON")]
    Unwritable,
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
    order_id: &OrderId,
    store_info: Option<&StoreInfo>,
) -> Result<Vec<u8>, RequestError> {
    #[derive(Serialize)]
    struct Wire<'a> {
        app_id: &'a str,
        order_id: &'a OrderId,
        sign_type: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        store_info: Option<&'a StoreInfo>,
    }
    write(&Wire {
        app_id: app_id(account)?,
        order_id,
        sign_type: account.sign_type.name(),
        store_info: store_info.filter(|info| !info.is_empty()),
    })
}

pub(crate) fn app_id(account: &Account) -> Result<&str, RequestError> {
    const FIELD: &str = "app_id";
    const MAX_CHARS: usize = 32;
    match account.app_id.chars().count() {
        0 => Err(RequestError::Empty { field: FIELD }),
        1..=MAX_CHARS => Ok(&account.app_id),
        _ => Err(RequestError::TooLong { field: FIELD, max_chars: MAX_CHARS }),
    }
}

pub(crate) fn write(body: &impl Serialize) -> Result<Vec<u8>, RequestError> {
    serde_json::to_vec(body).map_err(|_| RequestError::Unwritable)
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
            let body = order_body(&account("app"), &order_id, info).unwrap();
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
            assert_eq!(order_body(&account(app_id), &order_id, None).err(), error, "{app_id:?}");
        };
        check("", Some(RequestError::Empty { field: "app_id" }));
        check(&"店".repeat(32), None);
        check(&"a".repeat(33), Some(RequestError::TooLong { field: "app_id", max_chars: 32 }));
    }
}
