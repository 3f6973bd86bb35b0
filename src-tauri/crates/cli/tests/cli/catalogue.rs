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
    for text in [b"1,a,1\n".as_slice(), b"", b"barcode,title,price\n1,a,1\n2,\xff\xff,1\n"] {
        let ran = import(&yima, text, &[]);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains("goods.csv: ") && ran.err.contains("nothing was imported"), "{}", ran.err);
    }
    let said = yima.refused(&["catalogue", "import", yima.path("none.csv").to_str().unwrap()], 1);
    assert!(said.contains("none.csv"), "{said}");
    assert!(!yima.data_dir().database(Mode::Practice).exists());
}

#[test]
fn a_file_of_another_till_is_understood_and_shown_before_it_is_imported() {
    let yima = Yima::new();
    let path = yima.path("goods.csv");
    // 条码;品名;售价;分类 and 茶 in GB18030.
    let heading = b"\xcc\xf5\xc2\xeb;\xc6\xb7\xc3\xfb;\xca\xdb\xbc\xdb;x\n".as_slice();
    std::fs::write(&path, [heading, b"1;\xb2\xe8;3.50;7\n"].concat()).unwrap();
    let shown = yima.done(&["catalogue", "import", "--preview", path.to_str().unwrap()]);
    for part in [
        "gb18030 text with semicolons",
        "column \"品名\" is the title",
        "column \"x\" is not used",
        "1\t茶\t3.50\t7",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!yima.data_dir().database(Mode::Practice).exists());
    assert_eq!(
        yima.done(&["catalogue", "import", path.to_str().unwrap()]),
        "1 products imported, 0 rows refused\n"
    );
    assert_eq!(yima.done(&["catalogue", "search", "c"]), "1\t3.50\t茶\n");
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let yima = Yima::new();
    let text = "barcode,more_barcodes,title,price,unit,active\n1,2,=1+1,3,公斤,停用\n@3,,茶,1,,\n";
    assert_eq!(import(&yima, text.as_bytes(), &[]).status, 0);
    let [first, second] = ["one.csv", "two.csv"].map(|name| yima.path(name));
    let exported = yima.done(&["catalogue", "export", first.to_str().unwrap()]);
    assert!(exported.starts_with("2 products exported to "), "{exported}");
    let said = yima.refused(&["catalogue", "export", first.to_str().unwrap()], 1);
    assert!(said.contains("one.csv"), "{said}");

    yima.done(&["catalogue", "import", first.to_str().unwrap(), "--mode", "live"]);
    yima.done(&["catalogue", "export", second.to_str().unwrap(), "--mode", "live"]);
    let [first, second] = [first, second].map(|path| std::fs::read_to_string(path).unwrap());
    assert_eq!(first, second);
    assert!(first.contains("'=1+1,3.00,kg,,no") && first.contains("'@3"), "{first}");
    let none = yima.run(&["catalogue", "search", "1+1"]);
    assert_eq!((none.status, none.out.as_str()), (0, ""), "what is not sold is not found");
}
