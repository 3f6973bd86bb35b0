//! Every signing profile there is, with both kinds of signature: what one side signs the other takes, and nothing else.

use std::process::Command;

use yima_gateway::{
    Account, AmountForm, CallError, Credential, Md5Output, Profile, RsaDigest, RsaKey, SecretKey, SignType,
    scan,
};
use yima_sandbox::{App, Config, Key};

use crate::till::{SECRET, Till, app_secret, code_of, config, order, order_id, store_info};

/// One bit for each option of a profile.
const OPTIONS: [u8; 5] = [SECRET_KEY, SIGN_TYPE_SIGNED, MD5_OUTPUT, RSA_DIGEST, AMOUNT_FORM];
const SECRET_KEY: u8 = 1;
const SIGN_TYPE_SIGNED: u8 = 2;
const MD5_OUTPUT: u8 = 4;
const RSA_DIGEST: u8 = 8;
const AMOUNT_FORM: u8 = 16;

fn client_profile(bits: u8) -> Profile {
    let is_other = |option| bits & option != 0;
    Profile {
        secret_key: if is_other(SECRET_KEY) { SecretKey::Secret } else { SecretKey::Sercet },
        sign_type_signed: !is_other(SIGN_TYPE_SIGNED),
        md5_output: if is_other(MD5_OUTPUT) { Md5Output::UpperHex } else { Md5Output::Base64UpperHex },
        rsa_digest: if is_other(RSA_DIGEST) { RsaDigest::Sha1 } else { RsaDigest::Sha256 },
        amount_form: if is_other(AMOUNT_FORM) { AmountForm::Number } else { AmountForm::String },
    }
}

/// The same for the sandbox, by the names that both take from the contract.
fn sandbox_profile(bits: u8) -> yima_sandbox::Profile {
    serde_json::from_value(serde_json::to_value(client_profile(bits)).unwrap()).unwrap()
}

struct Kind {
    sign_type: SignType,
    key: Key,
    credential: Credential,
    /// The options that change what this kind signs.
    signing: u8,
}

fn kinds() -> [Kind; 2] {
    let (private_pem, public_pem) = rsa_key(1024);
    let md5 = Kind {
        sign_type: SignType::Md5,
        key: Key::md5(SECRET),
        credential: app_secret(SECRET),
        signing: SECRET_KEY | SIGN_TYPE_SIGNED | MD5_OUTPUT,
    };
    let rsa = Kind {
        sign_type: SignType::Rsa,
        key: Key::rsa(public_pem),
        credential: Credential::Rsa(RsaKey::from_pem(&private_pem).unwrap()),
        signing: SIGN_TYPE_SIGNED | RSA_DIGEST,
    };
    [md5, rsa]
}

/// A key pair made now, in PEM.
fn rsa_key(bits: u32) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let [private, public] = ["private.pem", "public.pem"].map(|name| folder.path().join(name));
    let [private, public] = [private.to_str().unwrap(), public.to_str().unwrap()];
    let size = format!("rsa_keygen_bits:{bits}");
    for args in [
        ["genpkey", "-algorithm", "RSA", "-pkeyopt", &size, "-quiet", "-out", private].as_slice(),
        ["pkey", "-in", private, "-pubout", "-out", public].as_slice(),
    ] {
        assert!(Command::new("openssl").args(args).status().unwrap().success(), "{args:?}");
    }
    (std::fs::read_to_string(private).unwrap(), std::fs::read_to_string(public).unwrap())
}

async fn scan_code(till: &Till, account: &Account, credential: &Credential, id: &str) -> i64 {
    let request = scan::Request { order: &order(id, 1_100), store_info: &store_info() };
    let body = request.body(account).unwrap();
    code_of(till.client.scan(account, credential, &body).await)
}

#[tokio::test]
async fn every_profile_of_either_kind() {
    for kind in kinds() {
        let name = |bits: u8| format!("{}-{bits}", kind.sign_type);
        let app = |bits| App { profile: sandbox_profile(bits), ..App::new(name(bits), kind.key.clone()) };
        let till = Till::with(Config { more_apps: (0..32).map(app).collect(), ..config() });
        for bits in 0..32 {
            let account = |bits_used| Account {
                app_id: name(bits),
                sign_type: kind.sign_type,
                profile: client_profile(bits_used),
                ..till.account.clone()
            };
            let right = account(bits);
            assert_eq!(scan_code(&till, &right, &kind.credential, "o").await, 1000, "{}", name(bits));
            for option in OPTIONS {
                let other = account(bits ^ option);
                let checked = till.client.check(&other, &kind.credential, &order_id("o")).await;
                let expected = if kind.signing & option == 0 { 1000 } else { 2000 };
                assert_eq!(code_of(checked), expected, "{} with {option} the other way", name(bits));
            }
            let other_form = account(bits ^ AMOUNT_FORM);
            assert_eq!(scan_code(&till, &other_form, &kind.credential, "p").await, 3002, "{}", name(bits));
        }
        assert_eq!(till.sandbox.orders().len(), 32);
    }
}

#[tokio::test]
async fn a_key_fits_only_its_own_lock() {
    let (private_pem, public_pem) = rsa_key(2048);
    let (other_pem, _) = rsa_key(2048);
    let more_apps = vec![App::new("rsa", Key::rsa(public_pem))];
    let till = Till::with(Config { more_apps, ..config() });
    let credential = |pem: &str| Credential::Rsa(RsaKey::from_pem(pem).unwrap());
    let account =
        |app_id: &str, sign_type| Account { app_id: app_id.to_owned(), sign_type, ..till.account.clone() };
    let app_id = till.account.app_id.as_str();
    for (account, credential, expected) in [
        (account("rsa", SignType::Rsa), credential(&private_pem), 4001),
        (account("rsa", SignType::Rsa), credential(&other_pem), 2000),
        (account("rsa", SignType::Md5), app_secret(SECRET), 2000),
        (account(app_id, SignType::Rsa), credential(&private_pem), 2000),
    ] {
        let outcome = till.client.check(&account, &credential, &order_id("none")).await;
        assert!(
            matches!(outcome, Err(CallError::Rejected { code, .. }) if code == expected),
            "{} {}: {outcome:?}",
            account.app_id,
            account.sign_type
        );
    }
}
