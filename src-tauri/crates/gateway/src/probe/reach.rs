//! The way to a gateway, one step after the other, so that the first one that fails can be named.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::DATE;
use serde::Serialize;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};
use url::{Host, Url};

use crate::client::sending_failed;
use crate::{CallError, Client, Endpoint, MaybeSentReason};

/// More are not tried: whoever has so many has them for spreading load.
const MAX_ADDRESSES: usize = 4;

/// Where an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    pub host: String,
    pub addresses: Vec<SocketAddr>,
    /// `None` where no name server was asked: an address, or this machine.
    pub took: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name {host} was not found")]
pub struct NoName {
    pub host: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connected {
    pub address: SocketAddr,
    pub took: Duration,
}

/// Why no connection was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoConnection {
    #[error("nobody listens there")]
    Refused,
    #[error("no answer in time")]
    TimedOut,
    #[error("there is no way there")]
    Unreachable,
    #[error("the system refuses")]
    Failed,
}

/// What any server says to a request that asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// Any will do: whoever answered is on the other end of a connection that is trusted.
    pub http_status: u16,
    /// The header as it came.
    pub date: Option<String>,
    pub took: Duration,
}

/// Finds the addresses of an endpoint, as the client would.
///
/// # Errors
/// Also when no answer comes within `limit`.
pub async fn look_up(endpoint: &Endpoint, limit: Duration) -> Result<LookedUp, NoName> {
    let url = Url::parse(endpoint.as_str()).ok();
    let port = url.as_ref().and_then(Url::port_or_known_default).unwrap_or(443);
    let known = |host: String, addresses: &[IpAddr]| LookedUp {
        host,
        addresses: addresses.iter().map(|address| SocketAddr::new(*address, port)).collect(),
        took: None,
    };
    let host = match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => return Ok(known(address.to_string(), &[address.into()])),
        Some(Host::Ipv6(address)) => return Ok(known(address.to_string(), &[address.into()])),
        Some(Host::Domain("localhost")) => {
            return Ok(known(
                "localhost".to_owned(),
                &[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            ));
        }
        Some(Host::Domain(name)) => name.to_owned(),
        None => endpoint.as_str().to_owned(),
    };
    let started = Instant::now();
    let found = timeout(limit, lookup_host((host.as_str(), port))).await;
    let addresses: Vec<SocketAddr> = found.ok().and_then(Result::ok).into_iter().flatten().collect();
    if addresses.is_empty() {
        return Err(NoName { host });
    }
    Ok(LookedUp { host, addresses, took: Some(started.elapsed()) })
}

/// Connects to the first of the addresses that can be connected to, each tried for at most `limit`.
///
/// # Errors
/// Why the last one could not be.
pub async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<Connected, NoConnection> {
    let mut problem = NoConnection::Unreachable;
    for address in addresses.iter().take(MAX_ADDRESSES) {
        let started = Instant::now();
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(Connected { address: *address, took: started.elapsed() }),
            Ok(Err(error)) => problem = no_connection(&error),
            Err(_) => problem = NoConnection::TimedOut,
        }
    }
    Err(problem)
}

/// The environment's variables that name a proxy, without their values, which may hold a password.
/// [`Client`] uses none of them.
#[must_use]
pub fn proxies_set() -> Vec<&'static str> {
    proxies_in(|name| env::var_os(name))
}

impl Client {
    /// Makes a connection, with TLS if the endpoint has it, and asks for nothing: `GET` of the base URL.
    ///
    /// # Errors
    /// Only if nobody answered; any HTTP status is an answer.
    pub async fn greet(&self, endpoint: &Endpoint) -> Result<Greeting, CallError> {
        let started = Instant::now();
        let answer = timeout(self.total_timeout, self.http.get(endpoint.as_str()).send()).await;
        let answer = answer.map_err(|_| MaybeSentReason::Timeout)?.map_err(|error| sending_failed(&error))?;
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
        Ok(Greeting { http_status: answer.status().as_u16(), date, took: started.elapsed() })
    }
}

fn no_connection(error: &io::Error) -> NoConnection {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => NoConnection::Refused,
        ErrorKind::TimedOut => NoConnection::TimedOut,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            NoConnection::Unreachable
        }
        _ => NoConnection::Failed,
    }
}

fn proxies_in(value: impl Fn(&str) -> Option<OsString>) -> Vec<&'static str> {
    const NAMES: [&str; 6] =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    NAMES.into_iter().filter(|name| value(name).is_some_and(|value| !value.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_told_by_name_alone() {
        let set = |name: &str| match name {
            "https_proxy" => Some("http://user:canary@proxy".into()),
            "ALL_PROXY" => Some(OsString::new()),
            _ => None,
        };
        assert_eq!(proxies_in(set), ["https_proxy"]);
    }

    #[tokio::test]
    async fn an_address_and_this_machine_need_no_name_server() {
        let check = async |base: &str, host: &str, addresses: &[&str]| {
            let found = look_up(&Endpoint::parse(base).unwrap(), Duration::from_secs(5)).await.unwrap();
            let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
            assert_eq!(found, LookedUp { host: host.to_owned(), addresses, took: None });
        };
        check("https://192.0.2.1", "192.0.2.1", &["192.0.2.1:443"]).await;
        check("http://[::1]:81", "::1", &["[::1]:81"]).await;
        check("http://localhost:82/x", "localhost", &["127.0.0.1:82", "[::1]:82"]).await;
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_is_not_found() {
        let endpoint = Endpoint::parse("https://no-such-name.invalid").unwrap();
        let host = "no-such-name.invalid".to_owned();
        assert_eq!(look_up(&endpoint, Duration::from_secs(5)).await, Err(NoName { host }));
    }

    #[tokio::test]
    async fn the_first_address_that_listens_is_taken() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listening = listener.local_addr().unwrap();
        let closed = {
            let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap()
        };
        let limit = Duration::from_secs(5);
        assert_eq!(connect(&[closed], limit).await, Err(NoConnection::Refused));
        assert_eq!(connect(&[], limit).await, Err(NoConnection::Unreachable));
        assert_eq!(connect(&[closed, listening], limit).await.unwrap().address, listening);
    }
}
