//! The text that is signed, of any body.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &str| yima_gateway::fuzzing::any_body(body));
