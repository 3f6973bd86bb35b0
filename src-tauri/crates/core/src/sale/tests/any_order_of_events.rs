//! Whatever happens in whatever order, the invariants hold.

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Answer(u8),
    Wait(u32),
    WallJump(i32),
    AskNow,
    CancelPayment,
    Reverse,
    WriteOff,
    RefundSettled,
    Refund(i64),
    DropRefund,
    Restart,
    LateAnswer(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any::<u8>().prop_map(Step::Answer),
        4 => (0u32..400_000).prop_map(Step::Wait),
        1 => (-400_000_000i32..400_000_000).prop_map(Step::WallJump),
        1 => Just(Step::AskNow),
        1 => Just(Step::CancelPayment),
        1 => Just(Step::Reverse),
        1 => Just(Step::WriteOff),
        1 => Just(Step::RefundSettled),
        1 => (1i64..5_000).prop_map(Step::Refund),
        1 => Just(Step::DropRefund),
        1 => Just(Step::Restart),
        1 => any::<u8>().prop_map(Step::LateAnswer),
    ]
}

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

const CODES: [&str; 16] = [
    "1001", "1002", "1003", "1004", "1005", "1006", "1007", "2000", "3000", "3001", "3004", "4001", "5000",
    "5001", "5002", "9999",
];

/// Some answer to this call, good, bad or none.
fn some_answer(call: Call, seed: u8) -> Answer {
    let pick = usize::from(seed);
    match seed % 5 {
        0 => return Answer::failure(call, CallFailure::NotSent),
        1 if pick > 200 => return Answer::failure(call, CallFailure::OtherOrder),
        1 if pick.is_multiple_of(2) => return Answer::failure(call, CallFailure::Busy),
        1 => return Answer::failure(call, CallFailure::Unknown),
        2 => return Answer::failure(call, rejected(CODES[pick / 5 % CODES.len()])),
        _ => {}
    }
    let status = STATUSES[pick / 5 % STATUSES.len()];
    match call {
        Call::Scan if pick.is_multiple_of(7) => {
            Answer::Scan(Ok(ScanReply { total_fen: Fen::new(1), ..scan_reply() }))
        }
        Call::Scan => accepted(),
        Call::Pay if pick.is_multiple_of(7) => {
            Answer::Pay(Ok(PayReply { total_fen: Fen::new(1), ..pay_reply(status) }))
        }
        Call::Pay => Answer::Pay(Ok(pay_reply(status))),
        Call::Check => checked(status),
        Call::Get if pick.is_multiple_of(7) => {
            Answer::Get(Ok(OrderReply { total_fen: Fen::new(1), ..order(status) }))
        }
        Call::Get if pick.is_multiple_of(3) => {
            let refunded_fen = Fen::new(i64::from(seed) * 17);
            Answer::Get(Ok(OrderReply { refunded_fen, refund_ids: vec!["r1".into()], ..order(status) }))
        }
        Call::Get => Answer::Get(Ok(order(status))),
        Call::Close => Answer::Close(Ok(())),
        Call::Cancel => Answer::Cancel(Ok(())),
        Call::Refund => refund_taken("r1"),
    }
}

/// What the test itself knows about a sale, apart from the machine.
#[derive(Default)]
struct Witness {
    may_exist: bool,
    cancel_was_sent: bool,
    /// The call that made the order, and how often it was made.
    makes: Option<(Call, u32)>,
}

impl Witness {
    fn saw(&mut self, answer: &Answer) {
        let failure = match answer {
            Answer::Scan(result) => Some(result.as_ref().err()),
            Answer::Pay(result) => Some(result.as_ref().err()),
            _ => None,
        };
        if let Some(failure) = failure {
            let never = ["2000", "3000", "3001", "3002", "3003", "3004", "5000"];
            let certainly_not = match failure {
                Some(CallFailure::NotSent) => true,
                Some(CallFailure::Rejected { code, .. }) => never.contains(&code.as_str()),
                _ => false,
            };
            self.may_exist |= !certainly_not;
        }
    }

    /// A customer's code is sent once, and an order has one way to be paid.
    fn sends(&mut self, sending: Option<Sending>) {
        let Some(call) = sending.map(|sending| sending.call) else { return };
        if matches!(call, Call::Scan | Call::Pay) {
            let (first, times) = self.makes.get_or_insert((call, 0));
            *times += 1;
            assert_eq!(*first, call);
            assert!(call == Call::Scan || *times == 1, "a code is sent once");
        }
    }

    fn judge(&self, before: &Sale, answer: Option<&Answer>, after: &Sale) {
        if before.state() == after.state() {
            return;
        }
        assert!(
            before.state().next().contains(&after.state()),
            "I11: {:?} -> {:?}",
            before.state(),
            after.state()
        );
        match after.state() {
            State::Paid | State::Refunded if before.state() == State::Refunding => {
                let progress = before.refund().map(|refund| &refund.progress);
                let is_listed = matches!(answer, Some(Answer::Get(Ok(order))) if order.refund_ids.len() == 1);
                let may_be_under_way =
                    matches!(progress, Some(RefundProgress::Sent | RefundProgress::Pending));
                let all_is_back = after.state() == State::Refunded;
                assert!(
                    is_listed || all_is_back || !may_be_under_way,
                    "I10: another id while one is pending"
                );
            }
            State::Refunding => assert!(after.refund().unwrap().amount_fen.is_positive(), "I10"),
            State::Paid => {
                let Some(Answer::Get(Ok(order))) = answer else { panic!("I4: paid without get") };
                assert!(
                    order.total_fen == TOTAL && order.real_fen.is_positive() && order.status.is_paid(),
                    "I4"
                );
            }
            State::Closed => assert_eq!(answer, Some(&checked(Status::Closed)), "I5"),
            State::Cancelled => {
                let is_cancelled = answer == Some(&checked(Status::Cancelled));
                let is_reversed = self.cancel_was_sent && answer == Some(&checked(Status::Refunded));
                assert!(is_cancelled || is_reversed, "I5");
            }
            State::Void => assert!(!self.may_exist, "I3: the order may exist"),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn keeps_i3_i4_i5_i10_i11_i14(by_code in any::<bool>(), steps in prop::collection::vec(step(), 1..80)) {
        let mut desk = Desk::ready();
        if by_code {
            desk.sale = desk.sale.clone().by_code();
        }
        desk.act(Event::Submit);
        let mut witness = Witness::default();
        witness.sends(desk.waiting);
        for step in steps {
            let before = desk.sale.clone();
            let waited_for = desk.waiting;
            let mut answer = None;
            match step {
                Step::Answer(seed) => {
                    if !before.is_asking() {
                        continue;
                    }
                    if desk.waiting.is_none() {
                        let wait_ms = before.wake_ms().unwrap().saturating_sub(desk.now.mono_ms);
                        desk.pass(wait_ms);
                        witness.judge(&before, None, &desk.sale);
                    }
                    let Some(sending) = desk.waiting else { continue };
                    let given = some_answer(sending.call, seed);
                    witness.saw(&given);
                    // Waiting for the call may itself have moved the sale.
                    let before = desk.sale.clone();
                    desk.answer(given.clone());
                    witness.judge(&before, Some(&given), &desk.sale);
                    answer = Some(given);
                }
                Step::Wait(ms) => desk.pass(u64::from(ms)),
                Step::WallJump(ms) => {
                    desk.now.wall_ms += i64::from(ms);
                    desk.act(Event::Tick);
                }
                Step::AskNow if before.can_ask() => desk.act(Event::AskNow),
                Step::CancelPayment if before.can_cancel_payment() => desk.act(Event::CancelPayment),
                Step::Reverse if before.can_reverse() => desk.act(Event::Reverse),
                Step::WriteOff if before.can_write_off() => desk.act(Event::WriteOff),
                Step::RefundSettled if before.can_settle_refund() => desk.act(Event::RefundSettled),
                Step::Refund(fen) if before.can_refund(Fen::new(fen)) => desk.refund("r1", fen),
                Step::DropRefund if before.can_drop_refund() => desk.act(Event::DropRefund),
                Step::Restart if before.is_asking() => {
                    witness.may_exist = true;
                    desk.restart();
                }
                Step::LateAnswer(seed) => {
                    let late = some_answer(Call::Check, seed);
                    let effects = desk.sale.handle(Event::Answered { number: u32::MAX, answer: late }, desk.now);
                    prop_assert_eq!(effects, Ok(Effects::default()), "an answer nobody waits for changes nothing");
                }
                _ => {}
            }
            if answer.is_none() {
                witness.judge(&before, None, &desk.sale);
            }
            if desk.waiting != waited_for || answer.is_some() {
                witness.sends(desk.waiting);
            }
            witness.cancel_was_sent |= desk.waiting.is_some_and(|sending| sending.call == Call::Cancel);
            prop_assert_eq!(desk.defects, 0, "I11: only edges were tried");
            if !desk.sale.is_asking() {
                prop_assert_eq!(desk.sale.wake_ms(), None);
            } else {
                let is_restart = desk.now.mono_ms == 7;
                prop_assert!(desk.waiting.is_some() || desk.sale.wake_ms().is_some(), "I14: somebody asks");
                if let Some(sending) = waited_for.filter(|sending| matches!(sending.call, Call::Scan | Call::Pay) && !is_restart) {
                    let dropped = desk.waiting.is_some_and(|now| now != sending) && answer.is_none();
                    prop_assert!(!dropped, "an order on its way is waited for");
                }
            }
        }
    }
}
