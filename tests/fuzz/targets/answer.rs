//! What a gateway may answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| yima_gateway::fuzzing::any_answer(text));
