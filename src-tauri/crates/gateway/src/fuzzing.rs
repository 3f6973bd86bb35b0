//! What holds for any text at all: one place for the fuzzer, and for the tests that try it briefly.

#![allow(clippy::expect_used, reason = "it fails a test, or a run of the fuzzer")]

use secrecy::SecretString;

use crate::fields::Fields;
use crate::redact::Hidden;
use crate::sign::with_field;
use crate::{
    AppSecret, CallError, Credential, Profile, SignType, answer, cancel, canonical, check, close, get, list,
    qrcode, refund, scan, webhook,
};

/// An answer is read or refused; what is read is consistent, and what is shown draws nothing.
///
/// # Panics
/// Where it is not.
pub fn any_answer(text: &str) {
    let _ = webhook::Notice::parse(text.as_bytes());
    let credential = Credential::Md5(AppSecret::new(SecretString::from("canary")).expect("not empty"));
    let shown = Hidden::new(&credential, "SIGNATURE=".to_owned(), None).masked(text);
    assert!(!shown.to_ascii_lowercase().contains("canary"), "{shown}");
    match answer::data(text) {
        Err(CallError::Rejected { code, msg }) => {
            let shown = CallError::Rejected { code, msg }.to_string();
            assert!(!shown.contains(crate::escape::is_hidden), "{shown:?}");
        }
        Err(_) => {}
        Ok(data) => any_data(&data),
    }
}

fn any_data(data: &Fields<'_>) {
    let _ =
        (check::read(data), close::read(data), cancel::read(data), refund::read(data), qrcode::read(data));
    if let Ok(placed) = scan::read(data) {
        assert!(placed.total_fen.get() >= 0 && placed.payable_fen.get() >= 0);
    }
    if let Ok(order) = get::read(data) {
        let amounts = [order.total_fen, order.payable_fen, order.real_fen, order.refund_fen];
        assert!(amounts.iter().all(|amount| amount.get() >= 0));
        assert!(!order.order_id.is_empty() && !order.app_id.is_empty());
    }
    if let Ok(listed) = list::read(data, "app") {
        let entries = data.entries("order_list").map_or(0, |entries| entries.len());
        assert_eq!(listed.page.orders.len() + listed.page.unreadable.len(), entries);
        assert!(listed.page.orders.iter().all(|order| order.app_id == "app"));
    }
}

/// A body has a text to sign or is refused, and its signature changes neither that text nor any other byte.
///
/// # Panics
/// Where it does.
pub fn any_body(body: &str) {
    let profile = Profile::default();
    let Ok(text) = canonical::text(body, &profile, SignType::Rsa, None) else { return };
    let without_type = Profile { sign_type_signed: false, ..profile };
    let shorter = canonical::text(body, &without_type, SignType::Rsa, None).expect("the same body");
    assert!(shorter.len() <= text.len());
    if let Ok(with_secret) = canonical::text(body, &profile, SignType::Md5, Some("canary")) {
        let added = if text.is_empty() { 0 } else { 1 };
        assert_eq!(with_secret.len(), text.len() + "app_sercet=canary".len() + added);
    }

    let fields = Fields::parse(body).expect("it has a text to sign");
    if fields.iter().next().is_none() || fields.iter().any(|(key, _)| key == "sign") {
        return;
    }
    let signed = with_field(body, "sign", "ABC=").expect("it is an object");
    assert_eq!(canonical::text(&signed, &profile, SignType::Rsa, None).as_ref(), Ok(&text));
    let unsigned = signed.strip_suffix(r#","sign":"ABC="}"#).expect("the signature stands last");
    assert_eq!(Some(unsigned), body.trim_end().strip_suffix('}'));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANSWER: &str = r#"{"code":1000,"msg":"\u001b[2Jcan\u0061ry","data":{"app_id":"app","trade_no":"t","order_id":"a",
        "order_status":"3","pay_channel":"1","total_amount":25,"payable_amount":"24.00","real_amount":22.0,
        "refund_amount":"1.5","pay_url":"https://a.example","refund_order_id":"r","total_num":1,
        "voucher_list":[{"id":7,"amount":"1.00"}],"refund_list":[{"refund_amount":1.5,"refund_order_id":"r1"}],
        "order_list":[{"app_id":"app","trade_no":"t","order_id":"a","order_status":1,"total_amount":1,"payable_amount":1}]}}"#;
    const BODY: &str = r#"{"app_id":"app","order_id":"0193a1","total_amount":"11.00","goods_list":[{"title":"可乐\"","price":3.00}],"empty":"","none":null,"sign_type":"MD5"}"#;

    /// The text with a piece of it put in another's place.
    fn damaged(text: &str, place: usize, length: usize, patch: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let (start, end) = (place % chars.len(), (place % chars.len() + length).min(chars.len()));
        chars[..start].iter().copied().chain(patch.chars()).chain(chars[end..].iter().copied()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn any_text_is_an_answer_or_refused(text in "\\PC{0,80}") {
            any_answer(&text);
        }

        #[test]
        fn any_damage_to_an_answer(place: usize, length in 0usize..20, patch in r#"[{}\[\]":,\\a0-9.\-eu\x00]{0,6}"#) {
            any_answer(&damaged(ANSWER, place, length, &patch));
        }

        #[test]
        fn any_text_is_a_body_or_refused(body in r#"[{}\[\]":,\\a-c0-2u.\-e ]{0,40}"#) {
            any_body(&body);
        }

        #[test]
        fn any_damage_to_a_body(place: usize, length in 0usize..20, patch in r#"[{}\[\]":,\\a0-9.\-eu ]{0,6}"#) {
            any_body(&damaged(BODY, place, length, &patch));
        }
    }

    #[test]
    fn the_whole_ones_are_read() {
        any_answer(ANSWER);
        any_body(BODY);
        let data = answer::data(ANSWER).unwrap();
        assert!(get::read(&data).is_ok() && list::read(&data, "app").is_ok() && scan::read(&data).is_ok());
        assert!(canonical::text(BODY, &Profile::default(), SignType::Rsa, None).is_ok());
    }
}
