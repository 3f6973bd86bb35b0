//! What the gateway sends to a merchant's server when an order changed.
//!
//! A till has no public address and polls instead; this is for a server beside it. The vendor documents no signature for
//! it, so a notice proves nothing: it is a reason to ask with [`crate::Client::get`].

use crate::answer::{MAX_DEPTH, object};
use crate::fields::{Fields, depth};
use crate::{Client, MalformedReason, OrderStatus};

/// An order changed, or somebody says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub order_id: String,
    pub order_status: OrderStatus,
    pub trade_no: String,
    /// `YYYY-MM-DD HH:MM:SS`, China Standard Time.
    pub update_time: Option<String>,
}

impl Notice {
    /// Reads a body of at most 64 KiB: one JSON object with the fields themselves, or with an object `data` of them.
    ///
    /// # Errors
    /// The same as for an answer of the gateway.
    pub fn parse(body: &[u8]) -> Result<Self, MalformedReason> {
        if body.len() > Client::MAX_ANSWER_BYTES {
            return Err(MalformedReason::TooLarge);
        }
        let text = std::str::from_utf8(body).map_err(|_| MalformedReason::NotJson)?;
        if depth(text) > MAX_DEPTH {
            return Err(MalformedReason::TooDeep);
        }
        let outer = Fields::parse(text)?;
        let fields = match outer.get("data") {
            Some(data) => object(data)?,
            None => outer,
        };
        Ok(Self {
            order_id: fields.required_text("order_id")?,
            order_status: fields.order_status()?,
            trade_no: fields.required_text("trade_no")?,
            update_time: fields.optional_text("update_time")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str =
        r#"{"trade_no":"t","order_id":"a","update_time":"2026-11-22 10:00:05","order_status":"1","x":1e400}"#;

    #[test]
    fn the_fields_stand_alone_or_in_data() {
        let expected = Notice {
            order_id: "a".to_owned(),
            order_status: OrderStatus::Paid,
            trade_no: "t".to_owned(),
            update_time: Some("2026-11-22 10:00:05".to_owned()),
        };
        assert_eq!(Notice::parse(BODY.as_bytes()), Ok(expected.clone()));
        assert_eq!(Notice::parse(format!(r#"{{"code":1000,"data":{BODY}}}"#).as_bytes()), Ok(expected));
    }

    #[test]
    fn what_is_no_notice_is_refused() {
        let check = |body: &[u8], reason| assert_eq!(Notice::parse(body), Err(reason), "{body:?}");
        check(b"", MalformedReason::NotJson);
        check(b"\xff{}", MalformedReason::NotJson);
        check(br#"{"data":[]}"#, MalformedReason::NotJson);
        check(br#"{"a":1,"a":2}"#, MalformedReason::DuplicateKey);
        check("[".repeat(60_000).as_bytes(), MalformedReason::TooDeep);
        check(&[b' '; 64 * 1024 + 1], MalformedReason::TooLarge);
        for name in ["order_id", "order_status", "trade_no"] {
            let without = BODY.replace(&format!(r#""{name}""#), r#""y""#);
            check(without.as_bytes(), MalformedReason::Field { name });
        }
    }

    proptest! {
        #[test]
        fn no_damage_panics(
            place in 0..BODY.len(), length in 0usize..9, patch in r#"[{}\[\]":,\\a0-9.\-e\x00]{0,4}"#,
        ) {
            let end = (place + length).min(BODY.len());
            let _ = Notice::parse(format!("{}{patch}{}", &BODY[..place], &BODY[end..]).as_bytes());
        }
    }
}
