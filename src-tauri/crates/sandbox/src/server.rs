//! Starting and stopping: one listener on loopback, bounded in connections, bodies and waits.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{DATE, HOST};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::app::{AppError, Apps};
use crate::config::Config;
use crate::ledger::Ledger;
use crate::refund::Purse;
use crate::running::Running;
use crate::shop::{Shop, locked};
use crate::state_file::{State, StateError, StateFile};
use crate::terms::TermsError;
use crate::wire::CloseConnection;
use crate::{clock, control, pay_page, wire};

const BODY_BYTES_MAX: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
const ACCEPT_RETRY: Duration = Duration::from_millis(50);
const CONNECTIONS_MAX: usize = 256;

/// The gateway to practise and test against.
pub struct Sandbox;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0} is not a loopback address; a sandbox is never open to the network")]
    NotLoopback(SocketAddr),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Terms(#[from] TermsError),
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
        let server = runtime.spawn(serve(listener, Arc::clone(&shop), stopped));
        tracing::info!(%address, "sandbox gateway started");
        Ok(Running { shop, address, stop: Some(stop), server: Some(server) })
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn open_shop(config: Config, address: SocketAddr) -> Result<Shop, StartError> {
    let apps = Apps::of(&config)?;
    config.terms.check()?;
    let (state_file, state) = match config.state_file.map(StateFile::open).transpose()? {
        Some((file, state)) => (Some(file), state),
        None => (None, None),
    };
    let State { orders, balance } =
        state.unwrap_or_else(|| State { orders: Vec::new(), balance: config.balance });
    Ok(Shop {
        apps: Mutex::new(apps),
        shop_name: config.shop_name,
        base_url: format!("http://{address}"),
        state_file,
        ledger: Mutex::new(Ledger::new(orders, Purse { balance }, config.terms)),
        script: Mutex::default(),
        requests: Mutex::default(),
        meter: Mutex::default(),
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

async fn serve(listener: TcpListener, shop: Arc<Shop>, mut stopped: oneshot::Receiver<()>) {
    let router = router(Arc::clone(&shop));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _)) => {
                    let _ = connections.spawn(connection(stream, router.clone(), Arc::clone(&shop), graceful.watcher()));
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

async fn connection(stream: TcpStream, router: Router, shop: Arc<Shop>, watcher: Watcher) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (router, shop) = (router.clone(), Arc::clone(&shop));
        async move { answer(router, request).await.map(|response| dated(&shop, response)) }
    });
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

/// The time as this sandbox's clock is set to show it.
fn dated(shop: &Shop, mut response: Response<Body>) -> Response<Body> {
    let offset_s = locked(&shop.ledger).terms().date_offset_s;
    let shown_ms = clock::now_ms().saturating_add(i64::from(offset_s) * 1_000);
    if let Ok(date) = HeaderValue::from_str(&clock::http_date(shown_ms)) {
        response.headers_mut().insert(DATE, date);
    }
    response
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
