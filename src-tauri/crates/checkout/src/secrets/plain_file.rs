//! Secrets in files, one each: `secrets/app_secret` in the data folder, readable by its owner alone.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{SecretError, SecretName};

/// Far above any key that can sign.
const BYTES_MAX: usize = 16 * 1024;

pub(super) struct PlainFiles {
    folder: PathBuf,
}

impl PlainFiles {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn has(&self, name: SecretName) -> bool {
        self.path(name).exists()
    }

    pub(super) fn read(&self, name: SecretName) -> Result<Option<SecretString>, SecretError> {
        let path = self.path(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, &error)),
        };
        require_private(&file, &path)?;
        // Filled in one go: a buffer that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES_MAX + 1));
        file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(&path, &error))?;
        if bytes.len() > BYTES_MAX {
            return Err(SecretError::File { path, reason: format!("it has more than {BYTES_MAX} bytes") });
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::NotText)?;
        Ok(Some(SecretString::from(text)))
    }

    /// The old file stays whole until the new one is.
    pub(super) fn write(&self, name: SecretName, secret: &SecretString) -> Result<(), SecretError> {
        make_private_folder(&self.folder).map_err(|error| failed(&self.folder, &error))?;
        let path = self.path(name);
        let new = path.with_extension("new");
        let written =
            write_private(&new, secret.expose_secret().as_bytes()).and_then(|()| fs::rename(&new, &path));
        written.map_err(|error| {
            // There is nothing better to do about a half-written file that cannot be removed either.
            let _ = fs::remove_file(&new);
            failed(&path, &error)
        })
    }

    pub(super) fn remove(&self, name: SecretName) -> Result<(), SecretError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&path, &error)),
            _ => Ok(()),
        }
    }

    fn path(&self, name: SecretName) -> PathBuf {
        self.folder.join(name.name())
    }
}

fn failed(path: &Path, error: &io::Error) -> SecretError {
    SecretError::File { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // A file left over from an interrupted writing keeps the mode that it had.
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn require_private(file: &File, path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|error| failed(path, &error))?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(SecretError::Exposed { path: path.to_owned() }) }
}

/// Elsewhere no file mode keeps others out, and the system has a keychain of its own.
#[cfg(not(unix))]
fn make_private_folder(_: &Path) -> io::Result<()> {
    Err(io::Error::new(ErrorKind::Unsupported, "a file for its owner alone can be made on Unix only"))
}

#[cfg(not(unix))]
fn write_private(_: &Path, _: &[u8]) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn require_private(_: &File, path: &Path) -> Result<(), SecretError> {
    Err(SecretError::Exposed { path: path.to_owned() })
}
