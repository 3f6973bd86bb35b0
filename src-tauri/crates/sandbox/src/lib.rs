//! A gateway to practise and test against, on loopback only. It was written from the gateway's contract alone
//! and shares no code with the client, so that each checks the other.
//!
//! # The calls
//! `POST /pay/scan`, `/pay/qrcode`, `/pay/check`, `/pay/get`, `/pay/close`, `/pay/cancel`, `/pay/refund` and
//! `/order/list`, as the contract has them: HTTP 200 with `{"code","msg","data"}`, amounts as text with two decimals,
//! times in China Standard Time. Bodies end at 64 KiB. What the contract leaves open is decided here:
//!
//! - A known order id in `/pay/scan` and `/pay/qrcode` is told 1003 once paid, 1004 closed, 1005 cancelled, else 1007.
//! - Where every line of `goods_list` has a quantity and a price, they must add up to `total_amount`.
//! - `/pay/qrcode` answers 1000 paid, 1002 waiting for the customer, or 1001 refused. It makes an order in each case:
//!   with 1002 one that waits like any other, with 1001 one at -1. A code pays once, whichever application it was for.
//! - Declining moves an order to -1, and it stays payable.
//! - `/pay/close` of a paid order is told 1006, of a closed one 1004, of a cancelled one 1005.
//! - `/pay/cancel` makes an unpaid order *cancelled* (5) and gives back what is left of a paid one, by a refund of its
//!   own (2); asked again it answers 1005 and 1000.
//! - A `refund_order_id` is one refund: asked for again it is told the same; with another amount or for another order,
//!   1007. One that failed may be tried again. More than is left is 2001, an unpaid order has nothing left, and more
//!   than the balance is 2002 and leaves nothing behind.
//! - 1000 for a refund says that it was taken. `refund_time` is null, and the refund in no `refund_list` or
//!   `refund_amount`, before it is done. The order is at -3 while any refund is pending, at -2 when the last one failed,
//!   else at 1, 2 or 3. `/pay/check` by `refund_order_id` tells the order's status.
//! - `/order/list` is oldest first. The times are when an order was made, both ends included; `paid` and `refunded` say
//!   whether money came in and whether any went back; an order has a channel once it is paid. A filter that is left out
//!   filters nothing. `page_num` -1 needs both times.
//! - 1,000 orders are kept: the oldest with nothing under way makes room, and while all are open a new one is told
//!   5002. An order has 100 refunds at most, and is then told 5002.
//!
//! `pay_url` opens a page that plays the customer's phone. `GET /healthz` answers `ok`.
//!
//! # Applications
//! Each has its own key, [`Profile`] and orders. An unknown one is told 3000, a wrong signature 2000, one that is not
//! enabled 5000. They come from [`Config`], or over the control API; a state file never holds them, but their orders.
//!
//! # The control API
//! JSON, for tests and testers; refused to pages of other sites. An error is `{"error": "…"}` with 404 (no such order
//! or refund), 409 (no longer payable, not pending) or 422 (not understood). [`Running`] offers the same to Rust.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /control/orders` | | every [`OrderRecord`], oldest first |
//! | `GET /control/orders/{order_id}` | | one [`OrderRecord`] |
//! | `POST /control/orders/{order_id}/pay` | none, or `{"pay_channel": 0 or 1, "real_amount": "1.00"}` | the record |
//! | `POST /control/orders/{order_id}/decline` | | the record |
//! | `POST /control/orders/{order_id}/status` | `{"order_status": -10}`: any status, from any other | the record |
//! | `POST /control/refunds/{refund_order_id}/done` | | the order's record |
//! | `POST /control/refunds/{refund_order_id}/fail` | | the order's record |
//! | `GET /control/balance` | | `{"balance": "100.00"}`, what refunds may draw on; null: without end |
//! | `PUT /control/balance` | the same | the same |
//! | `GET /control/terms` | | the [`Terms`]: vouchers, outcomes, rate limit, the clock in `Date` and more |
//! | `PUT /control/terms` | [`Terms`]; what is left out takes its default | all terms |
//! | `GET /control/apps` | | every [`AppRecord`] |
//! | `POST /control/apps` | what [`App::list_from_json`] reads: each is added, or changed | all applications |
//! | `GET /control/requests` | | the last 200 [`ReceivedRequest`]s, oldest first |
//! | `GET /control/scenarios` | | the [`Rule`]s that still have something to do |
//! | `POST /control/scenarios` | a list of [`Rule`]s, added after those that are there | all rules |
//! | `DELETE /control/scenarios` | | 204 |
//!
//! Where two applications have an order or a refund by one id, the first application's is meant unless `?app_id=…`
//! says otherwise. Terms, rules and applications last as long as the sandbox runs; orders, refunds, used payment codes
//! and the balance as long as the state file.
//!
//! A rule is `{"path": "/pay/scan", "times": 2, "action": …}`: without `path` it is for every call, `times` is 1 if
//! not said and may be `"forever"`. The [`Action`]s:
//!
//! ```json
//! [
//!   {"path": "/pay/scan",   "action": {"answer": {"code": 5000}}},
//!   {"path": "/pay/scan",   "action": {"answer": {"code": 5001, "msg": "in other words"}}},
//!   {"path": "/pay/scan",   "action": {"delay_ms": 3000}},
//!   {"path": "/pay/scan",   "action": "drop_before"},
//!   {"path": "/pay/scan",   "action": "drop_after"},
//!   {"path": "/pay/get",    "action": {"http": {"status": 502, "body": "<html>Bad Gateway</html>"}}},
//!   {"path": "/pay/close",  "action": {"raw_body": "{\"code\":1000,\"status\":2000}"}, "processed": true},
//!   {"path": "/pay/check",  "action": {"status_sequence": [0, 0, -10, 1]}},
//!   {"path": "/pay/scan",   "action": {"override": {"total_amount": "0.01"}}},
//!   {"path": "/pay/qrcode", "action": {"pay_code": "waits"}},
//!   {"path": "/pay/refund", "action": {"refund": "pending"}},
//!   {"path": "/pay/check",  "action": "rate_limit", "times": "forever"}
//! ]
//! ```

mod amount;
mod answer;
mod app;
mod calls;
mod clock;
mod config;
mod control;
mod data;
mod fields;
mod goods;
mod ledger;
mod order;
mod pay_code;
mod pay_html;
mod pay_page;
mod rate;
mod record;
mod refund;
mod running;
mod scenario;
mod server;
mod shop;
mod sign;
mod state_file;
mod status;
mod terms;
mod voucher;
mod wire;

pub use amount::Amount;
pub use app::{App, AppError, AppRecord};
pub use calls::Call;
pub use config::{AmountForm, Config, Key, Md5Output, Profile, RsaDigest, SecretKeyName, SignTypeField};
pub use fields::Fields;
pub use record::{OrderRecord, ReceivedRequest, RefundRecord};
pub use refund::RefundState;
pub use running::Running;
pub use scenario::{Action, Rule, RuleError, Times};
pub use server::{Sandbox, StartError};
pub use shop::ActError;
pub use sign::KeyError;
pub use state_file::StateError;
pub use status::{Channel, OrderStatus};
pub use terms::{PayCodeOutcome, Terms, TermsError};
pub use voucher::{Voucher, VoucherKind};
