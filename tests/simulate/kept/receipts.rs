//! Receipts, and the sales that have one as they begin.

use yima_store::{Advanced, CartFate, NewReceipt, NewSale, SaleStep, StoreError, day_of};

use super::{Kept, KeptSale, Outcome};

impl Kept {
    pub fn sell(&mut self, new: NewSale, paid: &SaleStep, receipt: &NewReceipt) -> Outcome<Advanced> {
        let id = new.order.id.clone();
        let version = self.begin_sale(new, std::slice::from_ref(paid))?;
        let Some(mut kept) = self.sales.get(&id).cloned() else { return Err(StoreError::VersionConflict) };
        self.move_cart(&mut kept, CartFate::Clear)?;
        self.give_receipt(&mut kept, receipt);
        let receipt_number = kept.sale.receipt_number.clone();
        self.sales.insert(id, kept);
        Ok(Advanced { version, receipt_number })
    }

    pub(super) fn give_receipt(&mut self, kept: &mut KeptSale, receipt: &NewReceipt) {
        if kept.sale.receipt_number.is_some() {
            return;
        }
        let (id, day) = (kept.sale.order.id.clone(), day_of(receipt.at_ms));
        let count = self.counts.entry((receipt.till_number.clone(), day.clone())).or_default();
        *count += 1;
        let number = numbered(&receipt.till_number, self.epoch, &day, *count);
        self.receipts.insert(number.clone(), id.clone());
        self.days.entry(day).or_default().push(id);
        kept.sale.receipt_number = Some(number);
    }
}

/// What was given before a backup was put in place is not given again.
fn numbered(till_number: &str, epoch: u32, day: &str, count: u32) -> String {
    let letters = if epoch == 0 { String::new() } else { format!("R{epoch}") };
    format!("{till_number}{letters}-{}-{count:04}", day.replace('-', ""))
}
