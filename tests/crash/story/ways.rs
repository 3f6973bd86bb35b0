//! The ways to pay that show no QR.

use yima_sandbox::{Action, Call, PayCodeOutcome, Rule};

use super::{Scene, Stop, Told, unsure};
use crate::till::CALL_LIMIT;

/// What is shown of a wallet in one run; looked for in all that the till writes.
pub fn pay_code(seed: u64) -> String {
    format!("13{:016}", seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 10_000_000_000_000_000)
}

impl Scene {
    pub(super) async fn pays_by_code(&mut self) -> Told {
        self.take_code().await?;
        self.come_to(&["paid"]).await
    }

    pub(super) async fn confirms_on_the_phone(&mut self) -> Told {
        self.bend(Rule::once(Call::QrCode, Action::PayCode(PayCodeOutcome::Waits)));
        self.take_code().await?;
        self.come_to(&["awaiting"]).await?;
        let order = self.till.order().ok_or(Stop::Stuck("awaiting"))?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await
    }

    pub(super) async fn code_answer_lost(&mut self) -> Told {
        let late_ms = u64::try_from(CALL_LIMIT.as_millis()).unwrap_or(0) + 100;
        let loss = match self.chance.below(4) {
            0 => Rule::once(Call::QrCode, Action::DropAfter),
            1 => Rule::once(Call::QrCode, Action::DropBefore),
            2 => Rule::once(Call::QrCode, Action::DelayMs(late_ms)),
            _ => Rule { processed: true, ..Rule::once(Call::QrCode, unsure()) },
        };
        self.bend(loss);
        self.take_code().await?;
        self.come_to(&["paid", "unresolved", "closed"]).await
    }

    pub(super) async fn pays_in_cash(&mut self) -> Told {
        let total_fen = self.till.view["total_fen"].as_i64().ok_or(Stop::Stuck("no total"))?;
        let change_fen = i64::try_from(self.chance.below(5_000)).unwrap_or(0);
        self.act(&format!("cash {total_fen} {}", total_fen + change_fen)).await?;
        self.come_to(&["paid"]).await
    }

    /// The cashier asks for the code before it is scanned, or says afterwards that it is to pay.
    async fn take_code(&mut self) -> Told {
        let scan = format!("scan {}", self.pay_code);
        if self.chance.one_in(2) {
            self.act("want-code").await?;
            return self.act(&scan).await;
        }
        self.act(&scan).await?;
        let total_fen = self.till.view["total_fen"].as_i64().ok_or(Stop::Stuck("no total"))?;
        self.act(&format!("take-code {total_fen}")).await
    }
}
