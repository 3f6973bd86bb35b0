//! The code on a customer's phone that the cashier scans.

use rsa::sha2::{Digest as _, Sha256};
use serde::{Deserialize, Serialize};

use crate::status::Channel;

/// A code that was used. A code is as good as money for a minute, so only its digest is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UsedCode {
    pub(crate) channel: Channel,
    sha256: String,
}

impl UsedCode {
    /// WeChat: 18 digits from 10 to 15. Alipay: 16 to 24 digits from 25 to 30. Nothing else is one.
    pub(crate) fn of(code: &str) -> Option<Self> {
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let head: u8 = code.get(..2)?.parse().ok()?;
        let channel = match (head, code.len()) {
            (10..=15, 18) => Channel::WeChat,
            (25..=30, 16..=24) => Channel::Alipay,
            _ => return None,
        };
        let digest = Sha256::digest(code.as_bytes());
        Some(Self { channel, sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::UsedCode;
    use crate::status::Channel;

    #[test]
    fn codes_tell_their_channel_by_their_digits() {
        for (code, channel) in [
            ("100000000000000000", Some(Channel::WeChat)),
            ("159999999999999999", Some(Channel::WeChat)),
            ("169999999999999999", None),
            ("099999999999999999", None),
            ("10000000000000000", None),
            ("1000000000000000000", None),
            ("2500000000000000", Some(Channel::Alipay)),
            ("309999999999999999999999", Some(Channel::Alipay)),
            ("250000000000000", None),
            ("3099999999999999999999999", None),
            ("3100000000000000", None),
            ("2400000000000000", None),
            ("10000000000000000x", None),
            ("１00000000000000000", None),
            ("", None),
        ] {
            let used = UsedCode::of(code);
            assert_eq!(used.as_ref().map(|used| used.channel), channel, "{code}");
            assert!(used.is_none_or(|used| !format!("{used:?}").contains(code)));
        }
        assert_eq!(UsedCode::of("2500000000000000"), UsedCode::of("2500000000000000"));
        assert_ne!(UsedCode::of("2500000000000000"), UsedCode::of("2500000000000001"));
    }
}
