//! Reading a setting's text. What an error says completes "… cannot be \"value\": ".

use std::str::FromStr;

use yima_gateway::{Endpoint, PayUrlHosts, PayUrlHostsError, UnknownName};
use yima_store::Mode;

use crate::view::Language;

pub(super) fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "practice" => Ok(Mode::Practice),
        "live" => Ok(Mode::Live),
        _ => Err(unknown()),
    }
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    match text {
        "zh-CN" => Ok(Language::Chinese),
        "en" => Ok(Language::English),
        _ => Err(unknown()),
    }
}

pub(super) fn endpoint(text: &str) -> Result<Endpoint, String> {
    Endpoint::parse(text).map_err(|error| error.to_string())
}

pub(super) fn pay_url_hosts(text: &str) -> Result<PayUrlHosts, String> {
    text.parse().map_err(|error: PayUrlHostsError| error.to_string())
}

/// One of the names that the gateway's contract gives.
pub(super) fn named<T: FromStr<Err = UnknownName>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| unknown())
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| unknown())
}

/// 1 to `MAX_CHARS` characters that can be seen; spaces only between them.
pub(super) fn text<const MAX_CHARS: usize>(text: &str) -> Result<String, String> {
    let chars = text.chars().count();
    if chars == 0 {
        return Err("it is empty".to_owned());
    }
    if chars > MAX_CHARS {
        return Err(format!("it has {chars} characters"));
    }
    if text.trim() != text {
        return Err("it begins or ends with a space".to_owned());
    }
    if text.chars().any(is_hidden) {
        return Err("it holds a character that cannot be seen".to_owned());
    }
    Ok(text.to_owned())
}

/// Two digits: it stands in receipt numbers, which sort by it.
pub(super) fn till_number(text: &str) -> Result<String, String> {
    let two_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if two_digits && text != "00" { Ok(text.to_owned()) } else { Err("it is not such a number".to_owned()) }
}

pub(super) fn whole_number<const MIN: u32, const MAX: u32>(text: &str) -> Result<u32, String> {
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits_only {
        return Err("it is not a whole number in digits".to_owned());
    }
    match text.parse::<u32>() {
        Ok(number) if number < MIN => Err("it is too small".to_owned()),
        Ok(number) if number <= MAX => Ok(number),
        _ => Err("it is too large".to_owned()),
    }
}

fn unknown() -> String {
    "there is no such choice".to_owned()
}

/// Control characters and the invisible ones that change how their neighbours look.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
