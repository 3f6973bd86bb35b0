//! Where the gateway is.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::escape::is_hidden;

/// The base URL that every call's path hangs off: `https`, or `http` to this machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint {
    base: String,
    loopback: bool,
}

/// Why a text is not a base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("a base URL reads like https://api.example.com")]
    NotAUrl,
    #[error("a base URL starts with https:// (http:// only for this machine itself)")]
    Insecure,
    #[error("a base URL carries no user name or password")]
    Credentials,
    #[error("a base URL has neither a query nor a fragment")]
    QueryOrFragment,
}

impl Endpoint {
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        // The parser below would drop or repair these without a word.
        if text.chars().any(|c| c.is_whitespace() || is_hidden(c) || c == '\\') {
            return Err(EndpointError::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::NotAUrl)?;
        let host = url.host().ok_or(EndpointError::NotAUrl)?;
        let loopback = is_loopback(&host);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(EndpointError::Insecure),
            _ => return Err(EndpointError::NotAUrl),
        }
        if has_credentials(&url, text) {
            return Err(EndpointError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::QueryOrFragment);
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), loopback })
    }

    /// Whether it is this machine: `127.0.0.0/8`, `::1` or `localhost`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The base URL without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.base
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, EndpointError> {
        Self::parse(&text)
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.base
    }
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Also sees the empty user name of `https://@host`, which the parser drops.
pub(crate) fn has_credentials(url: &Url, text: &str) -> bool {
    let after_scheme = text.split_once("//").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    authority.contains('@') || !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_https_and_this_machine() {
        let check = |text: &str, base: &str, loopback: bool| {
            let endpoint = Endpoint::parse(text).expect(text);
            assert_eq!((endpoint.as_str(), endpoint.is_loopback()), (base, loopback), "{text}");
        };
        check("https://api.huishouyin.cn", "https://api.huishouyin.cn", false);
        check("https://api.huishouyin.cn/", "https://api.huishouyin.cn", false);
        check("HTTPS://API.example.com:8443/open/v1/", "https://api.example.com:8443/open/v1", false);
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080", true);
        check("http://127.9.9.9", "http://127.9.9.9", true);
        check("http://[::1]:9000", "http://[::1]:9000", true);
        check("http://localhost:9000/", "http://localhost:9000", true);
        check("https://localhost", "https://localhost", true);
    }

    #[test]
    fn refuses_the_rest() {
        let check = |text: &str, error| assert_eq!(Endpoint::parse(text), Err(error), "{text:?}");
        for text in
            ["", "api.huishouyin.cn", "https://", "ftp://127.0.0.1", "file:///etc/passwd", "https://a b"]
        {
            check(text, EndpointError::NotAUrl);
        }
        for text in
            [" https://a.example", "https://a.example\n", "https:\\\\a.example", "https://a\u{202e}.example"]
        {
            check(text, EndpointError::NotAUrl);
        }
        for text in
            ["http://api.huishouyin.cn", "http://10.0.0.1", "http://localhost.example", "http://[::2]"]
        {
            check(text, EndpointError::Insecure);
        }
        for text in
            ["https://user@a.example", "https://u:p@a.example", "https://@a.example", "http://:p@127.0.0.1"]
        {
            check(text, EndpointError::Credentials);
        }
        check("https://a.example?x=1", EndpointError::QueryOrFragment);
        check("https://a.example/#x", EndpointError::QueryOrFragment);
    }

    #[test]
    fn is_checked_again_when_it_is_read_back() {
        let stored = serde_json::to_string(&Endpoint::parse("https://a.example/v1/").unwrap()).unwrap();
        assert_eq!(stored, r#""https://a.example/v1""#);
        assert_eq!(
            serde_json::from_str::<Endpoint>(&stored).unwrap(),
            Endpoint::parse("https://a.example/v1").unwrap()
        );
        assert!(serde_json::from_str::<Endpoint>(r#""http://a.example""#).is_err());
    }
}
