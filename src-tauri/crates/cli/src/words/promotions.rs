//! `yima promotions`.

use std::path::Path;

use super::failures::at;
use super::{Said, said};
use crate::table::visible;

pub(crate) fn imported(count: usize) -> Said {
    said(format!("已设置 {count} 条促销规则"), format!("{count} promotions are set"))
}

pub(crate) fn exported(count: usize, path: &Path) -> Said {
    let path = path.display();
    said(format!("已导出 {count} 条促销规则到 {path}"), format!("{count} promotions exported to {path}"))
}

pub(crate) fn too_large(path: &Path) -> Said {
    unchanged(path, &said("文件超过 1 MiB", "the file has more than 1 MiB"))
}

pub(crate) fn no_list(path: &Path, error: &serde_json::Error) -> Said {
    let (line, column) = (error.line(), error.column());
    let place = said(
        format!("第 {line} 行第 {column} 列不是促销规则的列表"),
        format!("no list of promotions at line {line}, column {column}"),
    );
    unchanged(path, &place)
}

pub(crate) fn none_of_it(path: &Path, entry: &str) -> Said {
    let entry = visible(entry);
    unchanged(path, &said(format!("“{entry}”不是促销规则"), format!("{entry:?} is no promotion")))
}

fn unchanged(path: &Path, problem: &Said) -> Said {
    at(path, problem).so(&said("没有更改", "nothing was changed"))
}
