//! Waiting for something to become so, with an end to it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The one clock of the tests.
#[expect(clippy::disallowed_methods, reason = "the programs under test have their own clock")]
#[must_use]
pub fn now() -> Instant {
    Instant::now()
}

/// Asks again and again until there is an answer, blocking the thread. `what` names it in the error.
pub fn wait_for<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if start.elapsed() > limit {
            bail!("waited {} s in vain for {what}", limit.as_secs());
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// As [`wait_for`], for questions that are asked over a connection.
pub async fn wait_until<T>(
    what: &str,
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if start.elapsed() > limit {
            bail!("waited {} s in vain for {what}", limit.as_secs());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
