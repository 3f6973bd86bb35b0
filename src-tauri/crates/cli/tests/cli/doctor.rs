use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::process::Command;

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use yima_checkout::secrets::SecretStore;
use yima_checkout::settings::Settings;
use yima_core::{Barcode, Fen, LineDetail, Order, OrderId, OrderLine, Quantity};
use yima_gateway::{CallError, Client, OrderStatus, Timeouts, scan};
use yima_sandbox::{
    AmountForm, Channel, Config, Key, Md5Output, Profile, RsaDigest, Running, Sandbox, SecretKeyName,
    SignTypeField, Terms,
};
use yima_store::SettingsFile;

use crate::yima::{Ran, Yima, finish};

const CANARY: &str = "canary-93e0a1";

/// A till that is set up for live sales at a sandbox whose signing profile is not the default.
struct Shop {
    yima: Yima,
    sandbox: Running,
    runtime: Runtime,
}

impl Shop {
    fn open(config: Config, secret_name: &str, secret: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = {
            let _entered = runtime.enter();
            Sandbox::start(config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap()
        };
        let yima = Yima::new();
        yima.done(&["config", "set", "mode", "live"]);
        yima.done(&["config", "set", "language", "en"]);
        yima.done(&["config", "set", "gateway.base_url", sandbox.base_url()]);
        yima.done(&["config", "set", "gateway.app_id", "shop-1"]);
        let ran = yima.feed(&["secret", "set", secret_name, "--insecure-file"], secret.as_bytes());
        assert_eq!(ran.status, 0, "{}", ran.err);
        Self { yima, sandbox, runtime }
    }

    fn md5(profile: Profile, terms: Terms) -> Self {
        let mut config = Config::new("shop-1", Key::md5(CANARY));
        (config.profile, config.terms) = (profile, terms);
        Self::open(config, "app_secret", CANARY)
    }

    /// Runs the doctor; nothing it says ever holds the secret.
    fn doctor(&self, more: &[&str]) -> Ran {
        let ran = self.yima.run(&[&["doctor"], more].concat());
        assert!(!ran.out.contains(CANARY) && !ran.err.contains(CANARY), "{ran:?}");
        ran
    }

    /// What the doctor found by that code, as programs read it.
    fn finding(&self, code: &str) -> (i32, Value) {
        let ran = self.doctor(&["--json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["healthy"], ran.status == 0);
        let checks = report["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["code"] == code);
        (ran.status, check.unwrap_or_else(|| panic!("{code}: {}", ran.out)).clone())
    }

    /// One whole sale as the till would make it: by the settings and the secret that are kept.
    fn sell(&self, id: &str) -> Result<OrderStatus, CallError> {
        let folder = self.yima.data_dir();
        let file = SettingsFile::open(&folder.settings_db()).unwrap();
        let settings = Settings::load(&file).unwrap();
        let account = settings.account().unwrap();
        let (credential, _) =
            SecretStore::open(&folder, &file).unwrap().credential(account.sign_type).unwrap();
        let line = OrderLine {
            barcode: Barcode::parse("6921168509256").unwrap(),
            title: "农夫山泉".to_owned(),
            price_fen: Fen::new(200),
            quantity: Quantity::new(3).unwrap(),
            amount_fen: Fen::new(600),
            detail: LineDetail::default(),
        };
        let id = OrderId::parse(id).unwrap();
        let order = Order { id: id.clone(), lines: vec![line], total_fen: Fen::new(600) };
        let body = scan::Request { order: &order, store_info: &settings.store_info }.body(&account)?;
        self.runtime.block_on(async {
            let client = Client::new(Timeouts::default()).unwrap();
            client.scan(&account, &credential, &body).await?;
            self.sandbox.pay(id.as_str(), Channel::WeChat, None).await.unwrap();
            Ok(client.get(&account, &credential, &id).await?.order_status)
        })
    }

    fn setting(&self, name: &str) -> String {
        let ran = self.yima.run(&["config", "get", &format!("gateway.profile.{name}")]);
        ran.out.trim_end().to_owned()
    }
}

const OTHER: Profile = Profile {
    secret_key: SecretKeyName::AppSecret,
    sign_type: SignTypeField::LeftOut,
    md5_output: Md5Output::UpperHex,
    rsa_digest: RsaDigest::Sha1,
    amount_form: AmountForm::Either,
};

#[test]
fn an_installer_gets_from_a_bad_signature_to_a_working_till_with_the_doctor_alone() {
    let shop = Shop::md5(OTHER, Terms::default());
    assert!(matches!(shop.sell("a0"), Err(CallError::Rejected { code: 2000, .. })));
    let ran = shop.doctor(&[]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.ends_with("yima: 1 check failed\n"), "{}", ran.err);
    for said in [
        "FAILED    signature: refused at /pay/check: 2000 签名错误",
        "app_id=shop-1&app_sercet=***&order_id=yimadoctor",
        r#"&sign_type=MD5&store_info={"#,
        "merchant back office",
        "yima doctor --find-profile",
    ] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }

    let ran = shop.doctor(&["--find-profile"]);
    assert_eq!(ran.status, 1, "found, but nobody said that it should be kept");
    assert!(ran.out.contains("trying 1 of 7: ") && ran.out.contains("trying 7 of 7: "), "{}", ran.out);
    assert!(
        ran.out.contains("ok        profile: found after 7: ") && ran.out.contains("Not kept"),
        "{}",
        ran.out
    );
    assert_eq!(shop.setting("md5_output"), "base64_upper_hex");

    let ran = shop.doctor(&["--find-profile", "--save"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.contains("Kept: gateway.profile.md5_output = upper_hex"), "{}", ran.out);
    let kept = ["secret_key", "sign_type_signed", "md5_output"].map(|name| shop.setting(name));
    assert_eq!(kept, ["app_secret", "false", "upper_hex"]);

    let ran = shop.doctor(&[]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.contains("ok        signature: accepted at /pay/check"), "{}", ran.out);
    assert!(!ran.out.contains("FAILED"), "{}", ran.out);
    assert!(shop.sandbox.orders().is_empty(), "no order was made");
    assert_eq!(shop.sell("a1"), Ok(OrderStatus::Paid));
}

#[test]
fn a_gateway_that_looks_orders_up_first_is_asked_something_else() {
    let one_a_second = NonZeroU32::new(1);
    let terms = Terms { looks_up_first: true, requests_per_second: one_a_second, ..Terms::default() };
    let profile = Profile { md5_output: Md5Output::UpperHex, ..Profile::default() };
    let shop = Shop::md5(profile, terms);
    let (status, check) = shop.finding("signature");
    assert_eq!((status, &check["data"]["verdict"]), (1, &json!("refused")));
    assert_eq!(check["data"]["path"], "/order/list");
    assert_eq!(shop.doctor(&["--find-profile", "--save"]).status, 0);
    assert_eq!(shop.setting("md5_output"), "upper_hex");
    let accepted = json!({"verdict": "accepted", "path": "/order/list"});
    assert_eq!(shop.finding("signature").1["data"], accepted);
}

#[test]
fn a_clock_that_is_off_is_told_by_how_much() {
    let shop = Shop::md5(Profile::default(), Terms { date_offset_s: -7_200, ..Terms::default() });
    let (status, check) = shop.finding("clock");
    let ahead_s = check["data"]["ahead_s"].as_i64().unwrap();
    assert!(
        (status, &check["outcome"]) == (1, &json!("failed")) && (7_150..7_260).contains(&ahead_s),
        "{check}"
    );
}

#[test]
fn the_rsa_profile_is_found_too_and_a_program_reads_along() {
    let pair = Yima::new();
    let path = |name: &str| pair.path(name).to_str().unwrap().to_owned();
    let openssl = |arguments: &[&str]| {
        assert!(Command::new("openssl").args(arguments).output().unwrap().status.success())
    };
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &path("private")]);
    openssl(&["pkey", "-in", &path("private"), "-pubout", "-out", &path("public")]);
    let mut config = Config::new("shop-1", Key::rsa(std::fs::read_to_string(path("public")).unwrap()));
    config.profile = OTHER;
    let shop = Shop::open(config, "rsa_private_key", &std::fs::read_to_string(path("private")).unwrap());
    shop.yima.run(&["config", "set", "gateway.sign_type", "RSA"]);

    let (status, check) = shop.finding("signature");
    assert_eq!(
        (status, &check["outcome"], &check["data"]["verdict"]),
        (1, &json!("failed"), &json!("refused"))
    );
    let canonical = check["data"]["canonical"].as_str().unwrap();
    assert!(canonical.starts_with("app_id=shop-1&order_id=yimadoctor"), "{canonical}");

    let ran = shop.doctor(&["--find-profile", "--save", "--json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.status, &report["healthy"], &report["saved"]), (0, &json!(true), &json!(true)));
    assert_eq!(
        (shop.setting("rsa_digest"), shop.setting("sign_type_signed")),
        ("sha1".to_owned(), "false".to_owned())
    );
    let (status, check) = shop.finding("signature");
    assert_eq!((status, check["data"].clone()), (0, json!({"verdict": "accepted", "path": "/pay/check"})));
    assert_eq!(shop.sell("a1"), Ok(OrderStatus::Paid));
}

#[test]
fn what_is_wrong_is_named() {
    let shop = Shop::md5(Profile::default(), Terms::default());
    assert_eq!(shop.finding("signature").0, 0);
    assert_eq!(shop.finding("clock").1["outcome"], "ok");
    assert_eq!(shop.finding("secret").1["data"], json!({"found": "file", "name": "app_secret"}));

    shop.yima.feed(&["secret", "set", "app_secret", "--insecure-file"], b"another");
    let ran = shop.doctor(&["--find-profile"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.ends_with("yima: 2 checks failed\n"), "{}", ran.err);
    assert!(
        ran.out.contains("all 7 others are refused too") && ran.out.contains("it is the secret"),
        "{}",
        ran.out
    );

    shop.yima.run(&["config", "set", "gateway.app_id", "shop-2"]);
    let (status, check) = shop.finding("signature");
    assert_eq!(
        (status, &check["data"]["verdict"], &check["data"]["code"]),
        (1, &json!("app_id_refused"), &json!(3000))
    );

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    shop.yima.run(&["config", "set", "gateway.base_url", &format!("http://{closed}")]);
    assert_eq!(shop.finding("connection").1["data"], json!({"found": "none", "reason": "refused"}));
    assert_eq!(shop.finding("signature").1["outcome"], "skipped");
}

#[test]
fn a_proxy_is_named_and_never_used() {
    let shop = Shop::md5(Profile::default(), Terms::default());
    let mut command = shop.yima.command();
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(variable, format!("http://user:{CANARY}@127.0.0.1:1"));
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    let ran = finish(command.args(["doctor", "--json"]), b"");
    assert!(!ran.out.contains(CANARY) && !ran.err.contains(CANARY), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.status, &report["healthy"]), (0, &json!(true)), "{}", ran.out);
    let checks = report["checks"].as_array().unwrap();
    let proxy = checks.iter().find(|check| check["code"] == "proxy").unwrap();
    assert_eq!(proxy["outcome"], "warning");
    assert!(proxy["data"].to_string().contains("HTTP_PROXY"), "{proxy}");
}

#[test]
fn beside_a_running_till_it_looks_but_keeps_nothing_and_in_practice_it_says_so() {
    let shop = Shop::md5(OTHER, Terms::default());
    shop.yima.run(&["config", "set", "mode", "practice"]);
    shop.yima.run(&["config", "set", "language", "zh-CN"]);
    let _running = shop.yima.data_dir().lock().unwrap();
    let before = shop.sandbox.requests().len();
    let ran = shop.doctor(&["--find-profile", "--save"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("请关闭收银台再试"), "{}", ran.err);
    assert_eq!(shop.sandbox.requests().len(), before, "refused before anything was asked");

    let ran = shop.doctor(&[]);
    assert_eq!(ran.status, 1);
    for said in [
        "[注意]    模式: 练习：不收真钱",
        "正式收款的设置",
        "[失败]    签名: /pay/check 拒绝了签名：2000 签名错误",
    ] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }
    assert!(ran.err.ends_with("1 项检查未通过\n"), "{}", ran.err);
}

#[test]
fn a_till_that_nobody_set_up_is_told_what_is_missing() {
    let yima = Yima::new();
    // Nothing beyond this machine is asked.
    yima.done(&["config", "set", "gateway.base_url", "http://127.0.0.1:1"]);
    let ran = yima.run(&["doctor", "--json"]);
    assert_eq!(ran.status, 1);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let check = |code: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|check| check["code"] == code).unwrap()["data"].clone()
    };
    assert_eq!(check("settings"), json!({"found": "missing", "key": "gateway.app_id"}));
    assert_eq!(check("signature"), json!({"verdict": "not_asked"}));
    assert!(yima.refused(&["doctor", "--save"], 2).contains("--find-profile"));
}
