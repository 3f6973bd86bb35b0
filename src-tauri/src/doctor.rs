//! The doctor at work: one visit at a time, which can be ended, and what it has found.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// What a page calls one of its visits, so that an end that comes late ends no other.
pub type VisitId = u32;

#[derive(Default)]
pub struct Doctor(Mutex<State>);

#[derive(Default)]
struct State {
    /// The visit that goes on. It ends when its sender is dropped.
    visit: Option<(VisitId, oneshot::Sender<()>)>,
    /// Ended before it began: the page's calls overtake each other.
    ended_early: Option<VisitId>,
    /// The profile that the last visit has found, until it is kept.
    found: Option<Profile>,
}

impl Doctor {
    /// Examines the live set-up; a visit that goes on ends.
    pub async fn visit(
        open: &Arc<Open>,
        id: VisitId,
        find_profile: bool,
        tell: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Report, NoReport> {
        let ended = open.doctor.begin(id).ok_or(NoReport::Stopped)?;
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
        if open.doctor.end(id, report.found_profile().copied()) { Ok(report) } else { Err(NoReport::Stopped) }
    }

    /// Ends that visit, also one that is about to begin.
    pub fn stop(&self, id: VisitId) {
        let mut state = self.state();
        if state.visit.take_if(|(visit, _)| *visit == id).is_none() {
            state.ended_early = Some(id);
        }
    }

    /// What the last visit has found and nobody has kept yet.
    pub fn found(&self) -> Option<Profile> {
        self.state().found
    }

    /// It is kept now. What a visit has found meanwhile is not.
    pub fn forget(&self, kept: &Profile) {
        let _ = self.state().found.take_if(|found| found == kept);
    }

    fn begin(&self, id: VisitId) -> Option<oneshot::Receiver<()>> {
        let mut state = self.state();
        if state.ended_early.take_if(|ended| *ended == id).is_some() {
            return None;
        }
        let (end, ended) = oneshot::channel();
        state.visit = Some((id, end));
        state.found = None;
        Some(ended)
    }

    /// `false`: it was stopped, or another one has begun, and what it has found is nobody's.
    fn end(&self, id: VisitId, found: Option<Profile>) -> bool {
        let mut state = self.state();
        let is_current = state.visit.take_if(|(visit, _)| *visit == id).is_some();
        if is_current {
            state.found = found;
        }
        is_current
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;

    #[test]
    fn an_end_that_comes_late_ends_no_other_visit() {
        let doctor = Doctor::default();
        let mut first = doctor.begin(1).unwrap();
        let mut second = doctor.begin(2).unwrap();
        assert_eq!(first.try_recv(), Err(TryRecvError::Closed));
        doctor.stop(1);
        assert_eq!(second.try_recv(), Err(TryRecvError::Empty));
        assert!(!doctor.end(1, Some(Profile::default())));
        assert_eq!(doctor.found(), None);
        assert!(doctor.end(2, Some(Profile::default())));
        assert_eq!(doctor.found(), Some(Profile::default()));
    }

    #[test]
    fn an_end_that_comes_early_keeps_its_visit_from_beginning() {
        let doctor = Doctor::default();
        doctor.stop(1);
        assert!(doctor.begin(1).is_none());
        let mut second = doctor.begin(2).unwrap();
        doctor.stop(2);
        assert_eq!(second.try_recv(), Err(TryRecvError::Closed));
        assert!(!doctor.end(2, Some(Profile::default())));
        assert_eq!(doctor.found(), None);
    }

    #[test]
    fn what_is_kept_is_forgotten_and_nothing_newer() {
        let doctor = Doctor::default();
        let newer = Profile { sign_type_signed: false, ..Profile::default() };
        drop(doctor.begin(1));
        assert!(doctor.end(1, Some(newer)));
        doctor.forget(&Profile::default());
        assert_eq!(doctor.found(), Some(newer));
        doctor.forget(&newer);
        assert_eq!(doctor.found(), None);
    }
}
