//! `yima sandbox`.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use yima_sandbox::{AppError, KeyError, StartError, StateError, TermsError};

use super::failures::system;
use super::{Said, said};

pub(crate) fn no_signal(error: &io::Error) -> Said {
    said("无法等待停止信号", "no signal can be waited for").because(&system(error))
}

pub(crate) fn not_started(address: SocketAddr, error: &StartError) -> Said {
    said(format!("练习网关没有在 {address} 启动"), format!("the sandbox did not start at {address}"))
        .because(&why_not_started(error))
}

pub(crate) fn no_application() -> Said {
    said("没有要服务的应用", "there is no application to serve")
}

pub(crate) fn key_is_missing() -> Said {
    said(
        "--app-id 需要 --secret-file 或 --rsa-public-key",
        "--app-id needs --secret-file or --rsa-public-key",
    )
}

pub(crate) fn key_for_a_secret() -> Said {
    said(
        "这是密钥对中的公钥，不是应用密钥：请用 --rsa-public-key 文件",
        "it is a key, not a secret: --rsa-public-key FILE",
    )
}

fn why_not_started(error: &StartError) -> Said {
    let chinese = match error {
        StartError::NotLoopback(address) => format!("{address} 不是本机地址；练习网关不对网络开放"),
        StartError::App(error) => return application(error),
        StartError::Terms(error) => terms(*error).to_owned(),
        StartError::State(error) => return state_file(error),
        StartError::Listen(error) => return said("无法监听", "cannot listen").because(&system(error)),
        StartError::NoRuntime => "程序没有可用的运行环境".to_owned(),
    };
    said(chinese, error.to_string())
}

pub(crate) fn application(error: &AppError) -> Said {
    let chinese = match error {
        AppError::BadAppId => "app_id 要有 1 到 32 个字符".to_owned(),
        AppError::TooMany => "应用太多".to_owned(),
        AppError::Key(KeyError::EmptySecret) => "应用密钥是空的".to_owned(),
        AppError::Key(KeyError::NotAPublicKey) => "RSA 公钥不是公钥的 PEM 文本".to_owned(),
        AppError::NotOneKey => "每个应用要有 app_secret 或 rsa_public_key 之一".to_owned(),
        AppError::NotApps { line, column } => format!("第 {line} 行第 {column} 列起不是应用列表"),
    };
    said(chinese, error.to_string())
}

const fn terms(error: TermsError) -> &'static str {
    match error {
        TermsError::TooManyVouchers => "优惠券太多",
        TermsError::UnevenVoucher => "优惠券金额要大于零，且等于各方承担之和",
        TermsError::RateTooHigh => "requests_per_second 太大",
    }
}

fn state_file(error: &StateError) -> Said {
    let chinese = match error {
        StateError::Unreadable(error) => {
            return said("状态文件无法读取", "the state file cannot be read").because(&system(error));
        }
        StateError::NotState(_) => "状态文件不是练习网关的".to_owned(),
        StateError::OtherVersion(version) => format!("状态文件由另一个版本（{version}）写出"),
    };
    said(chinese, format!("the state file {error}"))
}

/// What is wrong with an option of its own making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadOption {
    NotAPair(String),
    Twice(String),
    /// As the reader of profiles says it.
    BadProfile(String),
    NotFen,
    BelowZero,
}

impl BadOption {
    pub(crate) fn said(&self) -> Said {
        match self {
            Self::NotAPair(pair) => {
                said(format!("“{pair}”不是 名称=值"), format!("{pair:?} is not name=value"))
            }
            Self::Twice(name) => said(format!("{name} 出现了两次"), format!("{name} comes twice")),
            Self::BadProfile(reason) => said(format!("签名方案不对：{reason}"), reason.clone()),
            Self::NotFen => said("不是整数的分", "not a whole number of fen"),
            Self::BelowZero => said("小于零", "below zero"),
        }
    }
}

impl std::error::Error for BadOption {}

/// In English, for the one who reads clap's own words.
impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().english)
    }
}
