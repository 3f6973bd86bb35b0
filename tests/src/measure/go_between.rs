//! Stands between the till and its gateway and notes how long the gateway takes to answer.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::patience::now;

/// One call's time at the gateway, from the request's first bytes to the answer's.
type Noted = Arc<Mutex<Vec<Duration>>>;

pub struct GoBetween {
    base_url: String,
    noted: Noted,
}

impl GoBetween {
    /// Passes on what comes to a free port; notes the calls whose request begins so. It ends with the program.
    pub fn start(gateway: &str, noted_call: &'static str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let gateway = gateway.trim_start_matches("http://").to_owned();
        let noted = Noted::default();
        let notes = Arc::clone(&noted);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&gateway) else { continue };
                // A connection that breaks ends its threads; the till opens another.
                let _ = pass_on(client, server, noted_call, &notes);
            }
        });
        Ok(Self { base_url, noted })
    }

    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The times noted so far, oldest first.
    #[must_use]
    pub fn times(&self) -> Vec<Duration> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn pass_on(client: TcpStream, server: TcpStream, noted_call: &'static str, noted: &Noted) -> Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let asked: Arc<Mutex<Option<Instant>>> = Arc::default();
    let asked_at = Arc::clone(&asked);
    let notes = Arc::clone(noted);
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        copy(from_client, to_server, |bytes| {
            if bytes.starts_with(noted_call.as_bytes()) {
                *asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now());
            }
        });
    });
    thread::spawn(move || {
        copy(server, client, |_| {
            if let Some(at) = asked_at.lock().unwrap_or_else(PoisonError::into_inner).take() {
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(at.elapsed());
            }
        });
    });
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        seen(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
