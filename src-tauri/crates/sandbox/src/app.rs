//! The applications that may ask, each with its own key and its own reading of the signing rules.

use std::sync::Arc;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use crate::config::{Config, Key, Profile};
use crate::sign::{KeyError, Verifier};

const APP_ID_CHARS_MAX: usize = 32;
const APPS_MAX: usize = 100;

/// One application. Has no `Debug`: it may hold a secret.
#[derive(Clone)]
pub struct App {
    /// 1 to 32 characters.
    pub app_id: String,
    pub key: Key,
    pub profile: Profile,
    /// One that is not enabled is told 5000, once its signature stands.
    pub enabled: bool,
}

/// Why there is no such application.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    #[error("app_id must have 1 to {APP_ID_CHARS_MAX} characters")]
    BadAppId,
    #[error("no more than {APPS_MAX} applications")]
    TooMany,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("an application has either app_secret or rsa_public_key")]
    NotOneKey,
    /// Only the place is told: what stands there may be a secret.
    #[error("not a list of applications at line {line}, column {column}")]
    NotApps { line: usize, column: usize },
}

impl App {
    /// An enabled application with the default profile.
    #[must_use]
    pub fn new(app_id: impl Into<String>, key: Key) -> Self {
        Self { app_id: app_id.into(), key, profile: Profile::default(), enabled: true }
    }

    /// Reads a JSON list of
    /// `{"app_id": "shop", "app_secret": "…" or "rsa_public_key": "PEM", "profile": {…}, "enabled": true}`;
    /// `profile` and `enabled` may be left out.
    ///
    /// # Errors
    /// [`AppError::NotApps`] and [`AppError::NotOneKey`].
    pub fn list_from_json(json: &[u8]) -> Result<Vec<Self>, AppError> {
        let written: Vec<WrittenApp> = serde_json::from_slice(json)
            .map_err(|error| AppError::NotApps { line: error.line(), column: error.column() })?;
        written.into_iter().map(Self::try_from).collect()
    }
}

/// An application as others may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppRecord {
    pub app_id: String,
    /// `MD5` or `RSA`.
    pub sign_type: &'static str,
    pub profile: Profile,
    pub enabled: bool,
}

/// An application whose key can be used.
pub(crate) struct ReadyApp {
    pub(crate) app_id: String,
    pub(crate) verifier: Verifier,
    pub(crate) profile: Profile,
    pub(crate) enabled: bool,
}

impl ReadyApp {
    fn new(app: App) -> Result<Self, AppError> {
        if app.app_id.is_empty() || app.app_id.chars().count() > APP_ID_CHARS_MAX {
            return Err(AppError::BadAppId);
        }
        let verifier = Verifier::new(app.key, app.profile)?;
        Ok(Self { app_id: app.app_id, verifier, profile: app.profile, enabled: app.enabled })
    }

    pub(crate) fn record(&self) -> AppRecord {
        AppRecord {
            app_id: self.app_id.clone(),
            sign_type: self.verifier.sign_type(),
            profile: self.profile,
            enabled: self.enabled,
        }
    }
}

/// Those served at one moment. Cheap to clone; an application keeps its place when it is changed.
#[derive(Clone, Default)]
pub(crate) struct Apps(Vec<Arc<ReadyApp>>);

impl Apps {
    pub(crate) fn of(config: &Config) -> Result<Self, AppError> {
        let first = App { profile: config.profile, ..App::new(&config.app_id, config.key.clone()) };
        let mut apps = Self::default();
        apps.put([first].into_iter().chain(config.more_apps.iter().cloned()))?;
        Ok(apps)
    }

    /// Adds applications, or changes those that are there; all of them, or none when one cannot be.
    pub(crate) fn put(&mut self, apps: impl IntoIterator<Item = App>) -> Result<(), AppError> {
        let mut after = self.0.clone();
        for app in apps {
            let ready = Arc::new(ReadyApp::new(app)?);
            match after.iter_mut().find(|known| known.app_id == ready.app_id) {
                Some(known) => *known = ready,
                None => after.push(ready),
            }
            if after.len() > APPS_MAX {
                return Err(AppError::TooMany);
            }
        }
        self.0 = after;
        Ok(())
    }

    pub(crate) fn find(&self, app_id: &str) -> Option<&ReadyApp> {
        self.iter().find(|app| app.app_id == app_id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ReadyApp> {
        self.0.iter().map(AsRef::as_ref)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenApp {
    app_id: String,
    #[serde(default, deserialize_with = "read_secret")]
    app_secret: Option<SecretString>,
    rsa_public_key: Option<String>,
    #[serde(default)]
    profile: Profile,
    #[serde(default = "yes")]
    enabled: bool,
}

const fn yes() -> bool {
    true
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

impl TryFrom<WrittenApp> for App {
    type Error = AppError;

    fn try_from(written: WrittenApp) -> Result<Self, AppError> {
        let key = match (written.app_secret, written.rsa_public_key) {
            (Some(secret), None) => Key::Md5(secret),
            (None, Some(public_pem)) => Key::Rsa { public_pem },
            _ => return Err(AppError::NotOneKey),
        };
        Ok(Self { app_id: written.app_id, key, profile: written.profile, enabled: written.enabled })
    }
}

#[cfg(test)]
mod tests {
    use super::{APPS_MAX, App, AppError, Apps};
    use crate::config::{Key, SecretKeyName};

    #[test]
    fn a_list_is_read_and_its_errors_show_no_secret() {
        let json = br#"[{"app_id":"a","app_secret":"s","profile":{"secret_key":"app_secret"}},
            {"app_id":"b","rsa_public_key":"PEM","enabled":false}]"#;
        let apps = App::list_from_json(json).ok().unwrap();
        assert_eq!(apps[0].profile.secret_key, SecretKeyName::AppSecret);
        assert!(matches!(&apps[0].key, Key::Md5(_)) && apps[0].enabled);
        assert!(matches!(&apps[1].key, Key::Rsa { .. }) && !apps[1].enabled);
        for (json, error) in [
            ("[{\"app_id\":\"a\"}]", AppError::NotOneKey),
            (r#"[{"app_id":"a","app_secret":"s","rsa_public_key":"k"}]"#, AppError::NotOneKey),
            (r#"[{"app_id":"a","profile":"canary"}]"#, AppError::NotApps { line: 1, column: 33 }),
            ("[{\n\"canary\":1}]", AppError::NotApps { line: 2, column: 8 }),
        ] {
            let found = App::list_from_json(json.as_bytes()).err().unwrap();
            assert!(!found.to_string().contains("canary"));
            assert_eq!(found, error, "{json}");
        }
    }

    #[test]
    fn all_of_them_are_put_or_none() {
        let mut apps = Apps::default();
        let named = |app_id: &str, secret: &str| App::new(app_id, Key::md5(secret));
        assert_eq!(apps.put([named("a", "1"), named(&"店".repeat(33), "2")]), Err(AppError::BadAppId));
        assert!(matches!(apps.put([named("a", "1"), named("b", "")]), Err(AppError::Key(_))));
        assert!(apps.find("a").is_none());
        let many = (0..APPS_MAX).map(|number| named(&number.to_string(), "s"));
        assert_eq!(apps.put(many), Ok(()));
        assert_eq!(apps.put([named("7", "another")]), Ok(()), "it takes its own place");
        assert_eq!(apps.put([named("one more", "s")]), Err(AppError::TooMany));
    }
}
