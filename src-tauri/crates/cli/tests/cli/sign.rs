use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use crate::yima::{Yima, within};

/// What came back for each line.
fn signed(lines: &[String]) -> Vec<Value> {
    let mut input = lines.join("\n").into_bytes();
    input.push(b'\n');
    signed_bytes(&input)
}

fn signed_bytes(input: &[u8]) -> Vec<Value> {
    let ran = Yima::new().feed(&["sign"], input);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn openssl(arguments: &[&str]) -> bool {
    Command::new("openssl").args(arguments).output().unwrap().status.success()
}

/// Makes a private key for this test alone; gives its path and its public key's.
fn key_pair(yima: &Yima) -> (String, String) {
    let (private, public) = (yima.path("private.pem"), yima.path("public.pem"));
    let path = |file: &Path| file.to_str().unwrap().to_owned();
    let (private, public) = (path(&private), path(&public));
    assert!(openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &private]));
    assert!(openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]));
    (private, public)
}

fn verifies(yima: &Yima, public: &str, digest: &str, canonical: &str, sign: &str) -> bool {
    let (text, signature) = (yima.path("text"), yima.path("signature"));
    std::fs::write(&text, canonical).unwrap();
    std::fs::write(&signature, base64::engine::general_purpose::STANDARD.decode(sign).unwrap()).unwrap();
    let [text, signature] = [&text, &signature].map(|file| file.to_str().unwrap());
    openssl(&["dgst", &format!("-{digest}"), "-verify", public, "-signature", signature, text])
}

#[test]
fn all_vectors_come_back_and_openssl_accepts_the_rsa_signatures() {
    let yima = Yima::new();
    let (private, public) = key_pair(&yima);
    let vectors: Value =
        serde_json::from_str(include_str!("../../../gateway/tests/sign-vectors.json")).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    let lines: Vec<String> = vectors
        .iter()
        .map(|vector| {
            let key = if vector["sign_type"] == "RSA" { json!(private) } else { Value::Null };
            json!({"body": vector["body"], "sign_type": vector["sign_type"], "profile": vector["profile"],
                "app_secret": vector["app_secret"], "private_key_file": key})
            .to_string()
        })
        .collect();
    let answers = signed(&lines);
    assert_eq!(answers.len(), 24);
    for (vector, answer) in vectors.iter().zip(&answers) {
        let name = &vector["name"];
        assert_eq!(answer["canonical"], vector["canonical"], "{name}");
        assert_eq!(answer.as_object().unwrap().len(), 2, "{name}");
        if vector["sign_type"] == "MD5" {
            assert_eq!(answer["sign"], vector["sign"], "{name}");
            continue;
        }
        let digest = vector["profile"]["rsa_digest"].as_str().unwrap();
        let [canonical, sign] = ["canonical", "sign"].map(|field| answer[field].as_str().unwrap());
        assert!(verifies(&yima, &public, digest, canonical, sign), "{name}");
        assert!(!verifies(&yima, &public, digest, &format!("{canonical} "), sign), "{name}");
    }
}

#[test]
fn texts_are_signed_as_they_stand() {
    // The signatures were made by `printf … | md5sum`, and where the profile is the default also by `base64`.
    let check = |line: Value, canonical: &str, sign: &str| {
        assert_eq!(signed(&[line.to_string()]), [json!({"canonical": canonical, "sign": sign})]);
    };
    let body = r#"{"b": {} ,"a":"\u4e2d\"","l":[ ],"n":3.00,"e":"","z":null,"o":{ "y":"\u4e2d", "x":1e400},"sign":"s","sign_type":"MD5"}"#;
    check(
        json!({"body": body, "sign_type": "MD5", "app_secret": "k"}),
        r#"a=中"&app_sercet=k&b={}&l=[ ]&n=3.00&o={ "y":"\u4e2d", "x":1e400}&sign_type=MD5"#,
        "QzY0NEU2NDZFMjc0RUI4QjE5N0YyNDAzMzdBQTFGOEE=",
    );
    check(
        json!({"body": body, "sign_type": "MD5", "app_secret": "k", "name": "a line may carry its own",
            "profile": {"secret_key": "app_secret", "md5_output": "upper_hex", "sign_type_signed": false}}),
        r#"a=中"&app_secret=k&b={}&l=[ ]&n=3.00&o={ "y":"\u4e2d", "x":1e400}"#,
        "42A39C0F6A298B1B1357B39CA1424357",
    );
}

#[test]
fn a_bad_line_is_told_by_its_code_and_the_next_one_is_signed() {
    let md5 = |body: &str| json!({"body": body, "sign_type": "MD5", "app_secret": "canary"}).to_string();
    let table = [
        ("bad_line", String::new()),
        ("bad_line", "[]".to_owned()),
        ("bad_line", "{}{}".to_owned()),
        ("bad_line", format!("\u{feff}{}", md5("{}"))),
        ("bad_line", format!("{}\0", md5("{}"))),
        ("bad_line", r#"{"body":"{}","body":"{}","sign_type":"MD5","app_secret":"canary"}"#.to_owned()),
        ("bad_field", "{}".to_owned()),
        ("bad_field", r#"{"body":{},"sign_type":"MD5","app_secret":"canary"}"#.to_owned()),
        ("bad_field", r#"{"body":"{}","app_secret":"canary"}"#.to_owned()),
        ("bad_field", r#"{"body":"{}","sign_type":"canary"}"#.to_owned()),
        ("bad_field", r#"{"body":"{}","sign_type":"MD5","app_secret":["canary"]}"#.to_owned()),
        ("bad_field", r#"{"body":"\ud800","sign_type":"MD5","app_secret":"canary"}"#.to_owned()),
        (
            "bad_profile",
            json!({"body": "{}", "sign_type": "MD5", "profile": {"secret_kye": "x"}}).to_string(),
        ),
        (
            "bad_profile",
            json!({"body": "{}", "sign_type": "MD5", "profile": {"md5_output": "hex"}}).to_string(),
        ),
        (
            "bad_profile",
            json!({"body": "{}", "sign_type": "MD5", "profile": {"sign_type_signed": "true"}}).to_string(),
        ),
        ("body_not_object", md5("")),
        ("body_not_object", md5("[]")),
        ("body_not_object", md5(r#"{"a":1,}"#)),
        ("body_not_object", md5(&"{\"a\":".repeat(100_000))),
        ("duplicate_key", md5(r#"{"a":1,"a":1}"#)),
        ("duplicate_key", md5(r#"{"a":1,"\u0061":1}"#)),
        ("duplicate_key", md5(r#"{"sign":"","sign":""}"#)),
        ("duplicate_key", md5(r#"{"sign_type":"MD5","sign_type":"MD5"}"#)),
        ("duplicate_key", md5(r#"{"o":[{"x":1e400},{"b":1,"b":2}]}"#)),
        ("bad_string", md5(r#"{"a":"\ud800"}"#)),
        ("sign_type_differs", md5(r#"{"sign_type":"RSA"}"#)),
        ("sign_type_differs", md5(r#"{"sign_type":""}"#)),
        ("sign_type_differs", md5(r#"{"sign_type":["MD5"]}"#)),
        ("secret_missing", json!({"body": "{}", "sign_type": "MD5", "app_secret": null}).to_string()),
        ("secret_missing", json!({"body": "{}", "sign_type": "MD5", "app_secret": ""}).to_string()),
        ("secret_in_body", md5(r#"{"app_sercet":"x"}"#)),
        ("key_missing", json!({"body": "{}", "sign_type": "RSA", "app_secret": "canary"}).to_string()),
        ("line_too_long", md5(&format!(r#"{{"a":"{}"}}"#, "x".repeat(1024 * 1024)))),
    ];
    check_codes(&table);
}

#[test]
fn a_key_file_that_cannot_sign_is_told_by_what_it_is() {
    let yima = Yima::new();
    let file = |name: &str, text: &str| {
        std::fs::write(yima.path(name), text).unwrap();
        yima.path(name).to_str().unwrap().to_owned()
    };
    let armoured = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    let rsa = |path: &str| json!({"body": "{}", "sign_type": "RSA", "private_key_file": path}).to_string();
    check_codes(&[
        ("key_file", rsa("no/such/file")),
        ("key_file", rsa(yima.path("").to_str().unwrap())),
        ("key_file", rsa("a\0b")),
        ("key_file", rsa(&file("long", &"x".repeat(20_000)))),
        ("key_not_pem", rsa(&file("text", "canary"))),
        ("key_public", rsa(&file("public", &armoured("PUBLIC KEY")))),
        ("key_encrypted", rsa(&file("encrypted", &armoured("ENCRYPTED PRIVATE KEY")))),
        ("key_unreadable", rsa(&file("broken", &armoured("PRIVATE KEY")))),
    ]);
}

/// Each line is told that code, nothing of the secret, and the line after it is signed.
fn check_codes(table: &[(&str, String)]) {
    let good = json!({"body": r#"{"a":"b"}"#, "sign_type": "MD5", "app_secret": "canary"}).to_string();
    let lines: Vec<String> = table.iter().flat_map(|(_, line)| [line.clone(), good.clone()]).collect();
    let answers = signed(&lines);
    assert_eq!(answers.len(), table.len() * 2);
    for ((code, line), pair) in table.iter().zip(answers.chunks(2)) {
        let line: String = line.chars().take(100).collect();
        assert_eq!(pair[0]["error"]["code"], *code, "{line}");
        let message = pair[0]["error"]["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("canary"), "{line}: {message}");
        assert_eq!(pair[0].as_object().unwrap().len(), 1, "{line}");
        assert_eq!(pair[1]["canonical"], "a=b&app_sercet=canary", "after {line}");
    }
}

#[test]
fn what_is_no_text_is_a_bad_line_and_the_last_line_needs_no_break() {
    let good = json!({"body": "{}", "sign_type": "MD5", "app_secret": "k"}).to_string();
    let answers = signed_bytes(&[b"\xff\xfe\n", good.as_bytes(), b"\r\n\r\n", good.as_bytes()].concat());
    let seen: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_str()).collect();
    assert_eq!(seen, [Some("bad_line"), None, Some("bad_line"), None]);
    assert_eq!(signed_bytes(b""), [] as [Value; 0]);
}

#[test]
fn whoever_waits_for_an_answer_gets_it_before_writing_on() {
    let mut child =
        Yima::new().command().arg("sign").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    within(Duration::from_secs(60), move || {
        let line = json!({"body": "{}", "sign_type": "MD5", "app_secret": "k"}).to_string();
        let (start, rest) = line.split_at(9);
        for _ in 0..3 {
            // A line, and the beginning of the next one.
            input.write_all(format!("{line}\n{start}").as_bytes()).unwrap();
            let mut answer = String::new();
            output.read_line(&mut answer).unwrap();
            assert!(answer.starts_with(r#"{"canonical":"app_sercet=k","#), "{answer}");
            input.write_all(format!("{rest}\n").as_bytes()).unwrap();
            answer.clear();
            output.read_line(&mut answer).unwrap();
            assert!(answer.starts_with(r#"{"canonical":"#), "{answer}");
        }
        drop(input);
    });
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
