//! The debugging pipe: questions out, answers and notices in, each a JSON text ended by a zero byte.
//!
//! Chromium reads its third file descriptor and writes its fourth when started with
//! `--remote-debugging-pipe`.
//! A pipe needs no free port, no WebSocket and no HTTP, and Chromium leaves when the pipe closes, so
//! a killed test leaves no browser behind.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::BrowserError;

/// How long an answer or a page may take before a test is told that it never came.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The notices a page listens for; the others are dropped as they arrive.
const KEPT: [&str; 7] = [
    "Log.entryAdded",
    "Network.responseReceived",
    "Page.frameNavigated",
    "Page.javascriptDialogOpening",
    "Page.lifecycleEvent",
    "Runtime.consoleAPICalled",
    "Runtime.exceptionThrown",
];

/// One end of the pipe.
pub(super) struct Wire {
    out: Mutex<Outgoing>,
    heard: Arc<Heard>,
}

struct Outgoing {
    pipe: ChildStdin,
    asked: u64,
}

#[derive(Default)]
struct Heard {
    said: Mutex<Said>,
    more: Condvar,
}

#[derive(Default)]
struct Said {
    answers: BTreeMap<u64, Value>,
    notices: BTreeMap<String, Vec<Notice>>,
    closed: bool,
}

/// Something the browser said without being asked.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) name: String,
    pub(super) body: Value,
}

impl Wire {
    /// Starts listening on the pipe.
    pub(super) fn new(out: ChildStdin, from: ChildStdout) -> Self {
        let heard = Arc::new(Heard::default());
        let ears = Arc::clone(&heard);
        std::thread::spawn(move || listen(from, &ears));
        Self {
            out: Mutex::new(Outgoing {
                pipe: out,
                asked: 0,
            }),
            heard,
        }
    }

    /// Asks a question of a page (or, with an empty `session`, of the browser) and waits for the
    /// answer.
    pub(super) fn ask(
        &self,
        session: &str,
        method: &str,
        body: &Value,
    ) -> Result<Value, BrowserError> {
        let id = self.send(session, method, body)?;
        let answer = self
            .wait(PATIENCE, |said| said.answers.remove(&id))
            .ok_or_else(|| BrowserError::Silent {
                what: format!("an answer to {method}"),
            })?;
        if let Some(refusal) = answer.get("error") {
            let why = refusal
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or("no reason given");
            return Err(BrowserError::Refused {
                what: method.to_owned(),
                why: why.to_owned(),
            });
        }
        Ok(answer.get("result").cloned().unwrap_or(Value::Null))
    }

    /// How many notices a page has had: the place from which to look for the next.
    pub(super) fn heard(&self, session: &str) -> usize {
        lock(&self.heard.said)
            .notices
            .get(session)
            .map_or(0, Vec::len)
    }

    /// The notices a page has had so far.
    pub(super) fn notices(&self, session: &str) -> Vec<Notice> {
        lock(&self.heard.said)
            .notices
            .get(session)
            .cloned()
            .unwrap_or_default()
    }

    /// Waits for the first notice at or after `from` that `pick` takes.
    pub(super) fn next<T>(
        &self,
        session: &str,
        from: usize,
        patience: Duration,
        mut pick: impl FnMut(&Notice) -> Option<T>,
    ) -> Option<T> {
        self.wait(patience, |said| {
            said.notices
                .get(session)?
                .iter()
                .skip(from)
                .find_map(&mut pick)
        })
    }

    fn send(&self, session: &str, method: &str, body: &Value) -> Result<u64, BrowserError> {
        let mut out = lock(&self.out);
        out.asked = out.asked.saturating_add(1);
        let id = out.asked;
        let mut question = json!({ "id": id, "method": method, "params": body });
        if let (false, Some(fields)) = (session.is_empty(), question.as_object_mut()) {
            fields.insert("sessionId".to_owned(), json!(session));
        }
        let mut text = question.to_string().into_bytes();
        text.push(0);
        out.pipe
            .write_all(&text)
            .and_then(|()| out.pipe.flush())
            .map_err(|source| BrowserError::Gone { source })?;
        Ok(id)
    }

    fn wait<T>(
        &self,
        patience: Duration,
        mut pick: impl FnMut(&mut Said) -> Option<T>,
    ) -> Option<T> {
        let started = Instant::now();
        let mut said = lock(&self.heard.said);
        loop {
            if let Some(found) = pick(&mut said) {
                return Some(found);
            }
            let left = patience.checked_sub(started.elapsed())?;
            if said.closed {
                return None;
            }
            said = self
                .heard
                .more
                .wait_timeout(said, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn listen(from: ChildStdout, heard: &Heard) {
    let mut from = BufReader::new(from);
    let mut text = Vec::new();
    while from.read_until(0, &mut text).is_ok_and(|read| read > 0) {
        if text.last() == Some(&0) {
            text.pop();
        }
        if let Ok(message) = serde_json::from_slice::<Value>(&text) {
            take_in(message, &mut lock(&heard.said));
            heard.more.notify_all();
        }
        text.clear();
    }
    lock(&heard.said).closed = true;
    heard.more.notify_all();
}

fn take_in(mut message: Value, said: &mut Said) {
    if let Some(id) = message.get("id").and_then(Value::as_u64) {
        said.answers.insert(id, message);
        return;
    }
    let session = message
        .get("sessionId")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let name = message
        .get("method")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if KEPT.contains(&name.as_str()) {
        let body = message.get_mut("params").map_or(Value::Null, Value::take);
        said.notices
            .entry(session)
            .or_default()
            .push(Notice { name, body });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
