//! Which addresses may be shown to a customer as a QR.

use std::fmt;
use std::str::FromStr;

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
    #[error("the address is on none of the hosts that are allowed")]
    OtherHost,
}

/// On which hosts a payment may be made; the default is any.
///
/// Written as names with commas between: `pay.example.com` is that host alone, `*.example.com` all below it and not
/// itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayUrlHosts(Vec<HostRule>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostRule {
    Exactly(String),
    Below(String),
}

/// An entry of the list (its first 80 characters) is no name of a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is neither a host like pay.example.com nor *.example.com")]
pub struct PayUrlHostsError {
    pub entry: String,
}

impl PayUrl {
    pub const MAX_BYTES: usize = 512;

    /// A number or name of this machine is taken only where the gateway itself is on this machine, and then whatever the
    /// list of hosts says.
    ///
    /// # Errors
    /// Anything but http and https to a named host, on any port: see [`PayUrlError`].
    pub fn parse(text: &str, endpoint: &Endpoint, hosts: &PayUrlHosts) -> Result<Self, PayUrlError> {
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
        if !(endpoint.is_loopback() && is_loopback(&host)) {
            let name = public_name(&host).ok_or(PayUrlError::Host)?;
            if !hosts.allow(name) {
                return Err(PayUrlError::OtherHost);
            }
        }
        Ok(Self(text.to_owned()))
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

impl PayUrlHosts {
    fn allow(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|rule| rule.allows(name))
    }
}

impl FromStr for PayUrlHosts {
    type Err = PayUrlHostsError;

    /// # Errors
    /// The first entry that is empty, a number, a pattern other than `*.`, or has a port or anything else of an address.
    fn from_str(text: &str) -> Result<Self, PayUrlHostsError> {
        let rule = |entry: &str| {
            HostRule::parse(entry.trim())
                .ok_or_else(|| PayUrlHostsError { entry: entry.chars().take(80).collect() })
        };
        text.split(',').map(rule).collect::<Result<_, _>>().map(Self)
    }
}

impl HostRule {
    fn parse(entry: &str) -> Option<Self> {
        let below = entry.strip_prefix("*.");
        // As the parser of addresses writes it, so that the two can be compared.
        let host = Host::parse(below.unwrap_or(entry)).ok()?;
        let name = match &host {
            Host::Domain(name) => public_name(&Host::Domain(name))?.to_owned(),
            Host::Ipv4(_) | Host::Ipv6(_) => return None,
        };
        let is_name = !name.contains('*') && !name.split('.').any(str::is_empty);
        is_name.then(|| if below.is_some() { Self::Below(name) } else { Self::Exactly(name) })
    }

    fn allows(&self, name: &str) -> bool {
        match self {
            Self::Exactly(host) => name == host,
            Self::Below(parent) => {
                name.strip_suffix(parent.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
        }
    }
}

/// The host's name without the dot that may end it, unless it is a number or this machine.
fn public_name<'a>(host: &Host<&'a str>) -> Option<&'a str> {
    let Host::Domain(name) = host else { return None };
    let name = name.trim_end_matches('.');
    let is_public = !name.is_empty() && name != "localhost" && !name.ends_with(".localhost");
    is_public.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, base: &str) -> Result<String, PayUrlError> {
        PayUrl::parse(text, &Endpoint::parse(base).unwrap(), &PayUrlHosts::default())
            .map(|url| url.as_str().to_owned())
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

    #[test]
    fn a_list_of_hosts_lets_no_other_in() {
        let hosts: PayUrlHosts = "qr.example.com, *.Pay.Example,支付.example".parse().unwrap();
        let check = |url: &str, base: &str, expected| {
            let parsed = PayUrl::parse(url, &Endpoint::parse(base).unwrap(), &hosts);
            assert_eq!(parsed.map(drop), expected, "{url}");
        };
        for url in [
            "https://qr.example.com/1",
            "http://QR.example.com:81/",
            "https://qr.example.com./1",
            "https://a.pay.example/",
            "https://a.b.pay.example/",
            "https://支付.example/",
            "https://xn--bnq875c.example/",
        ] {
            check(url, LIVE, Ok(()));
        }
        for url in [
            "https://example.com/",
            "https://x.qr.example.com/",
            "https://qr.example.com.evil.example/",
            "https://evilqr.example.com/",
            "https://pay.example/",
            "https://.pay.example/",
            "https://evilpay.example/",
            "https://evil.example/?qr.example.com",
        ] {
            check(url, LIVE, Err(PayUrlError::OtherHost));
        }
        check("http://127.0.0.1:8080/pay/1", PRACTICE, Ok(()));
        check("http://127.0.0.1:8080/pay/1", LIVE, Err(PayUrlError::Host));
    }

    #[test]
    fn what_names_no_host_is_said_to_be() {
        for entry in [
            "",
            " ",
            "*",
            "*.",
            "a.*",
            "*.*.example",
            "*.127.0.0.1",
            "10.0.0.1",
            "[::1]",
            "localhost",
            "x.localhost",
            "https://a.example",
            "a.example/x",
            "a.example:443",
            "u@a.example",
            "a b",
            "a..example",
            ".example",
        ] {
            let error = PayUrlHostsError { entry: entry.to_owned() };
            assert_eq!(entry.parse::<PayUrlHosts>(), Err(error.clone()), "{entry:?}");
            assert_eq!(format!("a.example,{entry}").parse::<PayUrlHosts>(), Err(error), "{entry:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(https?://)?\\PC{0,40}") {
            let _ = parse(&text, LIVE);
        }
    }
}
