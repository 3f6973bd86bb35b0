//! The rules that a compiler does not check. Each test names one; what breaks it is listed with its place.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod crates;
mod faults;
mod files;
mod limits;
mod lock_files;
mod pages;
mod readme;
mod shell;

/// Fails with every offender on a line of its own.
fn expect_none(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}
