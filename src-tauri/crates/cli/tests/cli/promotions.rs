use serde_json::{Value, json};

use crate::yima::{Ran, Yima};

const SET: &str = "满100减10 = over 100 off 10; 半价 = item 2 at 50%: 690123 690124";

fn import(yima: &Yima, text: &[u8]) -> Ran {
    let path = yima.path("promotions.json");
    std::fs::write(&path, text).unwrap();
    yima.run(&["promotions", "import", path.to_str().unwrap()])
}

fn set(yima: &Yima) -> String {
    yima.done(&["config", "get", "sale.promotions"])
}

#[test]
fn promotions_go_to_a_file_and_come_back_as_they_were() {
    let yima = Yima::new();
    yima.done(&["config", "set", "sale.promotions", SET]);
    let file = yima.path("out.json");
    let said = yima.done(&["promotions", "export", file.to_str().unwrap()]);
    assert!(said.starts_with("2 promotions exported"), "{said}");
    let text = std::fs::read(&file).unwrap();
    let written: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(
        written,
        json!([
            { "name": "满100减10", "rule": "over 100 off 10", "barcodes": [] },
            { "name": "半价", "rule": "item 2 at 50%", "barcodes": ["690123", "690124"] },
        ])
    );
    assert_eq!(
        yima.run(&["promotions", "export", file.to_str().unwrap()]).status,
        1,
        "nothing is written over"
    );

    let other = Yima::new();
    let ran = import(&other, &text);
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "2 promotions are set\n", ""));
    assert_eq!(set(&other), format!("{SET}\n"));
    assert_eq!(import(&other, b"[]").out, "0 promotions are set\n");
    assert_eq!(other.run(&["config", "get", "sale.promotions"]).status, 1);
}

#[test]
fn all_of_a_file_comes_in_or_nothing_and_it_is_noted() {
    let yima = Yima::new();
    yima.done(&["config", "set", "sale.promotions", SET]);
    let pin = yima.feed(&["cashier", "add", "9001", "老陈", "--role", "installer"], b"135790");
    assert_eq!(pin.status, 0);
    let good = r#"{"name":"a","rule":"3 for 2"}"#;
    for (bad, words) in [
        (format!("[{good},{{\"name\":\"b\",\"rule\":\"3 for 4\"}}]"), "is no promotion"),
        (format!("[{good},{{\"name\":\"b; c\",\"rule\":\"3 for 2\"}}]"), "is no promotion"),
        (format!("[{good}"), "no list of promotions at line 1"),
        (r#"[{"name":"a","rule":"3 for 2","goods":["1"]}]"#.to_owned(), "no list of promotions"),
        ("{}".to_owned(), "no list of promotions"),
        (" ".repeat((1 << 20) + 1), "more than 1 MiB"),
    ] {
        let ran = import(&yima, bad.as_bytes());
        assert_eq!(ran.status, 1, "{words}");
        assert!(ran.err.contains(words) && ran.err.contains("nothing was changed"), "{}", ran.err);
        assert_eq!(set(&yima), format!("{SET}\n"));
    }
    assert_eq!(import(&yima, format!("[{good}]").as_bytes()).status, 0);
    assert_eq!(set(&yima), "a = 3 for 2\n");
    let log: Value = serde_json::from_str(&yima.done(&["audit", "list", "--json"])).unwrap();
    assert_eq!(
        (&log[0]["kind"], &log[0]["detail"]["key"]),
        (&json!("setting_changed"), &json!("sale.promotions"))
    );
    assert_eq!(log.as_array().unwrap().len(), 2, "what was not done is not noted as done");
}
