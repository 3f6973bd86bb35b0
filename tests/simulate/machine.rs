//! The machine by itself, driven at random with everything that can happen to a sale: which edges it takes.

use std::collections::BTreeSet;

use yima_core::sale::{
    Answer, Call, CallFailure, CheckReply, Event, Now, OrderReply, PayReply, RefundReply, Sale, ScanReply,
    Sending, Status, Timing,
};
use yima_core::{Fen, OrderId};

use crate::chance::Chance;
use crate::report::{Edge, NEVER_TAKEN, all_edges};

const WALKS: u64 = 40_000;
const STEPS: u64 = 24;
const TOTAL: Fen = Fen::new(1_100);
const CODES: [&str; 8] = ["1003", "1004", "1005", "1007", "2000", "4001", "5001", "5002"];
const STATUSES: [Status; 10] = [
    Status::Paying,
    Status::Paid,
    Status::Refunded,
    Status::PartlyRefunded,
    Status::Closed,
    Status::Cancelled,
    Status::Failed,
    Status::RefundFailed,
    Status::Refunding,
    Status::Unknown,
];

/// What the simulation never sees the till do, the machine does not do; and of the rest nothing is out of reach.
#[test]
fn i11_the_machine_takes_every_edge_but_those_that_are_never_taken() {
    let mut chance = Chance::of(11);
    let mut taken: BTreeSet<Edge> = BTreeSet::new();
    for _ in 0..WALKS {
        walk(&mut chance, &mut taken);
    }
    // Alone it can be found ready; the till keeps it as submitted in the same write.
    let [ready_to_void, rest @ ..] = NEVER_TAKEN;
    assert!(taken.contains(&(ready_to_void.0.code(), ready_to_void.1.code())));
    let never: BTreeSet<Edge> = rest.iter().map(|(from, to, _)| (from.code(), to.code())).collect();
    let all: BTreeSet<Edge> = all_edges().collect();
    assert_eq!(all.difference(&taken).collect::<Vec<_>>(), never.iter().collect::<Vec<_>>());
}

fn walk(chance: &mut Chance, taken: &mut BTreeSet<Edge>) {
    let id = OrderId::parse("01a201692e007e63b0ac7aa752888806").unwrap();
    let timing = Timing { qr_timeout_ms: 60_000, ..Timing::default() };
    let mut sale = match chance.below(20) {
        0 => Sale::cash(id, "app".to_owned(), TOTAL, TOTAL).unwrap(),
        1..=6 => Sale::ready(id, "app".to_owned(), TOTAL, timing).by_code(),
        _ => Sale::ready(id, "app".to_owned(), TOTAL, timing),
    };
    let (mut now, mut sent) = (Now { mono_ms: 1_000, wall_ms: 1_795_320_000_000 }, None);
    for step in 0..STEPS {
        let ms = chance.pick(&[0, 500, 2_500, 31_000, 70_000]);
        now = Now { mono_ms: now.mono_ms + ms, wall_ms: now.wall_ms + i64::try_from(ms).unwrap() };
        let begins = step == 0 && !chance.one_in(10);
        let event = if begins { Event::Submit } else { event(chance, &sale, sent) };
        if event == Event::Resume {
            // As it is found after a restart.
            let kept = serde_json::to_string(&sale).unwrap();
            sale = serde_json::from_str::<Sale>(&kept).unwrap().with_timing(timing);
        }
        let from = sale.state();
        let Ok(effects) = sale.handle(event, now) else { continue };
        assert_eq!(effects.defect, None);
        sent = effects.send.or(sent);
        if sale.state() != from {
            taken.insert((from.code(), sale.state().code()));
        }
    }
}

fn event(chance: &mut Chance, sale: &Sale, sent: Option<Sending>) -> Event {
    if let Some(Sending { call, number }) = sent.filter(|_| chance.one_in(2)) {
        return Event::Answered { number, answer: answer(chance, sale, call) };
    }
    match chance.below(11) {
        0..=2 => Event::Tick,
        3 => Event::AskNow,
        4 => Event::CancelPayment,
        5 => Event::Reverse,
        6 => Event::WriteOff,
        7 => Event::RefundSettled,
        8 => Event::Refund {
            id: OrderId::parse("refund").unwrap(),
            amount_fen: chance.pick(&[Fen::new(100), TOTAL]),
        },
        9 => Event::DropRefund,
        _ if chance.one_in(2) => Event::Resume,
        _ => Event::Compare,
    }
}

fn answer(chance: &mut Chance, sale: &Sale, call: Call) -> Answer {
    if chance.one_in(3) {
        let failure = match chance.below(5) {
            0 => CallFailure::NotSent,
            1 => CallFailure::Unknown,
            2 => CallFailure::Busy,
            3 => CallFailure::OtherOrder,
            _ => CallFailure::Rejected { code: chance.pick(&CODES).to_owned(), message: String::new() },
        };
        return Answer::failure(call, failure);
    }
    let order_id = sale.order_id().to_string();
    let status = chance.pick(&STATUSES);
    let refund_id = sale.refund().map(|refund| refund.id.to_string());
    match call {
        Call::Scan => Answer::Scan(Ok(ScanReply {
            order_id,
            trade_no: "t".to_owned(),
            total_fen: chance.pick(&[TOTAL, TOTAL, TOTAL, Fen::new(1)]),
            payable_fen: TOTAL,
            pay_url: chance.pick(&[Some("https://p.cn/1"), None]).map(str::to_owned),
        })),
        Call::Pay => Answer::Pay(Ok(PayReply {
            order_id,
            trade_no: "t".to_owned(),
            status,
            total_fen: chance.pick(&[TOTAL, TOTAL, TOTAL, Fen::new(1)]),
            payable_fen: TOTAL,
        })),
        Call::Check => Answer::Check(Ok(CheckReply { order_id, status })),
        Call::Get => Answer::Get(Ok(OrderReply {
            app_id: "app".to_owned(),
            order_id,
            trade_no: "t".to_owned(),
            status,
            channel: None,
            pay_time: None,
            total_fen: chance.pick(&[TOTAL, TOTAL, TOTAL, Fen::new(1)]),
            payable_fen: TOTAL,
            real_fen: TOTAL,
            refunded_fen: if status.is_refund() { chance.pick(&[Fen::new(100), TOTAL]) } else { Fen::ZERO },
            refund_ids: refund_id.into_iter().filter(|_| chance.one_in(2)).collect(),
        })),
        Call::Close => Answer::Close(Ok(())),
        Call::Cancel => Answer::Cancel(Ok(())),
        Call::Refund => {
            Answer::Refund(Ok(RefundReply { order_id, refund_id: refund_id.unwrap_or_default() }))
        }
    }
}
