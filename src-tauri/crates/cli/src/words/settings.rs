//! The settings: what each is for, what it may be, and what is wrong with a value.

use yima_checkout::settings::{Setting, SettingError, ValueProblem};

use super::failures::store;
use super::{Said, said};
use crate::table::visible;

pub(crate) fn failed(error: &SettingError) -> Said {
    let chinese = match error {
        SettingError::UnknownKey { name, nearest } => {
            let nearest = nearest.map_or_else(String::new, |nearest| format!("；是不是 {nearest}？"));
            format!("没有设置项“{}”{nearest}", visible(name))
        }
        SettingError::BadValue { key, value, problem, allowed } => {
            let allowed = chinese(key).map_or(*allowed, |(_, allowed)| allowed);
            format!("{key} 不能是“{}”：{}；可用的值：{allowed}", cut(value), why_not(problem))
        }
        SettingError::Missing { key } => format!("{key} 未设置"),
        SettingError::Store(error) => {
            return said("设置无法读写", "the settings cannot be read or written").because(&store(error));
        }
    };
    said(chinese, error.to_string())
}

pub(crate) fn list_shows_all() -> Said {
    said("`yima config list` 列出全部设置", "`yima config list` shows all settings")
}

pub(crate) fn set_sets_it() -> Said {
    said("请用 `yima config set` 设置", "`yima config set` sets it")
}

pub(crate) fn meaning(setting: &dyn Setting) -> Said {
    let chinese = chinese(setting.name()).map_or(setting.meaning(), |(meaning, _)| meaning);
    said(chinese, setting.meaning())
}

pub(crate) fn allowed(setting: &dyn Setting) -> Said {
    let chinese = chinese(setting.name()).map_or(setting.allowed(), |(_, allowed)| allowed);
    said(chinese, setting.allowed())
}

/// A value as it can stand in a message.
fn cut(value: &str) -> String {
    const CHARS_MAX: usize = 80;
    let cut: String = value.chars().take(CHARS_MAX).collect();
    let more = if cut.len() < value.len() { "…" } else { "" };
    format!("{}{more}", visible(&cut))
}

fn why_not(problem: &ValueProblem) -> String {
    let fixed = match problem {
        ValueProblem::TooLong { chars } => return format!("有 {chars} 个字符"),
        ValueProblem::NotAPromotion { entry } => return format!("“{}”不是促销规则", visible(entry)),
        ValueProblem::NotALayout { entry } => return format!("“{}”不是这样的格式", visible(entry)),
        ValueProblem::NotAHost { entry } => return format!("“{}”不是主机名", visible(entry)),
        ValueProblem::NoSuchChoice => "没有这个选项",
        ValueProblem::Empty => "是空的",
        ValueProblem::OuterSpace => "前后有空格",
        ValueProblem::HiddenCharacter => "含有看不见的字符",
        ValueProblem::NotATillNumber => "不是这样的号码",
        ValueProblem::NotAWholeNumber => "不是数字写成的整数",
        ValueProblem::TooSmall => "太小",
        ValueProblem::TooLarge => "太大",
        ValueProblem::NotAnAddress => "网址应像 https://api.example.com",
        ValueProblem::AddressInsecure => "网址要以 https:// 开头（http:// 只用于本机）",
        ValueProblem::AddressWithCredentials => "网址不能带用户名或密码",
        ValueProblem::AddressWithQuery => "网址不能带 ? 或 # 后面的部分",
        ValueProblem::NotAWholePath => "不是完整路径",
    };
    fixed.to_owned()
}

/// What it is for, and what it may be.
fn chinese(key: &str) -> Option<(&'static str, &'static str)> {
    const IDENTIFIER: &str = "1 到 32 个字符";
    Some(match key {
        "mode" => ("practice 在程序内的练习网关上收银，live 收真钱", "practice、live"),
        "language" => ("窗口和命令行用的语言", "zh-CN、en"),
        "till.number" => ("小票号的开头；同一家店每台收银台不同", "两位数字，01 到 99"),
        "store.name" => ("两个窗口和小票上的店名", "1 到 64 个字符"),
        "store.store_id" => ("门店号，随每个订单发送", IDENTIFIER),
        "store.cashier_id" => ("收银员号，随每个订单发送", IDENTIFIER),
        "store.waiter1_id" => ("新交易的第一位服务员；每笔可改", IDENTIFIER),
        "store.waiter2_id" => ("新交易的第二位服务员；每笔可改", IDENTIFIER),
        "store.terminal_id" => ("区分每台收银台；未设置时首次启动自动生成", IDENTIFIER),
        "display.customer" => {
            ("顾客屏所在的显示器", "设置页列出的显示器，如 HDMI-1@1920,0；未设置时用收银窗口以外的任一台")
        }
        "display.pictures" => ("空闲时顾客屏播放的图片", "文件夹的完整路径，最多 400 个字符"),
        "display.goods_pictures" => (
            "快捷商品的图片；文件名是条码或分类名的，该商品或分类自动显示",
            "文件夹的完整路径，最多 400 个字符",
        ),
        "sound.volume" => ("提示音的音量；0 为无声", "0 到 100"),
        "sound.muted" => ("暂时静音", "true、false"),
        "sound.spoken_paid" => ("收款成功时语音播报“支付成功”", "true、false"),
        "staff.discount_limit_percent" => ("收银员不经批准最多可优惠的比例；有员工时才有效", "0 到 100（%）"),
        "staff.lock_after_min" => ("多久没有操作后锁定收银台；有员工时才有效", "0 到 480 分钟；0 为不锁定"),
        "sale.qr_timeout_s" => ("顾客付款的时限", "5 到 3600 秒"),
        "sale.rounding" => ("合计抹零到角（jiao）或元（yuan）", "none、jiao、yuan"),
        "sale.promotions" => (
            "自动优惠",
            "名称 = 规则，用分号分隔；规则是 over 满 off 减、every 每满 off 减、item 第几件 at 百分之几%、N for M（买 N 件付 M 件的钱）；冒号后写适用条码，不写就是全部商品",
        ),
        "scan.same_code" => {
            ("同一个条码再扫一次：数量加一（merge），或另起一行（new_line）", "merge、new_line")
        }
        "scan.in_store_codes" => (
            "店内电子秤打印的条码格式",
            "用逗号分隔，一个字母代表一位：开头写数字（x 为任意），I 货号，W 千克，A 元，V 金额或重量的校验位，C 校验位；不用时留空",
        ),
        "gateway.base_url" => ("支付网关的网址", "https:// 网址；http:// 只用于本机"),
        "gateway.app_id" => ("网关运营方给门店的应用编号", IDENTIFIER),
        "gateway.sign_type" => ("用 app_secret 签名（MD5），或用 rsa_private_key 签名（RSA）", "MD5、RSA"),
        "gateway.profile.secret_key" => {
            ("应用密钥参与签名时的名称；app_sercet 是网关文档原来的拼写", "app_sercet、app_secret")
        }
        "gateway.profile.sign_type_signed" => ("sign_type 是否参与签名", "true、false"),
        "gateway.profile.md5_output" => ("MD5 签名的写法", "base64_upper_hex、upper_hex"),
        "gateway.profile.rsa_digest" => ("RSA 签名用的摘要", "sha256、sha1"),
        "gateway.profile.amount_form" => ("total_amount 写成 \"11.00\" 还是 11.00", "string、number"),
        "gateway.pay_url_hosts" => (
            "付款链接允许的主机；链接不在其中的订单会被关闭",
            "用逗号分隔的主机，如 pay.example.com 或 *.example.com；未设置时不限主机",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_told_of_in_chinese() {
        for setting in yima_checkout::settings::all() {
            assert!(chinese(setting.name()).is_some(), "{}", setting.name());
        }
    }
}
