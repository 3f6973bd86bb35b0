use secrecy::SecretString;
use yima_checkout::secrets::{Place, SecretName, SecretStore};

use super::*;

#[tokio::test]
async fn a_secret_in_a_file_is_told_of_whatever_the_mode() {
    let root = tempfile::tempdir().unwrap();
    let folder = DataDir::locate(Some(root.path().to_owned())).unwrap();
    let file = SettingsFile::open(&folder.settings_db()).unwrap();
    settings::prepare(&file).unwrap();
    let settings = Settings::load(&file).unwrap();
    let (practice, _) = Practice::start(folder.root(), &settings.store_name).unwrap();
    let said = || [Some(&practice), None].map(|with| terms(&settings, with, &folder, &file).insecure_secret);
    assert_eq!(said(), [false, false]);
    let secrets = SecretStore::open(&folder, &file).unwrap();
    let secret = SecretString::from(uuid::Uuid::new_v4().simple().to_string());
    secrets.write(SecretName::AppSecret, &secret, Place::File).unwrap();
    assert_eq!(said(), [true, true]);
}
