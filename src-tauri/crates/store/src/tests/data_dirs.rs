use crate::{DataDir, DataDirError, LockError, Mode};

#[test]
fn a_folder_is_found_without_making_one() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    assert!(DataDir::existing(Some(data.clone())).is_none());
    assert!(!data.exists());
    let made = DataDir::locate(Some(data.clone())).unwrap();
    assert_eq!(DataDir::existing(Some(data)).unwrap().root(), made.root());
}

#[test]
fn the_named_folder_is_made_and_is_the_owners_only() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("shop").join("till 1");
    let data = DataDir::locate(Some(root.clone())).unwrap();
    assert_eq!(data.root(), root);
    assert_eq!(data.database(Mode::Practice), root.join("practice.db"));
    assert_eq!(data.database(Mode::Live), root.join("live.db"));
    assert_eq!(data.settings_db(), root.join("settings.db"));
    assert_eq!(data.logs(), root.join("logs"));
    #[cfg(unix)]
    {
        let mode =
            |path| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
        assert_eq!(mode(&root) & 0o777, 0o700);
    }
    assert_eq!(DataDir::locate(Some(root)).unwrap(), data);
}

#[test]
fn a_file_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        assert!(matches!(DataDir::locate(Some(path)), Err(DataDirError::Unusable { .. })));
    }
}

#[test]
fn one_at_a_time_holds_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::locate(Some(folder.path().to_owned())).unwrap();
    let held = data.lock().unwrap();
    assert!(matches!(data.lock(), Err(LockError::InUse { .. })));
    drop(held);
    assert!(data.lock().is_ok());
}
