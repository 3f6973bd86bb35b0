use yima_store::Mode;

use crate::yima::{Ran, Yima};

fn add(yima: &Yima, id: &str, name: &str, role: &str, pin: &str) -> Ran {
    yima.feed(&["cashier", "add", id, name, "--role", role], pin.as_bytes())
}

fn added(yima: &Yima, id: &str, name: &str, role: &str, pin: &str) {
    let ran = add(yima, id, name, role, pin);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{id}");
}

fn staffed() -> Yima {
    let yima = Yima::new();
    added(&yima, "9001", "老陈", "installer", "135790\n");
    added(&yima, "1001", "王芳", "cashier", "2468");
    yima
}

#[test]
fn people_are_added_listed_changed_and_disabled() {
    let yima = staffed();
    yima.done(&["cashier", "set-role", "1001", "supervisor"]);
    yima.done(&["cashier", "disable", "1001"]);
    let table = yima.done(&["cashier", "list"]);
    assert!(table.contains("1001  supervisor  disabled  王芳"), "{table}");
    assert!(table.contains("9001  installer   active    老陈"), "{table}");
    yima.done(&["cashier", "enable", "1001"]);
    let listed: serde_json::Value = serde_json::from_str(&yima.done(&["cashier", "list", "--json"])).unwrap();
    let expected = serde_json::json!([
        { "id": "1001", "name": "王芳", "role": "supervisor", "active": true },
        { "id": "9001", "name": "老陈", "role": "installer", "active": true },
    ]);
    assert_eq!(listed, expected);
}

#[test]
fn who_did_what_is_in_the_log_and_no_pin_is() {
    let yima = staffed();
    assert_eq!(yima.feed(&["cashier", "set-pin", "1001"], b"97531").status, 0);
    let lines: serde_json::Value = serde_json::from_str(&yima.done(&["audit", "list", "--json"])).unwrap();
    let kinds: Vec<_> = lines.as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["pin_set", "cashier_added", "cashier_added"]);
    assert_eq!(lines[2]["detail"]["role"], "installer");
    assert_eq!(lines[0]["number"], 3);
    let text = yima.done(&["audit", "list", "--limit", "1"]);
    assert!(text.contains("pin set") && !text.contains("cashier added"), "{text}");
    for folder in std::fs::read_dir(yima.data_dir().root()).unwrap().flatten() {
        let kept = std::fs::read(folder.path()).unwrap_or_default();
        for pin in ["135790", "97531"] {
            assert!(!kept.windows(pin.len()).any(|window| window == pin.as_bytes()), "{pin}");
        }
    }
}

#[test]
fn bad_input_is_refused_and_changes_nothing() {
    let yima = Yima::new();
    let check = |role: &str, id: &str, name: &str, pin: &str, status: i32, words: &str| {
        let ran = add(&yima, id, name, role, pin);
        assert_eq!((ran.status, ran.out.as_str()), (status, ""), "{words}");
        assert!(ran.err.contains(words), "{}", ran.err);
    };
    check("cashier", "1", "王芳", "1234", 1, "an active installer must remain");
    for pin in ["123", "123456789", "12a4", "１２３４"] {
        check("installer", "1", "王芳", pin, 2, "a PIN is four to eight digits");
    }
    check("installer", "1", "王芳", "", 1, "");
    check("installer", " 1", "王芳", "1234", 2, "an id is 1 to 32 characters");
    check("installer", "1", "", "1234", 2, "a name is 1 to 64 characters");
    check("owner", "1", "王芳", "1234", 2, "owner");
    assert_eq!(yima.done(&["cashier", "list", "--json"]).trim(), "[]");
    added(&yima, "1", "王芳", "installer", "1234");
    check("installer", "1", "王芳", "1234", 1, "there is a cashier with this id");
    assert!(yima.refused(&["cashier", "disable", "1"], 1).contains("an active installer must remain"));
    assert!(yima.refused(&["cashier", "set-role", "1", "cashier"], 1).contains("installer must remain"));
    assert!(yima.refused(&["cashier", "disable", "2"], 1).contains("no cashier with this id"));
}

#[test]
fn refusals_are_told_in_chinese_too() {
    let yima = staffed();
    yima.done(&["config", "set", "language", "zh-CN"]);
    assert!(yima.refused(&["cashier", "disable", "9001"], 1).contains("必须至少有一名在用的安装员"));
    let ran = add(&yima, "2", "李", "cashier", "12");
    assert!(ran.err.contains("密码须为 4 到 8 位数字"), "{}", ran.err);
    assert!(yima.done(&["cashier", "list"]).contains("收银员"));
    assert!(yima.done(&["audit", "list"]).contains("添加员工"));
}

#[test]
fn nobody_is_changed_while_a_till_runs() {
    let yima = staffed();
    let _till = yima.data_dir().lock().unwrap();
    assert_eq!(add(&yima, "2", "李", "cashier", "1234").status, 1);
    yima.refused(&["cashier", "disable", "1001"], 1);
    assert!(yima.done(&["cashier", "list"]).contains("1001"));
    assert!(yima.done(&["audit", "list"]).contains("cashier added"));
}

#[test]
fn a_secret_and_a_restore_by_the_command_line_are_noted_where_there_are_people() {
    // Every run says that the secret is in a file.
    let done = |yima: &Yima, arguments: &[&str]| {
        let ran = yima.run(arguments);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.out
    };
    let kinds = |yima: &Yima| -> Vec<String> {
        let lines: serde_json::Value =
            serde_json::from_str(&done(yima, &["audit", "list", "--json"])).unwrap();
        let of_line = |line: &serde_json::Value| {
            let detail = &line["detail"];
            let about = if detail["key"].is_string() { &detail["key"] } else { &detail["database"] };
            format!("{} {} {}", line["kind"], detail["from"], about).replace('"', "")
        };
        let lines = lines.as_array().unwrap();
        lines.iter().filter(|line| line["kind"] != "cashier_added").map(of_line).collect()
    };
    let yima = staffed();
    let keep = |name: &str| yima.feed(&["secret", "set", name, "--insecure-file"], b"s3cret").status;
    assert_eq!(keep("app_secret"), 0);
    drop(yima_store::Store::open(&yima.data_dir().database(Mode::Practice)).unwrap());
    done(&yima, &["backup"]);
    done(&yima, &["restore"]);
    assert_eq!(kinds(&yima), ["restored command_line practice", "secret_set command_line app_secret"]);
    assert!(!done(&yima, &["audit", "list", "--json"]).contains("s3cret"));
}

#[test]
fn a_change_by_the_command_line_is_noted_where_there_are_people() {
    let goods = |yima: &Yima, text: &str| {
        let path = yima.path("goods.csv");
        std::fs::write(&path, text).unwrap();
        yima.run(&["catalogue", "import", path.to_str().unwrap()]).status
    };
    let noted = |yima: &Yima| -> Vec<(String, String, String)> {
        let lines: serde_json::Value =
            serde_json::from_str(&yima.done(&["audit", "list", "--json"])).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let told = |line: &serde_json::Value| {
            let detail = &line["detail"];
            assert_eq!(
                (text(&line["by_id"]), text(&detail["from"])),
                (String::new(), "command_line".to_owned())
            );
            let about = if detail["key"].is_string() { &detail["key"] } else { &detail["file"] };
            (text(&line["kind"]), text(about), text(&detail["what"]))
        };
        let lines = lines.as_array().unwrap();
        lines.iter().filter(|line| line["kind"] != "cashier_added").map(told).collect()
    };
    let line = |kind: &str, about: &str, what: &str| (kind.to_owned(), about.to_owned(), what.to_owned());

    let alone = Yima::new();
    alone.done(&["config", "set", "till.number", "07"]);
    assert_eq!(goods(&alone, "barcode,title,price\n1,茶,3\n"), 0);
    assert_eq!(noted(&alone), []);

    let yima = staffed();
    yima.done(&["config", "set", "till.number", "07"]);
    assert_ne!(yima.run(&["config", "set", "till.number", "no number"]).status, 0);
    assert_eq!(goods(&yima, "barcode,title,price\n1,茶,3\n"), 0);
    assert_ne!(goods(&yima, "nothing of use\n1\n"), 0);
    assert_eq!(
        noted(&yima),
        [line("catalogue_imported", "goods.csv", ""), line("setting_changed", "till.number", ""),]
    );
}
