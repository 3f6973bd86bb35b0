//! The page behind `pay_url`: whoever opens it is the customer.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use crate::ledger::{Named, Whose};
use crate::pay_html;
use crate::shop::{ActError, Shop};
use crate::status::Channel;

pub(crate) fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/style.css", get(style))
        .route("/p/{token}", get(show))
        .route("/p/{token}/pay", post(pay))
        .route("/p/{token}/decline", post(decline))
}

/// Nothing but the page's own style sheet and its own forms.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("style.css"))
}

#[derive(Deserialize)]
struct Shown {
    /// After declining: show the buttons again.
    #[serde(default)]
    again: bool,
}

async fn show(
    State(shop): State<Arc<Shop>>,
    Path(token): Path<String>,
    Query(shown): Query<Shown>,
) -> Response {
    let apps = shop.apps();
    let html = shop.with_ledger(|ledger, _| {
        let order = ledger.find(Whose::AnyOf(&apps), Named::Token(&token))?;
        Some(pay_html::order_page(&shop.shop_name, order, shown.again))
    });
    html.map_or_else(expired, |html| page(StatusCode::OK, html))
}

#[derive(Deserialize)]
struct PayForm {
    channel: Channel,
}

async fn pay(
    State(shop): State<Arc<Shop>>,
    Path(token): Path<String>,
    Form(form): Form<PayForm>,
) -> Response {
    let outcome = shop.pay(Named::Token(&token), form.channel, None).await;
    after(&token, outcome)
}

async fn decline(State(shop): State<Arc<Shop>>, Path(token): Path<String>) -> Response {
    let outcome = shop.decline(Named::Token(&token)).await;
    after(&token, outcome)
}

/// The order's page says what it has come to, also where nothing could be done any more.
fn after(token: &str, outcome: Result<(), ActError>) -> Response {
    match outcome {
        Ok(()) | Err(ActError::NotPayable) => Redirect::to(&format!("/p/{token}")).into_response(),
        Err(ActError::NoSuchOrder | ActError::NoSuchRefund | ActError::NotPending) => expired(),
        Err(ActError::NotSaved(_)) => page(StatusCode::INTERNAL_SERVER_ERROR, pay_html::trouble_page()),
    }
}

fn expired() -> Response {
    page(StatusCode::NOT_FOUND, pay_html::expired_page())
}

fn page(status: StatusCode, html: String) -> Response {
    let headers = AppendHeaders([
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    (status, headers, Html(html)).into_response()
}
