//! Lines of bounded length from a stream that may wait.

use std::io::{BufRead, BufReader, ErrorKind, Read};

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::words;

pub(super) const LINE_BYTES_MAX: usize = 1024 * 1024;
const IN_BYTES: usize = 256 * 1024;

pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Zeroizing<Vec<u8>>,
}

/// The line is longer than [`LINE_BYTES_MAX`]. It has been read past.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(IN_BYTES, input),
            // Filled in place: a buffer that grows leaves copies behind.
            line: Zeroizing::new(Vec::with_capacity(LINE_BYTES_MAX)),
        }
    }

    /// The next line without its line break; `None` at the end. `before_waiting` runs before more is asked for.
    pub(super) fn next(
        &mut self,
        mut before_waiting: impl FnMut() -> Result<(), Failure>,
    ) -> Result<Option<Result<&[u8], TooLong>>, Failure> {
        self.line.clear();
        let (mut begun, mut fits) = (false, true);
        loop {
            if self.input.buffer().is_empty() {
                before_waiting()?;
            }
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::new(words::usage::standard_input(&error))),
                Ok(available) => available,
            };
            if available.is_empty() {
                break;
            }
            begun = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let piece = &available[..end.unwrap_or(available.len())];
            fits = fits && self.line.len() + piece.len() <= LINE_BYTES_MAX;
            if fits {
                self.line.extend_from_slice(piece);
            }
            let read_bytes = piece.len() + usize::from(end.is_some());
            self.input.consume(read_bytes);
            if end.is_some() {
                break;
            }
        }
        Ok(begun.then(|| if fits { Ok(self.line.as_slice()) } else { Err(TooLong) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    fn lengths(input: &[u8]) -> Vec<Result<usize, TooLong>> {
        let mut lines = Lines::new(input);
        let mut all = Vec::new();
        while let Some(line) = lines.next(|| Ok(())).unwrap() {
            all.push(line.map(<[u8]>::len));
        }
        all
    }

    #[test]
    fn a_line_ends_with_a_break_or_the_input() {
        assert_eq!(lengths(b""), []);
        assert_eq!(lengths(b"a"), [Ok(1)]);
        assert_eq!(lengths(b"a\n"), [Ok(1)]);
        assert_eq!(lengths(b"\n\nab\n"), [Ok(0), Ok(0), Ok(2)]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_read() {
        let long = vec![b'x'; LINE_BYTES_MAX];
        assert_eq!(lengths(&[&long[..], b"\nab"].concat()), [Ok(LINE_BYTES_MAX), Ok(2)]);
        assert_eq!(lengths(&[&long[..], b"x\nab\n"].concat()), [Err(TooLong), Ok(2)]);
        assert_eq!(lengths(&[&long[..], &long[..], b"x"].concat()), [Err(TooLong)]);
    }

    /// Gives a few bytes at a time, as a peer does that writes and waits.
    struct Drops<'a>(std::slice::Iter<'a, &'a [u8]>);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let drop = self.0.next().copied().unwrap_or_default();
            buffer[..drop.len()].copy_from_slice(drop);
            Ok(drop.len())
        }
    }

    #[test]
    fn what_is_done_is_handed_over_before_every_wait_and_not_between_lines_at_hand() {
        let drops: [&[u8]; 3] = [b"a\nb\nc", b"d\n", b"e"];
        let mut lines = Lines::new(Drops(drops.iter()));
        let mut seen = Vec::new();
        loop {
            let mut waits = 0;
            let line = lines.next(|| {
                waits += 1;
                Ok(())
            });
            let Some(line) = line.unwrap() else { break };
            let line = String::from_utf8(line.unwrap().to_vec()).unwrap();
            seen.push((line, waits));
        }
        let expected = [("a", 1), ("b", 0), ("cd", 1), ("e", 2)];
        assert_eq!(seen, expected.map(|(line, waits)| (line.to_owned(), waits)));
    }
}
