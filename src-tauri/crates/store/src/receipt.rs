//! Receipt numbers such as `01-20261122-0047`: till, day in China Standard Time, count of that till and day.
//! A database that was restored from a backup gives `01A-20261122-0047` from then on, restored once more `01B-…`: the
//! numbers that were given after the backup are on receipts that it does not know. A copy gives `01QKF-20261122-0047`, with
//! letters that are left to chance: whoever else has a copy of the same data gets other ones.

use std::hash::{BuildHasher, RandomState};

use rusqlite::Transaction;
use yima_core::OrderId;

use crate::table::receipts::{ReceiptRow, Receipts, ReceiptsMut};
use crate::table::restores::Restores;
use crate::table::sales::SalesMut;
use crate::{StoreError, day};

/// Asks for a receipt number in the same transaction that makes the sale paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReceipt {
    pub till_number: String,
    /// When it was paid, in Unix milliseconds: decides the day.
    pub at_ms: i64,
}

/// Gives the sale its number, or tells the one it has: a sale has one receipt for ever.
pub(crate) fn give(
    transaction: &Transaction<'_>,
    order_id: &OrderId,
    receipt: &NewReceipt,
) -> Result<String, StoreError> {
    if let Some(number) = Receipts(transaction).number_of(order_id)? {
        return Ok(number);
    }
    let NewReceipt { till_number, at_ms } = receipt;
    let day = day::day_of(*at_ms);
    let count = Receipts(transaction).last_count(till_number, &day)?.saturating_add(1);
    let epoch = letters(Restores(transaction).epoch()?);
    let number = format!("{till_number}{epoch}-{}-{count:04}", day::compact_day_of(*at_ms));
    let row = ReceiptRow { number: &number, order_id, till_number, day: &day, count, at_ms: *at_ms };
    ReceiptsMut(transaction).add(&row)?;
    SalesMut(transaction).set_day(order_id, &day)?;
    Ok(number)
}

/// Above `known`, and with three letters.
pub(crate) fn epoch_by_chance(known: u32) -> u32 {
    const FIRST: u32 = 26 + 26 * 26 + 1;
    const COUNT: u32 = 26 * 26 * 26;
    let chance = RandomState::new().hash_one(known) % u64::from(COUNT);
    known.max(FIRST - 1).saturating_add(1).saturating_add(u32::try_from(chance).unwrap_or(0))
}

/// None, A to Z, AA, AB and so on.
fn letters(mut epoch: u32) -> String {
    let mut letters = Vec::new();
    while let Some(left) = epoch.checked_sub(1) {
        letters.push(char::from(b'A' + (left % 26) as u8));
        epoch = left / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn epochs_are_lettered_like_columns() {
        for (epoch, letters) in
            [(0, ""), (1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (703, "AAA")]
        {
            assert_eq!(super::letters(epoch), letters, "{epoch}");
        }
    }

    #[test]
    fn a_copys_letters_are_three_and_new() {
        for known in [0, 1, 702] {
            assert_eq!(super::letters(super::epoch_by_chance(known)).len(), 3, "{known}");
        }
        assert!(super::epoch_by_chance(18_000) > 18_000);
        assert_eq!(super::epoch_by_chance(u32::MAX), u32::MAX);
    }
}
