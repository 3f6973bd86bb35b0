//! The control API under `/control`; the crate's documentation lists it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::app::{App, AppRecord, ReadyApp};
use crate::ledger::Named;
use crate::record::{OrderRecord, ReceivedRequest};
use crate::refund::Purse;
use crate::scenario::Rule;
use crate::shop::{ActError, Shop, Target, locked};
use crate::status::{Channel, OrderStatus};
use crate::terms::Terms;

type Shopkeeper = State<Arc<Shop>>;

pub(crate) fn routes(shop: Arc<Shop>) -> Router<Arc<Shop>> {
    Router::new()
        .route("/control/orders", get(orders))
        .route("/control/orders/{order_id}", get(order))
        .route("/control/orders/{order_id}/pay", post(pay))
        .route("/control/orders/{order_id}/decline", post(decline))
        .route("/control/orders/{order_id}/status", post(set_status))
        .route("/control/refunds/{refund_order_id}/done", post(refund_done))
        .route("/control/refunds/{refund_order_id}/fail", post(refund_failed))
        .route("/control/balance", get(balance).put(set_balance))
        .route("/control/terms", get(terms).put(set_terms))
        .route("/control/apps", get(apps).post(put_apps))
        .route("/control/requests", get(requests))
        .route("/control/scenarios", get(scenarios).post(add_scenarios).delete(clear_scenarios))
        .layer(middleware::from_fn_with_state(shop, no_other_site))
}

/// A page of some other site, open in a browser on this machine, must not steer the sandbox.
async fn no_other_site(State(shop): Shopkeeper, request: Request, next: Next) -> Response {
    let foreign = request.headers().get(ORIGIN).is_some_and(|origin| origin != shop.base_url.as_str());
    if foreign {
        refusal(StatusCode::FORBIDDEN, "another site's page may not ask")
    } else {
        next.run(request).await
    }
}

async fn orders(State(shop): Shopkeeper) -> Json<Vec<OrderRecord>> {
    Json(shop.records())
}

/// Which application's order is meant, where two have one by the same id.
#[derive(Deserialize)]
struct OfApp {
    app_id: Option<String>,
}

impl OfApp {
    fn target<'a>(&'a self, named: Named<'a>) -> Target<'a> {
        Target { app_id: self.app_id.as_deref(), named }
    }
}

async fn order(State(shop): Shopkeeper, Path(order_id): Path<String>, Query(of): Query<OfApp>) -> Response {
    told(&shop, of.target(Named::OrderId(&order_id)), Ok(()))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PayOrder {
    pay_channel: Option<Channel>,
    real_amount: Option<Amount>,
}

async fn pay(
    State(shop): Shopkeeper,
    Path(order_id): Path<String>,
    Query(of): Query<OfApp>,
    body: Bytes,
) -> Response {
    let asked: PayOrder = match body.is_empty() {
        true => PayOrder::default(),
        false => match read(&body) {
            Ok(asked) => asked,
            Err(refusal) => return refusal,
        },
    };
    let target = of.target(Named::OrderId(&order_id));
    let channel = asked.pay_channel.unwrap_or(Channel::WeChat);
    let outcome = shop.pay(target, channel, asked.real_amount).await;
    told(&shop, target, outcome)
}

async fn decline(State(shop): Shopkeeper, Path(order_id): Path<String>, Query(of): Query<OfApp>) -> Response {
    let target = of.target(Named::OrderId(&order_id));
    let outcome = shop.decline(target).await;
    told(&shop, target, outcome)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    order_status: OrderStatus,
}

async fn set_status(
    State(shop): Shopkeeper,
    Path(order_id): Path<String>,
    Query(of): Query<OfApp>,
    body: Bytes,
) -> Response {
    let asked: SetStatus = match read(&body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let target = of.target(Named::OrderId(&order_id));
    let outcome = shop.set_status(target, asked.order_status).await;
    told(&shop, target, outcome)
}

async fn refund_done(State(shop): Shopkeeper, Path(id): Path<String>, Query(of): Query<OfApp>) -> Response {
    end_refund(&shop, &id, &of, true).await
}

async fn refund_failed(State(shop): Shopkeeper, Path(id): Path<String>, Query(of): Query<OfApp>) -> Response {
    end_refund(&shop, &id, &of, false).await
}

async fn end_refund(shop: &Arc<Shop>, refund_order_id: &str, of: &OfApp, done: bool) -> Response {
    let outcome = shop.end_refund(of.app_id.as_deref(), refund_order_id, done).await;
    told(shop, of.target(Named::RefundOrderId(refund_order_id)), outcome)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Balance {
    balance: Option<Amount>,
}

async fn balance(State(shop): Shopkeeper) -> Json<Balance> {
    Json(Balance { balance: shop.purse().balance })
}

async fn set_balance(State(shop): Shopkeeper, body: Bytes) -> Response {
    let Balance { balance } = match read(&body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    match shop.set_purse(Purse { balance }).await {
        Ok(()) => Json(Balance { balance }).into_response(),
        Err(error) => act_refusal(&error),
    }
}

async fn terms(State(shop): Shopkeeper) -> Json<Terms> {
    Json(shop.terms())
}

async fn set_terms(State(shop): Shopkeeper, body: Bytes) -> Response {
    let terms: Terms = match read(&body) {
        Ok(terms) => terms,
        Err(refusal) => return refusal,
    };
    if let Err(error) = terms.check() {
        return not_understood(&error);
    }
    shop.with_ledger(|ledger, _| ledger.set_terms(terms));
    Json(shop.terms()).into_response()
}

async fn apps(State(shop): Shopkeeper) -> Json<Vec<AppRecord>> {
    Json(shop.apps().iter().map(ReadyApp::record).collect())
}

async fn put_apps(State(shop): Shopkeeper, body: Bytes) -> Response {
    let put = App::list_from_json(&body).and_then(|apps| locked(&shop.apps).put(apps));
    match put {
        Ok(()) => apps(State(shop)).await.into_response(),
        Err(error) => not_understood(&error),
    }
}

async fn requests(State(shop): Shopkeeper) -> Json<Vec<ReceivedRequest>> {
    Json(locked(&shop.requests).last().cloned().collect())
}

async fn scenarios(State(shop): Shopkeeper) -> Json<Vec<Rule>> {
    Json(locked(&shop.script).rules().to_vec())
}

async fn add_scenarios(State(shop): Shopkeeper, body: Bytes) -> Response {
    let rules: Vec<Rule> = match read(&body) {
        Ok(rules) => rules,
        Err(refusal) => return refusal,
    };
    let mut script = locked(&shop.script);
    match script.add(rules) {
        Ok(()) => Json(script.rules().to_vec()).into_response(),
        Err(error) => not_understood(&error),
    }
}

async fn clear_scenarios(State(shop): Shopkeeper) -> StatusCode {
    locked(&shop.script).clear();
    StatusCode::NO_CONTENT
}

/// Raw values survive `from_slice` but not every extractor, so the body is read here.
#[allow(clippy::result_large_err, reason = "the error is the answer")]
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Response> {
    serde_json::from_slice(body).map_err(|error| not_understood(&error))
}

/// The order as it is after an act.
fn told(shop: &Shop, target: Target<'_>, outcome: Result<(), ActError>) -> Response {
    let record = outcome.and_then(|()| shop.record_of(target).ok_or(ActError::NoSuchOrder));
    record.map_or_else(|error| act_refusal(&error), |record| Json(record).into_response())
}

fn act_refusal(error: &ActError) -> Response {
    let status = match error {
        ActError::NoSuchOrder | ActError::NoSuchRefund => StatusCode::NOT_FOUND,
        ActError::NotPayable | ActError::NotPending => StatusCode::CONFLICT,
        ActError::NotSaved(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refusal(status, &error.to_string())
}

fn not_understood(error: &dyn std::error::Error) -> Response {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string())
}

fn refusal(status: StatusCode, error: &str) -> Response {
    #[derive(Serialize)]
    struct Refusal<'a> {
        error: &'a str,
    }
    (status, Json(Refusal { error })).into_response()
}
