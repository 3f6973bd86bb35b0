//! The gateway client against the sandbox. Both are written from the gateway's contract and from nothing of each
//! other, so what they agree on is what the contract says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

mod calls;
mod codes;
mod listing;
mod profiles;
mod refunds;
mod till;
