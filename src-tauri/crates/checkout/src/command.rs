//! What a cashier can do, and how the engine says no.

use yima_core::cart::CartError;
use yima_core::{Discount, Fen, Grams, LineId, OrderId, Quantity};
use yima_store::CartId;

use crate::Terms;
use crate::code_text::CodeText;
use crate::view::{CustomerDisplay, Language};

/// One act at the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A scanner read this code.
    Scan {
        code: CodeText,
        quantity: Quantity,
    },
    /// Somebody typed this and pressed Enter.
    Enter {
        text: CodeText,
    },
    SetQuantity {
        line: LineId,
        quantity: Quantity,
    },
    /// Prices a line, and names it where a title is given.
    SetPrice {
        line: LineId,
        price: Fen,
        title: Option<String>,
    },
    /// Sells a line at another price than the catalogue's.
    OverridePrice {
        line: LineId,
        price: Fen,
        reason: String,
    },
    /// Takes something off a line, or takes that back.
    DiscountLine {
        line: LineId,
        discount: Option<Discount>,
    },
    /// Takes something off the order, or takes that back.
    DiscountOrder {
        discount: Option<Discount>,
    },
    /// A discount or a payment by somebody who may not take off more than so many per cent: of a line, and by hand of all
    /// goods together. More is [`Refusal::AboveLimit`], but for what somebody without a limit gave.
    Within {
        percent_max: u32,
        command: Box<Command>,
    },
    /// Somebody is asked to approve what is to be done to the cart in front, as it is now.
    AwaitApproval,
    /// What somebody else has approved of that cart, and only if it is still as it was: else [`Refusal::TotalChanged`].
    Approved {
        command: Box<Command>,
    },
    /// Notes something on a line or on the order; an empty text takes the note away.
    Note {
        line: Option<LineId>,
        text: String,
    },
    /// Says what goods weigh that are sold by weight.
    SetWeight {
        line: LineId,
        grams: Grams,
    },
    Remove {
        line: LineId,
    },
    /// Takes everything out of the cart in front.
    Clear,
    Undo,
    Redo,
    /// Puts the goods at hand aside, under a name of at most [`yima_store::HeldCart::NAME_CHARS_MAX`] characters or a
    /// number.
    Hold {
        name: Option<String>,
    },
    /// Brings up a held cart; goods at hand wait in its place.
    Resume {
        cart: CartId,
    },
    /// Gives up a held cart.
    DropHeld {
        cart: CartId,
    },
    SetWaiters {
        waiter1_id: Option<String>,
        waiter2_id: Option<String>,
    },
    Charge,
    /// The next customer's code that is scanned is to pay for the cart in front.
    WantCode,
    /// The code that was scanned pays, if this is still what is asked for.
    TakeCode {
        total_fen: Fen,
    },
    /// No code is to pay, neither one that was scanned nor the next.
    DropCode,
    /// The cart in front is paid in cash, if this is still what is asked for.
    TakeCash {
        total_fen: Fen,
        tendered_fen: Fen,
    },
    AskNow {
        order_id: OrderId,
    },
    CancelPayment,
    /// The cashier was told that a paid customer will be refunded.
    Reverse {
        order_id: OrderId,
    },
    /// A supervisor gives up an order that the gateway does not know.
    WriteOff {
        order_id: OrderId,
        word: Word,
    },
    /// A refund that was due has been made elsewhere.
    SettleRefund {
        order_id: OrderId,
        word: Word,
    },
    Refund {
        order_id: OrderId,
        amount_fen: Fen,
        /// What there was to give back on the page that it was asked for on: if that has changed, somebody was quicker.
        left_fen: Option<Fen>,
        word: Word,
    },
    /// A refund that the gateway refuses is not to be tried any more.
    DropRefund {
        order_id: OrderId,
        word: Word,
    },
    /// The outcome on the screen was seen.
    Dismiss,
    /// The news of what happened while the till was away was seen.
    DismissNews,
    SetLanguage {
        language: Language,
    },
    SetCustomerDisplay {
        display: CustomerDisplay,
    },
    /// The gateway's list is to be gone through now.
    CheckAgain,
    /// A supervisor answers for what cannot be read of the gateway's list.
    PassList {
        word: Word,
    },
    /// The data were found damaged while they are sold with: nothing new is charged into them.
    Damaged,
    /// Settings were changed: they hold from the next sale on, since a sale keeps what it was made with. The mode stays
    /// what it was at the start, when its database was opened.
    SetTerms {
        terms: Box<Terms>,
    },
    /// Shows both windows what there is, for one that has just opened.
    ShowAgain,
}

/// Who decides, and why. Kept with what was decided.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Word {
    pub by: String,
    pub why: String,
}

impl Word {
    const MAX_CHARS: usize = 200;

    /// JSON, or [`Refusal::WordMissing`] where one of the two says nothing or too much.
    pub(crate) fn note(&self) -> Result<String, Refusal> {
        let (by, why) = (Self::part(&self.by)?, Self::part(&self.why)?);
        serde_json::to_string(&Self { by, why }).map_err(|_| Refusal::WordMissing)
    }

    /// A text without what surrounds it, or [`Refusal::WordMissing`] where it says nothing or too much.
    pub(crate) fn part(text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        let says = !text.is_empty() && text.chars().count() <= Self::MAX_CHARS;
        if says && !text.contains(char::is_control) { Ok(text.to_owned()) } else { Err(Refusal::WordMissing) }
    }
}

/// Why an act was not done. Nothing changed and nothing was sent, but for [`Refusal::Interrupted`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the code is not one a scanner sends")]
    CodeUnreadable,
    /// No goods have this code, and customers pay with such ones: it is kept nowhere.
    #[error("the code is a customer's payment code")]
    PaymentCode,
    /// These goods are kept and not sold any more.
    #[error("{title} is not sold")]
    NotForSale { title: String },
    /// These goods are sold by the piece: a weight is no measure of them.
    #[error("{title} is sold by the piece")]
    NotWeighed { title: String },
    #[error("the label of {title} says already what it weighs or costs")]
    LabelledAlready { title: String },
    #[error("a weight is 0.001 to 999.999 kilograms")]
    WeightOutOfRange,
    #[error(transparent)]
    Cart(#[from] CartError),
    #[error("{max} carts are held already")]
    TooManyHeld { max: usize },
    #[error("a payment for this cart is open")]
    CartLocked,
    /// The cart is not what it was when its total was read.
    #[error("the total has changed")]
    TotalChanged,
    #[error("that is less than the total")]
    CashTooLittle,
    #[error("the setting {key} is missing")]
    SetupIncomplete { key: String },
    #[error("the signing secret cannot be had")]
    SecretUnavailable,
    #[error("the gateway would refuse the field {field}")]
    OrderUnsendable { field: String },
    #[error("it must be said who decides this, and why")]
    WordMissing,
    /// The data was restored or copied, and the gateway's list was not gone through.
    #[error("sales may be missing here that the gateway knows")]
    NotReconciled,
    #[error("the data are damaged")]
    Damaged,
    #[error("more would be taken off than this cashier may")]
    AboveLimit,
    #[error("not possible now")]
    NotNow,
    #[error("there is no such sale")]
    NotFound,
    #[error("the data could not be written")]
    NotSaved(StoreProblem),
    #[error("too much at once")]
    Busy,
    /// The engine died of it and has begun again; whether it was done is to be seen.
    #[error("the till was interrupted and goes on")]
    Interrupted,
    #[error("the till has stopped; start it again")]
    Stopped,
}

/// Why data could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    DiskFull,
    ReadOnly,
    Failed,
    /// The disk failed while something was being written: nothing more is written before the program starts again.
    Lost,
}

impl From<&yima_store::StoreError> for StoreProblem {
    fn from(error: &yima_store::StoreError) -> Self {
        match error {
            yima_store::StoreError::DiskFull => Self::DiskFull,
            yima_store::StoreError::ReadOnly => Self::ReadOnly,
            yima_store::StoreError::Gone => Self::Lost,
            _ => Self::Failed,
        }
    }
}

impl From<yima_store::StoreError> for Refusal {
    fn from(error: yima_store::StoreError) -> Self {
        tracing::error!(%error, "the store refused");
        Self::NotSaved(StoreProblem::from(&error))
    }
}
