//! Names every command, so that a window may call only those that its capability lists.

const COMMANDS: &[&str] = &[
    "attach",
    "scan",
    "enter",
    "search_goods",
    "set_quantity",
    "set_price",
    "remove_line",
    "override_price",
    "discount_line",
    "discount_order",
    "note",
    "clear_cart",
    "undo",
    "redo",
    "hold_cart",
    "held_carts",
    "resume_cart",
    "drop_held_cart",
    "set_waiters",
    "charge",
    "ask_now",
    "cancel_payment",
    "reverse_order",
    "write_off",
    "settle_refund",
    "refund",
    "drop_refund",
    "dismiss_news",
    "check_again",
    "pass_list",
    "damage",
    "restore_backup",
    "quit",
    "dismiss",
    "practice_customer",
    "set_language",
    "receipts",
    "receipt",
    "settings",
    "set_setting",
    "secrets",
    "examine",
    "stop_examining",
    "save_profile",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
