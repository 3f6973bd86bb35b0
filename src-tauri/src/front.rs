//! One till per data folder: a second copy asks the first to come to the front, and ends.
//!
//! The lock on the folder is what keeps two from selling. This is only the polite way out for whoever starts a second:
//! the first listens on a loopback port, and a file in the folder says which, with a word that only who may read the
//! folder knows.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use yima_store::read_short;

const FILE: &str = "till.front";
const HEARD: &[u8] = b"coming";
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks the till that has this folder open to come to the front; `false` if there is none that hears.
pub fn call(folder: &Path) -> bool {
    let told = read_short(&folder.join(FILE)).unwrap_or_default();
    let Some((port, word)) = told.trim().split_once(' ') else { return false };
    let Ok(port) = port.parse::<u16>() else { return false };
    ask(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), word).unwrap_or(false)
}

fn ask(address: SocketAddr, word: &str) -> io::Result<bool> {
    let mut line = TcpStream::connect_timeout(&address, PATIENCE)?;
    line.set_read_timeout(Some(PATIENCE))?;
    line.write_all(word.as_bytes())?;
    let mut answer = [0; HEARD.len()];
    line.read_exact(&mut answer)?;
    Ok(answer == HEARD)
}

/// Listens for second copies until it is dropped, which takes the file away.
pub struct Listening {
    file: PathBuf,
}

impl Listening {
    /// `come` is called for each second copy. Only who holds the folder's lock may listen.
    pub fn start(folder: &Path, come: impl Fn() + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let word = uuid::Uuid::new_v4().simple().to_string();
        let file = folder.join(FILE);
        write_private(&file, &format!("{} {word}\n", listener.local_addr()?.port()))?;
        thread::Builder::new().name("front".to_owned()).spawn(move || {
            for line in listener.incoming() {
                match line.and_then(|line| hears(line, &word)) {
                    Ok(true) => come(),
                    Ok(false) => {}
                    // Too many open files, say: asking again at once would only keep the machine busy.
                    Err(_) => thread::sleep(PATIENCE),
                }
            }
        })?;
        Ok(Self { file })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // One that stays behind names a port where nobody answers with the word.
        let _ = fs::remove_file(&self.file);
    }
}

/// Whoever does not know the word at once is not listened to any longer.
fn hears(mut line: TcpStream, word: &str) -> io::Result<bool> {
    line.set_read_timeout(Some(PATIENCE))?;
    let mut said = vec![0; word.len()];
    line.read_exact(&mut said)?;
    if said != word.as_bytes() {
        return Ok(false);
    }
    line.write_all(HEARD)?;
    Ok(true)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let _ = fs::remove_file(path);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn p3_the_first_comes_when_a_second_calls() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!call(folder.path()), "nobody is there");
        let (come, came) = mpsc::channel();
        let listening = Listening::start(folder.path(), move || come.send(()).unwrap()).unwrap();
        for _ in 0..3 {
            assert!(call(folder.path()));
            came.recv_timeout(Duration::from_secs(10)).unwrap();
        }
        let told = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let (port, _) = told.split_once(' ').unwrap();
        fs::write(folder.path().join(FILE), format!("{port} {}", "0".repeat(32))).unwrap();
        assert!(!call(folder.path()), "whoever does not know the word moves nobody");
        assert!(came.try_recv().is_err());
        drop(listening);
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn what_a_dead_till_left_behind_is_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        for left in [format!("{port} word"), "0".to_owned(), "99999 word".to_owned(), "\0".to_owned()] {
            fs::write(folder.path().join(FILE), left).unwrap();
            assert!(!call(folder.path()));
        }
    }
}
