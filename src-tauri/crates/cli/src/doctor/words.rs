//! The report for people, in the language that is set. Whatever others wrote is shown as text only.

mod chinese;
mod english;

use yima_checkout::doctor::{Change, Check, Outcome};
use yima_checkout::view::Language;
use yima_gateway::Profile;

use crate::table::visible;
use crate::words::said;

#[derive(Clone, Copy)]
pub(super) struct Words {
    language: Language,
}

/// One finding in words.
struct Said {
    /// What was checked.
    name: &'static str,
    found: String,
    /// What to do about it, or more about it; each on a line of its own.
    advice: Vec<String>,
}

impl Words {
    pub(super) const fn of(language: Language) -> Self {
        Self { language }
    }

    /// A finding as lines: the outcome and what was found, then advice.
    pub(super) fn check(self, check: &Check) -> Vec<String> {
        let said = match self.language {
            Language::Chinese => chinese::say(&check.finding),
            Language::English => english::say(&check.finding),
        };
        let mut lines = vec![format!("{}  {}: {}", self.outcome(check.outcome), said.name, said.found)];
        lines.extend(said.advice.iter().map(|advice| format!("          {advice}")));
        lines
    }

    pub(super) fn trying(self, number: usize, of: usize, profile: &Profile) -> String {
        let profile = format!(
            "secret_key={} sign_type_signed={} md5_output={} rsa_digest={}",
            profile.secret_key, profile.sign_type_signed, profile.md5_output, profile.rsa_digest
        );
        match self.language {
            Language::Chinese => format!("          尝试 {number}/{of}：{profile}"),
            Language::English => format!("          trying {number} of {of}: {profile}"),
        }
    }

    pub(super) fn failed(count: usize) -> crate::words::Said {
        let checks = if count == 1 { "check" } else { "checks" };
        said(format!("{count} 项检查未通过"), format!("{count} {checks} failed"))
    }

    pub(super) const fn keep_it(self) -> &'static str {
        match self.language {
            Language::Chinese => "保存这个签名方案？",
            Language::English => "Keep this profile?",
        }
    }

    /// In either language, whichever the question was in.
    pub(super) fn is_yes(answer: &str) -> bool {
        matches!(answer, "y" | "Y" | "yes" | "是")
    }

    pub(super) const fn not_kept(self) -> &'static str {
        match self.language {
            Language::Chinese => "未保存。要保存：关闭收银台，运行 yima doctor --find-profile --save",
            Language::English => {
                "Not kept. To keep it: close the till and run yima doctor --find-profile --save"
            }
        }
    }

    pub(super) fn kept(self, change: &Change) -> String {
        let change = format!("{} = {}", change.key, change.to);
        match self.language {
            Language::Chinese => format!("已保存：{change}"),
            Language::English => format!("Kept: {change}"),
        }
    }

    /// All of the same width on a screen.
    const fn outcome(self, outcome: Outcome) -> &'static str {
        match (self.language, outcome) {
            (Language::Chinese, Outcome::Ok) => "[正常]  ",
            (Language::Chinese, Outcome::Warning) => "[注意]  ",
            (Language::Chinese, Outcome::Failed) => "[失败]  ",
            (Language::Chinese, Outcome::Skipped) => "[跳过]  ",
            (Language::English, Outcome::Ok) => "ok      ",
            (Language::English, Outcome::Warning) => "warning ",
            (Language::English, Outcome::Failed) => "FAILED  ",
            (Language::English, Outcome::Skipped) => "skipped ",
        }
    }
}

impl Said {
    fn new(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, found: found.into(), advice: Vec::new() }
    }

    fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice.push(advice.into());
        self
    }

    fn advising_if(self, holds: bool, advice: &str) -> Self {
        if holds { self.advising(advice) } else { self }
    }
}

/// What the gateway said: its code and its text.
fn answer(code: i64, msg: &str) -> String {
    if msg.is_empty() { code.to_string() } else { format!("{code} {}", visible(msg)) }
}

fn changed(changes: &[Change]) -> String {
    let changed = |change: &Change| format!("{} = {}", change.key, change.to);
    changes.iter().map(changed).collect::<Vec<_>>().join(", ")
}
