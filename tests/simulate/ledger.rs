//! The gateway's books: what became of every order that arrived, whoever was told.

use std::collections::BTreeMap;
use std::sync::Arc;

use yima_core::Fen;
use yima_core::sale::{
    Answer, Call, CallFailure, Channel, CheckReply, OrderReply, PayReply, Refund, RefundReply, ScanReply,
    Status,
};
use yima_gateway::Account;

#[derive(Default)]
pub struct Ledger {
    pub orders: BTreeMap<String, Trade>,
    /// Orders in the sequence in which they came.
    pub sequence: Vec<String>,
}

pub struct Trade {
    /// Under which it was made; nobody else is told of it.
    pub account: Arc<Account>,
    pub created_ms: u64,
    pub body: Vec<u8>,
    pub total_fen: Fen,
    pub payable_fen: Fen,
    /// What the customer pays in the end, if he does.
    pub real_fen: Fen,
    pub status: Status,
    pub refunds: Vec<Given>,
    /// Somebody else than the till gave money back.
    pub back_office: bool,
    pub was_paid: bool,
    pub ended_ms: u64,
    /// A reversal has been taken and its money has not gone back yet.
    pub reversing: bool,
    /// What could be seen of it, and since when.
    past: Vec<(u64, Seen)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub id: String,
    pub amount_fen: Fen,
    pub progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Pending,
    Done,
    Failed,
}

#[derive(Clone)]
struct Seen {
    status: Status,
    refunded_fen: Fen,
    refund_ids: Vec<String>,
}

/// How a refund goes that is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    AtOnce,
    Later,
    ShortBalance,
}

impl Trade {
    pub fn refunded_fen(&self) -> Fen {
        self.sum(|given| given.progress == Progress::Done)
    }

    /// Paid, and neither given back nor on its way.
    fn left_fen(&self) -> Fen {
        let gone = self.sum(|given| given.progress != Progress::Failed);
        self.real_fen.checked_sub(gone).unwrap_or(Fen::ZERO)
    }

    /// Money of a customer that the shop has.
    pub fn net_fen(&self) -> Fen {
        if !self.was_paid {
            return Fen::ZERO;
        }
        self.real_fen.checked_sub(self.refunded_fen()).unwrap_or(Fen::ZERO)
    }

    pub fn is_payable(&self) -> bool {
        matches!(self.status, Status::Paying | Status::Failed)
    }

    fn sum(&self, holds: impl Fn(&Given) -> bool) -> Fen {
        self.refunds.iter().filter(|given| holds(given)).map(|given| given.amount_fen).sum()
    }

    fn become_status(&mut self, status: Status, now_ms: u64) {
        if self.status != status {
            self.ended_ms = now_ms;
        }
        self.status = status;
        let done = self.refunds.iter().filter(|given| given.progress == Progress::Done);
        let refund_ids = done.map(|given| given.id.clone()).collect();
        self.past.push((now_ms, Seen { status, refunded_fen: self.refunded_fen(), refund_ids }));
    }

    /// After money went back, or did not.
    fn count_refunds(&mut self, now_ms: u64) {
        let last = self.refunds.last().map(|given| given.progress);
        let status = match last {
            _ if self.refunds.iter().any(|given| given.progress == Progress::Pending) => Status::Refunding,
            Some(Progress::Failed) => Status::RefundFailed,
            _ if self.refunded_fen() == self.real_fen => Status::Refunded,
            _ if self.refunded_fen().is_positive() => Status::PartlyRefunded,
            _ => Status::Paid,
        };
        self.become_status(status, now_ms);
    }

    /// As it was then; `None` if it was not there.
    fn seen(&self, at_ms: u64) -> Option<&Seen> {
        self.past.iter().rfind(|(since_ms, _)| *since_ms <= at_ms).map(|(_, seen)| seen)
    }
}

impl Ledger {
    pub fn scan(
        &mut self,
        id: &str,
        account: &Arc<Account>,
        body: &[u8],
        discounts: (i64, i64),
        now_ms: u64,
    ) -> Answer {
        if let Some(known) = self.orders.get(id) {
            return rejected(Call::Scan, if known.status == Status::Paid { "1003" } else { "1007" });
        }
        let Some(total_fen) = total_of(body) else { return rejected(Call::Scan, "3002") };
        let less = |from: Fen, by: i64| {
            from.checked_sub(Fen::new(by)).filter(|rest| rest.is_positive()).unwrap_or(from)
        };
        let payable_fen = less(total_fen, discounts.0);
        let mut trade = Trade {
            account: Arc::clone(account),
            created_ms: now_ms,
            body: body.to_vec(),
            total_fen,
            payable_fen,
            real_fen: less(payable_fen, discounts.1),
            status: Status::Paying,
            refunds: Vec::new(),
            back_office: false,
            was_paid: false,
            ended_ms: 0,
            reversing: false,
            past: Vec::new(),
        };
        trade.become_status(Status::Paying, now_ms);
        self.orders.insert(id.to_owned(), trade);
        self.sequence.push(id.to_owned());
        Answer::Scan(Ok(ScanReply {
            order_id: id.to_owned(),
            trade_no: trade_no(id),
            total_fen,
            payable_fen,
            pay_url: Some(format!("https://p.cn/{}", self.sequence.len())),
        }))
    }

    /// `/pay/qrcode`: the order is made in each case, and the code pays, waits for the customer, or is refused.
    pub fn take_code(
        &mut self,
        id: &str,
        account: &Arc<Account>,
        body: &[u8],
        discounts: (i64, i64),
        status: Status,
        now_ms: u64,
    ) -> Answer {
        let made = match self.scan(id, account, body, discounts, now_ms) {
            Answer::Scan(Ok(made)) => made,
            answer => {
                return Answer::failure(
                    Call::Pay,
                    answer.as_failure().cloned().unwrap_or(CallFailure::Unknown),
                );
            }
        };
        match status {
            Status::Paid => self.pay(id, now_ms),
            Status::Failed => self.set_unpaid(id, Status::Failed, now_ms),
            _ => {}
        }
        match status {
            Status::Failed => rejected(Call::Pay, "1001"),
            Status::Paying => rejected(Call::Pay, "1002"),
            _ => Answer::Pay(Ok(PayReply {
                order_id: made.order_id,
                trade_no: made.trade_no,
                status,
                total_fen: made.total_fen,
                payable_fen: made.payable_fen,
            })),
        }
    }

    /// The order's status as it was then.
    pub fn check(&self, id: &str, at_ms: u64) -> Answer {
        let seen = self.orders.get(id).and_then(|trade| trade.seen(at_ms));
        seen.map_or_else(
            || rejected(Call::Check, "4001"),
            |seen| Answer::Check(Ok(CheckReply { order_id: id.to_owned(), status: seen.status })),
        )
    }

    pub fn get(&self, id: &str, at_ms: u64) -> Answer {
        let Some((trade, seen)) = self.orders.get(id).and_then(|trade| Some((trade, trade.seen(at_ms)?)))
        else {
            return rejected(Call::Get, "4001");
        };
        let is_paid = seen.status.is_paid();
        Answer::Get(Ok(OrderReply {
            app_id: trade.account.app_id.clone(),
            order_id: id.to_owned(),
            trade_no: trade_no(id),
            status: seen.status,
            channel: is_paid.then_some(Channel::Wechat),
            pay_time: is_paid.then(|| "2026-11-22 14:01:37".to_owned()),
            total_fen: trade.total_fen,
            payable_fen: trade.payable_fen,
            real_fen: if is_paid { trade.real_fen } else { Fen::ZERO },
            refunded_fen: seen.refunded_fen,
            refund_ids: seen.refund_ids.clone(),
        }))
    }

    pub fn close(&mut self, id: &str, now_ms: u64) -> Answer {
        let Some(trade) = self.orders.get_mut(id) else { return rejected(Call::Close, "4001") };
        match trade.status {
            Status::Closed => return rejected(Call::Close, "1004"),
            Status::Cancelled => return rejected(Call::Close, "1005"),
            status if status.is_paid() => return rejected(Call::Close, "1006"),
            _ => trade.become_status(Status::Closed, now_ms),
        }
        Answer::Close(Ok(()))
    }

    /// `later`: the money of a paid order does not go back at once.
    pub fn cancel(&mut self, id: &str, later: bool, now_ms: u64) -> Answer {
        let Some(trade) = self.orders.get_mut(id) else { return rejected(Call::Cancel, "4001") };
        if trade.is_payable() {
            trade.become_status(Status::Cancelled, now_ms);
        } else if trade.status.is_paid() && later {
            trade.reversing = true;
        } else if trade.status.is_paid() {
            self.give_all_back(id, now_ms);
        }
        Answer::Cancel(Ok(()))
    }

    /// The end of a reversal.
    pub fn give_all_back(&mut self, id: &str, now_ms: u64) {
        let Some(trade) = self.orders.get_mut(id) else { return };
        trade.reversing = false;
        let amount_fen = trade.left_fen();
        if amount_fen.is_positive() {
            let id = format!("reversal{}", trade.refunds.len());
            trade.refunds.push(Given { id, amount_fen, progress: Progress::Done });
        }
        // Which of the two it is called differs between gateways.
        let is_called_cancelled = amount_fen.get() % 2 == 0 && trade.refunds.len() == 1;
        if is_called_cancelled {
            trade.become_status(Status::Cancelled, now_ms);
        } else {
            trade.count_refunds(now_ms);
        }
    }

    pub fn refund(&mut self, id: &str, refund: &Refund, way: Way, now_ms: u64) -> Answer {
        let Some(trade) = self.orders.get_mut(id) else { return rejected(Call::Refund, "4001") };
        let taken =
            Answer::Refund(Ok(RefundReply { order_id: id.to_owned(), refund_id: refund.id.to_string() }));
        let known = trade.refunds.iter().position(|given| given.id == refund.id.as_str());
        let is_under_way = known.is_some_and(|at| trade.refunds[at].progress != Progress::Failed);
        if is_under_way {
            return taken;
        }
        if !trade.status.is_paid() || refund.amount_fen > trade.left_fen() {
            return rejected(Call::Refund, "2001");
        }
        if way == Way::ShortBalance {
            return rejected(Call::Refund, "2002");
        }
        if let Some(at) = known {
            trade.refunds.remove(at);
        }
        let progress = if way == Way::Later { Progress::Pending } else { Progress::Done };
        let (id, amount_fen) = (refund.id.to_string(), refund.amount_fen);
        trade.refunds.push(Given { id, amount_fen, progress });
        trade.count_refunds(now_ms);
        taken
    }

    pub fn end_refund(&mut self, id: &str, refund_id: &str, made: bool, now_ms: u64) {
        let Some(trade) = self.orders.get_mut(id) else { return };
        let pending = |given: &&mut Given| given.id == refund_id && given.progress == Progress::Pending;
        let Some(given) = trade.refunds.iter_mut().find(pending) else { return };
        given.progress = if made { Progress::Done } else { Progress::Failed };
        trade.count_refunds(now_ms);
    }

    pub fn pay(&mut self, id: &str, now_ms: u64) {
        let Some(trade) = self.orders.get_mut(id) else { return };
        trade.was_paid = true;
        trade.become_status(Status::Paid, now_ms);
    }

    pub fn set_unpaid(&mut self, id: &str, status: Status, now_ms: u64) {
        if let Some(trade) = self.orders.get_mut(id).filter(|trade| trade.is_payable()) {
            trade.become_status(status, now_ms);
        }
    }

    pub fn back_office(&mut self, id: &str, part: i64, now_ms: u64) {
        let Some(trade) = self.orders.get_mut(id).filter(|trade| trade.status.is_paid()) else { return };
        let amount_fen = Fen::new((trade.left_fen().get() / part.max(1)).max(1));
        if amount_fen <= trade.left_fen() {
            trade.back_office = true;
            let id = format!("office{}", trade.refunds.len());
            trade.refunds.push(Given { id, amount_fen, progress: Progress::Done });
            trade.count_refunds(now_ms);
        }
    }
}

pub fn rejected(call: Call, code: &str) -> Answer {
    Answer::failure(call, CallFailure::Rejected { code: code.to_owned(), message: String::new() })
}

fn trade_no(id: &str) -> String {
    format!("t{}", &id[id.len().saturating_sub(8)..])
}

fn total_of(body: &[u8]) -> Option<Fen> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Fen::parse(body["total_amount"].as_str()?).ok()
}
