//! `yima cashier` and `yima audit`.

use yima_checkout::staff::StaffProblem;
use yima_checkout::staff::log::kind as kinds;
use yima_core::staff::{Act, Role};

use super::failures::store;
use super::{Said, said};
use crate::table::visible;

pub(crate) fn heads() -> [Said; 4] {
    [said("编号", "ID"), said("角色", "ROLE"), said("状态", "STATE"), said("姓名", "NAME")]
}

pub(crate) fn audit_heads() -> [Said; 6] {
    [
        said("序号", "NUMBER"),
        said("时间", "TIME"),
        said("操作", "WHAT"),
        said("员工", "WHO"),
        said("批准", "APPROVED BY"),
        said("详情", "DETAIL"),
    ]
}

pub(crate) fn role(role: Role) -> Said {
    let chinese = match role {
        Role::Cashier => "收银员",
        Role::Supervisor => "主管",
        Role::Installer => "安装员",
    };
    said(chinese, role.name())
}

pub(crate) fn active(is_active: bool) -> Said {
    if is_active { said("在用", "active") } else { said("停用", "disabled") }
}

/// Nobody is the command line, or a till without cashiers.
pub(crate) fn person(id: &str, name: &str) -> Said {
    if id.is_empty() { said("—", "-") } else { said(format!("{name} {id}"), format!("{name} {id}")) }
}

/// What is not known is shown as it is kept.
pub(crate) fn kind(kept: &str) -> Said {
    let chinese = match kept {
        kinds::LOGGED_IN => "登录",
        kinds::LOCKED => "锁定",
        kinds::WRONG_PIN => "密码错误",
        kinds::NOT_DONE => "未执行",
        kinds::DISCOUNT => "优惠",
        kinds::SETTING_CHANGED => "更改设置",
        kinds::CATALOGUE_IMPORTED => "导入商品",
        kinds::CASHIER_ADDED => "添加员工",
        kinds::CASHIER_CHANGED => "更改员工",
        kinds::PIN_SET => "设置密码",
        kinds::SECRET_SET => "保存签名密钥",
        kinds::RESTORED => "恢复备份",
        kept => match Act::ALL.into_iter().find(|act| act.name() == kept) {
            Some(noted) => act(noted),
            None => kept,
        },
    };
    said(chinese, kept.replace('_', " "))
}

fn act(act: Act) -> &'static str {
    match act {
        Act::Sell => "收银",
        Act::OverridePrice => "改价",
        Act::DiscountAboveLimit => "超限优惠",
        Act::Refund => "退款",
        Act::Void => "取消付款",
        Act::Settle => "主管决定",
        Act::ImportCatalogue => "导入商品",
        Act::ChangeSettings => "更改设置",
        Act::ManageStaff => "管理员工",
    }
}

pub(crate) fn from_now_on_locked() -> Said {
    said(
        "收银台从下次启动起需要登录；用 `yima cashier add` 添加其他员工",
        "from its next start on the till asks who is there; `yima cashier add` adds the others",
    )
}

/// It would be on the screen for all to see.
pub(crate) fn pin_not_typed_in() -> Said {
    said(
        "密码不在这里键入，请从标准输入给出：printf 1234 | yima cashier …",
        "a PIN is not typed in here; give it on standard input: printf 1234 | yima cashier …",
    )
}

pub(crate) fn list_shows_all() -> Said {
    said("`yima cashier list` 列出全部员工", "`yima cashier list` shows everybody")
}

pub(crate) fn failed(problem: &StaffProblem) -> Said {
    let chinese = match problem {
        StaffProblem::PinUnfit => "密码须为 4 到 8 位数字".to_owned(),
        StaffProblem::IdUnfit => "编号须为 1 到 32 个看得见的字符，前后没有空格".to_owned(),
        StaffProblem::NameUnfit => "姓名须为 1 到 64 个看得见的字符，前后没有空格".to_owned(),
        StaffProblem::NoSuchCashier => "没有这个编号的员工".to_owned(),
        StaffProblem::IdTaken => "已有这个编号的员工".to_owned(),
        StaffProblem::NoInstaller => "必须至少有一名在用的安装员（installer）".to_owned(),
        StaffProblem::NotHashed => "本机无法处理密码".to_owned(),
        StaffProblem::Store(error) => {
            return said("员工或日志无法读写", "the people or the log cannot be read or written")
                .because(&store(error));
        }
        StaffProblem::Locked => "没有人登录".to_owned(),
        StaffProblem::ApprovalNeeded { act: needed, .. } => format!("{}需要批准", act(*needed)),
        StaffProblem::NotAllowed { act: refused } => format!("没有{}的权限", act(*refused)),
        StaffProblem::WordMissing => "必须说明原因".to_owned(),
        StaffProblem::ApprovalGone => "没有等待批准的操作".to_owned(),
        StaffProblem::MayNotApprove => "此人也没有这个权限".to_owned(),
        StaffProblem::WrongPin => "密码错误".to_owned(),
        StaffProblem::TooSoon { wait_s } => format!("密码错误次数过多，请等 {wait_s} 秒"),
    };
    said(visible(&chinese), problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_has_chinese_words() {
        let acts = Act::ALL.into_iter().filter(|act| *act != Act::Sell).map(Act::name);
        for kept in kinds::ALL.into_iter().chain(acts) {
            assert!(!kind(kept).chinese.is_ascii(), "{kept}");
        }
    }
}
