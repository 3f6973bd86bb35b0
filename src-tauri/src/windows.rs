//! The two windows and what runs behind them.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use yima_store::DataDir;

use crate::damage::Damaged;
use crate::display::Display;
use crate::focus::{self, Focus};
use crate::goods_import::Importing;
use crate::ipc::dto::{CustomerScreen, CustomerView, Language, StartProblem};
use crate::pictures::Pictures;
use crate::quitting::{self, Quitting};
#[cfg(not(windows))]
use crate::revival;
use crate::screen::{CashierLine, CustomerLine, Windows};
use crate::sound::Sounds;
use crate::till::{Shut, Till};
use crate::{backups, display, front, ipc, log, opening, pictures, staff};

pub const CASHIER: &str = "cashier";
pub const CUSTOMER: &str = "customer";

/// Runs until the cashier window is closed.
pub fn run(explicit: Option<PathBuf>) -> tauri::Result<()> {
    let folder = DataDir::locate(explicit.clone()).ok();
    if folder.as_ref().is_some_and(|folder| front::call(folder.root())) {
        return Ok(());
    }
    let _log = folder.and_then(|folder| log::start(&folder.logs()));
    #[cfg(not(windows))]
    let deaths = revival::Deaths::default();
    let app = tauri::Builder::default();
    #[cfg(target_os = "macos")]
    let app = {
        let deaths = deaths.clone();
        app.on_web_content_process_terminate(move |page| {
            revival::bring_back(page.app_handle(), page.label(), &deaths);
        })
    };
    app.invoke_handler(ipc::handler())
        .register_uri_scheme_protocol(pictures::SCHEME, |asked, request| pictures::serve(&asked, &request))
        .manage(Till::opening())
        .manage(CashierLine::default())
        .manage(Quitting::default())
        .manage(Sounds::default())
        .manage(Damaged::default())
        .manage(Display::default())
        .manage(Focus::default())
        .manage(Pictures::default())
        .manage(Importing::default())
        .setup(move |app| {
            build_windows(app.handle())?;
            #[cfg(target_os = "linux")]
            for window in app.webview_windows().values() {
                revival::watch(window, deaths.clone())?;
            }
            app.manage(CustomerLine::start(app.handle().clone()));
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(open_till(handle.clone(), explicit));
            tauri::async_runtime::spawn(display::keep(handle.clone()));
            tauri::async_runtime::spawn(staff::watch(handle.clone()));
            tauri::async_runtime::spawn(backups::keep(handle));
            Ok(())
        })
        .on_window_event(|window, event| match (window.label(), event) {
            (CASHIER, WindowEvent::CloseRequested { api, .. })
                if quitting::asks(window.app_handle()) || quitting::leaves(window.app_handle()) =>
            {
                api.prevent_close();
            }
            (CASHIER, WindowEvent::Focused(is_here)) => focus::changed(window.app_handle(), *is_here),
            (CASHIER, WindowEvent::Destroyed) => quitting::exit(window.app_handle()),
            // Only the cashier ends the program.
            (CUSTOMER, WindowEvent::CloseRequested { api, .. }) => api.prevent_close(),
            (CUSTOMER, WindowEvent::Moved(_)) => window.state::<Display>().look_again(),
            _ => {}
        })
        .run(tauri::generate_context!())
}

/// The cashier's first: it is the one somebody waits for. The customer's stays hidden until it has its place.
fn build_windows(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, CASHIER, WebviewUrl::App("cashier.html".into()))
        .title(title(CASHIER, Language::Chinese))
        .inner_size(1_366.0, 768.0)
        .min_inner_size(800.0, 560.0)
        .maximized(true)
        .focused(true)
        .build()?;
    WebviewWindowBuilder::new(app, CUSTOMER, WebviewUrl::App("customer.html".into()))
        .title(title(CUSTOMER, Language::Chinese))
        .inner_size(1_024.0, 600.0)
        .min_inner_size(480.0, 360.0)
        .focused(false)
        .focusable(false)
        .skip_taskbar(true)
        .visible(false)
        .build()?;
    Ok(())
}

/// Somebody started a second copy: this is the one they want.
pub fn come_to_front(app: &AppHandle) {
    let Some(cashier) = app.get_webview_window(CASHIER) else { return };
    let came = cashier.unminimize().and_then(|()| cashier.show()).and_then(|()| cashier.set_focus());
    if let Err(error) = came {
        tracing::warn!(%error, "the cashier window does not come to the front");
    }
}

/// Names both windows in the till's language.
pub fn set_titles(app: &AppHandle, language: Language) {
    for label in [CASHIER, CUSTOMER] {
        set_title(app, label, title(label, language));
    }
}

/// The till opens once all of its data was looked at.
pub fn tell_of_the_check(app: &AppHandle, language: Language) {
    let title = match language {
        Language::Chinese => "一码收银台 — 正在检查数据，请稍候",
        Language::English => "Yima Till — checking the data, please wait",
    };
    set_title(app, CASHIER, title);
}

/// The cashier's window stays until the last backup is made.
pub fn tell_of_the_last_backup(app: &AppHandle, language: Language) {
    let title = match language {
        Language::Chinese => "一码收银台 — 正在备份，马上关闭",
        Language::English => "Yima Till — backing up, about to close",
    };
    set_title(app, CASHIER, title);
}

fn set_title(app: &AppHandle, label: &str, title: &str) {
    let named = app.get_webview_window(label).map(|window| window.set_title(title));
    if let Some(Err(error)) = named {
        tracing::debug!(%error, label, "no title");
    }
}

fn title(label: &str, language: Language) -> &'static str {
    match (label, language) {
        (CUSTOMER, Language::Chinese) => "一码收银台 — 顾客屏",
        (CUSTOMER, Language::English) => "Yima Till — customer",
        (_, Language::Chinese) => "一码收银台",
        (_, Language::English) => "Yima Till",
    }
}

/// A till that was shut for damaged data has a backup in its place.
pub fn open_again(app: &AppHandle, folder: PathBuf) {
    app.state::<Till>().opens_again();
    let app = app.clone();
    tauri::async_runtime::spawn(backups::keep(app.clone()));
    tauri::async_runtime::spawn(async move {
        tauri::async_runtime::spawn(open_till(app.clone(), Some(folder)));
        if let Err(shut) = app.state::<Till>().wait().await {
            app.state::<CashierLine>().cannot_start(shut.problem, shut.language);
        }
    });
}

async fn open_till(app: AppHandle, explicit: Option<PathBuf>) {
    let lines = Windows {
        cashier: app.state::<CashierLine>().inner().clone(),
        customer: app.state::<CustomerLine>().inner().clone(),
        quitting: app.state::<Quitting>().inner().clone(),
        sounds: app.state::<Sounds>().inner().clone(),
        ear: Default::default(),
    };
    let opening = tauri::async_runtime::spawn(opening::open(app.clone(), lines, explicit));
    let result = opening.await.unwrap_or_else(|error| {
        tracing::error!(%error, "the opening died");
        Err(Shut { problem: StartProblem::PartFailed, language: Language::Chinese })
    });
    app.state::<Till>().opened(result);
    quitting::when_the_engine_ends(app).await;
}

pub fn closed(shut: &Shut) -> CustomerView {
    CustomerView {
        screen: CustomerScreen::Closed,
        shop_name: String::new(),
        practice: false,
        language: shut.language,
        clock: String::new(),
        lines: Vec::new(),
        earlier_lines: 0,
        pieces: 0,
        subtotal_fen: 0,
        saving_fen: 0,
        total_fen: 0,
        last: None,
        payable_fen: None,
        qr: None,
        remaining_permille: None,
        declined: false,
        paid_fen: None,
        tendered_fen: None,
    }
}
