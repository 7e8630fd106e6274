//! A mail server on this machine that takes letters, refuses some, and can be stopped and started again.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::ServerConfig;

use crate::certificate::{Certificate, wrap};

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
    takes: Duration,
}

/// How a server keeps its connections from strangers.
#[derive(Clone)]
enum Guard {
    Plain,
    Implicit(Arc<ServerConfig>),
    Starttls(Arc<ServerConfig>),
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

    /// Starts one that speaks TLS from the first byte.
    pub fn start_with_tls(certificate: &Certificate) -> Result<Self> {
        Self::guarded(0, Guard::Implicit(certificate.settings()))
    }

    /// Starts one that offers TLS after its greeting and takes no letter before.
    pub fn start_with_starttls(certificate: &Certificate) -> Result<Self> {
        Self::guarded(0, Guard::Starttls(certificate.settings()))
    }

    /// Starts one on a port, such as that of one that was stopped.
    pub fn start_at(port: u16) -> Result<Self> {
        Self::guarded(port, Guard::Plain)
    }

    fn guarded(port: u16, guard: Guard) -> Result<Self> {
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
                let _ = stream.and_then(|stream| greet(stream, &guard, &keeping));
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

    /// From now on it takes so long to say that it took a letter.
    pub fn slow_down(&self, takes: Duration) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.takes = takes;
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

fn greet(stream: TcpStream, guard: &Guard, kept: &Mutex<Kept>) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    match guard {
        Guard::Plain => {
            let mut lines = BufReader::new(stream);
            write!(lines.get_mut(), "220 here\r\n")?;
            speak(&mut lines, kept)
        }
        Guard::Implicit(settings) => {
            let mut lines = BufReader::new(wrap(settings, stream)?);
            write!(lines.get_mut(), "220 here\r\n")?;
            speak(&mut lines, kept)
        }
        Guard::Starttls(settings) => {
            let mut lines = BufReader::new(stream);
            write!(lines.get_mut(), "220 here\r\n")?;
            if !is_asked_for_tls(&mut lines)? {
                return Ok(());
            }
            let mut lines = BufReader::new(wrap(settings, lines.into_inner())?);
            speak(&mut lines, kept)
        }
    }
}

/// Offers TLS and waits until it is asked for; whatever else is asked is refused.
fn is_asked_for_tls(lines: &mut BufReader<TcpStream>) -> Result<bool> {
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        let word = line.trim_end().to_uppercase();
        let out = lines.get_mut();
        match word.split(' ').next().unwrap_or_default() {
            "EHLO" => write!(out, "250-here\r\n250 STARTTLS\r\n")?,
            "STARTTLS" => {
                write!(out, "220 go on\r\n")?;
                return Ok(true);
            }
            "QUIT" => return Ok(false),
            _ => write!(out, "530 5.7.0 TLS first\r\n")?,
        }
        line.clear();
    }
    Ok(false)
}

fn speak<S: Read + Write>(lines: &mut BufReader<S>, kept: &Mutex<Kept>) -> Result<()> {
    let mut to = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line
            .trim_end()
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => write!(lines.get_mut(), "250 here\r\n")?,
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                let is_unknown = {
                    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.unknown.contains(address)
                };
                if is_unknown {
                    write!(lines.get_mut(), "550 5.1.1 no such box here\r\n")?;
                } else {
                    address.clone_into(&mut to);
                    write!(lines.get_mut(), "250 fine\r\n")?;
                }
            }
            "DATA" => {
                write!(lines.get_mut(), "354 go on\r\n")?;
                let letter = TakenLetter {
                    to: std::mem::take(&mut to),
                    text: text(lines)?,
                };
                let takes = {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.letters.push(letter);
                    kept.takes
                };
                std::thread::sleep(takes);
                write!(lines.get_mut(), "250 taken\r\n")?;
            }
            "QUIT" => {
                write!(lines.get_mut(), "221 bye\r\n")?;
                return Ok(());
            }
            _ => write!(lines.get_mut(), "250 fine\r\n")?,
        }
    }
}

/// A letter up to the line that ends it.
fn text(lines: &mut impl BufRead) -> Result<String> {
    let mut text = String::new();
    for line in lines.lines() {
        let line = line?;
        if line == "." {
            break;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
    Ok(text)
}
