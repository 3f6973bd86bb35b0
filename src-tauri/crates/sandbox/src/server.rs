//! Starting and stopping: one listener on loopback, bounded in connections, bodies and waits.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::HOST;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::amount::Amount;
use crate::config::Config;
use crate::ledger::{Ledger, Named, Terms};
use crate::order::{Channel, OrderStatus};
use crate::record::{OrderRecord, ReceivedRequest};
use crate::scenario::{Rule, RuleError};
use crate::shop::{ActError, Shop, locked};
use crate::sign::{KeyError, Verifier};
use crate::state_file::{StateError, StateFile};
use crate::wire::CloseConnection;
use crate::{control, pay_page, wire};

const BODY_BYTES_MAX: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
const ACCEPT_RETRY: Duration = Duration::from_millis(50);
const CONNECTIONS_MAX: usize = 256;
const APP_ID_CHARS_MAX: usize = 32;

/// The gateway to practise and test against.
pub struct Sandbox;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0} is not a loopback address; a sandbox is never open to the network")]
    NotLoopback(SocketAddr),
    #[error("app_id must have 1 to {APP_ID_CHARS_MAX} characters")]
    BadAppId,
    #[error("the discount and the subsidy must not be negative")]
    NegativeAmount,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the state file {0}")]
    State(#[from] StateError),
    #[error("cannot listen: {0}")]
    Listen(#[source] io::Error),
    #[error("there is no Tokio runtime to run in")]
    NoRuntime,
}

impl Sandbox {
    /// Starts listening at a loopback address, port 0 for any free one, and serves on the current Tokio runtime
    /// until [`Running::shutdown`] is called or the [`Running`] is dropped.
    ///
    /// # Errors
    /// Whatever of the configuration cannot be used, see [`StartError`].
    pub fn start(config: Config, address: SocketAddr) -> Result<Running, StartError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let listener = listen(address).map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        let shop = Arc::new(open_shop(config, address)?);
        let (stop, stopped) = oneshot::channel();
        let server = runtime.spawn(serve(listener, router(Arc::clone(&shop)), stopped));
        tracing::info!(%address, "sandbox gateway started");
        Ok(Running { shop, address, stop: Some(stop), server: Some(server) })
    }
}

/// A sandbox at work. Dropping it cuts every connection; [`Running::shutdown`] lets answers under way go out.
pub struct Running {
    shop: Arc<Shop>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Running {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shop.base_url
    }

    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every order, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderRecord> {
        self.shop.records()
    }

    #[must_use]
    pub fn order(&self, order_id: &str) -> Option<OrderRecord> {
        self.shop.record_of(order_id)
    }

    /// The last 200 requests to the gateway's calls, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        locked(&self.shop.requests).last().cloned().collect()
    }

    /// Pays as the customer would. `real` overrides what the customer really paid.
    ///
    /// # Errors
    /// See [`ActError`]. Paying a paid order again is none.
    pub async fn pay(&self, order_id: &str, channel: Channel, real: Option<Amount>) -> Result<(), ActError> {
        self.shop.pay(Named::OrderId(order_id), channel, real).await
    }

    /// Lets one attempt to pay fail; the order stays payable.
    ///
    /// # Errors
    /// See [`ActError`].
    pub async fn decline(&self, order_id: &str) -> Result<(), ActError> {
        self.shop.decline(Named::OrderId(order_id)).await
    }

    /// Puts an order into any status, also one it could not come to by itself.
    ///
    /// # Errors
    /// See [`ActError`].
    pub async fn set_status(&self, order_id: &str, status: OrderStatus) -> Result<(), ActError> {
        self.shop.set_status(Named::OrderId(order_id), status).await
    }

    /// Adds rules after those that are there: all of them or, when one makes no sense, none.
    ///
    /// # Errors
    /// See [`RuleError`].
    pub fn add_rules(&self, rules: Vec<Rule>) -> Result<(), RuleError> {
        locked(&self.shop.script).add(rules)
    }

    pub fn clear_rules(&self) {
        locked(&self.shop.script).clear();
    }

    /// Stops listening, lets answers under way go out for two seconds at most, and leaves the state file as the
    /// ledger stands.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take()
            && let Err(error) = server.await
        {
            tracing::error!(%error, "the sandbox's server task failed");
        }
        // A failed write is in the log; there is nobody left to tell.
        let _ = self.shop.save().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn open_shop(config: Config, address: SocketAddr) -> Result<Shop, StartError> {
    if config.app_id.is_empty() || config.app_id.chars().count() > APP_ID_CHARS_MAX {
        return Err(StartError::BadAppId);
    }
    let amount = |fen| Amount::from_fen(fen).ok_or(StartError::NegativeAmount);
    let terms = Terms {
        discount: amount(config.discount_fen)?,
        subsidy: amount(config.subsidy_fen)?,
        pay_after_ms: config.pay_after.map(Terms::pay_after),
    };
    let verifier = Verifier::new(config.key, config.profile)?;
    let (state_file, orders) = match config.state_file.map(StateFile::open).transpose()? {
        Some((file, orders)) => (Some(file), orders),
        None => (None, Vec::new()),
    };
    Ok(Shop {
        app_id: config.app_id,
        shop_name: config.shop_name,
        base_url: format!("http://{address}"),
        verifier,
        state_file,
        ledger: Mutex::new(Ledger::new(orders, terms)),
        script: Mutex::default(),
        requests: Mutex::default(),
    })
}

fn router(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .merge(wire::routes())
        .merge(pay_page::routes())
        .merge(control::routes(Arc::clone(&shop)))
        .with_state(shop)
}

async fn serve(listener: TcpListener, router: Router, mut stopped: oneshot::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _)) => {
                    let _ = connections.spawn(connection(stream, router.clone(), graceful.watcher()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox could not accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
            },
        }
    }
    drop(listener);
    // What is still busy then is cut off with the set.
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
}

async fn connection(stream: TcpStream, router: Router, watcher: hyper_util::server::graceful::Watcher) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a sandbox connection ended early");
    }
}

/// Closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a scenario closes this connection")]
struct Closed;

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response<Body>, Closed> {
    if !is_for_loopback(&request) {
        return Ok(status_only(StatusCode::MISDIRECTED_REQUEST));
    }
    let (head, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(Body::new(body), BODY_BYTES_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Ok(status_only(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => return Ok(status_only(StatusCode::REQUEST_TIMEOUT)),
    };
    let request = Request::from_parts(head, Body::from(body));
    let response = match TowerToHyperService::new(router).call(request).await {
        Ok(response) => response,
        Err::<_, Infallible>(never) => match never {},
    };
    match response.extensions().get::<CloseConnection>() {
        Some(CloseConnection) => Err(Closed),
        None => Ok(response),
    }
}

/// A name that some other site's DNS points at this machine is not ours: it would make that site's pages ours.
fn is_for_loopback<B>(request: &Request<B>) -> bool {
    let Some(Ok(host)) = request.headers().get(HOST).map(|host| host.to_str()) else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

fn status_only(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
