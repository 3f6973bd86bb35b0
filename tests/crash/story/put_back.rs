//! Older data that take the place of what was kept: up to then, and after it.

use anyhow::Context;
use yima_sandbox::{Action, Call, Rule};

use super::{Scene, Stop, Told};

impl Scene {
    pub(super) async fn restored(&mut self) -> Told {
        let first = self.sells().await?;
        self.backs_up().await?;
        self.gives_some_back(&first).await?;
        self.sells_more().await
    }

    pub(super) async fn restored_empty(&mut self) -> Told {
        self.backs_up().await?;
        self.sells().await?;
        self.sells_more().await
    }

    pub(super) async fn restored_refunding(&mut self) -> Told {
        let first = self.sells().await?;
        self.bend(Rule::forever(Call::Refund, Action::DropBefore));
        self.refund(&first, 2).await?;
        self.pass("/pay/refund", 1).await?;
        self.backs_up().await?;
        self.sandbox.clear_rules();
        self.pass("refund_accepted", 1).await?;
        self.settle_down().await?;
        self.sells_more().await
    }

    pub(super) async fn copied_back(&mut self) -> Told {
        let first = self.sells().await?;
        let till = self.till.id().context("a till that lives");
        if till.and_then(|till| self.folder.copy_data(till)).is_err() {
            return Err(Stop::Stuck("the copy"));
        }
        self.put_by = Some(self.scanned);
        self.gives_some_back(&first).await?;
        self.sells_more().await
    }

    /// Once all is compared.
    pub async fn sells_on(&mut self) -> Told {
        self.scan_some().await?;
        self.sells().await.map(|_| ())
    }

    /// What will be missing: a sale that is paid, and perhaps one that nobody has paid yet.
    async fn sells_more(&mut self) -> Told {
        self.scan_some().await?;
        self.sells().await?;
        if self.chance.one_in(2) {
            self.scan_some().await?;
            self.charge("awaiting").await?;
        }
        Ok(())
    }

    async fn sells(&mut self) -> Result<String, Stop> {
        let order = self.charge("awaiting").await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await?;
        Ok(order)
    }

    async fn gives_some_back(&mut self, order: &str) -> Told {
        self.refund(order, 2).await?;
        self.pass_one_of(&["refunded", "refund_accepted"]).await?;
        self.settle_down().await
    }

    async fn backs_up(&mut self) -> Told {
        self.act("back-up").await?;
        self.put_by = Some(self.scanned);
        Ok(())
    }
}
