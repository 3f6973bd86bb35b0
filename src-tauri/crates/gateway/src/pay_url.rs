//! Which addresses may be shown to a customer as a QR.

use std::fmt;

use url::{Host, Url};

use crate::Endpoint;
use crate::endpoint::{has_credentials, is_loopback};
use crate::escape::is_hidden;

/// A `pay_url` that may be shown: exactly the text that the gateway sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayUrl(String);

/// Why a `pay_url` must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayUrlError {
    #[error("the address has more than {} bytes", PayUrl::MAX_BYTES)]
    TooLong,
    #[error("the address has spaces, control characters or invisible ones")]
    Characters,
    #[error("the address is not http or https")]
    Scheme,
    #[error("the address cannot be read")]
    NotAUrl,
    #[error("the address carries a user name or password")]
    Credentials,
    #[error("the address names a machine by its number, or this machine itself")]
    Host,
}

impl PayUrl {
    pub const MAX_BYTES: usize = 512;

    /// A number or name of this machine is taken only where the gateway itself is on this machine.
    pub fn parse(text: &str, endpoint: &Endpoint) -> Result<Self, PayUrlError> {
        if text.len() > Self::MAX_BYTES {
            return Err(PayUrlError::TooLong);
        }
        // A backslash is a slash to some readers and not to others.
        if text.chars().any(|c| c.is_whitespace() || is_hidden(c) || c == '\\') {
            return Err(PayUrlError::Characters);
        }
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(PayUrlError::Scheme);
        }
        let url = Url::parse(text).map_err(|_| PayUrlError::NotAUrl)?;
        if has_credentials(&url, text) {
            return Err(PayUrlError::Credentials);
        }
        let host = url.host().ok_or(PayUrlError::NotAUrl)?;
        let allowed = is_public_name(&host) || (endpoint.is_loopback() && is_loopback(&host));
        if allowed { Ok(Self(text.to_owned())) } else { Err(PayUrlError::Host) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_public_name(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else { return false };
    let name = name.trim_end_matches('.');
    !name.is_empty() && name != "localhost" && !name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, base: &str) -> Result<String, PayUrlError> {
        PayUrl::parse(text, &Endpoint::parse(base).unwrap()).map(|url| url.as_str().to_owned())
    }

    const LIVE: &str = "https://api.huishouyin.cn";
    const PRACTICE: &str = "http://127.0.0.1:8080";

    #[test]
    fn a_public_address_is_kept_as_sent() {
        for text in [
            "https://qr.example.com/pay?id=1&x=%E4%B8%80",
            "HTTPS://QR.Example.com",
            "http://pay.example.cn:8080/a/../b#c",
            "https://example.com/@user",
        ] {
            assert_eq!(parse(text, LIVE).as_deref(), Ok(text));
            assert_eq!(parse(text, PRACTICE).as_deref(), Ok(text));
        }
        let longest = format!("https://a.example/{}", "x".repeat(512 - 18));
        assert_eq!(parse(&longest, LIVE), Ok(longest));
    }

    #[test]
    fn this_machine_only_in_practice() {
        for text in
            ["http://127.0.0.1:8080/pay/1", "http://localhost/x", "http://[::1]:1/", "http://2130706433/"]
        {
            assert_eq!(parse(text, PRACTICE).as_deref(), Ok(text));
            assert_eq!(parse(text, LIVE), Err(PayUrlError::Host), "{text}");
        }
        for text in
            ["http://10.0.0.1/", "http://0x0a000001/", "http://[fe80::1]/", "http://[::ffff:127.0.0.1]/"]
        {
            assert_eq!(parse(text, PRACTICE), Err(PayUrlError::Host), "{text}");
        }
        for text in ["http://localhost./", "http://x.localhost/", "http://1.2.3.4./"] {
            assert_eq!(parse(text, LIVE), Err(PayUrlError::Host), "{text}");
        }
    }

    #[test]
    fn the_rest_is_refused() {
        let check = |text: &str, error| assert_eq!(parse(text, LIVE), Err(error), "{text:?}");
        for text in [
            "",
            "weixin://wxpay/bizpayurl?pr=1",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https:/a.example",
        ] {
            check(text, PayUrlError::Scheme);
        }
        for text in
            [" https://a.example", "https://a.example\n", "https://a.example/\u{202e}", "https:\\\\a.example"]
        {
            check(text, PayUrlError::Characters);
        }
        for text in ["https://u:p@a.example", "https://@a.example", "https://pay.example.com@evil.example/"] {
            check(text, PayUrlError::Credentials);
        }
        check("https://", PayUrlError::NotAUrl);
        check("https://a.example:99999", PayUrlError::NotAUrl);
        check(&format!("https://a.example/{}", "x".repeat(512 - 17)), PayUrlError::TooLong);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(https?://)?\\PC{0,40}") {
            let _ = parse(&text, LIVE);
        }
    }
}
