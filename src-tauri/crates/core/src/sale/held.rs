//! What has gone back, what is left, and what of that is held back for a refund that was dropped and may have been made.

use super::{RefundProgress, Sale};
use crate::Fen;

impl Sale {
    /// What is known to have gone back.
    pub(super) fn noted_fen(&self) -> Fen {
        self.payment.as_ref().map_or(Fen::ZERO, |paid| paid.refunded_fen)
    }

    /// What was paid and is not known to have gone back.
    pub(super) fn kept_fen(&self) -> Option<Fen> {
        self.payment.as_ref().and_then(|paid| paid.real_fen.checked_sub(paid.refunded_fen))
    }

    pub(super) fn held_fen(&self) -> Fen {
        self.refund.as_ref().map_or(Fen::ZERO, |refund| refund.held_fen)
    }

    /// The refund is dropped and may have been made. More than is left is not made any more.
    pub(super) fn hold_this_refund(&mut self) {
        let kept_fen = self.kept_fen().unwrap_or(Fen::ZERO);
        if let Some(refund) = self.refund.as_mut().filter(|refund| refund.amount_fen <= kept_fen) {
            refund.held_fen = [refund.held_fen, refund.amount_fen].into_iter().sum();
        }
    }

    /// It has been found after it was dropped: it counts as made instead.
    pub(super) fn let_go_of_this_refund(&mut self) {
        let is_dropped = |progress: &RefundProgress| *progress == RefundProgress::Unconfirmed;
        if let Some(refund) = self.refund.as_mut().filter(|refund| is_dropped(&refund.progress)) {
            let others_fen = refund.held_fen.checked_sub(refund.amount_fen);
            refund.held_fen = others_fen.filter(|fen| fen.is_positive()).unwrap_or(Fen::ZERO);
        }
    }

    /// None of them is looked for any more. `true` if anything was held.
    pub(super) fn let_go_of_refunds(&mut self) -> bool {
        let held = self.refund.as_mut().filter(|refund| refund.held_fen.is_positive());
        held.map(|refund| refund.held_fen = Fen::ZERO).is_some()
    }
}
