//! Reading a setting's text.

use std::path::PathBuf;
use std::str::FromStr;

use yima_core::in_store_code::Layouts;
use yima_core::{Promotion, Rounding};
use yima_gateway::{Endpoint, PayUrlHosts, UnknownName};
use yima_store::Mode;

use super::ValueProblem;
use crate::terms::SameCode;
use crate::view::Language;

pub(super) fn mode(text: &str) -> Result<Mode, ValueProblem> {
    match text {
        "practice" => Ok(Mode::Practice),
        "live" => Ok(Mode::Live),
        _ => Err(ValueProblem::NoSuchChoice),
    }
}

pub(super) fn language(text: &str) -> Result<Language, ValueProblem> {
    match text {
        "zh-CN" => Ok(Language::Chinese),
        "en" => Ok(Language::English),
        _ => Err(ValueProblem::NoSuchChoice),
    }
}

pub(super) fn rounding(text: &str) -> Result<Rounding, ValueProblem> {
    match text {
        "none" => Ok(Rounding::None),
        "jiao" => Ok(Rounding::Jiao),
        "yuan" => Ok(Rounding::Yuan),
        _ => Err(ValueProblem::NoSuchChoice),
    }
}

pub(super) fn promotions(text: &str) -> Result<Vec<Promotion>, ValueProblem> {
    Promotion::parse_all(text).map_err(|error| ValueProblem::NotAPromotion { entry: error.entry })
}

pub(super) fn same_code(text: &str) -> Result<SameCode, ValueProblem> {
    match text {
        "merge" => Ok(SameCode::Merge),
        "new_line" => Ok(SameCode::NewLine),
        _ => Err(ValueProblem::NoSuchChoice),
    }
}

pub(super) fn in_store_codes(text: &str) -> Result<Layouts, ValueProblem> {
    Layouts::parse(text).map_err(|error| ValueProblem::NotALayout { entry: error.entry })
}

pub(super) fn endpoint(text: &str) -> Result<Endpoint, ValueProblem> {
    Ok(Endpoint::parse(text)?)
}

pub(super) fn pay_url_hosts(text: &str) -> Result<PayUrlHosts, ValueProblem> {
    Ok(text.parse::<PayUrlHosts>()?)
}

/// One of the names that the gateway's contract gives.
pub(super) fn named<T: FromStr<Err = UnknownName>>(text: &str) -> Result<T, ValueProblem> {
    text.parse().map_err(|_| ValueProblem::NoSuchChoice)
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, ValueProblem> {
    text.parse().map_err(|_| ValueProblem::NoSuchChoice)
}

/// 1 to `MAX_CHARS` characters that can be seen; spaces only between them.
pub(super) fn text<const MAX_CHARS: usize>(text: &str) -> Result<String, ValueProblem> {
    let chars = text.chars().count();
    if chars == 0 {
        return Err(ValueProblem::Empty);
    }
    if chars > MAX_CHARS {
        return Err(ValueProblem::TooLong { chars });
    }
    if text.trim() != text {
        return Err(ValueProblem::OuterSpace);
    }
    if text.chars().any(is_hidden) {
        return Err(ValueProblem::HiddenCharacter);
    }
    Ok(text.to_owned())
}

/// Two digits: it stands in receipt numbers, which sort by it.
pub(super) fn till_number(text: &str) -> Result<String, ValueProblem> {
    let two_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if two_digits && text != "00" { Ok(text.to_owned()) } else { Err(ValueProblem::NotATillNumber) }
}

pub(super) fn whole_number<const MIN: u32, const MAX: u32>(text: &str) -> Result<u32, ValueProblem> {
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits_only {
        return Err(ValueProblem::NotAWholeNumber);
    }
    match text.parse::<u32>() {
        Ok(number) if number < MIN => Err(ValueProblem::TooSmall),
        Ok(number) if number <= MAX => Ok(number),
        _ => Err(ValueProblem::TooLarge),
    }
}

/// From the root on: what the path begins at must not depend on where the program was started.
pub(super) fn folder(text: &str) -> Result<PathBuf, ValueProblem> {
    const MAX_CHARS: usize = 400;
    let path = PathBuf::from(self::text::<MAX_CHARS>(text)?);
    if path.is_absolute() { Ok(path) } else { Err(ValueProblem::NotAWholePath) }
}

/// Control characters and the invisible ones that change how their neighbours look.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
