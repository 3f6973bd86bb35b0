//! A gateway whose every answer the test decides.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use yima_checkout::{
    Asked, CannotSign, Gateway, ListFailure, ListQuery, Listed, ListedOrder, UnreadableOrder,
};
use yima_core::sale::{
    Answer, Call, CallFailure, Channel, CheckReply, OrderReply, PayReply, RefundReply, ScanReply, Status,
};
use yima_core::{Fen, Order, OrderId};
use yima_gateway::{Account, RequestError, StoreInfo, scan};

use crate::wire::Wire;

/// What goes wrong with one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It never arrives.
    Before(CallFailure),
    /// It is carried out, and its answer is lost.
    After(CallFailure),
    /// It is answered like this instead.
    Instead(Answer),
    /// It arrives twice, and the second one is answered.
    Twice,
    /// It never arrives, and this is heard instead.
    Wire(Wire),
    /// It is carried out, and this is heard instead of the answer.
    Garbled(Wire),
    /// It is never answered.
    Silence,
    /// The task that asks dies.
    Panic,
}

#[derive(Clone, Debug)]
pub struct Trade {
    pub status: Status,
    pub total_fen: Fen,
    pub payable_fen: Fen,
    /// What the customer pays less, with vouchers.
    pub vouchers_fen: Fen,
    pub body: Vec<u8>,
    /// Refunds made by id, oldest first.
    pub refunds: Vec<(String, Fen)>,
    /// Refunds that were taken and are not made yet.
    pub pending: Vec<(String, Fen)>,
}

impl Trade {
    /// Not yet paid.
    pub fn new(body: Vec<u8>, discount_fen: i64) -> Self {
        let total_fen = total_of(&body);
        Self {
            status: Status::Paying,
            total_fen,
            payable_fen: total_fen.checked_sub(Fen::new(discount_fen)).unwrap(),
            vouchers_fen: Fen::ZERO,
            body,
            refunds: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// Somebody else's at the same gateway.
    pub fn is_of_another_till(&self) -> bool {
        json(&self.body)["store_info"]["terminal_id"] == "next"
    }

    /// What came in, or would.
    pub fn real_fen(&self) -> Fen {
        self.payable_fen.checked_sub(self.vouchers_fen).unwrap()
    }

    /// Set by hand, a fully refunded order was refunded by the back office.
    pub fn refunded_fen(&self) -> Fen {
        let by_id = self.refunds.iter().map(|(_, fen)| *fen).sum();
        if self.status == Status::Refunded { self.real_fen() } else { by_id }
    }

    /// What is on its way back arrives.
    pub fn make_refunds(&mut self) {
        self.refunds.append(&mut self.pending);
        self.count_refunds();
    }

    fn count_refunds(&mut self) {
        let made: Fen = self.refunds.iter().map(|(_, fen)| *fen).sum();
        self.status = match (self.refunds.is_empty(), made == self.real_fen()) {
            (true, _) => Status::Refunding,
            (false, false) => Status::PartlyRefunded,
            (false, true) => Status::Refunded,
        };
    }
}

/// What becomes of a customer's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeOutcome {
    #[default]
    Pays,
    /// A password is asked for on the phone.
    Waits,
    Declines,
}

#[derive(Default)]
pub struct Ledger {
    pub orders: BTreeMap<String, Trade>,
    /// Every call, in order.
    pub calls: Vec<Call>,
    faults: Vec<(Call, VecDeque<Fault>)>,
    /// Orders that arrived before they were durable, or with another body.
    pub broken: Vec<String>,
    pub can_sign: bool,
    pub discount_fen: i64,
    pub vouchers_fen: i64,
    pub code: CodeOutcome,
    /// Refunds are taken, and made later.
    pub refunds_wait: bool,
    /// Every part of the list that was asked for, in order.
    pub lists: Vec<ListQuery>,
    /// How the next parts of the list come instead, one each, and then all of them.
    pub list_faults: VecDeque<Result<Listed, ListFailure>>,
    pub no_list: Option<Result<Listed, ListFailure>>,
    /// The account whose secret cannot be had any more.
    pub no_list_of: Option<String>,
    /// Entries of every part of the list that cannot be read.
    pub unreadable: Vec<UnreadableOrder>,
    /// It lists what it has, and always says that there is more.
    pub miscounts: bool,
    /// What the gateway says that the time is; by itself a time long ago, which tells nothing.
    pub time_ms: i64,
}

impl Ledger {
    /// Lets the next calls of this kind go wrong, one fault each.
    pub fn fail(&mut self, call: Call, faults: impl IntoIterator<Item = Fault>) {
        self.faults.push((call, faults.into_iter().collect()));
    }

    pub fn forget_faults(&mut self) {
        self.faults.clear();
        self.no_list = None;
    }

    fn list(&self, account: &Account, query: &ListQuery) -> Listed {
        let is_its = |trade: &Trade| json(&trade.body)["app_id"] == *account.app_id;
        let orders = self.orders.iter().filter(|(_, trade)| is_its(trade));
        let orders = orders.map(|(id, trade)| listed(id, trade));
        let span_ms = query.start_s * 1_000..=query.end_s * 1_000 + 999;
        let fits = |order: &ListedOrder| {
            span_ms.contains(&order.created_ms.unwrap())
                && (!query.refunded_only || order.refunded_fen.is_positive())
        };
        let gateway_ms = query.is_last.then_some(self.time_ms);
        Listed {
            orders: orders.filter(fits).collect(),
            unreadable: self.unreadable.clone(),
            gateway_ms,
            may_lack: self.miscounts,
        }
    }
}

#[derive(Clone)]
pub struct Double {
    ledger: Arc<Mutex<Ledger>>,
    /// Calls on their way here: a loaded machine lets them take their time.
    under_way: Arc<AtomicUsize>,
    store: yima_store::Store,
}

impl Double {
    pub fn new(store: yima_store::Store) -> Self {
        let ledger = Ledger { can_sign: true, ..Ledger::default() };
        Self { ledger: Arc::new(Mutex::new(ledger)), under_way: Arc::default(), store }
    }

    /// The same ledger, asked by a program that has opened the store anew.
    pub fn with_store(&self, store: yima_store::Store) -> Self {
        Self { ledger: Arc::clone(&self.ledger), under_way: Arc::default(), store }
    }

    pub fn is_being_asked(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) > 0
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    pub fn fail(&self, call: Call, faults: impl IntoIterator<Item = Fault>) {
        self.ledger().fail(call, faults);
    }

    /// Of every order that is still open.
    pub fn set_status(&self, status: Status) {
        for trade in self.ledger().orders.values_mut() {
            if !matches!(trade.status, Status::Closed | Status::Cancelled) {
                trade.status = status;
            }
        }
    }

    pub fn count(&self, call: Call) -> usize {
        self.ledger().calls.iter().filter(|made| **made == call).count()
    }

    fn next_fault(&self, call: Call) -> Option<Fault> {
        let mut ledger = self.ledger();
        ledger.calls.push(call);
        let (_, faults) = ledger.faults.iter_mut().find(|(of, faults)| *of == call && !faults.is_empty())?;
        faults.pop_front()
    }

    /// I1 and I2: what arrives is what was made durable before.
    async fn witness(&self, asked: &Asked) {
        let stored = self.store.sale(&asked.order_id).await.unwrap();
        let is_durable = stored.is_some_and(|sale| sale.body == *asked.body && sale.state != "ready");
        if !is_durable {
            self.ledger().broken.push(format!("I1: {}", asked.order_id));
        }
    }

    fn carry_out(&self, asked: &Asked) -> Answer {
        let mut ledger = self.ledger();
        let id = asked.order_id.to_string();
        let rejected = |code: &str| {
            Answer::failure(asked.call, CallFailure::Rejected { code: code.into(), message: "no".into() })
        };
        if matches!(asked.call, Call::Scan | Call::Pay) {
            if let Some(known) = ledger.orders.get(&id) {
                if known.body != *asked.body {
                    ledger.broken.push(format!("I2: {id}"));
                }
                return rejected("1007");
            }
            let mut trade = Trade::new(asked.body.to_vec(), ledger.discount_fen);
            trade.vouchers_fen = Fen::new(ledger.vouchers_fen);
            let Trade { total_fen, payable_fen, .. } = trade;
            if asked.call == Call::Pay {
                return took_code(&mut ledger, id, trade);
            }
            ledger.orders.insert(id.clone(), trade);
            return Answer::Scan(Ok(ScanReply {
                pay_url: Some(format!("https://pay.example/{id}")),
                trade_no: format!("t-{id}"),
                order_id: id,
                total_fen,
                payable_fen,
            }));
        }
        let refunds_wait = ledger.refunds_wait;
        let Some(trade) = ledger.orders.get_mut(&id) else { return rejected("4001") };
        match asked.call {
            Call::Scan | Call::Pay => unreachable!("answered above"),
            Call::Refund => {
                let refund = asked.refund.as_ref().unwrap();
                let id = refund.id.to_string();
                let is_new = !trade.refunds.iter().chain(&trade.pending).any(|(known, _)| *known == id);
                let left = trade.real_fen().checked_sub(trade.refunded_fen()).unwrap();
                if is_new && refund.amount_fen > left {
                    return rejected("2001");
                }
                if is_new {
                    let list = if refunds_wait { &mut trade.pending } else { &mut trade.refunds };
                    list.push((id.clone(), refund.amount_fen));
                    trade.count_refunds();
                }
                Answer::Refund(Ok(RefundReply { order_id: asked.order_id.to_string(), refund_id: id }))
            }
            Call::Check => Answer::Check(Ok(CheckReply { order_id: id, status: trade.status })),
            Call::Get => Answer::Get(Ok(order_reply(&asked.account, id, trade))),
            Call::Close if trade.status.is_paid() => rejected("1006"),
            Call::Close => {
                trade.status = Status::Closed;
                Answer::Close(Ok(()))
            }
            Call::Cancel => {
                trade.status = if trade.status.is_paid() { Status::Refunded } else { Status::Cancelled };
                Answer::Cancel(Ok(()))
            }
        }
    }
}

/// The order is made in each case, as at the real one.
fn took_code(ledger: &mut Ledger, id: String, mut trade: Trade) -> Answer {
    let rejected = |code: &str| {
        Answer::failure(Call::Pay, CallFailure::Rejected { code: code.into(), message: "no".into() })
    };
    let (status, answer) = match ledger.code {
        CodeOutcome::Pays => (Status::Paid, None),
        CodeOutcome::Waits => (Status::Paying, Some(rejected("1002"))),
        CodeOutcome::Declines => (Status::Failed, Some(rejected("1001"))),
    };
    trade.status = status;
    let Trade { total_fen, payable_fen, .. } = trade;
    ledger.orders.insert(id.clone(), trade);
    let trade_no = format!("t-{id}");
    answer.unwrap_or(Answer::Pay(Ok(PayReply { order_id: id, trade_no, status, total_fen, payable_fen })))
}

impl Gateway for Double {
    fn body(
        &self,
        order: &Order,
        account: &Account,
        store_info: &StoreInfo,
    ) -> Result<Vec<u8>, RequestError> {
        scan::Request { order, store_info }.body(account)
    }

    fn can_sign(&self, _account: &Account) -> Result<(), CannotSign> {
        if self.ledger().can_sign { Ok(()) } else { Err(CannotSign) }
    }

    async fn ask(&self, asked: Asked) -> Answer {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        self.witness(&asked).await;
        let fault = self.next_fault(asked.call);
        if let Some(Fault::Garbled(_) | Fault::Twice) = &fault {
            self.carry_out(&asked);
        }
        let heard = match &fault {
            Some(Fault::Wire(wire) | Fault::Garbled(wire)) => Some(wire.ask(asked.clone()).await),
            _ => None,
        };
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        if let Some(answer) = heard {
            return answer;
        }
        match fault {
            None | Some(Fault::Twice | Fault::Wire(_) | Fault::Garbled(_)) => self.carry_out(&asked),
            Some(Fault::Before(failure)) => Answer::failure(asked.call, failure),
            Some(Fault::After(failure)) => {
                self.carry_out(&asked);
                Answer::failure(asked.call, failure)
            }
            Some(Fault::Instead(answer)) => answer,
            Some(Fault::Silence) => std::future::pending().await,
            Some(Fault::Panic) => panic!("this call dies, as the test asked"),
        }
    }

    async fn list(&self, account: Arc<Account>, query: ListQuery) -> Result<Listed, ListFailure> {
        let mut ledger = self.ledger();
        ledger.lists.push(query);
        if ledger.no_list_of.as_ref() == Some(&account.app_id) {
            return Err(ListFailure::CannotSign);
        }
        let fault = ledger.list_faults.pop_front().or_else(|| ledger.no_list.clone());
        fault.unwrap_or_else(|| Ok(ledger.list(&account, &query)))
    }
}

/// As the gateway lists it. The time an order was made at is in its id.
fn listed(id: &str, trade: &Trade) -> ListedOrder {
    let body = json(&trade.body);
    let terminal_id = body["store_info"]["terminal_id"].as_str().map(str::to_owned);
    ListedOrder {
        id: OrderId::parse(id).unwrap(),
        status: trade.status,
        total_fen: trade.total_fen,
        refunded_fen: trade.refunded_fen(),
        created_ms: i64::from_str_radix(&id[..12], 16).ok(),
        store_info: StoreInfo { terminal_id, ..StoreInfo::default() },
        lines: Vec::new(),
    }
}

pub fn order_reply(account: &Account, order_id: String, trade: &Trade) -> OrderReply {
    OrderReply {
        app_id: account.app_id.clone(),
        trade_no: format!("t-{order_id}"),
        order_id,
        status: trade.status,
        channel: Some(Channel::Alipay),
        pay_time: Some("2026-11-22 14:01:37".into()),
        total_fen: trade.total_fen,
        payable_fen: trade.payable_fen,
        real_fen: if trade.status.is_paid() { trade.real_fen() } else { Fen::ZERO },
        refunded_fen: trade.refunded_fen(),
        refund_ids: trade.refunds.iter().map(|(id, _)| id.clone()).collect(),
    }
}

fn json(body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(body).unwrap()
}

fn total_of(body: &[u8]) -> Fen {
    let body = json(body);
    Fen::parse(body["total_amount"].as_str().unwrap()).unwrap()
}
