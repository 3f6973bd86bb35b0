//! Servers that do other than one question, one answer.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Mutex;

use tokio::net::TcpSocket;

use super::{RawServer, http};

/// Says on and on, for as long as anybody listens.
pub fn endless() -> RawServer {
    RawServer::start(|mut stream| {
        let mut alive = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").is_ok();
        while alive {
            alive = stream.write_all(&[b' '; 16 * 1024]).is_ok();
        }
    })
}

/// Keeps one question waiting until the next one was answered.
pub fn overtaking(first: String, second: &'static str) -> RawServer {
    let waiting = Mutex::new(None);
    RawServer::start(move |mut stream| {
        let earlier = waiting.lock().unwrap().take();
        let Some(mut earlier) = earlier else {
            *waiting.lock().unwrap() = Some(stream);
            return;
        };
        let _ = stream.write_all(&http(200, second));
        drop(stream);
        let _ = Write::write_all(&mut earlier, &http(200, &first));
    })
}

/// An address where the request arrives unread and the connection is then reset.
pub fn resetting() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        // What is left unread when a socket closes is answered with a reset.
        let _ = stream.read(&mut [0; 1]);
    });
    base
}

/// The address of a server that speaks plain HTTP.
pub fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        // All of the greeting: what is left unread would turn the answer into a reset.
        let _ = stream.read(&mut [0; 16 * 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    base
}

/// The address of a server that takes connections and says nothing.
pub fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::mem::forget(stream);
        }
    });
    base
}

/// A port that is taken and refuses everybody until somebody begins to serve there.
pub struct NotThereYet {
    pub base: String,
    socket: TcpSocket,
}

impl NotThereYet {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self { base: format!("http://{}", socket.local_addr().unwrap()), socket }
    }

    pub fn answering(self, body: &str) -> RawServer {
        let listener = self.socket.listen(8).unwrap().into_std().unwrap();
        listener.set_nonblocking(false).unwrap();
        let answer = http(200, body);
        RawServer::on(listener, move |mut stream, _| {
            let _ = stream.write_all(&answer);
        })
    }
}
