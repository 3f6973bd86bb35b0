//! The goods: looked up at every scan, searched by hand, imported now and then.
//!
//! They are kept in a file of their own (`live-goods.db` beside `live.db`) with a writer of its own, so that an import
//! of a million rows is one transaction and no scan waits for it: readers see the catalogue as it was until it is
//! there whole, and the file with the sales is neither locked nor grown. It has backups of its own, one for each change.

mod import;
mod quick_keys;
mod search;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use yima_core::catalogue::{GoodsRow, Listed};
use yima_core::{Article, Barcode, Product};

use crate::backup::Database;
use crate::store::start;
use crate::table::GOODS;
use crate::table::goods as table;
use crate::table::products::Products;
use crate::worker::{Log, Worker};
use crate::{DataDir, OpenError, Store, StoreError, backup, connection, restore, sample, schema};

pub use import::GoodsImport;
pub use quick_keys::QuickKey;
pub use search::Found;

const PER_READ: u32 = 500;

/// Every product in turn.
pub type AllGoods<'a> = dyn Iterator<Item = Result<Listed, StoreError>> + 'a;

/// Dropped in this order: the writer ends last, and so tidies the log away.
pub(crate) struct Workers {
    /// Looks up what is scanned, never behind a search.
    scans: Worker,
    searches: Worker,
    /// `None` when opened for reading alone.
    writer: Option<Worker>,
}

impl Workers {
    /// Opens the catalogue beside a database, and takes over the goods that an older program kept in that itself.
    pub(crate) fn open(shop: &Path, kept_before: &Connection) -> Result<Self, OpenError> {
        let path = path_beside(shop);
        let (mut writer, edition) = match open_to_write(&path) {
            Err(OpenError::Damaged { what, .. }) => {
                begin_anew(&path, &what)?;
                open_to_write(&path)?
            }
            outcome => outcome?,
        };
        if edition == 0 {
            take_over(shop, kept_before, &path, &mut writer)?;
        }
        let log = Log::watch(&mut writer, std::sync::Arc::default())
            .map_err(|error| OpenError::at(&path, error))?;
        let writer = start(&path, "store-goods", writer, Some(log))?;
        Self::with(&path, Some(writer))
    }

    /// `None` where the till has not made one yet.
    pub(crate) fn open_to_read(shop: &Path) -> Result<Option<Self>, OpenError> {
        let path = path_beside(shop);
        if !path.exists() {
            return Ok(None);
        }
        schema::require_current(&path, &connection::open_to_read(&path)?, GOODS)?;
        Self::with(&path, None).map(Some)
    }

    /// For readers of a catalogue that is there.
    fn with(path: &Path, writer: Option<Worker>) -> Result<Self, OpenError> {
        let reader = |name| start(path, name, connection::open_to_read(path)?, None);
        Ok(Self { scans: reader("store-scans")?, searches: reader("store-search")?, writer })
    }
}

impl Store {
    /// What the catalogue has under a barcode, sold or not.
    pub async fn article(&self, barcode: &Barcode) -> Result<Option<Article>, StoreError> {
        let barcode = barcode.clone();
        self.look_up(move |connection| Ok(table::Goods(connection).article(&barcode)?)).await
    }

    /// What is sold under a barcode.
    pub async fn product(&self, barcode: &Barcode) -> Result<Option<Product>, StoreError> {
        let article = self.article(barcode).await?;
        Ok(article.filter(|article| article.is_active).map(|article| article.product))
    }

    pub async fn product_count(&self) -> Result<u32, StoreError> {
        self.search_with(|connection| Ok(table::Goods(connection).count()?)).await
    }

    /// Lets `work` go through every product, as they were at one moment. Searches wait meanwhile.
    pub async fn export_goods<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut AllGoods<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let Some(goods) = self.goods() else { return work(&mut std::iter::empty()) };
        goods
            .searches
            .run(move |connection| {
                let snapshot = connection.transaction()?;
                Ok(work(&mut all(&table::Goods(&snapshot))))
            })
            .await?
    }

    /// Does all of `work` or nothing of it. Scans and searches find the catalogue as it was until then.
    pub async fn import_goods<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut GoodsImport<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let goods = self.goods().and_then(|goods| goods.writer.as_ref());
        let writer = goods.ok_or(E::from(StoreError::ReadOnly))?;
        writer.run(move |connection| import::whole(connection, work)).await?
    }

    /// Adds all products or none; of those with the same barcode the last one stays.
    pub async fn import_products(&self, products: Vec<Product>) -> Result<(), StoreError> {
        self.import_goods(move |import| put_all(import, &products)).await
    }

    /// Adds the sample catalogue where there are no products at all; says whether it did.
    pub async fn seed_if_empty(&self) -> Result<bool, StoreError> {
        self.import_goods(|import| {
            let is_empty = import.is_empty()?;
            if is_empty {
                put_all(import, &sample::products())?;
            }
            Ok::<_, StoreError>(is_empty)
        })
        .await
    }

    /// For a single statement that a cashier waits for.
    pub(crate) async fn look_up<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(goods) = self.goods() else { return Ok(T::default()) };
        goods.scans.run(|connection| work(connection)).await
    }

    async fn search_with<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(goods) = self.goods() else { return Ok(T::default()) };
        goods.searches.run(|connection| work(connection)).await
    }
}

/// With the newest edition; 0 before the first.
fn open_to_write(path: &Path) -> Result<(Connection, i64), OpenError> {
    connection::patiently(|| {
        let mut writer = connection::open_to_write(path)?;
        schema::bring_up_to_date(path, &mut writer, GOODS)?;
        connection::check(path, &writer)?;
        let edition = table::Goods(&writer).newest_edition().map_err(|error| OpenError::at(path, error))?;
        Ok((writer, edition))
    })
}

/// Nobody is asked, since no money is in a catalogue: the till goes on with the newest sound backup, or sells by hand
/// until the goods are imported again.
fn begin_anew(path: &Path, what: &str) -> Result<(), OpenError> {
    let folder = DataDir::of(path);
    // The copy is there before the damaged one goes: a crash leaves either.
    let copied =
        (path == Database::Goods.path(&folder)).then(|| restore::newest_goods_copied(&folder)).flatten();
    let replaced = fs::rename(path, path.with_extension("damaged"))
        .and_then(|()| restore::remove_log(path))
        .and_then(|()| copied.as_ref().map_or(Ok(()), |(_, copy)| fs::rename(copy, path)))
        .and_then(|()| backup::sync_folder_of(path));
    replaced.map_err(|error| OpenError::Failed { path: path.to_owned(), reason: error.to_string() })?;
    match copied {
        Some((backup, _)) => {
            tracing::error!(what, backup = %backup.display(), "the catalogue is damaged; a backup took its place");
        }
        None => {
            tracing::error!(what, "the catalogue is damaged, and an empty one is begun: no backup is sound")
        }
    }
    Ok(())
}

fn all<'g>(goods: &'g table::Goods<'_>) -> impl Iterator<Item = Result<Listed, StoreError>> + 'g {
    let (mut last, mut ids) = (i64::MIN, Vec::new().into_iter());
    std::iter::from_fn(move || {
        loop {
            if ids.len() == 0 {
                match goods.ids_after(last, PER_READ) {
                    Ok(more) => ids = more.into_iter(),
                    Err(error) => return Some(Err(error.into())),
                }
            }
            last = ids.next()?;
            if let Some(product) = goods.listed(last).map_err(StoreError::from).transpose() {
                return Some(product);
            }
        }
    })
}

/// `live-goods.db` beside `live.db`.
pub(crate) fn path_beside(shop: &Path) -> PathBuf {
    let mut name = shop.file_stem().unwrap_or_default().to_owned();
    name.push("-goods.db");
    shop.with_file_name(name)
}

fn put_all(import: &mut GoodsImport<'_>, products: &[Product]) -> Result<(), StoreError> {
    (1..).zip(products).try_for_each(|(line, product)| import.put(line, row(product.clone())).map(drop))
}

/// Says nothing about what a product of the first kind has not.
fn row(product: Product) -> GoodsRow {
    GoodsRow {
        barcode: product.barcode,
        more_barcodes: None,
        title: product.title,
        price_fen: product.price_fen,
        unit: None,
        category: None,
        is_active: None,
    }
}

/// Into a catalogue that was never written.
fn take_over(
    shop: &Path,
    kept_before: &Connection,
    path: &Path,
    catalogue: &mut Connection,
) -> Result<(), OpenError> {
    let before = Products(kept_before);
    if before.is_empty().map_err(|error| OpenError::at(shop, error))? {
        return Ok(());
    }
    let take = |import: &mut GoodsImport<'_>| before.each(|product| import.put(0, row(product)).map(drop));
    let taken = import::whole(catalogue, take).and_then(std::convert::identity);
    taken.map_err(|error| OpenError::Failed { path: path.to_owned(), reason: error.to_string() })
}
