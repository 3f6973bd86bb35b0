//! Private keys by the path of their file, read once in a run.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use yima_gateway::{Credential, RsaKey};
use zeroize::Zeroizing;

use super::refusal::Refusal;

/// Far above any key that can sign.
const FILE_BYTES_MAX: u64 = 16 * 1024;
/// Far above what anybody compares at once.
const KEYS_MAX: usize = 256;

#[derive(Default)]
pub(super) struct Keys(Mutex<HashMap<String, Arc<Credential>>>);

impl Keys {
    /// What could not be read is tried again the next time. Whoever wants a key meanwhile waits, so that it is read once.
    pub(super) fn read(&self, path: &str) -> Result<Arc<Credential>, Refusal> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(path) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(Credential::Rsa(read(path)?));
        if keys.len() >= KEYS_MAX {
            keys.clear();
        }
        let _ = keys.insert(path.to_owned(), Arc::clone(&key));
        Ok(key)
    }
}

fn read(path: &str) -> Result<RsaKey, Refusal> {
    let path_given = || path.to_owned();
    let pem = read_file(path)
        .map_err(|error| Refusal::KeyFile { path: path_given(), reason: error.to_string() })?;
    RsaKey::from_pem(&String::from_utf8_lossy(&pem))
        .map_err(|error| Refusal::BadKey { path: path_given(), error })
}

fn read_file(path: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    // A pipe would be waited for without end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_BYTES_MAX as usize + 1));
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}
