//! The doctor at work: one visit at a time, which can be ended, and what it has found.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use yima_checkout::SystemClock;
use yima_checkout::doctor::{self, Means, Progress, Report, SetUp};
use yima_gateway::Profile;

use crate::till::Open;

/// Longer than any visit to a gateway that answers at all.
const LIMIT: Duration = Duration::from_secs(240);

/// Why a visit came to no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReport {
    /// Somebody ended it, or began another one.
    Stopped,
    TookTooLong,
}

#[derive(Default)]
pub struct Doctor {
    /// Ends the visit that goes on, also by being dropped.
    visit: Mutex<Option<oneshot::Sender<()>>>,
    /// The profile that the last search has found, until it is kept.
    found: Mutex<Option<Profile>>,
}

impl Doctor {
    /// Examines the live set-up; a visit that goes on ends.
    pub async fn visit(
        open: &Arc<Open>,
        find_profile: bool,
        tell: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Report, NoReport> {
        let (end, ended) = oneshot::channel();
        open.doctor.replace_visit(Some(end));
        open.doctor.replace_found(None);
        let visiting = async {
            let set_up = read_set_up(open).await.ok_or(NoReport::Stopped)?;
            let means = Means { client: &open.client, clock: &SystemClock::new() };
            let report = doctor::examine(&set_up, find_profile, means, tell);
            tokio::time::timeout(LIMIT, report).await.map_err(|_| NoReport::TookTooLong)
        };
        let report = tokio::select! {
            report = visiting => report?,
            _ = ended => return Err(NoReport::Stopped),
        };
        open.doctor.replace_found(report.found_profile().copied());
        Ok(report)
    }

    pub fn stop(&self) {
        self.replace_visit(None);
    }

    /// What the last visit has found and nobody has kept yet.
    pub fn found(&self) -> Option<Profile> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace_visit(&self, visit: Option<oneshot::Sender<()>>) {
        *self.visit.lock().unwrap_or_else(PoisonError::into_inner) = visit;
    }

    pub fn replace_found(&self, found: Option<Profile>) {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }
}

/// A secret that could not be had at the start, and can now, is the till's from here on.
async fn read_set_up(open: &Arc<Open>) -> Option<SetUp> {
    let open = Arc::clone(open);
    let reading = tokio::task::spawn_blocking(move || {
        if open.practice.is_none() {
            open.signer.read_missing(&open.folder, &open.settings);
        }
        SetUp::read(&open.folder, &open.settings)
    });
    reading.await.inspect_err(|error| tracing::error!(%error, "the set-up cannot be read")).ok()
}
