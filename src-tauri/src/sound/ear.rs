//! What of all that the cashier sees is worth a sound.

use yima_checkout::view::{Notice, PaymentView};
use yima_core::OrderId;
use yima_core::sale::{Reason, State, Way};

use super::Sound;

/// Compares each view with the one before.
#[derive(Debug, Default)]
pub struct Ear {
    /// `None` until there was a view: what stood there at the start is no news.
    before: Option<Seen>,
}

#[derive(Debug)]
struct Seen {
    notice: Option<u32>,
    payment: Option<Payment>,
}

/// What is heard of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    order_id: OrderId,
    state: State,
    declined: bool,
    by_cashier: bool,
    is_cash: bool,
}

impl Ear {
    /// What to play now that this is shown; money before all else.
    pub fn hear(&mut self, notice: Option<&(u32, Notice)>, payment: Option<Payment>) -> Option<Sound> {
        let now = Seen { notice: notice.map(|(id, _)| *id), payment: payment.clone() };
        let before = self.before.replace(now)?;
        let news = notice.filter(|(id, _)| before.notice != Some(*id));
        let of_payment = match (&before.payment, &payment) {
            (Some(before), Some(now)) if before.order_id == now.order_id => of_payment(before, now),
            // It is paid as it begins.
            (_, Some(now)) if now.is_cash && now.state == State::Paid => Some(Sound::Paid),
            _ => None,
        };
        of_payment.or_else(|| news.map(|(_, notice)| of_notice(notice)))
    }
}

impl From<&PaymentView> for Payment {
    fn from(view: &PaymentView) -> Self {
        Self {
            order_id: view.order_id.clone(),
            state: view.state,
            declined: view.declined,
            by_cashier: view.reason == Some(Reason::ByCashier),
            is_cash: view.way == Way::Cash,
        }
    }
}

/// The outcome of one order, and that its customer has tried in vain.
fn of_payment(before: &Payment, now: &Payment) -> Option<Sound> {
    if before.state == now.state {
        return (now.declined && !before.declined).then_some(Sound::Look);
    }
    match now.state {
        State::Paid => (!matches!(before.state, State::Refunding | State::Refunded)).then_some(Sound::Paid),
        State::Void => Some(Sound::Refused),
        State::Unresolved => Some(Sound::Look),
        // What the cashier has ended is no news.
        State::Closed | State::Cancelled => (!now.by_cashier).then_some(Sound::Look),
        _ => None,
    }
}

const fn of_notice(notice: &Notice) -> Sound {
    match notice {
        Notice::Scanned { .. } | Notice::WentToNextCart { .. } => Sound::Scanned,
        Notice::UnknownCode { .. } | Notice::WeightMissing { .. } => Sound::Unknown,
        Notice::PaidLater { .. }
        | Notice::EndedUnpaid { .. }
        | Notice::RefundDue { .. }
        | Notice::Reconciled { .. } => Sound::Look,
        Notice::NotSaved { .. } => Sound::Refused,
    }
}

#[cfg(test)]
mod tests {
    use yima_checkout::StoreProblem;
    use yima_core::Fen;

    use super::*;

    fn payment(id: &str, state: State) -> Payment {
        let order_id = OrderId::parse(id).unwrap();
        Payment { order_id, state, declined: false, by_cashier: false, is_cash: false }
    }

    fn awaiting() -> Payment {
        payment("1", State::Awaiting)
    }

    /// What is heard when the second payment stands where the first stood.
    fn heard(before: Payment, now: Payment) -> Option<Sound> {
        let mut ear = Ear::default();
        assert_eq!(ear.hear(None, Some(before)), None, "what stands there at the start is no news");
        let heard = ear.hear(None, Some(now.clone()));
        assert_eq!(ear.hear(None, Some(now)), None, "nothing is heard twice");
        heard
    }

    #[test]
    fn each_notice_has_its_sound_once() {
        let title = String::from("水");
        for (notice, sound) in [
            (Notice::Scanned { title: title.clone(), quantity: 2 }, Sound::Scanned),
            (Notice::WentToNextCart { title }, Sound::Scanned),
            (Notice::UnknownCode { barcode: "1".to_owned() }, Sound::Unknown),
            (Notice::PaidLater { real_fen: Fen::ZERO, receipt_number: String::new() }, Sound::Look),
            (Notice::EndedUnpaid { total_fen: Fen::ZERO }, Sound::Look),
            (Notice::RefundDue { due_fen: Fen::ZERO }, Sound::Look),
            (Notice::Reconciled { recorded: 1 }, Sound::Look),
            (Notice::NotSaved { problem: StoreProblem::DiskFull }, Sound::Refused),
        ] {
            let mut ear = Ear::default();
            assert_eq!(ear.hear(Some(&(1, notice.clone())), None), None, "it stood there at the start");
            assert_eq!(ear.hear(Some(&(2, notice.clone())), None), Some(sound));
            assert_eq!(ear.hear(Some(&(2, notice.clone())), None), None);
            assert_eq!(ear.hear(Some(&(3, notice)), None), Some(sound), "the same once more is news");
        }
    }

    #[test]
    fn each_outcome_has_its_sound() {
        for state in [State::Submitting, State::Awaiting, State::Verifying, State::Unresolved] {
            assert_eq!(heard(payment("1", state), payment("1", State::Paid)), Some(Sound::Paid));
        }
        for (state, sound) in [
            (State::Verifying, None),
            (State::Closing, None),
            (State::Void, Some(Sound::Refused)),
            (State::Unresolved, Some(Sound::Look)),
            (State::Closed, Some(Sound::Look)),
            (State::Cancelled, Some(Sound::Look)),
        ] {
            assert_eq!(heard(awaiting(), payment("1", state)), sound, "{state:?}");
        }
        assert_eq!(heard(awaiting(), Payment { declined: true, ..awaiting() }), Some(Sound::Look));
        let by_cashier = Payment { by_cashier: true, ..payment("1", State::Closed) };
        assert_eq!(heard(awaiting(), by_cashier), None);
        assert_eq!(
            heard(payment("1", State::Refunding), payment("1", State::Paid)),
            None,
            "that is an old sale"
        );
        assert_eq!(heard(awaiting(), payment("2", State::Paid)), None, "it is another order");
        let in_cash = Payment { is_cash: true, ..payment("2", State::Paid) };
        assert_eq!(heard(awaiting(), in_cash.clone()), Some(Sound::Paid), "and this one has just begun");
        assert_eq!(heard(in_cash.clone(), Payment { state: State::Refunded, ..in_cash }), None);
    }

    #[test]
    fn money_is_heard_before_goods() {
        let mut ear = Ear::default();
        ear.hear(None, Some(awaiting()));
        let scanned = (1, Notice::WentToNextCart { title: String::new() });
        assert_eq!(ear.hear(Some(&scanned), Some(payment("1", State::Paid))), Some(Sound::Paid));
    }
}
