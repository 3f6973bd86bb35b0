//! The gateway's own log of what arrived, held against what the till says that it asked.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;
use yima_core::{Fen, OrderId};
use yima_sandbox::{Call, OrderRecord, ReceivedRequest, Running};
use yima_store::Store;

/// The gateway says so when more is to go back than is left.
const TOO_MUCH: i64 = 2_001;

/// How often each call was asked about each order, by the till's own account.
pub type Asks = BTreeMap<(String, String), u64>;

/// What the cashier was told would go back, if the till said that it was kept.
#[derive(Clone, Debug)]
pub struct AskedBack {
    pub order_id: String,
    pub fen: i64,
    pub is_sure: bool,
}

/// I1 and I10 of refunds, and I14: nothing arrives that the till has not said it asks.
/// What was kept of these refunds is missing, since older data were put back.
pub async fn check(
    store: &Store,
    sandbox: &Running,
    asks: &Asks,
    missing: &BTreeSet<String>,
) -> Result<Vec<String>> {
    let (mut broken, mut arrived) = (Vec::new(), Asks::new());
    for request in sandbox.requests() {
        let body: Value = serde_json::from_str(&request.body)?;
        let order_id = body["order_id"].as_str().unwrap_or_default().to_owned();
        if request.path == Call::Refund {
            let is_missing = missing.contains(refund_id(&body));
            broken.extend(wrong_refund(store, &request, &order_id, &body, is_missing).await?);
        }
        let path = serde_json::to_value(request.path)?.as_str().unwrap_or_default().to_owned();
        *arrived.entry((path, order_id)).or_default() += 1;
    }
    for ((path, order_id), times) in arrived {
        if path == "/pay/qrcode" && times > 1 {
            broken.push(format!("I2: the customer's code for {order_id} arrived {times} times"));
        }
        let asked = asks.get(&(path.clone(), order_id.clone())).copied().unwrap_or_default();
        if times > asked {
            broken
                .push(format!("I14: {path} of {order_id} arrived {times} times and was asked {asked} times"));
        }
    }
    Ok(broken)
}

/// Every refund that was sent so far.
pub fn refund_ids(sandbox: &Running) -> BTreeSet<String> {
    let requests = sandbox.requests().into_iter().filter(|request| request.path == Call::Refund);
    let bodies = requests.filter_map(|request| serde_json::from_str::<Value>(&request.body).ok());
    bodies.map(|body| refund_id(&body).to_owned()).collect()
}

fn refund_id(body: &Value) -> &str {
    body["refund_order_id"].as_str().unwrap_or_default()
}

async fn wrong_refund(
    store: &Store,
    request: &ReceivedRequest,
    order_id: &str,
    body: &Value,
    is_missing: bool,
) -> Result<Option<String>> {
    let refund_id = refund_id(body);
    let amount_fen =
        body["refund_amount"].as_str().and_then(|text| Fen::parse(text).ok()).unwrap_or_default();
    let kept = match OrderId::parse(order_id).ok() {
        Some(id) => store.refunds(&id).await?,
        None => Vec::new(),
    };
    let is_kept = kept.iter().any(|row| row.refund_id.as_str() == refund_id && row.amount_fen == amount_fen);
    let id = &refund_id[refund_id.len().saturating_sub(8)..];
    Ok(match () {
        () if !amount_fen.is_positive() => Some(format!("I10: refund {id} of {order_id} asks for {body}")),
        () if !is_kept && !is_missing => {
            Some(format!("I1: refund {id} of {amount_fen} was sent and is not kept so"))
        }
        () if request.code == Some(TOO_MUCH) => {
            Some(format!("I10: refund {id} of {amount_fen} is more than was left of {order_id}"))
        }
        () => None,
    })
}

/// I10: what went back is what was asked for, once, and never more than was paid.
pub fn check_refunded(orders: &[OrderRecord], asked: Option<&AskedBack>) -> Vec<String> {
    let mut broken = Vec::new();
    for order in orders {
        let (back, real) = (order.refund_amount.fen(), order.real_amount.fen());
        if back > real {
            broken.push(format!("I10: {back} of {real} fen of {} went back", order.order_id));
        }
        let Some(asked) = asked.filter(|asked| asked.order_id == order.order_id) else { continue };
        if back != asked.fen && (asked.is_sure || back != 0) {
            broken.push(format!("I10: {} fen were to go back and {back} did", asked.fen));
        }
    }
    broken
}
