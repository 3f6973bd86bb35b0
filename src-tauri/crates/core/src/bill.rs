//! What a cart comes to: line by line and in all, after everything that is taken off.
//!
//! A line's amount is its price times how much of it, less its discount or what promotions take off it. The order's discount is taken off the sum of
//! these, then the total is rounded, and both together are spread over the lines ([`spread`]), so that the amounts of an
//! order's lines always add up to its total.

use crate::discount::spread;
use crate::promotion::{self, Applied, Promotion};
use crate::{Discount, Fen, Line, Rounding};

/// What the shop has decided about every sale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRules {
    pub rounding: Rounding,
    pub promotions: Vec<Promotion>,
}

/// What a cart comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// One for each line of the cart, in their order.
    pub lines: Vec<BillLine>,
    /// Goods at their prices, before anything is taken off.
    pub subtotal_fen: Fen,
    /// Taken off single lines, by hand and by promotions.
    pub lines_off_fen: Fen,
    /// The promotions that took something off lines, and how much.
    pub promotions: Vec<Applied>,
    /// Taken off the order by hand.
    pub order_off_fen: Fen,
    /// Taken off by rounding.
    pub rounding_fen: Fen,
    pub total_fen: Fen,
}

/// What one line comes to. Nothing in it is below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillLine {
    /// Price times how much of it; zero while there is no price.
    pub gross_fen: Fen,
    /// Taken off this line, by hand or by promotions.
    pub off_fen: Fen,
    /// This line's share of what is taken off the order.
    pub share_fen: Fen,
}

impl BillLine {
    /// What the line shows: before the order's discount.
    #[must_use]
    pub fn amount_fen(&self) -> Fen {
        less(self.gross_fen, self.off_fen)
    }

    /// What is paid for it in the end.
    #[must_use]
    pub fn paid_fen(&self) -> Fen {
        less(self.amount_fen(), self.share_fen)
    }
}

impl Bill {
    #[must_use]
    pub fn of(lines: &[Line], discount: Option<Discount>, rules: &PriceRules) -> Self {
        let (promoted, promotions) = promotion::apply(&rules.promotions, lines);
        let mut bill_lines: Vec<BillLine> = lines.iter().zip(promoted).map(bill_line).collect();
        let nets: Vec<Fen> = bill_lines.iter().map(BillLine::amount_fen).collect();
        let net: Fen = nets.iter().copied().sum();
        let order_off = discount.map_or(Fen::ZERO, |discount| discount.of(net));
        let rounding = rules.rounding.of(less(net, order_off));
        let shares = spread([order_off, rounding].into_iter().sum(), &nets);
        for (line, share) in bill_lines.iter_mut().zip(shares) {
            line.share_fen = share;
        }
        Self {
            subtotal_fen: bill_lines.iter().map(|line| line.gross_fen).sum(),
            lines_off_fen: bill_lines.iter().map(|line| line.off_fen).sum(),
            promotions,
            order_off_fen: order_off,
            rounding_fen: rounding,
            total_fen: less(less(net, order_off), rounding),
            lines: bill_lines,
        }
    }

    /// All that is taken off.
    #[must_use]
    pub fn saving_fen(&self) -> Fen {
        less(self.subtotal_fen, self.total_fen)
    }
}

/// Promotions leave lines alone that have a discount.
fn bill_line((line, promoted): (&Line, Fen)) -> BillLine {
    let gross = line.gross_fen();
    let off = line.discount.map_or(promoted, |discount| discount.of(gross));
    BillLine { gross_fen: gross, off_fen: off, share_fen: Fen::ZERO }
}

fn less(amount: Fen, off: Fen) -> Fen {
    amount.checked_sub(off).unwrap_or(Fen::ZERO)
}
