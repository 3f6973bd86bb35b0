//! Amounts in yuan: what is read prints as the same digits.
#![no_main]

use yima_core::Fen;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(amount) = Fen::parse(text) else { return };
    let (yuan, decimals) = text.split_once('.').unwrap_or((text, ""));
    let yuan = yuan.trim_start_matches('0');
    let yuan = if yuan.is_empty() { "0" } else { yuan };
    assert_eq!(amount.to_string(), format!("{yuan}.{decimals:0<2}"));
    assert_eq!(Fen::parse(&amount.to_string()), Ok(amount));
});
