//! `yima catalogue`.

use std::path::Path;

use yima_checkout::goods_file::{FileError, Kind, words};
use yima_checkout::view::Language;
use yima_core::catalogue::{Column, Remark};

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
    said(format!("“{heading}”列是{}", words::heading(column)), english)
}

pub(crate) fn file(error: &FileError) -> Said {
    match error {
        FileError::Unreadable(error) => system(error),
        error => said(visible(&words::file(error, Language::Chinese)), words::file(error, Language::English)),
    }
}

fn remark(remark: &Remark) -> Said {
    said(visible(&words::remark(remark, Language::Chinese)), words::remark(remark, Language::English))
}
