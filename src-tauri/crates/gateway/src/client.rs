//! The transport: one signed request, one bounded answer.

use std::error::Error;
use std::io;
use std::iter;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use yima_core::failpoint;

use crate::escape::escaped;
use crate::fields::Fields;
use crate::redact::Hidden;
use crate::{
    Account, CallError, CanonicalError, Credential, MalformedReason, MaybeSentReason, NotSentReason,
    SignError, answer, sign,
};

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the name, the connection and TLS together.
    pub connect: Duration,
    /// For the whole call, to the last byte of the answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(8) }
    }
}

/// Talks to gateways. Keeps connections open; clones share them.
///
/// Never follows a redirect, never repeats a request, uses no proxy, and reads at most [`Client::MAX_ANSWER_BYTES`] of an
/// answer (1 MiB of one order's detail, 8 MiB of a list of orders).
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) total_timeout: Duration,
}

/// The transport could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up")]
pub struct ClientError(#[source] reqwest::Error);

/// One request about to be made: `body` is signed as it stands.
pub(crate) struct Call<'a> {
    pub path: &'static str,
    pub account: &'a Account,
    pub credential: &'a Credential,
    pub body: &'a [u8],
}

impl Client {
    pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

    pub fn new(timeouts: Timeouts) -> Result<Self, ClientError> {
        let http = builder(timeouts).build().or_else(|error| {
            // A machine without certificates can still practise with a gateway of its own; https is refused then.
            tracing::warn!(%error, "no certificates to trust");
            builder(timeouts).tls_certs_only([]).build()
        });
        Ok(Self { http: http.map_err(ClientError)?, total_timeout: timeouts.total })
    }

    /// Signs, sends and reads. Whatever `read` makes of the answer's `data` is about this app_id and this order.
    pub(crate) async fn call<T>(
        &self,
        call: Call<'_>,
        read: impl FnOnce(&Fields<'_>) -> Result<T, MalformedReason>,
    ) -> Result<T, CallError> {
        self.call_within(Self::MAX_ANSWER_BYTES, call, read).await
    }

    /// As [`Self::call`], for answers that may be longer or must be shorter.
    pub(crate) async fn call_within<T>(
        &self,
        max_answer_bytes: usize,
        call: Call<'_>,
        read: impl FnOnce(&Fields<'_>) -> Result<T, MalformedReason>,
    ) -> Result<T, CallError> {
        let signed = sign::signed(call.body, call.account, call.credential)?;
        self.converse(max_answer_bytes, call, signed, read).await
    }

    /// As [`Self::call`] with a signature that is made already: `signed` is `call.body` with it.
    pub(crate) async fn call_signed<T>(
        &self,
        call: Call<'_>,
        signed: sign::Signed,
        read: impl FnOnce(&Fields<'_>) -> Result<T, MalformedReason>,
    ) -> Result<T, CallError> {
        self.converse(Self::MAX_ANSWER_BYTES, call, signed, read).await
    }

    async fn converse<T>(
        &self,
        max_answer_bytes: usize,
        call: Call<'_>,
        signed: sign::Signed,
        read: impl FnOnce(&Fields<'_>) -> Result<T, MalformedReason>,
    ) -> Result<T, CallError> {
        let body = std::str::from_utf8(call.body).map_err(|_| SignError::NotUtf8)?;
        let asked = Fields::parse(body).map_err(CanonicalError::from).map_err(SignError::from)?;
        let hidden = Hidden::new(call.credential, signed.signature, asked.text("pay_code"));
        tracing::debug!(path = call.path, base = %call.account.endpoint, body = shown(body, &hidden), "request");
        failpoint::before(call.path);
        let outcome = self.exchange(&call, signed.body, max_answer_bytes).await;
        failpoint::after(call.path);
        let result = outcome.and_then(|answer| {
            let text = std::str::from_utf8(&answer).map_err(|_| MalformedReason::NotJson)?;
            tracing::debug!(path = call.path, body = shown(text, &hidden), "answer");
            let data = answer::data(text)?;
            expect_echo(&data, &asked)?;
            Ok(read(&data)?)
        });
        result.map_err(|error| masked(error, &hidden)).inspect_err(|error| {
            tracing::debug!(path = call.path, %error, "no usable answer");
        })
    }

    async fn exchange(
        &self,
        call: &Call<'_>,
        signed: String,
        max_answer_bytes: usize,
    ) -> Result<Vec<u8>, CallError> {
        let url = format!("{}{}", call.account.endpoint, call.path);
        // A deadline of our own, over everything: reqwest's would start anew in places.
        match tokio::time::timeout(self.total_timeout, self.send(&url, signed, max_answer_bytes)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(MaybeSentReason::Timeout.into()),
        }
    }

    async fn send(&self, url: &str, signed: String, max_answer_bytes: usize) -> Result<Vec<u8>, CallError> {
        let request = self.http.post(url).header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut response = request.body(signed).send().await.map_err(|error| sending_failed(&error))?;
        match response.status() {
            status if status.is_redirection() => return Err(MaybeSentReason::Redirect.into()),
            StatusCode::OK => {}
            status => return Err(MaybeSentReason::HttpStatus(status.as_u16()).into()),
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| MaybeSentReason::Reset)? {
            if answer.len() + chunk.len() > max_answer_bytes {
                return Err(MalformedReason::TooLarge.into());
            }
            answer.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

/// As much of a body as a log needs, with nothing in it that nobody else is to read.
fn shown(body: &str, hidden: &Hidden) -> String {
    const SHOWN_CHARS: usize = 2_000;
    // What is hidden may begin before the end of what is shown, and be long.
    const READ_BYTES: usize = 16 * 1024;
    let end = body.floor_char_boundary(READ_BYTES);
    escaped(&hidden.masked(&body[..end]), SHOWN_CHARS)
}

fn masked(error: CallError, hidden: &Hidden) -> CallError {
    match error {
        CallError::Rejected { code, msg } => CallError::Rejected { code, msg: hidden.masked(&msg) },
        other => other,
    }
}

fn builder(timeouts: Timeouts) -> reqwest::ClientBuilder {
    // An error only means that the process has chosen its provider before.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    // `localhost` is trusted without TLS, so a name server has no say in where it is.
    let this_machine = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
    reqwest::Client::builder()
        .user_agent(concat!("yima/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .pool_idle_timeout(Duration::from_secs(30))
        .resolve_to_addrs("localhost", &this_machine.map(|address| SocketAddr::new(address, 0)))
}

/// Only what went wrong before there was a connection is sure not to have reached the gateway.
pub(crate) fn sending_failed(error: &reqwest::Error) -> CallError {
    if error.is_builder() {
        return NotSentReason::BadUrl.into();
    }
    if !error.is_connect() {
        let reason = if error.is_timeout() { MaybeSentReason::Timeout } else { MaybeSentReason::Reset };
        return reason.into();
    }
    if error.is_timeout() {
        NotSentReason::ConnectTimeout.into()
    } else if error.is_dns() {
        NotSentReason::NameLookup.into()
    } else if is_tls(error) {
        NotSentReason::Tls.into()
    } else {
        NotSentReason::Connect.into()
    }
}

/// The TLS library's refusals arrive as IO errors of this kind, wrapped in others; connecting itself makes none.
fn is_tls(error: &reqwest::Error) -> bool {
    iter::successors(error.source(), |error| cause(*error))
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// An IO error's `source` passes over the error that it wraps.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(wrapper) => wrapper.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

/// An answer to a question about one order must name that order, and no other refund or app_id.
fn expect_echo(data: &Fields<'_>, asked: &Fields<'_>) -> Result<(), MalformedReason> {
    for name in ["order_id", "trade_no"] {
        if let Some(id) = asked.text(name)
            && data.required_text(name)? != id
        {
            return Err(MalformedReason::OtherOrder);
        }
    }
    let differs = |name| -> Result<bool, MalformedReason> {
        Ok(data.optional_text(name)?.zip(asked.text(name)).is_some_and(|(answered, asked)| answered != asked))
    };
    if differs("refund_order_id")? {
        return Err(MalformedReason::OtherOrder);
    }
    if differs("app_id")? { Err(MalformedReason::OtherApp) } else { Ok(()) }
}
