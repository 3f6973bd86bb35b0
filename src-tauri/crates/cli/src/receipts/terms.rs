//! How a sale came to its total, as it is printed: amounts are exact decimals in yuan as text.

use serde::Serialize;
use yima_core::OrderDetail;

/// All `null` or empty of a sale of which only its goods are known.
#[derive(Default, Serialize)]
pub(super) struct Terms {
    pub(super) note: Option<String>,
    /// Goods at their prices.
    subtotal_amount: Option<String>,
    promotions: Vec<Promoted>,
    /// Taken off the order by hand.
    order_discount_amount: Option<String>,
    rounding_amount: Option<String>,
}

#[derive(Serialize)]
struct Promoted {
    name: String,
    discount_amount: String,
}

impl Terms {
    pub(super) fn of(detail: Option<&str>) -> Self {
        let Some(detail) = detail.and_then(|text| serde_json::from_str::<OrderDetail>(text).ok()) else {
            return Self::default();
        };
        Self {
            note: detail.note,
            subtotal_amount: Some(detail.subtotal_fen.to_string()),
            promotions: detail
                .promotions
                .into_iter()
                .map(|applied| Promoted { name: applied.name, discount_amount: applied.off_fen.to_string() })
                .collect(),
            order_discount_amount: Some(detail.order_off_fen.to_string()),
            rounding_amount: Some(detail.rounding_fen.to_string()),
        }
    }
}
