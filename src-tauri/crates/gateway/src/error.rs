//! How a call can fail, told apart by what it says about the order.

use crate::escape::escaped;
use crate::{RequestError, SignError};

/// What a failed call leaves behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The gateway cannot have seen the request.
    #[error("not sent: {0}")]
    NotSent(#[from] NotSentReason),
    /// The gateway may have acted on the request: ask before anything else.
    #[error("sent, outcome unknown: {0}")]
    MaybeSent(#[from] MaybeSentReason),
    /// The gateway answered with a code other than 1000. `msg` is the gateway's own text: show it as text only.
    #[error("the gateway answered {code}: {}", escaped(msg, MSG_SHOWN_CHARS))]
    Rejected { code: i64, msg: String },
    /// An answer came that cannot be read or is not about this order. What the gateway did is unknown.
    #[error("unreadable answer: {0}")]
    Malformed(#[from] MalformedReason),
}

const MSG_SHOWN_CHARS: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSentReason {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(transparent)]
    Signing(#[from] SignError),
    #[error("the base URL cannot be called")]
    BadUrl,
    #[error("the gateway's name was not found")]
    NameLookup,
    #[error("no connection")]
    Connect,
    #[error("no connection in time")]
    ConnectTimeout,
    #[error("no trusted TLS connection")]
    Tls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaybeSentReason {
    #[error("no whole answer in time")]
    Timeout,
    #[error("the connection broke")]
    Reset,
    #[error("HTTP status {0}")]
    HttpStatus(u16),
    #[error("a redirect, which is not followed")]
    Redirect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedReason {
    #[error("longer than any answer to this question")]
    TooLarge,
    #[error("not one JSON object in UTF-8")]
    NotJson,
    #[error("a key stands twice in one object")]
    DuplicateKey,
    #[error("nested too deep")]
    TooDeep,
    #[error("no whole number as its code, or code and status differ")]
    Code,
    #[error("{name} is missing or not what it should be")]
    Field { name: &'static str },
    #[error("it is about another order")]
    OtherOrder,
    #[error("it is about another app_id")]
    OtherApp,
}

impl From<RequestError> for CallError {
    fn from(error: RequestError) -> Self {
        Self::NotSent(error.into())
    }
}

impl From<SignError> for CallError {
    fn from(error: SignError) -> Self {
        Self::NotSent(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_draw_on_a_terminal() {
        let error =
            CallError::Rejected { code: 2000, msg: format!("签名\u{1b}[2J\u{202e}{}", "x".repeat(500)) };
        let shown = error.to_string();
        assert!(shown.starts_with("the gateway answered 2000: 签名\\u{1b}[2J\\u{202e}xxx"), "{shown}");
        assert!(shown.chars().count() < 260, "{shown}");
    }
}
