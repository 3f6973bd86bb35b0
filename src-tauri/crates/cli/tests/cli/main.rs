//! The program as an installer runs it: in a process of its own, over a data folder of its own.

#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod backup;
mod catalogue;
mod config;
mod doctor;
mod receipts;
mod sandbox;
mod secret;
mod sign;
mod yima;
