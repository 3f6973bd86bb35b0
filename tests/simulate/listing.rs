//! The gateway's list of orders, part after part, and what becomes of a part on its way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::oneshot;
use yima_checkout::{ListFailure, ListQuery, Listed, ListedOrder};
use yima_core::OrderId;
use yima_gateway::{Account, StoreInfo};

use crate::faults::ListFault;
use crate::ledger::Trade;
use crate::network::Happening;
use crate::world::World;

type Answer = Result<Listed, ListFailure>;

#[derive(Default)]
pub struct Lists {
    pub faults: VecDeque<ListFault>,
    /// Parts that were asked for and not answered, and for whom.
    pub asked: BTreeMap<u64, Part>,
    next: u64,
}

pub struct Part {
    account: Arc<Account>,
    query: ListQuery,
    asker: oneshot::Sender<Answer>,
    fault: Option<ListFault>,
}

impl World {
    /// `None`: the task is to die.
    pub fn asked_for_list(
        &mut self,
        account: Arc<Account>,
        query: ListQuery,
    ) -> Option<oneshot::Receiver<Answer>> {
        let (asker, answer) = oneshot::channel();
        let is_away = self.network.outage.is_some_and(|(until_ms, _)| self.now_ms < until_ms);
        let fault = if is_away { Some(ListFault::Silent) } else { self.network.lists.faults.pop_front() };
        self.network.faults_met += u64::from(fault.is_some());
        self.witness.calls += 1;
        self.note(format_args!("list {} to {} {fault:?}", query.start_s, query.end_s));
        if fault == Some(ListFault::Dies) {
            return None;
        }
        let number = self.network.lists.next;
        self.network.lists.next += 1;
        self.network.lists.asked.insert(number, Part { account, query, asker, fault });
        let way_ms = 20 + self.chance.below(400);
        self.later(way_ms, Happening::Listed { number });
        Some(answer)
    }

    pub fn answer_list(&mut self, number: u64) {
        let Some(part) = self.network.lists.asked.remove(&number) else { return };
        let answer = match part.fault {
            Some(ListFault::Silent) => Err(ListFailure::Silent),
            Some(ListFault::Incomplete) => Err(ListFailure::Incomplete),
            Some(ListFault::Rejected) => {
                Err(ListFailure::Rejected { code: "5001".to_owned(), message: String::new() })
            }
            Some(ListFault::Lacks) => Ok(self.listed(&part, true)),
            Some(ListFault::Dies) | None => Ok(self.listed(&part, false)),
        };
        let count = answer.as_ref().map(|listed| listed.orders.len());
        self.note(format_args!("listed {count:?}"));
        // Its program may be dead.
        let _ = part.asker.send(answer);
    }

    fn listed(&mut self, part: &Part, may_lack: bool) -> Listed {
        let (account, query) = (&*part.account, part.query);
        let is_meant = |trade: &Trade| {
            let made_s = self.gateway_ms(trade.created_ms).div_euclid(1_000);
            *trade.account == *account
                && (query.start_s..=query.end_s).contains(&made_s)
                && (!query.refunded_only || trade.refunded_fen().is_positive())
        };
        let orders = self.ledger.sequence.iter().filter_map(|id| {
            let trade = self.ledger.orders.get(id).filter(|trade| is_meant(trade))?;
            Some(ListedOrder {
                id: OrderId::parse(id).ok()?,
                status: trade.status,
                total_fen: trade.total_fen,
                refunded_fen: trade.refunded_fen(),
                created_ms: Some(self.gateway_ms(trade.created_ms)),
                store_info: store_info_of(&trade.body),
                lines: Vec::new(),
            })
        });
        let mut orders: Vec<_> = orders.collect();
        if may_lack {
            orders.truncate(orders.len() / 2);
        }
        let tells_time = query.is_last && !self.chance.one_in(4);
        let gateway_ms = tells_time.then(|| self.gateway_ms(self.now_ms));
        Listed { orders, may_lack, gateway_ms, ..Listed::default() }
    }
}

fn store_info_of(body: &[u8]) -> StoreInfo {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    serde_json::from_value(body["store_info"].clone()).unwrap_or_default()
}
