//! What this till signs with, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use yima_checkout::Signer;
use yima_checkout::secrets::{Place, SecretStore};
use yima_gateway::{Account, Credential, SignType};
use yima_store::{DataDir, SettingsFile};

/// The secrets of this till; an open sale is asked about with the kind it was made with.
#[derive(Clone, Default)]
pub struct TillSigner(Arc<RwLock<Vec<Held>>>);

struct Held {
    credential: Arc<Credential>,
    place: Place,
}

impl TillSigner {
    pub fn with(credential: Credential) -> Self {
        Self(Arc::new(RwLock::new(vec![Held { credential: Arc::new(credential), place: Place::Keychain }])))
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
                Ok((credential, place)) => {
                    let held = Held { credential: Arc::new(credential), place };
                    self.0.write().unwrap_or_else(PoisonError::into_inner).push(held);
                }
                Err(error) => tracing::info!(%error, %sign_type, "no such secret"),
            }
        }
    }

    /// One of them is kept unencrypted, because somebody asked for that.
    pub fn is_insecure(&self) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().any(|held| held.place == Place::File)
    }

    fn find(&self, sign_type: SignType) -> Option<Arc<Credential>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|held| held.credential.sign_type() == sign_type);
        found.map(|held| Arc::clone(&held.credential))
    }
}

impl Signer for TillSigner {
    fn credential(&self, account: &Account) -> Option<Arc<Credential>> {
        self.find(account.sign_type)
    }
}
