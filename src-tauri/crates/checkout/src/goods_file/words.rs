//! What is said of a catalogue file, in both languages: the window, its report and `yima` say the same.

use std::io;

use yima_core::Fen;
use yima_core::barcode::BarcodeError;
use yima_core::catalogue::{Column, HeadingError, Remark, RowError, WIRE_TITLE_CHARS};
use yima_core::money::FenError;

use super::FileError;
use crate::view::Language;

/// Of one row.
#[must_use]
pub fn remark(remark: &Remark, language: Language) -> String {
    match language {
        Language::Chinese => remark_in_chinese(remark),
        Language::English => remark.to_string(),
    }
}

/// Of a whole file.
#[must_use]
pub fn file(error: &FileError, language: Language) -> String {
    match language {
        Language::Chinese => file_in_chinese(error),
        Language::English => error.to_string(),
    }
}

/// Above the report's rows.
pub(super) const fn report_headings(language: Language) -> [&'static str; 2] {
    match language {
        Language::Chinese => ["行", "说明"],
        Language::English => ["line", "remark"],
    }
}

fn file_in_chinese(error: &FileError) -> String {
    match error {
        FileError::Unreadable(error) => match error.kind() {
            io::ErrorKind::NotFound => "没有这个文件".to_owned(),
            io::ErrorKind::PermissionDenied => "没有权限读取".to_owned(),
            io::ErrorKind::IsADirectory => "这是文件夹，不是文件".to_owned(),
            _ => format!("无法读取：{error}"),
        },
        FileError::TooLarge { max_bytes } => format!("超过 {} MiB", max_bytes / 1024 / 1024),
        FileError::NotText => "既不是 UTF-8 或 GB18030 文本，也不是 XLSX 工作簿".to_owned(),
        FileError::OldWorkbook => "这是旧格式的工作簿；请另存为 .xlsx 或 CSV".to_owned(),
        FileError::Bomb { max_bytes } => format!("解压后超过 {} MiB", max_bytes / 1024 / 1024),
        FileError::Workbook(reason) => format!("无法读取工作簿：{reason}"),
        FileError::Heading(HeadingError::Missing(column)) => format!("第一行没有“{}”列", heading(*column)),
        FileError::Heading(HeadingError::Twice { column, first, second }) => {
            format!("“{first}”和“{second}”两列都是{}", heading(*column))
        }
    }
}

/// What a column is called in Chinese.
#[must_use]
pub const fn heading(column: Column) -> &'static str {
    match column {
        Column::Barcode => "条码",
        Column::MoreBarcodes => "其他条码",
        Column::Title => "品名",
        Column::Price => "售价",
        Column::Unit => "单位",
        Column::Category => "分类",
        Column::Active => "状态",
    }
}

fn remark_in_chinese(remark: &Remark) -> String {
    match remark {
        Remark::Refused(error) => format!("未接受：{}", row(error)),
        Remark::LongTitle { chars } => {
            format!("品名有 {chars} 个字符；发给网关的是前 {WIRE_TITLE_CHARS} 个")
        }
        Remark::Replaces { barcode, earlier_line } => {
            format!("条码 {barcode} 重复：以本行为准，不用第 {earlier_line} 行")
        }
        Remark::Moved { barcode, title } => {
            format!("条码 {barcode} 原来属于“{}”，现在属于本行的商品", title)
        }
        Remark::Rounded { barcode } => {
            format!("条码 {barcode} 像是被表格软件四舍五入了；请把该列设为文本格式")
        }
    }
}

fn row(error: &RowError) -> String {
    match error {
        RowError::Columns { found, expected } => {
            format!("有 {found} 列，应为 {expected} 列；品名里有逗号时要给品名加引号")
        }
        RowError::Barcode(error) => format!("条码{}", barcode(*error)),
        RowError::MoreBarcodes(error) => format!("其他条码{}", barcode(*error)),
        RowError::TooManyBarcodes => "其他条码太多".to_owned(),
        RowError::NoTitle => "品名是空的".to_owned(),
        RowError::TitleTooLong => "品名太长".to_owned(),
        RowError::TitleControl => "品名含有换行或其他控制字符".to_owned(),
        RowError::Price(error) => format!("价格：{}", price(*error)),
        RowError::PriceZero => "价格是零".to_owned(),
        RowError::PriceTooHigh => format!("价格高于 {}", Fen::MAX_ORDER),
        RowError::Unit(unit) => format!("单位“{}”是重量，但不是价格所用的千克", unit),
        RowError::Category => "分类太长，或含有控制字符".to_owned(),
        RowError::Active(text) => format!("状态“{}”既不是在售也不是停售", text),
    }
}

const fn barcode(error: BarcodeError) -> &'static str {
    match error {
        BarcodeError::Empty => "是空的",
        BarcodeError::TooLong => "最多 32 个字符",
        BarcodeError::NotPrintable => "要用可打印的 ASCII 字符，前后没有空格",
    }
}

const fn price(error: FenError) -> &'static str {
    match error {
        FenError::Empty => "没有数字",
        FenError::Malformed => "应为数字，最多一个小数点",
        FenError::TooPrecise => "小数超过两位",
        FenError::Negative => "不能是负数",
        FenError::TooLarge => "金额太大",
    }
}
