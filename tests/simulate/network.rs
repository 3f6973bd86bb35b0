//! What lies between the engine and the gateway's books: every call takes its time, and some go wrong.

use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::sync::Arc;

use tokio::sync::oneshot;
use yima_checkout::{Asked, CannotSign, Gateway, ListFailure, ListQuery, Listed};
use yima_core::sale::{Answer, Call, CallFailure, CheckReply, Refund, Status};
use yima_core::{Order, OrderId};
use yima_gateway::{Account, RequestError, StoreInfo, scan};

use crate::distort::distorted;
use crate::faults::Fault;
use crate::ledger::{Progress, Way, rejected};
use crate::listing::Lists;
use crate::plan::Place;
use crate::witness;
use crate::world::{Flaw, Shared, World};

/// After so long the client gives a call up.
const TOTAL_LIMIT_MS: u64 = 8_000;

#[derive(Default)]
pub struct Network {
    flying: BTreeMap<u64, Flying>,
    next: u64,
    bends: BTreeMap<u8, VecDeque<Fault>>,
    /// Until when nothing arrives, and whether connections are refused meanwhile.
    pub outage: Option<(u64, bool)>,
    pub faults_met: u64,
    pub lists: Lists,
}

/// Something that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A request comes to the gateway; `last`: no other copy of it follows.
    Arrives {
        call: u64,
        last: bool,
    },
    Answered {
        call: u64,
    },
    GivenUp {
        call: u64,
    },
    RefundEnds {
        order: String,
        refund: String,
        made: bool,
    },
    ReversalEnds {
        order: String,
    },
    /// A part of the list is answered.
    Listed {
        number: u64,
    },
}

struct Flying {
    call: Call,
    order: String,
    account: Arc<Account>,
    body: Arc<[u8]>,
    refund: Option<Refund>,
    fault: Option<Fault>,
    answer: Option<Answer>,
    /// `None` once it was answered, or its program died.
    asker: Option<oneshot::Sender<Answer>>,
    copies: u32,
}

impl Network {
    pub fn bend(&mut self, call: Call, fault: Fault) {
        self.bends.entry(call as u8).or_default().push_back(fault);
    }

    pub fn is_well_again(&mut self) {
        self.bends.clear();
        self.lists.faults.clear();
        self.outage = None;
    }

    /// Whether such a request may still come to the gateway.
    pub fn is_on_its_way(&self, order: &str, call: Call) -> bool {
        self.flying.values().any(|flying| flying.copies > 0 && flying.call == call && flying.order == order)
    }

    pub fn is_quiet(&self) -> bool {
        self.flying.values().all(|flying| flying.copies == 0)
    }

    /// The program is gone; what it sent is not.
    pub fn forget_askers(&mut self) {
        for flying in self.flying.values_mut() {
            flying.asker = None;
        }
        self.lists.asked.clear();
    }
}

impl World {
    /// The program asks. The answer comes through what is given back, if it comes; `None`: the task is to die.
    fn asked(&mut self, asked: &Asked) -> Option<oneshot::Receiver<Answer>> {
        let (asker, answer) = oneshot::channel();
        if self.passes(Place::BeforeSend) {
            self.witness.never_answered.push(asker);
            return Some(answer);
        }
        let number = self.network.next;
        self.network.next += 1;
        witness::sent(self, asked, number);
        let fault = self.fault_of(asked.call);
        self.note(format_args!("sent {number} {:?} {} {fault:?}", asked.call, asked.order_id.tail()));
        let flying = Flying {
            call: asked.call,
            order: asked.order_id.to_string(),
            account: Arc::clone(&asked.account),
            body: Arc::clone(&asked.body),
            refund: asked.refund.clone(),
            fault,
            answer: None,
            asker: Some(asker),
            copies: 0,
        };
        self.network.flying.insert(number, flying);
        self.dispatch(number, fault);
        let _ = self.passes(Place::AfterSend);
        if matches!(fault, Some(Fault::Dies { .. })) {
            let died = Answer::failure(asked.call, CallFailure::Unknown);
            witness::heard(self, &asked.order_id, &asked.account, number, &died);
            return None;
        }
        Some(answer)
    }

    fn fault_of(&mut self, call: Call) -> Option<Fault> {
        if let Some((until_ms, refused)) = self.network.outage
            && self.now_ms < until_ms
        {
            self.network.faults_met += 1;
            return Some(if refused { Fault::Refused } else { Fault::Lost });
        }
        let fault = self.network.bends.get_mut(&(call as u8)).and_then(VecDeque::pop_front);
        self.network.faults_met += u64::from(fault.is_some());
        fault
    }

    /// Sends the copies of a request on their way, and sees to it that somebody says when nothing came of them.
    fn dispatch(&mut self, call: u64, fault: Option<Fault>) {
        let way_ms = 10 + self.chance.below(200);
        let copies: &[u64] = match fault {
            Some(
                Fault::Refused | Fault::Lost | Fault::Portal | Fault::TooMany | Fault::Dies { sent: false },
            ) => &[],
            Some(Fault::Late(late_ms)) => &[late_ms],
            Some(Fault::Twice(later_ms)) => &[way_ms, way_ms + later_ms],
            _ => &[way_ms],
        };
        if let Some(flying) = self.network.flying.get_mut(&call) {
            flying.copies = u32::try_from(copies.len()).unwrap_or(u32::MAX);
            let failed = match fault {
                Some(Fault::Refused) => Some(CallFailure::NotSent),
                Some(Fault::Portal) => Some(CallFailure::Unknown),
                Some(Fault::TooMany) => Some(CallFailure::Busy),
                _ => None,
            };
            flying.answer = failed.map(|failure| Answer::failure(flying.call, failure));
        }
        if copies.is_empty() && !matches!(fault, Some(Fault::Lost | Fault::Dies { .. })) {
            self.later(way_ms, Happening::Answered { call });
        }
        for (at, after_ms) in copies.iter().enumerate() {
            self.later(*after_ms, Happening::Arrives { call, last: at + 1 == copies.len() });
        }
        self.later(TOTAL_LIMIT_MS, Happening::GivenUp { call });
    }

    pub fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives { call, last } => self.arrives(call, last),
            Happening::Answered { call } => self.answered(call),
            Happening::GivenUp { call } => {
                let Some(flying) = self.network.flying.get_mut(&call) else { return };
                flying.answer = Some(Answer::failure(flying.call, CallFailure::Unknown));
                self.answered(call);
            }
            Happening::Listed { number } => self.answer_list(number),
            Happening::RefundEnds { order, refund, made } => {
                self.note(format_args!("refund ends {made}"));
                let now_ms = self.now_ms;
                self.ledger.end_refund(&order, &refund, made, now_ms);
            }
            Happening::ReversalEnds { order } => {
                self.note(format_args!("reversal ends"));
                let now_ms = self.now_ms;
                self.ledger.give_all_back(&order, now_ms);
            }
        }
    }

    /// Carries a request out, and sends the answer on its way if it is to come.
    fn arrives(&mut self, call: u64, last: bool) {
        let Some(mut flying) = self.network.flying.remove(&call) else { return };
        flying.copies = flying.copies.saturating_sub(1);
        let answer = self.carry_out(&flying);
        self.note(format_args!("arrived {call} {answer:?}"));
        if last && flying.answer.is_none() {
            let way_ms = 10 + self.chance.below(200);
            match flying.fault {
                Some(Fault::AnswerLost | Fault::Late(_)) => {}
                Some(Fault::Slow(slow_ms)) => self.later(slow_ms, Happening::Answered { call }),
                _ => self.later(way_ms, Happening::Answered { call }),
            }
            flying.answer = Some(distorted(flying.fault, &flying.order, flying.call, answer));
        }
        let is_over = flying.copies == 0 && flying.asker.is_none();
        if !is_over {
            self.network.flying.insert(call, flying);
        }
    }

    fn carry_out(&mut self, flying: &Flying) -> Answer {
        let (now_ms, order) = (self.now_ms, flying.order.as_str());
        let seen_ms = match flying.fault {
            Some(Fault::Stale(ago_ms)) => now_ms.saturating_sub(ago_ms),
            _ => now_ms,
        };
        let is_left_alone = matches!(
            flying.fault,
            Some(Fault::NotAccepted(_) | Fault::NotCarried | Fault::Code { carried: false, .. })
        );
        let is_known = self.ledger.orders.get(order).is_none_or(|trade| *trade.account == *flying.account);
        match flying.call {
            call if !is_known => rejected(call, "4001"),
            Call::Check => self.ledger.check(order, seen_ms),
            Call::Get => self.ledger.get(order, seen_ms),
            // What was not done is answered as if it had been.
            Call::Close if is_left_alone => Answer::Close(Ok(())),
            Call::Cancel if is_left_alone => Answer::Cancel(Ok(())),
            call if is_left_alone => Answer::failure(call, CallFailure::Unknown),
            Call::Scan | Call::Pay => {
                witness::order_arrives(self, order, &flying.body);
                let discounts = match self.chance.below(4) {
                    0 => (1 + i64::try_from(self.chance.below(90)).unwrap_or(0), 0),
                    1 => (1 + i64::try_from(self.chance.below(50)).unwrap_or(0), 1),
                    _ => (0, 0),
                };
                if flying.call == Call::Scan {
                    return self.ledger.scan(order, &flying.account, &flying.body, discounts, now_ms);
                }
                let status = self.chance.pick(&[Status::Paid, Status::Paid, Status::Paying, Status::Failed]);
                self.ledger.take_code(order, &flying.account, &flying.body, discounts, status, now_ms)
            }
            Call::Close => self.ledger.close(order, now_ms),
            Call::Cancel => {
                let later_ms = match flying.fault {
                    Some(Fault::SlowReversal(ms)) => Some(ms),
                    _ => None,
                };
                let answer = self.ledger.cancel(order, later_ms.is_some(), now_ms);
                let is_reversing = self.ledger.orders.get(order).is_some_and(|trade| trade.reversing);
                if let Some(ms) = later_ms.filter(|_| is_reversing) {
                    self.later(ms, Happening::ReversalEnds { order: order.to_owned() });
                }
                answer
            }
            Call::Refund => self.carry_out_refund(flying),
        }
    }

    fn carry_out_refund(&mut self, flying: &Flying) -> Answer {
        let Some(refund) = &flying.refund else {
            return Answer::failure(Call::Refund, CallFailure::Unknown);
        };
        let way = match flying.fault {
            Some(Fault::Pending { .. }) => Way::Later,
            Some(Fault::ShortBalance) => Way::ShortBalance,
            _ => Way::AtOnce,
        };
        let answer = self.ledger.refund(&flying.order, refund, way, self.now_ms);
        if let Some(Fault::Pending { ms, made }) = flying.fault {
            let (order, refund) = (flying.order.clone(), refund.id.to_string());
            self.later(ms, Happening::RefundEnds { order, refund, made });
        }
        answer
    }

    /// The answer comes to the program, unless that dies just then.
    fn answered(&mut self, call: u64) {
        let Some(flying) = self.network.flying.get_mut(&call) else { return };
        let (asker, answer, order) = (flying.asker.take(), flying.answer.take(), flying.order.clone());
        let account = Arc::clone(&flying.account);
        if flying.copies == 0 {
            self.network.flying.remove(&call);
        }
        let (Some(asker), Some(answer)) = (asker, answer) else { return };
        if self.passes(Place::OnAnswer) {
            return;
        }
        self.note(format_args!("answer {call} {answer:?}"));
        let Ok(order_id) = OrderId::parse(&order) else { return };
        witness::heard(self, &order_id, &account, call, &answer);
        let answer = self.flawed(&order, answer);
        // Nobody may wait for it any more.
        let _ = asker.send(answer);
    }

    /// The question as a program asks it that has that flaw.
    fn flawed_question(&self, asked: Asked) -> Asked {
        let present = crate::till::terms(self.terms).account.ok().map(Arc::new);
        match present.filter(|_| self.flaw == Some(Flaw::AsksElsewhere)) {
            Some(account) => Asked { account, ..asked },
            None => asked,
        }
    }

    /// The answer as a program understands it that has that flaw.
    fn flawed(&self, order: &str, answer: Answer) -> Answer {
        match (self.flaw, answer) {
            (Some(Flaw::SilenceIsClosed), Answer::Check(Err(CallFailure::Unknown))) => {
                Answer::Check(Ok(CheckReply { order_id: order.to_owned(), status: Status::Closed }))
            }
            (Some(Flaw::TakenIsGiven), Answer::Get(Ok(mut reply))) => {
                let taken = self.ledger.orders.get(order).into_iter().flat_map(|trade| &trade.refunds);
                let taken = taken.filter(|given| given.progress == Progress::Pending);
                reply.refund_ids.extend(taken.map(|given| given.id.clone()));
                Answer::Get(Ok(reply))
            }
            (_, answer) => answer,
        }
    }
}

impl Gateway for Shared {
    fn body(
        &self,
        order: &Order,
        account: &Account,
        store_info: &StoreInfo,
    ) -> Result<Vec<u8>, RequestError> {
        scan::Request { order, store_info }.body(account)
    }

    fn can_sign(&self, _account: &Account) -> Result<(), CannotSign> {
        Ok(())
    }

    async fn ask(&self, asked: Asked) -> Answer {
        let asked = self.lock().flawed_question(asked);
        let answer = self.lock().asked(&asked);
        match answer {
            Some(answer) => match answer.await {
                Ok(answer) => answer,
                // Its program is dead.
                Err(_) => pending().await,
            },
            None => die(),
        }
    }

    async fn list(&self, account: Arc<Account>, query: ListQuery) -> Result<Listed, ListFailure> {
        let answer = self.lock().asked_for_list(account, query);
        match answer {
            Some(answer) => match answer.await {
                Ok(answer) => answer,
                Err(_) => pending().await,
            },
            None => die(),
        }
    }
}

/// The task ends as a panic ends it, without a word on the screen.
fn die() -> ! {
    std::panic::resume_unwind(Box::new("a call dies"))
}
