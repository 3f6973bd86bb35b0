//! What a change of a cart touched, so that a store can write just that and undo can take it back.

use super::{Line, LineId, OrderTerms};

/// One line before and after a change; `None` where it did not or does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    pub before: Option<Line>,
    pub after: Option<Line>,
}

/// What is said of the whole order, before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsChange {
    pub before: OrderTerms,
    pub after: OrderTerms,
}

/// One act on a cart, undone and made durable as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartChange {
    pub lines: Vec<LineChange>,
    pub terms: Option<TermsChange>,
}

impl LineChange {
    #[must_use]
    pub fn line_id(&self) -> Option<LineId> {
        self.after.as_ref().or(self.before.as_ref()).map(|line| line.id)
    }

    fn reversed(&self) -> Self {
        Self { before: self.after.clone(), after: self.before.clone() }
    }
}

impl From<LineChange> for CartChange {
    fn from(change: LineChange) -> Self {
        Self { lines: vec![change], terms: None }
    }
}

impl CartChange {
    /// The line that was added or changed last.
    #[must_use]
    pub fn line(&self) -> Option<&Line> {
        self.lines.last()?.after.as_ref()
    }

    pub(super) fn reversed(&self) -> Self {
        let terms = self.terms.as_ref();
        Self {
            lines: self.lines.iter().rev().map(LineChange::reversed).collect(),
            terms: terms
                .map(|terms| TermsChange { before: terms.after.clone(), after: terms.before.clone() }),
        }
    }
}
