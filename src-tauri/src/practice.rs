//! Practice mode: a gateway inside the program, whose customer the cashier can play.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use yima_core::OrderId;
use yima_gateway::{Account, AppSecret, Credential, Endpoint, Profile, SignType};
use yima_sandbox::{ActError, Channel, Config, Key, Running, Sandbox};
use yima_store::read_short;

const APP_ID: &str = "practice";

/// The sandbox and what the till signs with there.
pub struct Practice {
    sandbox: Running,
    account: Account,
}

/// The sandbox could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the practice gateway cannot be started: {0}")]
pub struct PracticeError(String);

impl Practice {
    /// Starts the sandbox on the port it had last time, if that is free: open practice sales know it by its address.
    pub fn start(folder: &Path, shop_name: &str) -> Result<(Self, Credential), PracticeError> {
        let failed = |error: &dyn std::fmt::Display| PracticeError(error.to_string());
        let secret = uuid::Uuid::new_v4().simple().to_string();
        let config = || {
            let mut config = Config::new(APP_ID, Key::md5(secret.clone()));
            config.shop_name = shop_name.to_owned();
            config.state_file = Some(folder.join("practice-gateway.json"));
            config
        };
        let kept_port = PortFile(folder.join("practice-gateway.port"));
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let sandbox = Sandbox::start(config(), at(kept_port.read()))
            .or_else(|_| Sandbox::start(config(), at(0)))
            .map_err(|error| failed(&error))?;
        kept_port.write(sandbox.address().port());
        let account = Account {
            endpoint: Endpoint::parse(sandbox.base_url()).map_err(|error| failed(&error))?,
            app_id: APP_ID.to_owned(),
            sign_type: SignType::Md5,
            profile: Profile::default(),
        };
        let app_secret = AppSecret::new(SecretString::from(secret)).map_err(|error| failed(&error))?;
        Ok((Self { sandbox, account }, Credential::Md5(app_secret)))
    }

    /// Where and how its gateway is asked.
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Plays the customer of an order: pays, or declines.
    pub async fn play(&self, order_id: &OrderId, pays: bool) -> Result<(), ActError> {
        if pays {
            self.sandbox.pay(order_id.as_str(), Channel::WeChat, None).await
        } else {
            self.sandbox.decline(order_id.as_str()).await
        }
    }
}

/// Remembers the port; without it the sandbox is only somewhere else next time.
struct PortFile(PathBuf);

impl PortFile {
    fn read(&self) -> u16 {
        read_short(&self.0).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    fn write(&self, port: u16) {
        if let Err(error) = std::fs::write(&self.0, port.to_string()) {
            tracing::warn!(%error, "the practice port was not kept");
        }
    }
}
