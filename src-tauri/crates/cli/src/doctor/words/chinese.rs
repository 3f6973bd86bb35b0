//! 中文报告。

use yima_checkout::doctor::{
    ClockFound, Connection, Finding, Mode, NameLookup, NoAnswer, Search, Secret, SecretProblem,
    SettingsFound, Tls, Verdict,
};
use yima_gateway::probe::NoConnection;

use super::{Said, answer, changed};
use crate::table::visible;

pub(super) fn say(finding: &Finding) -> Said {
    match finding {
        Finding::Mode(mode) => self::mode(*mode),
        Finding::Settings(found) => settings(found),
        Finding::Secret(found) => secret(found),
        Finding::Proxy { variables } if variables.is_empty() => Said::new("代理", "未设置"),
        Finding::Proxy { variables } => {
            Said::new("代理", format!("已设置 {}，但收银台不使用", variables.join("、")))
                .advising("收银台直接连接网关；如果本网络必须经过代理，就连不上网关")
        }
        Finding::NameLookup(found) => name_lookup(found),
        Finding::Connection(found) => connection(found),
        Finding::Tls(found) => tls(found),
        Finding::Clock(found) => clock(*found),
        Finding::Latency { answer_ms: Some(ms) } => Said::new("延迟", format!("首次应答 {ms} 毫秒")),
        Finding::Latency { answer_ms: None } => Said::new("延迟", "未测量"),
        Finding::Signature(verdict) => signature(verdict),
        Finding::ProfileSearch(search) => profile_search(search),
    }
}

fn mode(mode: Mode) -> Said {
    match mode {
        Mode::Live => Said::new("模式", "正式收款"),
        Mode::Practice => Said::new("模式", "练习：不收真钱")
            .advising("练习模式使用收银台内置的网关；这里检查的是正式收款的设置")
            .advising("要正式收款：yima config set mode live"),
        Mode::Unknown => Said::new("模式", "无法得知"),
    }
}

fn settings(found: &SettingsFound) -> Said {
    const NAME: &str = "设置";
    match found {
        SettingsFound::Complete { base_url, app_id, sign_type, profile } => {
            Said::new(NAME, format!("完整：{}，app_id {}，{sign_type}", visible(base_url), visible(app_id)))
                .advising(format!(
                    "签名方案：secret_key={} sign_type_signed={} md5_output={} rsa_digest={} amount_form={}",
                    profile.secret_key,
                    profile.sign_type_signed,
                    profile.md5_output,
                    profile.rsa_digest,
                    profile.amount_form
                ))
        }
        SettingsFound::Missing { key } => {
            Said::new(NAME, format!("{key} 未设置")).advising(format!("yima config set {key} 值"))
        }
        SettingsFound::BadValue { key, value, .. } => {
            Said::new(NAME, format!("{key} 的值“{}”无法使用", visible(value)))
                .advising(format!("yima config set {key} 值；可用的值：yima config list --explain"))
        }
        SettingsFound::Unreadable => Said::new(NAME, "设置文件无法读取"),
    }
}

fn secret(found: &Secret) -> Said {
    const NAME: &str = "密钥";
    match found {
        Secret::Keychain { name } => Said::new(NAME, format!("{name} 在系统钥匙串中")),
        Secret::File { name } => Said::new(NAME, format!("{name} 未加密，保存在文件中"))
            .advising(format!("有钥匙串时改用：yima secret set {name} < 文件")),
        Secret::Missing { name } => {
            Said::new(NAME, format!("{name} 未设置")).advising(format!("yima secret set {name} < 文件"))
        }
        Secret::NoKeychain { said } => Said::new(NAME, format!("钥匙串不可用：{}", visible(said)))
            .advising("启动系统钥匙串，或用 yima secret set 名称 --insecure-file 保存到文件"),
        Secret::NotAnswering => {
            Said::new(NAME, "钥匙串没有应答").advising("解锁钥匙串，或关闭它的提示窗口后再试")
        }
        Secret::Locked { said } => {
            Said::new(NAME, format!("钥匙串已锁定：{}", visible(said))).advising("解锁后再试")
        }
        Secret::Unusable(problem) => Said::new(NAME, format!("无法使用：{}", secret_problem(problem))),
        Secret::NotLookedFor => Said::new(NAME, "未查找：设置无法读取，不知道需要哪一个"),
    }
}

fn secret_problem(problem: &SecretProblem) -> String {
    match problem {
        SecretProblem::KeychainRefused { said } => format!("钥匙串拒绝了：{}", visible(said)),
        SecretProblem::Exposed { path } => format!("{} 可被其他用户读取", path.display()),
        SecretProblem::FileUnreadable { path, said } => {
            format!("{} 无法读取：{}", path.display(), visible(said))
        }
        SecretProblem::NotText => "不是 UTF-8 文本".to_owned(),
        SecretProblem::ControlCharacter => "含有换行或其他控制字符".to_owned(),
        SecretProblem::Empty => "是空的".to_owned(),
        SecretProblem::NotPem => "不是 PEM 文本（以 -----BEGIN 开头）".to_owned(),
        SecretProblem::PublicKey => "这是公钥或证书；签名需要私钥".to_owned(),
        SecretProblem::Encrypted => "私钥有密码保护；请保存不带密码的私钥".to_owned(),
        SecretProblem::KeyUnreadable => "不是可读的 RSA 私钥（PKCS#8 或 PKCS#1）".to_owned(),
        SecretProblem::KeySize { bits } => format!("密钥为 {bits} 位；支持 1024 到 4096 位"),
        SecretProblem::NoSettings => "设置无法读取".to_owned(),
    }
}

fn no_answer(reason: NoAnswer) -> String {
    match reason {
        NoAnswer::CannotBeMade => "请求无法生成，请检查 gateway.base_url 和 gateway.app_id".to_owned(),
        NoAnswer::CannotBeSigned => "请求无法签名".to_owned(),
        NoAnswer::NameNotFound => "找不到域名".to_owned(),
        NoAnswer::NoConnection => "连不上".to_owned(),
        NoAnswer::NotTrusted => "没有可信的 TLS 连接".to_owned(),
        NoAnswer::TimedOut => "超时，没有完整的应答".to_owned(),
        NoAnswer::ConnectionBroke => "连接中断".to_owned(),
        NoAnswer::HttpStatus { status } => format!("HTTP 状态 {status}"),
        NoAnswer::Redirected => "对方要求转到别处，收银台不跟随".to_owned(),
        NoAnswer::NotAGateway => "应答不是这种网关的；请检查 gateway.base_url".to_owned(),
    }
}

fn name_lookup(found: &NameLookup) -> Said {
    const NAME: &str = "域名";
    match found {
        NameLookup::Found { host, addresses, took_ms } => {
            Said::new(NAME, format!("{} → {}（{took_ms} 毫秒）", visible(host), addresses.join("、")))
        }
        NameLookup::NotNeeded { host } => Said::new(NAME, format!("{} 不需要解析", visible(host))),
        NameLookup::NotFound { host } => Said::new(NAME, format!("找不到 {}", visible(host)))
            .advising("本机是否联网？gateway.base_url 是否写对？"),
        NameLookup::NotAsked => Said::new(NAME, "未解析"),
    }
}

fn connection(found: &Connection) -> Said {
    const NAME: &str = "连接";
    match found {
        Connection::Made { address, took_ms } => Said::new(NAME, format!("{address}，{took_ms} 毫秒")),
        Connection::None { reason } => {
            let reason = match reason {
                NoConnection::Refused => "对方端口未开放",
                NoConnection::TimedOut => "超时无应答",
                NoConnection::Unreachable => "网络不可达",
                NoConnection::Failed => "系统拒绝",
            };
            Said::new(NAME, format!("连不上：{reason}")).advising("检查防火墙，以及 gateway.base_url 的端口")
        }
        Connection::NotTried => Said::new(NAME, "未尝试"),
    }
}

fn tls(found: &Tls) -> Said {
    const NAME: &str = "TLS";
    match found {
        Tls::Trusted { http_status } => Said::new(NAME, format!("证书可信（HTTP 状态 {http_status}）")),
        Tls::NotUsed { http_status } => {
            Said::new(NAME, format!("未使用：网关就在本机（HTTP 状态 {http_status}）"))
        }
        Tls::NotTrusted => Said::new(NAME, "证书不可信，或对方不是 TLS")
            .advising("可能是本机时钟偏差太大、缺少系统证书，或中间有人拆开了加密连接"),
        Tls::NoAnswer(reason) => Said::new(NAME, format!("已连接，但没有应答：{}", no_answer(*reason))),
        Tls::NotTried => Said::new(NAME, "未尝试"),
    }
}

fn clock(found: ClockFound) -> Said {
    const NAME: &str = "时钟";
    match found {
        ClockFound::Compared { ahead_s } => {
            let way = if ahead_s < 0 { "慢" } else { "快" };
            Said::new(NAME, format!("比网关{way} {} 秒", ahead_s.unsigned_abs()))
                .advising_if(ahead_s.unsigned_abs() > 30, "请让本机自动校时：小票上印的是本机时间")
        }
        ClockFound::NoDate => Said::new(NAME, "网关没有给出时间"),
        ClockFound::NotCompared => Said::new(NAME, "未比较"),
    }
}

fn signature(verdict: &Verdict) -> Said {
    const NAME: &str = "签名";
    match verdict {
        Verdict::Accepted { path } => Said::new(NAME, format!("{path} 接受我们的签名，并拒绝错误的签名")),
        Verdict::Refused { path, code, msg, canonical } => refused(path, &answer(*code, msg), canonical),
        Verdict::AppIdRefused { code, msg } => {
            Said::new(NAME, format!("app_id 被拒绝：{}", answer(*code, msg)))
                .advising("请与商户后台的应用编号核对 gateway.app_id")
        }
        Verdict::NotEnabled { code, msg } => {
            Said::new(NAME, format!("应用未开通：{}", answer(*code, msg))).advising("请联系网关服务商开通")
        }
        Verdict::CannotTell => Said::new(NAME, "无法判断：这个网关先查订单，错误的签名也被接受")
            .advising("请实际收一笔 0.01 元再撤销：若返回 2000 或 3004，就是签名被拒绝")
            .advising("或者用 yima sign 生成签名，请网关服务商核对"),
        Verdict::Unclear { path, code, msg } => {
            Said::new(NAME, format!("不明确：{path} 返回 {}", answer(*code, msg)))
                .advising("yima doctor --find-profile 会尝试其他签名方案")
        }
        Verdict::Busy => Said::new(NAME, "网关繁忙（5002）").advising("请过几分钟再试"),
        Verdict::NoAnswer(reason) => Said::new(NAME, format!("没有应答：{}", no_answer(*reason))),
        Verdict::NotAsked => Said::new(NAME, "未询问：前面的检查未通过"),
    }
}

fn refused(path: &str, answer: &str, canonical: &str) -> Said {
    Said::new("签名", format!("{path} 拒绝了签名：{answer}"))
        .advising("参与签名的文本（*** 代表密钥）：")
        .advising(visible(canonical))
        .advising("请与服务商的签名校验页面或技术支持对同一请求生成的文本逐字核对：字段顺序、app_sercet 还是 app_secret、")
        .advising("是否包含 sign_type、store_info 是否逐字节一致；可用 yima sign 辅助")
        .advising("请与商户后台核对密钥，并确认它属于这个 app_id；使用 RSA 时，确认后台登记的公钥与我们的私钥是一对")
        .advising("yima doctor --find-profile 会尝试其他签名方案")
}

fn profile_search(search: &Search) -> Said {
    const NAME: &str = "签名方案";
    match search {
        Search::Found { changes, tried, .. } => {
            Said::new(NAME, format!("第 {tried} 次尝试找到：{}", changed(changes)))
                .advising("amount_form 无法这样找出，因为签名文本相同：如果收款返回 3002，请换另一种")
        }
        Search::None { tried } => Said::new(NAME, format!("其余 {tried} 种也都被拒绝"))
            .advising("所以问题在密钥，或在 gateway.sign_type（MD5 还是 RSA）：请与商户后台核对"),
        Search::Stopped { tried, verdict } => {
            let stopped = signature(verdict);
            Said {
                name: NAME,
                found: format!("第 {tried} 次后停止：{}", stopped.found),
                advice: stopped.advice,
            }
        }
        Search::NotNeeded => Said::new(NAME, "未搜索：换方案不会改变结果"),
    }
}
