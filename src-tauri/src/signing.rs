//! What this till signs with, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use yima_checkout::Signer;
use yima_checkout::secrets::SecretStore;
use yima_gateway::{Account, Credential, SignType};
use yima_store::{DataDir, SettingsFile};

/// The secrets of this till; an open sale is asked about with the kind it was made with.
#[derive(Clone, Default)]
pub struct TillSigner(Arc<RwLock<Vec<Arc<Credential>>>>);

impl TillSigner {
    pub fn with(credential: Credential) -> Self {
        Self(Arc::new(RwLock::new(vec![Arc::new(credential)])))
    }

    /// Reads the secrets it has not; those of a keychain may have been locked away before. A till without one opens all
    /// the same: it can sell nothing until it has one, and says so. Blocks.
    pub fn read_missing(&self, folder: &DataDir, file: &SettingsFile) {
        let secrets = match SecretStore::open(folder, file) {
            Ok(secrets) => secrets,
            Err(error) => return tracing::warn!(%error, "no signing secrets"),
        };
        for sign_type in [SignType::Md5, SignType::Rsa] {
            if self.find(sign_type).is_some() {
                continue;
            }
            match secrets.credential(sign_type) {
                Ok((credential, _)) => {
                    self.0.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(credential));
                }
                Err(error) => tracing::info!(%error, %sign_type, "no such secret"),
            }
        }
    }

    fn find(&self, sign_type: SignType) -> Option<Arc<Credential>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|credential| credential.sign_type() == sign_type).cloned()
    }
}

/// A secret is kept unencrypted, because somebody asked for that; in practice too, which has no use for it. Asks no
/// keychain.
pub fn has_secret_in_file(folder: &DataDir, file: &SettingsFile) -> bool {
    SecretStore::open(folder, file).is_ok_and(|secrets| !secrets.in_files().is_empty())
}

impl Signer for TillSigner {
    fn credential(&self, account: &Account) -> Option<Arc<Credential>> {
        self.find(account.sign_type)
    }
}
