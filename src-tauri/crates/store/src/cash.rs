//! Sales that are over as they begin: paid in cash.

use crate::{Advanced, CartFate, NewReceipt, NewSale, SaleStep, Store, StoreError, cart_fate, receipt, sale};

impl Store {
    /// Makes a sale durable that is paid as it begins, with its receipt and its cart cleared: all of it or nothing. The
    /// errors are those of [`Self::begin_sale`].
    pub async fn sell(
        &self,
        new: NewSale,
        paid: SaleStep,
        receipt: NewReceipt,
    ) -> Result<Advanced, StoreError> {
        if !self.has_reserve() {
            return Err(StoreError::DiskFull);
        }
        self.write(move |transaction| {
            let version = sale::begin(transaction, &new, std::slice::from_ref(&paid))?;
            cart_fate::move_cart(transaction, &new.order.id, CartFate::Clear, std::slice::from_ref(&paid))?;
            let number = receipt::give(transaction, &new.order.id, &receipt)?;
            Ok(Advanced { version, receipt_number: Some(number) })
        })
        .await
    }
}
