//! Which monitor the customer window belongs on.

use tauri::{AppHandle, Manager, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};
use yima_checkout::view::CustomerDisplay;

use crate::windows::{CASHIER, CUSTOMER};

/// What was found at the last look, so that windows are moved only when a monitor comes or goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout(Vec<(PhysicalPosition<i32>, PhysicalSize<u32>)>);

/// The monitors there are now.
pub fn look(app: &AppHandle) -> Layout {
    let monitors = app.available_monitors().unwrap_or_default();
    Layout(monitors.iter().map(|monitor| (*monitor.position(), *monitor.size())).collect())
}

/// Puts the customer window on a monitor of its own, fullscreen; without one it is an ordinary window that stands
/// behind the cashier's.
pub fn place_customer(app: &AppHandle) -> CustomerDisplay {
    let (Some(customer), Some(cashier)) = (app.get_webview_window(CUSTOMER), app.get_webview_window(CASHIER))
    else {
        return CustomerDisplay::Closed;
    };
    let placed = match other_monitor(&cashier) {
        Some(monitor) => cover(&customer, &monitor).map(|()| CustomerDisplay::OwnMonitor),
        None => stand_beside(&customer, &cashier).map(|()| CustomerDisplay::SharedMonitor),
    };
    placed.unwrap_or_else(|error| {
        tracing::warn!(%error, "the customer window cannot be placed");
        CustomerDisplay::Closed
    })
}

/// A monitor that the cashier window is not on.
fn other_monitor(cashier: &WebviewWindow) -> Option<Monitor> {
    let monitors = cashier.available_monitors().ok()?;
    let own = cashier.current_monitor().ok().flatten().or(cashier.primary_monitor().ok().flatten());
    let own_position = own.as_ref().map_or(PhysicalPosition::new(0, 0), |monitor| *monitor.position());
    monitors.into_iter().find(|monitor| *monitor.position() != own_position)
}

fn cover(customer: &WebviewWindow, monitor: &Monitor) -> tauri::Result<()> {
    customer.set_fullscreen(false)?;
    customer.set_position(*monitor.position())?;
    customer.set_size(*monitor.size())?;
    customer.show()?;
    customer.set_fullscreen(true)
}

fn stand_beside(customer: &WebviewWindow, cashier: &WebviewWindow) -> tauri::Result<()> {
    customer.set_fullscreen(false)?;
    customer.set_size(PhysicalSize::new(1_024, 600))?;
    customer.show()?;
    // It never covers the till.
    cashier.set_focus()
}
