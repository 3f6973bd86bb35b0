//! The way of an act from the window's command to the engine and the wire: let through, asked about, refused.

use std::sync::Arc;

use secrecy::SecretString;
use tempfile::TempDir;
use yima_checkout::view::{CashierView, CustomerView};
use yima_checkout::{Checkout, Huishouyin, Ports, Screen, Word, settings, staff};
use yima_core::staff::Role;
use yima_core::{Discount, Fen, LineId, OrderId};
use yima_gateway::{Client, PayUrlHosts, Timeouts};
use yima_store::{DataDir, Store};

use super::*;
use crate::doctor::Doctor;
use crate::goods_import::{Importing, Standing};
use crate::ipc::dto::{Act as ActName, GoodsRefusal, SettingRefusal};
use crate::ipc::{admit_setting, import_into};
use crate::opening::terms;
use crate::practice::Practice;
use crate::signing::TillSigner;
use crate::sound::Sounds;
use crate::till::Turns;

const CASHIER: &str = "2001";
const SUPERVISOR: &str = "2002";
const INSTALLER: &str = "2003";
/// ¥4.80, among the goods to practise with.
const NOODLES: &str = "6920152400777";

const PAY_CODE: &str = "134512345678901234";

struct Dark;

impl Screen for Dark {
    fn show_cashier(&self, _: CashierView) {}
    fn show_customer(&self, _: CustomerView) {}
}

/// A practice till with one of each role, each PIN the id, over an engine that has a runtime of its own.
struct Shop {
    open: Arc<Open>,
    engine: Option<tokio::runtime::Runtime>,
    root: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(root.path().to_owned())).unwrap();
        let lock = folder.lock().unwrap();
        let file = SettingsFile::open(&folder.settings_db()).unwrap();
        settings::prepare(&file).unwrap();
        for (id, role) in
            [(INSTALLER, Role::Installer), (SUPERVISOR, Role::Supervisor), (CASHIER, Role::Cashier)]
        {
            let one = Cashier { id: id.to_owned(), name: "王芳".to_owned(), role, is_active: true };
            staff::add(&file, None, &one, &pin(id), 0).unwrap();
        }
        let kept = Settings::load(&file).unwrap();
        let store = Store::open(&folder.database(kept.mode)).unwrap();
        store.seed_if_empty().await.unwrap();
        let (practice, credential) = Practice::start(folder.root(), &kept.store_name).unwrap();
        let terms = terms(&kept, Some(&practice), &folder, &file);
        let signer = TillSigner::with(credential);
        let client = Client::new(Timeouts::default()).unwrap();
        let ports = Ports {
            gateway: Huishouyin::new(client.clone(), signer.clone(), PayUrlHosts::default()),
            store: store.clone(),
            clock: SystemClock::new(),
            screen: Dark,
        };
        let engine =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let checkout = engine.spawn(Checkout::start(ports, terms)).await.unwrap().unwrap();
        let open = Open {
            checkout,
            store,
            folder,
            staff: Staff::open(&file, CashierLine::default()).unwrap(),
            settings: file,
            client,
            signer,
            doctor: Doctor::default(),
            practice: Some(practice),
            sounds: Sounds::default(),
            turns: Turns::default(),
            _front: None,
            _lock: lock,
        };
        Self { open: Arc::new(open), engine: Some(engine), root }
    }

    async fn log_in(&self, id: &str) -> Result<(), TillError> {
        self.open.log_in(id.to_owned(), pin(id)).await
    }

    async fn scan(&self, times: u32) {
        let quantity = yima_core::Quantity::new(times).unwrap();
        self.open.act(Command::Scan { code: NOODLES.into(), quantity }).await.unwrap();
    }

    /// Asks for what is not allowed; the number that it waits under.
    async fn asks(&self, command: Command, expected: ActName) -> u32 {
        match self.open.act(command).await {
            Err(TillError::ApprovalNeeded { act, number }) if act == expected => number,
            other => panic!("{other:?}"),
        }
    }

    async fn approve(&self, number: u32, id: &str) -> Result<(), TillError> {
        self.open.approve(number, id.to_owned(), pin(id)).await
    }

    /// The one sale that is open, as it went out.
    async fn only_sale(&self) -> (OrderId, Option<String>, String) {
        let mut sales = self.open.store.open_sales().await.unwrap();
        assert_eq!(sales.len(), 1);
        let sale = sales.remove(0);
        (sale.order.id, sale.cashier_id, String::from_utf8(sale.body).unwrap())
    }

    /// Kind and who, the oldest first.
    fn log(&self) -> Vec<(String, String)> {
        let rows = self.open.settings.audit(None, 100).unwrap();
        let told = rows.into_iter().rev().map(|row| (row.note.kind, row.note.by_id));
        told.filter(|(kind, _)| kind != "cashier_added" && kind != "logged_in").collect()
    }

    fn kill_engine(&mut self) {
        self.engine.take().unwrap().shutdown_background();
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // A runtime waits for its tasks where that is forbidden.
        if let Some(engine) = self.engine.take() {
            engine.shutdown_background();
        }
    }
}

fn pin(text: &str) -> Pin {
    Pin::parse(SecretString::from(text)).unwrap()
}

fn line(kind: &str, by: &str) -> (String, String) {
    (kind.to_owned(), by.to_owned())
}

fn override_price(why: &str) -> Command {
    Command::OverridePrice { line: LineId(0), price: Fen::new(100), reason: why.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_out_under_the_id_of_who_is_logged_in() {
    let shop = Shop::open().await;
    assert_eq!(shop.open.act(Command::Charge).await, Err(TillError::Locked));
    shop.log_in(SUPERVISOR).await.unwrap();
    shop.scan(1).await;
    shop.log_in(CASHIER).await.unwrap();
    shop.open.act(Command::Charge).await.unwrap();
    let (_, cashier_id, body) = shop.only_sale().await;
    assert_eq!(cashier_id.as_deref(), Some(CASHIER));
    assert!(body.contains(CASHIER) && !body.contains(SUPERVISOR), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_in_whom_the_engine_does_not_sell_by() {
    let mut shop = Shop::open().await;
    shop.log_in(SUPERVISOR).await.unwrap();
    shop.kill_engine();
    shop.open.checkout.ended().await;
    assert_eq!(shop.log_in(CASHIER).await, Err(TillError::from(Refusal::Stopped)));
    assert!(shop.open.staff.is_locked());
    assert_eq!(shop.open.staff.cashier_id(), None);
    assert_eq!(shop.open.act(Command::Charge).await, Err(TillError::Locked));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_want_of_approval_is_done_once_it_is_approved() {
    let shop = Shop::open().await;
    shop.log_in(CASHIER).await.unwrap();
    shop.scan(1).await;
    assert_eq!(shop.open.act(override_price(" ")).await, Err(TillError::WordMissing));
    let number = shop.asks(override_price("破损"), ActName::OverridePrice).await;
    assert_eq!(shop.approve(number, CASHIER).await, Err(TillError::MayNotApprove));
    shop.approve(number, SUPERVISOR).await.unwrap();
    assert_eq!(shop.approve(number, SUPERVISOR).await, Err(TillError::ApprovalGone));
    shop.open.act(Command::Charge).await.unwrap();
    let (order_id, _, body) = shop.only_sale().await;
    assert!(body.contains("1.00"), "{body}");
    // What the till refuses after all is noted as not done.
    let word = || Word { by: String::new(), why: "退货".to_owned() };
    let refund = Command::Refund { order_id, amount_fen: Fen::new(100), left_fen: None, word: word() };
    let number = shop.asks(refund, ActName::Refund).await;
    assert!(shop.approve(number, SUPERVISOR).await.is_err());
    let expected = [line("override_price", CASHIER), line("refund", CASHIER), line("not_done", CASHIER)];
    assert_eq!(shop.log(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_that_has_grown_above_the_limit_is_approved_before_it_is_paid_for() {
    let shop = Shop::open().await;
    shop.log_in(CASHIER).await.unwrap();
    shop.scan(10).await;
    let off = Command::DiscountOrder { discount: Some(Discount::Amount(Fen::new(480))) };
    shop.open.act(off).await.unwrap();
    shop.open.act(Command::WantCode).await.unwrap();
    let quantity = yima_core::Quantity::new(2).unwrap();
    shop.open.act(Command::SetQuantity { line: LineId(0), quantity }).await.unwrap();
    let code = Command::Scan { code: PAY_CODE.into(), quantity: yima_core::Quantity::ONE };
    assert_eq!(shop.open.act(code).await, Err(TillError::AboveLimit));
    let cash = Command::TakeCash { total_fen: Fen::new(480), tendered_fen: Fen::new(480) };
    for way in [cash, Command::WantCode] {
        shop.asks(way, ActName::DiscountAboveLimit).await;
    }
    let number = shop.asks(Command::Charge, ActName::DiscountAboveLimit).await;
    assert_eq!(shop.open.store.open_sales().await.unwrap().len(), 0);
    shop.approve(number, SUPERVISOR).await.unwrap();
    let (_, cashier_id, body) = shop.only_sale().await;
    assert_eq!(cashier_id.as_deref(), Some(CASHIER));
    assert!(body.contains("4.80"), "{body}");
    assert_eq!(shop.log(), [line("discount", CASHIER), line("discount_above_limit", CASHIER)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_approved_is_of_the_cart_as_it_was_asked_about() {
    let shop = Shop::open().await;
    shop.log_in(CASHIER).await.unwrap();
    shop.scan(10).await;
    let off = Command::DiscountOrder { discount: Some(Discount::Amount(Fen::new(900))) };
    let first = shop.asks(off.clone(), ActName::DiscountAboveLimit).await;
    // It is approved of these goods, and of more of them asked about once more.
    shop.scan(1).await;
    let Err(TillError::ApprovalNeeded { number, act }) = shop.approve(first, SUPERVISOR).await else {
        panic!("done to another cart than was asked about");
    };
    assert_eq!((act, number), (ActName::DiscountAboveLimit, first + 1));
    shop.approve(number, SUPERVISOR).await.unwrap();

    let quantity = yima_core::Quantity::new(5).unwrap();
    let fewer = Command::SetQuantity { line: LineId(0), quantity };
    shop.open.act(fewer).await.unwrap();
    let number = shop.asks(Command::Charge, ActName::DiscountAboveLimit).await;
    shop.scan(1).await;
    assert!(matches!(shop.approve(number, SUPERVISOR).await, Err(TillError::ApprovalNeeded { .. })));
    assert_eq!(shop.open.store.open_sales().await.unwrap().len(), 0, "nothing was charged");

    // Another cart in front has lines of the same numbers.
    let number = shop.asks(override_price("破损"), ActName::OverridePrice).await;
    shop.open.act(Command::Hold { name: None }).await.unwrap();
    shop.scan(1).await;
    assert!(matches!(shop.approve(number, SUPERVISOR).await, Err(TillError::ApprovalNeeded { .. })));
    let Err(TillError::ApprovalNeeded { number, .. }) = shop.open.act(override_price("破损")).await else {
        panic!("not asked about");
    };
    shop.approve(number, SUPERVISOR).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_approved_of_pays_for_the_goods_it_was_approved_of() {
    let shop = Shop::open().await;
    shop.log_in(CASHIER).await.unwrap();
    shop.scan(10).await;
    let off = Command::DiscountOrder { discount: Some(Discount::Amount(Fen::new(480))) };
    shop.open.act(off).await.unwrap();
    let set = |pieces| {
        let quantity = yima_core::Quantity::new(pieces).unwrap();
        Command::SetQuantity { line: LineId(0), quantity }
    };
    shop.open.act(set(5)).await.unwrap();
    let code = || Command::Scan { code: PAY_CODE.into(), quantity: yima_core::Quantity::ONE };
    let number = shop.asks(Command::WantCode, ActName::DiscountAboveLimit).await;
    shop.approve(number, SUPERVISOR).await.unwrap();
    shop.open.act(set(2)).await.unwrap();
    assert_eq!(shop.open.act(code()).await, Err(TillError::TotalChanged));
    assert_eq!(shop.open.store.open_sales().await.unwrap().len(), 0);
    let number = shop.asks(Command::WantCode, ActName::DiscountAboveLimit).await;
    shop.approve(number, SUPERVISOR).await.unwrap();
    shop.open.act(code()).await.unwrap();
    assert_eq!(shop.open.store.open_sales().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_imported_by_whoever_may_and_it_is_noted() {
    let shop = Shop::open().await;
    let importing = Importing::default();
    let path = shop.root.path().join("goods.csv");
    std::fs::write(&path, "barcode,title,price\n1,茶,3\n").unwrap();
    use yima_core::catalogue::Column;
    let import = |columns: &[Column]| {
        let columns = columns.iter().copied().map(Some).collect();
        import_into(&shop.open, &importing, path.clone(), columns)
    };
    let whole = [Column::Barcode, Column::Title, Column::Price];
    assert_eq!(import(&whole), Err(GoodsRefusal::Locked));
    shop.log_in(CASHIER).await.unwrap();
    assert_eq!(import(&whole), Err(GoodsRefusal::NotAllowed));
    assert!(matches!(importing.standing(), Standing::Nothing));
    assert_eq!(shop.log(), []);
    shop.log_in(SUPERVISOR).await.unwrap();
    let to_the_end = async || {
        while importing.is_running() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    import(&whole).unwrap();
    to_the_end().await;
    // A file whose columns say nothing.
    import(&whole[..1]).unwrap();
    to_the_end().await;
    let imported = || line("catalogue_imported", SUPERVISOR);
    assert_eq!(shop.log(), [imported(), imported(), line("not_done", SUPERVISOR)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_noted_by_whoever_may_change_it_and_before_it_is_changed() {
    const KEY: &str = "sale.qr_timeout_s";
    let shop = Shop::open().await;
    let admit = |value| admit_setting(&shop.open, KEY, value);
    assert_eq!(admit("200"), Err(SettingRefusal::Locked));
    shop.log_in(SUPERVISOR).await.unwrap();
    assert_eq!(admit("200"), Err(SettingRefusal::NotAllowed));
    shop.log_in(INSTALLER).await.unwrap();
    assert!(matches!(admit("soon"), Err(SettingRefusal::BadValue { .. })));
    assert_eq!(shop.log(), [], "what is refused was not changed");
    admit("200").unwrap();
    assert_eq!(shop.log(), [line("setting_changed", INSTALLER)]);
    assert_eq!(settings::get(&shop.open.settings, KEY).unwrap().as_deref(), Some("300"), "not yet");
}
