//! Asking a gateway about signatures: politely spaced, a bounded number of times, and never about a real order.

use yima_core::OrderId;
use yima_gateway::probe::{Probed, Question, Reply, Signature};
use yima_gateway::{
    Account, CallError, Credential, MaybeSentReason, Profile, SignType, StoreInfo, canonical,
};

use super::Means;
use super::reason::NoAnswer;
use super::report::Verdict;
use crate::Clock;

/// Between two questions.
const SPACING_MS: u64 = 500;
/// Waits after a gateway said that it is too busy, or nothing.
const BACK_OFF_MS: [u64; 4] = [1_000, 2_000, 4_000, 8_000];
/// Stands in a text for the secret that was signed.
const MASK: &str = "***";

/// One gateway, and what is known about how it looks at signatures.
pub(super) struct Asking<'a, C> {
    means: Means<'a, C>,
    credential: &'a Credential,
    store_info: StoreInfo,
    order_id: OrderId,
    /// The call at which it was seen to refuse a wrong signature.
    telling: Option<Kind>,
    not_before_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Check,
    List,
}

impl<'a, C: Clock> Asking<'a, C> {
    pub(super) fn new(
        means: Means<'a, C>,
        credential: &'a Credential,
        store_info: &StoreInfo,
        order_id: OrderId,
    ) -> Self {
        let store_info = with_chinese(store_info);
        Self { means, credential, store_info, order_id, telling: None, not_before_ms: 0 }
    }

    /// Whether the gateway takes signatures by the account's profile.
    pub(super) async fn verdict(&mut self, account: &Account) -> Verdict {
        self.judge(account).await.unwrap_or_else(|verdict| verdict)
    }

    async fn judge(&mut self, account: &Account) -> Result<Verdict, Verdict> {
        let kind = match self.telling {
            Some(kind) => kind,
            None => self.find_telling(account).await?,
        };
        self.telling = Some(kind);
        let (probed, path) = self.ask(account, kind, Signature::Right).await?;
        let Probed { reply, code, msg, .. } = probed;
        Ok(match reply {
            Reply::PastSignature => Verdict::Accepted { path },
            Reply::SignatureRefused => {
                Verdict::Refused { path, code, msg, canonical: self.canonical(account, kind)? }
            }
            _ => other(reply, path, code, msg),
        })
    }

    /// The call at which the gateway refuses a wrong signature: only there does taking ours mean anything.
    async fn find_telling(&mut self, account: &Account) -> Result<Kind, Verdict> {
        let mut unclear = None;
        for kind in [Kind::Check, Kind::List] {
            let (probed, path) = self.ask(account, kind, Signature::Wrong).await?;
            match probed.reply {
                Reply::SignatureRefused => return Ok(kind),
                Reply::PastSignature => {}
                Reply::Other => unclear = unclear.or(Some((path, probed.code, probed.msg))),
                reply => return Err(other(reply, path, probed.code, probed.msg)),
            }
        }
        Err(unclear.map_or(Verdict::CannotTell, |(path, code, msg)| Verdict::Unclear { path, code, msg }))
    }

    async fn ask(
        &mut self,
        account: &Account,
        kind: Kind,
        signature: Signature,
    ) -> Result<(Probed, &'static str), Verdict> {
        let mut waits = BACK_OFF_MS.into_iter();
        loop {
            self.means.clock.sleep_until(self.not_before_ms).await;
            let question = self.question(kind);
            let answer = self.means.client.probe(account, self.credential, &question, signature).await;
            let path = question.path();
            self.not_before_ms = self.means.clock.now().mono_ms + SPACING_MS;
            match (waits.next(), answer) {
                (Some(wait_ms), answer) if may_be_other_next_time(&answer) => {
                    self.not_before_ms = self.means.clock.now().mono_ms + wait_ms;
                }
                (_, Ok(probed)) => return Ok((probed, path)),
                (_, Err(error)) => return Err(Verdict::NoAnswer((&error).into())),
            }
        }
    }

    fn question(&self, kind: Kind) -> Question<'_> {
        match kind {
            Kind::Check => Question::Check { order_id: &self.order_id, store_info: &self.store_info },
            Kind::List => Question::List {
                end_s: self.means.clock.now().wall_ms.div_euclid(1_000),
                store_info: &self.store_info,
            },
        }
    }

    fn canonical(&self, account: &Account, kind: Kind) -> Result<String, Verdict> {
        let body = self.question(kind).body(account);
        let body = body.map_err(|_| Verdict::NoAnswer(NoAnswer::CannotBeMade))?;
        masked_canonical(&String::from_utf8_lossy(&body), &account.profile, account.sign_type)
            .map_err(|_| Verdict::NoAnswer(NoAnswer::CannotBeSigned))
    }
}

fn may_be_other_next_time(answer: &Result<Probed, CallError>) -> bool {
    const TOO_MANY_REQUESTS: u16 = 429;
    match answer {
        Ok(probed) => probed.reply == Reply::Busy,
        Err(CallError::MaybeSent(reason)) => matches!(
            reason,
            MaybeSentReason::Timeout
                | MaybeSentReason::Reset
                | MaybeSentReason::HttpStatus(TOO_MANY_REQUESTS)
        ),
        Err(_) => false,
    }
}

fn masked_canonical(
    body: &str,
    profile: &Profile,
    sign_type: SignType,
) -> Result<String, canonical::CanonicalError> {
    Ok(canonical::text(body, profile, sign_type, Some(MASK))?.to_string())
}

fn other(reply: Reply, path: &'static str, code: i64, msg: String) -> Verdict {
    match reply {
        Reply::AppIdRefused => Verdict::AppIdRefused { code, msg },
        Reply::NotEnabled => Verdict::NotEnabled { code, msg },
        Reply::Busy => Verdict::Busy,
        _ => Verdict::Unclear { path, code, msg },
    }
}

/// What the shop is set to, with Chinese in at least two fields: orders carry it, and some gateways write it anew before
/// they check a signature.
fn with_chinese(set: &StoreInfo) -> StoreInfo {
    let mut info = set.clone();
    let StoreInfo { store_id, cashier_id, waiter1_id, waiter2_id, terminal_id } = &mut info;
    let is_chinese = |field: &Option<String>| {
        field.as_ref().is_some_and(|text| text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}')))
    };
    let all = [&*store_id, &*cashier_id, &*waiter1_id, &*waiter2_id, &*terminal_id];
    let mut wanted = 2_usize.saturating_sub(all.into_iter().filter(|field| is_chinese(field)).count());
    let spare =
        [(waiter2_id, "服务员乙"), (waiter1_id, "服务员甲"), (cashier_id, "收银员"), (store_id, "城西店")];
    // Fields that nobody set come first; what is set is taken only where nothing else is left.
    let (unset, set): (Vec<_>, Vec<_>) = spare.into_iter().partition(|(field, _)| field.is_none());
    for (field, text) in unset.into_iter().chain(set) {
        if wanted > 0 && !is_chinese(field) {
            *field = Some(text.to_owned());
            wanted -= 1;
        }
    }
    info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fields_are_chinese_and_what_is_set_stays_where_it_can() {
        let some = |text: &str| Some(text.to_owned());
        let empty = with_chinese(&StoreInfo::default());
        let expected =
            StoreInfo {
                waiter1_id: some("服务员甲"), waiter2_id: some("服务员乙"), ..StoreInfo::default()
            };
        assert_eq!(empty, expected);
        let two = StoreInfo { store_id: some("店1"), cashier_id: some("张三"), ..StoreInfo::default() };
        assert_eq!(with_chinese(&two), two);
        let one = StoreInfo {
            store_id: some("店1"),
            waiter2_id: some("w2"),
            terminal_id: some("t"),
            ..StoreInfo::default()
        };
        assert_eq!(with_chinese(&one), StoreInfo { waiter1_id: some("服务员甲"), ..one });
        let full = StoreInfo {
            store_id: some("1"),
            cashier_id: some("2"),
            waiter1_id: some("3"),
            waiter2_id: some("4"),
            terminal_id: some("5"),
        };
        let expected =
            StoreInfo { waiter1_id: some("服务员甲"), waiter2_id: some("服务员乙"), ..full.clone() };
        assert_eq!(with_chinese(&full), expected);
    }
}
