use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::backup::{Database, back_up};
use crate::verify::verify;
use crate::{DataDir, InstallationError, Mode, Taken};

/// Machines have a state place each; data folders lie about in one more folder.
struct Machines {
    folders: TempDir,
    states: TempDir,
}

impl Machines {
    fn new() -> Self {
        Self { folders: tempfile::tempdir().unwrap(), states: tempfile::tempdir().unwrap() }
    }

    fn folder(&self, name: &str) -> DataDir {
        DataDir::locate(Some(self.folders.path().join(name))).unwrap()
    }

    /// Opens the till of that folder, sells, and closes it: says how it was taken up and the receipt's number.
    async fn sell(&self, machine: &str, folder: &str, order: &str) -> (Taken, String) {
        let folder = self.folder(folder);
        let store = Store::open(&folder.database(Mode::Live)).unwrap();
        let place = self.states.path().join(machine);
        let taken =
            store.take_up(&folder, &place, "till", format!("id-{order}"), NOON_MS, None).await.unwrap();
        let shop = Shop { store, folder: tempfile::tempdir().unwrap() };
        (taken, shop.paid(order, 200, NOON_MS, "01").await)
    }

    fn copy(&self, from: &str, to: &str) {
        let to = self.folder(to);
        for entry in fs::read_dir(self.folder(from).root()).unwrap().map(Result::unwrap) {
            fs::copy(entry.path(), to.root().join(entry.file_name())).unwrap();
        }
    }

    fn is_marked(&self, folder: &str) -> bool {
        verify(&self.folder(folder).database(Mode::Live)).unwrap().unreconciled.is_some()
    }
}

fn sold(taken: Taken, number: &str) -> (Taken, String) {
    (taken, number.to_owned())
}

/// Gives the letters that a copy's receipts have.
fn copied((taken, number): (Taken, String), count: &str) -> String {
    assert_eq!(taken, Taken::Copied);
    let letters = number.strip_prefix("01").unwrap().strip_suffix(&format!("-20261122-{count}")).unwrap();
    assert!(letters.len() == 3 && letters.bytes().all(|letter| letter.is_ascii_uppercase()), "{number}");
    letters.to_owned()
}

#[tokio::test]
async fn d8_a_copied_folder_is_told_from_the_one_it_was_copied_from() {
    let machines = Machines::new();
    assert_eq!(machines.sell("here", "till", "a1").await, sold(Taken::First, "01-20261122-0001"));
    assert_eq!(machines.sell("here", "other", "x1").await, sold(Taken::First, "01-20261122-0001"));
    machines.copy("till", "copy");
    assert_eq!(machines.sell("here", "till", "a2").await, sold(Taken::Again, "01-20261122-0002"));
    assert_eq!(machines.sell("here", "other", "x2").await, sold(Taken::Again, "01-20261122-0002"));
    assert!(!machines.is_marked("till") && !machines.is_marked("other"));

    let letters = copied(machines.sell("here", "copy", "b1").await, "0002");
    assert!(machines.is_marked("copy"));
    let next = format!("01{letters}-20261122-0003");
    assert_eq!(machines.sell("here", "copy", "b2").await, sold(Taken::Again, &next));
    assert_eq!(machines.sell("here", "till", "a3").await, sold(Taken::Again, "01-20261122-0003"));
    assert!(!machines.is_marked("till"), "the one that was copied goes on");
}

#[tokio::test]
async fn d8_a_folder_on_another_machine_and_an_older_one_put_back_are_copies() {
    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    machines.copy("till", "kept");
    assert_eq!(machines.sell("there", "till", "a2").await.0, Taken::Copied);
    assert_eq!(machines.sell("there", "till", "a3").await.0, Taken::Again);

    machines.copy("kept", "till");
    // The machine knows another one of that place.
    copied(machines.sell("there", "till", "a4").await, "0002");
    machines.copy("till", "kept");
    assert_eq!(machines.sell("there", "till", "a5").await.0, Taken::Again);
    machines.copy("kept", "till");
    // And that it was taken up since.
    assert_eq!(machines.sell("there", "till", "a6").await.0, Taken::Copied);
}

#[tokio::test]
async fn d8_an_empty_database_in_the_place_of_a_lost_one_is_no_first_start() {
    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    let database = machines.folder("till").database(Mode::Live);
    fs::remove_file(&database).unwrap();
    copied(machines.sell("here", "till", "a2").await, "0001");
    let store = Store::open(&database).unwrap();
    let marked = store.unreconciled().await.unwrap().unwrap();
    assert!(marked.since_ms < NOON_MS - 365 * 86_400_000, "all of it may be missing");
    drop(store);
    assert_eq!(machines.sell("here", "till", "a3").await.0, Taken::Again);

    // Another till in the same place is another till.
    fs::remove_file(&database).unwrap();
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&database).unwrap();
    let taken = store.take_up(&folder, &place, "another till", "id-b1".into(), NOON_MS, None).await.unwrap();
    assert_eq!(taken, Taken::First);
}

#[tokio::test]
async fn d8_a_backup_put_in_place_by_hand_is_noticed_within_a_turn() {
    let machines = Machines::new();
    let folder = machines.folder("till");
    let (database, kept) = (folder.database(Mode::Live), folder.root().join("kept.db"));
    machines.sell("here", "till", "a1").await;
    back_up(Database::Live, &database, &kept).unwrap();
    fs::copy(&kept, &database).unwrap();
    copied(machines.sell("here", "till", "a2").await, "0002");

    // On a new machine there is nothing to know better: a backup that has sold is no beginning either.
    fs::copy(&kept, machines.folder("new").database(Mode::Live)).unwrap();
    copied(machines.sell("there", "new", "b1").await, "0002");

    // One that carries an open mark is another one yet.
    fs::remove_file(&kept).unwrap();
    back_up(Database::Live, &database, &kept).unwrap();
    fs::copy(&kept, &database).unwrap();
    assert_eq!(machines.sell("here", "till", "a3").await.0, Taken::Copied);
}

#[tokio::test]
async fn d8_a_copy_made_while_the_till_was_open_and_put_back_when_it_is_closed_is_behind() {
    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    assert_eq!(
        store.take_up(&folder, &place, "till", "id".into(), NOON_MS, None).await.unwrap(),
        Taken::Again
    );
    machines.copy("till", "kept");
    store.turn_over(&folder, &place, "till").await.unwrap();
    drop(store);
    machines.copy("kept", "till");
    assert_eq!(machines.sell("here", "till", "a2").await.0, Taken::Copied);

    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    store.turn_over(&folder, &place, "till").await.unwrap();
    drop(store);
    assert_eq!(machines.sell("here", "till", "a2").await.0, Taken::Again, "the one that was closed goes on");
}

/// Opens the till of the one folder and sells these; ends as a crash does, without another turn.
async fn sell_and_crash(machines: &Machines, orders: &[&str]) -> Taken {
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    let taken = store.take_up(&folder, &place, "till", "id".into(), NOON_MS, None).await.unwrap();
    let shop = Shop { store, folder: tempfile::tempdir().unwrap() };
    for order in orders {
        shop.paid(order, 200, NOON_MS, "01").await;
    }
    taken
}

#[tokio::test]
async fn d8_a_copy_put_back_within_a_turn_is_behind_by_each_sale_since() {
    let machines = Machines::new();
    assert_eq!(sell_and_crash(&machines, &["a1"]).await, Taken::First);
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    store.take_up(&folder, &place, "till", "id".into(), NOON_MS, None).await.unwrap();
    let shop = Shop { store, folder: tempfile::tempdir().unwrap() };
    shop.paid("a2", 200, NOON_MS, "01").await;
    machines.copy("till", "kept");
    shop.paid("a3", 200, NOON_MS, "01").await;
    drop(shop);
    machines.copy("kept", "till");
    assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Copied);
    assert!(machines.is_marked("till"));
    assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Again, "and is this till's own from then on");
}

#[tokio::test]
async fn d8_what_follows_the_sales_survives_a_turn_and_may_lag_behind_them() {
    let machines = Machines::new();
    sell_and_crash(&machines, &["a1"]).await;
    let state = only_file(&machines.states.path().join("here/installations"));
    let (folder, place) = (machines.folder("till"), machines.states.path().join("here"));
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    store.take_up(&folder, &place, "till", "id".into(), NOON_MS, None).await.unwrap();
    store.turn_over(&folder, &place, "till").await.unwrap();
    let before = fs::read_to_string(&state).unwrap();
    let shop = Shop { store, folder: tempfile::tempdir().unwrap() };
    shop.paid("a2", 200, NOON_MS, "01").await;
    drop(shop);
    let after = fs::read_to_string(&state).unwrap();
    assert_eq!(before.len(), after.len());
    assert_ne!(before, after, "it follows after a turn as well");
    assert!(!fs::exists(state.with_extension("new")).unwrap());
    // As a power cut leaves it, since nothing waits for it.
    fs::write(&state, before).unwrap();
    assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Again);
}

#[tokio::test]
async fn d8_a_torn_account_of_a_database_is_compared_and_locks_nobody_out() {
    let machines = Machines::new();
    sell_and_crash(&machines, &["a1"]).await;
    let state = only_file(&machines.states.path().join("here/installations"));
    let whole = fs::read(&state).unwrap();
    let digit = b"reach 0".len();
    for torn in [
        whole[..0].to_vec(),
        whole[..20].to_vec(),
        whole[whole.len() - 10..].to_vec(),
        [&whole[..digit], b"1", &whole[digit + 1..]].concat(),
        [&whole[..], b"\xff\xfe"].concat(),
    ] {
        fs::write(&state, &torn).unwrap();
        assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Copied, "{torn:?}");
        assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Again);
    }
    fs::remove_file(machines.folder("till").database(Mode::Live)).unwrap();
    fs::write(&state, b"").unwrap();
    assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Copied, "somebody has sold in this place");
}

#[tokio::test]
async fn d8_where_the_till_sells_is_in_the_write_that_marks_a_copy_or_takes_a_restored_one_up() {
    let machines = Machines::new();
    let account = |name: &str| Some(format!("{{\"app_id\":\"{name}\"}}"));
    let take_up = async |machine: &str, account| {
        let folder = machines.folder("till");
        let store = Store::open(&folder.database(Mode::Live)).unwrap();
        let place = machines.states.path().join(machine);
        store.take_up(&folder, &place, "till", format!("id-{machine}"), NOON_MS, account).await.unwrap();
        store.unreconciled().await.unwrap().map(|marked| marked.accounts.into_iter().collect::<BTreeSet<_>>())
    };
    assert_eq!(take_up("here", account("one")).await, None, "nothing is missing");
    machines.sell("here", "till", "a1").await;
    let known = take_up("there", None).await.expect("a copy");
    // The program may end at any moment from here on, and the settings may name another account when it starts again.
    let with =
        |names: &[&str]| known.iter().cloned().chain(names.iter().filter_map(|name| account(name))).collect();
    assert_eq!(take_up("there", account("two")).await, Some(with(&["two"])), "one that was marked before");
    assert_eq!(take_up("elsewhere", account("three")).await, Some(with(&["two", "three"])), "a copy of it");
    assert_eq!(take_up("elsewhere", account("two")).await, Some(with(&["two", "three"])), "once each");
}

#[tokio::test]
async fn what_an_older_program_has_written_outside_is_understood() {
    let machines = Machines::new();
    sell_and_crash(&machines, &["a1"]).await;
    let state = only_file(&machines.states.path().join("here/installations"));
    let told = fs::read_to_string(&state).unwrap();
    fs::write(&state, turns_of(&told)).unwrap();
    assert_eq!(sell_and_crash(&machines, &[]).await, Taken::Again);
    assert!(fs::read_to_string(&state).unwrap().starts_with("reach 0"), "and is completed");
}

/// All but the first line.
fn turns_of(told: &str) -> &str {
    told.split_once('\n').unwrap().1
}

#[tokio::test]
async fn d8_new_machines_that_restore_one_backup_do_not_all_give_the_same_numbers() {
    let machines = Machines::new();
    let kept = machines.folder("till").root().join("kept.db");
    machines.sell("here", "till", "a1").await;
    back_up(Database::Live, &machines.folder("till").database(Mode::Live), &kept).unwrap();
    let mut numbers = BTreeSet::new();
    for place in ["there", "elsewhere", "nowhere"] {
        let folder = machines.folder(place);
        crate::restore(&folder, &folder.lock().unwrap(), Database::Live, &kept, NOON_MS).unwrap();
        let (taken, number) = machines.sell(place, place, "b1").await;
        assert_eq!(taken, Taken::Again);
        numbers.insert(number);
    }
    assert!(numbers.len() > 1, "{numbers:?}");
}

#[tokio::test]
async fn a_restored_database_is_marked_once() {
    let machines = Machines::new();
    let folder = machines.folder("till");
    let kept = folder.root().join("kept.db");
    machines.sell("here", "till", "a1").await;
    back_up(Database::Live, &folder.database(Mode::Live), &kept).unwrap();
    crate::restore(&folder, &folder.lock().unwrap(), Database::Live, &kept, NOON_MS).unwrap();
    assert_eq!(machines.sell("here", "till", "a2").await, sold(Taken::Again, "01A-20261122-0002"));
    assert_eq!(machines.sell("here", "till", "a3").await, sold(Taken::Again, "01A-20261122-0003"));
}

#[tokio::test]
async fn a_start_that_ended_half_way_is_no_copy() {
    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    let state = only_file(&machines.states.path().join("here/installations"));
    let before = fs::read_to_string(&state).unwrap();
    let database = machines.folder("till").database(Mode::Live);
    let old = fs::read(&database).unwrap();
    machines.sell("here", "till", "a2").await;
    let after = fs::read_to_string(&state).unwrap();
    assert_eq!((turns_of(&before), turns_of(&after)), ("id-a1 1\n", "id-a1 2\n"));
    let both = format!("{before}{}", turns_of(&after));

    fs::write(&state, "0".repeat(1 << 20)).unwrap();
    assert_eq!(crate::read_short(&state).unwrap().len(), 4_096);
    // The file was written, the database not yet; then both were, and the file not a second time.
    fs::write(&state, &both).unwrap();
    let new = fs::read(&database).unwrap();
    fs::write(&database, old).unwrap();
    assert_eq!(machines.sell("here", "till", "a3").await.0, Taken::Again);
    fs::write(&state, &both).unwrap();
    fs::write(&database, new).unwrap();
    assert_eq!(machines.sell("here", "till", "a4").await.0, Taken::Again);
}

#[tokio::test]
async fn a_first_start_that_ended_half_way_is_a_first_start() {
    let machines = Machines::new();
    machines.sell("here", "till", "a1").await;
    let state = only_file(&machines.states.path().join("here/installations"));
    let database = machines.folder("till").database(Mode::Live);
    // The file was written, and the database not yet: nothing was sold.
    fs::write(&state, format!("{}id-a0 0\nid-a0 1\n", crate::reach::line(0))).unwrap();
    fs::remove_file(&database).unwrap();
    assert_eq!(machines.sell("here", "till", "a2").await, sold(Taken::First, "01-20261122-0001"));
    assert_eq!(turns_of(&fs::read_to_string(&state).unwrap()), "id-a2 1\n");
    assert_eq!(machines.sell("here", "till", "a3").await.0, Taken::Again);
    fs::remove_file(&database).unwrap();
    assert_eq!(machines.sell("here", "till", "a4").await.0, Taken::Copied, "by now something was");
}

#[cfg(unix)]
#[test]
fn what_tells_a_copy_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;

    let machines = Machines::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(machines.sell("here", "till", "a1"));
    let folder = machines.states.path().join("here/installations");
    for (path, mode) in [(only_file(&folder), 0o600), (folder, 0o700)] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    files[0].clone()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn d1_a_full_disk_opens_the_till_it_knows_and_no_copy() {
    let machines = Machines::new();
    assert_eq!(machines.sell("here", "till", "a1").await, sold(Taken::First, "01-20261122-0001"));
    machines.copy("till", "kept");
    let kept = machines.states.path().join("here").join("installations");
    let [file] = fs::read_dir(kept)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let written = file.with_extension("new");
    std::os::unix::fs::symlink("/dev/full", &written).unwrap();
    assert_eq!(machines.sell("here", "till", "a2").await, sold(Taken::Again, "01-20261122-0002"));

    machines.copy("kept", "till");
    fs::write(&file, "another 7\n").unwrap();
    let folder = machines.folder("till");
    let store = Store::open(&folder.database(Mode::Live)).unwrap();
    let place = machines.states.path().join("here");
    let taken = store.take_up(&folder, &place, "till", "id".to_owned(), NOON_MS, None).await;
    assert!(matches!(taken, Err(InstallationError::Unusable { .. })), "it could not be marked: {taken:?}");
    assert!(!folder.database(Mode::Live).with_extension("reserve").exists(), "nor with the room put aside");
    drop(store);
    fs::remove_file(written).unwrap();
    assert_eq!(machines.sell("here", "till", "a3").await.0, Taken::Copied, "and is found again");
}
