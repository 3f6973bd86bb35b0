//! The installer's page: settings by name, whether there are secrets, and the doctor.

use std::sync::Arc;

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};
use yima_checkout::doctor::{self, Secret};
use yima_checkout::secrets::SecretStore;
use yima_checkout::settings::{self, SettingError};
use yima_checkout::staff::StaffProblem;
use yima_core::staff::Act;
use yima_gateway::SignType;
use yima_store::Cashier;

use super::dto::{CheckView, DoctorProgress, NoReport, SecretView, SettingRefusal, SettingView};
use super::error::TillError;
use crate::display::Display;
use crate::doctor::Doctor;
use crate::screen::CashierLine;
use crate::sound::Sounds;
use crate::till::{NotTakenUp, Open, Till};

/// A page cannot change it: its sales are in another database.
const MODE: &str = "mode";

/// Every setting there is, in the order of `yima config list`.
#[tauri::command]
#[specta::specta]
pub async fn settings(till: State<'_, Till>) -> Result<Vec<SettingView>, SettingRefusal> {
    let open = open(&till).await?;
    let values = open.settings.all().map_err(SettingError::from)?;
    Ok(settings::list(&values)
        .map(|line| SettingView {
            key: line.setting.name().to_owned(),
            value: line.value.map(str::to_owned),
            default: line.setting.default().map(str::to_owned),
            is_set: line.is_set,
        })
        .collect())
}

/// Keeps one setting, and sells by it from the next sale on.
#[tauri::command]
#[specta::specta]
pub async fn set_setting(
    app: AppHandle,
    till: State<'_, Till>,
    key: String,
    value: String,
) -> Result<(), SettingRefusal> {
    let open = open(&till).await?;
    if key == MODE {
        return Err(SettingRefusal::OnlyByCommandLine);
    }
    admit(&open, &key, &value)?;
    keep(&app, &open, |file| settings::set(file, &key, &value)).await
}

/// Looks for the secrets. A keychain may have to be unlocked by somebody first.
#[tauri::command]
#[specta::specta]
pub async fn secrets(till: State<'_, Till>) -> Result<Vec<SecretView>, SettingRefusal> {
    let open = open(&till).await?;
    let looking = tokio::task::spawn_blocking(move || look_for_secrets(&open));
    looking.await.map_err(|error| {
        tracing::error!(%error, "looking for the secrets died");
        SettingRefusal::NotOpen
    })
}

/// Makes all checks of the live set-up, under a number that the page gives this visit; with `find_profile` also looks for the profile where the set one is refused.
#[tauri::command]
#[specta::specta]
pub async fn examine(
    till: State<'_, Till>,
    visit: u32,
    find_profile: bool,
    channel: Channel<DoctorProgress>,
) -> Result<Vec<CheckView>, NoReport> {
    let open = till.open().await.map_err(|_| NoReport::NotOpen)?;
    let report = Doctor::visit(&open, visit, find_profile, |progress| {
        // The page may have gone meanwhile.
        let _ = channel.send(progress.into());
    });
    Ok(report.await?.checks.into_iter().map(Into::into).collect())
}

/// Ends that examination, if it goes on or is about to.
#[tauri::command]
#[specta::specta]
pub async fn stop_examining(till: State<'_, Till>, visit: u32) -> Result<(), SettingRefusal> {
    open(&till).await?.doctor.stop(visit);
    Ok(())
}

/// Keeps the profile that the last search has found, and signs by it from the next sale on.
#[tauri::command]
#[specta::specta]
pub async fn save_profile(app: AppHandle, till: State<'_, Till>) -> Result<(), SettingRefusal> {
    let open = open(&till).await?;
    let profile = open.doctor.found().ok_or(SettingRefusal::NothingFound)?;
    let by = open.staff.require(Act::ChangeSettings)?;
    note(&open, by.as_ref(), "gateway.profile")?;
    keep(&app, &open, |file| doctor::save_profile(file, &profile)).await?;
    open.doctor.forget(&profile);
    Ok(())
}

async fn open(till: &Till) -> Result<Arc<Open>, SettingRefusal> {
    till.open().await.map_err(|error| match error {
        TillError::Locked => SettingRefusal::Locked,
        _ => SettingRefusal::NotOpen,
    })
}

pub(super) async fn keep(
    app: &AppHandle,
    open: &Open,
    change: impl FnOnce(&yima_store::SettingsFile) -> Result<(), SettingError>,
) -> Result<(), SettingRefusal> {
    change(&open.settings)?;
    settings::prepare(&open.settings)?;
    let settings = match open.take_up_settings().await {
        Ok(settings) => settings,
        Err(NotTakenUp::Unread(error)) => return Err(error.into()),
        Err(NotTakenUp::Refused { settings, refusal }) => {
            tracing::warn!(%refusal, "the settings are kept, but not taken up before the next start");
            *settings
        }
    };
    crate::windows::set_titles(app, settings.language.into());
    app.state::<Sounds>().set(settings.sound);
    app.state::<CashierLine>().tell_of_silence(settings.sound.muted);
    app.state::<Display>().take_up(app, &settings.display);
    Ok(())
}

/// Lets a change through that can be made, by whoever may: noted before it is, and not made where it cannot be noted.
pub(crate) fn admit(open: &Open, key: &str, value: &str) -> Result<(), SettingRefusal> {
    let by = open.staff.require(Act::ChangeSettings)?;
    settings::check(key, value)?;
    note(open, by.as_ref(), key)
}

/// Only where there are cashiers is there anybody to note.
fn note(open: &Open, by: Option<&Cashier>, key: &str) -> Result<(), SettingRefusal> {
    if by.is_none() {
        return Ok(());
    }
    let note = super::staff::setting_changed(by, key);
    Ok(open.settings.note(open.staff.now().wall_ms, &note).map_err(SettingError::from)?)
}

impl From<StaffProblem> for SettingRefusal {
    fn from(problem: StaffProblem) -> Self {
        match problem {
            StaffProblem::Locked => Self::Locked,
            _ => Self::NotAllowed,
        }
    }
}

fn look_for_secrets(open: &Open) -> Vec<SecretView> {
    let store = SecretStore::open(&open.folder, &open.settings);
    let view = |name: &str, found| SecretView { name: name.to_owned(), finding: Secret::of(&found).into() };
    let look = |sign_type| store.as_ref().map_err(Clone::clone).and_then(|store| store.credential(sign_type));
    vec![view("app_secret", look(SignType::Md5)), view("rsa_private_key", look(SignType::Rsa))]
}
