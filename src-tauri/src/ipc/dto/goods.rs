//! The goods page: files and folders, how a file is understood, and what comes of an import.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::StoreProblem;

/// A folder, for choosing a file in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct FolderView {
    pub path: String,
    pub parent: Option<String>,
    /// Where else there may be files.
    pub places: Vec<PlaceView>,
    pub folders: Vec<EntryView>,
    /// Those that may be catalogues, the newest first.
    pub files: Vec<EntryView>,
    /// There is more in it.
    pub is_cut: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct PlaceView {
    pub kind: PlaceName,
    /// The last part of its path.
    pub name: String,
    pub path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PlaceName {
    Downloads,
    Desktop,
    Documents,
    Home,
    Drive,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct EntryView {
    pub name: String,
    pub path: String,
    /// Of a file, rounded up.
    pub kib: u32,
}

/// How a file is understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct GoodsPreview {
    pub path: String,
    pub name: String,
    pub kind: GoodsFileKind,
    pub columns: Vec<ColumnView>,
    /// Its first rows; a row may have fewer cells than there are columns.
    pub sample: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum GoodsFileKind {
    Csv { encoding: String },
    Xlsx,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ColumnView {
    pub heading: String,
    /// `None`: it is left aside.
    pub column: Option<GoodsColumn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GoodsColumn {
    Barcode,
    MoreBarcodes,
    Title,
    Price,
    Unit,
    Category,
    Active,
}

/// The import that goes on, or the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ImportView {
    Nothing,
    Running {
        file: String,
        rows: u32,
        done_permille: u16,
    },
    Done {
        file: String,
        products: u32,
        refused_rows: u32,
        /// The first of them.
        remarks: Vec<RemarkView>,
        remark_count: u32,
        /// Where all of them are kept, until the next import.
        report: Option<String>,
    },
    /// Somebody ended it: nothing was changed.
    Stopped {
        file: String,
    },
    /// Nothing was changed.
    Failed {
        file: String,
        refusal: GoodsRefusal,
    },
}

/// What a person should know of a row, in the till's language as the report has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct RemarkView {
    pub line: u32,
    pub is_refused: bool,
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ExportView {
    pub path: String,
    pub products: u32,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum GoodsRefusal {
    NotOpen,
    Locked,
    /// Who may import has to log in.
    NotAllowed,
    /// An import goes on.
    Busy,
    /// A file or folder cannot be read, in the till's language.
    Unreadable {
        words: String,
    },
    /// Nothing can be written there.
    Unwritable {
        path: String,
    },
    /// There is no report.
    NothingThere,
    NotSaved {
        problem: StoreProblem,
    },
}
