//! The engine's views on their way to the windows.

use std::sync::{Arc, Mutex, PoisonError};

use tauri::ipc::Channel;
use tauri::{AppHandle, Emitter};
use yima_checkout::Screen;
use yima_checkout::view;

use crate::ipc::dto::{self, CashierMessage, CashierView, Language, LineView, StartProblem};
use crate::windows::CUSTOMER;

/// What the customer window listens to.
pub const CUSTOMER_VIEW: &str = "customer-view";

/// The line to the cashier window: the channel of the page that attached last.
#[derive(Clone, Default)]
pub struct CashierLine(Arc<Mutex<Option<Attached>>>);

struct Attached {
    channel: Channel<CashierMessage>,
    /// The goods that the page holds; `None` until it was sent a whole view.
    lines: Option<Vec<LineView>>,
}

impl CashierLine {
    pub fn attach(&self, channel: Channel<CashierMessage>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Attached { channel, lines: None });
    }

    pub fn cannot_start(&self, problem: StartProblem, language: Language) {
        if let Some(attached) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            attached.send(CashierMessage::CannotStart { problem, language });
        }
    }

    /// Sends the view, or only what changed of its goods since the last one.
    pub fn show(&self, view: CashierView) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(attached) = line.as_mut() else { return };
        let mut view = Box::new(view);
        let message = match attached.lines.replace(view.cart.lines.clone()) {
            Some(before) => {
                let (changed, removed) = changes(std::mem::take(&mut view.cart.lines), &before);
                CashierMessage::Changes { view, changed, removed }
            }
            None => CashierMessage::View { view },
        };
        attached.send(message);
    }
}

impl Attached {
    fn send(&self, message: CashierMessage) {
        if let Err(error) = self.channel.send(message) {
            tracing::debug!(%error, "the cashier window is not there");
        }
    }
}

/// What is new or different in `after`, and the ids that are gone. Both lists are in the order of their ids.
fn changes(after: Vec<LineView>, before: &[LineView]) -> (Vec<LineView>, Vec<u32>) {
    let place = |lines: &[LineView], id: u32| lines.binary_search_by_key(&id, |line| line.id).ok();
    let removed = before.iter().map(|line| line.id).filter(|id| place(&after, *id).is_none()).collect();
    let is_new = |line: &LineView| place(before, line.id).is_none_or(|at| before[at] != *line);
    (after.into_iter().filter(is_new).collect(), removed)
}

/// Both windows, as the engine sees them.
pub struct Windows {
    pub app: AppHandle,
    pub cashier: CashierLine,
}

impl Screen for Windows {
    fn show_cashier(&self, view: view::CashierView) {
        self.cashier.show(view.into());
    }

    fn show_customer(&self, view: view::CustomerView) {
        show_customer(&self.app, &view.into());
    }
}

/// Shows the customer a view of the till.
pub fn show_customer(app: &AppHandle, view: &dto::CustomerView) {
    if let Err(error) = app.emit_to(CUSTOMER, CUSTOMER_VIEW, view) {
        tracing::debug!(%error, "the customer window is not there");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u32, quantity: u32) -> LineView {
        LineView {
            id,
            barcode: id.to_string(),
            title: None,
            price_fen: Some(100),
            quantity,
            amount_fen: i64::from(quantity) * 100,
            check_digit_wrong: false,
        }
    }

    #[test]
    fn only_what_changed_is_sent() {
        let before = [line(0, 1), line(1, 1), line(2, 4)];
        let after = vec![line(0, 1), line(2, 5), line(3, 1)];
        assert_eq!(changes(after, &before), (vec![line(2, 5), line(3, 1)], vec![1]));
        assert_eq!(changes(before.to_vec(), &before), (vec![], vec![]));
        assert_eq!(changes(vec![], &before), (vec![], vec![0, 1, 2]));
    }
}
