//! The settings' page of the customer's display.

use tauri::{AppHandle, State};

use super::dto::{DisplayTestRefusal, DisplaysView, MonitorView};
use crate::display::{Display, number_of};
use crate::monitors::{self, Layout, Seen};
use crate::pictures::{For, Pictures};
use crate::till::Till;

/// The monitors, which of them is chosen, and what became of the folder of pictures.
#[tauri::command]
#[specta::specta]
pub async fn displays(
    app: AppHandle,
    till: State<'_, Till>,
    display: State<'_, Display>,
    pictures: State<'_, Pictures>,
) -> Result<DisplaysView, ()> {
    till.open().await.map_err(drop)?;
    let layout = monitors::look(&app);
    let chosen = display.chosen();
    let found = chosen.as_deref().and_then(|id| layout.find(id));
    let customers = layout.customers(chosen.as_deref());
    let view = |monitor: &Seen| monitor_view(&layout, monitor, found, customers);
    Ok(DisplaysView {
        monitors: layout.monitors.iter().map(view).collect(),
        is_chosen_missing: chosen.is_some() && found.is_none(),
        pictures: pictures.view(),
    })
}

/// Has a monitor show its number for five seconds.
#[tauri::command]
#[specta::specta]
pub async fn test_display(
    app: AppHandle,
    till: State<'_, Till>,
    display: State<'_, Display>,
    id: String,
) -> Result<(), DisplayTestRefusal> {
    till.open().await.map_err(|_| DisplayTestRefusal::NotOpen)?;
    display.test(&app, &id)
}

/// Reads the folder of pictures once more.
#[tauri::command]
#[specta::specta]
pub async fn read_pictures(
    app: AppHandle,
    till: State<'_, Till>,
    pictures: State<'_, Pictures>,
) -> Result<(), ()> {
    till.open().await.map_err(drop)?;
    pictures.read_again(&app, For::Welcome);
    Ok(())
}

fn monitor_view(
    layout: &Layout,
    monitor: &Seen,
    chosen: Option<&Seen>,
    customers: Option<&Seen>,
) -> MonitorView {
    MonitorView {
        id: monitor.id(),
        number: number_of(layout, &monitor.id()),
        name: monitor.name.clone(),
        x: monitor.x,
        y: monitor.y,
        width: monitor.width,
        height: monitor.height,
        is_cashiers: !layout.is_free(monitor),
        is_customers: customers == Some(monitor),
        is_chosen: chosen == Some(monitor),
    }
}
