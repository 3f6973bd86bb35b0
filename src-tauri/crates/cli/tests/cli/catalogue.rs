use yima_core::{Barcode, Fen};
use yima_store::{Mode, Store};

use crate::yima::Yima;

fn import(yima: &Yima, text: &[u8], more: &[&str]) -> crate::yima::Ran {
    let path = yima.path("goods.csv");
    std::fs::write(&path, text).unwrap();
    let mut arguments = vec!["catalogue", "import", path.to_str().unwrap()];
    arguments.extend(more);
    yima.run(&arguments)
}

/// Title and price in fen.
fn product(yima: &Yima, mode: Mode, barcode: &str) -> Option<(String, i64)> {
    let store = Store::open_to_read(&yima.data_dir().database(mode)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(store.product(&Barcode::parse(barcode).unwrap())).unwrap();
    found.map(|product| (product.title, Fen::get(product.price_fen)))
}

#[test]
fn goods_are_imported_and_the_last_row_of_a_barcode_counts() {
    let yima = Yima::new();
    let ran =
        import(&yima, "\u{feff}barcode,title,price\n1,茶,3\n2,\"水, 冰\",2.50\n1,红茶,3.5\n".as_bytes(), &[]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "2 products imported, 0 rows refused\n"));
    assert_eq!(ran.err, "yima: line 4: barcode 1 again: this row counts, not line 2\n");
    assert_eq!(product(&yima, Mode::Practice, "1"), Some(("红茶".to_owned(), 350)));
    assert_eq!(product(&yima, Mode::Practice, "2"), Some(("水, 冰".to_owned(), 250)));

    let ran = import(&yima, b"barcode,title,price\n2,water,9\n", &[]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(product(&yima, Mode::Practice, "1"), Some(("红茶".to_owned(), 350)));
    assert_eq!(product(&yima, Mode::Practice, "2"), Some(("water".to_owned(), 900)));
}

#[test]
fn refused_rows_are_told_by_line_and_the_others_come_in() {
    let yima = Yima::new();
    let long = "长".repeat(300);
    let text = format!("barcode,title,price\n1,a,１２\n2,b,2\n3,,1\n4,{long},4\n5,e\n");
    let ran = import(&yima, text.as_bytes(), &[]);
    assert_eq!((ran.status, ran.out.as_str()), (2, "2 products imported, 3 rows refused\n"));
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with("yima: line 2: refused: price: "), "{told:?}");
    assert!(told[1].starts_with("yima: line 4: refused: the title is empty"), "{told:?}");
    assert!(told[2].starts_with("yima: line 5: the title has 300 characters"), "{told:?}");
    assert!(told[3].starts_with("yima: line 6: refused: it has 2 columns"), "{told:?}");
    assert_eq!(product(&yima, Mode::Practice, "2"), Some(("b".to_owned(), 200)));
    assert_eq!(product(&yima, Mode::Practice, "4"), Some((long, 400)));
    assert_eq!(product(&yima, Mode::Practice, "1"), None);
}

#[test]
fn goods_go_to_the_mode_that_is_set_or_asked_for() {
    let yima = Yima::new();
    let goods = b"barcode,title,price\n1,a,1\n";
    assert_eq!(import(&yima, goods, &["--mode", "live"]).status, 0);
    assert!(!yima.data_dir().database(Mode::Practice).exists());
    assert_eq!(product(&yima, Mode::Live, "1"), Some(("a".to_owned(), 100)));
    yima.done(&["config", "set", "mode", "live"]);
    assert_eq!(import(&yima, b"barcode,title,price\n1,b,1\n", &[]).status, 0);
    assert_eq!(product(&yima, Mode::Live, "1"), Some(("b".to_owned(), 100)));
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing() {
    let yima = Yima::new();
    for text in [b"1,a,1\n".as_slice(), b"", b"barcode,title,price\n1,a,1\n2,\xb2\xe8,1\n"] {
        let ran = import(&yima, text, &[]);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains("goods.csv: ") && ran.err.contains("nothing was imported"), "{}", ran.err);
    }
    let said = yima.refused(&["catalogue", "import", yima.path("none.csv").to_str().unwrap()], 1);
    assert!(said.contains("none.csv"), "{said}");
    assert!(!yima.data_dir().database(Mode::Practice).exists());
}
