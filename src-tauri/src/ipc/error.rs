//! How a command says no. Each is a closed code with its data; the UI has the words in both languages.

use serde::Serialize;
use specta::Type;

use super::dto::{Act, StoreProblem};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TillError {
    /// The code is empty, over 32 characters, or holds characters no scanner sends.
    CodeUnreadable,
    /// A customer's payment code, and no goods: it was added to nothing, kept nowhere, and nothing was charged.
    PaymentCode,
    /// These goods are in the catalogue and not sold any more: nothing was added.
    NotForSale {
        title: String,
    },
    /// These goods are sold by the piece: a weight says nothing of what they cost. Nothing was added.
    NotWeighed {
        title: String,
    },
    /// The label says what the goods weigh or cost; a weight beside it was not taken. Nothing was added.
    LabelledAlready {
        title: String,
    },
    /// The line is not of goods that are sold by weight.
    LineNotWeighed,
    /// A weight is 0.001 to 999.999 kilograms, with at most three digits behind the point.
    WeightUnreadable,
    /// A quantity is 1 to 9,999.
    QuantityOutOfRange,
    CartFull {
        max_lines: u32,
    },
    /// The line would pass ¥9,999,999.99.
    AmountTooLarge,
    PriceUnreadable,
    PriceNotPositive,
    /// An amount is exact decimal yuan.
    AmountUnreadable,
    /// An unknown code was given a name that no order can carry.
    TitleTooLong {
        max_chars: u32,
    },
    NothingToUndo,
    NothingToRedo,
    /// The catalogue has a price for the line: another one is an override, with a reason.
    PriceListed,
    /// Weighed goods are not counted.
    LineWeighed,
    /// A discount is above zero and at most what it is taken off.
    DiscountOutOfRange,
    /// The line is no longer there.
    LineGone,
    /// So many carts are held already; this one stays where it is.
    TooManyHeld {
        max: u32,
    },
    /// A payment for this cart is open.
    CartLocked,
    /// The cart is not what it was when its total was read: nothing was charged.
    TotalChanged,
    /// More is taken off than this cashier may, since goods were put back after a payment code was asked for: nothing was
    /// charged, and asking for it once more has it approved.
    AboveLimit,
    /// Less was handed over than is to be paid: nothing was sold.
    CashTooLittle,
    CartEmpty,
    TotalNotPositive,
    /// Goods without a price are in the cart.
    GoodsUnpriced {
        count: u32,
    },
    /// A setting is missing or unusable; nothing was sent.
    SetupIncomplete {
        key: String,
    },
    /// The signing secret is missing, or the system's keychain is locked or absent; nothing was sent.
    SecretUnavailable,
    /// A field would be refused by the gateway; nothing was sent.
    OrderUnsendable {
        field: String,
    },
    /// Sales may be missing here that the gateway knows: nothing is sold before its list was gone through.
    NotReconciled,
    /// The data were found damaged: nothing is sold into them.
    Damaged,
    /// Not possible in the state the payment is in.
    NotNow,
    NotFound,
    /// What is kept could not be read, which says nothing of what it is; nothing changed.
    NotRead,
    /// It must be said who decides this, and why, in at most 200 characters each.
    WordMissing,
    /// The data could not be written: nothing changed, nothing was sent.
    NotSaved {
        problem: StoreProblem,
    },
    /// Too much at once; nothing changed.
    Busy,
    /// There is no sound backup, or it could not be put in its place; nothing changed.
    NothingRestored,
    /// The till was interrupted and goes on: whether it was done is to be seen.
    NoAnswer,
    /// Nobody is logged in: nothing is sold by nobody.
    Locked,
    /// Somebody who may has to approve what was asked for, under this number.
    ApprovalNeeded {
        act: Act,
        number: u32,
    },
    /// Who may do this has to log in.
    NotAllowed {
        act: Act,
    },
    /// It was used, is over, or another act took its place.
    ApprovalGone,
    MayNotApprove,
    WrongPin,
    /// Too many PINs were wrong.
    PinTooSoon {
        wait_s: u32,
    },
    /// Four to eight digits.
    PinUnfit,
    CashierIdUnfit,
    CashierNameUnfit,
    CashierIdTaken,
    /// An active installer must remain.
    NoInstaller,
    /// The till could not open its data.
    NotOpen,
}
