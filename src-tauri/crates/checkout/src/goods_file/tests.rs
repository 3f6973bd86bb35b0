use std::io::Write;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use yima_core::Barcode;
use yima_core::catalogue::{Query, Remark};
use yima_store::Store;

use super::*;

struct Desk {
    folder: TempDir,
    store: Store,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("live.db")).unwrap();
        Self { folder, store }
    }

    fn file(&self, bytes: &[u8]) -> Result<GoodsFile, FileError> {
        let path = self.folder.path().join("goods");
        std::fs::write(&path, bytes).unwrap();
        GoodsFile::open(&path)
    }

    async fn import(&self, bytes: &[u8]) -> (Imported, Vec<(u32, Remark)>) {
        let remarks = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&remarks);
        let tell = move |happening| {
            if let Happening::Remark { line, remark } = happening {
                heard.lock().unwrap().push((line, remark));
            }
            ControlFlow::Continue(())
        };
        let imported = import(&self.store, self.file(bytes).unwrap(), tell).await.unwrap();
        let remarks = remarks.lock().unwrap().clone();
        (imported, remarks)
    }

    async fn title(&self, code: &str) -> Option<String> {
        let product = self.store.product(&Barcode::parse(code).unwrap()).await.unwrap();
        product.map(|product| format!("{} {}", product.title, product.price_fen))
    }
}

/// A workbook of one sheet, with its parts as given.
fn workbook(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
    const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="商品" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const OF_BOOK: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    };
    put("[Content_Types].xml", TYPES.as_bytes());
    put("_rels/.rels", RELATIONS.as_bytes());
    put("xl/workbook.xml", BOOK.as_bytes());
    put("xl/_rels/workbook.xml.rels", OF_BOOK.as_bytes());
    put("xl/worksheets/sheet1.xml", sheet.as_bytes());
    more.iter().for_each(|(name, bytes)| put(name, bytes));
    archive.finish().unwrap().into_inner()
}

fn text_cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn goods_sheet() -> String {
    let heading =
        [("A1", "条码"), ("B1", "品名"), ("C1", "售价")].map(|(place, text)| text_cell(place, text)).concat();
    format!(
        r#"<row r="1">{heading}</row><row r="2"><c r="A2"><v>6921168509256</v></c>{}<c r="C2"><v>2.2999999999999998</v></c></row><row r="4">{}{}<c r="C4"><v>-1</v></c></row>"#,
        text_cell("B2", "农夫山泉"),
        text_cell("A4", "00012"),
        text_cell("B4", "茶")
    )
}

#[tokio::test]
async fn c1_every_encoding_and_separator_that_spreadsheets_write_is_read() {
    let text = "条码\t品名\t售价\r\n6921168509256\t农夫山泉，550毫升㐀\t2.00\r\n";
    let with_commas = "条码,品名,售价\n6921168509256,\"农夫山泉，550毫升㐀\",2.00\n";
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let gb18030 = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    for (name, bytes) in [
        ("UTF-8, tabs", text.as_bytes().to_vec()),
        ("UTF-8, commas", with_commas.as_bytes().to_vec()),
        ("UTF-8, semicolons", text.replace('\t', ";").into_bytes()),
        ("UTF-8 with a mark", marked(with_commas)),
        ("GB18030", gb18030(with_commas)),
        ("UTF-16", utf16(text)),
        ("rows above", format!("某某便利店\n\n{text}").into_bytes()),
    ] {
        let desk = Desk::open();
        assert_eq!(desk.import(&bytes).await, (Imported { products: 1, refused_rows: 0 }, vec![]), "{name}");
        assert_eq!(desk.title("6921168509256").await.as_deref(), Some("农夫山泉，550毫升㐀 2.00"), "{name}");
    }
}

#[tokio::test]
async fn c1_every_row_that_is_refused_or_odd_is_told_by_its_line() {
    let long = "长".repeat(257);
    let text = format!("barcode,title,price\n1,a,１２\n2,b,2\n2,c,3\n\n3,\"d\ne\",4\n4,{long},4\n5,f");
    for (text, end) in [(text.clone(), "LF"), (text.replace('\n', "\r\n"), "CR LF")] {
        let desk = Desk::open();
        let (imported, remarks) = desk.import(text.as_bytes()).await;
        assert_eq!(imported, Imported { products: 2, refused_rows: 3 }, "{end}");
        let told: Vec<_> =
            remarks.iter().map(|(line, remark)| (*line, matches!(remark, Remark::Refused(_)))).collect();
        assert_eq!(told, [(2, true), (4, false), (6, true), (8, false), (9, true)], "{end}");
        assert_eq!(remarks[1].1, Remark::Replaces { barcode: "2".to_owned(), earlier_line: 3 });
        assert_eq!(desk.title("2").await.as_deref(), Some("c 3.00"));
    }
}

#[tokio::test]
async fn a_workbook_goes_the_same_way() {
    let desk = Desk::open();
    let bytes = workbook(&goods_sheet(), &[]);
    let file = desk.file(&bytes).unwrap();
    assert_eq!(file.kind(), Kind::Xlsx);
    assert_eq!(file.sample()[0], ["6921168509256", "农夫山泉", "2.3"]);
    let (imported, remarks) = desk.import(&bytes).await;
    assert_eq!(imported, Imported { products: 1, refused_rows: 1 });
    assert_eq!(remarks[0].0, 4);
    assert_eq!(desk.title("6921168509256").await.as_deref(), Some("农夫山泉 2.30"));
}

#[test]
fn c4_a_packed_file_that_grows_beyond_measure_is_refused() {
    let desk = Desk::open();
    let bomb = vec![b' '; 3 << 20];
    let path = desk.folder.path().join("bomb.xlsx");
    std::fs::write(&path, workbook(&goods_sheet(), &[("xl/sharedStrings.xml", &bomb)])).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 100_000);
    let outcome = sheet::require_at_most(&path, 8 << 20, 1 << 20);
    assert!(matches!(outcome, Err(FileError::Bomb { .. })), "{outcome:?}");
    std::fs::write(&path, workbook(&goods_sheet(), &[("xl/worksheets/sheet2.xml", &bomb)])).unwrap();
    assert!(sheet::require_at_most(&path, 8 << 20, 1 << 20).is_ok());
    let outcome = sheet::require_at_most(&path, 2 << 20, 1 << 20);
    assert!(matches!(outcome, Err(FileError::Bomb { .. })), "{outcome:?}");
}

#[test]
fn a_file_that_cannot_be_meant_is_refused_whole() {
    let desk = Desk::open();
    let heading = |bytes: &[u8]| matches!(desk.file(bytes), Err(FileError::Heading(_)));
    assert!(heading(b""));
    assert!(heading(b"1,a,1\n"));
    assert!(heading("一\n二\n三\n四\n五\n六\nbarcode,title,price\n".as_bytes()), "too far down");
    let not_text = |bytes: &[u8]| matches!(desk.file(bytes), Err(FileError::NotText));
    assert!(not_text(b"barcode,title,price\n1,\xff\xff,1\n"));
    assert!(not_text(b"barcode,title,price\n1,a\0b,1\n"));
    assert!(matches!(desk.file(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Err(FileError::OldWorkbook)));
    assert!(matches!(desk.file(b"PK\x03\x04no archive"), Err(FileError::Workbook(_))));
    let path = desk.folder.path().join("goods");
    std::fs::write(&path, "barcode,title,price\n").unwrap();
    assert!(matches!(GoodsFile::open_at_most(&path, 10), Err(FileError::TooLarge { max_bytes: 10 })));
}

#[tokio::test]
async fn c1_an_import_that_is_called_off_changes_nothing() {
    let desk = Desk::open();
    desk.import(b"barcode,title,price\n1,a,1\n").await;
    let rows: String = (1..5_000).map(|number| format!("{number},b,1\n")).collect();
    let file = desk.file(format!("barcode,title,price\n{rows}").as_bytes()).unwrap();
    let last = Arc::new(Mutex::new(Progress::default()));
    let heard = Arc::clone(&last);
    let tell = move |happening| {
        let Happening::Progress(progress) = happening else { return ControlFlow::Continue(()) };
        *heard.lock().unwrap() = progress;
        if progress.rows > 2_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert!(matches!(import(&desk.store, file, tell).await, Err(ImportError::CalledOff)));
    assert_eq!(desk.title("1").await.as_deref(), Some("a 1.00"));
    assert_eq!(desk.store.product_count().await, Ok(1));
    let last = *last.lock().unwrap();
    assert!(last.rows < 3_000 && last.done_permille > 0, "{last:?}");
}

#[tokio::test]
async fn c3_an_export_reads_back_as_it_was() {
    let desk = Desk::open();
    let text = "barcode,more_barcodes,title,price,unit,category,active\n\
        1,2 3,\"=HYPERLINK(\"\"x\"\")\",3.5,kg,-甲,yes\n@4,,\"农夫, 山泉\",2,,+乙,no\n";
    desk.import(text.as_bytes()).await;
    let path = desk.folder.path().join("out.csv");
    assert_eq!(export(&desk.store, File::create(&path).unwrap()).await.unwrap(), 2);
    let out = std::fs::read_to_string(&path).unwrap();
    let sheet_runs = |cell: &str| cell.trim_matches('"').starts_with(['=', '+', '-', '@']);
    assert!(!out.split([',', '\n']).any(sheet_runs), "{out}");

    let other = Desk::open();
    assert_eq!(other.import(out.as_bytes()).await, (Imported { products: 2, refused_rows: 0 }, vec![]));
    let all = |store: &Store| {
        let store = store.clone();
        async move {
            store
                .export_goods(|goods| goods.collect::<Result<Vec<_>, yima_store::StoreError>>())
                .await
                .unwrap()
        }
    };
    assert_eq!(all(&other.store).await, all(&desk.store).await);
    let found = other.store.search_goods(Query::parse("hyper").unwrap()).await.unwrap();
    assert_eq!(found.products[0].title, "=HYPERLINK(\"x\")");
}

#[tokio::test]
async fn c1_a_file_whose_heading_says_too_little_is_imported_as_somebody_says() {
    let desk = Desk::open();
    let path = desk.folder.path().join("goods");
    let look = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        GoodsFile::look(&path)
    };
    let headings = |file: &GoodsFile| {
        let of = file.columns().headings().iter().map(|(heading, column)| (heading.clone(), *column));
        of.collect::<Vec<_>>()
    };
    let file = look("我的商品表\n编号,叫什么,零售价\n1,茶,3\n2,水,2\n".as_bytes()).unwrap();
    let found = [("编号", None), ("叫什么", None), ("零售价", Some(Column::Price))];
    assert_eq!(headings(&file), found.map(|(heading, column)| (heading.to_owned(), column)));
    assert_eq!(file.sample(), [["1", "茶", "3"], ["2", "水", "2"]]);
    let outcome = import(&desk.store, file.clone(), |_| ControlFlow::Continue(())).await;
    assert!(matches!(outcome, Err(ImportError::File(FileError::Heading(HeadingError::Missing(_))))));

    let columns = [Some(Column::Barcode), Some(Column::Title), Some(Column::Price)];
    assert!(matches!(file.clone().chosen(&columns[..2]), Err(FileError::Heading(_))));
    let chosen = file.chosen(&columns).unwrap();
    import(&desk.store, chosen, |_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(desk.title("1").await, Some("茶 3.00".to_owned()));

    let bare = look(b"6921168509256;tea;3.50\n6920152400777;noodles;4\n").unwrap();
    assert_eq!(bare.kind(), Kind::Csv { encoding: "UTF-8", delimiter: ';' });
    assert_eq!(headings(&bare), ["A", "B", "C"].map(|letter| (letter.to_owned(), None)));
    import(&desk.store, bare.chosen(&columns).unwrap(), |_| ControlFlow::Continue(())).await.unwrap();
    assert_eq!(desk.title("6921168509256").await, Some("tea 3.50".to_owned()), "its first row is no heading");
    assert!(matches!(look(b""), Err(FileError::Heading(_))));
    assert!(matches!(look(b"\xff\xff"), Err(FileError::NotText)));
}

#[test]
fn a_report_has_each_remark_with_its_line_in_the_tills_language() {
    use crate::view::Language;

    let remark = Remark::Replaces { barcode: "1".to_owned(), earlier_line: 2 };
    for (language, expected) in [
        (Language::Chinese, "\u{feff}行,说明\n4,条码 1 重复：以本行为准，不用第 2 行\n"),
        (Language::English, "\u{feff}line,remark\n4,\"barcode 1 again: this row counts, not line 2\"\n"),
    ] {
        let mut written = Vec::new();
        let mut report = Report::begin(&mut written, language).unwrap();
        report.put(4, &remark).unwrap();
        report.end().unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
