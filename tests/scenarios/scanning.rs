//! What a code stands for: goods, what the shop's own scales printed, goods that have to be weighed.

use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal, SameCode, Scanning};
use yima_core::cart::CartError;
use yima_core::catalogue::{GoodsRow, Unit};
use yima_core::in_store_code::Layouts;
use yima_core::{Barcode, Fen, Grams, Line, LineId};
use yima_store::StoreError;

use crate::desk::{Desk, WATER, terms};

const LAYOUTS: &str = "21IIIIIAAA.AAC,22IIIIIWW.WWWC,20IIIIIAAA.AAWW.WWWC";

fn row(code: &str, title: &str, price_fen: i64, unit: Unit) -> GoodsRow {
    GoodsRow {
        barcode: Barcode::parse(code).unwrap(),
        more_barcodes: None,
        title: title.to_owned(),
        price_fen: Fen::new(price_fen),
        unit: Some(unit),
        category: None,
        is_active: Some(title != "枇杷"),
    }
}

/// A till that knows apples (¥12.80 a kilogram), cakes and a code of its own among those of the scales.
async fn desk_with(same_code: SameCode) -> Desk {
    let scanning = Scanning { same_code, in_store_codes: Layouts::parse(LAYOUTS).unwrap() };
    let desk = Desk::open_with(yima_checkout::Terms { scanning, ..terms() }).await;
    let rows = vec![
        row("00456", "苹果", 1_280, Unit::Kilogram),
        row("789", "蛋糕", 900, Unit::Piece),
        row("22301", "枇杷", 900, Unit::Kilogram),
        row("2100456099998", "年货礼盒", 5_000, Unit::Piece),
    ];
    let put_all = move |import: &mut yima_store::GoodsImport<'_>| {
        (1..).zip(rows).try_for_each(|(line, row)| import.put(line, row).map(drop))
    };
    desk.disk.store.import_goods::<(), StoreError>(put_all).await.unwrap();
    desk
}

fn last(desk: &Desk) -> Line {
    desk.view().cart.lines.last().unwrap().clone()
}

/// Title, gram, fen of the newest line.
fn sold(desk: &Desk) -> (String, Option<u32>, i64) {
    let line = last(desk);
    (line.label().to_owned(), line.grams(), line.gross_fen().get())
}

#[tokio::test]
async fn labels_of_the_scales_become_lines_at_what_they_say() {
    let desk = desk_with(SameCode::Merge).await;
    desk.scan("2200456012567").await;
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(1_256), 1_608), "1.256 kg at ¥12.80");
    desk.scan("2100456008464").await;
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(661), 846), "the label's amount holds to the fen");
    desk.scan("200045600846006616").await;
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(661), 846));
    desk.scan("2100789012503").await;
    assert_eq!(sold(&desk), ("蛋糕".to_owned(), None, 1_250), "by its short number, at the label's price");
    desk.scan("2100456099998").await;
    assert_eq!(
        sold(&desk),
        ("年货礼盒".to_owned(), None, 5_000),
        "goods that have the whole code come first"
    );
    desk.scan("2200456012567").await;
    let lines = desk.view().cart.lines;
    assert_eq!(lines.len(), 6, "each label is one bag");
    assert!(lines.iter().all(|line| line.quantity.get() == 1), "as it goes on the wire");

    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(1_256), 1_608));
    desk.charge().await;
    desk.check_books().await;
}

#[tokio::test]
async fn what_a_label_does_not_tell_is_a_red_row_or_told_and_nothing_is_swallowed() {
    let desk = desk_with(SameCode::Merge).await;
    for (code, why) in [
        ("2100456008465", "a wrong check digit"),
        ("2199999008468", "goods that nobody knows"),
        ("2100789000005", "a price of nothing"),
        ("2400456008465", "a beginning that has no layout"),
    ] {
        desk.scan(code).await;
        let line = last(&desk);
        assert_eq!((line.barcode.as_str(), line.price_fen, line.title), (code, None, None), "{why}");
    }
    assert_eq!(desk.view().cart.unknown_count, 4);
    desk.scan("2200456000007").await;
    assert!(last(&desk).awaits_weight(), "a weight of nothing is asked for");
    let scan = |code: &str, times| Command::Scan {
        code: code.into(),
        quantity: yima_core::Quantity::new(times).unwrap(),
    };
    let cakes = Refusal::NotWeighed { title: "蛋糕".to_owned() };
    assert_eq!(desk.act(scan("2200789012562", 1)).await, Err(cakes), "sold by the piece, not by weight");
    let loquats = Refusal::NotForSale { title: "枇杷".to_owned() };
    assert_eq!(desk.act(scan("2122301008467", 1)).await, Err(loquats));
    for code in ["2200456012567", "00456"] {
        assert_eq!(desk.act(scan(code, 3)).await, Err(Refusal::Cart(CartError::Weighed)));
    }
    assert_eq!(desk.view().cart.lines.len(), 5);
}

#[tokio::test]
async fn goods_sold_by_weight_are_never_sold_by_the_piece() {
    let desk = desk_with(SameCode::Merge).await;
    desk.scan("00456").await;
    let line = last(&desk);
    assert!(line.awaits_weight());
    assert_eq!(desk.view().notice.unwrap().1, Notice::WeightMissing { title: "苹果".to_owned() });
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.lines.len(), 2, "good scans go on meanwhile");
    let unpriced = Err(Refusal::Cart(CartError::GoodsUnpriced { count: 1 }));
    assert_eq!(desk.act(Command::Charge).await, unpriced);
    assert!(!desk.view().cart.can_charge);

    let desk = desk.restart().await;
    desk.settle().await;
    assert!(desk.view().cart.lines[0].awaits_weight(), "over a restart too");
    let weigh = |line, grams| Command::SetWeight { line, grams: Grams::new(grams).unwrap() };
    desk.act(weigh(line.id, 485)).await.unwrap();
    assert_eq!(desk.view().cart.lines[0].gross_fen(), Fen::new(621));
    assert_eq!(
        desk.act(weigh(LineId(line.id.0 + 1), 485)).await,
        Err(Refusal::Cart(CartError::NotWeighed)),
        "water is not weighed"
    );
    desk.charge().await;
    desk.check_books().await;
}

#[tokio::test]
async fn a_weight_is_typed_before_the_code_or_after_it() {
    let desk = desk_with(SameCode::Merge).await;
    let enter = async |text: &str| desk.act(Command::Enter { text: text.into() }).await;
    enter("0.485*00456").await.unwrap();
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(485), 621));
    enter("*0.5").await.unwrap();
    assert_eq!(sold(&desk), ("苹果".to_owned(), Some(500), 640));
    enter("00456").await.unwrap();
    for text in ["3*00456", "2×2200456012567"] {
        assert_eq!(enter(text).await, Err(Refusal::Cart(CartError::Weighed)), "{text}: pieces or kilograms?");
    }
    enter("*1.5").await.unwrap();
    assert_eq!((sold(&desk), desk.view().cart.lines.len()), (("苹果".to_owned(), Some(1_500), 1_920), 2));
    assert_eq!(enter("*3").await, Err(Refusal::Cart(CartError::Weighed)));
    assert_eq!(enter("0.5*789").await, Err(Refusal::NotWeighed { title: "蛋糕".to_owned() }));
    assert_eq!(enter("0.5*2200456012567").await, Err(Refusal::LabelledAlready { title: "苹果".to_owned() }));
    assert_eq!(enter("0.0*00456").await, Err(Refusal::WeightOutOfRange));
    assert_eq!(desk.view().cart.lines.len(), 2);
}

#[tokio::test]
async fn a_scan_that_could_not_be_kept_is_told_and_never_shown() {
    use std::sync::atomic::Ordering::SeqCst;
    let desk = desk_with(SameCode::Merge).await;
    desk.scan(WATER).await;
    desk.disk.full.store(true, SeqCst);
    let scan = || Command::Scan { code: "789".into(), quantity: yima_core::Quantity::ONE };
    assert_eq!(desk.act(scan()).await, Err(Refusal::NotSaved(yima_checkout::StoreProblem::DiskFull)));
    desk.pass(2_000).await;
    let shown = format!("{:?}{:?}", desk.shown.cashier.lock().unwrap(), desk.shown.customer.lock().unwrap());
    assert!(!shown.contains("蛋糕"), "it was shown before it was on the disk");
    desk.disk.full.store(false, SeqCst);
    desk.act(scan()).await.unwrap();
    let desk = desk.restart().await;
    desk.settle().await;
    let kept: Vec<_> = desk.view().cart.lines.iter().map(|line| line.barcode.to_string()).collect();
    assert_eq!(kept, [WATER, "789"]);
}

#[tokio::test]
async fn a_code_like_those_that_customers_pay_with_is_goods_where_the_catalogue_has_it() {
    const LIKE_WECHATS: &str = "134512345678901234";
    let desk = Desk::open().await;
    let put = |import: &mut yima_store::GoodsImport<'_>| {
        import.put(1, row(LIKE_WECHATS, "礼品卡", 5_000, Unit::Piece)).map(drop)
    };
    desk.disk.store.import_goods::<_, StoreError>(put).await.unwrap();
    desk.scan(LIKE_WECHATS).await;
    assert_eq!((sold(&desk), desk.view().code), (("礼品卡".to_owned(), None, 5_000), None));
}

#[tokio::test]
async fn the_same_code_joins_its_line_or_begins_a_new_one_as_it_is_set() {
    let lines = async |same_code| {
        let desk = desk_with(same_code).await;
        for code in [WATER, "4711", WATER, "4711"] {
            desk.scan(code).await;
        }
        let view = desk.view();
        (view.cart.lines.len(), view.cart.touched_line)
    };
    assert_eq!(lines(SameCode::Merge).await, (2, Some(LineId(1))));
    assert_eq!(lines(SameCode::NewLine).await, (4, Some(LineId(3))));
}
