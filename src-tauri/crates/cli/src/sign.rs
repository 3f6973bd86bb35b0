//! `yima sign`: what the till would sign, and the signature, for comparing with other programs.

mod batch;
mod keys;
mod lines;
mod question;
mod refusal;

use std::io::{self, BufWriter, Write};
use std::num::NonZero;
use std::thread;

use clap::Args;
use serde::Serialize;

use crate::Done;
use crate::failure::Failure;
use crate::words::Out;
use batch::Batch;
use keys::Keys;
use lines::Lines;
use question::Signed;

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
/// Lines at hand are signed at once, as many as there are cores. A key file is read once. A line with an error does not end the run, and the exit status stays 0.
#[derive(Args)]
#[command(verbatim_doc_comment, after_long_help = crate::words::help::SIGN_CODES)]
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

pub(crate) fn run(_: &Options, out: &mut Out<'_>) -> Result<Done, Failure> {
    let mut lines = Lines::new(io::stdin().lock());
    let mut out = BufWriter::with_capacity(OUT_BYTES, out);
    let keys = Keys::default();
    let mut batch = Batch::new(thread::available_parallelism().map_or(1, NonZero::get));
    loop {
        // Whoever writes one line and waits for its answer gets it before we wait for the next one.
        let line = lines.next(|| {
            batch.answer(&keys, |answer| tell(&answer, &mut out))?;
            Ok(out.flush()?)
        })?;
        let Some(line) = line else { break };
        batch.push(line);
        if batch.is_full() {
            batch.answer(&keys, |answer| tell(&answer, &mut out))?;
        }
    }
    batch.answer(&keys, |answer| tell(&answer, &mut out))?;
    out.flush()?;
    Ok(Done::Wholly)
}

fn tell(answer: &batch::Answer, out: &mut impl Write) -> io::Result<()> {
    let line = match answer {
        Ok(Signed { canonical, sign }) => Answer::Signed { canonical, sign },
        Err(refusal) => Answer::Failed { error: Told { code: refusal.code(), message: refusal.to_string() } },
    };
    serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
