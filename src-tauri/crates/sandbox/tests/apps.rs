//! Several applications in one sandbox, each with its own key and its own reading of the rules.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use serde_json::{Value, json};
use till::{APP_ID, Pairs, SECRET, code, config, http, order_pairs, scan_pairs, sign_of, start, text};
use yima_sandbox::{AmountForm, App, Config, Key, Profile, Running};

const OTHER_SECRET: &str = "the other one's secret";

fn of(app_id: &str, mut pairs: Pairs<'static>) -> Pairs<'static> {
    pairs[0].1 = text(app_id);
    pairs
}

/// The code for these fields, signed with that secret.
async fn code_with(running: &Running, path: &str, pairs: &Pairs<'_>, secret: &str) -> i64 {
    let mut all = pairs.clone();
    all.push(("sign", text(&sign_of(pairs, secret))));
    let body: Vec<_> = all.iter().map(|(name, raw)| format!("\"{name}\":{raw}")).collect();
    let response = till::post(running, path, format!("{{{}}}", body.join(","))).await.unwrap();
    till::envelope(response).await["code"].as_i64().unwrap()
}

async fn put(running: &Running, apps: &str) -> (u16, String) {
    let url = format!("{}/control/apps", running.base_url());
    let response = http().post(url).body(apps.to_owned()).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn each_has_its_own_key_and_its_own_orders() {
    let more_apps = vec![App::new("other", Key::md5(OTHER_SECRET))];
    let running = start(Config { more_apps, ..config() });
    let scan = of("other", scan_pairs("o", "1.00"));
    assert_eq!(code(&running, "/pay/scan", &scan).await, 2000, "signed with the first one's secret");
    assert_eq!(code_with(&running, "/pay/scan", &scan, OTHER_SECRET).await, 1000);
    assert_eq!(code_with(&running, "/pay/scan", &scan_pairs("o", "2.00"), OTHER_SECRET).await, 2000);
    assert_eq!(code(&running, "/pay/check", &order_pairs("o")).await, 4001, "it is the other's");
    assert_eq!(code(&running, "/pay/scan", &scan_pairs("o", "2.00")).await, 1000, "its own by the same id");
    assert_eq!(code(&running, "/pay/scan", &of("nobody", scan_pairs("o", "2.00"))).await, 3000);

    let base = running.base_url();
    let told = async |path: &str| -> Value {
        let text = http().get(format!("{base}{path}")).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(told("/control/orders").await.as_array().unwrap().len(), 2);
    assert_eq!(told("/control/orders/o").await["app_id"], APP_ID, "the first application's");
    assert_eq!(told("/control/orders/o?app_id=other").await["total_amount"], "1.00");
    let paid = http().post(format!("{base}/control/orders/o/pay?app_id=other")).send().await.unwrap();
    assert_eq!(paid.status(), 200);
    let check = of("other", order_pairs("o"));
    assert_eq!(code_with(&running, "/pay/close", &check, OTHER_SECRET).await, 1006);
    assert_eq!(running.order("o").unwrap().order_status, yima_sandbox::OrderStatus::Paying);
}

#[tokio::test]
async fn they_can_be_added_and_changed_while_it_runs() {
    let running = start(config());
    let body = json!([{"app_id": "new", "app_secret": OTHER_SECRET, "profile": {"md5_output": "upper_hex"}}]);
    let (status, told) = put(&running, &body.to_string()).await;
    assert_eq!(status, 200);
    assert!(!told.contains(OTHER_SECRET) && !told.contains(SECRET), "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told[1]["app_id"], &told[1]["sign_type"]), (&json!("new"), &json!("MD5")));
    assert_eq!(told[1]["profile"]["md5_output"], "upper_hex");
    let check = of("new", order_pairs("o"));
    assert_eq!(code_with(&running, "/pay/check", &check, OTHER_SECRET).await, 2000, "its profile differs");
    running.put_apps(vec![App::new("new", Key::md5(OTHER_SECRET))]).unwrap();
    assert_eq!(code_with(&running, "/pay/check", &check, OTHER_SECRET).await, 4001);

    let off = json!([{"app_id": "new", "app_secret": OTHER_SECRET, "enabled": false}]);
    assert_eq!(put(&running, &off.to_string()).await.0, 200);
    assert_eq!(code_with(&running, "/pay/check", &check, OTHER_SECRET).await, 5000);
    assert_eq!(code_with(&running, "/pay/check", &check, SECRET).await, 2000);

    for broken in [
        "",
        "{}",
        r#"[{"app_id":"x"}]"#,
        r#"[{"app_id":"","app_secret":"canary"}]"#,
        r#"[{"app_id":"x","rsa_public_key":"canary"}]"#,
        r#"[{"app_id":"x","app_secret":"canary","profile":{"secret_key":"canary"}}]"#,
    ] {
        let (status, told) = put(&running, broken).await;
        assert_eq!((status, told.contains("canary")), (422, false), "{broken} {told}");
    }
    assert_eq!(running.apps().len(), 2);
}

#[tokio::test]
async fn a_profile_may_insist_on_how_amounts_are_written() {
    for (form, as_text, as_number) in
        [(AmountForm::Either, 1000, 1000), (AmountForm::String, 1000, 3002), (AmountForm::Number, 3002, 1000)]
    {
        let profile = Profile { amount_form: form, ..Profile::default() };
        let running = start(Config { profile, ..config() });
        assert_eq!(code(&running, "/pay/scan", &scan_pairs("t", "1.00")).await, as_text, "{form:?}");
        let mut pairs = scan_pairs("n", "");
        pairs[3].1 = "1.00".to_owned();
        assert_eq!(code(&running, "/pay/scan", &pairs).await, as_number, "{form:?}");
    }
}
