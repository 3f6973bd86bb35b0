//! The log: one file a day in the data folder, kept for two weeks, written off the calling thread.

use std::path::Path;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

const FILES_KEPT: usize = 14;
/// Lines that wait for the disk; beyond them lines are dropped, never the thread that logs kept waiting.
const QUEUE_LINES: usize = 4_096;

/// Starts the log; what is still in memory is written when the guard is dropped. `YIMA_LOG` sets the level.
pub fn start(folder: &Path) -> Option<WorkerGuard> {
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("yima-till")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(QUEUE_LINES).finish(appender);
    let asked_for = std::env::var("YIMA_LOG").ok().and_then(|levels| levels.parse::<Targets>().ok());
    let levels = asked_for.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(levels).with(lines);
    tracing::subscriber::set_global_default(subscriber).ok()?;
    Some(guard)
}
