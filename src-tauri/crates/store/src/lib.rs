//! The till's SQLite files: products, carts, sales with their events, receipts and settings.
//!
//! A write answers once it is durable, and a failed write leaves nothing behind. One thread writes; reads go over
//! read-only connections beside it. Nothing here reads a clock: times come in as Unix milliseconds.

pub mod backup;
mod cart;
mod cart_fate;
mod cash;
mod column;
mod connection;
mod data_dir;
mod day;
mod error;
mod goods;
mod held;
mod installation;
mod kept;
mod list;
mod reach;
mod receipt;
mod reconcile;
mod reserve;
mod restore;
mod sale;
pub mod sample;
mod schema;
mod settings;
mod staff;
mod store;
mod table;
pub mod verify;
mod worker;

pub use cart::{CartFate, CartId, CartStatus, StoredCart};
pub use data_dir::{DataDir, DataDirError, DataLock, LockError, Mode, read_short};
pub use day::day_of;
pub use error::{OpenError, StoreError};
pub use goods::{AllGoods, Found, GoodsImport, QuickKey};
pub use held::HeldCart;
pub use installation::{InstallationError, Taken};
pub use kept::{KeptReceipt, KeptRefund, KeptSale};
pub use list::{SaleListRow, SaleSearch};
pub use receipt::NewReceipt;
pub use reconcile::{Rebuilt, Standing, Unreconciled};
pub use restore::{Restore, RestoreError, Restored, backups_to_try, restore, restore_newest};
pub use sale::{
    Advance, Advanced, NewSale, SaleFacts, SaleStep, StoredAttempt, StoredEvent, StoredRefund, StoredSale,
};
pub use settings::SettingsFile;
pub(crate) use staff::UnknownRole;
pub use staff::{AuditNote, AuditRow, Cashier, PinHash, PinTry, StaffError};
pub use store::Store;

#[cfg(test)]
mod tests;
