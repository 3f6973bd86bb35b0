use yima_store::Mode;

use crate::receipts::{Ending, sell};
use crate::yima::{Yima, finish};

const PICTURES: &str = if cfg!(windows) { "C:\\posters" } else { "/srv/posters" };

#[test]
fn a_setting_is_kept_from_one_run_to_the_next() {
    let yima = Yima::new();
    assert_eq!(yima.done(&["config", "get", "mode"]), "practice\n");
    let settings = [
        ("mode", "live"),
        ("gateway.base_url", "http://127.0.0.1:8080"),
        ("gateway.app_id", "app-1"),
        ("gateway.sign_type", "RSA"),
        ("gateway.profile.secret_key", "app_secret"),
        ("gateway.profile.sign_type_signed", "false"),
        ("gateway.profile.md5_output", "upper_hex"),
        ("gateway.profile.rsa_digest", "sha1"),
        ("gateway.profile.amount_form", "number"),
        ("store.name", "转角便利店"),
        ("store.store_id", "S1"),
        ("store.cashier_id", "-c"),
        ("store.waiter1_id", "w1"),
        ("store.waiter2_id", "w2"),
        ("store.terminal_id", "counter-2"),
        ("till.number", "07"),
        ("language", "en"),
        ("sale.qr_timeout_s", "30"),
        ("gateway.pay_url_hosts", "*.example.com"),
        ("sale.rounding", "jiao"),
        ("sale.promotions", "半价 = item 2 at 50%: 6901"),
        ("scan.same_code", "new_line"),
        ("scan.in_store_codes", "21IIIIIAAA.AAC"),
        ("display.customer", "HDMI-1@1920,0"),
        ("display.pictures", PICTURES),
        ("display.goods_pictures", PICTURES),
        ("sound.volume", "30"),
        ("sound.muted", "true"),
        ("sound.spoken_paid", "true"),
        ("staff.discount_limit_percent", "5"),
        ("staff.lock_after_min", "0"),
    ];
    for (key, value) in settings {
        assert_eq!(yima.done(&["config", "set", key, value]), "", "{key}");
        assert_eq!(yima.done(&["config", "get", key]), format!("{value}\n"));
    }
    let json: serde_json::Value = serde_json::from_str(&yima.done(&["config", "list", "--json"])).unwrap();
    assert_eq!(json.as_object().unwrap().len(), settings.len());
    let list = yima.done(&["config", "list"]);
    assert_eq!(list.lines().count(), settings.len() + 1);
    for (key, value) in settings {
        assert_eq!(json[key], value);
        let line = list.lines().find(|line| line.starts_with(&format!("{key} "))).unwrap();
        assert!(line.contains(" set ") && line.ends_with(&format!(" {value}")), "{line}");
    }
}

#[test]
fn every_setting_is_explained() {
    let yima = Yima::new();
    let explained = yima.done(&["config", "list", "--explain"]);
    let lines: Vec<&str> = explained.lines().collect();
    assert_eq!(lines.len(), 31 * 3);
    let place = lines.iter().position(|line| *line == "sale.qr_timeout_s = 300").unwrap();
    assert_eq!(lines[place + 2], "    allowed: 5 to 3600 seconds; default: 300");
    assert!(lines.contains(&"gateway.app_id = (not set)"));
}

#[test]
fn a_terminal_id_is_made_and_an_optional_setting_can_be_taken_back() {
    let yima = Yima::new();
    assert!(
        yima.refused(&["config", "get", "store.terminal_id"], 1).contains("store.terminal_id is not set")
    );
    yima.done(&["config", "set", "store.store_id", "S1"]);
    let made = yima.done(&["config", "get", "store.terminal_id"]);
    assert_eq!(made.trim_end().len(), 32);
    yima.done(&["config", "set", "language", "en"]);
    assert_eq!(yima.done(&["config", "get", "store.terminal_id"]), made);
    yima.done(&["config", "set", "store.store_id", ""]);
    assert!(yima.refused(&["config", "get", "store.store_id"], 1).contains("store.store_id is not set"));
    let json: serde_json::Value = serde_json::from_str(&yima.done(&["config", "list", "--json"])).unwrap();
    assert!(json["store.store_id"].is_null());
}

#[test]
fn unknown_keys_and_bad_values_are_refused_by_name() {
    let yima = Yima::new();
    let said = yima.refused(&["config", "set", "gateway.appid", "x"], 2);
    assert!(said.contains("\"gateway.appid\"; did you mean gateway.app_id?"), "{said}");
    let said = yima.refused(&["config", "get", "colour"], 2);
    assert!(said.contains("there is no setting \"colour\""), "{said}");
    let said = yima.refused(&["config", "set", "sale.qr_timeout_s", "4"], 2);
    assert!(
        said.contains("sale.qr_timeout_s cannot be \"4\": it is too small; allowed: 5 to 3600"),
        "{said}"
    );
    let said = yima.refused(&["config", "set", "gateway.base_url", "http://api.huishouyin.cn"], 2);
    assert!(said.contains("gateway.base_url cannot be") && said.contains("https://"), "{said}");
    let said = yima.refused(&["config", "set", "mode", "test"], 2);
    assert!(said.contains("allowed: practice, live"), "{said}");
    let said = yima.refused(&["config", "set", "gateway.app_secret", "canary"], 2);
    assert!(said.contains("yima secret set") && !said.contains("canary"), "{said}");
    assert!(yima.refused(&["config", "set", "mode"], 2).contains("VALUE"));
    assert_eq!(yima.done(&["config", "get", "sale.qr_timeout_s"]), "300\n");
}

#[test]
fn beside_a_running_till_reading_works_and_changes_are_refused() {
    let yima = Yima::new();
    let held = yima.data_dir().lock().unwrap();
    assert_eq!(yima.done(&["config", "get", "language"]), "zh-CN\n");
    let catalogue = yima.path("goods.csv");
    std::fs::write(&catalogue, "barcode,title,price\n1,a,1\n").unwrap();
    let changes: [&[&str]; 3] = [
        &["config", "set", "language", "en"],
        &["secret", "set", "app_secret", "--insecure-file"],
        &["catalogue", "import", catalogue.to_str().unwrap()],
    ];
    for change in changes {
        let said = yima.refused(change, 1);
        assert!(said.contains("in use by another program") && said.contains("close the till"), "{said}");
    }
    drop(held);
    yima.done(&["config", "set", "language", "en"]);
}

#[test]
fn k3_the_mode_stays_while_a_sale_is_open() {
    let yima = Yima::new();
    yima.done(&["config", "set", "mode", "live"]);
    sell(&yima.data_dir().database(Mode::Live), "a1", Ending::Open);
    let said = yima.refused(&["config", "set", "mode", "practice"], 1);
    assert!(said.contains("a1") && said.contains("let it finish"), "{said}");
    yima.done(&["config", "set", "mode", "live"]);
    yima.done(&["config", "set", "gateway.app_id", "other"]);

    let yima = Yima::new();
    sell(&yima.data_dir().database(Mode::Practice), "a2", Ending::Paid);
    yima.done(&["config", "set", "mode", "live"]);
    assert_eq!(yima.done(&["config", "get", "mode"]), "live\n");
}

#[test]
fn k3_the_mode_stays_while_a_closed_order_may_be_paid_or_a_refund_is_due() {
    for (ending, why, way_out) in [
        (Ending::Closed, "order a1 was closed", "--data-dir"),
        (Ending::Owed, "a refund of order a1 is due", "give it back"),
    ] {
        let yima = Yima::new();
        yima.done(&["config", "set", "mode", "live"]);
        sell(&yima.data_dir().database(Mode::Live), "a1", ending);
        let said = yima.refused(&["config", "set", "mode", "practice"], 1);
        assert!(said.contains(why) && said.contains(way_out), "{said}");
        assert_eq!(yima.done(&["config", "get", "mode"]), "live\n");

        let yima = Yima::new();
        sell(&yima.data_dir().database(Mode::Practice), "a2", ending);
        yima.done(&["config", "set", "mode", "live"]);
    }
}

#[test]
fn the_folder_is_the_one_named_and_one_that_cannot_be_is_told() {
    let yima = Yima::new();
    yima.done(&["config", "set", "till.number", "42"]);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_yima"));
    let ran =
        finish(program.env("YIMA_DATA_DIR", yima.path("data")).args(["config", "get", "till.number"]), b"");
    assert_eq!((ran.status, ran.out.as_str()), (0, "42\n"));

    std::fs::write(yima.path("file"), "").unwrap();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_yima"));
    program.env("LC_ALL", "en_US.UTF-8").arg("--data-dir").arg(yima.path("file"));
    let ran = finish(program.args(["config", "list"]), b"");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("yima: ") && ran.err.contains("data folder"), "{}", ran.err);
}
