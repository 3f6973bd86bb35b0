//! The sandbox as a program of its own, steered over its control API.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{patience::wait_for, process::Group, programs::Programs};

pub const APP_ID: &str = "e2e-tests";
pub const SECRET_FILE: &str = "secret";

/// A running sandbox.
pub struct Gateway {
    base_url: String,
    http: reqwest::Client,
    folder: PathBuf,
    group: Group,
}

impl Gateway {
    /// Starts one on a free port. `folder` has the signing secret in the file `secret`, and takes the ledger.
    pub fn start(programs: &Programs, folder: &Path, more: &[String]) -> Result<Self> {
        Self::start_on(programs, folder, "0", more)
    }

    fn start_on(programs: &Programs, folder: &Path, port: &str, more: &[String]) -> Result<Self> {
        let mut group = Group::start(
            Command::new(programs.command_line())
                .args(["sandbox", "--port", port, "--app-id", APP_ID, "--secret-file"])
                .arg(folder.join(SECRET_FILE))
                .arg("--state")
                .arg(folder.join("ledger.json"))
                .args(more),
            &folder.join("gateway.log"),
        )?;
        let base_url =
            wait_for("the sandbox", Duration::from_secs(20), || match printed_url(&group.printed()) {
                Some(url) => Ok(Some(url)),
                None if group.is_running()? => Ok(None),
                None => bail!("the sandbox ended: {}", group.printed()),
            })?;
        Ok(Self { base_url, http: customer_client()?, folder: folder.to_owned(), group })
    }

    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The gateway is gone, as after a cut cable. Its ledger stays in its file.
    pub fn cut(&mut self) {
        self.group.kill();
    }

    /// The same gateway on the same port again.
    pub fn restore(&mut self, programs: &Programs) -> Result<()> {
        let port = self.base_url.rsplit(':').next().context("the base URL has a port")?;
        *self = Self::start_on(programs, &self.folder, port, &[])?;
        Ok(())
    }

    /// Every order the gateway has, oldest first.
    pub async fn orders(&self) -> Result<Vec<Value>> {
        let Value::Array(orders) = self.ask("/control/orders").await? else { bail!("orders are a list") };
        Ok(orders)
    }

    /// The one order it has.
    pub async fn only_order(&self) -> Result<Value> {
        let orders = self.orders().await?;
        let [order] = orders.as_slice() else { bail!("{} orders at the gateway, not one", orders.len()) };
        Ok(order.clone())
    }

    /// Which call each request was to, oldest first; only the last ones are known.
    pub async fn calls(&self) -> Result<Vec<String>> {
        let requests = self.requests().await?;
        Ok(requests.iter().filter_map(|request| request["path"].as_str()).map(str::to_owned).collect())
    }

    /// What the last requests were signed with, oldest first.
    pub async fn signatures(&self) -> Result<Vec<String>> {
        let bodies = self.bodies("").await?;
        let signature =
            |body: &Value| Ok(body["sign"].as_str().context("a request without a signature")?.to_owned());
        bodies.iter().map(signature).collect()
    }

    /// What the last requests to the calls of this end said, oldest first.
    pub async fn bodies(&self, path_end: &str) -> Result<Vec<Value>> {
        let requests = self.requests().await?;
        let is_asked_for =
            |request: &&Value| request["path"].as_str().is_some_and(|path| path.ends_with(path_end));
        let bodies = requests.iter().filter(is_asked_for).filter_map(|request| request["body"].as_str());
        bodies.map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    pub async fn pay(&self, order_id: &str) -> Result<Value> {
        self.tell(&format!("/control/orders/{order_id}/pay"), "").await
    }

    pub async fn decline(&self, order_id: &str) -> Result<Value> {
        self.tell(&format!("/control/orders/{order_id}/decline"), "").await
    }

    /// Bends what it answers from now on; the rules are those of the sandbox's documentation.
    pub async fn bend(&self, rules: &Value) -> Result<()> {
        self.tell("/control/scenarios", &rules.to_string()).await.map(|_| ())
    }

    /// It answers as it should again.
    pub async fn unbend(&self) -> Result<()> {
        let cleared = self.http.delete(format!("{}/control/scenarios", self.base_url)).send().await?;
        cleared.error_for_status()?;
        Ok(())
    }

    async fn requests(&self) -> Result<Vec<Value>> {
        let Value::Array(requests) = self.ask("/control/requests").await? else {
            bail!("requests are a list")
        };
        Ok(requests)
    }

    async fn ask(&self, path: &str) -> Result<Value> {
        answer(self.http.get(format!("{}{path}", self.base_url))).await
    }

    async fn tell(&self, path: &str, body: &str) -> Result<Value> {
        answer(self.http.post(format!("{}{path}", self.base_url)).body(body.to_owned())).await
    }
}

/// Opens a pay page as a customer's phone does, and presses its first button: *pay*, also after declining.
pub async fn pay_on_page(pay_url: &str) -> Result<()> {
    let http = customer_client()?;
    let page = http.get(format!("{pay_url}?again=true")).send().await?.error_for_status()?.text().await?;
    let target = between(&page, "action=\"", "\"").context("the pay page has no form")?;
    let channel = between(&page, "name=\"channel\" value=\"", "\"").context("the page offers no channel")?;
    let origin = pay_url.split('/').take(3).collect::<Vec<_>>().join("/");
    let form = http
        .post(format!("{origin}{target}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("channel={channel}"));
    let after = form.send().await?;
    if !after.status().is_redirection() {
        bail!("paying was answered with {}", after.status());
    }
    Ok(())
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Value> {
    let answer = request.send().await?;
    let status = answer.status();
    let text = answer.text().await?;
    if !status.is_success() {
        bail!("the sandbox answered {status}: {text}");
    }
    Ok(serde_json::from_str(&text)?)
}

fn customer_client() -> Result<reqwest::Client> {
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .no_proxy();
    Ok(client.build()?)
}

fn printed_url(printed: &str) -> Option<String> {
    let line = printed.split_inclusive('\n').find(|line| line.ends_with('\n') && line.contains("http://"))?;
    line.split_whitespace()
        .find(|word| word.starts_with("http://"))
        .map(|url| url.trim_end_matches('/').to_owned())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
