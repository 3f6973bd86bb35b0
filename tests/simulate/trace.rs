//! What happened, line by line, as a number that two runs have in common only if all of it was the same.

use std::fmt::{self, Write};

/// FNV-1a over every line.
pub struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// `told`: keeps the lines as well.
    pub fn new(told: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, lines: told.then(Vec::new) }
    }

    pub fn note(&mut self, at_ms: u64, what: fmt::Arguments<'_>) {
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>9}.{:03}  {what}", at_ms / 1_000, at_ms % 1_000));
        }
        // Nothing that is written into a number fails.
        let _ = writeln!(self, "{at_ms} {what}");
    }

    pub fn hash(&self) -> u64 {
        self.hash
    }

    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}

impl Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
