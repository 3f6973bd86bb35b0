//! `yima secret`: what requests are signed with, from standard input and never from an argument.

use std::io::{self, IsTerminal, Read};

use clap::Subcommand;
use secrecy::SecretString;
use serde_json::json;
use yima_checkout::secrets::{Place, SecretName};
use yima_checkout::staff::log::kind;
use zeroize::Zeroizing;

use crate::Done;
use crate::failure::Failure;
use crate::till::Till;
use crate::words::{self, Out};

/// Far above any key that can sign.
const BYTES_MAX: usize = 16 * 1024;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Read a secret from standard input and keep it in the system's keychain. One line break at its end is dropped.
    Set {
        /// app_secret, or rsa_private_key (PEM).
        name: String,
        /// Keep it unencrypted in a file that only you can read; every start will say so.
        #[arg(long)]
        insecure_file: bool,
    },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let Command::Set { name, insecure_file } = command;
    let name: SecretName = name.parse()?;
    let held = till.lock()?;
    let secret = read_secret(io::stdin(), name)?;
    till.prepare(&held)?;
    let place = if *insecure_file { Place::File } else { Place::Keychain };
    // What was not noted is not done, and what was not done after all is noted as well.
    till.note(kind::SECRET_SET, json!({ "key": name.name() }))?;
    if let Err(error) = till.secrets()?.write(name, &secret, place) {
        let detail = json!({ "what": kind::SECRET_SET, "key": name.name(), "why": error.to_string() });
        till.note(kind::NOT_DONE, detail)?;
        return Err(error.into());
    }
    match place {
        Place::Keychain => out.say(&words::secret::in_the_keychain(name))?,
        Place::File => till.warn_of_plain_secrets(out.language())?,
    }
    Ok(Done::Wholly)
}

fn read_secret(input: io::Stdin, name: SecretName) -> Result<SecretString, Failure> {
    if input.is_terminal() {
        return Err(Failure::not_understood(words::secret::not_typed_in(name)));
    }
    read_bounded(input.lock())
}

/// The whole text without one line break at its end.
pub(crate) fn read_bounded(input: impl Read) -> Result<SecretString, Failure> {
    // Filled in one go: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES_MAX + 1));
    input
        .take(BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(words::secret::unreadable(&error)))?;
    if bytes.len() > BYTES_MAX {
        return Err(Failure::new(words::secret::too_long(BYTES_MAX)));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::new(words::secret::not_text()))?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(Failure::new(words::secret::empty()));
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn one_line_break_is_dropped_and_nothing_else() {
        let check = |text: &str, expected: Option<&str>| {
            let read = read_bounded(text.as_bytes()).ok();
            assert_eq!(read.as_ref().map(ExposeSecret::expose_secret), expected, "{text:?}");
        };
        check("s", Some("s"));
        check("s\n", Some("s"));
        check("s\r\n", Some("s"));
        check("s\n\n", Some("s\n"));
        check(" s \n", Some(" s "));
        check("s\r", Some("s\r"));
        check("密\n", Some("密"));
        check("", None);
        check("\n", None);
        check("\r\n", None);
        check(&"x".repeat(BYTES_MAX), Some(&"x".repeat(BYTES_MAX)));
        check(&"x".repeat(BYTES_MAX + 1), None);
        assert!(read_bounded([0xff_u8].as_slice()).is_err());
    }
}
