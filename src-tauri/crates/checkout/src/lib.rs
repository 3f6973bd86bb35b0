//! The engine of a sale: performs what the core asks for, keeps it durable, and recovers after a restart.
//!
//! [`Checkout::start`] runs one task that owns all carts and sales. It is generic over four traits, so that whole
//! scenarios run against doubles with the clock in hand: [`Gateway`], [`Store`], [`Clock`] and [`Screen`].
//! The windows post [`Command`]s and show the views that come back; they hold no state of their own.

mod clock;
mod code_text;
mod command;
pub mod doctor;
mod engine;
mod gateway;
pub mod goods_file;
mod listing;
mod once_code;
pub mod qr;
mod screen;
pub mod secrets;
pub mod settings;
pub mod staff;
mod store;
mod terms;
pub mod view;

pub use clock::{Clock, SystemClock};
pub use code_text::CodeText;
pub use command::{Command, Refusal, StoreProblem, Word};
pub use engine::{Checkout, Ports, StartError};
pub use gateway::{Asked, CannotSign, Gateway, Huishouyin, Signer};
pub use listing::{ListFailure, ListQuery, Listed, ListedOrder, UnreadableOrder};
pub use once_code::OnceCode;
pub use screen::Screen;
pub use store::Store;
pub use terms::{SameCode, Scanning, StoreIds, Terms};
