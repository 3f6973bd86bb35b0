//! What a till is set to: what a sale freezes when it is charged.

use yima_core::PriceRules;
use yima_core::cart::Waiters;
use yima_core::in_store_code::Layouts;
use yima_core::sale::Timing;
use yima_gateway::{Account, StoreInfo};

use crate::view::{Language, Mode};

/// The settings that the engine needs, read at the start and again when some were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub mode: Mode,
    pub shop_name: String,
    /// Two digits.
    pub till_number: String,
    pub language: Language,
    /// Where and how the gateway is asked; the error names the setting that is missing.
    pub account: Result<Account, String>,
    pub ids: StoreIds,
    pub timing: Timing,
    pub prices: PriceRules,
    pub scanning: Scanning,
    /// The secret is kept in a file, because somebody asked for it.
    pub insecure_secret: bool,
}

/// How codes are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanning {
    pub same_code: SameCode,
    /// What the shop's own scales print.
    pub in_store_codes: Layouts,
}

/// What a code does that is in the cart already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameCode {
    /// Its line's quantity goes up.
    #[default]
    Merge,
    NewLine,
}

/// Which shop, till and people an order is made by; waiters may differ from sale to sale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreIds {
    pub store_id: Option<String>,
    pub cashier_id: Option<String>,
    pub waiter1_id: Option<String>,
    pub waiter2_id: Option<String>,
    pub terminal_id: String,
}

impl StoreIds {
    /// Those of a sale for which nobody chose others.
    #[must_use]
    pub fn usual_waiters(&self) -> Waiters {
        Waiters { first: self.waiter1_id.clone(), second: self.waiter2_id.clone() }
    }

    /// What goes out with an order, with the waiters chosen for this sale.
    #[must_use]
    pub fn store_info(&self, waiters: Waiters) -> StoreInfo {
        StoreInfo {
            store_id: self.store_id.clone(),
            cashier_id: self.cashier_id.clone(),
            waiter1_id: waiters.first,
            waiter2_id: waiters.second,
            terminal_id: Some(self.terminal_id.clone()).filter(|id| !id.is_empty()),
        }
    }
}
