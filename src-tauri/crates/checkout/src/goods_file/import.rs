//! Puts a file's rows into the catalogue.

use std::ops::ControlFlow;

use yima_core::catalogue::{GoodsRow, Remark};
use yima_store::{Store, StoreError};

use super::{FileError, GoodsFile};

const ROWS_PER_WORD: u32 = 500;

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Products that were added or changed.
    pub products: u32,
    pub refused_rows: u32,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub rows: u32,
    pub done_permille: u16,
}

/// What is told while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    Remark { line: u32, remark: Remark },
    Progress(Progress),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it was called off")]
    CalledOff,
}

/// Adds and changes goods as the file's rows say: all that make sense, or nothing at all. Rows that make none are left
/// out and told. Ends early, with nothing changed, if `tell` says so.
pub async fn import(
    store: &Store,
    file: GoodsFile,
    mut tell: impl FnMut(Happening) -> ControlFlow<()> + Send + 'static,
) -> Result<Imported, ImportError> {
    file.columns().check().map_err(FileError::from)?;
    store
        .import_goods(move |goods| {
            let (mut imported, mut rows) = (Imported::default(), 0);
            let mut failed = None;
            file.each(&mut |row| {
                rows += 1;
                let remarks = match GoodsRow::read(file.columns(), row.cells) {
                    Ok(goods_row) => match goods.put(row.line, goods_row) {
                        Ok(remarks) => remarks,
                        Err(error) => {
                            failed = Some(ImportError::from(error));
                            return ControlFlow::Break(());
                        }
                    },
                    Err(error) => vec![Remark::Refused(error)],
                };
                imported.count(&remarks);
                let progress = Progress { rows, done_permille: row.done_permille };
                let heard = tell_all(&mut tell, row.line, remarks, progress);
                if heard.is_break() {
                    failed = Some(ImportError::CalledOff);
                }
                heard
            })?;
            failed.map_or(Ok(imported), Err)
        })
        .await
}

impl Imported {
    fn count(&mut self, remarks: &[Remark]) {
        let is = |of: fn(&Remark) -> bool| remarks.iter().any(of);
        if is(|remark| matches!(remark, Remark::Refused(_))) {
            self.refused_rows += 1;
        } else if !is(|remark| matches!(remark, Remark::Replaces { .. })) {
            self.products += 1;
        }
    }
}

fn tell_all(
    tell: &mut impl FnMut(Happening) -> ControlFlow<()>,
    line: u32,
    remarks: Vec<Remark>,
    progress: Progress,
) -> ControlFlow<()> {
    for remark in remarks {
        tell(Happening::Remark { line, remark })?;
    }
    if progress.rows % ROWS_PER_WORD == 1 {
        tell(Happening::Progress(progress))
    } else {
        ControlFlow::Continue(())
    }
}
