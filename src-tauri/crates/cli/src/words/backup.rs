//! `yima backup`, `yima verify` and `yima restore`.

use std::path::Path;

use yima_store::backup::{Backup, Database};
use yima_store::verify::{Check, Finding, Verified};
use yima_store::{Restore, Restored, day_of};

use super::{Said, said};
use crate::table::visible;

pub(crate) fn made(backup: &Backup) -> Said {
    let (path, bytes) = (backup.path.display(), backup.bytes);
    said(format!("{path}：{bytes} 字节，已核对"), format!("{path}: {bytes} bytes, checked"))
}

pub(crate) fn no_new_goods() -> Said {
    said("商品自上次备份后没有变动", "no goods that are not in a backup")
}

pub(crate) fn counted(file: &Path, verified: &Verified) -> Said {
    let (mut chinese, mut english) = (Vec::new(), Vec::new());
    for (table, count) in &verified.counts {
        chinese.push(format!("{} {count}", table_name(table)));
        english.push(format!("{count} {}", table.replace('_', " ")));
    }
    let file = file.display();
    said(format!("{file}：{}", chinese.join("，")), format!("{file}: {}", english.join(", ")))
}

/// A table that no word was found for keeps its own name.
fn table_name(table: &str) -> &str {
    match table {
        "settings" => "设置",
        "cashiers" => "员工",
        "audit" => "操作日志",
        "products" => "商品",
        "barcodes" => "条码",
        "sales" => "交易",
        "sale_events" => "交易事件",
        "receipts" => "小票",
        "refunds" => "退款",
        "carts" => "购物车",
        "cart_lines" => "购物车商品",
        other => other,
    }
}

/// What was found is for whoever mends it, and stands as it is.
pub(crate) fn found(finding: &Finding) -> Said {
    let what = visible(&finding.what);
    let (chinese, english) = match finding.check {
        Check::Pages => ("数据页损坏", "pages"),
        Check::References => ("记录缺少所指的记录", "references"),
        Check::Events => ("交易事件不连续", "events"),
        Check::Sales => ("交易与其事件不符", "sales"),
        Check::Goods => ("商品金额与合计不符", "goods"),
        Check::Bodies => ("发送的内容被改动", "bodies"),
        Check::Attempts => ("提交记录不符", "attempts"),
        Check::Refunds => ("退款不符", "refunds"),
        Check::Receipts => ("小票不符", "receipts"),
        Check::Carts => ("购物车不符", "carts"),
    };
    said(format!("  {chinese}（{english}）：{what}"), format!("  {english}: {what}"))
}

pub(crate) fn not_compared(restore: &Restore) -> Said {
    let day = day_of(restore.restored_ms);
    let (chinese, english) = match &restore.backup_name {
        Some(backup) => {
            let backup = visible(backup);
            (format!("由 {backup} 恢复"), format!("restored from {backup}"))
        }
        None => ("发现是副本".to_owned(), "found to be a copy".to_owned()),
    };
    said(
        format!("  {day} {chinese}，之后还没有与网关的订单核对"),
        format!("  {english} on {day}, not compared with the gateway's orders since"),
    )
}

pub(crate) fn outcome(verified: &Verified) -> Said {
    if verified.is_sound() { said("  完好", "  sound") } else { said("  不完好", "  NOT SOUND") }
}

pub(crate) fn findings(count: usize) -> Said {
    said(format!("发现 {count} 处问题"), format!("{count} findings"))
}

pub(crate) fn restore_mends() -> Said {
    said(
        "`yima restore --as live`（或 practice、goods、settings）用备份替换它",
        "`yima restore --as live` (or practice, goods, settings) puts a backup in its place",
    )
}

pub(crate) fn not_noted() -> Said {
    said("恢复已完成，但没有记入操作日志：", "restored, but not noted in the log of who did what:")
}

pub(crate) fn not_sound() -> Said {
    said("备份不完好；未作任何更改", "the backup is not sound; nothing was changed")
}

pub(crate) fn take_an_older_one() -> Said {
    said("请用 `backups` 文件夹里更早的备份", "take an older one from the folder `backups`")
}

pub(crate) fn backup_of(file: &Path, database: Database) -> Said {
    let (file, name) = (file.display(), database.name());
    said(format!("{file} 是 {name} 的备份"), format!("{file} is a backup of {name}"))
}

pub(crate) fn nameless() -> Said {
    said("从文件名看不出是什么的备份", "the name does not tell what it is a backup of")
}

pub(crate) fn say_what_it_is() -> Said {
    said(
        "请加上 --as practice、--as live、--as goods 或 --as settings",
        "say --as practice, --as live, --as goods or --as settings",
    )
}

pub(crate) fn settings_unreadable() -> Said {
    said(
        "设置无法读取，不知道收银台用的是哪个模式",
        "the settings cannot be read, so what was sold with is not known",
    )
}

pub(crate) fn settings_first() -> Said {
    said("请先用 --as settings，或用 --as live", "say --as settings first, or --as live")
}

pub(crate) fn restored(place: &Path) -> Said {
    let place = place.display();
    said(format!("已恢复：{place}"), format!("restored: {place}"))
}

pub(crate) fn set_aside(restored: &Restored) -> Option<Said> {
    let aside = restored.set_aside.as_ref()?.display();
    Some(said(format!("原数据库已移到（未删除）：{aside}"), format!("set aside, not deleted: {aside}")))
}

pub(crate) fn what_is_missing() -> [Said; 3] {
    [
        said(
            "此备份之后的交易不在本机记录中，当时未完成的付款结果也不在其中。",
            "What was sold after this backup is missing here, and so is what became of payments that were open then.",
        ),
        said(
            "正式收款时，收银台打开后会先自动与网关的订单核对并补记缺少的订单，核对完才能收款。",
            "Set to live, the till takes nothing before it has gone through the gateway's list of orders and recorded \
             what is missing; it does so by itself when it is started.",
        ),
        said(
            "从现在起，小票号在机号后加一个字母，避免重号。",
            "Receipt numbers get a letter after the till's number from now on, so that none is given twice.",
        ),
    ]
}
