//! A gateway to practise and test against, on loopback only. It was written from the gateway's contract alone
//! and shares no code with the client, so that each checks the other.
//!
//! # The calls
//! `POST /pay/scan`, `/pay/check`, `/pay/get`, `/pay/close` and `/pay/cancel`, as the contract has them: HTTP 200
//! with `{"code","msg","data"}`, amounts as text with two decimals, times in China Standard Time. Bodies end at
//! 64 KiB. What the contract leaves open is decided here:
//!
//! - A known order id in `/pay/scan` is told 1003 once paid, 1004 closed, 1005 cancelled, else 1007.
//! - `/pay/close` of a paid order is told 1006, of a closed one 1004, of a cancelled one 1005.
//! - `/pay/cancel` makes an unpaid order *cancelled* (5) and a paid one *refunded* (2); asked again it answers 1005
//!   and 1000.
//! - Where every line of `goods_list` has a quantity and a price, they must add up to `total_amount`.
//! - Declining moves an order to -1, and it stays payable.
//! - 1,000 orders are kept: the oldest final one makes room, and while all are open `/pay/scan` is told 5002.
//!
//! `pay_url` opens a page that plays the customer's phone. `GET /healthz` answers `ok`.
//!
//! # The control API
//! JSON, for tests and testers; refused to pages of other sites. An error is `{"error": "…"}` with 404 (no such
//! order), 409 (no longer payable) or 422 (not understood). [`Running`] offers the same to Rust.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /control/orders` | | every [`OrderRecord`], oldest first |
//! | `GET /control/orders/{order_id}` | | one [`OrderRecord`] |
//! | `POST /control/orders/{order_id}/pay` | none, or `{"pay_channel": 0 or 1, "real_amount": "1.00"}` | the record |
//! | `POST /control/orders/{order_id}/decline` | | the record |
//! | `POST /control/orders/{order_id}/status` | `{"order_status": -10}`: any status, from any other | the record |
//! | `GET /control/requests` | | the last 200 [`ReceivedRequest`]s, oldest first |
//! | `GET /control/scenarios` | | the [`Rule`]s that still have something to do |
//! | `POST /control/scenarios` | a list of [`Rule`]s, added after those that are there | all rules |
//! | `DELETE /control/scenarios` | | 204 |
//!
//! A rule is `{"path": "/pay/scan", "times": 2, "action": …}`: without `path` it is for every call, `times` is 1 if
//! not said and may be `"forever"`. The [`Action`]s:
//!
//! ```json
//! [
//!   {"path": "/pay/scan",  "action": {"answer": {"code": 5000, "msg": "not enabled"}}},
//!   {"path": "/pay/scan",  "action": {"delay_ms": 3000}},
//!   {"path": "/pay/scan",  "action": "drop_before"},
//!   {"path": "/pay/scan",  "action": "drop_after"},
//!   {"path": "/pay/get",   "action": {"http": {"status": 502, "body": "<html>Bad Gateway</html>"}}},
//!   {"path": "/pay/close", "action": {"raw_body": "{\"code\":1000,\"status\":2000}"}, "processed": true},
//!   {"path": "/pay/check", "action": {"status_sequence": [0, 0, -10, 1]}},
//!   {"path": "/pay/scan",  "action": {"override": {"total_amount": "0.01"}}},
//!   {"path": "/pay/check", "action": "rate_limit", "times": "forever"}
//! ]
//! ```

mod amount;
mod answer;
mod calls;
mod clock;
mod config;
mod control;
mod fields;
mod goods;
mod ledger;
mod order;
mod pay_html;
mod pay_page;
mod record;
mod scenario;
mod server;
mod shop;
mod sign;
mod state_file;
mod wire;

pub use amount::Amount;
pub use calls::Call;
pub use config::{Config, Key, Md5Output, Profile, RsaDigest, SecretKeyName, SignTypeField};
pub use fields::Fields;
pub use order::{Channel, OrderStatus};
pub use record::{OrderRecord, ReceivedRequest};
pub use scenario::{Action, Rule, RuleError, Times};
pub use server::{Running, Sandbox, StartError};
pub use shop::ActError;
pub use sign::KeyError;
pub use state_file::StateError;
