//! `yima catalogue`.

use std::path::Path;

use yima_core::Fen;
use yima_core::barcode::BarcodeError;
use yima_core::money::FenError;

use super::failures::at;
use super::{Said, said};
use crate::catalogue::rows::{FILE_MIB_MAX, FileError, Remark, RowError, WIRE_TITLE_CHARS};
use crate::table::visible;

pub(crate) fn imported(count: usize, refused_rows: u64) -> Said {
    said(
        format!("已导入 {count} 种商品，{refused_rows} 行未接受"),
        format!("{count} products imported, {refused_rows} rows refused"),
    )
}

/// Of a whole file.
pub(crate) fn not_imported(path: &Path, problem: &Said) -> Said {
    at(path, problem).so(&said("没有导入任何商品", "nothing was imported"))
}

pub(crate) fn of_line(line: u64, remark: &Remark) -> Said {
    said(format!("第 {line} 行"), format!("line {line}")).because(&self::remark(remark))
}

pub(crate) fn file(error: &FileError) -> Said {
    let chinese = match error {
        FileError::Unreadable(reason) => format!("无法读取：{}", visible(reason)),
        FileError::TooLarge => format!("超过 {FILE_MIB_MAX} MiB"),
        FileError::NotUtf8 { line } => format!("第 {line} 行不是 UTF-8；请另存为“CSV UTF-8”"),
        FileError::Header => "第一行不是 barcode,title,price".to_owned(),
    };
    said(chinese, error.to_string())
}

fn remark(remark: &Remark) -> Said {
    let chinese = match remark {
        Remark::Refused(error) => format!("未接受：{}", row(*error)),
        Remark::LongTitle { chars } => {
            format!("品名有 {chars} 个字符；发给网关的是前 {WIRE_TITLE_CHARS} 个")
        }
        Remark::Replaces { barcode, earlier_line } => {
            format!("条码 {barcode} 重复：以本行为准，不用第 {earlier_line} 行")
        }
        Remark::Rounded { barcode } => {
            format!("条码 {barcode} 像是被表格软件四舍五入了；请把该列设为文本格式")
        }
    };
    said(chinese, remark.to_string())
}

fn row(error: RowError) -> String {
    match error {
        RowError::Columns { found } => format!("有 {found} 列，应为 3 列；品名里有逗号时要给品名加引号"),
        RowError::Barcode(BarcodeError::Empty) => "条码是空的".to_owned(),
        RowError::Barcode(BarcodeError::TooLong) => "条码最多 32 个字符".to_owned(),
        RowError::Barcode(BarcodeError::NotPrintable) => {
            "条码要用可打印的 ASCII 字符，前后没有空格".to_owned()
        }
        RowError::NoTitle => "品名是空的".to_owned(),
        RowError::TitleControl => "品名含有换行或其他控制字符".to_owned(),
        RowError::Price(error) => format!("价格：{}", price(error)),
        RowError::PriceZero => "价格是零".to_owned(),
        RowError::PriceTooHigh => format!("价格高于 {}", Fen::MAX_ORDER),
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
