//! What a fault makes of an answer.

use yima_core::Fen;
use yima_core::sale::{Answer, Call, CallFailure, Status};

use crate::faults::Fault;
use crate::ledger::rejected;

/// The answer as it comes to the program, made of the true one.
pub fn distorted(fault: Option<Fault>, order: &str, call: Call, answer: Answer) -> Answer {
    match fault {
        Some(Fault::Reset) => Answer::failure(call, CallFailure::Unknown),
        Some(Fault::Code { code, .. } | Fault::NotAccepted(code)) => rejected(call, code),
        Some(Fault::OtherOrder) => Answer::failure(call, CallFailure::OtherOrder),
        Some(Fault::WrongOrder) => of_another(order, answer),
        Some(Fault::WrongAmount) => another_amount(answer),
        Some(Fault::PayableAboveTotal) => with_payable(answer, |total| total + 1),
        Some(Fault::PayableZero) => with_payable(answer, |_| 0),
        Some(Fault::NoLink) => without_link(answer),
        Some(Fault::Unsure) => unsure(answer),
        _ => answer,
    }
}

fn of_another(order: &str, answer: Answer) -> Answer {
    let other: String = order.chars().rev().collect();
    match answer {
        Answer::Scan(Ok(mut reply)) => {
            reply.order_id = other;
            Answer::Scan(Ok(reply))
        }
        Answer::Pay(Ok(mut reply)) => {
            reply.order_id = other;
            Answer::Pay(Ok(reply))
        }
        Answer::Check(Ok(mut reply)) => {
            reply.order_id = other;
            Answer::Check(Ok(reply))
        }
        Answer::Get(Ok(mut reply)) => {
            reply.order_id = other;
            Answer::Get(Ok(reply))
        }
        answer => answer,
    }
}

fn another_amount(answer: Answer) -> Answer {
    let more = |fen: Fen| fen.checked_add(Fen::new(1)).unwrap_or(fen);
    match answer {
        Answer::Scan(Ok(mut reply)) => {
            reply.total_fen = more(reply.total_fen);
            Answer::Scan(Ok(reply))
        }
        Answer::Pay(Ok(mut reply)) => {
            reply.total_fen = more(reply.total_fen);
            Answer::Pay(Ok(reply))
        }
        Answer::Get(Ok(mut reply)) => {
            reply.total_fen = more(reply.total_fen);
            Answer::Get(Ok(reply))
        }
        answer => answer,
    }
}

fn with_payable(answer: Answer, payable: impl Fn(i64) -> i64) -> Answer {
    match answer {
        Answer::Scan(Ok(mut reply)) => {
            reply.payable_fen = Fen::new(payable(reply.total_fen.get()));
            Answer::Scan(Ok(reply))
        }
        Answer::Pay(Ok(mut reply)) => {
            reply.payable_fen = Fen::new(payable(reply.total_fen.get()));
            Answer::Pay(Ok(reply))
        }
        answer => answer,
    }
}

fn without_link(answer: Answer) -> Answer {
    let Answer::Scan(Ok(mut reply)) = answer else { return answer };
    reply.pay_url = None;
    Answer::Scan(Ok(reply))
}

fn unsure(answer: Answer) -> Answer {
    match answer {
        Answer::Check(Ok(mut reply)) => {
            reply.status = Status::Unknown;
            Answer::Check(Ok(reply))
        }
        Answer::Get(Ok(mut reply)) => {
            reply.status = Status::Unknown;
            Answer::Get(Ok(reply))
        }
        answer => answer,
    }
}
