//! `yima backup`, `verify` and `restore`.

use std::fs;
use std::path::{Path, PathBuf};

use yima_store::{Mode, Store};

use crate::receipts::{Ending, sell};
use crate::yima::Yima;

const FIRST: &str = "019342f8d7a07c3ea1b2c3d4e5f60718";
const SECOND: &str = "019342f8d7a07c3ea1b2c3d4e5f60719";
const CANARY: &str = "canary-51b7e0d2";

fn sold(mode: Mode) -> Yima {
    let yima = Yima::new();
    sell(&yima.data_dir().database(mode), FIRST, Ending::Paid);
    yima
}

/// Changes one byte of the only place where this text stands.
fn damage(file: &Path, text: &str) {
    let mut bytes = fs::read(file).unwrap();
    let places: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(text.as_bytes())).collect();
    assert_eq!(places.len(), 1, "{text}");
    bytes[places[0]] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn backups(yima: &Yima, of: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(yima.data_dir().backups()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with(of)).collect();
    files.sort();
    files
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_is_made_beside_a_running_till_and_brings_back_what_was_sold() {
    let yima = sold(Mode::Practice);
    let data = yima.data_dir();
    let running = (Store::open(&data.database(Mode::Practice)).unwrap(), data.lock().unwrap());
    let told = yima.done(&["backup"]);
    assert_eq!(told.matches(" bytes, checked").count(), 2, "{told}");
    assert_eq!(backups(&yima, "settings-").len(), 1);
    let backup = backups(&yima, "practice-").remove(0);
    let verified = yima.done(&["verify", text(&backup)]);
    assert!(
        verified.contains("1 sales, 3 sale events, 1 receipts, 0 refunds, 1 carts")
            && verified.ends_with("  sound\n")
    );
    let verified = yima.done(&["verify"]);
    assert_eq!(verified.matches("  sound\n").count(), 2, "the settings, and what was sold: {verified}");
    let said = yima.refused(&["restore", text(&backup)], 1);
    assert!(said.contains("in use by another program") && said.contains("nothing was changed"), "{said}");
    drop(running);

    sell(&data.database(Mode::Practice), SECOND, Ending::Open);
    let restored = yima.done(&["restore", text(&backup)]);
    assert!(
        restored.contains("set aside, not deleted")
            && restored.contains("takes nothing before it has gone through"),
        "{restored}"
    );
    assert!(yima.done(&["verify"]).contains("not compared with the gateway's orders since\n  sound\n"));
    let receipts = yima.done(&["receipts", "list"]);
    assert!(receipts.contains(FIRST) && !receipts.contains(SECOND), "{receipts}");
    let aside = fs::read_dir(data.set_aside()).unwrap().next().unwrap().unwrap().path();
    assert!(restored.contains(text(&aside)), "{restored}");
    assert!(yima.done(&["verify", text(&aside)]).contains("2 sales"));

    yima.done(&["config", "set", "language", "zh-CN"]);
    let restored = yima.done(&["restore", text(&backup)]);
    assert!(restored.contains("已恢复") && restored.contains("自动与网关的订单核对"), "{restored}");
    sell(&data.database(Mode::Practice), SECOND, Ending::Paid);
    assert!(yima.done(&["receipts", "list"]).contains("01B-20261122-0002"), "restored for the second time");
    assert_eq!(backups(&yima, "").iter().filter(|file| text(file).contains("part")).count(), 0);
}

#[test]
fn damage_is_found_and_a_damaged_backup_is_refused() {
    let yima = sold(Mode::Live);
    let copy = yima.path("copy.db");
    yima.done(&["backup", "--mode", "live", "--to", text(&copy)]);
    let said = yima.refused(&["backup", "--mode", "live", "--to", text(&copy)], 1);
    assert!(said.contains("there is a file"), "{said}");

    damage(&copy, r#"{"title":"茶"}"#);
    let ran = yima.run(&["verify", text(&copy)]);
    assert_eq!(ran.status, 1);
    let finding = format!("  bodies: the body of {FIRST} is not the one that was kept\n  NOT SOUND\n");
    assert!(ran.out.ends_with(&finding), "{}", ran.out);
    assert!(ran.err.contains("1 findings") && ran.err.contains("yima restore"), "{}", ran.err);
    let ran = yima.run(&["restore", "--as", "live", text(&copy)]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("NOT SOUND") && ran.err.contains("nothing was changed"), "{ran:?}");
    assert!(yima.done(&["receipts", "list", "--mode", "live"]).contains(FIRST));
    assert!(!yima.data_dir().set_aside().exists());
}

#[test]
fn a_backup_goes_where_it_belongs() {
    let yima = sold(Mode::Live);
    yima.done(&["config", "set", "till.number", "07"]);
    yima.done(&["backup", "--mode", "live"]);
    let live = backups(&yima, "live-").remove(0);
    let said = yima.refused(&["restore", "--as", "practice", text(&live)], 2);
    assert!(said.contains("is a backup of live"), "{said}");
    let nameless = yima.path("nameless.db");
    fs::copy(&live, &nameless).unwrap();
    assert!(yima.refused(&["restore", text(&nameless)], 2).contains("--as practice"));
    assert!(
        yima.refused(&["restore", "--as", "settings", text(&nameless)], 1).contains("nothing was changed")
    );
    assert!(yima.refused(&["restore", "live-none.db"], 1).contains("there is no database"));
    assert!(!yima.data_dir().database(Mode::Practice).exists());

    let settings = backups(&yima, "settings-").remove(0);
    fs::write(yima.data_dir().settings_db(), "damaged ".repeat(1_000)).unwrap();
    assert!(yima.refused(&["verify"], 1).contains("is damaged"));
    yima.done(&["restore", text(&settings)]);
    assert_eq!(yima.done(&["config", "get", "till.number"]), "07\n");
}

#[test]
fn goods_have_backups_of_their_own() {
    let yima = sold(Mode::Live);
    yima.done(&["config", "set", "mode", "live"]);
    let goods = yima.path("goods.csv");
    let import = |rows: &str| {
        fs::write(&goods, rows).unwrap();
        yima.done(&["catalogue", "import", text(&goods)]);
    };
    assert!(yima.done(&["backup"]).ends_with("no goods that are not in a backup\n"));
    import("barcode,title,price\n1,tea,3\n");
    assert_eq!(yima.done(&["backup"]).matches(" bytes, checked").count(), 3);
    assert_eq!(yima.done(&["backup"]).matches(" bytes, checked").count(), 2);
    let backup = backups(&yima, "goods-").remove(0);
    assert_eq!(backups(&yima, "goods-").len(), 1);
    assert!(yima.done(&["verify", text(&backup)]).contains("1 products, 1 barcodes\n  sound\n"));
    assert_eq!(yima.done(&["verify"]).matches("  sound\n").count(), 3);

    import("barcode,title,price\n1,water,3\n");
    let running = yima.data_dir().lock().unwrap();
    assert!(yima.refused(&["restore", text(&backup)], 1).contains("in use"));
    drop(running);
    let restored = yima.done(&["restore", text(&backup)]);
    assert!(restored.contains("set aside") && !restored.contains("gateway"), "{restored}");
    let found = |what: &str| yima.done(&["catalogue", "search", what]);
    assert!(found("tea").contains("tea"));
    assert!(!yima.done(&["verify"]).contains("not compared"));

    let place = yima.data_dir().root().join("live-goods.db");
    fs::write(&place, "damaged ".repeat(1_000)).unwrap();
    let ran = yima.run(&["verify"]);
    assert!(ran.status == 1 && ran.err.contains("live-goods.db is damaged"), "{}", ran.err);
    yima.done(&["restore", "--as", "goods"]);
    assert!(found("tea").contains("tea"));
    let lost = yima.path("live-goods.db");
    fs::rename(&place, &lost).unwrap();
    yima.done(&["restore", text(&lost)]);
    assert!(found("tea").contains("tea"));
}

#[test]
fn d6_without_a_file_the_newest_sound_backup_is_restored() {
    let yima = sold(Mode::Live);
    yima.done(&["config", "set", "mode", "live"]);
    assert!(yima.refused(&["restore"], 1).contains("no sound backup"));
    yima.done(&["backup"]);
    let good = backups(&yima, "live-").remove(0);
    let newer = yima.data_dir().backups().join("live-20991231-235959.db");
    fs::copy(&good, &newer).unwrap();
    damage(&newer, r#"{"title":"茶"}"#);
    let place = yima.data_dir().database(Mode::Live);
    fs::write(&place, "damaged ".repeat(1_000)).unwrap();
    let restored = yima.done(&["restore"]);
    assert!(restored.contains(text(&good)) && !restored.contains("2099"), "{restored}");
    assert!(yima.done(&["receipts", "list"]).contains(FIRST));
    assert!(yima.refused(&["restore", "--as", "practice"], 1).contains("nothing was changed"));

    fs::write(yima.data_dir().settings_db(), "damaged ".repeat(1_000)).unwrap();
    assert!(yima.refused(&["restore"], 2).contains("--as settings first"));
    yima.done(&["restore", "--as", "settings"]);
    yima.done(&["restore"]);
}

/// What is never used has no database; a till that was never started has no settings to lose.
#[test]
fn what_is_not_there_is_told() {
    let yima = Yima::new();
    let said = yima.refused(&["verify", text(&yima.path("none.db"))], 1);
    assert!(said.contains("there is no database"), "{said}");
    let ran = yima.run(&["backup", "--mode", "live"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("nothing was sold or imported in this mode yet"), "{}", ran.err);
    assert_eq!(yima.done(&["verify"]).matches("  sound\n").count(), 1, "the settings");
}

#[cfg(unix)]
#[test]
fn l1_no_secret_is_in_a_database_or_its_backup() {
    use yima_store::backup::Database;

    let yima = sold(Mode::Live);
    let ran = yima.feed(&["secret", "set", "app_secret", "--insecure-file"], CANARY.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(yima.run(&["backup", "--mode", "live"]).status, 0);
    let data = yima.data_dir();
    let mut files = backups(&yima, "");
    files.extend(Database::ALL.map(|database| database.path(&data)));
    files.retain(|file| file.exists());
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()), "{}", file.display());
    }
}
