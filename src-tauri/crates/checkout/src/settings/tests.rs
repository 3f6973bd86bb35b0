use yima_core::Rounding;

use super::*;

fn stored(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Good and bad values of every setting.
const VALUES: [(&str, &[&str], &[&str]); 31] = [
    ("mode", &["practice", "live"], &["", "Live", "test", " live"]),
    ("language", &["zh-CN", "en"], &["", "zh", "zh-cn", "EN", "fr"]),
    ("till.number", &["01", "09", "99"], &["", "0", "1", "00", "100", "٠١", "０１", "-1", "1a"]),
    (
        "store.name",
        &["一", "A shop", LONGEST_NAME],
        &["", " ", " x", "x\n", "a\tb", "a\u{202e}b", TOO_LONG_A_NAME],
    ),
    ("store.store_id", IDS, NOT_IDS),
    ("store.cashier_id", IDS, NOT_IDS),
    ("store.waiter1_id", IDS, NOT_IDS),
    ("store.waiter2_id", IDS, NOT_IDS),
    ("store.terminal_id", IDS, NOT_IDS),
    (
        "sale.qr_timeout_s",
        &["5", "300", "3600"],
        &["", "4", "3601", "30s", "3e2", "-30", "30.0", "99999999999"],
    ),
    ("sale.rounding", &["none", "jiao", "yuan"], &["", "fen", "1"]),
    (
        "sale.promotions",
        &["", "满100减10 = over 100 off 10; 半价 = item 2 at 50%: 6901 6902"],
        &["x", "a = 3 for 3", "半价 = item 2 at 50%:"],
    ),
    ("scan.same_code", &["merge", "new_line"], &["", "newline", "Merge"]),
    (
        "scan.in_store_codes",
        &["", "21IIIIIAAA.AAC", "2xIIIIIAAA.AAC,22IIIIIWW.WWWC"],
        &["none", "21IIIIIC", "11IIIIIAAAAAC"],
    ),
    ("sound.volume", &["0", "70", "100"], &["", "101", "-1", "loud", "7.5"]),
    ("sound.muted", &["true", "false"], &["", "yes", "0"]),
    ("sound.spoken_paid", &["true", "false"], &["", "no", "TRUE"]),
    (
        "gateway.base_url",
        &["https://api.huishouyin.cn", "http://127.0.0.1:8080", "http://[::1]:9", "http://localhost:1/"],
        &[
            "",
            "api.huishouyin.cn",
            "http://api.huishouyin.cn",
            "https://u:p@a.example",
            "https://a.example?x=1",
        ],
    ),
    ("gateway.app_id", IDS, NOT_IDS),
    ("gateway.sign_type", &["MD5", "RSA"], &["", "md5", "RSA2"]),
    ("gateway.profile.secret_key", &["app_sercet", "app_secret"], &["", "secret"]),
    ("gateway.profile.sign_type_signed", &["true", "false"], &["", "yes", "1", "True"]),
    ("gateway.profile.md5_output", &["base64_upper_hex", "upper_hex"], &["", "hex"]),
    ("gateway.profile.rsa_digest", &["sha256", "sha1"], &["", "md5", "SHA256"]),
    ("gateway.profile.amount_form", &["string", "number"], &["", "text"]),
    (
        "gateway.pay_url_hosts",
        &["pay.example.com", "*.example.com, 支付.example"],
        &["", "*", "10.0.0.1", "https://a.example", "a.example,", "a.example b.example", "localhost"],
    ),
    (
        "display.customer",
        &["DUMMY1@1368,0", "\\\\.\\DISPLAY2@-1920,0", "@0,0"],
        &["", " HDMI-1@0,0", "HDMI-1\n@0,0"],
    ),
    (
        "display.pictures",
        &[if cfg!(windows) { "C:\\海报" } else { "/srv/海报" }],
        &["", "posters", "./a", "/a\0b"],
    ),
    (
        "display.goods_pictures",
        &[if cfg!(windows) { "C:\\商品" } else { "/srv/商品" }],
        &["", "goods", "../a"],
    ),
    ("staff.discount_limit_percent", &["0", "10", "100"], &["", "-1", "101", "10%", "9.5"]),
    ("staff.lock_after_min", &["0", "10", "480"], &["", "-1", "481", "ten", "１０"]),
];
const IDS: &[&str] = &["1", "till-01", "门店 3", "0123456789abcdef0123456789ABCDEF"];
const NOT_IDS: &[&str] =
    &["", " a", "a ", "a\r", "a\u{200b}b", "\u{feff}a", "0123456789abcdef0123456789ABCDEF0"];
const LONGEST_NAME: &str = "一二三四五六七八一二三四五六七八一二三四五六七八一二三四五六七八\
                            一二三四五六七八一二三四五六七八一二三四五六七八一二三四五六七八";
const TOO_LONG_A_NAME: &str = "一二三四五六七八一二三四五六七八一二三四五六七八一二三四五六七八\
                               一二三四五六七八一二三四五六七八一二三四五六七八一二三四五六七八九";

#[test]
fn every_setting_takes_its_good_values_and_names_itself_and_the_choice_for_bad_ones() {
    assert_eq!(VALUES.map(|(name, ..)| name).as_slice(), all().iter().map(|s| s.name()).collect::<Vec<_>>());
    for (name, good, bad) in VALUES {
        let setting = find(name).unwrap();
        for value in good {
            assert_eq!(setting.check(value), Ok(()), "{name} {value:?}");
        }
        for value in bad {
            let error = setting.check(value).expect_err(&format!("{name} {value:?}"));
            let said = error.to_string();
            assert!(said.starts_with(&format!("{name} cannot be \"")), "{said}");
            assert!(said.ends_with(&format!("; allowed: {}", setting.allowed())), "{said}");
            assert!(said.chars().all(|c| !c.is_control()), "{said:?}");
        }
    }
}

#[test]
fn every_default_is_allowed_and_makes_a_till_that_practises() {
    for setting in all() {
        if let Some(default) = setting.default() {
            assert_eq!(setting.check(default), Ok(()), "{}", setting.name());
        }
    }
    let settings = Settings::from_values(&BTreeMap::new()).unwrap();
    assert_eq!(settings.mode, Mode::Practice);
    assert_eq!(settings.language, Language::Chinese);
    assert_eq!(settings.till_number, "01");
    assert_eq!(settings.qr_timeout_s, 300);
    assert_eq!(settings.prices, PriceRules::default());
    assert_eq!(settings.sound, Loudness { volume_percent: 70, muted: false, spoken_paid: false });
    assert_eq!(settings.base_url.as_str(), "https://api.huishouyin.cn");
    assert_eq!(settings.profile, Profile::default());
    assert_eq!(settings.sign_type, SignType::Md5);
    assert!(settings.store_info.is_empty());
    assert_eq!(settings.pay_url_hosts, PayUrlHosts::default());
}

#[test]
fn what_is_set_is_what_is_read() {
    let mut values: BTreeMap<String, String> = VALUES
        .iter()
        .map(|(name, good, _)| ((*name).to_owned(), (*good.last().unwrap()).to_owned()))
        .collect();
    values.insert("something.newer".to_owned(), "x".to_owned());
    let settings = Settings::from_values(&values).unwrap();
    let account = settings.account().unwrap();
    assert_eq!((settings.mode, settings.language), (Mode::Live, Language::English));
    assert_eq!((settings.till_number.as_str(), settings.qr_timeout_s), ("99", 3600));
    assert_eq!(settings.store_name, LONGEST_NAME);
    assert_eq!((settings.prices.rounding, settings.prices.promotions.len()), (Rounding::Yuan, 2));
    let id = Some("0123456789abcdef0123456789ABCDEF".to_owned());
    let info = &settings.store_info;
    for field in [&info.store_id, &info.cashier_id, &info.waiter1_id, &info.waiter2_id, &info.terminal_id] {
        assert_eq!(field, &id);
    }
    assert_eq!(account.endpoint.as_str(), "http://localhost:1");
    assert_eq!(Some(account.app_id), id);
    assert_eq!(account.sign_type, SignType::Rsa);
    assert_eq!(settings.pay_url_hosts, "*.example.com,支付.example".parse().unwrap());
    assert_eq!(settings.display.monitor.as_deref(), Some("@0,0"));
    assert_eq!(settings.sound, Loudness { volume_percent: 100, muted: false, spoken_paid: false });
    assert!(settings.display.pictures.is_some_and(|folder| folder.ends_with("海报")));
    let profile = serde_json::to_value(account.profile).unwrap();
    let expected = serde_json::json!({"secret_key": "app_secret", "sign_type_signed": false,
        "md5_output": "upper_hex", "rsa_digest": "sha1", "amount_form": "number"});
    assert_eq!(profile, expected);
}

#[test]
fn a_live_till_is_told_what_is_missing_and_a_damaged_value_by_name() {
    let settings = Settings::from_values(&stored(&[("mode", "live")])).unwrap();
    assert_eq!(settings.account(), Err(SettingError::Missing { key: "gateway.app_id" }));
    let error = Settings::from_values(&stored(&[("sale.qr_timeout_s", "4")])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sale.qr_timeout_s cannot be \"4\": it is too small; allowed: 5 to 3600 seconds"
    );
}

#[test]
fn an_unknown_name_is_refused_and_the_probable_one_suggested() {
    let check = |name: &str, expected: Option<&'static str>| match find(name) {
        Err(SettingError::UnknownKey { name: named, nearest }) => {
            assert_eq!((named.as_str(), nearest), (name, expected))
        }
        other => panic!("{name}: {:?}", other.map(Setting::name)),
    };
    check("gateway.appid", Some("gateway.app_id"));
    check("Mode", Some("mode"));
    check("lanugage", Some("language"));
    check("terminal_id", Some("store.terminal_id"));
    check("qr_timeout_s", Some("sale.qr_timeout_s"));
    check("printer.width", None);
    check("", None);
    check(INSTALLATION_ID, None);
    check(&"x".repeat(1_000_000), None);
    let said = find("gateway.appid").map(Setting::name).unwrap_err().to_string();
    assert_eq!(said, "there is no setting \"gateway.appid\"; did you mean gateway.app_id?");
}

#[test]
fn a_list_tells_what_was_set_from_what_was_not() {
    let values = stored(&[("mode", "live"), (INSTALLATION_ID, "x")]);
    let listed: Vec<_> = list(&values).map(|line| (line.setting.name(), line.value, line.is_set)).collect();
    assert_eq!(listed.len(), all().len());
    assert_eq!(listed[0], ("mode", Some("live"), true));
    assert!(listed.contains(&("language", Some("zh-CN"), false)));
    assert!(listed.contains(&("gateway.app_id", None, false)));
}

#[test]
fn the_file_keeps_what_was_allowed_and_ids_are_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
    assert_eq!(get(&file, "store.name").unwrap().as_deref(), Some("一码便利店"));
    assert_eq!(get(&file, "store.terminal_id").unwrap(), None);
    set(&file, "store.name", "转角店").unwrap();
    assert!(matches!(set(&file, "store.name", ""), Err(SettingError::BadValue { key: "store.name", .. })));
    assert!(matches!(set(&file, "store.nane", "x"), Err(SettingError::UnknownKey { .. })));
    assert_eq!(get(&file, "store.name").unwrap().as_deref(), Some("转角店"));

    prepare(&file).unwrap();
    let (terminal, installation) =
        (get(&file, "store.terminal_id").unwrap(), installation_id(&file).unwrap());
    assert_eq!(terminal.as_ref().map(|id| id.len()), Some(32));
    assert_ne!(terminal, installation);
    prepare(&file).unwrap();
    assert_eq!(
        (get(&file, "store.terminal_id").unwrap(), installation_id(&file).unwrap()),
        (terminal, installation)
    );

    set(&file, "store.terminal_id", "counter-2").unwrap();
    prepare(&file).unwrap();
    assert_eq!(Settings::load(&file).unwrap().store_info.terminal_id.as_deref(), Some("counter-2"));
    set(&file, "store.terminal_id", "").unwrap();
    prepare(&file).unwrap();
    assert_eq!(get(&file, "store.terminal_id").unwrap().map(|id| id.len()), Some(32));
}
