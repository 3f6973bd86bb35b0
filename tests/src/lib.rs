//! Drives the real till: real windows on two monitors of a virtual display, real key events, a real camera.
//!
//! [`shop::Shop`] is where a test starts: a display, a data folder, a gateway and the till itself, all its own,
//! all gone when it ends.

pub mod books;
pub mod browser;
pub mod counter;
pub mod display;
pub mod gateway;
pub mod keyboard;
pub mod keychain;
pub mod measure;
pub mod patience;
pub mod picture;
pub mod pointer;
pub mod process;
pub mod programs;
pub mod session;
pub mod shop;
pub mod torn;
