//! What can be done about damaged data: look at it, and put a backup in its place.

use tauri::{AppHandle, State};

use super::convert::clock_time;
use super::dto::DamageView;
use super::error::TillError;
use crate::damage::Damaged;

/// Nothing where the till is shut for another reason, or open.
#[tauri::command]
#[specta::specta]
pub async fn damage(damaged: State<'_, Damaged>) -> Result<Option<DamageView>, TillError> {
    Ok(damaged.look(|damage| {
        let backup_ms = damage.newest_backup_ms();
        DamageView {
            can_read: damage.reading().is_some(),
            backup_day: backup_ms.map(yima_store::day_of),
            backup_time: backup_ms.map(clock_time),
        }
    }))
}

/// Puts the newest sound backup in the place of what is damaged, and opens the till.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, damaged: State<'_, Damaged>) -> Result<(), TillError> {
    let damage = damaged.take().ok_or(TillError::NotNow)?;
    match damage.repair().await {
        Ok(folder) => {
            crate::windows::open_again(&app, folder.root().to_owned());
            Ok(())
        }
        Err(damage) => {
            damage.into_iter().for_each(|damage| damaged.put(damage));
            Err(TillError::NothingRestored)
        }
    }
}
