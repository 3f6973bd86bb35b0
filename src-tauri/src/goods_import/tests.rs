use std::fs;
use std::time::Duration;

use tempfile::TempDir;
use yima_core::Barcode;
use yima_store::Mode;

use super::*;

struct Shop {
    home: TempDir,
    folder: DataDir,
    store: Store,
    importing: Importing,
}

impl Shop {
    fn open() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = DataDir::locate(Some(home.path().join("till"))).unwrap();
        let store = Store::open(&folder.database(Mode::Live)).unwrap();
        Self { home, folder, store, importing: Importing::default() }
    }

    fn begin(&self, text: &str, columns: &[Option<Column>]) -> Result<(), AlreadyOn> {
        let path = self.home.path().join("goods.csv");
        fs::write(&path, text).unwrap();
        let wanted = Wanted { path, columns: columns.to_vec(), language: Language::English };
        self.importing.begin(self.store.clone(), &self.folder, wanted, |_| {})
    }

    async fn ended(&self) -> Arc<Ended> {
        loop {
            match self.importing.standing() {
                Standing::Ended(ended) => return ended,
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    async fn title(&self, code: &str) -> Option<String> {
        let product = self.store.product(&Barcode::parse(code).unwrap()).await.unwrap();
        product.map(|product| product.title)
    }
}

const COLUMNS: [Option<Column>; 3] = [Some(Column::Barcode), Some(Column::Title), Some(Column::Price)];

#[tokio::test]
async fn c1_an_import_ends_with_what_it_did_and_a_report_of_every_row_it_refused() {
    let shop = Shop::open();
    let bad: String = (0..400).map(|number| format!("{number},x,none\n")).collect();
    shop.begin(&format!("a,b,c\nTEA,茶,3\n{bad}"), &COLUMNS).unwrap();
    let ended = shop.ended().await;
    assert_eq!(ended.outcome.as_ref().unwrap(), &Imported { products: 1, refused_rows: 400 });
    assert_eq!((ended.remarks.len(), ended.remark_count), (REMARKS_SHOWN, 400));
    assert_eq!(shop.title("TEA").await.as_deref(), Some("茶"));
    let report = fs::read_to_string(ended.report.as_ref().unwrap()).unwrap();
    assert_eq!(report.lines().count(), 401);
    assert!(report.lines().nth(1).unwrap().starts_with("3,refused: price: "), "{report:.200}");

    shop.begin("a,b,c\nTEA,红茶,3\n", &COLUMNS).unwrap();
    let next = shop.ended().await;
    assert_eq!((next.remark_count, &next.report), (0, &None), "nothing to report");
}

#[tokio::test]
async fn c1_an_import_that_is_called_off_changes_nothing_and_there_is_one_at_a_time() {
    let shop = Shop::open();
    let many: String = (0..60_000).map(|number| format!("{number},茶,3\n")).collect();
    shop.begin(&format!("a,b,c\n{many}"), &COLUMNS).unwrap();
    let other = Wanted { path: "other.csv".into(), columns: Vec::new(), language: Language::English };
    assert!(shop.importing.begin(shop.store.clone(), &shop.folder, other, |_| {}).is_err());
    shop.importing.stop();
    let ended = shop.ended().await;
    assert!(matches!(ended.outcome, Err(ImportError::CalledOff)), "{:?}", ended.outcome);
    assert_eq!(shop.store.product_count().await, Ok(0));
    shop.begin("a,b,c\n1,茶,3\n", &COLUMNS).unwrap();
    assert!(shop.ended().await.outcome.is_ok());
}

#[tokio::test]
async fn a_file_that_is_gone_or_says_too_little_is_told() {
    let shop = Shop::open();
    shop.begin("a,b,c\n1,茶,3\n", &COLUMNS[..2]).unwrap();
    assert!(matches!(shop.ended().await.outcome, Err(ImportError::File(FileError::Heading(_)))));
    let path = shop.home.path().join("none.csv");
    let wanted = Wanted { path, columns: COLUMNS.to_vec(), language: Language::Chinese };
    shop.importing.begin(shop.store.clone(), &shop.folder, wanted, |_| {}).unwrap();
    let ended = shop.ended().await;
    assert!(matches!(ended.outcome, Err(ImportError::File(FileError::Unreadable(_)))));
    assert_eq!(ended.file, "none.csv");
}
