//! Where the engine shows what there is.

use crate::view::{CashierView, CustomerView};

/// Both windows. Must not block: it is called between two acts of the cashier.
pub trait Screen: Send + Sync + 'static {
    fn show_cashier(&self, view: CashierView);
    fn show_customer(&self, view: CustomerView);
}
