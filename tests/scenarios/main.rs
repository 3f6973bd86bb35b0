//! Whole sales through the real engine and the real store, with the gateway and the clock in hand.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

mod comparing;
mod desk;
mod disk;
mod faults;
#[cfg(target_os = "linux")]
mod full_disk;
mod gateway;
mod holding;
mod living;
mod other_ways;
mod pricing;
mod reconciling;
mod recovering;
mod refunding;
mod refusing;
mod scanning;
mod selling;
mod settings;
mod storing;
mod watching;
mod wire;
