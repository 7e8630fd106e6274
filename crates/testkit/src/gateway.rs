//! A gateway on this machine that takes what is posted to it and answers as it is told.

use std::io::{BufRead as _, BufReader, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::certificate::{Certificate, wrap};

const PATIENCE: Duration = Duration::from_secs(10);

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Posted {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A gateway. It stops when it is dropped.
pub struct Gateway {
    port: u16,
    is_guarded: bool,
    status: Arc<AtomicU16>,
    posted: Arc<Mutex<Vec<Posted>>>,
    is_stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    /// Starts one on a free port; it answers 200.
    pub fn start() -> Result<Self> {
        Self::guarded(None)
    }

    /// Starts one that is reached over TLS, by the name of this machine.
    pub fn start_with_tls(certificate: &Certificate) -> Result<Self> {
        Self::guarded(Some(certificate))
    }

    fn guarded(certificate: Option<&Certificate>) -> Result<Self> {
        let settings = certificate.map(Certificate::settings);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let status = Arc::new(AtomicU16::new(200));
        let posted = Arc::new(Mutex::new(Vec::new()));
        let is_stopping = Arc::new(AtomicBool::new(false));
        let (answering, taking) = (Arc::clone(&status), Arc::clone(&posted));
        let stopping = Arc::clone(&is_stopping);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                let status = answering.load(Ordering::SeqCst);
                // A client that breaks off is no fault of the gateway.
                let _ = stream.and_then(|stream| {
                    stream.set_read_timeout(Some(PATIENCE))?;
                    match &settings {
                        Some(settings) => answer(wrap(settings, stream)?, status, &taking),
                        None => answer(stream, status, &taking),
                    }
                });
            }
        });
        Ok(Self {
            port,
            is_guarded: certificate.is_some(),
            status,
            posted,
            is_stopping,
            thread: Some(thread),
        })
    }

    /// Where to post.
    pub fn url(&self) -> String {
        let scheme = if self.is_guarded {
            "https://localhost"
        } else {
            "http://127.0.0.1"
        };
        format!("{scheme}:{}/messages", self.port)
    }

    /// Answers with this status from now on.
    pub fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// Everything posted so far.
    pub fn posted(&self) -> Vec<Posted> {
        self.posted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn answer<S: Read + Write>(stream: S, status: u16, posted: &Mutex<Vec<Posted>>) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    let mut line = String::new();
    reader.read_line(&mut line)?;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut body)?;
    posted
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Posted { headers, body });
    let out = reader.get_mut();
    write!(
        out,
        "HTTP/1.1 {status} so\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )?;
    out.flush()
}
