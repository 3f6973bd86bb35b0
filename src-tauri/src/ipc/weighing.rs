//! What goods weigh that are sold by weight.

use tauri::State;
use yima_checkout::Command;
use yima_core::{Grams, LineId};

use super::error::TillError;
use crate::till::Till;

/// `kilograms` as typed: `0.485`.
#[tauri::command]
#[specta::specta]
pub async fn set_weight(till: State<'_, Till>, line_id: u32, kilograms: String) -> Result<(), TillError> {
    let grams = Grams::parse_kilograms(kilograms.trim()).map_err(|_| TillError::WeightUnreadable)?;
    till.act(Command::SetWeight { line: LineId(line_id), grams }).await
}
