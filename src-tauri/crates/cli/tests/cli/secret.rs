use std::time::Duration;

use crate::yima::{Yima, finish, within};

const CANARY: &str = "canary-7d0c41e9";

/// Everything below the folder, as bytes.
fn everything_in(folder: &std::path::Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            everything_in(&path, all);
        } else {
            all.extend(std::fs::read(path).unwrap());
        }
    }
}

fn holds_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

#[test]
fn l2_without_a_keychain_a_secret_is_refused_and_leaves_no_trace() {
    let yima = Yima::new();
    let mut command = yima.command();
    command.args(["secret", "set", "app_secret"]);
    let ran = within(Duration::from_secs(4), move || finish(&mut command, format!("{CANARY}\n").as_bytes()));
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("this system has no keychain"), "{}", ran.err);
    assert!(ran.err.contains("--insecure-file"), "{}", ran.err);
    assert!(!ran.err.contains(CANARY));
    let mut kept = Vec::new();
    everything_in(yima.data_dir().root(), &mut kept);
    assert!(!holds_canary(&kept));
}

#[cfg(target_os = "linux")]
#[test]
fn a_keychain_that_never_answers_is_given_up() {
    let yima = Yima::new();
    let bus = yima.path("mute-bus");
    let _listener = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let mut command = yima.command();
    command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()));
    command.args(["secret", "set", "app_secret"]);
    let ran = within(Duration::from_secs(20), move || finish(&mut command, CANARY.as_bytes()));
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("the keychain did not answer within 5 seconds"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_file_is_kept_when_asked_for_and_every_start_says_so() {
    use std::os::unix::fs::PermissionsExt;

    let yima = Yima::new();
    let ran =
        yima.feed(&["secret", "set", "app_secret", "--insecure-file"], format!("{CANARY}\r\n").as_bytes());
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.starts_with("yima: warning: app_secret is kept unencrypted in "), "{}", ran.err);
    assert!(!ran.err.contains(CANARY));
    let path = yima.path("data/secrets/app_secret");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), CANARY);
    let mode_of = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode_of(&path), 0o600);
    assert_eq!(mode_of(path.parent().unwrap()), 0o700);
    assert!(!holds_canary(&std::fs::read(yima.data_dir().settings_db()).unwrap()));

    let ran = yima.run(&["config", "get", "mode"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "practice\n"));
    assert!(ran.err.starts_with("yima: warning: app_secret is kept unencrypted in "), "{}", ran.err);
    let listed = yima.run(&["config", "list", "--json"]);
    assert!(!listed.out.contains(CANARY));
}

#[test]
fn what_cannot_sign_is_refused_with_the_reason() {
    let yima = Yima::new();
    let check = |name: &str, input: &[u8], reason: &str| {
        let ran = yima.feed(&["secret", "set", name, "--insecure-file"], input);
        assert!(matches!(ran.status, 1 | 2) && ran.out.is_empty(), "{ran:?}");
        assert!(ran.err.starts_with("yima: ") && ran.err.contains(reason), "{}", ran.err);
        assert!(!ran.err.contains(CANARY), "{}", ran.err);
    };
    check("app_secret", b"", "empty");
    check("app_secret", b"\n", "empty");
    check("app_secret", b"\xff", "UTF-8");
    check("app_secret", format!("{CANARY}\nmore\n").as_bytes(), "line break");
    check("app_secret", &[b'x'; 20_000], "at most");
    check("rsa_private_key", CANARY.as_bytes(), "PEM");
    check("password", CANARY.as_bytes(), "app_secret and rsa_private_key");
    assert!(!yima.path("data/secrets").exists());
}
