//! The control API under `/control`; the crate's documentation lists it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::ledger::Named;
use crate::order::{Channel, OrderStatus};
use crate::record::{OrderRecord, ReceivedRequest};
use crate::scenario::{Rule, RuleError};
use crate::shop::{ActError, Shop, locked};

pub(crate) fn routes(shop: Arc<Shop>) -> Router<Arc<Shop>> {
    Router::new()
        .route("/control/orders", get(orders))
        .route("/control/orders/{order_id}", get(order))
        .route("/control/orders/{order_id}/pay", post(pay))
        .route("/control/orders/{order_id}/decline", post(decline))
        .route("/control/orders/{order_id}/status", post(set_status))
        .route("/control/requests", get(requests))
        .route("/control/scenarios", get(scenarios).post(add_scenarios).delete(clear_scenarios))
        .layer(middleware::from_fn_with_state(shop, no_other_site))
}

/// A page of some other site, open in a browser on this machine, must not steer the sandbox.
async fn no_other_site(State(shop): State<Arc<Shop>>, request: Request, next: Next) -> Response {
    let foreign = request.headers().get(ORIGIN).is_some_and(|origin| origin != shop.base_url.as_str());
    if foreign {
        refusal(StatusCode::FORBIDDEN, "another site's page may not ask")
    } else {
        next.run(request).await
    }
}

async fn orders(State(shop): State<Arc<Shop>>) -> Json<Vec<OrderRecord>> {
    Json(shop.records())
}

async fn order(State(shop): State<Arc<Shop>>, Path(order_id): Path<String>) -> Response {
    shop.record_of(&order_id)
        .map_or_else(|| act_refusal(&ActError::NoSuchOrder), |record| Json(record).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PayOrder {
    pay_channel: Option<Channel>,
    real_amount: Option<Amount>,
}

async fn pay(State(shop): State<Arc<Shop>>, Path(order_id): Path<String>, body: Bytes) -> Response {
    let asked: PayOrder = match body.is_empty() {
        true => PayOrder::default(),
        false => match read(&body) {
            Ok(asked) => asked,
            Err(refusal) => return refusal,
        },
    };
    let channel = asked.pay_channel.unwrap_or(Channel::WeChat);
    let outcome = shop.pay(Named::OrderId(&order_id), channel, asked.real_amount).await;
    acted(&shop, &order_id, outcome)
}

async fn decline(State(shop): State<Arc<Shop>>, Path(order_id): Path<String>) -> Response {
    let outcome = shop.decline(Named::OrderId(&order_id)).await;
    acted(&shop, &order_id, outcome)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    order_status: OrderStatus,
}

async fn set_status(State(shop): State<Arc<Shop>>, Path(order_id): Path<String>, body: Bytes) -> Response {
    let asked: SetStatus = match read(&body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let outcome = shop.set_status(Named::OrderId(&order_id), asked.order_status).await;
    acted(&shop, &order_id, outcome)
}

async fn requests(State(shop): State<Arc<Shop>>) -> Json<Vec<ReceivedRequest>> {
    Json(locked(&shop.requests).last().cloned().collect())
}

async fn scenarios(State(shop): State<Arc<Shop>>) -> Json<Vec<Rule>> {
    Json(locked(&shop.script).rules().to_vec())
}

async fn add_scenarios(State(shop): State<Arc<Shop>>, body: Bytes) -> Response {
    let rules: Vec<Rule> = match read(&body) {
        Ok(rules) => rules,
        Err(refusal) => return refusal,
    };
    let added: Result<(), RuleError> = locked(&shop.script).add(rules);
    match added {
        Ok(()) => Json(locked(&shop.script).rules().to_vec()).into_response(),
        Err(error) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

async fn clear_scenarios(State(shop): State<Arc<Shop>>) -> StatusCode {
    locked(&shop.script).clear();
    StatusCode::NO_CONTENT
}

/// Raw values survive `from_slice` but not every extractor, so the body is read here.
#[allow(clippy::result_large_err, reason = "the error is the answer")]
fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Response> {
    serde_json::from_slice(body)
        .map_err(|error| refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()))
}

fn acted(shop: &Shop, order_id: &str, outcome: Result<(), ActError>) -> Response {
    let record = outcome.and_then(|()| shop.record_of(order_id).ok_or(ActError::NoSuchOrder));
    record.map_or_else(|error| act_refusal(&error), |record| Json(record).into_response())
}

fn act_refusal(error: &ActError) -> Response {
    let status = match error {
        ActError::NoSuchOrder => StatusCode::NOT_FOUND,
        ActError::NotPayable => StatusCode::CONFLICT,
        ActError::NotSaved(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refusal(status, &error.to_string())
}

fn refusal(status: StatusCode, error: &str) -> Response {
    #[derive(Serialize)]
    struct Refusal<'a> {
        error: &'a str,
    }
    (status, Json(Refusal { error })).into_response()
}
