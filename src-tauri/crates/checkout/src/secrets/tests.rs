use std::process::{Command, Output};
use std::sync::Mutex;

use secrecy::SecretString;

use super::*;

const CANARY: &str = "canary-3f81c0";

/// A keychain that holds what it is given, or fails each time in one way.
struct Double {
    held: Mutex<Vec<(SecretName, String)>>,
    failure: Option<SecretError>,
}

impl Keychain for Double {
    fn get(&self, name: SecretName) -> Result<Option<SecretString>, SecretError> {
        self.failure.clone().map_or(Ok(()), Err)?;
        let held = self.held.lock().unwrap();
        Ok(held
            .iter()
            .rev()
            .find(|(held, _)| *held == name)
            .map(|(_, text)| SecretString::from(text.clone())))
    }

    fn set(&self, name: SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.failure.clone().map_or(Ok(()), Err)?;
        self.held.lock().unwrap().push((name, secret.expose_secret().to_owned()));
        Ok(())
    }
}

fn store(folder: &tempfile::TempDir, failure: Option<SecretError>) -> SecretStore {
    SecretStore {
        keychain: Box::new(Double { held: Mutex::default(), failure }),
        files: PlainFiles::new(folder.path().join("secrets")),
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn read(store: &SecretStore, name: SecretName) -> Option<(String, Place)> {
    store.read(name).unwrap().map(|found| (found.text.expose_secret().to_owned(), found.place))
}

fn openssl(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = Command::new("openssl").args(arguments).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

#[test]
fn a_secret_is_in_one_place_and_that_place_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, None);
    let name = SecretName::AppSecret;
    assert_eq!(read(&store, name), None);
    assert_eq!(store.credential(SignType::Md5).err(), Some(SecretError::Missing(name)));
    store.write(name, &secret("one"), Place::Keychain).unwrap();
    assert_eq!(read(&store, name), Some(("one".to_owned(), Place::Keychain)));
    assert_eq!(store.in_files(), []);
    store.write(name, &secret("two"), Place::File).unwrap();
    assert_eq!(read(&store, name), Some(("two".to_owned(), Place::File)));
    assert_eq!(store.in_files(), [name]);
    assert_eq!(store.credential(SignType::Md5).unwrap().1, Place::File);
    store.write(name, &secret("three"), Place::Keychain).unwrap();
    assert_eq!(read(&store, name), Some(("three".to_owned(), Place::Keychain)));
    assert_eq!(store.in_files(), []);
}

#[test]
fn l2_a_keychain_that_fails_is_told_and_never_replaced_by_a_file() {
    let failures = [
        SecretError::NoKeychain { reason: "no bus".to_owned() },
        SecretError::Locked { reason: "dismissed".to_owned() },
        SecretError::NotAnswering { waited: Duration::from_secs(5) },
    ];
    for failure in failures {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, Some(failure.clone()));
        let name = SecretName::AppSecret;
        assert_eq!(store.write(name, &secret(CANARY), Place::Keychain), Err(failure.clone()));
        assert_eq!(store.read(name).err(), Some(failure.clone()));
        assert_eq!(store.credential(SignType::Md5).err(), Some(failure));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_its_owners_and_one_that_others_can_read_is_refused() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, None);
    let path = folder.path().join("secrets/app_secret");
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(path.with_extension("new"), "left over").unwrap();
    set_permissions(path.with_extension("new"), Permissions::from_mode(0o666)).unwrap();
    store.write(SecretName::AppSecret, &secret("s"), Place::File).unwrap();
    assert_eq!(metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!path.with_extension("new").exists());
    for open_mode in [0o640, 0o604, 0o620] {
        set_permissions(&path, Permissions::from_mode(open_mode)).unwrap();
        assert_eq!(
            store.read(SecretName::AppSecret).err(),
            Some(SecretError::Exposed { path: path.clone() })
        );
    }
    set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    assert_eq!(read(&store, SecretName::AppSecret), Some(("s".to_owned(), Place::File)));
}

#[test]
fn a_secret_that_cannot_sign_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, None);
    let check = |name, text: &str, error: SecretError| {
        for place in [Place::Keychain, Place::File] {
            assert_eq!(store.write(name, &secret(text), place).err(), Some(error.clone()), "{text:?}");
        }
        assert_eq!(read(&store, name), None);
    };
    check(SecretName::AppSecret, "", SecretError::AppSecret(AppSecretError));
    check(SecretName::AppSecret, "two\nlines", SecretError::ControlCharacter);
    check(SecretName::AppSecret, "\u{feff}marked", SecretError::ControlCharacter);
    check(SecretName::RsaPrivateKey, "secret", SecretError::RsaKey(RsaKeyError::NotPem));
    let key_file = folder.path().join("key.pem");
    let key_file = key_file.to_str().unwrap();
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key_file]);
    let public = openssl(&["pkey", "-in", key_file, "-pubout"]);
    check(SecretName::RsaPrivateKey, &public, SecretError::RsaKey(RsaKeyError::Public));

    let private = std::fs::read_to_string(key_file).unwrap();
    store.write(SecretName::RsaPrivateKey, &secret(&private), Place::File).unwrap();
    assert_eq!(store.credential(SignType::Rsa).unwrap().0.sign_type(), SignType::Rsa);
}

#[test]
fn a_file_that_is_no_text_or_far_too_long_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, None);
    store.write(SecretName::AppSecret, &secret("s"), Place::File).unwrap();
    let path = folder.path().join("secrets/app_secret");
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert_eq!(store.read(SecretName::AppSecret).err(), Some(SecretError::NotText));
    std::fs::write(&path, vec![b'x'; 16 * 1024 + 1]).unwrap();
    assert!(matches!(store.read(SecretName::AppSecret), Err(SecretError::File { .. })));
}

#[test]
fn what_a_keychain_says_is_told_apart_and_never_holds_the_secret() {
    use keyring::Error as E;
    let reason = || Box::new(std::io::Error::other("why"));
    let check = |error: E, expected: SecretError| {
        let told = keychain::told(error);
        assert_eq!(told, expected);
        assert!(!format!("{told} {told:?}").contains(CANARY));
    };
    let refused = |reason: &str| SecretError::Refused { reason: reason.to_owned() };
    check(E::NoStorageAccess(reason()), SecretError::Locked { reason: "why".to_owned() });
    check(E::PlatformFailure(reason()), refused("why"));
    check(E::NoDefaultStore, SecretError::NoKeychain { reason: "none was found".to_owned() });
    check(E::TooLong("secret".to_owned(), 2560), refused("it keeps at most 2560 characters"));
    check(E::BadEncoding(CANARY.as_bytes().to_vec()), SecretError::NotText);
    check(E::BadDataFormat(CANARY.as_bytes().to_vec(), reason()), SecretError::NotText);
    check(E::Ambiguous(Vec::new()), refused("it holds 0 entries of that name"));
    check(E::Invalid("secret".to_owned(), CANARY.to_owned()), refused("it cannot do that"));
}

#[test]
fn no_debug_output_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, None);
    store.write(SecretName::AppSecret, &secret(CANARY), Place::File).unwrap();
    let found = store.read(SecretName::AppSecret).unwrap();
    assert!(!format!("{found:?} {:?}", store.credential(SignType::Md5)).contains(CANARY));
}
