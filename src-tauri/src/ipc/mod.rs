//! The line between the windows and the engine: thin commands, plain data.

mod commands;
mod convert;
mod damage;
mod doctor;
pub mod dto;
pub mod error;
mod receipts;
mod reconcile;
mod refunds;
mod settings;

#[cfg(test)]
mod tests;

use tauri_specta::{Builder, collect_commands};

/// Every command there is, and the types they speak.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::attach,
            commands::scan,
            commands::enter,
            commands::set_quantity,
            commands::set_price,
            commands::remove_line,
            commands::undo,
            commands::redo,
            commands::resume_cart,
            commands::set_waiters,
            commands::charge,
            commands::ask_now,
            commands::cancel_payment,
            commands::reverse_order,
            commands::write_off,
            commands::settle_refund,
            refunds::refund,
            refunds::drop_refund,
            commands::dismiss_news,
            reconcile::check_again,
            reconcile::pass_list,
            damage::damage,
            damage::restore_backup,
            commands::quit,
            commands::dismiss,
            commands::practice_customer,
            commands::set_language,
            receipts::receipts,
            receipts::receipt,
            settings::settings,
            settings::set_setting,
            settings::secrets,
            settings::examine,
            settings::stop_examining,
            settings::save_profile,
        ])
        .typ::<dto::CustomerView>()
        .disable_serde_phases()
}
