//! The people around the till: a cashier, and customers who mostly pay.

use std::sync::Arc;

use yima_sandbox::{Channel, OrderStatus, Running};

use crate::chance::Chance;
use crate::process::{Gone, Till};
use crate::run::FIRST_WALL_MS;
use crate::soak::faults::Faults;
use crate::story::GOODS;

const SECOND_MS: u64 = 1_000;
/// A customer comes every two minutes, more or less: fewer in a day than the gateway keeps orders.
const NEXT_CUSTOMER_MS: [u64; 3] = [60 * SECOND_MS, 120 * SECOND_MS, 180 * SECOND_MS];
const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// A sale that came here goes on without the cashier, if at all.
const LEFT: [&str; 5] = ["paid", "closed", "cancelled", "void", "unresolved"];

/// The soak cannot go on: the till is dead, or cannot be looked at.
#[derive(Debug)]
pub struct Over;

impl From<Gone> for Over {
    fn from(_: Gone) -> Self {
        Self
    }
}

impl From<anyhow::Error> for Over {
    fn from(error: anyhow::Error) -> Self {
        eprintln!("{error:#}");
        Self
    }
}

pub struct Shop {
    pub till: Till,
    pub sandbox: Arc<Running>,
    pub faults: Faults,
    /// Sales that nobody saw the end of in time.
    pub cut_short: u64,
    chance: Chance,
}

#[derive(Clone, Copy)]
enum Customer {
    Pays,
    /// The first attempt fails.
    Declines,
    Leaves,
    /// And tells the cashier.
    Cancels,
    /// After the order was closed.
    PaysLate,
    /// And brings a part of it back.
    Returns,
}

impl Shop {
    pub fn new(till: Till, mut chance: Chance, sandbox: Arc<Running>) -> Self {
        let faults = Faults::of(Chance::of(chance.draw()));
        Self { till, sandbox, faults, cut_short: 0, chance }
    }

    /// One customer, from the first article to the time until the next one; gives the order, if there was one.
    pub async fn sell(&mut self) -> Result<Option<String>, Over> {
        self.faults.top_up(&self.sandbox);
        if self.till.view["held"].as_u64().is_some_and(|held| held > 0) {
            self.act("resume").await?;
        }
        for _ in 0..1 + self.chance.below(4) {
            let code = self.chance.pick(&GOODS);
            self.act(&format!("scan {code}")).await?;
        }
        let order = if self.act("charge").await? { self.till.order() } else { None };
        if let Some(order) = &order {
            let customer = self.customer();
            self.serve(order, customer).await?;
        }
        let next_ms = self.chance.pick(&NEXT_CUSTOMER_MS);
        self.wait(next_ms).await?;
        Ok(order)
    }

    /// Nobody comes for a while.
    pub async fn pass_time(&mut self) -> Result<(), Over> {
        self.wait(60 * SECOND_MS).await
    }

    /// Whether it was done.
    pub async fn act(&mut self, line: &str) -> Result<bool, Over> {
        Ok(self.till.act(line).await?.is_ok())
    }

    /// Requests that the till has sent.
    pub fn calls(&self) -> u64 {
        let calls = self.till.passes.iter().filter(|((name, moment), _)| {
            name.starts_with('/') && *moment == yima_core::failpoint::Moment::Before
        });
        calls.map(|(_, count)| count).sum()
    }

    /// Days that have passed at the till.
    pub fn days(&self) -> i64 {
        let wall_ms = self.till.view["wall_ms"].as_i64().unwrap_or(FIRST_WALL_MS);
        (wall_ms - FIRST_WALL_MS) / DAY_MS
    }

    fn customer(&mut self) -> Customer {
        match self.chance.below(100) {
            0..84 => Customer::Pays,
            84..88 => Customer::Declines,
            88..91 => Customer::Leaves,
            91..95 => Customer::Cancels,
            95..97 => Customer::PaysLate,
            _ => Customer::Returns,
        }
    }

    async fn serve(&mut self, order: &str, customer: Customer) -> Result<(), Over> {
        self.come_to(order, "awaiting").await?;
        match customer {
            Customer::Pays | Customer::Returns => self.pay(order).await,
            Customer::Declines => {
                let _ = self.sandbox.decline(order).await;
                self.wait(5 * SECOND_MS).await?;
                self.pay(order).await;
            }
            Customer::Cancels | Customer::PaysLate => drop(self.act("cancel").await?),
            Customer::Leaves => {}
        }
        self.come_to(order, "paid").await?;
        match customer {
            Customer::PaysLate if self.till.state() == Some("closed") => {
                let _ = self.sandbox.set_status(order, OrderStatus::Paid).await;
            }
            Customer::Returns if self.till.state() == Some("paid") => {
                self.act(&format!("refund {order} 1")).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits until the order is in that state, or somewhere from where it does not come to it by itself.
    async fn come_to(&mut self, order: &str, state: &str) -> Result<(), Over> {
        let is_there = |till: &Till| {
            let is_another = till.order().is_none_or(|shown| shown != order);
            is_another || till.state().is_some_and(|now| now == state || LEFT.contains(&now))
        };
        if !self.till.until(is_there).await? {
            self.cut_short += 1;
        }
        Ok(())
    }

    async fn pay(&mut self, order: &str) {
        let channel = self.chance.pick(&[Channel::WeChat, Channel::Alipay]);
        // An order that never arrived, or that is closed by now, cannot be paid.
        let _ = self.sandbox.pay(order, channel, None).await;
    }

    async fn wait(&mut self, ms: u64) -> Result<(), Over> {
        self.act(&format!("wait {ms}")).await.map(drop)
    }
}
