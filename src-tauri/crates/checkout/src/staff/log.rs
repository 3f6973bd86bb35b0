//! What is written to the log of who did what: never a PIN, a secret or a setting's value.

use serde_json::{Value, json};
use yima_core::staff::Act;
use yima_store::{AuditNote, Cashier};

use crate::Command;
use crate::command::Word;

/// What happened, besides acts that not everybody may do: these are noted under [`Act::name`].
pub mod kind {
    pub const LOGGED_IN: &str = "logged_in";
    pub const LOCKED: &str = "locked";
    pub const WRONG_PIN: &str = "wrong_pin";
    /// What was noted before was refused by the till after all.
    pub const NOT_DONE: &str = "not_done";
    /// Within the limit, or by somebody who has none.
    pub const DISCOUNT: &str = "discount";
    pub const SETTING_CHANGED: &str = "setting_changed";
    pub const CATALOGUE_IMPORTED: &str = "catalogue_imported";
    pub const CASHIER_ADDED: &str = "cashier_added";
    pub const CASHIER_CHANGED: &str = "cashier_changed";
    pub const PIN_SET: &str = "pin_set";
    pub const SECRET_SET: &str = "secret_set";
    /// A backup took the place of a database.
    pub const RESTORED: &str = "restored";

    pub const ALL: [&str; 12] = [
        LOGGED_IN,
        LOCKED,
        WRONG_PIN,
        NOT_DONE,
        DISCOUNT,
        SETTING_CHANGED,
        CATALOGUE_IMPORTED,
        CASHIER_ADDED,
        CASHIER_CHANGED,
        PIN_SET,
        SECRET_SET,
        RESTORED,
    ];
}

/// One line, by `who` or, without anybody, by the command line or a till without cashiers.
#[must_use]
pub fn note(kind: &str, who: Option<&Cashier>, detail: &Value) -> AuditNote {
    AuditNote {
        kind: kind.to_owned(),
        by_id: who.map(|who| who.id.clone()).unwrap_or_default(),
        by_name: who.map(|who| who.name.clone()).unwrap_or_default(),
        approved_by: None,
        detail: detail.to_string(),
    }
}

/// What a command is called in [`Role::may`](yima_core::staff::Role::may).
#[must_use]
pub fn act_of(command: &Command) -> Act {
    match command {
        Command::CancelPayment | Command::Reverse { .. } => Act::Void,
        Command::Refund { .. } => Act::Refund,
        Command::OverridePrice { .. } => Act::OverridePrice,
        Command::WriteOff { .. }
        | Command::SettleRefund { .. }
        | Command::DropRefund { .. }
        | Command::PassList { .. } => Act::Settle,
        Command::Scan { .. }
        | Command::Enter { .. }
        | Command::SetQuantity { .. }
        // Of goods that the catalogue has no price for.
        | Command::SetPrice { .. }
        // Up to the limit; the engine says when it is more.
        | Command::DiscountLine { .. }
        | Command::DiscountOrder { .. }
        | Command::Within { .. }
        | Command::AwaitApproval
        // It was let through already.
        | Command::Approved { .. }
        | Command::Note { .. }
        | Command::SetWeight { .. }
        // Nothing has gone out yet.
        | Command::Remove { .. }
        | Command::Clear
        | Command::Undo
        | Command::Redo
        | Command::Hold { .. }
        | Command::Resume { .. }
        | Command::DropHeld { .. }
        | Command::SetWaiters { .. }
        | Command::Charge
        | Command::WantCode
        | Command::TakeCode { .. }
        | Command::DropCode
        | Command::TakeCash { .. }
        | Command::AskNow { .. }
        | Command::Dismiss
        | Command::DismissNews
        | Command::CheckAgain
        // The program's own, which asks nobody.
        | Command::SetLanguage { .. }
        | Command::SetCustomerDisplay { .. }
        | Command::Damaged
        | Command::SetTerms { .. }
        | Command::ShowAgain => Act::Sell,
    }
}

/// What is noted of a command, and what an approver is shown of it.
pub(super) fn detail_of(command: &Command) -> Value {
    match command {
        Command::Reverse { order_id } => json!({ "what": "reverse", "order_id": order_id.as_str() }),
        Command::CancelPayment => json!({ "what": "cancel_payment" }),
        Command::Refund { order_id, amount_fen, word, .. } => {
            json!({ "order_id": order_id.as_str(), "amount_fen": amount_fen.get(), "why": word.why })
        }
        Command::WriteOff { order_id, word } => {
            json!({ "what": "write_off", "order_id": order_id.as_str(), "why": word.why })
        }
        Command::SettleRefund { order_id, word } => {
            json!({ "what": "settle_refund", "order_id": order_id.as_str(), "why": word.why })
        }
        Command::DropRefund { order_id, word } => {
            json!({ "what": "drop_refund", "order_id": order_id.as_str(), "why": word.why })
        }
        Command::PassList { word } => json!({ "what": "pass_list", "why": word.why }),
        Command::OverridePrice { line, price, reason } => {
            json!({ "line": line.0, "price_fen": price.get(), "why": reason })
        }
        Command::DiscountLine { line, discount } => json!({ "line": line.0, "discount": discount }),
        Command::DiscountOrder { discount } => json!({ "discount": discount }),
        Command::Charge => json!({ "what": "charge" }),
        Command::WantCode | Command::TakeCode { .. } => json!({ "what": "payment_code" }),
        Command::TakeCash { total_fen, .. } => json!({ "what": "cash", "total_fen": total_fen.get() }),
        _ => json!({}),
    }
}

/// Whether it says why, where it has to.
pub(super) fn says_why(command: &Command) -> bool {
    match command {
        Command::Refund { word, .. }
        | Command::WriteOff { word, .. }
        | Command::SettleRefund { word, .. }
        | Command::DropRefund { word, .. }
        | Command::PassList { word } => Word::part(&word.why).is_ok(),
        Command::OverridePrice { reason, .. } => Word::part(reason).is_ok(),
        _ => true,
    }
}

pub(super) const fn takes_off(command: &Command) -> bool {
    matches!(
        command,
        Command::DiscountLine { discount: Some(_), .. } | Command::DiscountOrder { discount: Some(_) }
    )
}

/// What somebody with a limit does only within it. Taken off is what is paid for in the end: a discount's part grows
/// with what is put back.
pub(super) const fn is_limited(command: &Command) -> bool {
    let is_paying = matches!(
        command,
        Command::Charge | Command::WantCode | Command::TakeCode { .. } | Command::TakeCash { .. }
    );
    is_paying || takes_off(command)
}

/// Where a command is kept with a name, it is the name of who decided.
pub(super) fn sign(command: &mut Command, who: &Cashier) {
    if let Command::Refund { word, .. }
    | Command::WriteOff { word, .. }
    | Command::SettleRefund { word, .. }
    | Command::DropRefund { word, .. }
    | Command::PassList { word } = command
    {
        word.by = format!("{} ({})", who.name, who.id);
    }
}
