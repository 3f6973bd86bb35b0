use proptest::prelude::*;

use super::*;

const TOTAL: Fen = Fen::new(4_643);

/// A sale, a clock, and the call that waits for its answer.
struct Desk {
    sale: Sale,
    now: Now,
    waiting: Option<Sending>,
    records: Vec<&'static str>,
    defects: usize,
}

impl Desk {
    fn ready() -> Self {
        let id = OrderId::parse("o1").unwrap();
        let now = Now { mono_ms: 1_000, wall_ms: 1_000_000 };
        let sale = Sale::ready(id, "app".into(), TOTAL, Timing::default());
        Self { sale, now, waiting: None, records: Vec::new(), defects: 0 }
    }

    fn submitted() -> Self {
        let mut desk = Self::ready();
        desk.act(Event::Submit);
        desk
    }

    fn awaiting() -> Self {
        let mut desk = Self::submitted();
        desk.answer(accepted());
        assert_eq!(desk.sale.state(), State::Awaiting);
        desk
    }

    /// The cashier reversed an order of unknown outcome, and the gateway took the reversal.
    fn reversed() -> Self {
        let mut desk = Self::awaiting();
        desk.act(Event::CancelPayment);
        desk.act(Event::Reverse);
        desk.check(Status::Unknown);
        assert_eq!(desk.next_call(), Call::Cancel);
        desk.answer(Answer::Cancel(Ok(())));
        desk
    }

    /// Paid with [`order`]'s ¥41.43.
    fn paid() -> Self {
        let mut desk = Self::awaiting();
        desk.check(Status::Paid);
        desk.answer(Answer::Get(Ok(order(Status::Paid))));
        assert_eq!(desk.sale.state(), State::Paid);
        desk
    }

    fn closed() -> Self {
        let mut desk = Self::awaiting();
        desk.act(Event::CancelPayment);
        desk.answer(Answer::Close(Ok(())));
        desk.check(Status::Closed);
        desk.is(State::Closed, Some(Reason::ByCashier));
        desk
    }

    fn refund(&mut self, id: &str, fen: i64) {
        self.act(Event::Refund { id: OrderId::parse(id).unwrap(), amount_fen: Fen::new(fen) });
    }

    fn act(&mut self, event: Event) {
        let effects = self.sale.handle(event, self.now).unwrap();
        self.records.extend(effects.record);
        self.defects += usize::from(effects.defect.is_some());
        self.waiting =
            effects.send.or(self.waiting.filter(|waiting| self.sale.run.in_flight == Some(*waiting)));
    }

    fn answer(&mut self, answer: Answer) {
        let number = self.waiting.take().expect("a call waits").number;
        self.act(Event::Answered { number, answer });
    }

    fn pass(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += i64::try_from(ms).unwrap();
        self.act(Event::Tick);
    }

    /// Lets time pass until something is asked.
    fn next_call(&mut self) -> Call {
        if self.waiting.is_none() {
            let wait_ms = self.sale.wake_ms().unwrap().saturating_sub(self.now.mono_ms);
            self.pass(wait_ms);
        }
        self.waiting.expect("something is asked").call
    }

    fn check(&mut self, status: Status) {
        assert_eq!(self.next_call(), Call::Check);
        self.answer(checked(status));
    }

    fn restart(&mut self) {
        self.sale = self.sale.clone().with_timing(Timing::default());
        self.waiting = None;
        self.now.mono_ms = 7;
        self.act(Event::Resume);
    }

    fn is(&self, state: State, reason: Option<Reason>) {
        assert_eq!((self.sale.state(), self.sale.reason()), (state, reason.as_ref()));
    }
}

fn scan_reply() -> ScanReply {
    ScanReply {
        order_id: "o1".into(),
        trade_no: "t1".into(),
        total_fen: TOTAL,
        payable_fen: Fen::new(4_343),
        pay_url: Some("https://pay.example/1".into()),
    }
}

fn pay_reply(status: Status) -> PayReply {
    PayReply {
        order_id: "o1".into(),
        trade_no: "t1".into(),
        status,
        total_fen: TOTAL,
        payable_fen: Fen::new(4_343),
    }
}

fn accepted() -> Answer {
    Answer::Scan(Ok(scan_reply()))
}

fn checked(status: Status) -> Answer {
    Answer::Check(Ok(CheckReply { order_id: "o1".into(), status }))
}

fn order(status: Status) -> OrderReply {
    OrderReply {
        app_id: "app".into(),
        order_id: "o1".into(),
        trade_no: "t1".into(),
        status,
        channel: Some(Channel::Wechat),
        pay_time: Some("2026-11-22 14:01:37".into()),
        total_fen: TOTAL,
        payable_fen: Fen::new(4_343),
        real_fen: Fen::new(4_143),
        refunded_fen: Fen::ZERO,
        refund_ids: Vec::new(),
    }
}

fn refund_taken(id: &str) -> Answer {
    Answer::Refund(Ok(RefundReply { order_id: "o1".into(), refund_id: id.into() }))
}

fn rejected(code: &str) -> CallFailure {
    CallFailure::Rejected { code: code.into(), message: "no".into() }
}

fn rejection_reason(code: &str) -> Reason {
    Reason::Rejected { gateway_code: code.into(), message: "no".into() }
}

mod any_order_of_events;
mod cash;
mod code;
mod edges;
mod ending;
mod paying;
mod rebuilding;
mod refund_doubts;
mod refunding;
mod resuming;
mod watching;
