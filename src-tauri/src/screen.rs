//! The engine's views on their way to the windows.

use std::sync::{Arc, Mutex, PoisonError};

use tauri::ipc::Channel;
use tauri::{AppHandle, Emitter};
use yima_checkout::Screen;
use yima_checkout::view::{CashierView, CustomerView};

use crate::ipc::dto::{self, CashierMessage};
use crate::windows::CUSTOMER;

/// What the customer window listens to.
pub const CUSTOMER_VIEW: &str = "customer-view";

/// The line to the cashier window: the channel of the page that attached last.
#[derive(Clone, Default)]
pub struct CashierLine(Arc<Mutex<Option<Channel<CashierMessage>>>>);

impl CashierLine {
    pub fn attach(&self, channel: Channel<CashierMessage>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    pub fn send(&self, message: CashierMessage) {
        let channel = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = channel.as_ref().map(|channel| channel.send(message)) {
            tracing::debug!(%error, "the cashier window is not there");
        }
    }
}

/// Both windows, as the engine sees them.
pub struct Windows {
    pub app: AppHandle,
    pub cashier: CashierLine,
}

impl Screen for Windows {
    fn show_cashier(&self, view: CashierView) {
        self.cashier.send(CashierMessage::View { view: Box::new(view.into()) });
    }

    fn show_customer(&self, view: CustomerView) {
        show_customer(&self.app, &view.into());
    }
}

/// Shows the customer a view of the till.
pub fn show_customer(app: &AppHandle, view: &dto::CustomerView) {
    if let Err(error) = app.emit_to(CUSTOMER, CUSTOMER_VIEW, view) {
        tracing::debug!(%error, "the customer window is not there");
    }
}
