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
    for command in include_str!("mod.rs").lines().filter_map(|line| line.trim().strip_suffix(',')) {
        let Some((_, name)) =
            command.split_once("::").filter(|(module, _)| module.chars().all(char::is_alphabetic))
        else {
            continue;
        };
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
