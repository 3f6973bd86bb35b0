//! Money that goes back.

use yima_core::failpoint::Moment;
use yima_sandbox::{Amount, Call, Rule};

use super::{Scene, Stop, Told, unsure};
use crate::requests::AskedBack;

impl Scene {
    pub(super) async fn refunds(&mut self, part: i64) -> Told {
        let order = self.charge("awaiting").await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await?;
        self.refund(&order, part).await?;
        self.pass_one_of(&["refunded", "refund_accepted"]).await?;
        self.settle_down().await
    }

    pub(super) async fn refund_refused(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await?;
        let _ = self.sandbox.set_balance(Some(Amount::ZERO)).await;
        self.refund(&order, 2).await?;
        self.pass("refund_refused", 1).await?;
        self.settle_down().await?;
        let _ = self.sandbox.set_balance(None).await;
        // An answer under way lets the cashier's wish pass.
        while self.till.passed(Moment::After, "refund_tried_again") == 0 {
            self.act(&format!("ask {order}")).await?;
        }
        self.pass("refund_accepted", 1).await?;
        self.settle_down().await
    }

    /// Nobody hears what became of what was due, and the cashier drops it.
    pub(super) async fn refund_dropped(&mut self) -> Told {
        let first = self.pays_twice().await?;
        self.bend(Rule::forever(Call::Refund, unsure()));
        let paid_fen = self.sandbox.order(&first).map_or(1, |order| order.real_amount.fen());
        self.act(&format!("refund {first} {paid_fen}")).await?;
        self.pass("refund_refused", 1).await?;
        self.act(&format!("drop {first}")).await
    }

    /// Gives back what was paid, or a part of it.
    pub(super) async fn refund(&mut self, order: &str, part: i64) -> Told {
        let paid_fen = self.sandbox.order(order).map_or(1, |order| order.real_amount.fen());
        let asked = AskedBack { order_id: order.to_owned(), fen: paid_fen / part, is_sure: false };
        self.asked_back = Some(asked.clone());
        match self.act(&format!("refund {order} {}", asked.fen)).await {
            Ok(()) => self.asked_back = Some(AskedBack { is_sure: true, ..asked }),
            Err(Stop::Stuck(at)) => {
                self.asked_back = None;
                return Err(Stop::Stuck(at));
            }
            Err(Stop::Gone) => return Err(Stop::Gone),
        }
        Ok(())
    }
}
