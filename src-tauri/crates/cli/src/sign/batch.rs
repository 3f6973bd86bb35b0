//! Lines that are at hand at once: signed on all cores, answered in their order.

use std::io;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

use zeroize::Zeroizing;

use super::keys::Keys;
use super::lines::{LINE_BYTES_MAX, TooLong};
use super::question::{Signed, signed};
use super::refusal::Refusal;

const LINES_MAX: usize = 4096;

pub(super) type Answer = Result<Signed, Refusal>;

pub(super) struct Batch {
    /// Filled in place: a buffer that grows leaves copies behind.
    bytes: Zeroizing<Vec<u8>>,
    lines: Vec<Result<Range<usize>, TooLong>>,
    threads: usize,
}

impl Batch {
    /// `threads` is how many lines are signed at once.
    pub(super) fn new(threads: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(2 * LINE_BYTES_MAX)), lines: Vec::new(), threads }
    }

    pub(super) fn push(&mut self, line: Result<&[u8], TooLong>) {
        let begin = self.bytes.len();
        self.lines.push(line.map(|line| {
            self.bytes.extend_from_slice(line);
            begin..self.bytes.len()
        }));
    }

    /// The longest line might not fit in any more.
    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= LINES_MAX || self.bytes.len() + LINE_BYTES_MAX > self.bytes.capacity()
    }

    /// Signs all lines, tells what came of each, the first one first, and is empty afterwards.
    pub(super) fn answer(
        &mut self,
        keys: &Keys,
        mut tell: impl FnMut(Answer) -> io::Result<()>,
    ) -> io::Result<()> {
        let answers = self.sign_all(keys);
        self.lines.clear();
        self.bytes.clear();
        answers.into_iter().try_for_each(|(_, answer)| tell(answer))
    }

    fn sign_all(&self, keys: &Keys) -> Vec<(usize, Answer)> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(line) = self.lines.get(number) else { return done };
                done.push((number, self.sign(line, keys)));
            }
        };
        let helpers = self.threads.min(self.lines.len()).saturating_sub(1);
        let mut done = thread::scope(|scope| {
            // A thread that the system does not give is done without.
            let helpers: Vec<_> =
                (0..helpers).filter_map(|_| Builder::new().spawn_scoped(scope, work).ok()).collect();
            let mut done = work();
            for helper in helpers {
                done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            done
        });
        done.sort_unstable_by_key(|(number, _)| *number);
        done
    }

    fn sign(&self, line: &Result<Range<usize>, TooLong>, keys: &Keys) -> Answer {
        let line = line.as_ref().map_err(|TooLong| Refusal::LineTooLong)?;
        signed(self.bytes.get(line.clone()).unwrap_or_default(), keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(number: usize) -> String {
        serde_json::json!({"body": format!(r#"{{"n":{number}}}"#), "sign_type": "MD5", "app_secret": "k"})
            .to_string()
    }

    fn told(batch: &mut Batch) -> Vec<String> {
        let mut told = Vec::new();
        batch
            .answer(&Keys::default(), |answer| {
                told.push(answer.map_or_else(|refusal| refusal.code().to_owned(), |signed| signed.sign));
                Ok(())
            })
            .unwrap();
        told
    }

    proptest! {
        #[test]
        fn many_threads_tell_what_one_tells_in_the_same_order(
            kinds in prop::collection::vec(0..3u8, 0..200),
            threads in 1..9usize,
        ) {
            let mut batches = [Batch::new(1), Batch::new(threads)];
            for batch in &mut batches {
                for (number, kind) in kinds.iter().enumerate() {
                    match kind {
                        0 => batch.push(Ok(line(number).as_bytes())),
                        1 => batch.push(Ok(b"{}")),
                        _ => batch.push(Err(TooLong)),
                    }
                }
            }
            let [one, many] = batches.each_mut().map(told);
            prop_assert_eq!(one.len(), kinds.len());
            prop_assert_eq!(one, many);
            prop_assert_eq!(told(&mut batches[1]), Vec::<String>::new());
        }
    }

    #[test]
    fn it_is_full_before_its_memory_has_to_grow() {
        let long = vec![b'x'; LINE_BYTES_MAX];
        let mut batch = Batch::new(2);
        let room = batch.bytes.capacity();
        while !batch.is_full() {
            batch.push(Ok(&long));
        }
        assert_eq!((batch.bytes.capacity(), batch.lines.len()), (room, 2));
        told(&mut batch);
        while !batch.is_full() {
            batch.push(Ok(b""));
        }
        assert_eq!(batch.lines.len(), LINES_MAX);
    }
}
