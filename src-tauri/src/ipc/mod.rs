//! The line between the windows and the engine: thin commands, plain data.

mod catalogue;
mod commands;
mod convert;
mod damage;
mod display;
mod doctor;
pub mod dto;
pub mod error;
mod goods;
mod holding;
mod payments;
mod pricing;
mod quick_keys;
mod receipts;
mod reconcile;
mod refunds;
mod settings;
mod sound;
mod staff;
mod weighing;

#[cfg(test)]
mod tests;

use tauri::ipc::Invoke;

#[cfg(test)]
pub(crate) use self::goods::import_into;
#[cfg(test)]
pub(crate) use self::settings::admit as admit_setting;

/// Every command there is, given to the macro that is to have them.
macro_rules! every_command {
    ($($collect:ident)::+) => {
        $($collect)::+![
            commands::attach,
            commands::scan,
            commands::enter,
            catalogue::search_goods,
            quick_keys::quick_keys,
            quick_keys::set_quick_keys,
            quick_keys::goods_pictures,
            quick_keys::categories,
            quick_keys::goods_of,
            goods::goods_folder,
            goods::preview_goods,
            goods::import_goods,
            goods::goods_import,
            goods::stop_goods_import,
            goods::export_goods,
            goods::save_import_report,
            commands::set_quantity,
            weighing::set_weight,
            commands::set_price,
            commands::remove_line,
            pricing::override_price,
            pricing::discount_line,
            pricing::discount_order,
            pricing::note,
            pricing::clear_cart,
            commands::undo,
            commands::redo,
            holding::hold_cart,
            holding::held_carts,
            holding::resume_cart,
            holding::drop_held_cart,
            commands::set_waiters,
            commands::charge,
            payments::want_code,
            payments::take_code,
            payments::drop_code,
            payments::take_cash,
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
            display::displays,
            display::test_display,
            display::read_pictures,
            settings::examine,
            settings::stop_examining,
            settings::save_profile,
            staff::staff_names,
            staff::log_in,
            staff::lock_till,
            staff::stir,
            staff::approve,
            staff::cashiers,
            staff::add_cashier,
            staff::change_cashier,
            staff::set_pin,
            staff::audit_log,
            sound::set_muted,
            sound::scan_broke,
        ]
    };
}

/// Answers the windows' calls.
pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    every_command!(tauri::generate_handler)
}

/// The commands and the types they speak, for the UI's bindings.
#[cfg(test)]
fn builder() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::new()
        .commands(every_command!(tauri_specta::collect_commands))
        .typ::<dto::CustomerMessage>()
        .disable_serde_phases()
}
