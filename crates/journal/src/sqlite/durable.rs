//! How far the journal is durable, and the thread that takes it further.
//!
//! The writer commits without a sync and hands over what it committed; this thread syncs the log
//! and then answers.
//! So the next commit is written while the disk is busy with the last, nobody is answered before
//! what they wrote is durable, and nobody reads an entry before it is.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use camino::Utf8Path;
use crossbeam_channel::{Receiver, Sender, bounded};

use super::failure::file_failed;
use super::job::{Job, Outcome};
use crate::append::AppendError;
use crate::identifier::Position;
use crate::keeper::KeeperError;

/// How many commits may wait for the sync that is under way.
///
/// With fewer the writer stands idle while the disk works; with many it commits a few entries at a
/// time, and each commit writes the same pages of index once more.
const COMMITS_AHEAD: usize = 3;

/// Jobs that were committed together and are not yet answered.
pub(super) struct Commit {
    pub(super) jobs: Vec<(Job, Outcome)>,
    /// The last entry among them, if there is one.
    pub(super) last: Option<Position>,
}

/// How far the journal is durable.
#[derive(Default)]
pub(super) struct Durable {
    /// The last entry that is committed or about to be.
    ///
    /// Nothing behind it is waited for: what somebody else wrote into the file, this program
    /// cannot vouch for.
    announced: AtomicU64,
    /// The last entry that is durable.
    position: AtomicU64,
    /// Why it goes no further; once set it stays.
    failure: Mutex<Option<KeeperError>>,
    moved: Condvar,
}

impl Durable {
    /// Says that entries up to a position are about to be committed, before anybody can read them.
    pub(super) fn announce(&self, position: Position) {
        self.announced.store(position.0, Ordering::Release);
    }

    /// Waits until the entry at a position is durable.
    pub(super) fn wait(&self, position: Position) -> Result<(), KeeperError> {
        let announced = self.announced.load(Ordering::Acquire);
        let position = position.min(Position(announced));
        if self.is_past(position) {
            return Ok(());
        }
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = self
            .moved
            .wait_while(failure, |failure| {
                failure.is_none() && !self.is_past(position)
            })
            .unwrap_or_else(PoisonError::into_inner);
        match &*failure {
            Some(failure) if !self.is_past(position) => Err(failure.clone()),
            Some(_) | None => Ok(()),
        }
    }

    /// Says why nothing more is taken, if that is so.
    pub(super) fn failure(&self) -> Option<KeeperError> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn is_past(&self, position: Position) -> bool {
        self.position.load(Ordering::Acquire) >= position.0
    }

    fn reach(&self, position: Position) {
        // Under the lock, so that nobody goes to sleep between looking and being woken.
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        self.position.fetch_max(position.0, Ordering::Release);
        drop(failure);
        self.moved.notify_all();
    }

    fn fail(&self, error: KeeperError) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        self.moved.notify_all();
    }
}

/// The writer's hold on the thread that syncs.
pub(super) struct Syncer {
    commits: Option<Sender<Commit>>,
    thread: Option<JoinHandle<()>>,
}

impl Syncer {
    /// Starts the thread; `sync` makes durable whatever was committed before it was called, and is
    /// called once before anything else, for what a program that was killed left unsynced.
    pub(super) fn start(
        durable: Arc<Durable>,
        head: Position,
        sync: impl Fn() -> io::Result<()> + Send + 'static,
    ) -> Result<Self, KeeperError> {
        sync().map_err(file_failed("sync the journal's log"))?;
        durable.announce(head);
        durable.reach(head);
        let (commits, handed) = bounded(COMMITS_AHEAD);
        let thread = thread::Builder::new()
            .name("journal-syncer".to_owned())
            .spawn(move || run(&durable, &handed, sync))
            .map_err(file_failed("start the journal's syncer"))?;
        Ok(Self {
            commits: Some(commits),
            thread: Some(thread),
        })
    }

    /// Hands a commit over, to be made durable and answered.
    pub(super) fn hand_over(&self, commit: Commit) {
        if let Some(commits) = &self.commits {
            // A syncer that is gone takes the answers with it, and callers see a closed journal.
            drop(commits.send(commit));
        }
    }
}

impl Drop for Syncer {
    /// Lets the thread answer what was handed over.
    fn drop(&mut self) {
        drop(self.commits.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was already answered: callers see a closed journal.
            drop(thread.join());
        }
    }
}

/// Gives what syncs SQLite's log beside a database that is open.
pub(super) fn log_of(path: &Utf8Path) -> io::Result<impl Fn() -> io::Result<()> + Send + 'static> {
    // SQLite keeps one log for as long as somebody has the database open, empties it in place, and
    // holds no lock on it that closing a second handle could let go.
    let log = File::options()
        .read(true)
        .write(true)
        .open(format!("{path}-wal"))?;
    Ok(move || log.sync_data())
}

/// Syncs what another program may have committed to the log of a database.
pub(super) fn sync_log_of(path: &Utf8Path) -> Result<(), KeeperError> {
    let synced = File::open(format!("{path}-wal")).and_then(|log| log.sync_data());
    match synced {
        // Whoever closes a database last leaves no log behind.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        synced => synced.map_err(file_failed("sync the journal's log")),
    }
}

fn run(durable: &Durable, handed: &Receiver<Commit>, sync: impl Fn() -> io::Result<()>) {
    while let Ok(first) = handed.recv() {
        let mut commits = vec![first];
        commits.extend(handed.try_iter());
        // What a disk once failed to keep it may claim to have kept when asked again.
        let failure = durable.failure().or_else(|| {
            sync()
                .err()
                .map(|error| KeeperError::NotKept(Arc::new(error)))
        });
        if let Some(failure) = failure {
            durable.fail(failure.clone());
            for (job, _) in commits.into_iter().flat_map(|commit| commit.jobs) {
                drop(job.refuse(AppendError::Keeper(failure.clone())));
            }
            continue;
        }
        if let Some(last) = commits.iter().filter_map(|commit| commit.last).max() {
            durable.reach(last);
        }
        for (job, outcome) in commits.into_iter().flat_map(|commit| commit.jobs) {
            job.answer(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::super::reply::reply;
    use super::*;

    /// A commit of one entry, and where its answer comes.
    fn commit(last: u64) -> (Commit, super::super::reply::Answer<Result<(), KeeperError>>) {
        let (reply, answer) = reply();
        let jobs = vec![(Job::Flush(reply), Outcome::Flushed(None))];
        let last = Some(Position(last));
        (Commit { jobs, last }, answer)
    }

    #[test]
    fn nobody_is_answered_and_nobody_reads_before_the_disk_has_it() {
        let durable = Arc::new(Durable::default());
        let (let_go, gate) = mpsc::channel::<()>();
        let_go.send(()).unwrap();
        let syncer = Syncer::start(Arc::clone(&durable), Position(4), move || {
            gate.recv().map_err(io::Error::other)
        })
        .unwrap();
        durable.wait(Position(4)).unwrap();
        // Nobody here wrote it, so nobody here waits for it.
        durable.wait(Position(9)).unwrap();
        durable.announce(Position(5));
        let (told, hears) = mpsc::channel();
        let reader = {
            let (durable, told) = (Arc::clone(&durable), told.clone());
            thread::spawn(move || {
                durable.wait(Position(5)).unwrap();
                told.send("read").unwrap();
            })
        };
        let writer = thread::spawn(move || {
            let (commit, answer) = commit(5);
            syncer.hand_over(commit);
            answer.wait().unwrap().unwrap();
            told.send("answered").unwrap();
        });
        assert!(hears.recv_timeout(Duration::from_millis(50)).is_err());
        let_go.send(()).unwrap();
        writer.join().unwrap();
        reader.join().unwrap();
        let mut heard: Vec<_> = hears.iter().collect();
        heard.sort_unstable();
        assert_eq!(heard, ["answered", "read"]);
    }

    #[test]
    fn what_a_disk_did_not_keep_is_refused_to_writer_and_reader() {
        let durable = Arc::new(Durable::default());
        let (verdicts, disk) = mpsc::channel::<bool>();
        verdicts.send(true).unwrap();
        let syncer = Syncer::start(Arc::clone(&durable), Position(4), move || {
            if disk.recv().unwrap() {
                Ok(())
            } else {
                Err(io::Error::other("input/output error"))
            }
        })
        .unwrap();
        let (first, answer) = commit(5);
        durable.announce(Position(5));
        verdicts.send(false).unwrap();
        syncer.hand_over(first);
        let refused = answer.wait().unwrap().unwrap_err();
        assert!(matches!(refused, KeeperError::NotKept(_)), "{refused}");
        let refused = durable.wait(Position(5)).unwrap_err();
        assert!(matches!(refused, KeeperError::NotKept(_)), "{refused}");
        durable.wait(Position(4)).unwrap();
    }
}
