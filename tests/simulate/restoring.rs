//! A backup that is put in place of what was kept, and what has to hold until the gateway's list was gone through.

use yima_store::Restore;

use crate::kept::{Kept, KeptSale};
use crate::ledger::Trade;
use crate::run::Goods;
use crate::world::{Flaw, World};

/// Without a sale nobody knows since when some may be missing.
const LONGEST_LOOK_BACK_MS: i64 = 400 * 86_400_000;

/// That sales may be missing.
#[derive(Clone)]
pub struct Mark {
    pub restore: Restore,
    pub since_ms: i64,
    /// When it was restored, from the beginning.
    pub at_ms: u64,
    /// Where else orders may have been made: noted while sales were missing.
    pub accounts: Vec<String>,
}

impl World {
    pub fn back_up(&mut self) {
        self.disk.backup = Some(self.disk.kept.clone());
    }

    /// Has the program end, and the backup ready to be taken up. Gives what is in its carts; `None` where it would be
    /// of no use.
    pub fn restore(&mut self) -> Option<Goods> {
        let backup = self.disk.backup.clone().filter(|backup| self.has_all_lists(backup))?;
        let scanned =
            backup.pieces_in_carts() + backup.pieces_that(|kept| sold_from_cart(kept) || is_given_up(kept));
        self.disk.restoring = Some(backup);
        self.is_dead = true;
        self.note(format_args!("restored"));
        Some(Goods { scanned, ..Goods::default() })
    }

    /// The program is dead: what it finds next is the backup, marked.
    pub fn take_backup_up(&mut self) {
        let Some(mut backup) = self.disk.restoring.take() else { return };
        let restored_ms = self.now().wall_ms;
        let begun = backup.sales.values().map(|kept| kept.sale.created_ms);
        let last_ms = begun.filter(|created_ms| *created_ms <= restored_ms).max();
        let since_ms = last_ms.unwrap_or(restored_ms.saturating_sub(LONGEST_LOOK_BACK_MS));
        let earlier_ms = backup.mark.as_ref().map_or(since_ms, |mark| mark.since_ms.min(since_ms));
        let mut accounts = backup.mark.take().map(|mark| mark.accounts).unwrap_or_default();
        // As the till does when it takes such data up: in the write that begins its turn.
        let present = crate::till::terms(self.terms).account.ok();
        let present = present.and_then(|account| serde_json::to_string(&account).ok());
        accounts.extend(present.filter(|account| !accounts.contains(account)).as_slice().to_vec());
        self.disk.epoch += 1;
        let restore = Restore { epoch: self.disk.epoch, backup_name: Some("backup".to_owned()), restored_ms };
        backup.mark = Some(Mark { restore, since_ms: earlier_ms, at_ms: self.now_ms, accounts });
        backup.epoch = self.disk.epoch;
        self.witness.restored(&backup);
        self.restores += 1;
        self.disk.kept = backup;
        if self.flaw == Some(Flaw::ComparesNothing) {
            self.disk.kept.mark = None;
        }
    }

    /// The lists that will be read are those of the present settings and of the sales that the backup has: an order made
    /// under settings that came and went since is in none of them.
    fn has_all_lists(&self, backup: &Kept) -> bool {
        let present = crate::till::terms(self.terms).account.ok();
        let is_read = |trade: &Trade| {
            let account = serde_json::to_string(&*trade.account).unwrap_or_default();
            present.as_ref() == Some(&*trade.account)
                || backup.sales.values().any(|kept| kept.sale.account == account)
        };
        self.ledger.orders.values().all(is_read)
    }

    /// D8: as long as sales may be missing, nothing is sold and nothing begins to go back.
    pub fn must_be_whole(&mut self, what: &str) {
        if self.disk.kept.mark.is_some() || self.is_missing_some() {
            self.broken(format!("D8: {what} before the gateway's list was gone through"));
        }
    }

    /// D8: it counts as compared, so all that was made before the restore is here.
    pub fn is_compared(&mut self) {
        let Some(at_ms) = self.disk.kept.mark.as_ref().map(|mark| mark.at_ms) else { return };
        let made = self.ledger.orders.iter().filter(|(_, trade)| trade.created_ms < at_ms);
        let missing: Vec<String> =
            made.map(|(id, _)| id.clone()).filter(|id| self.sale(id).is_none()).collect();
        for id in missing {
            self.broken(format!("D8: {id} is missing, and the list counts as gone through"));
        }
    }

    fn is_missing_some(&self) -> bool {
        self.restores > 0 && self.ledger.orders.keys().any(|id| self.sale(id).is_none())
    }
}

/// Sold with goods out of one of this till's carts. The goods of what was rebuilt lie in no cart.
pub fn sold_from_cart(kept: &KeptSale) -> bool {
    let is_rebuilt = kept.sale.snapshot.contains("\"rebuilt\":true");
    crate::books::is_paid(kept) && !is_rebuilt && !crate::books::is_given_back(kept)
}

pub fn is_given_up(kept: &KeptSale) -> bool {
    kept.events.iter().any(|(event, _)| event == "written_off")
}
