//! The gateway's calls over HTTP, bent by the scenarios.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;

use crate::answer::{Answer, Code, documented};
use crate::calls::Call;
use crate::clock;
use crate::scenario::Action;
use crate::shop::{Shop, locked};

const JSON: &str = "application/json; charset=utf-8";

/// Marks a response that must never be sent: the connection closes instead.
#[derive(Clone, Copy)]
pub(crate) struct CloseConnection;

pub(crate) fn routes() -> Router<Arc<Shop>> {
    Call::ALL.into_iter().fold(Router::new(), |router, call| {
        router.route(
            call.path(),
            post(move |State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes| async move {
                respond(&shop, call, &headers, &body).await
            }),
        )
    })
}

async fn respond(shop: &Arc<Shop>, call: Call, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
    let number = locked(&shop.requests).add(call, body, clock::now_ms());
    if shop.is_too_busy() {
        return answered(shop, call, number, &Answer::refusal(Code::TooManyRequests));
    }
    let plan = locked(&shop.script).take(call);
    let answer = match plan.processed {
        true if is_json(headers) => shop.process(call, &plan, body).await,
        true => Answer::refusal_of(Code::ParameterMalformed, "Content-Type"),
        false => Answer::refusal(Code::GatewayError),
    };
    tokio::time::sleep(plan.delay).await;
    let answer = match plan.action {
        None
        | Some(Action::DelayMs(_) | Action::StatusSequence(_) | Action::PayCode(_) | Action::Refund(_)) => {
            answer
        }
        Some(Action::Override(fields)) => overridden(answer, &fields),
        Some(Action::Answer { code, msg }) => told(code, msg),
        Some(Action::RateLimit) => Answer::refusal(Code::TooManyRequests),
        Some(Action::Http { status, body }) => return text(status, body),
        Some(Action::RawBody(body)) => return text(200, body),
        Some(Action::DropBefore | Action::DropAfter) => return close_connection(),
    };
    answered(shop, call, number, &answer)
}

fn answered(shop: &Shop, call: Call, number: u64, answer: &Answer) -> Response<Body> {
    locked(&shop.requests).answered(number, answer.code);
    tracing::debug!(path = call.path(), code = answer.code, "sandbox call answered");
    envelope(answer)
}

fn told(code: i64, msg: String) -> Answer {
    let msg = if msg.is_empty() { documented(code).to_owned() } else { msg };
    Answer { code, msg, data: crate::Fields::default() }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// A refusal has no data to override.
fn overridden(mut answer: Answer, fields: &crate::Fields) -> Answer {
    if answer.code == Code::Success.number() {
        answer.data.lay_over(fields);
    }
    answer
}

fn envelope(answer: &Answer) -> Response<Body> {
    match serde_json::to_vec(answer) {
        Ok(json) => response(StatusCode::OK, JSON, json.into()),
        Err(_) => response(StatusCode::INTERNAL_SERVER_ERROR, JSON, Body::empty()),
    }
}

fn text(status: u16, body: String) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if body.trim_start().starts_with('<') { "text/html; charset=utf-8" } else { JSON };
    response(status, kind, body.into())
}

fn close_connection() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}

fn response(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(kind));
    response
}
