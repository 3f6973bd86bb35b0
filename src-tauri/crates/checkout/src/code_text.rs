//! What a scanner read or somebody typed, which may be what a customer pays with.

use std::fmt;
use std::ops::Deref;

/// A text as it came in. `Debug` leaves out whatever has as many digits as a payment code: nobody writes one down.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeText(String);

/// No payment code is shorter.
const PAYMENT_CODE_DIGITS_MIN: usize = 16;

impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.chars().filter(|letter| letter.is_numeric()).count();
        if digits < PAYMENT_CODE_DIGITS_MIN { fmt::Debug::fmt(&self.0, f) } else { f.write_str("[REDACTED]") }
    }
}

impl Deref for CodeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for CodeText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for CodeText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use yima_core::Quantity;

    use crate::Command;

    fn scan(code: &str) -> String {
        format!("{:?}", Command::Scan { code: code.into(), quantity: Quantity::ONE })
    }

    #[test]
    fn s1_no_act_prints_a_payment_code() {
        for code in ["134512345678901234", "2512345678901234", "285012345678901234567890"] {
            for typed in [code.to_owned(), format!("3*{code}"), format!("{} {}", &code[..4], &code[4..])] {
                let entered = format!("{:?}", Command::Enter { text: typed.as_str().into() });
                for printed in [scan(&typed), entered] {
                    assert!(printed.contains("[REDACTED]"), "{printed}");
                    assert!(!printed.contains(&code[4..]), "{printed}");
                }
            }
        }
        assert!(scan("6921168509256").contains("6921168509256"));
    }
}
