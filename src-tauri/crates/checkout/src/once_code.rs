//! A customer's payment code that can be sent once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use yima_gateway::PayCode;

/// A payment code on its way to the gateway. Whoever takes it out has the only one; its clones are empty then.
#[derive(Clone)]
pub struct OnceCode(Arc<Mutex<Option<PayCode>>>);

impl OnceCode {
    #[must_use]
    pub fn new(code: PayCode) -> Self {
        Self(Arc::new(Mutex::new(Some(code))))
    }

    /// `None`: it was taken before, and may have been sent.
    #[must_use]
    pub fn take(&self) -> Option<PayCode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for OnceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnceCode([REDACTED])")
    }
}
