//! `yima catalogue`.

use std::path::Path;

use yima_checkout::goods_file::{FileError, Kind};
use yima_core::Fen;
use yima_core::barcode::BarcodeError;
use yima_core::catalogue::{Column, HeadingError, Remark, RowError, WIRE_TITLE_CHARS};
use yima_core::money::FenError;

use super::failures::{at, system};
use super::{Said, said};
use crate::table::visible;

pub(crate) fn imported(count: u32, refused_rows: u32) -> Said {
    said(
        format!("已导入 {count} 种商品，{refused_rows} 行未接受"),
        format!("{count} products imported, {refused_rows} rows refused"),
    )
}

pub(crate) fn exported(count: u32, path: &Path) -> Said {
    let path = path.display();
    said(format!("已导出 {count} 种商品到 {path}"), format!("{count} products exported to {path}"))
}

/// Of a whole file.
pub(crate) fn not_imported(path: &Path, problem: &Said) -> Said {
    at(path, problem).so(&said("没有导入任何商品", "nothing was imported"))
}

pub(crate) fn called_off() -> Said {
    said("已取消", "it was called off")
}

pub(crate) fn no_query() -> Said {
    said("要找的内容里没有字母、数字或汉字", "there is no letter or digit to look for")
}

pub(crate) fn more() -> Said {
    said("可能还有更多；请多输入一些", "there may be more; type more of it")
}

pub(crate) fn of_line(line: u32, remark: &Remark) -> Said {
    said(format!("第 {line} 行"), format!("line {line}")).because(&self::remark(remark))
}

/// How a file is understood.
pub(crate) fn kind(kind: Kind) -> Said {
    match kind {
        Kind::Xlsx => said("XLSX 工作簿，第一个工作表", "an XLSX workbook, its first sheet"),
        Kind::Csv { encoding, delimiter } => {
            let (chinese, english) = match delimiter {
                '\t' => ("制表符", "tabs"),
                ';' => ("分号", "semicolons"),
                _ => ("逗号", "commas"),
            };
            said(format!("{encoding} 文本，用{chinese}分隔"), format!("{encoding} text with {english}"))
        }
    }
}

pub(crate) fn column(heading: &str, column: Option<Column>) -> Said {
    let heading = visible(heading);
    let Some(column) = column else {
        return said(format!("“{heading}”列不使用"), format!("column \"{heading}\" is not used"));
    };
    let english = format!("column \"{heading}\" is the {}", column.heading());
    said(format!("“{heading}”列是{}", self::heading(column)), english)
}

pub(crate) fn file(error: &FileError) -> Said {
    let chinese = match error {
        FileError::Unreadable(error) => return system(error),
        FileError::TooLarge { max_bytes } => format!("超过 {} MiB", max_bytes / 1024 / 1024),
        FileError::NotText => "既不是 UTF-8 或 GB18030 文本，也不是 XLSX 工作簿".to_owned(),
        FileError::OldWorkbook => "这是旧格式的工作簿；请另存为 .xlsx 或 CSV".to_owned(),
        FileError::Bomb { max_bytes } => format!("解压后超过 {} MiB", max_bytes / 1024 / 1024),
        FileError::Workbook(reason) => format!("无法读取工作簿：{}", visible(reason)),
        FileError::Heading(HeadingError::Missing(column)) => format!("第一行没有“{}”列", heading(*column)),
        FileError::Heading(HeadingError::Twice { column, first, second }) => {
            format!("“{}”和“{}”两列都是{}", visible(first), visible(second), heading(*column))
        }
    };
    said(chinese, error.to_string())
}

const fn heading(column: Column) -> &'static str {
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

fn remark(remark: &Remark) -> Said {
    let chinese = match remark {
        Remark::Refused(error) => format!("未接受：{}", row(error)),
        Remark::LongTitle { chars } => {
            format!("品名有 {chars} 个字符；发给网关的是前 {WIRE_TITLE_CHARS} 个")
        }
        Remark::Replaces { barcode, earlier_line } => {
            format!("条码 {barcode} 重复：以本行为准，不用第 {earlier_line} 行")
        }
        Remark::Moved { barcode, title } => {
            format!("条码 {barcode} 原来属于“{}”，现在属于本行的商品", visible(title))
        }
        Remark::Rounded { barcode } => {
            format!("条码 {barcode} 像是被表格软件四舍五入了；请把该列设为文本格式")
        }
    };
    said(chinese, remark.to_string())
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
        RowError::Unit(unit) => format!("单位“{}”是重量，但不是价格所用的千克", visible(unit)),
        RowError::Category => "分类太长，或含有控制字符".to_owned(),
        RowError::Active(text) => format!("状态“{}”既不是在售也不是停售", visible(text)),
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
