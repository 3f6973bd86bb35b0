//! Signatures by every profile over HTTP: the vectors' MD5 ones, and RSA ones that OpenSSL makes.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod till;

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use serde_json::Value;
use till::{envelope, post, start, text};
use yima_sandbox::{Config, Key, Md5Output, Profile, RsaDigest, SecretKeyName, SignTypeField};

fn vectors(sign_type: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("sign-vectors.json")).unwrap();
    file["vectors"].as_array().unwrap().iter().filter(|v| v["sign_type"] == sign_type).cloned().collect()
}

fn profile(vector: &Value) -> Profile {
    let written = &vector["profile"];
    let pick = |is_default| if is_default { 0 } else { 1 };
    Profile {
        secret_key: [SecretKeyName::AppSercet, SecretKeyName::AppSecret]
            [pick(written["secret_key"] == "app_sercet")],
        sign_type: [SignTypeField::Signed, SignTypeField::LeftOut][pick(written["sign_type_signed"] == true)],
        md5_output: [Md5Output::Base64UpperHex, Md5Output::UpperHex]
            [pick(written["md5_output"] == "base64_upper_hex")],
        rsa_digest: [RsaDigest::Sha256, RsaDigest::Sha1][pick(written["rsa_digest"] == "sha256")],
        ..Profile::default()
    }
}

/// Asks for the vector's order, signed; the answer's code.
async fn code_of(vector: &Value, key: Key, sign: &str) -> i64 {
    let body = vector["body"].as_str().unwrap();
    let fields: Value = serde_json::from_str(body).unwrap();
    let config = Config { profile: profile(vector), ..Config::new(fields["app_id"].as_str().unwrap(), key) };
    let signed = format!("{},\"sign\":{}}}", body.strip_suffix('}').unwrap(), text(sign));
    let running = start(config);
    envelope(post(&running, "/pay/close", signed).await.unwrap()).await["code"].as_i64().unwrap()
}

#[tokio::test]
async fn every_md5_vector_is_let_in_and_its_forgery_is_not() {
    let all = vectors("MD5");
    assert_eq!(all.len(), 16);
    for vector in all {
        let secret = vector["app_secret"].as_str().unwrap();
        let sign = vector["sign"].as_str().unwrap();
        let right = code_of(&vector, Key::md5(secret), sign).await;
        assert!([4001, 3001].contains(&right), "{}: {right}", vector["name"]);
        assert_eq!(code_of(&vector, Key::md5("another secret"), sign).await, 2000, "{}", vector["name"]);
    }
}

#[tokio::test]
async fn every_rsa_vector_signed_by_openssl_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let public_pem = make_key(folder.path(), "own");
    let other_pem = make_key(folder.path(), "other");
    let all = vectors("RSA");
    assert_eq!(all.len(), 8);
    for vector in all {
        let canonical = vector["canonical"].as_str().unwrap();
        let sign = openssl_sign(folder.path(), canonical, vector["profile"]["rsa_digest"].as_str().unwrap());
        let right = code_of(&vector, Key::rsa(public_pem.as_str()), &sign).await;
        assert!([4001, 3001].contains(&right), "{}: {right}", vector["name"]);
        assert_eq!(code_of(&vector, Key::rsa(other_pem.as_str()), &sign).await, 2000);
        assert_eq!(code_of(&vector, Key::rsa(public_pem.as_str()), "not base64!").await, 2000);
    }
}

fn make_key(folder: &Path, name: &str) -> String {
    let private = folder.join(format!("{name}.pem"));
    let private = private.to_str().unwrap();
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private]);
    String::from_utf8(openssl(&["pkey", "-in", private, "-pubout"])).unwrap()
}

fn openssl_sign(folder: &Path, canonical: &str, digest: &str) -> String {
    let file = folder.join("text");
    std::fs::write(&file, canonical).unwrap();
    let key = folder.join("own.pem");
    let sign =
        openssl(&["dgst", &format!("-{digest}"), "-sign", key.to_str().unwrap(), file.to_str().unwrap()]);
    base64::engine::general_purpose::STANDARD.encode(sign)
}

fn openssl(args: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
