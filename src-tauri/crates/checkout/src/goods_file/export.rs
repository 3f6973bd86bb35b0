//! Writes the catalogue as a file that an import takes back as it was.

use std::io::{self, Write};

use yima_core::catalogue::Column;
use yima_store::{Store, StoreError};

/// Spreadsheets take text without it for the system's own encoding.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why there is no whole export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("it cannot be written: {0}")]
    Unwritable(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes every product, sold or not, as CSV in UTF-8; gives how many. What a spreadsheet would run is quoted.
pub async fn export(store: &Store, mut to: impl Write + Send + 'static) -> Result<u32, ExportError> {
    store
        .export_goods(move |goods| {
            to.write_all(BYTE_ORDER_MARK.as_bytes())?;
            let mut writer = csv::Writer::from_writer(to);
            writer.write_record(Column::ALL.map(Column::heading)).map_err(io::Error::other)?;
            let mut count = 0_u32;
            for product in goods {
                writer.write_record(product?.cells()).map_err(io::Error::other)?;
                count += 1;
            }
            writer.flush()?;
            Ok(count)
        })
        .await
}
