//! Measuring the release build, each figure beside what it must reach.

pub mod busy;
pub mod charging;
pub mod go_between;
pub mod great;
pub mod landing;
pub mod latency;
pub mod report;
pub mod starting;
