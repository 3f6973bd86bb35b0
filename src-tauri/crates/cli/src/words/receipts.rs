//! `yima receipts`. What is kept under a name of its own, such as an event, keeps it.

use yima_checkout::view::Language;

use super::{Said, said};

pub(crate) fn list_heads() -> [Said; 7] {
    [
        said("小票号", "RECEIPT"),
        said("开始", "BEGUN"),
        said("状态", "STATE"),
        said("合计", "TOTAL"),
        said("实付", "PAID"),
        said("订单号", "ORDER"),
        said("商品", "GOODS"),
    ]
}

pub(crate) fn goods_heads() -> [Said; 5] {
    [
        said("条码", "BARCODE"),
        said("单价", "PRICE"),
        said("数量", "QUANTITY"),
        said("金额", "AMOUNT"),
        said("商品", "GOODS"),
    ]
}

pub(crate) fn event_heads() -> [Said; 5] {
    [
        said("时间", "TIME"),
        said("状态", "STATE"),
        said("尝试", "ATTEMPT"),
        said("事件", "WHAT HAPPENED"),
        said("备注", "NOTE"),
    ]
}

pub(crate) fn refund_heads() -> [Said; 4] {
    [said("时间", "TIME"), said("金额", "AMOUNT"), said("退款号", "REFUND"), said("进度", "PROGRESS")]
}

/// What one line about a sale is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Receipt,
    Order,
    State,
    Reason,
    Begun,
    Total,
    Payable,
    Paid,
    Refunded,
    RefundDue,
    Way,
    Tendered,
    PaidBy,
    PaidAt,
    TradeNo,
    PayUrl,
    Till,
    TerminalId,
    CashierId,
    Note,
}

pub(crate) fn label(label: Label) -> Said {
    match label {
        Label::Receipt => said("小票号", "receipt"),
        Label::Order => said("订单号", "order"),
        Label::State => said("状态", "state"),
        Label::Reason => said("原因", "reason"),
        Label::Begun => said("开始", "begun"),
        Label::Total => said("合计", "total"),
        Label::Payable => said("应付", "payable"),
        Label::Paid => said("实付", "paid"),
        Label::Refunded => said("已退款", "refunded"),
        Label::RefundDue => said("应退款", "refund due"),
        Label::Way => said("收款方式", "way"),
        Label::Tendered => said("实收现金", "tendered"),
        Label::PaidBy => said("付款方式", "paid by"),
        Label::PaidAt => said("付款时间", "paid at"),
        Label::TradeNo => said("交易号", "trade_no"),
        Label::PayUrl => said("付款链接", "pay_url"),
        Label::Till => said("收银台", "till"),
        Label::TerminalId => said("终端号", "terminal_id"),
        Label::CashierId => said("收银员", "cashier_id"),
        Label::Note => said("备注", "note"),
    }
}

pub(crate) fn way(code: &str) -> Said {
    match code {
        "cash" => said("现金", "cash"),
        "payment_code" => said("扫付款码", "payment code"),
        _ => said("收款码", "QR"),
    }
}

pub(crate) fn channel(channel: i64) -> Said {
    match channel {
        0 => said("微信", "WeChat"),
        _ => said("支付宝", "Alipay"),
    }
}

/// English has the names that the state is kept under.
pub(crate) fn state(state: &str, language: Language) -> &str {
    if language == Language::English {
        return state;
    }
    match state {
        "ready" => "待发送",
        "submitting" => "提交中",
        "awaiting" => "待付款",
        "verifying" => "核实付款",
        "paid" => "已付款",
        "closing" => "关闭中",
        "cancelling" => "撤销中",
        "unresolved" => "结果未知",
        "closed" => "已关闭",
        "cancelled" => "已撤销",
        "void" => "未发送",
        "refunding" => "退款中",
        "refunded" => "已退款",
        other => other,
    }
}

pub(crate) fn several(count: usize, name: &str) -> Said {
    said(format!("有 {count} 笔交易以“{name}”结尾"), format!("{count} sales end in {name:?}"))
}

pub(crate) fn give_more_of_it() -> Said {
    said(
        "请多给几位小票号或订单号；`yima receipts list` 可以列出",
        "give more of the receipt number or order id; `yima receipts list` shows them",
    )
}

pub(crate) fn none(name: &str) -> Said {
    said(
        format!("这个模式里没有小票或订单“{name}”"),
        format!("there is no receipt or order {name:?} in this mode"),
    )
}

pub(crate) fn list_shows() -> Said {
    said(
        "`yima receipts list` 列出已有的；--mode 查看另一个模式",
        "`yima receipts list` shows what there is; --mode looks into the other mode",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use yima_core::sale::State;

    #[test]
    fn every_state_has_a_name_of_its_own_in_chinese() {
        let mut names: Vec<&str> =
            State::ALL.iter().map(|one| state(one.code(), Language::Chinese)).collect();
        assert!(names.iter().all(|name| !name.is_ascii()), "{names:?}");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), State::ALL.len());
    }
}
