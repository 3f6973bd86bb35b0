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

#[test]
fn only_damaged_data_is_called_damaged() {
    let path = || PathBuf::from("/data/till.db");
    let io = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let unwritable = |path: &str| StartProblem::DataFolderUnwritable { path: path.to_owned() };
    let unreadable_sale = yima_core::OrderId::parse("0193a1").unwrap();
    let unknown_key = SettingError::UnknownKey { name: "x".into(), nearest: None };
    let table: Vec<(OpeningError, StartProblem)> = vec![
        (DataDirError::NoPlace.into(), unwritable("the folder")),
        (DataDirError::Unusable { path: path(), source: io() }.into(), unwritable("/data/till.db")),
        (LockError::Failed { path: path(), source: io() }.into(), unwritable("/data/till.db")),
        (LockError::InUse { path: path() }.into(), StartProblem::DataFolderInUse),
        (OpenError::Busy { path: path() }.into(), unwritable("/data/till.db")),
        (OpenError::Newer { path: path(), found: 2, known: 1 }.into(), StartProblem::DatabaseNewer),
        (OpenError::Missing { path: path() }.into(), StartProblem::DatabaseDamaged),
        (OpenError::Older { path: path() }.into(), StartProblem::DatabaseDamaged),
        (OpenError::Damaged { path: path(), what: "x".into() }.into(), StartProblem::DatabaseDamaged),
        (OpenError::Failed { path: path(), reason: "x".into() }.into(), StartProblem::PartFailed),
        (unknown_key.into(), StartProblem::PartFailed),
        (SettingError::Store(StoreError::Io("x".into())).into(), unwritable("the folder")),
        (StoreError::Damaged("x".into()).into(), StartProblem::DatabaseDamaged),
        (StoreError::DiskFull.into(), unwritable("the folder")),
        (StoreError::ReadOnly.into(), unwritable("the folder")),
        (StoreError::Busy.into(), unwritable("the folder")),
        (StoreError::Gone.into(), StartProblem::PartFailed),
        (StartError::Store(StoreError::Refused("x".into())).into(), StartProblem::PartFailed),
        (StartError::SaleUnreadable(unreadable_sale).into(), StartProblem::DatabaseDamaged),
    ];
    for (error, expected) in table {
        assert_eq!(problem(&error, "the folder".to_owned()), expected, "{error}");
    }
}

#[tokio::test]
async fn a_practice_gateway_that_cannot_start_is_no_damage() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("practice-gateway.json")).unwrap();
    let error = Practice::start(root.path(), "Shop").err().unwrap();
    assert_eq!(problem(&error.into(), String::new()), StartProblem::PartFailed);
}
