//! What other parts of the till say went wrong.

use std::io::{self, ErrorKind};
use std::path::Path;

use yima_store::backup::BackupError;
use yima_store::{DataDirError, LockError, OpenError, RestoreError, StoreError};

use super::{Said, said};
use crate::table::visible;

/// The system's own words, where there are none in Chinese.
pub(crate) fn system(error: &io::Error) -> Said {
    let chinese = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经有同名的文件或文件夹",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        ErrorKind::IsADirectory => "这是文件夹，不是文件",
        ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        ErrorKind::AddrInUse => "端口已被占用",
        ErrorKind::InvalidData => "内容无法读取",
        ErrorKind::TimedOut => "超时",
        _ => return said(format!("系统报告：{error}"), error.to_string()),
    };
    said(chinese, error.to_string())
}

pub(crate) fn output(error: &io::Error) -> Said {
    said("无法写出结果", "the output cannot be written").because(&system(error))
}

pub(crate) fn no_waiting(error: &io::Error) -> Said {
    said("系统不允许等待", "the system gives no means to wait").because(&system(error))
}

pub(crate) fn no_client() -> Said {
    said("无法建立网络客户端", "the HTTP client cannot be set up")
}

/// Of a file that was named.
pub(crate) fn at(path: &Path, problem: &Said) -> Said {
    said(path.display().to_string(), path.display().to_string()).because(problem)
}

pub(crate) fn data_dir(error: &DataDirError) -> Said {
    match error {
        DataDirError::NoPlace => {
            said("系统没有指定用户数据的位置", "the system names no place for a user's data")
        }
        DataDirError::Unusable { path, source } => {
            let path = path.display();
            said(format!("{path} 不能用作数据文件夹"), format!("{path} cannot be used as the data folder"))
                .because(&system(source))
        }
    }
}

pub(crate) fn name_a_folder() -> Said {
    said("请用 --data-dir 文件夹 或 YIMA_DATA_DIR 指定", "give --data-dir DIR or set YIMA_DATA_DIR")
}

pub(crate) fn name_a_usable_folder() -> Said {
    said("请用 --data-dir 指定一个可读写的文件夹", "give --data-dir a folder that you can read and write")
}

pub(crate) fn lock(error: &LockError) -> Said {
    match error {
        LockError::InUse { path } => {
            let path = path.display();
            said(format!("{path} 正被另一个程序使用"), format!("{path} is in use by another program"))
        }
        LockError::Failed { path, source } => {
            let path = path.display();
            said(format!("{path} 无法锁定"), format!("{path} cannot be locked")).because(&system(source))
        }
    }
}

pub(crate) fn close_the_till() -> Said {
    said(
        "未作任何更改；请关闭收银台再试，读取不受影响",
        "nothing was changed; close the till and try again, reading works beside it",
    )
}

pub(crate) fn store(error: &StoreError) -> Said {
    let chinese = match error {
        StoreError::DiskFull => "磁盘已满".to_owned(),
        StoreError::ReadOnly => "数据库不能写入".to_owned(),
        StoreError::Io(detail) => format!("磁盘出错：{}", visible(detail)),
        StoreError::Damaged(detail) => format!("数据库已损坏：{}", visible(detail)),
        StoreError::Busy => "数据库被另一个程序锁住".to_owned(),
        StoreError::VersionConflict => "这笔交易已经变了".to_owned(),
        StoreError::NotOpen => "购物车不能再修改".to_owned(),
        StoreError::OrderExists => "已经有这个订单号".to_owned(),
        StoreError::Refused(detail) => format!("数据库不接受这些值：{}", visible(detail)),
        StoreError::Gone => "数据库已关闭".to_owned(),
    };
    said(chinese, error.to_string())
}

pub(crate) fn open(error: &OpenError) -> Said {
    let chinese = match error {
        OpenError::Missing { path } => format!("没有数据库 {}", path.display()),
        OpenError::Newer { path, found, known } => {
            format!("{} 的格式是 {found}，本程序最高支持 {known}", path.display())
        }
        OpenError::Older { path } => format!("{} 是旧格式", path.display()),
        OpenError::Damaged { path, what } => format!("{} 已损坏：{}", path.display(), visible(what)),
        OpenError::Unwritable { path, reason } => {
            format!("{} 不能写入：{}", path.display(), visible(reason))
        }
        OpenError::DiskFull { path } => format!("{} 所在的磁盘已满", path.display()),
        OpenError::Busy { path } => format!("{} 被另一个程序锁住", path.display()),
        OpenError::NotDurable { path, pragma } => {
            format!("{} 无法安全保存：磁盘不支持 {pragma}", path.display())
        }
        OpenError::Failed { path, reason } => format!("{} 无法打开：{}", path.display(), visible(reason)),
    };
    said(chinese, error.to_string())
}

pub(crate) fn never_used() -> Said {
    said("这个模式还没有卖过或导入过商品", "nothing was sold or imported in this mode yet")
}

pub(crate) fn use_a_newer_program() -> Said {
    said("请用生成它的程序，或更新的版本", "use the program that made it, or a newer one")
}

pub(crate) fn start_the_till_once() -> Said {
    said("请启动一次收银台，数据会自动升级", "start the till once: it brings its data up to date")
}

pub(crate) fn backup(error: &BackupError) -> Said {
    match error {
        BackupError::Unreadable(error) => open(error),
        BackupError::NotCopied(error) => {
            said("数据库无法复制", "the database could not be copied").because(&store(error))
        }
        BackupError::Unwritable { path, source } => {
            let path = path.display();
            said(format!("{path} 无法写入"), format!("{path} cannot be written")).because(&system(source))
        }
        BackupError::Exists { path } => said(format!("{} 已经有文件", path.display()), error.to_string()),
        BackupError::NoRoom { needed_bytes, free_bytes } => {
            said(format!("磁盘只剩 {free_bytes} 字节，备份需要 {needed_bytes} 字节"), error.to_string())
        }
        BackupError::InProgress => said("另一个程序正在备份", error.to_string()),
        BackupError::Unsound(detail) => {
            said(format!("备份核对未通过：{}", visible(detail)), error.to_string())
        }
    }
}

pub(crate) fn make_room() -> Said {
    said("请用 --to 指定另一磁盘上的文件，或腾出空间", "give --to a file on another disk, or make room")
}

pub(crate) fn in_a_minute() -> Said {
    said("请一分钟后再试", "try again in a minute")
}

pub(crate) fn verify_shows() -> Said {
    said("`yima verify` 会列出问题；未写出任何文件", "`yima verify` shows what is wrong; nothing was written")
}

pub(crate) fn restore(error: &RestoreError) -> Said {
    match error {
        RestoreError::Unreadable(error) => {
            said("备份无法使用", "the backup cannot be used").because(&open(error))
        }
        RestoreError::NotCopied(error) => {
            said("备份无法复制", "the backup could not be copied").because(&backup(error))
        }
        RestoreError::NotMarked(error) => {
            said("备份无法标记为已恢复", "the backup could not be marked as restored").because(&store(error))
        }
        RestoreError::Unsound(_) => said("备份核对未通过", "the backup is not sound"),
        RestoreError::NotReplaced { path, source } => {
            let path = path.display();
            said(format!("{path} 无法替换"), format!("{path} could not be replaced")).because(&system(source))
        }
        RestoreError::NoBackup => {
            said("备份文件夹里没有完好的备份", "there is no sound backup in the folder")
        }
    }
}

pub(crate) fn nothing_changed() -> Said {
    said("未作任何更改", "nothing was changed")
}

pub(crate) fn nothing_changed_newer() -> Said {
    nothing_changed().so(&use_a_newer_program())
}

pub(crate) fn nothing_changed_elsewhere() -> Said {
    nothing_changed().so(&said("请指定存放在别处的备份", "name a backup kept elsewhere"))
}
