//! A till whose data was restored or copied, and is to be compared with the gateway's list.

use tauri::State;
use yima_checkout::{Command, Word, view};

use super::dto::{ReconcileProblem, ReconcileView};
use super::error::TillError;
use crate::till::Till;

/// The cashier wants it tried now.
#[tauri::command]
#[specta::specta]
pub async fn check_again(till: State<'_, Till>) -> Result<(), TillError> {
    till.act(Command::CheckAgain).await
}

/// A supervisor answers for what cannot be read of the gateway's list.
#[tauri::command]
#[specta::specta]
pub async fn pass_list(till: State<'_, Till>, by: String, why: String) -> Result<(), TillError> {
    till.act(Command::PassList { word: Word { by, why } }).await
}

impl From<view::ReconcileView> for ReconcileView {
    fn from(view: view::ReconcileView) -> Self {
        Self {
            is_copy: view.is_copy,
            recorded: view.recorded,
            problem: view.problem.map(Into::into),
            can_pass: view.can_pass,
        }
    }
}

impl From<view::ReconcileProblem> for ReconcileProblem {
    fn from(problem: view::ReconcileProblem) -> Self {
        use view::ReconcileProblem as Told;
        match problem {
            Told::GatewaySilent => Self::GatewaySilent,
            Told::Rejected { gateway_code, message } => Self::Rejected { gateway_code, message },
            Told::ListIncomplete => Self::ListIncomplete,
            Told::SecretUnavailable => Self::SecretUnavailable,
            Told::SetupIncomplete { key } => Self::SetupIncomplete { key },
            Told::NotSaved { problem } => Self::NotSaved { problem: problem.into() },
        }
    }
}
