use rusqlite::Connection;
use tempfile::TempDir;
use yima_core::staff::Role;

use super::*;
use crate::{AuditNote, Cashier, PinHash, PinTry, SettingsFile, StaffError};

struct Office {
    file: SettingsFile,
    folder: TempDir,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
        Self { file, folder }
    }

    fn again(&self) -> SettingsFile {
        SettingsFile::open(&self.folder.path().join("settings.db")).unwrap()
    }

    fn add(&self, id: &str, role: Role) -> Result<(), StaffError> {
        self.file.add_cashier(&cashier(id, role), &hash("a"), NOON_MS, &note("cashier_added"))
    }

    fn kinds(&self) -> Vec<String> {
        self.file.audit(None, 100).unwrap().into_iter().map(|row| row.note.kind).collect()
    }
}

fn cashier(id: &str, role: Role) -> Cashier {
    Cashier { id: id.to_owned(), name: format!("{id} 号"), role, is_active: true }
}

fn hash(text: &str) -> PinHash {
    PinHash(format!("$argon2id$v=19$m=8,t=1,p=1$c2FsdA${text}"))
}

fn note(kind: &str) -> AuditNote {
    AuditNote {
        kind: kind.to_owned(),
        by_id: "7".to_owned(),
        by_name: "王芳".to_owned(),
        approved_by: None,
        detail: "{}".to_owned(),
    }
}

#[test]
fn cashiers_are_kept_with_a_note_of_who_added_them() {
    let office = Office::open();
    assert_eq!(office.file.has_cashiers(), Ok(false));
    office.add("9", Role::Installer).unwrap();
    office.add("7", Role::Cashier).unwrap();
    let kept = office.again();
    assert_eq!(kept.has_cashiers(), Ok(true));
    assert_eq!(kept.cashiers(), Ok(vec![cashier("7", Role::Cashier), cashier("9", Role::Installer)]));
    assert_eq!(kept.cashier("7"), Ok(Some(cashier("7", Role::Cashier))));
    assert_eq!(kept.cashier("8"), Ok(None));
    assert_eq!(office.kinds(), ["cashier_added", "cashier_added"]);
}

#[test]
fn an_active_installer_remains_and_a_refused_change_leaves_no_note() {
    let office = Office::open();
    assert_eq!(office.add("7", Role::Supervisor), Err(StaffError::NoInstaller));
    assert_eq!(office.file.has_cashiers(), Ok(false));
    office.add("9", Role::Installer).unwrap();
    assert_eq!(office.add("9", Role::Installer), Err(StaffError::IdTaken));
    let change = |cashier| office.file.change_cashier(&cashier, NOON_MS, &note("cashier_changed"));
    assert_eq!(change(cashier("9", Role::Supervisor)), Err(StaffError::NoInstaller));
    let gone = Cashier { is_active: false, ..cashier("9", Role::Installer) };
    assert_eq!(change(gone.clone()), Err(StaffError::NoInstaller));
    assert_eq!(change(cashier("8", Role::Installer)), Err(StaffError::NoSuchCashier));
    assert_eq!(office.kinds(), ["cashier_added"]);
    office.add("8", Role::Installer).unwrap();
    change(gone.clone()).unwrap();
    assert_eq!(office.file.cashier("9"), Ok(Some(gone)));
}

#[test]
fn wrong_pins_are_slowed_down_also_over_a_restart() {
    let office = Office::open();
    office.add("9", Role::Installer).unwrap();
    for at_ms in 0..3 {
        assert_eq!(office.file.try_pin("9", at_ms), Ok(Some(PinTry::Against(hash("a")))));
    }
    let again = office.again();
    assert_eq!(again.try_pin("9", 1_002), Ok(Some(PinTry::TooSoon { wait_ms: 4_000 })));
    assert_eq!(again.try_pin("9", 5_002), Ok(Some(PinTry::Against(hash("a")))));
    assert_eq!(again.try_pin("9", 5_003), Ok(Some(PinTry::TooSoon { wait_ms: 9_999 })));
    again.pin_was_right("9").unwrap();
    assert_eq!(again.try_pin("9", 5_004), Ok(Some(PinTry::Against(hash("a")))));
    again.set_pin("9", &hash("b"), 0, &note("pin_set")).unwrap();
    assert_eq!(again.try_pin("9", 5_005), Ok(Some(PinTry::Against(hash("b")))));
    assert_eq!(again.set_pin("8", &hash("b"), 0, &note("pin_set")), Err(StaffError::NoSuchCashier));
}

#[test]
fn who_is_not_there_or_not_active_has_no_pin() {
    let office = Office::open();
    office.add("9", Role::Installer).unwrap();
    office.add("7", Role::Cashier).unwrap();
    let gone = Cashier { is_active: false, ..cashier("7", Role::Cashier) };
    office.file.change_cashier(&gone, 0, &note("cashier_changed")).unwrap();
    assert_eq!(office.file.try_pin("7", 0), Ok(None));
    assert_eq!(office.file.try_pin("8", 0), Ok(None));
}

#[test]
fn the_log_is_read_page_by_page_newest_first() {
    let office = Office::open();
    for kind in ["a", "b", "c", "d"] {
        office.file.note(NOON_MS, &note(kind)).unwrap();
    }
    let page = office.file.audit(None, 3).unwrap();
    assert_eq!(page.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 3, 2]);
    assert_eq!(page[0].note, note("d"));
    let rest = office.file.audit(Some(2), 3).unwrap();
    assert_eq!(rest.iter().map(|row| row.note.kind.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn the_database_itself_refuses_to_edit_the_log_or_to_forget_people() {
    let office = Office::open();
    office.add("9", Role::Installer).unwrap();
    office.file.note(NOON_MS, &note("refund")).unwrap();
    let raw = Connection::open(office.folder.path().join("settings.db")).unwrap();
    let row = "SELECT 1, 0, 'x', '', '', NULL, '{}'";
    for statement in [
        "UPDATE audit SET kind = 'x'".to_owned(),
        "UPDATE audit SET at_ms = 0 WHERE number = 2".to_owned(),
        "DELETE FROM audit".to_owned(),
        format!("INSERT OR REPLACE INTO audit {row}"),
        "INSERT INTO audit VALUES (9, 0, 'x', '', '', NULL, '{}')".to_owned(),
        "DELETE FROM cashiers".to_owned(),
        "UPDATE cashiers SET id = '8'".to_owned(),
        "UPDATE cashiers SET pin = '1234'".to_owned(),
        "UPDATE cashiers SET role = 'owner'".to_owned(),
    ] {
        assert!(raw.execute_batch(&statement).is_err(), "{statement}");
    }
    assert_eq!(office.kinds(), ["refund", "cashier_added"]);
}

#[test]
fn a_hash_is_not_told_in_logs() {
    assert!(!format!("{:?}", PinTry::Against(hash("geheim"))).contains("geheim"));
}
