//! What the cashier, the customer and the network do in one run, until the till dies or the story is over.

mod put_back;
mod refunds;
mod ways;

pub use ways::pay_code;

use yima_core::failpoint::Moment;
use yima_sandbox::{Action, Call, Channel, OrderStatus, Rule, Running, Times};

use crate::chance::Chance;
use crate::folder::Folder;
use crate::plan::Story;
use crate::process::{Gone, Till};
use crate::requests::AskedBack;
use crate::till::CALL_LIMIT;

/// Barcodes of the sample catalogue.
pub const GOODS: [&str; 4] = ["6921168509256", "6920152400777", "6983748939221", "6901236340516"];

/// The people around one till, and what they remember.
pub struct Scene {
    pub till: Till,
    pub chance: Chance,
    /// Scans that the till said were kept.
    pub scanned: u32,
    /// Pieces that may or may not have been kept.
    pub unsure: u32,
    pub asked_back: Option<AskedBack>,
    /// Scans that were kept when the data were backed up or copied.
    pub put_by: Option<u32>,
    folder: Folder,
    pay_code: String,
    sandbox: std::sync::Arc<Running>,
}

/// The story ends here: the till is dead, or it does not come to where the story goes on.
pub enum Stop {
    Gone,
    Stuck(&'static str),
}

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

type Told = Result<(), Stop>;

impl Scene {
    pub fn new(
        till: Till,
        chance: Chance,
        sandbox: std::sync::Arc<Running>,
        folder: Folder,
        pay_code: String,
    ) -> Self {
        Self {
            till,
            chance,
            scanned: 0,
            unsure: 0,
            asked_back: None,
            put_by: None,
            folder,
            pay_code,
            sandbox,
        }
    }

    pub async fn tell(&mut self, story: Story) -> Told {
        self.scan_some().await?;
        match story {
            Story::Pays => self.pays().await,
            Story::Declines => self.declines().await,
            Story::Expires => self.expires().await,
            Story::Cancels => self.cancels().await,
            Story::CancelsEarly => self.cancels_early().await,
            Story::Reverses => self.reverses().await,
            Story::ScanLost => self.scan_lost().await,
            Story::ScanNeverArrived => self.scan_never_arrived().await,
            Story::ScanRefused => self.scan_refused().await,
            Story::Silence => self.silence().await,
            Story::Refunds => self.refunds(2).await,
            Story::RefundsAll => self.refunds(1).await,
            Story::RefundRefused => self.refund_refused().await,
            Story::PaysLate => self.pays_late().await,
            Story::PaysTwice => {
                let first = self.pays_twice().await?;
                self.act(&format!("settle {first}")).await
            }
            Story::RefundedElsewhere => {
                let first = self.pays_twice().await?;
                let _ = self.sandbox.set_status(&first, OrderStatus::Refunded).await;
                self.pass("refund_seen", 1).await
            }
            Story::NextCustomer => self.next_customer().await,
            Story::NeverArrives => self.never_arrives().await,
            Story::PaysByCode => self.pays_by_code().await,
            Story::ConfirmsOnThePhone => self.confirms_on_the_phone().await,
            Story::CodeAnswerLost => self.code_answer_lost().await,
            Story::PaysInCash => self.pays_in_cash().await,
            Story::Watched => self.closes().await.map(|_| ()),
            Story::RefundDropped => self.refund_dropped().await,
            Story::Restored => self.restored().await,
            Story::RestoredEmpty => self.restored_empty().await,
            Story::RestoredRefunding => self.restored_refunding().await,
            Story::CopiedBack => self.copied_back().await,
        }
    }

    async fn pays(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await
    }

    async fn declines(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        let _ = self.sandbox.decline(&order).await;
        self.pass("/pay/check", 2).await?;
        self.pay(&order).await;
        self.come_to(&["paid", "closed"]).await
    }

    async fn expires(&mut self) -> Told {
        self.charge("awaiting").await?;
        self.come_to(&["closed"]).await?;
        self.perhaps_sell_again().await
    }

    async fn cancels(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        if self.chance.one_in(3) {
            self.pay(&order).await;
        }
        self.act("cancel").await?;
        self.come_to(&["closed", "paid"]).await?;
        self.perhaps_sell_again().await
    }

    async fn cancels_early(&mut self) -> Told {
        self.bend(Rule::once(Call::Scan, Action::DelayMs(40)));
        self.act("charge").await?;
        self.act("cancel").await?;
        self.come_to(&["closed", "void"]).await
    }

    async fn reverses(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        for call in [Call::Check, Call::Close] {
            self.bend(Rule::forever(call, unsure()));
        }
        self.act("cancel").await?;
        self.come_to(&["closing", "unresolved"]).await?;
        if self.chance.one_in(3) {
            self.pay(&order).await;
        }
        self.act(&format!("reverse {order}")).await?;
        self.pass("/pay/cancel", 1).await?;
        self.sandbox.clear_rules();
        self.come_to(&["cancelled"]).await
    }

    async fn scan_lost(&mut self) -> Told {
        let late_ms = u64::try_from(CALL_LIMIT.as_millis()).unwrap_or(0) + 100;
        let bad = Action::Http { status: 502, body: "<html>".to_owned() };
        let loss = match self.chance.below(5) {
            0 => Rule::once(Call::Scan, Action::DropAfter),
            1 => Rule::once(Call::Scan, Action::DropBefore),
            2 => Rule::once(Call::Scan, Action::DelayMs(late_ms)),
            3 => Rule { processed: true, ..Rule::once(Call::Scan, unsure()) },
            _ => Rule { processed: self.chance.one_in(2), ..Rule::once(Call::Scan, bad) },
        };
        self.bend(loss);
        self.act("charge").await?;
        self.come_to(&["awaiting", "closed"]).await?;
        if let Some(order) = self.till.order() {
            self.pay(&order).await;
        }
        self.come_to(&["paid", "closed"]).await
    }

    async fn scan_never_arrived(&mut self) -> Told {
        self.bend(Rule::once(Call::Scan, Action::DropBefore));
        let order = self.charge("awaiting").await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await
    }

    async fn scan_refused(&mut self) -> Told {
        self.bend(Rule::once(Call::Scan, Action::Answer { code: 5_000, msg: String::new() }));
        self.charge("void").await?;
        self.pays().await
    }

    async fn silence(&mut self) -> Told {
        let order = self.charge("awaiting").await?;
        let says = self.chance.pick(&[0, 1, 2]);
        for call in [Call::Check, Call::Close] {
            let action = match says {
                0 => unsure(),
                1 => Action::DropAfter,
                _ => Action::DropBefore,
            };
            self.bend(Rule::forever(call, action));
        }
        if self.chance.one_in(2) {
            self.pay(&order).await;
        }
        self.act("cancel").await?;
        self.come_to(&["unresolved"]).await?;
        self.sandbox.clear_rules();
        self.pass_one_of(&["closed", "paid"]).await
    }

    async fn pays_late(&mut self) -> Told {
        let order = self.closes().await?;
        self.pay_late(&order).await;
        self.pass("paid", 1).await
    }

    /// Gives the order whose payment is owed back.
    async fn pays_twice(&mut self) -> Result<String, Stop> {
        let first = self.closes().await?;
        let second = self.charge_another(&first).await?;
        self.pay(&second).await;
        self.pass("paid", 1).await?;
        self.pay_late(&first).await;
        self.pass("paid", 2).await?;
        Ok(first)
    }

    async fn next_customer(&mut self) -> Told {
        self.charge("awaiting").await?;
        let before = self.scanned;
        self.scan_some().await?;
        let behind = self.scanned - before;
        self.act("cancel").await?;
        self.pass("closed", 1).await?;
        self.act("hold").await?;
        self.act("resume").await?;
        self.pays().await?;
        self.gives_up(behind).await
    }

    /// The held cart, with so many pieces: all of them are given up, or none if the till dies over it.
    async fn gives_up(&mut self, pieces: u32) -> Told {
        self.scanned -= pieces;
        self.unsure = pieces;
        self.act("drop-held").await?;
        self.unsure = 0;
        Ok(())
    }

    async fn never_arrives(&mut self) -> Told {
        self.bend(Rule::forever(Call::Scan, Action::DropBefore));
        for call in [Call::Check, Call::Close] {
            self.bend(Rule::forever(call, Action::DropBefore));
        }
        self.act("charge").await?;
        self.act("cancel").await?;
        self.come_to(&["unresolved"]).await?;
        self.sandbox.clear_rules();
        self.bend(Rule::forever(Call::Scan, Action::DropBefore));
        self.till.until(|till| till.view["can_write_off"] == true || till.state().is_none()).await?;
        let Some(order) = self.till.order() else { return Err(Stop::Stuck("nothing to write off")) };
        self.act(&format!("write-off {order}")).await
    }

    async fn closes(&mut self) -> Result<String, Stop> {
        let order = self.charge("awaiting").await?;
        self.act("cancel").await?;
        self.come_to(&["closed"]).await?;
        Ok(order)
    }

    async fn perhaps_sell_again(&mut self) -> Told {
        let is_closed = self.till.state() == Some("closed");
        let Some(first) = self.till.order().filter(|_| is_closed && self.chance.one_in(2)) else {
            return Ok(());
        };
        let order = self.charge_another(&first).await?;
        self.pay(&order).await;
        self.come_to(&["paid"]).await
    }

    async fn charge(&mut self, state: &'static str) -> Result<String, Stop> {
        self.charge_another_to("", state).await
    }

    async fn charge_another(&mut self, first: &str) -> Result<String, Stop> {
        self.charge_another_to(first, "awaiting").await
    }

    async fn charge_another_to(&mut self, first: &str, state: &'static str) -> Result<String, Stop> {
        self.act("charge").await?;
        let shown =
            |till: &Till| till.state() == Some(state) && till.order().is_some_and(|order| order != first);
        if !self.till.until(shown).await? {
            return Err(Stop::Stuck(state));
        }
        self.till.order().ok_or(Stop::Stuck(state))
    }

    async fn scan_some(&mut self) -> Told {
        for _ in 0..2 + self.chance.below(3) {
            let code = self.chance.pick(&GOODS);
            self.unsure = 1;
            let outcome = self.till.act(&format!("scan {code}")).await?;
            self.unsure = 0;
            self.scanned += u32::from(outcome.is_ok());
        }
        Ok(())
    }

    /// The customer pays, if that is still possible.
    async fn pay(&mut self, order: &str) {
        let channel = self.chance.pick(&[Channel::WeChat, Channel::Alipay]);
        let _ = self.sandbox.pay(order, channel, None).await;
    }

    async fn pay_late(&mut self, order: &str) {
        let _ = self.sandbox.set_status(order, OrderStatus::Paid).await;
    }

    fn bend(&self, rule: Rule) {
        let _ = self.sandbox.add_rules(vec![rule]);
    }

    /// An act that is refused ends the story: it was told on the ground that it would be done.
    async fn act(&mut self, line: &str) -> Told {
        self.till.act(line).await?.map_err(|_| Stop::Stuck("refused"))
    }

    async fn come_to(&mut self, states: &'static [&'static str]) -> Told {
        let came = self.till.until(|till| till.state().is_some_and(|state| states.contains(&state))).await?;
        if came { Ok(()) } else { Err(Stop::Stuck(states[0])) }
    }

    async fn pass(&mut self, name: &'static str, times: u64) -> Told {
        let passed = self.till.until(|till| till.passed(Moment::After, name) >= times).await?;
        if passed { Ok(()) } else { Err(Stop::Stuck(name)) }
    }

    async fn pass_one_of(&mut self, names: &'static [&'static str]) -> Told {
        let passed = |till: &Till| names.iter().any(|name| till.passed(Moment::After, name) > 0);
        if self.till.until(passed).await? { Ok(()) } else { Err(Stop::Stuck(names[0])) }
    }

    /// Lets the till ask a few times more.
    async fn settle_down(&mut self) -> Told {
        let asked = self.till.passed(Moment::After, "/pay/get");
        self.pass("/pay/get", asked + 1).await
    }
}

fn unsure() -> Action {
    Action::Answer { code: 5_001, msg: String::new() }
}

/// The rules of a request that is to be seen arriving: its answer takes long enough to be killed before.
pub fn slow(call: Call) -> Rule {
    Rule { times: Times::Forever, ..Rule::once(call, Action::DelayMs(60)) }
}
