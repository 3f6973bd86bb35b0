use std::path::Path;

use specta_typescript::Typescript;

/// The UI's `bindings.ts` is made from the commands; a stale one fails here, and `YIMA_UPDATE_BINDINGS=1` renews it.
#[test]
fn the_bindings_are_those_of_the_commands() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/shared/backend/bindings.ts");
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("bindings.ts");
    super::builder().export(Typescript::default(), &fresh).unwrap();
    let fresh = std::fs::read_to_string(fresh).unwrap();
    if std::env::var_os("YIMA_UPDATE_BINDINGS").is_some() {
        std::fs::write(&committed, &fresh).unwrap();
    }
    assert!(
        fresh == std::fs::read_to_string(committed).unwrap(),
        "run this test with YIMA_UPDATE_BINDINGS=1"
    );
}

/// `build.rs` names the commands for the capabilities; a command missing there could be called by no window.
#[test]
fn every_command_is_named_for_the_capabilities() {
    let build = include_str!("../../build.rs");
    let cashier = include_str!("../../capabilities/cashier.json");
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let lines =
        include_str!("mod.rs").lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once("::"));
    let commands: Vec<&str> =
        lines.filter(|(module, name)| is_word(module) && is_word(name)).map(|(_, name)| name).collect();
    assert_eq!(commands.len(), cashier.matches("\"allow-").count(), "all of them are looked at");
    for name in commands {
        assert!(build.contains(&format!("\"{name}\"")), "{name} is not in build.rs");
        assert!(
            cashier.contains(&format!("\"allow-{}\"", name.replace('_', "-"))),
            "{name} is not in cashier.json"
        );
    }
}

#[test]
fn every_setting_has_its_place_on_the_settings_page() {
    let page = include_str!("../../../ui/src/cashier/settings/fields.ts");
    for setting in yima_checkout::settings::all() {
        assert!(page.contains(&format!("key: \"{}\"", setting.name())), "{}", setting.name());
    }
}

/// What can be asked of a locked till; [`Till::act`](crate::till::Till::act) and `open` refuse all else.
const BEFORE_LOGGING_IN: &[&str] = &[
    "attach",
    "staff_names",
    "log_in",
    "lock_till",
    "quit",
    "set_language",
    "scan_broke",
    // Of a till that is not open, since its data are damaged.
    "damage",
    "restore_backup",
];

#[test]
fn a_locked_till_refuses_every_command_but_those_that_unlock_it() {
    let mut open_to_all = Vec::new();
    let mut commands = 0;
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ipc")).unwrap().flatten() {
        let Ok(source) = std::fs::read_to_string(file.path()) else { continue };
        for part in source.split("#[tauri::command]").skip(1) {
            let (head, body) = part.split_once("fn ").unwrap().1.split_once('(').unwrap();
            let body = body.split_once("\n}\n").unwrap().0;
            commands += 1;
            let is_refused =
                ["till.act(", "till.open()", "open(&till)", "readable(&till", "by_whoever_may(&till)"];
            if !is_refused.iter().any(|gate| body.contains(gate)) {
                open_to_all.push(head.to_owned());
            }
        }
    }
    assert!(commands > 40, "{commands}");
    open_to_all.retain(|name| !BEFORE_LOGGING_IN.contains(&name.as_str()));
    assert_eq!(open_to_all, Vec::<String>::new());
}
