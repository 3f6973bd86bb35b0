//! What the windows are allowed: each its own capability, and a strict content policy.

use std::{fs, path::Path};

use serde_json::Value;
use yima_tests::programs::project_folder;

use crate::expect_none;

#[test]
fn each_window_has_its_own_capability() {
    for window in ["cashier", "customer"] {
        let capability = json(&format!("src-tauri/capabilities/{window}.json"));
        assert_eq!(
            capability["windows"],
            serde_json::json!([window]),
            "{window}.json is for that window alone"
        );
        assert!(capability.get("remote").is_none(), "{window}.json lets no page from elsewhere in");
    }
    let files = fs::read_dir(project_folder().join("src-tauri/capabilities")).unwrap().count();
    assert_eq!(files, 2, "two windows, two capabilities");
}

#[test]
fn the_customer_window_may_only_listen() {
    let permissions = permissions("customer");
    assert_eq!(permissions, ["core:event:allow-listen"]);
}

#[test]
fn the_cashier_window_has_its_commands_by_name() {
    let wide: Vec<String> = permissions("cashier")
        .into_iter()
        .filter(|name| name.contains('*') || name.ends_with("default") || name.contains(':'))
        .collect();
    expect_none("commands are allowed by name", &wide);
}

#[test]
fn the_content_policy_is_strict() {
    let configuration = json("src-tauri/tauri.conf.json");
    let application = &configuration["app"];
    assert_eq!(application["withGlobalTauri"], false);
    let policy = &application["security"]["csp"];
    assert_eq!(policy["default-src"], "'none'");
    let elsewhere = &json("src-tauri/tauri.linux.conf.json")["app"]["security"]["csp"];
    let directives = [policy, elsewhere].into_iter().flat_map(|policy| policy.as_object().unwrap().values());
    let loose: Vec<String> = directives
        .flat_map(|sources| sources.as_str().unwrap().split(' '))
        .filter(|word| {
            let is_keyword =
                word.starts_with("'unsafe") || *word == "*" || *word == "data:" || *word == "blob:";
            let is_own = ["http://ipc.localhost", "http://pictures.localhost"].contains(word);
            let is_elsewhere = word.contains("://") && !is_own;
            is_keyword || is_elsewhere
        })
        .map(str::to_owned)
        .collect();
    expect_none("pages load nothing but what is built in", &loose);
    assert!(application["security"].get("dangerousDisableAssetCspModification").is_none());
}

fn permissions(window: &str) -> Vec<String> {
    let capability = json(&format!("src-tauri/capabilities/{window}.json"));
    let names = capability["permissions"].as_array().unwrap().iter();
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn json(path: &str) -> Value {
    let text = fs::read_to_string(project_folder().join(Path::new(path))).unwrap();
    serde_json::from_str(&text).unwrap()
}
