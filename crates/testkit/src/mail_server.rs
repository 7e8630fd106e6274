//! A mail server on this machine that takes letters, refuses some, and can be stopped and started again.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Result, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// A letter as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLetter {
    /// To whom, as the envelope says.
    pub to: String,
    /// Headers and text, as sent.
    pub text: String,
}

#[derive(Default)]
struct Kept {
    letters: Vec<TakenLetter>,
    unknown: BTreeSet<String>,
}

/// A mail server. It stops when it is dropped.
pub struct MailServer {
    port: u16,
    is_stopping: Arc<AtomicBool>,
    kept: Arc<Mutex<Kept>>,
    thread: Option<JoinHandle<()>>,
}

impl MailServer {
    /// Starts one on a free port.
    pub fn start() -> Result<Self> {
        Self::start_at(0)
    }

    /// Starts one on a port, such as that of one that was stopped.
    pub fn start_at(port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let port = listener.local_addr()?.port();
        let is_stopping = Arc::new(AtomicBool::new(false));
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (stopping, keeping) = (Arc::clone(&is_stopping), Arc::clone(&kept));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                // A client that breaks off took nothing with it.
                let _ = stream.and_then(|stream| speak(stream, &keeping));
            }
        });
        Ok(Self {
            port,
            is_stopping,
            kept,
            thread: Some(thread),
        })
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on there is no box of that name.
    pub fn refuse(&self, address: &str) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.unknown.insert(address.to_owned());
    }

    /// Every letter taken so far.
    pub fn letters(&self) -> Vec<TakenLetter> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.letters.clone()
    }

    /// Stops it: its port answers nobody.
    pub fn stop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.is_stopping.store(true, Ordering::SeqCst);
        // It waits for somebody to come.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        drop(thread.join());
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn speak(stream: TcpStream, kept: &Mutex<Kept>) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    write!(out, "220 here\r\n")?;
    let mut to = String::new();
    while let Some(line) = lines.next().transpose()? {
        let word = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => write!(out, "250 here\r\n")?,
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                let is_unknown = {
                    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.unknown.contains(address)
                };
                if is_unknown {
                    write!(out, "550 5.1.1 no such box here\r\n")?;
                } else {
                    address.clone_into(&mut to);
                    write!(out, "250 fine\r\n")?;
                }
            }
            "DATA" => {
                write!(out, "354 go on\r\n")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let letter = TakenLetter {
                    to: std::mem::take(&mut to),
                    text,
                };
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .letters
                    .push(letter);
                write!(out, "250 taken\r\n")?;
            }
            "QUIT" => {
                write!(out, "221 bye\r\n")?;
                return Ok(());
            }
            _ => write!(out, "250 fine\r\n")?,
        }
    }
    Ok(())
}
