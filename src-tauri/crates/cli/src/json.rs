//! Output for programs.

use std::io::{self, Write};

use serde::Serialize;

pub(crate) fn print(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}
