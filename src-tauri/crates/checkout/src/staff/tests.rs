use secrecy::SecretString;
use tempfile::TempDir;
use yima_core::sale::Now;
use yima_core::staff::{Act, Role};
use yima_core::{Discount, Fen, LineId, OrderId, Quantity};
use yima_store::{Cashier, SettingsFile, StoreError};

use super::{LockedBy, Pin, StaffDesk, StaffProblem, add, change, set_pin};
use crate::{Command, Word};

mod asking;

const CASHIER: &str = "2001";
const SUPERVISOR: &str = "2002";
const INSTALLER: &str = "2003";

/// A till with one of each role; each PIN is the id.
struct Shop {
    desk: StaffDesk,
    file: SettingsFile,
    folder: TempDir,
}

impl Shop {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
        Self { desk: StaffDesk::open(&file).unwrap(), file, folder }
    }

    fn staffed() -> Self {
        let mut shop = Self::empty();
        let people = [(INSTALLER, Role::Installer), (SUPERVISOR, Role::Supervisor), (CASHIER, Role::Cashier)];
        for (id, role) in people {
            add(&shop.file, None, &person(id, role), &pin(id), 0).unwrap();
        }
        shop.desk = StaffDesk::open(&shop.file).unwrap();
        shop
    }

    fn log_in(&self, id: &str) -> Result<(), StaffProblem> {
        self.desk.log_in(&self.file, id, &pin(id), at(0))
    }

    fn admit(&self, command: Command) -> Result<Command, StaffProblem> {
        self.desk.admit(&self.file, command, || 10, at(0)).map(|admitted| admitted.command)
    }

    fn approve(&self, number: u32, id: &str, typed: &str, at_ms: u64) -> Result<Command, StaffProblem> {
        let approved = self.desk.approve(&self.file, number, id, &pin(typed), at(at_ms));
        approved.map(|admitted| admitted.command)
    }

    /// Asks for what a cashier may not do; the number that it waits under.
    fn ask(&self, command: Command) -> u32 {
        match self.admit(command) {
            Err(StaffProblem::ApprovalNeeded { number, .. }) => number,
            other => panic!("{other:?}"),
        }
    }

    fn who(&self) -> Option<String> {
        self.desk.view().who.map(|who| who.id)
    }

    /// Kind, who, and who approved; the oldest first.
    fn log(&self) -> Vec<(String, String, Option<String>)> {
        let rows = self.file.audit(None, 100).unwrap();
        let told = |note: yima_store::AuditNote| (note.kind, note.by_id, note.approved_by);
        rows.into_iter()
            .rev()
            .map(|row| told(row.note))
            .filter(|(kind, ..)| kind != "cashier_added")
            .collect()
    }
}

fn person(id: &str, role: Role) -> Cashier {
    Cashier { id: id.to_owned(), name: "王芳".to_owned(), role, is_active: true }
}

fn pin(text: &str) -> Pin {
    Pin::parse(SecretString::from(text)).unwrap()
}

fn at(ms: u64) -> Now {
    Now { mono_ms: ms, wall_ms: i64::try_from(ms).unwrap() }
}

fn order_id() -> OrderId {
    OrderId::parse("0123456789abcdef0123456789abcdef").unwrap()
}

fn refund(fen: i64) -> Command {
    Command::Refund {
        order_id: order_id(),
        amount_fen: Fen::new(fen),
        left_fen: None,
        word: Word { by: "whoever the page says".to_owned(), why: "坏了".to_owned() },
    }
}

fn scan() -> Command {
    Command::Scan { code: "6921168509256".into(), quantity: Quantity::ONE }
}

fn override_price() -> Command {
    Command::OverridePrice { line: LineId(1), price: Fen::new(100), reason: "破损".to_owned() }
}

fn discount(fen: i64) -> Command {
    Command::DiscountOrder { discount: Some(Discount::Amount(Fen::new(fen))) }
}

fn within(command: Command) -> Command {
    Command::Within { percent_max: 10, command: Box::new(command) }
}

fn by(command: &Command) -> &str {
    match command {
        Command::Refund { word, .. } => &word.by,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_till_without_cashiers_works_as_if_there_were_none_of_this() {
    let shop = Shop::empty();
    assert!(!shop.desk.is_locked());
    assert_eq!(shop.admit(refund(100)), Ok(refund(100)));
    assert_eq!(shop.desk.require(Act::ManageStaff, at(0)), Ok(None));
    shop.desk.lock(&shop.file, LockedBy::Key, at(0)).unwrap();
    assert_eq!(shop.desk.lock_if_idle(&shop.file, 1, at(u64::from(u32::MAX))), Ok(false));
    assert!(!shop.desk.is_locked());
    assert_eq!(shop.log(), []);
}

#[test]
fn a_till_with_cashiers_is_locked_from_the_start_on_and_sells_nothing_by_nobody() {
    let shop = Shop::staffed();
    assert!(shop.desk.is_locked());
    for command in [scan(), Command::Charge, Command::Undo, Command::CancelPayment, refund(1)] {
        assert_eq!(shop.admit(command), Err(StaffProblem::Locked));
    }
    assert_eq!(shop.desk.require(Act::ChangeSettings, at(0)), Err(StaffProblem::Locked));
    shop.log_in(CASHIER).unwrap();
    assert_eq!(shop.admit(scan()), Ok(scan()));
    assert_eq!(shop.desk.cashier_id().as_deref(), Some(CASHIER));
    shop.desk.lock(&shop.file, LockedBy::Key, at(0)).unwrap();
    assert_eq!(shop.admit(scan()), Err(StaffProblem::Locked));
    let expected = [("logged_in", CASHIER), ("locked", CASHIER)];
    assert_eq!(shop.log(), expected.map(|(kind, who)| (kind.to_owned(), who.to_owned(), None)));
}

#[test]
fn each_role_is_let_through_to_what_it_may_do() {
    let order_id = order_id();
    let word = || Word { by: String::new(), why: "x".to_owned() };
    let commands = [
        (scan(), Act::Sell),
        (Command::DropHeld { cart: yima_store::CartId(1) }, Act::Sell),
        (Command::Clear, Act::Sell),
        (override_price(), Act::OverridePrice),
        (Command::CancelPayment, Act::Void),
        (Command::Reverse { order_id: order_id.clone() }, Act::Void),
        (refund(100), Act::Refund),
        (Command::WriteOff { order_id: order_id.clone(), word: word() }, Act::Settle),
        (Command::SettleRefund { order_id: order_id.clone(), word: word() }, Act::Settle),
        (Command::DropRefund { order_id, word: word() }, Act::Settle),
        (Command::PassList { word: word() }, Act::Settle),
    ];
    let shop = Shop::staffed();
    for (id, role) in [(CASHIER, Role::Cashier), (SUPERVISOR, Role::Supervisor), (INSTALLER, Role::Installer)]
    {
        shop.log_in(id).unwrap();
        for (command, act) in commands.clone() {
            let outcome = shop.admit(command.clone());
            assert_eq!(outcome.is_ok(), role.may(act), "{role:?} {command:?}");
            let asks =
                matches!(outcome, Err(StaffProblem::ApprovalNeeded { act: asked, .. }) if asked == act);
            assert_eq!(asks, !role.may(act), "{role:?} {command:?}");
        }
        for act in Act::ALL {
            let expected = if role.may(act) { Ok(()) } else { Err(StaffProblem::NotAllowed { act }) };
            assert_eq!(shop.desk.require(act, at(0)).map(drop), expected, "{role:?} {act:?}");
        }
    }
}

#[test]
fn an_approval_is_for_one_act_as_it_was_asked_for_and_for_once() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    let number = shop.ask(refund(300));
    let approved = shop.approve(number, SUPERVISOR, SUPERVISOR, 0).unwrap();
    assert!(matches!(approved, Command::Refund { amount_fen, .. } if amount_fen == Fen::new(300)));
    assert_eq!(by(&approved), "王芳 (2002)");
    assert_eq!(shop.approve(number, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
    assert!(matches!(shop.admit(refund(300)), Err(StaffProblem::ApprovalNeeded { .. })));
    assert_eq!(shop.who().as_deref(), Some(CASHIER));
    let noted = ("refund".to_owned(), CASHIER.to_owned(), Some(SUPERVISOR.to_owned()));
    assert_eq!(shop.log().last(), Some(&noted));
    let detail = shop.file.audit(None, 1).unwrap().remove(0).note.detail;
    assert!(detail.contains("\"amount_fen\":300") && detail.contains("坏了"), "{detail}");
}

#[test]
fn what_is_allowed_is_noted_under_who_did_it_and_signed_with_the_name() {
    let shop = Shop::staffed();
    shop.log_in(SUPERVISOR).unwrap();
    assert_eq!(by(&shop.admit(refund(100)).unwrap()), "王芳 (2002)");
    assert_eq!(shop.log().last(), Some(&("refund".to_owned(), SUPERVISOR.to_owned(), None)));
    shop.desk.was_not_done(&shop.file, "refund", "not possible now", at(0));
    assert_eq!(shop.log().last(), Some(&("not_done".to_owned(), SUPERVISOR.to_owned(), None)));
    assert_eq!(shop.log().len(), 3);
}

#[test]
fn a_cashier_takes_off_as_much_as_the_limit_and_more_is_approved() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    assert_eq!(shop.admit(discount(500)), Ok(within(discount(500))));
    let taken_back = Command::DiscountOrder { discount: None };
    assert_eq!(shop.admit(taken_back.clone()), Ok(taken_back));
    let StaffProblem::ApprovalNeeded { act, number } = shop.desk.ask_for(discount(500), at(0)) else {
        panic!("not asked");
    };
    assert_eq!(act, Act::DiscountAboveLimit);
    assert_eq!(shop.approve(number, SUPERVISOR, SUPERVISOR, 0), Ok(discount(500)));
    shop.log_in(SUPERVISOR).unwrap();
    assert_eq!(shop.admit(discount(9_999)), Ok(discount(9_999)));
    let kinds: Vec<_> = shop.log().into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, ["logged_in", "discount", "discount_above_limit", "logged_in", "discount"]);
    shop.desk.lock(&shop.file, LockedBy::Key, at(0)).unwrap();
    assert_eq!(shop.desk.ask_for(discount(500), at(0)), StaffProblem::Locked);
}

#[test]
fn nobody_approves_what_is_over_or_was_asked_for_by_somebody_else() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    let old = shop.ask(refund(100));
    let new = shop.ask(refund(200));
    assert_eq!(shop.approve(old, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
    assert_eq!(shop.approve(new, SUPERVISOR, SUPERVISOR, 120_000), Err(StaffProblem::ApprovalGone));
    assert_eq!(shop.approve(new + 1, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
    shop.log_in(CASHIER).unwrap();
    assert_eq!(shop.approve(new, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
    let number = shop.ask(refund(100));
    shop.desk.lock(&shop.file, LockedBy::Key, at(0)).unwrap();
    assert_eq!(shop.approve(number, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
}

#[test]
fn a_cashier_approves_nothing_and_a_wrong_pin_leaves_it_waiting() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    let number = shop.ask(Command::CancelPayment);
    assert_eq!(shop.approve(number, CASHIER, CASHIER, 0), Err(StaffProblem::MayNotApprove));
    assert_eq!(shop.approve(number, SUPERVISOR, "9999", 0), Err(StaffProblem::WrongPin));
    assert_eq!(shop.approve(number, "nobody", "9999", 0), Err(StaffProblem::WrongPin));
    assert_eq!(shop.approve(number, SUPERVISOR, SUPERVISOR, 0), Ok(Command::CancelPayment));
    assert!(shop.log().contains(&("wrong_pin".to_owned(), SUPERVISOR.to_owned(), None)));
}

#[test]
fn wrong_pins_are_slowed_down_also_for_another_copy_of_the_program() {
    let shop = Shop::staffed();
    let log_in = |typed: &str, at_ms| shop.desk.log_in(&shop.file, CASHIER, &pin(typed), at(at_ms));
    for _ in 0..3 {
        assert_eq!(log_in("9999", 0), Err(StaffProblem::WrongPin));
    }
    assert_eq!(log_in(CASHIER, 1), Err(StaffProblem::TooSoon { wait_s: 5 }));
    let file = SettingsFile::open(&shop.folder.path().join("settings.db")).unwrap();
    let again = StaffDesk::open(&file).unwrap();
    let outcome = again.log_in(&file, CASHIER, &pin(CASHIER), at(1_500));
    assert_eq!(outcome, Err(StaffProblem::TooSoon { wait_s: 4 }));
    assert_eq!(log_in(CASHIER, 5_000), Ok(()));
    assert_eq!(log_in("9999", 5_001), Err(StaffProblem::WrongPin));
    assert_eq!(shop.who().as_deref(), Some(CASHIER));
}

#[test]
fn it_locks_by_itself_when_nobody_stirs() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    let idle = |after_min, at_ms| shop.desk.lock_if_idle(&shop.file, after_min, at(at_ms));
    assert_eq!(idle(0, 999_999_999), Ok(false));
    assert_eq!(idle(1, 59_999), Ok(false));
    shop.desk.stir(at(30_000));
    assert_eq!(idle(1, 89_999), Ok(false));
    shop.desk.admit(&shop.file, scan(), || 10, at(80_000)).unwrap();
    assert_eq!(idle(1, 139_999), Ok(false));
    assert_eq!(idle(1, 140_000), Ok(true));
    assert!(shop.desk.is_locked());
    assert_eq!(idle(1, 240_000), Ok(false));
    assert_eq!(shop.log().last(), Some(&("locked".to_owned(), CASHIER.to_owned(), None)));
}

#[test]
fn who_is_taken_off_the_list_is_logged_out() {
    let shop = Shop::staffed();
    shop.log_in(CASHIER).unwrap();
    let renamed = Cashier { name: "李".to_owned(), ..person(CASHIER, Role::Supervisor) };
    change(&shop.file, None, &renamed, 0).unwrap();
    shop.desk.take_up(&shop.file).unwrap();
    assert_eq!(shop.desk.view().who, Some(renamed.clone()));
    change(&shop.file, None, &Cashier { is_active: false, ..renamed }, 0).unwrap();
    shop.desk.take_up(&shop.file).unwrap();
    assert!(shop.desk.is_locked());
    assert_eq!(shop.log_in(CASHIER), Err(StaffProblem::WrongPin));
}

#[test]
fn a_new_pin_takes_the_place_of_the_old_one() {
    let shop = Shop::staffed();
    set_pin(&shop.file, None, CASHIER, &pin("777777"), 0).unwrap();
    assert_eq!(shop.log_in(CASHIER), Err(StaffProblem::WrongPin));
    assert_eq!(shop.desk.log_in(&shop.file, CASHIER, &pin("777777"), at(0)), Ok(()));
    assert_eq!(set_pin(&shop.file, None, "nobody", &pin("777777"), 0), Err(StaffProblem::NoSuchCashier));
}

#[test]
fn ids_and_names_that_cannot_be_read_are_refused() {
    let shop = Shop::empty();
    let check = |id: &str, name: &str, expected| {
        let cashier = Cashier { id: id.to_owned(), name: name.to_owned(), ..person("", Role::Installer) };
        assert_eq!(add(&shop.file, None, &cashier, &pin("1234"), 0), Err(expected), "{id:?} {name:?}");
    };
    for id in ["", " 1", "1 ", "a\nb", "a\u{202e}b", &"9".repeat(33)] {
        check(id, "王芳", StaffProblem::IdUnfit);
    }
    for name in ["", " 王", "王\u{7}", &"王".repeat(65)] {
        check("1", name, StaffProblem::NameUnfit);
    }
    assert_eq!(shop.file.has_cashiers(), Ok(false));
}

#[test]
fn the_first_is_an_installer() {
    let shop = Shop::empty();
    let add = |role| add(&shop.file, None, &person("1", role), &pin("1234"), 0);
    assert_eq!(add(Role::Cashier), Err(StaffProblem::NoInstaller));
    assert_eq!(add(Role::Supervisor), Err(StaffProblem::NoInstaller));
    assert_eq!(add(Role::Installer), Ok(()));
}

#[test]
fn nothing_is_let_through_that_cannot_be_noted() {
    let shop = Shop::staffed();
    shop.log_in(SUPERVISOR).unwrap();
    let raw = rusqlite::Connection::open(shop.folder.path().join("settings.db")).unwrap();
    raw.execute_batch("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
        .unwrap();
    let refused = |outcome| matches!(outcome, Err(StaffProblem::Store(StoreError::Refused(_))));
    assert!(refused(shop.admit(refund(100))));
    assert!(refused(shop.log_in(CASHIER).map(|()| Command::Charge)));
    assert_eq!(shop.who().as_deref(), Some(SUPERVISOR));
    assert!(shop.desk.lock(&shop.file, LockedBy::Key, at(0)).is_err());
    assert!(shop.desk.is_locked());
}
