//! `yima config`.

use yima_core::OrderId;
use yima_store::Mode;

use super::{Said, said};

pub(crate) fn not_set(key: &str) -> Said {
    said(format!("{key} 未设置"), format!("{key} is not set"))
}

pub(crate) fn secrets_are_elsewhere(key: &str) -> Said {
    said(
        format!("{key} 不是设置项：密钥另外保存"),
        format!("{key} is no setting: secrets are kept elsewhere"),
    )
}

pub(crate) fn give_it_on_standard_input() -> Said {
    said(
        "请从标准输入给出：yima secret set app_secret，或 rsa_private_key",
        "give it on standard input: yima secret set app_secret, or rsa_private_key",
    )
}

pub(crate) fn open_sale(mode: Mode, is_only_one: bool, order: &OrderId) -> Said {
    let (chinese, english) = match mode {
        Mode::Live => ("正式收款", "live mode"),
        Mode::Practice => ("练习", "practice mode"),
    };
    let which = if is_only_one { "a sale" } else { "one of several sales" };
    said(
        format!("不能切换模式：{chinese}模式下有未完成的交易，订单 {order}"),
        format!("the mode cannot be changed: {which} of {english} has not come to its end, order {order}"),
    )
}

pub(crate) fn let_it_finish() -> Said {
    said("请先启动收银台，让交易完成", "start the till and let it finish its sales first")
}

pub(crate) fn refund_due(order: &OrderId) -> Said {
    said(
        format!("不能切换模式：订单 {order} 的应退款还没有退"),
        format!("the mode cannot be changed: a refund of order {order} is due"),
    )
}

pub(crate) fn give_it_back() -> Said {
    said(
        "请先在收银台把它退给顾客，或登记已在别处退款",
        "give it back at the till first, or note there that it was given back elsewhere",
    )
}

pub(crate) fn watched_sale(order: &OrderId) -> Said {
    said(
        format!("不能切换模式：订单 {order} 关闭不到 24 小时，还要由收银台核对是否有人付了款"),
        format!(
            "the mode cannot be changed: order {order} was closed, and for 24 hours the till asks whether somebody paid it"
        ),
    )
}

pub(crate) fn practise_elsewhere() -> Said {
    said(
        "请让收银台继续运行到核对结束；想先练习，可以用 --data-dir 另选一个数据目录",
        "let the till go on until that is over; to practise meanwhile, use another data folder: --data-dir",
    )
}

pub(crate) fn heads() -> [Said; 3] {
    [said("设置项", "KEY"), said("", ""), said("值", "VALUE")]
}

pub(crate) fn origin(has_value: bool, is_set: bool) -> Said {
    match (has_value, is_set) {
        (false, _) => said("未设置", "not set"),
        (true, true) => said("已设置", "set"),
        (true, false) => said("默认", "default"),
    }
}

pub(crate) fn in_brackets(said_of: &Said) -> Said {
    said(format!("（{}）", said_of.chinese), format!("({})", said_of.english))
}

pub(crate) fn allowed_and_default(allowed: &Said, default: Option<&str>) -> Said {
    said(
        format!("可用的值：{}；默认：{}", allowed.chinese, default.unwrap_or("无")),
        format!("allowed: {}; default: {}", allowed.english, default.unwrap_or("none")),
    )
}
