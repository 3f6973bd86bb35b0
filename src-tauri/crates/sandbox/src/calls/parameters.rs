//! What a request must say, and in which form.

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::config::AmountForm;
use crate::fields::Fields;
use crate::goods::{adds_up, amount_of, read_goods};

pub(super) const APP_ID_CHARS_MAX: usize = 32;
pub(super) const ORDER_ID_CHARS_MAX: usize = 128;
pub(super) const TRADE_NO_CHARS_MAX: usize = 64;
pub(super) const REFUND_ORDER_ID_CHARS_MAX: usize = 64;
const STORE_INFO_NAMES: [&str; 5] = ["store_id", "cashier_id", "waiter1_id", "waiter2_id", "terminal_id"];

pub(super) fn required_text(fields: &Fields, name: &str, chars_max: usize) -> Result<String, Answer> {
    optional_text(fields, name, chars_max)?.ok_or_else(|| missing(name))
}

pub(super) fn optional_text(fields: &Fields, name: &str, chars_max: usize) -> Result<Option<String>, Answer> {
    let Some(raw) = present(fields, name) else { return Ok(None) };
    match serde_json::from_str::<String>(raw) {
        Ok(text) if text.chars().count() <= chars_max => Ok(Some(text)),
        _ => Err(malformed(name)),
    }
}

/// A whole number, written as one or as text.
pub(super) fn optional_number(fields: &Fields, name: &str) -> Result<Option<i64>, Answer> {
    let Some(raw) = present(fields, name) else { return Ok(None) };
    let text = serde_json::from_str::<String>(raw);
    let number = text.as_deref().unwrap_or(raw).parse();
    number.map(Some).map_err(|_| malformed(name))
}

pub(super) fn required_amount(fields: &Fields, name: &str, form: AmountForm) -> Result<Amount, Answer> {
    let raw = present(fields, name).ok_or_else(|| missing(name))?;
    let is_text = raw.starts_with('"');
    let is_in_form = match form {
        AmountForm::Either => true,
        AmountForm::String => is_text,
        AmountForm::Number => !is_text,
    };
    amount_of(raw).filter(|_| is_in_form).ok_or_else(|| malformed(name))
}

pub(super) fn check_goods(fields: &Fields, total: Amount) -> Result<(), Answer> {
    let Some(raw) = present(fields, "goods_list") else { return Ok(()) };
    match read_goods(raw) {
        Some(list) if adds_up(&list, total) => Ok(()),
        Some(_) => Err(malformed("goods_list: sum is not total_amount")),
        None => Err(malformed("goods_list")),
    }
}

/// `store_info` is an echo, but an object, and the names the contract knows hold text.
pub(super) fn check_store_info(fields: &Fields) -> Result<(), Answer> {
    let Some(raw) = present(fields, "store_info") else { return Ok(()) };
    let is_text = |raw: &str| raw == "null" || serde_json::from_str::<String>(raw).is_ok();
    let stands = serde_json::from_str::<Fields>(raw)
        .is_ok_and(|info| STORE_INFO_NAMES.iter().all(|name| info.get(name).is_none_or(is_text)));
    if stands { Ok(()) } else { Err(malformed("store_info")) }
}

pub(super) fn missing(what: &str) -> Answer {
    Answer::refusal_of(Code::ParameterMissing, what)
}

pub(super) fn malformed(what: &str) -> Answer {
    Answer::refusal_of(Code::ParameterMalformed, what)
}

/// A field with a value: null and empty text count as not sent.
fn present<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).filter(|raw| *raw != "null" && *raw != "\"\"")
}
