//! The goods page: choosing a file, looking at it, importing it while selling goes on, and writing one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tauri::State;
use yima_checkout::goods_file::{self, ExportError, FileError, GoodsFile, ImportError, Kind, words};
use yima_checkout::staff::StaffProblem;
use yima_checkout::staff::log::{kind, note};
use yima_checkout::view::Language;
use yima_core::catalogue::{Column, Remark};
use yima_core::staff::Act;
use yima_store::Cashier;

use super::dto::{
    ColumnView, EntryView, ExportView, FolderView, GoodsColumn, GoodsFileKind, GoodsPreview, GoodsRefusal,
    ImportView, PlaceName, PlaceView, RemarkView,
};
use super::error::TillError;
use crate::goods_import::{AlreadyOn, Ended, Importing, Standing, Wanted, name_of};
use crate::places::{self, Folder, PlaceKind};
use crate::till::{Open, Till};

/// Names for one more export beside those that are there.
const SAME_NAME_MAX: u32 = 99;

/// What is in a folder; without one, in the first place where files usually are.
#[tauri::command]
#[specta::specta]
pub async fn goods_folder(till: State<'_, Till>, path: Option<String>) -> Result<FolderView, GoodsRefusal> {
    let language = by_whoever_may(&till).await?.0.language().into();
    blocking(move || {
        let places = places::places();
        let first = places.first().map(|(_, path)| path.clone()).unwrap_or_default();
        let path = path.map_or(first, |typed| PathBuf::from(typed.trim()));
        let found = places::look(&path).map_err(|error| unreadable(&error.into(), language))?;
        Ok(folder_view(&path, &places, &found))
    })
    .await
}

/// How a file is understood. Nothing is imported.
#[tauri::command]
#[specta::specta]
pub async fn preview_goods(till: State<'_, Till>, path: String) -> Result<GoodsPreview, GoodsRefusal> {
    let language = by_whoever_may(&till).await?.0.language().into();
    blocking(move || {
        GoodsFile::look(Path::new(path.trim()))
            .map(|file| preview(&file))
            .map_err(|error| unreadable(&error, language))
    })
    .await
}

/// Begins to import a file, each of its columns as the page says; comes back at once.
#[tauri::command]
#[specta::specta]
pub async fn import_goods(
    till: State<'_, Till>,
    importing: State<'_, Importing>,
    path: String,
    columns: Vec<Option<GoodsColumn>>,
) -> Result<(), GoodsRefusal> {
    let columns = columns.into_iter().map(|column| column.map(Column::from)).collect();
    import_into(&open(&till).await?, &importing, path.into(), columns)
}

/// How that goes, whoever looks.
#[tauri::command]
#[specta::specta]
pub async fn goods_import(
    till: State<'_, Till>,
    importing: State<'_, Importing>,
) -> Result<ImportView, GoodsRefusal> {
    let language = open(&till).await?.language().into();
    Ok(match importing.standing() {
        Standing::Nothing => ImportView::Nothing,
        Standing::Running(running) => ImportView::Running {
            file: running.file,
            rows: running.progress.rows,
            done_permille: running.progress.done_permille,
        },
        Standing::Ended(ended) => ended_view(&ended, language),
    })
}

/// Ends it; nothing is changed then.
#[tauri::command]
#[specta::specta]
pub async fn stop_goods_import(
    till: State<'_, Till>,
    importing: State<'_, Importing>,
) -> Result<(), GoodsRefusal> {
    by_whoever_may(&till).await?;
    importing.stop();
    Ok(())
}

/// Writes all goods to a new file in that folder.
#[tauri::command]
#[specta::specta]
pub async fn export_goods(till: State<'_, Till>, folder: String) -> Result<ExportView, GoodsRefusal> {
    let (open, _) = by_whoever_may(&till).await?;
    let (path, file) = blocking(move || new_file(Path::new(&folder), "yima-goods")).await?;
    let written = goods_file::export(&open.store, file).await;
    let products = written.map_err(|error| {
        // Half of a catalogue is none.
        let _ = fs::remove_file(&path);
        match error {
            ExportError::Unwritable(_) => unwritable(&path),
            ExportError::Store(error) => not_saved(&error),
        }
    })?;
    Ok(ExportView { path: path.display().to_string(), products })
}

/// Copies the last import's report to a new file in that folder; gives its path.
#[tauri::command]
#[specta::specta]
pub async fn save_import_report(
    till: State<'_, Till>,
    importing: State<'_, Importing>,
    folder: String,
) -> Result<String, GoodsRefusal> {
    by_whoever_may(&till).await?;
    let Standing::Ended(ended) = importing.standing() else { return Err(GoodsRefusal::NothingThere) };
    let report = ended.report.clone().ok_or(GoodsRefusal::NothingThere)?;
    blocking(move || {
        let (path, mut copy) = new_file(Path::new(&folder), "yima-import-report")?;
        let copied = File::open(&report).and_then(|mut report| std::io::copy(&mut report, &mut copy));
        copied.map(|_| path.display().to_string()).map_err(|_| {
            let _ = fs::remove_file(&path);
            unwritable(&path)
        })
    })
    .await
}

async fn open(till: &Till) -> Result<Arc<Open>, GoodsRefusal> {
    till.open().await.map_err(|error| match error {
        TillError::Locked => GoodsRefusal::Locked,
        _ => GoodsRefusal::NotOpen,
    })
}

/// Files and folders are for whoever may import as well.
async fn by_whoever_may(till: &Till) -> Result<(Arc<Open>, Option<Cashier>), GoodsRefusal> {
    let open = open(till).await?;
    let by = open.staff.require(Act::ImportCatalogue)?;
    Ok((open, by))
}

/// By whoever may, noted before it begins, and again where nothing came of it.
pub(crate) fn import_into(
    open: &Arc<Open>,
    importing: &Importing,
    path: PathBuf,
    columns: Vec<Option<Column>>,
) -> Result<(), GoodsRefusal> {
    let by = open.staff.require(Act::ImportCatalogue)?;
    if importing.is_running() {
        return Err(GoodsRefusal::Busy);
    }
    let file = name_of(&path);
    let wanted = Wanted { path, columns, language: open.language().into() };
    if by.is_none() {
        let begun = importing.begin(open.store.clone(), &open.folder, wanted, |_| {});
        return begun.map_err(|AlreadyOn| GoodsRefusal::Busy);
    }
    let imported = note(kind::CATALOGUE_IMPORTED, by.as_ref(), &json!({ "file": file }));
    open.settings.note(open.staff.now().wall_ms, &imported).map_err(|error| not_saved(&error))?;
    // The till may be shut meanwhile, and opened again.
    let till = Arc::downgrade(open);
    let tell = move |why: &ImportError| {
        let detail = json!({ "what": kind::CATALOGUE_IMPORTED, "file": file, "why": why.to_string() });
        let noted = till.upgrade().map(|open| {
            open.settings.note(open.staff.now().wall_ms, &note(kind::NOT_DONE, by.as_ref(), &detail))
        });
        if let Some(Err(error)) = noted {
            tracing::warn!(%error, "it is not noted that no goods were imported");
        }
    };
    importing.begin(open.store.clone(), &open.folder, wanted, tell).map_err(|AlreadyOn| GoodsRefusal::Busy)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, GoodsRefusal> + Send + 'static,
) -> Result<T, GoodsRefusal> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "looking at files died");
        Err(GoodsRefusal::NotOpen)
    })
}

/// Beside those of the same name that are there: nothing is written over.
fn new_file(folder: &Path, name: &str) -> Result<(PathBuf, File), GoodsRefusal> {
    let names = (2..=SAME_NAME_MAX).map(|number| format!("{name}-{number}.csv"));
    let mut paths = std::iter::once(format!("{name}.csv")).chain(names).map(|name| folder.join(name));
    paths
        .find_map(|path| match File::create_new(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => None,
            outcome => Some(outcome.map(|file| (path, file))),
        })
        .and_then(Result::ok)
        .ok_or_else(|| unwritable(folder))
}

fn folder_view(path: &Path, places: &[(PlaceKind, PathBuf)], found: &Folder) -> FolderView {
    FolderView {
        path: path.display().to_string(),
        parent: path.parent().map(|parent| parent.display().to_string()),
        places: places.iter().map(|(kind, path)| place(*kind, path)).collect(),
        folders: found.folders.iter().map(|path| entry(path, 0)).collect(),
        files: found.files.iter().map(|(path, bytes)| entry(path, *bytes)).collect(),
        is_cut: found.is_cut,
    }
}

fn place(kind: PlaceKind, path: &Path) -> PlaceView {
    let kind = match kind {
        PlaceKind::Downloads => PlaceName::Downloads,
        PlaceKind::Desktop => PlaceName::Desktop,
        PlaceKind::Documents => PlaceName::Documents,
        PlaceKind::Home => PlaceName::Home,
        PlaceKind::Drive => PlaceName::Drive,
    };
    PlaceView { kind, name: name_of(path), path: path.display().to_string() }
}

fn entry(path: &Path, bytes: u64) -> EntryView {
    let kib = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX);
    EntryView { name: name_of(path), path: path.display().to_string(), kib }
}

fn preview(file: &GoodsFile) -> GoodsPreview {
    let column = |(heading, column): &(String, Option<Column>)| ColumnView {
        heading: heading.clone(),
        column: column.map(GoodsColumn::from),
    };
    GoodsPreview {
        path: file.path().display().to_string(),
        name: name_of(file.path()),
        kind: match file.kind() {
            Kind::Csv { encoding, .. } => GoodsFileKind::Csv { encoding: encoding.to_owned() },
            Kind::Xlsx => GoodsFileKind::Xlsx,
        },
        columns: file.columns().headings().iter().map(column).collect(),
        sample: file.sample().to_vec(),
    }
}

fn ended_view(ended: &Ended, language: Language) -> ImportView {
    let file = ended.file.clone();
    match &ended.outcome {
        Ok(imported) => ImportView::Done {
            file,
            products: imported.products,
            refused_rows: imported.refused_rows,
            remarks: ended
                .remarks
                .iter()
                .map(|(line, remark)| remark_view(*line, remark, language))
                .collect(),
            remark_count: ended.remark_count,
            report: ended.report.as_ref().map(|path| path.display().to_string()),
        },
        Err(ImportError::CalledOff) => ImportView::Stopped { file },
        Err(ImportError::File(error)) => ImportView::Failed { file, refusal: unreadable(error, language) },
        Err(ImportError::Store(error)) => ImportView::Failed { file, refusal: not_saved(error) },
    }
}

fn remark_view(line: u32, remark: &Remark, language: Language) -> RemarkView {
    RemarkView {
        line,
        is_refused: matches!(remark, Remark::Refused(_)),
        words: words::remark(remark, language),
    }
}

fn unreadable(error: &FileError, language: Language) -> GoodsRefusal {
    GoodsRefusal::Unreadable { words: words::file(error, language) }
}

fn unwritable(path: &Path) -> GoodsRefusal {
    GoodsRefusal::Unwritable { path: path.display().to_string() }
}

fn not_saved(error: &yima_store::StoreError) -> GoodsRefusal {
    GoodsRefusal::NotSaved { problem: yima_checkout::StoreProblem::from(error).into() }
}

impl From<StaffProblem> for GoodsRefusal {
    fn from(problem: StaffProblem) -> Self {
        match problem {
            StaffProblem::Locked => Self::Locked,
            _ => Self::NotAllowed,
        }
    }
}

impl From<GoodsColumn> for Column {
    fn from(column: GoodsColumn) -> Self {
        match column {
            GoodsColumn::Barcode => Self::Barcode,
            GoodsColumn::MoreBarcodes => Self::MoreBarcodes,
            GoodsColumn::Title => Self::Title,
            GoodsColumn::Price => Self::Price,
            GoodsColumn::Unit => Self::Unit,
            GoodsColumn::Category => Self::Category,
            GoodsColumn::Active => Self::Active,
        }
    }
}

impl From<Column> for GoodsColumn {
    fn from(column: Column) -> Self {
        match column {
            Column::Barcode => Self::Barcode,
            Column::MoreBarcodes => Self::MoreBarcodes,
            Column::Title => Self::Title,
            Column::Price => Self::Price,
            Column::Unit => Self::Unit,
            Column::Category => Self::Category,
            Column::Active => Self::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..3).map(|_| name_of(&new_file(folder.path(), "a").unwrap().0)).collect();
        assert_eq!(names, ["a.csv", "a-2.csv", "a-3.csv"]);
        let gone = folder.path().join("gone");
        assert_eq!(new_file(&gone, "a").unwrap_err(), unwritable(&gone));
    }
}
