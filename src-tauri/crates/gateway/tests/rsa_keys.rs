//! RSA keys and signatures, with `openssl` making the ones and judging the others.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::{Digest, Sha256};
use tempfile::TempDir;
use yima_gateway::{Credential, Profile, RsaDigest, RsaKey, RsaKeyError, SignType, canonical, sign};

const BODY: &str = r#"{"app_id":"app","title":"可乐\"","total_amount":"11.00","sign_type":"RSA","empty":""}"#;

#[test]
fn openssl_accepts_what_either_form_of_a_key_signs() {
    let folder = TempDir::new().unwrap();
    let key = generated(&folder, "RSA", &["-pkeyopt", "rsa_keygen_bits:2048"]);
    let traditional = folder.path().join("pkcs1.pem");
    openssl(&["rsa", "-traditional", "-in", path(&key), "-out", path(&traditional)]);
    let pems = [key, traditional].map(|file| std::fs::read_to_string(file).unwrap());
    assert!(pems[0].starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(pems[1].starts_with("-----BEGIN RSA PRIVATE KEY-----"));

    let crlf = pems[0].replace('\n', "\r\n");
    let with_bag = format!("Bag Attributes\n    friendlyName: till\n{}", pems[0]);
    for pem in [&pems[0], &pems[1], &crlf, &with_bag] {
        let credential = Credential::Rsa(RsaKey::from_pem(pem).unwrap());
        assert_eq!(format!("{credential:?}"), "Rsa(RsaKey([REDACTED]))");
        for digest in [RsaDigest::Sha256, RsaDigest::Sha1] {
            let profile = Profile { rsa_digest: digest, ..Profile::default() };
            let signature = sign::signature(BODY, &profile, &credential).unwrap();
            let text = canonical::text(BODY, &profile, SignType::Rsa, None).unwrap();
            assert_eq!(*text, "app_id=app&sign_type=RSA&title=可乐\"&total_amount=11.00");
            assert!(verifies(&folder, text.as_bytes(), &decoded(&signature), digest), "{digest}");
            assert!(!verifies(&folder, b"another text", &decoded(&signature), digest), "{digest}");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what is not blinded is what is compared with")]
fn blinding_does_not_change_the_signature() {
    let folder = TempDir::new().unwrap();
    let pem =
        std::fs::read_to_string(generated(&folder, "RSA", &["-pkeyopt", "rsa_keygen_bits:1024"])).unwrap();
    let credential = Credential::Rsa(RsaKey::from_pem(&pem).unwrap());
    let profile = Profile::default();
    let text = canonical::text(BODY, &profile, SignType::Rsa, None).unwrap();
    let unblinded = rsa::RsaPrivateKey::from_pkcs8_pem(&pem)
        .unwrap()
        .sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(text.as_bytes()))
        .unwrap();
    for _ in 0..2 {
        assert_eq!(decoded(&sign::signature(BODY, &profile, &credential).unwrap()), unblinded);
    }
}

#[test]
fn keys_of_1024_to_4096_bits_are_taken() {
    let folder = TempDir::new().unwrap();
    for (bits, expected) in [
        (1016, Some(RsaKeyError::Size { bits: 1016 })),
        (1024, None),
        (4096, None),
        (4104, Some(RsaKeyError::Size { bits: 4104 })),
    ] {
        let file = generated(&folder, "RSA", &["-pkeyopt", &format!("rsa_keygen_bits:{bits}")]);
        let pem = std::fs::read_to_string(file).unwrap();
        assert_eq!(RsaKey::from_pem(&pem).err(), expected, "{bits} bits");
    }
}

#[test]
fn other_keys_are_refused_by_what_they_are() {
    let folder = TempDir::new().unwrap();
    let check = |file: &Path, error| {
        let pem = std::fs::read_to_string(file).unwrap();
        assert_eq!(RsaKey::from_pem(&pem).err(), Some(error), "{}", file.display());
    };
    let small = generated(&folder, "RSA", &["-pkeyopt", "rsa_keygen_bits:768"]);
    check(&small, RsaKeyError::Size { bits: 768 });
    let public = folder.path().join("public.pem");
    openssl(&["pkey", "-in", path(&small), "-pubout", "-out", path(&public)]);
    check(&public, RsaKeyError::Public);
    for (name, form) in [("encrypted8.pem", "pkcs8"), ("encrypted1.pem", "rsa")] {
        let encrypted = folder.path().join(name);
        let how: &[&str] = match form {
            "pkcs8" => &["pkcs8", "-topk8", "-v2", "aes256", "-passout", "pass:x"],
            _ => &["rsa", "-traditional", "-aes256", "-passout", "pass:x"],
        };
        openssl(&[how, &["-in", path(&small), "-out", path(&encrypted)]].concat());
        check(&encrypted, RsaKeyError::Encrypted);
    }
    let elliptic = generated(&folder, "EC", &["-pkeyopt", "ec_paramgen_curve:P-256"]);
    check(&elliptic, RsaKeyError::Unreadable);

    let damaged = std::fs::read_to_string(&small).unwrap().replacen('M', "N", 2);
    assert_eq!(RsaKey::from_pem(&damaged).err(), Some(RsaKeyError::Unreadable));
}

/// A private key in PKCS#8, made for this run alone.
fn generated(folder: &TempDir, algorithm: &str, options: &[&str]) -> PathBuf {
    let file = folder.path().join(format!("{algorithm}.pem"));
    openssl(&[&["genpkey", "-algorithm", algorithm, "-out", path(&file)], options].concat());
    file
}

/// Whether `openssl dgst` takes the signature as one by the folder's RSA key.
fn verifies(folder: &TempDir, text: &[u8], signature: &[u8], digest: RsaDigest) -> bool {
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("text"), text).unwrap();
    std::fs::write(file("signature"), signature).unwrap();
    openssl(&["pkey", "-in", path(&file("RSA.pem")), "-pubout", "-out", path(&file("public.pem"))]);
    let flag = format!("-{digest}");
    let (public, signature, text) = (file("public.pem"), file("signature"), file("text"));
    Command::new("openssl")
        .args(["dgst", &flag, "-verify", path(&public), "-signature", path(&signature), path(&text)])
        .output()
        .unwrap()
        .status
        .success()
}

fn decoded(signature: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(signature).unwrap()
}

fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}
