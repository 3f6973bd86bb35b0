//! Scenarios: rules that bend what the calls answer, so that a till can be shown every fault on purpose.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calls::Call;
use crate::fields::Fields;
use crate::refund::RefundState;
use crate::status::OrderStatus;
use crate::terms::PayCodeOutcome;

const RULES_MAX: usize = 100;
const DELAY_MS_MAX: u64 = 120_000;

/// One rule. Rules are tried in the order they were added: delays add up, then the first other rule that fits
/// acts, alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only this call; without one, every call.
    #[serde(default)]
    pub path: Option<Call>,
    #[serde(default)]
    pub times: Times,
    /// Whether the request takes its effect before `answer`, `http`, `raw_body` or `rate_limit` stands in for
    /// its answer. The other actions say it themselves.
    #[serde(default)]
    pub processed: bool,
    pub action: Action,
}

impl Rule {
    /// A rule for one request.
    #[must_use]
    pub const fn once(path: Call, action: Action) -> Self {
        Self { path: Some(path), times: Times::Count(1), processed: false, action }
    }

    /// A rule for every request until the rules are cleared.
    #[must_use]
    pub const fn forever(path: Call, action: Action) -> Self {
        Self { path: Some(path), times: Times::Forever, processed: false, action }
    }
}

/// How often a rule acts: a number, or `"forever"`. Once if not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenTimes", into = "WrittenTimes")]
pub enum Times {
    Count(u32),
    Forever,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The envelope with this code, empty data, and this message or, without one, what the contract says the code
    /// means.
    Answer {
        code: i64,
        #[serde(default)]
        msg: String,
    },
    /// The answer comes this many milliseconds after the request took effect, 120000 at most.
    DelayMs(u64),
    /// The connection closes; the request has no effect.
    DropBefore,
    /// The request takes effect, then the connection closes without an answer.
    DropAfter,
    /// This HTTP status, 200 to 599, with this body.
    Http { status: u16, body: String },
    /// HTTP 200 with exactly this body.
    RawBody(String),
    /// Each request first moves the order it names to the next status, so that `/pay/get` agrees with
    /// `/pay/check`. Spent after the last one; with `times: "forever"` the last one stays. `times` has no other
    /// meaning here.
    StatusSequence(Vec<OrderStatus>),
    /// The usual answer with these fields of `data` put in the place of its own, each as written.
    Override(Fields),
    /// What becomes of the payment code of one `/pay/qrcode`.
    PayCode(PayCodeOutcome),
    /// What becomes of one `/pay/refund`. The answer says that it was taken; what came of it, the order's status and
    /// its `refund_list` say.
    Refund(RefundState),
    /// Code 5002.
    RateLimit,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("no more than {RULES_MAX} rules at a time")]
    TooMany,
    #[error("delay_ms is more than {DELAY_MS_MAX}")]
    DelayTooLong,
    #[error("http status is not between 200 and 599")]
    NotAnHttpStatus,
    #[error("status_sequence is empty")]
    EmptySequence,
    #[error("times is zero")]
    Never,
    #[error("pay_code is for /pay/qrcode and refund for /pay/refund")]
    OtherCall,
}

/// What the rules say about one request.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    pub(crate) status: Option<OrderStatus>,
    pub(crate) pay_code: Option<PayCodeOutcome>,
    pub(crate) refund: Option<RefundState>,
    /// Whether the request takes effect.
    pub(crate) processed: bool,
    pub(crate) action: Option<Action>,
}

/// The rules that still have something to do.
#[derive(Default)]
pub(crate) struct Script(Vec<Rule>);

impl Script {
    /// Adds all of them, or none when one of them cannot be.
    pub(crate) fn add(&mut self, rules: Vec<Rule>) -> Result<(), RuleError> {
        if self.0.len() + rules.len() > RULES_MAX {
            return Err(RuleError::TooMany);
        }
        rules.iter().try_for_each(check_rule)?;
        self.0.extend(rules);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.0
    }

    /// Takes what applies to one request, and forgets the rules that are spent by it.
    pub(crate) fn take(&mut self, call: Call) -> Plan {
        let mut plan = Plan { processed: true, ..Plan::default() };
        let mut acted = false;
        self.0.retain_mut(|rule| {
            if acted || !fits(rule, call) {
                return true;
            }
            match &mut rule.action {
                Action::DelayMs(ms) => plan.delay += Duration::from_millis(*ms),
                Action::StatusSequence(sequence) => {
                    acted = true;
                    plan.status = sequence.first().copied();
                    return advance(sequence, rule.times);
                }
                Action::PayCode(outcome) => {
                    acted = true;
                    plan.pay_code = Some(*outcome);
                }
                Action::Refund(state) => {
                    acted = true;
                    plan.refund = Some(*state);
                }
                action => {
                    acted = true;
                    plan.processed = takes_effect(action, rule.processed);
                    plan.action = Some(action.clone());
                }
            }
            outlasts_one(&mut rule.times)
        });
        plan.delay = plan.delay.min(Duration::from_millis(DELAY_MS_MAX));
        plan
    }
}

fn fits(rule: &Rule, call: Call) -> bool {
    rule.path.is_none_or(|path| path == call) && only_call(&rule.action).is_none_or(|only| only == call)
}

/// The one call that an action can do something to, where there is only one.
const fn only_call(action: &Action) -> Option<Call> {
    match action {
        Action::PayCode(_) => Some(Call::QrCode),
        Action::Refund(_) => Some(Call::Refund),
        _ => None,
    }
}

const fn takes_effect(action: &Action, said: bool) -> bool {
    match action {
        Action::DropBefore => false,
        Action::DropAfter | Action::Override(_) | Action::DelayMs(_) | Action::StatusSequence(_) => true,
        Action::PayCode(_) | Action::Refund(_) => true,
        Action::Answer { .. } | Action::Http { .. } | Action::RawBody(_) | Action::RateLimit => said,
    }
}

/// Moves on to the next status; false when the sequence is spent.
fn advance(sequence: &mut Vec<OrderStatus>, times: Times) -> bool {
    let stays = times == Times::Forever && sequence.len() == 1;
    if !stays {
        sequence.drain(..1);
    }
    !sequence.is_empty()
}

/// Uses a rule once; false when it is spent.
const fn outlasts_one(times: &mut Times) -> bool {
    match times {
        Times::Forever => true,
        Times::Count(left) => {
            *left = left.saturating_sub(1);
            *left > 0
        }
    }
}

fn check_rule(rule: &Rule) -> Result<(), RuleError> {
    if rule.times == Times::Count(0) {
        return Err(RuleError::Never);
    }
    if rule.path.is_some_and(|path| !fits(rule, path)) {
        return Err(RuleError::OtherCall);
    }
    match &rule.action {
        Action::DelayMs(ms) if *ms > DELAY_MS_MAX => Err(RuleError::DelayTooLong),
        Action::Http { status, .. } if !(200..=599).contains(status) => Err(RuleError::NotAnHttpStatus),
        Action::StatusSequence(sequence) if sequence.is_empty() => Err(RuleError::EmptySequence),
        _ => Ok(()),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenTimes {
    Count(u32),
    Word(String),
}

impl From<Times> for WrittenTimes {
    fn from(times: Times) -> Self {
        match times {
            Times::Count(count) => Self::Count(count),
            Times::Forever => Self::Word("forever".to_owned()),
        }
    }
}

impl TryFrom<WrittenTimes> for Times {
    type Error = &'static str;

    fn try_from(written: WrittenTimes) -> Result<Self, Self::Error> {
        match written {
            WrittenTimes::Count(count) => Ok(Self::Count(count)),
            WrittenTimes::Word(word) if word == "forever" => Ok(Self::Forever),
            WrittenTimes::Word(_) => Err("times is a number or \"forever\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Action, Rule, RuleError, Script, Times};
    use crate::calls::Call;
    use crate::refund::RefundState;
    use crate::status::OrderStatus;
    use crate::terms::PayCodeOutcome;

    fn rules(json: &str) -> Vec<Rule> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn delays_add_up_and_the_first_other_rule_acts_alone() {
        let mut script = Script::default();
        let list = r#"[
            {"action":{"delay_ms":10},"times":"forever"},
            {"path":"/pay/scan","action":"drop_after"},
            {"path":"/pay/check","action":{"delay_ms":5}},
            {"path":"/pay/check","action":"rate_limit","times":2}
        ]"#;
        script.add(rules(list)).unwrap();
        let plan = script.take(Call::Check);
        assert_eq!(plan.delay, Duration::from_millis(15));
        assert!(matches!(plan.action, Some(Action::RateLimit)) && !plan.processed);
        let plan = script.take(Call::Check);
        assert_eq!(plan.delay, Duration::from_millis(10));
        assert!(matches!(plan.action, Some(Action::RateLimit)));
        assert!(script.take(Call::Check).action.is_none());
        let plan = script.take(Call::Scan);
        assert!(matches!(plan.action, Some(Action::DropAfter)) && plan.processed);
        assert_eq!(script.rules().len(), 1);
    }

    #[test]
    fn what_is_for_one_call_waits_for_it() {
        let mut script = Script::default();
        let list = r#"[{"action":{"refund":"failed"}},{"action":{"pay_code":"waits"}}]"#;
        script.add(rules(list)).unwrap();
        let nothing = script.take(Call::Check);
        assert!(nothing.refund.is_none() && nothing.pay_code.is_none() && nothing.processed);
        assert_eq!(script.take(Call::QrCode).pay_code, Some(PayCodeOutcome::Waits));
        assert_eq!(script.take(Call::Refund).refund, Some(RefundState::Failed));
        assert!(script.rules().is_empty());
    }

    #[test]
    fn a_sequence_is_spent_or_its_last_status_stays() {
        for (times, last) in [("1", None), ("\"forever\"", Some(OrderStatus::Paid))] {
            let mut script = Script::default();
            let list = format!(r#"[{{"action":{{"status_sequence":[0,-10,1]}},"times":{times}}}]"#);
            script.add(rules(&list)).unwrap();
            let seen: Vec<_> = (0..4).map(|_| script.take(Call::Check).status).collect();
            let [first, second, third] = [OrderStatus::Paying, OrderStatus::Unknown, OrderStatus::Paid];
            assert_eq!(seen, [Some(first), Some(second), Some(third), last]);
        }
    }

    #[test]
    fn rules_that_make_no_sense_are_refused_with_all_they_came_with() {
        let mut script = Script::default();
        for (json, error) in [
            (r#"[{"action":"drop_before"},{"action":{"delay_ms":120001}}]"#, RuleError::DelayTooLong),
            (r#"[{"action":{"http":{"status":99,"body":""}}}]"#, RuleError::NotAnHttpStatus),
            (r#"[{"action":{"status_sequence":[]}}]"#, RuleError::EmptySequence),
            (r#"[{"action":"rate_limit","times":0}]"#, RuleError::Never),
            (r#"[{"path":"/pay/cancel","action":{"refund":"pending"}}]"#, RuleError::OtherCall),
            (r#"[{"path":"/pay/refund","action":{"pay_code":"waits"}}]"#, RuleError::OtherCall),
        ] {
            assert_eq!(script.add(rules(json)), Err(error), "{json}");
        }
        assert!(script.rules().is_empty());
        let many = vec![Rule::once(Call::Get, Action::RateLimit); 101];
        assert_eq!(script.add(many), Err(RuleError::TooMany));
        for json in [r#"[{"action":"rate_limit","tmies":1}]"#, r#"[{"action":"rate_limit","times":"often"}]"#]
        {
            assert!(serde_json::from_str::<Vec<Rule>>(json).is_err(), "{json}");
        }
        assert_eq!(rules(r#"[{"action":"rate_limit"}]"#)[0].times, Times::Count(1));
    }
}
