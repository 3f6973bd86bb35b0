use proptest::prelude::*;

use super::*;

fn read(row: &str) -> Result<GoodsRow, RowError> {
    let columns = Columns::read(&["barcode", "title", "price"]).unwrap();
    GoodsRow::read(&columns, &row.split(',').collect::<Vec<_>>())
}

fn read_whole(cells: &[&str]) -> Result<GoodsRow, RowError> {
    GoodsRow::read(&Columns::read(&Column::ALL.map(Column::heading)).unwrap(), cells)
}

#[test]
fn c2_a_price_that_is_none_refuses_its_row() {
    let price = |error| Err(RowError::Price(error));
    assert_eq!(read("1,茶,"), price(FenError::Empty));
    assert_eq!(read("1,茶,１２"), price(FenError::Malformed));
    assert_eq!(read("1,茶,1e3"), price(FenError::Malformed));
    assert_eq!(read("1,茶,¥3"), price(FenError::Malformed));
    assert_eq!(read("1,茶,-1"), price(FenError::Negative));
    assert_eq!(read("1,茶,1.005"), price(FenError::TooPrecise));
    assert_eq!(read("1,茶,0.00"), Err(RowError::PriceZero));
    assert_eq!(read("1,茶,10000000"), Err(RowError::PriceTooHigh));
    assert_eq!(read("1,茶,1,00"), Err(RowError::Columns { found: 4, expected: 3 }));
    assert_eq!(read("1,茶"), Err(RowError::Columns { found: 2, expected: 3 }));
    assert_eq!(read("1,茶,9999999.99").unwrap().price_fen, Fen::MAX_ORDER);
    assert!(read("1,茶,1,,").is_ok(), "empty cells at the end say nothing");
}

#[test]
fn other_cells_that_mean_nothing_refuse_their_row() {
    assert_eq!(read(",茶,1"), Err(RowError::Barcode(BarcodeError::Empty)));
    assert_eq!(read("茶,茶,1"), Err(RowError::Barcode(BarcodeError::NotPrintable)));
    assert_eq!(read("123456789012345678901234567890123,茶,1"), Err(RowError::Barcode(BarcodeError::TooLong)));
    assert_eq!(read("1,,1"), Err(RowError::NoTitle));
    assert_eq!(read("1,a\nb,1"), Err(RowError::TitleControl));
    assert_eq!(read(&format!("1,{},1", "长".repeat(1_001))), Err(RowError::TitleTooLong));
    let whole =
        |more: &str, unit, category, active| read_whole(&["1", more, "茶", "1", unit, category, active]);
    assert_eq!(whole("茶", "", "", ""), Err(RowError::MoreBarcodes(BarcodeError::NotPrintable)));
    let many = "1 ".repeat(51);
    assert_eq!(whole(&many, "", "", ""), Err(RowError::TooManyBarcodes));
    assert_eq!(whole("", "斤", "", ""), Err(RowError::Unit("斤".to_owned())));
    assert_eq!(whole("", "", "a\tb", ""), Err(RowError::Category));
    assert_eq!(whole("", "", "", "maybe"), Err(RowError::Active("maybe".to_owned())));
}

#[test]
fn units_states_and_other_barcodes_are_read_as_shops_write_them() {
    let row = |more, unit, active| read_whole(&["1", more, "茶", "1", unit, "", active]).unwrap();
    assert_eq!(row("", "瓶", "").unit, Some(Unit::Piece));
    assert_eq!(row("", "公斤", "").unit, Some(Unit::Kilogram));
    assert_eq!((row("", "", "").unit, row("", "", "").is_active), (None, None));
    assert_eq!((row("", "", "在售").is_active, row("", "", "停用").is_active), (Some(true), Some(false)));
    for more in ["2 3", "2;3", "2、3", "2|3", "2|3|", "2； 3"] {
        let codes = row(more, "", "").more_barcodes.unwrap();
        assert_eq!(codes.iter().map(Barcode::as_str).collect::<Vec<_>>(), ["2", "3"], "{more}");
    }
    assert_eq!(read("1,茶,1").unwrap().more_barcodes, None, "no column, no word about them");
}

#[test]
fn odd_rows_are_remarked_on() {
    let long = read(&format!("1,{},1", "长".repeat(257))).unwrap();
    assert_eq!(long.remarks(), [Remark::LongTitle { chars: 257 }]);
    assert_eq!(read(&format!("1,{},1", "长".repeat(256))).unwrap().remarks(), []);
    let rounded = Remark::Rounded { barcode: "6.92117E+12".to_owned() };
    assert_eq!(read("6.92117E+12,a,1").unwrap().remarks(), [rounded]);
    assert_eq!(read("PRE+1,a,1").unwrap().remarks(), []);
}

#[test]
fn c3_no_cell_of_an_export_is_a_formula() {
    for sign in FORMULA_SIGNS {
        let product = Listed {
            barcodes: vec![Barcode::parse("-1").unwrap(), Barcode::parse("@2").unwrap()],
            title: format!("{sign}cmd()"),
            price_fen: Fen::new(100),
            unit: Unit::Piece,
            category: format!("{sign}1"),
            is_active: true,
        };
        for cell in product.cells() {
            assert!(!cell.starts_with(FORMULA_SIGNS), "{cell}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_exported_reads_back(
        codes in prop::collection::btree_set("[-=+@A-Z0-9;,/']{1,8}", 1..4), with_bar in any::<bool>(),
        title in "['=+@-]{0,3}[a可 |;,\"]{0,5}x", category in "['=+@-]{0,2}[a分]{0,5}",
        fen in 1..=999_999_999i64, kilogram in any::<bool>(), is_active in any::<bool>(),
    ) {
        let mut barcodes: Vec<Barcode> = codes.iter().map(|code| Barcode::parse(code).unwrap()).collect();
        if with_bar {
            barcodes.push(Barcode::parse("A|B").unwrap());
        }
        let product = Listed {
            barcodes: barcodes.clone(),
            title: title.trim().to_owned(),
            price_fen: Fen::new(fen),
            unit: if kilogram { Unit::Kilogram } else { Unit::Piece },
            category,
            is_active,
        };
        let cells = product.cells();
        let row = read_whole(&cells.each_ref().map(String::as_str)).unwrap();
        let mut all = row.more_barcodes.unwrap();
        all.push(row.barcode);
        all.sort();
        barcodes.sort();
        prop_assert_eq!(all, barcodes);
        prop_assert_eq!((row.title, row.price_fen, row.unit), (product.title, product.price_fen, Some(product.unit)));
        prop_assert_eq!((row.category, row.is_active), (Some(product.category), Some(product.is_active)));
    }

    #[test]
    fn no_row_panics(cells in prop::collection::vec("\\PC{0,20}", 0..9)) {
        let _ = read_whole(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
