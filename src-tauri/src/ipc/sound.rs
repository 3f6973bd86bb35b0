//! What the cashier hears, as far as the page has a say in it.

use tauri::{AppHandle, State};

use super::dto::SettingRefusal;
use super::settings::keep;
use crate::sound::{Sound, Sounds};
use crate::till::Till;

/// Silences the till, or lets it be heard again.
#[tauri::command]
#[specta::specta]
pub async fn set_muted(app: AppHandle, till: State<'_, Till>, muted: bool) -> Result<(), SettingRefusal> {
    let open = till.open().await.map_err(|_| SettingRefusal::NotOpen)?;
    let value = if muted { "true" } else { "false" };
    keep(&app, &open, |file| yima_checkout::settings::set(file, "sound.muted", value)).await
}

/// The page could not make out what a scanner sent: nothing was taken, and that has to be heard.
#[tauri::command]
#[specta::specta]
pub async fn scan_broke(sounds: State<'_, Sounds>) -> Result<(), ()> {
    sounds.play(Sound::Refused);
    Ok(())
}
