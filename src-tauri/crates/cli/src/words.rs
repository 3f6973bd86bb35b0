//! All that `yima` says to people, in Chinese and in English side by side. What it prints for programs has no language.

pub(crate) mod backup;
pub(crate) mod catalogue;
pub(crate) mod config;
pub(crate) mod failures;
pub(crate) mod help;
pub(crate) mod promotions;
pub(crate) mod receipts;
pub(crate) mod sandbox;
pub(crate) mod secret;
pub(crate) mod settings;
pub(crate) mod staff;
pub(crate) mod usage;

use std::io::{self, Write};

use yima_checkout::view::Language;

/// One message, which cannot be made in one language alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    chinese: String,
    english: String,
}

pub(crate) fn said(chinese: impl Into<String>, english: impl Into<String>) -> Said {
    Said { chinese: chinese.into(), english: english.into() }
}

impl Said {
    pub(crate) fn of(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }

    /// With the reason after it.
    fn because(self, reason: &Self) -> Self {
        said(format!("{}：{}", self.chinese, reason.chinese), format!("{}: {}", self.english, reason.english))
    }

    /// With what follows from it.
    fn so(self, more: &Self) -> Self {
        said(format!("{}；{}", self.chinese, more.chinese), format!("{}; {}", self.english, more.english))
    }
}

/// Standard output, and the language that is spoken there.
pub(crate) struct Out<'a> {
    to: &'a mut dyn Write,
    language: Language,
}

impl<'a> Out<'a> {
    pub(crate) fn new(to: &'a mut dyn Write, language: Language) -> Self {
        Self { to, language }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// On a line of its own.
    pub(crate) fn say(&mut self, said: &Said) -> io::Result<()> {
        writeln!(self.to, "{}", said.of(self.language))
    }
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// One message to a person, on standard error.
pub(crate) fn tell(said: &Said, language: Language) {
    // There is no other place to say that this place is gone.
    let _ = writeln!(io::stderr(), "yima: {}", said.of(language));
}
