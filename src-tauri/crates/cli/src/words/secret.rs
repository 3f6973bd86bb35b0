//! `yima secret`, and what stands in the way of a secret.

use std::io;
use std::path::Path;

use yima_checkout::secrets::{SecretError, SecretName, UnknownSecret};
use yima_gateway::{AppSecretError, RsaKeyError};

use super::failures::system;
use super::{Said, said, settings};
use crate::table::visible;

pub(crate) fn in_the_keychain(name: SecretName) -> Said {
    said(format!("{name} 已存入系统钥匙串"), format!("{name} is kept in the keychain"))
}

pub(crate) fn unencrypted(name: SecretName, path: &Path) -> Said {
    let path = path.display();
    said(
        format!("注意：{name} 未加密保存在 {path}"),
        format!("warning: {name} is kept unencrypted in {path}"),
    )
}

/// It would be on the screen for all to see.
pub(crate) fn not_typed_in(name: SecretName) -> Said {
    said(
        format!("密钥不从键盘输入：yima secret set {name} < 文件"),
        format!("a secret is not typed in: yima secret set {name} < FILE"),
    )
}

pub(crate) fn unreadable(error: &io::Error) -> Said {
    said("密钥无法读取", "the secret cannot be read").because(&system(error))
}

pub(crate) fn too_long(bytes_max: usize) -> Said {
    said(format!("密钥最多 {bytes_max} 字节"), format!("a secret has at most {bytes_max} bytes"))
}

pub(crate) fn not_text() -> Said {
    said("密钥不是 UTF-8 文本", "the secret is not text in UTF-8")
}

pub(crate) fn empty() -> Said {
    said("密钥是空的：未作任何更改", "the secret is empty: nothing was changed")
}

pub(crate) fn unknown(error: UnknownSecret) -> Said {
    said("密钥只有 app_secret 和 rsa_private_key", error.to_string())
}

pub(crate) fn failed(error: &SecretError) -> Said {
    let chinese = match error {
        SecretError::Missing(name) => format!("{name} 未设置"),
        SecretError::NoKeychain { reason } => format!("系统没有可用的钥匙串：{}", visible(reason)),
        SecretError::Locked { reason } => format!("钥匙串已锁定：{}", visible(reason)),
        SecretError::NotAnswering { waited } => format!("钥匙串 {} 秒内没有应答", waited.as_secs()),
        SecretError::Refused { reason } => format!("钥匙串拒绝了：{}", visible(reason)),
        SecretError::Exposed { path } => format!("{} 可被其他用户读取", path.display()),
        SecretError::File { path, reason } => format!("{}：{}", path.display(), visible(reason)),
        SecretError::NotText => "不是 UTF-8 文本".to_owned(),
        SecretError::ControlCharacter => "含有换行或其他控制字符".to_owned(),
        SecretError::AppSecret(AppSecretError) => "app_secret 是空的".to_owned(),
        SecretError::RsaKey(error) => rsa_key(*error),
        SecretError::Settings(error) => return settings::failed(error),
    };
    said(chinese, error.to_string())
}

fn rsa_key(error: RsaKeyError) -> String {
    match error {
        RsaKeyError::NotPem => "不是 PEM 文本（以 -----BEGIN 开头）".to_owned(),
        RsaKeyError::Public => "这是公钥或证书；签名需要私钥".to_owned(),
        RsaKeyError::Encrypted => "私钥有密码保护；请保存不带密码的私钥".to_owned(),
        RsaKeyError::Unreadable => "不是可读的 RSA 私钥（PKCS#8 或 PKCS#1）".to_owned(),
        RsaKeyError::Size { bits } => format!("密钥为 {bits} 位；支持 1024 到 4096 位"),
    }
}

pub(crate) fn start_the_keychain() -> Said {
    said(
        "什么都没有保存；请启动系统钥匙串（Linux 上是 GNOME Keyring 或 KWallet 这样的 Secret Service），\
         或用 --insecure-file 把密钥不加密地存入只有您能读的文件",
        "nothing was kept; start the system's keychain (on Linux a Secret Service such as GNOME Keyring or \
         KWallet), or give --insecure-file to keep the secret unencrypted in a file only you can read",
    )
}

pub(crate) fn unlock_the_keychain() -> Said {
    said("什么都没有保存；请解锁钥匙串再试", "nothing was kept; unlock the keychain and try again")
}

pub(crate) fn hide_the_file() -> Said {
    said("请只让所有者可读：chmod 600", "let only its owner read it: chmod 600")
}
