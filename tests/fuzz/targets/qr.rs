//! Payment links that may be shown: each has a code, and the code reads back.
#![no_main]

use yima_gateway::{Endpoint, PayUrl, PayUrlHosts};

#[path = "../../../src-tauri/crates/checkout/src/qr.rs"]
mod qr;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let gateway = Endpoint::parse("https://gateway.example").expect("a base URL");
    let Ok(link) = PayUrl::parse(text, &gateway, &PayUrlHosts::default()) else { return };
    let code = qr::make(link.as_str()).expect("a link that may be shown has a code");
    assert!((21 + 8..=177 + 8).contains(&code.modules) && code.path.starts_with("M4 4h7v1h-7z"));
});
