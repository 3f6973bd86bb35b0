//! Older data that are put in the place of what was kept: how that is noticed, and what must not come of it.

use std::collections::{BTreeMap, BTreeSet};

use yima_sandbox::Running;

use crate::books::Books;
use crate::process::Till;
use crate::requests;

/// What the shop knows by then of what is missing afterwards.
#[derive(Default)]
pub struct Older {
    /// Nothing was put back yet if not set.
    put_back: Option<PutBack>,
    /// What each start since found the data to be.
    taken: Vec<String>,
    /// It was seen that they are compared with the gateway's list.
    is_compared: bool,
}

struct PutBack {
    from_a_backup: bool,
    /// Receipts that customers hold: the order by its number.
    receipts: BTreeMap<String, String>,
    /// Refunds that were sent.
    refunds: BTreeSet<String>,
}

impl Older {
    pub fn put_back(&mut self, from_a_backup: bool, kept: &Books, sandbox: &Running) {
        let numbered = kept.sales.iter().filter_map(|sale| {
            let number = sale.receipt_number.clone()?;
            Some((number, sale.order.id.to_string()))
        });
        let (receipts, refunds) = (numbered.collect(), requests::refund_ids(sandbox));
        self.put_back = Some(PutBack { from_a_backup, receipts, refunds });
        (self.taken, self.is_compared) = (Vec::new(), false);
    }

    /// One life more.
    pub fn hears(&mut self, till: &Till) {
        self.taken.extend(till.taken.clone());
        self.is_compared |= till.has_compared;
    }

    /// Refunds of which nothing may be kept any more.
    pub fn refunds_missing(&self) -> BTreeSet<String> {
        self.put_back.as_ref().map(|put_back| put_back.refunds.clone()).unwrap_or_default()
    }

    /// D8 and I7.
    pub fn check(&self, books: &Books) -> Vec<String> {
        let mut broken = Vec::new();
        let mut copied = self.taken.iter().map(|taken| taken == "copied");
        let is_wrong = match &self.put_back {
            None | Some(PutBack { from_a_backup: true, .. }) => copied.any(|is_copied| is_copied),
            Some(_) => false,
        };
        if is_wrong {
            broken.push("D8: the data are taken for a copy, and are none".to_owned());
        }
        if self.put_back.is_some() && !self.is_compared {
            broken.push("D8: older data were put back, and it was not noticed".to_owned());
        }
        let Some(PutBack { receipts, .. }) = &self.put_back else { return broken };
        for sale in &books.sales {
            let id = sale.order.id.as_str();
            let number = sale.receipt_number.as_deref().unwrap_or_default();
            if let Some(other) = receipts.get(number).filter(|other| *other != id) {
                broken.push(format!("I7: receipt {number} was given to {other}, and is given to {id}"));
            }
        }
        broken
    }
}
