//! Private keys by the path of their file, read once in a run.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};

use yima_gateway::{Credential, RsaKey};
use zeroize::Zeroizing;

use super::refusal::Refusal;

/// Far above any key that can sign.
const FILE_BYTES_MAX: u64 = 16 * 1024;
/// Far above what anybody compares at once.
const KEYS_MAX: usize = 256;

#[derive(Default)]
pub(super) struct Keys(HashMap<String, Credential>);

impl Keys {
    /// What could not be read is tried again the next time.
    pub(super) fn read(&mut self, path: &str) -> Result<&Credential, Refusal> {
        if !self.0.contains_key(path) {
            if self.0.len() >= KEYS_MAX {
                self.0.clear();
            }
            let credential = Credential::Rsa(read(path)?);
            let _ = self.0.insert(path.to_owned(), credential);
        }
        self.0.get(path).ok_or(Refusal::KeyMissing)
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
