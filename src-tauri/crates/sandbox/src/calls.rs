//! The gateway's calls: who may ask, and what is answered.

mod list;
mod making;
mod parameters;
mod refund;
mod settling;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Code};
use crate::app::{Apps, ReadyApp};
use crate::data::{check_data, get_data};
use crate::fields::Fields;
use crate::ledger::{Ledger, Named, Whose};
use crate::order::Order;
use crate::refund::RefundState;
use crate::sign::SignRefusal;
use crate::terms::PayCodeOutcome;

use parameters::{
    ORDER_ID_CHARS_MAX, REFUND_ORDER_ID_CHARS_MAX, TRADE_NO_CHARS_MAX, check_store_info, optional_text,
    required_text,
};

/// One of the gateway's calls, named by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Call {
    #[serde(rename = "/pay/scan")]
    Scan,
    #[serde(rename = "/pay/qrcode")]
    QrCode,
    #[serde(rename = "/pay/check")]
    Check,
    #[serde(rename = "/pay/get")]
    Get,
    #[serde(rename = "/pay/close")]
    Close,
    #[serde(rename = "/pay/cancel")]
    Cancel,
    #[serde(rename = "/pay/refund")]
    Refund,
    #[serde(rename = "/order/list")]
    List,
}

impl Call {
    pub const ALL: [Self; 8] = [
        Self::Scan,
        Self::QrCode,
        Self::Check,
        Self::Get,
        Self::Close,
        Self::Cancel,
        Self::Refund,
        Self::List,
    ];

    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Scan => "/pay/scan",
            Self::QrCode => "/pay/qrcode",
            Self::Check => "/pay/check",
            Self::Get => "/pay/get",
            Self::Close => "/pay/close",
            Self::Cancel => "/pay/cancel",
            Self::Refund => "/pay/refund",
            Self::List => "/order/list",
        }
    }
}

/// What a call is answered with besides the ledger.
pub(crate) struct Desk<'a> {
    pub(crate) apps: &'a Apps,
    pub(crate) base_url: &'a str,
    pub(crate) now_ms: i64,
    pub(crate) pay_code: PayCodeOutcome,
    pub(crate) refund: RefundState,
}

/// A request whose signature stands.
struct Asked<'a> {
    desk: &'a Desk<'a>,
    app: &'a ReadyApp,
    call: Call,
    fields: Fields,
}

impl Asked<'_> {
    fn whose(&self) -> Whose<'_> {
        Whose::App(&self.app.app_id)
    }
}

pub(crate) fn pay_url(base_url: &str, order: &Order) -> String {
    format!("{base_url}/p/{}", order.token)
}

/// Answers one call whose body is `body`, exactly as it arrived.
pub(crate) fn answer(desk: &Desk<'_>, ledger: &mut Ledger, call: Call, body: &[u8]) -> Answer {
    let outcome = admitted(desk, ledger, call, body).and_then(|asked| {
        check_store_info(&asked.fields)?;
        match call {
            Call::Scan => making::scan(&asked, ledger),
            Call::QrCode => making::pay_with_code(&asked, ledger),
            Call::Check => check(&asked, ledger),
            Call::Get => get(&asked, ledger),
            Call::Close => settling::close(&asked, ledger),
            Call::Cancel => settling::cancel(&asked, ledger),
            Call::Refund => refund::refund(&asked, ledger),
            Call::List => list::list(&asked, ledger),
        }
    });
    outcome.unwrap_or_else(|refusal| refusal)
}

fn admitted<'a>(desk: &'a Desk<'a>, ledger: &Ledger, call: Call, body: &[u8]) -> Result<Asked<'a>, Answer> {
    let malformed = |what| Answer::refusal_of(Code::ParameterMalformed, what);
    let text = std::str::from_utf8(body).map_err(|_| malformed("UTF-8"))?;
    let fields: Fields = serde_json::from_str(text).map_err(|_| malformed("JSON"))?;
    let app_id = required_text(&fields, "app_id", parameters::APP_ID_CHARS_MAX)?;
    let app = desk.apps.find(&app_id).ok_or_else(|| Answer::refusal(Code::BadAppId))?;
    // The longest signature is the Base64 text of an RSA one; the body's cap bounds it.
    let sign = required_text(&fields, "sign", usize::MAX)?;
    let sign_type = required_text(&fields, "sign_type", usize::MAX)?;
    if sign_type != "MD5" && sign_type != "RSA" {
        return Err(malformed("sign_type"));
    }
    let asked = Asked { desk, app, call, fields };
    if ledger.terms().looks_up_first && !matches!(call, Call::Scan | Call::QrCode | Call::List) {
        named_trade_no(&asked, ledger)?;
    }
    if sign_type != app.verifier.sign_type() {
        return Err(Answer::refusal_of(Code::BadSignature, "sign_type"));
    }
    match app.verifier.verify(&asked.fields, &sign) {
        Ok(()) if app.enabled => Ok(asked),
        Ok(()) => Err(Answer::refusal(Code::NotEnabled)),
        Err(SignRefusal::Malformed) => Err(malformed("sign")),
        Err(SignRefusal::Wrong) => Err(Answer::refusal(Code::BadSignature)),
    }
}

fn check(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let order = named_order(asked, ledger)?;
    Ok(Answer::success(check_data(order, asked.desk.now_ms)))
}

fn get(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let order = named_order(asked, ledger)?;
    Ok(Answer::success(get_data(order)))
}

fn named_order<'l>(asked: &Asked<'_>, ledger: &'l mut Ledger) -> Result<&'l Order, Answer> {
    let trade_no = named_trade_no(asked, ledger)?;
    let order = ledger
        .find_mut(asked.whose(), Named::TradeNo(&trade_no))
        .ok_or_else(|| Answer::refusal(Code::NoSuchOrder))?;
    count(order, asked.call);
    Ok(order)
}

/// The trade number of the order that every name given agrees on.
fn named_trade_no(asked: &Asked<'_>, ledger: &Ledger) -> Result<String, Answer> {
    let order_id = optional_text(&asked.fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let trade_no = optional_text(&asked.fields, "trade_no", TRADE_NO_CHARS_MAX)?;
    let refund_order_id = match asked.call {
        Call::Check => optional_text(&asked.fields, "refund_order_id", REFUND_ORDER_ID_CHARS_MAX)?,
        _ => None,
    };
    let names = [
        (order_id.as_deref().map(Named::OrderId), Code::NoSuchOrder),
        (trade_no.as_deref().map(Named::TradeNo), Code::NoSuchOrder),
        (refund_order_id.as_deref().map(Named::RefundOrderId), Code::NoSuchRefund),
    ];
    let mut agreed: Option<&str> = None;
    for (named, not_found) in names {
        let Some(named) = named else { continue };
        let found = ledger.find(asked.whose(), named).ok_or_else(|| Answer::refusal(not_found))?;
        if agreed.is_some_and(|agreed| agreed != found.trade_no) {
            return Err(Answer::refusal(not_found));
        }
        agreed = Some(&found.trade_no);
    }
    let missing = || Answer::refusal_of(Code::ParameterMissing, "order_id");
    agreed.map(str::to_owned).ok_or_else(missing)
}

fn count(order: &mut Order, call: Call) {
    *order.received.entry(call).or_default() += 1;
}
