//! `yima sign`: what the till would sign, and the signature, for comparing with other programs.

mod keys;
mod lines;
mod question;
mod refusal;

use std::io::{self, BufWriter, Write};

use clap::Args;
use serde::Serialize;

use crate::Done;
use crate::failure::Failure;
use keys::Keys;
use lines::{Lines, TooLong};
use question::{Signed, signed};
use refusal::Refusal;

/// Sign request bodies as the till does, to compare with other programs
///
/// Reads JSON lines from standard input and writes one JSON line for each, in their order.
///
/// A line in:
///   {"body": "<the request's JSON text, without its sign>", "sign_type": "MD5" or "RSA",
///    "profile": {"secret_key": "app_sercet", "sign_type_signed": true, "md5_output": "base64_upper_hex",
///                "rsa_digest": "sha256", "amount_form": "string"},
///    "app_secret": "..." (for MD5), "private_key_file": "path of a PEM file" (for RSA)}
/// Profile keys that are absent are as shown here; other keys of a line are passed over. A line has at most 1 MiB.
///
/// A line out:
///   {"canonical": "<the text that is signed>", "sign": "<its signature>"}
///   {"error": {"code": "...", "message": "..."}}
/// With MD5 the canonical text holds the secret: keep the output to yourself.
/// A key file is read once. A line with an error does not end the run, and the exit status stays 0.
#[derive(Args)]
#[command(verbatim_doc_comment, after_long_help = refusal::CODES)]
pub(crate) struct Options {}

/// One line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Signed { canonical: &'a str, sign: &'a str },
    Failed { error: Told },
}

#[derive(Serialize)]
struct Told {
    code: &'static str,
    message: String,
}

const OUT_BYTES: usize = 64 * 1024;

pub(crate) fn run(_: &Options, out: &mut dyn Write) -> Result<Done, Failure> {
    let mut lines = Lines::new(io::stdin().lock());
    let mut out = BufWriter::with_capacity(OUT_BYTES, out);
    let mut keys = Keys::default();
    // Whoever writes one line and waits for its answer gets it before we wait for the next one.
    while let Some(line) = lines.next(|| Ok(out.flush()?))? {
        let answer = line.map_err(|TooLong| Refusal::LineTooLong).and_then(|line| signed(line, &mut keys));
        match answer {
            Ok(Signed { canonical, sign }) => {
                write_line(&Answer::Signed { canonical: &canonical, sign: &sign }, &mut out)?;
            }
            Err(refusal) => {
                let error = Told { code: refusal.code(), message: refusal.to_string() };
                write_line(&Answer::Failed { error }, &mut out)?;
            }
        }
    }
    out.flush()?;
    Ok(Done::Wholly)
}

fn write_line(answer: &Answer<'_>, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, answer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
