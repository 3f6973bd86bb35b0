//! One file per table: its format, its row, a handle to read it and one to write it.
//!
//! A reading handle takes any connection; a writing handle takes a transaction, so that nothing is written outside.

pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod cart_lines;
pub(crate) mod cart_terms;
pub(crate) mod carts;
pub(crate) mod cashiers;
pub(crate) mod goods;
pub(crate) mod installation;
pub(crate) mod products;
pub(crate) mod quick_keys;
pub(crate) mod receipts;
pub(crate) mod refunds;
pub(crate) mod restores;
pub(crate) mod sale_events;
pub(crate) mod sale_lines;
pub(crate) mod sales;
pub(crate) mod settings;

use crate::schema::Step;

/// The format of a practice or live database.
pub(crate) const SHOP: &[Step] = &[
    products::CREATE,
    carts::CREATE,
    cart_lines::CREATE,
    sales::CREATE,
    sale_lines::CREATE,
    sale_events::CREATE,
    attempts::CREATE,
    receipts::CREATE,
    refunds::CREATE,
    restores::CREATE,
    installation::CREATE,
    restores::ADD_WORD,
    carts::ADD_NAME,
    restores::ADD_ACCOUNTS,
    cart_terms::CREATE,
    cart_lines::ADD_TERMS,
    sale_lines::ADD_DETAIL,
    sales::ADD_WAY,
    sales::ADD_DETAIL,
];

/// The format of a catalogue.
pub(crate) const GOODS: &[Step] = &[
    goods::CREATE,
    goods::NAME_EDITIONS,
    quick_keys::CREATE,
    goods::ORDER_CATEGORIES,
    quick_keys::ADD_PICTURES,
];

/// The format of the settings file.
pub(crate) const SETTINGS: &[Step] = &[settings::CREATE, cashiers::CREATE, audit::CREATE];
