//! The program as an installer runs it: in a process of its own, over a data folder of its own.

// One JSON object of a whole receipt.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod backup;
mod catalogue;
mod config;
mod doctor;
mod promotions;
mod receipt_fields;
mod receipts;
mod sandbox;
mod secret;
mod sign;
mod staff;
mod words;
mod yima;
