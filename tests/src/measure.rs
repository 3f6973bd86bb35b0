//! Measuring the release build, each figure beside what it must reach.

pub mod charging;
pub mod go_between;
pub mod landing;
pub mod latency;
pub mod report;
pub mod starting;
