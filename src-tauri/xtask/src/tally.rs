//! Counting tests from what their runners print.

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// Adds a runner's closing line; other lines count nothing.
    pub fn read(&mut self, line: &str) {
        let line = without_colour(line);
        let line = line.trim();
        let closing = line.strip_prefix("test result:").or_else(|| line.strip_prefix("Tests "));
        let Some(closing) = closing else { return };
        self.passed += count_before(closing, "passed");
        self.failed += count_before(closing, "failed");
    }

    /// What a step counts that reported this much: one that failed without a failed test is a failure itself.
    pub fn of_step(self, ok: bool) -> Self {
        let failed = if ok { self.failed } else { self.failed.max(1) };
        Self { failed, ..self }
    }

    /// What a step counts that is one test.
    pub fn of_one(ok: bool) -> Self {
        Self { passed: u64::from(ok), failed: u64::from(!ok) }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

fn count_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> =
        line.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let counts = words.windows(2).filter(|pair| pair[1] == word);
    counts.filter_map(|pair| pair[0].parse::<u64>().ok()).sum()
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut in_escape = false;
    for character in line.chars() {
        match character {
            '\u{1b}' => in_escape = true,
            _ if in_escape => in_escape = !character.is_ascii_alphabetic(),
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn a_failed_step_is_never_counted_as_nothing() {
        let counted = |passed, failed, ok| Tally { passed, failed }.of_step(ok);
        assert_eq!(counted(7, 0, true), Tally { passed: 7, failed: 0 });
        assert_eq!(counted(7, 2, false), Tally { passed: 7, failed: 2 });
        assert_eq!(counted(0, 0, false), Tally { passed: 0, failed: 1 });
        assert_eq!(Tally::of_one(true), Tally { passed: 1, failed: 0 });
        assert_eq!(Tally::of_one(false), Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn reads_the_closing_lines_of_each_runner() {
        let table = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                12,
                0,
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 3, 2),
            ("      Tests  123 passed (123)", 123, 0),
            (
                "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m2 failed\u{1b}[39m | \u{1b}[32m121 passed\u{1b}[39m (123)",
                121,
                2,
            ),
            (" Test Files  9 passed (9)", 0, 0),
            ("test result_is_read ... ok", 0, 0),
            ("4 passed, 1 failed", 0, 0),
        ];
        for (line, passed, failed) in table {
            let mut tally = Tally::default();
            tally.read(line);
            assert_eq!(tally, Tally { passed, failed }, "{line}");
        }
    }
}
