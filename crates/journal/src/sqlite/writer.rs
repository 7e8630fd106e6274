//! The one thread that writes: it takes whatever is queued, commits it at once, and hands it over
//! to be made durable and answered.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::{Connection, params};

use super::desk::SqliteDesk;
use super::durable::{Commit, Durable, Syncer};
use super::failure::{failed, file_failed};
use super::job::{Job, Outcome};
use super::reply::{Reply, reply};
use super::rim;
use crate::append::{AppendError, Appended};
use crate::chain::clinic_genesis;
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::identifier::Position;
use crate::keeper::{Founding, KeeperError, RimWrite};

/// The most jobs one commit takes.
const JOBS_PER_COMMIT_MAX: usize = 1024;

/// The most jobs that may wait; whoever comes then waits to be queued.
///
/// The queue is a ring whose places are all used in turn, so each of them is memory that stays.
const QUEUE_MAX: usize = 1024;

/// The queue's end that callers hold.
pub(super) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    durable: Arc<Durable>,
}

impl Writer {
    /// Starts the thread for a journal that ends at `head`; `sync` makes durable whatever was committed before it was called.
    pub(super) fn start(
        connection: Connection,
        head: Position,
        sync: impl Fn() -> io::Result<()> + Send + 'static,
    ) -> Result<Self, KeeperError> {
        let durable = Arc::new(Durable::default());
        let syncer = Syncer::start(Arc::clone(&durable), head, sync)?;
        let (queue, jobs) = bounded(QUEUE_MAX);
        let shared = Arc::clone(&durable);
        let thread = thread::Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || run(&mut SqliteDesk::new(connection), &jobs, syncer, &shared))
            .map_err(file_failed("start the journal's writer"))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
            durable,
        })
    }

    /// Waits until the entry at a position is durable.
    pub(super) fn wait(&self, position: Position) -> Result<(), KeeperError> {
        self.durable.wait(position)
    }

    pub(super) fn append(&self, draft: Draft) -> Result<Appended, AppendError> {
        let (reply, answer) = reply();
        self.queue(Job::Append(draft, reply))?;
        answer
            .wait()
            .ok_or(AppendError::Keeper(KeeperError::Closed))?
    }

    pub(super) fn rim(&self, writes: Vec<RimWrite>) -> Result<u64, KeeperError> {
        self.ask(|reply| Job::Rim(writes, Some(reply)))
    }

    pub(super) fn rim_soon(&self, writes: Vec<RimWrite>) -> Result<(), KeeperError> {
        self.queue(Job::Rim(writes, None))
    }

    pub(super) fn checkpoint(&self, checkpoint: Checkpoint) -> Result<(), KeeperError> {
        self.ask(|reply| Job::Checkpoint(checkpoint, reply))
    }

    pub(super) fn found(&self, founding: Founding) -> Result<(), KeeperError> {
        self.ask(|reply| Job::Found(founding, reply))
    }

    #[cfg(feature = "conformance")]
    pub(super) fn limit(&self, pages: i64) -> Result<(), KeeperError> {
        self.ask(|reply| Job::Limit(pages, reply))
    }

    pub(super) fn flush(&self) -> Result<(), KeeperError> {
        self.ask(Job::Flush)
    }

    fn ask<T>(
        &self,
        job: impl FnOnce(Reply<Result<T, KeeperError>>) -> Job,
    ) -> Result<T, KeeperError> {
        let (reply, answer) = reply();
        self.queue(job(reply))?;
        answer.wait().ok_or(KeeperError::Closed)?
    }

    fn queue(&self, job: Job) -> Result<(), KeeperError> {
        let queue = self.queue.as_ref().ok_or(KeeperError::Closed)?;
        queue.send(job).map_err(|_| KeeperError::Closed)
    }
}

impl Drop for Writer {
    /// Lets the thread finish what is queued.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was already answered: callers see a closed journal.
            drop(thread.join());
        }
    }
}

fn run(desk: &mut SqliteDesk, jobs: &Receiver<Job>, syncer: Syncer, durable: &Durable) {
    // Why rows that nobody waited for were lost since the last flush, if any were.
    let mut lost = None;
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(JOBS_PER_COMMIT_MAX - 1));
        let written = match durable.failure() {
            Some(failure) => Err((group, failure)),
            None => write_group(desk, group, durable, &mut lost),
        };
        match written {
            Ok(commit) => syncer.hand_over(commit),
            Err((group, error)) => refuse_all(group, &error, &mut lost),
        }
        if desk.log_holds_key && truncate_log(desk) {
            desk.log_holds_key = false;
        }
    }
    drop(syncer);
    // A clean end leaves one file behind.
    truncate_log(desk);
}

/// Does and commits jobs together; those behind one that fails are done again without it.
///
/// Gives the jobs back, with the reason, when none of them could be committed.
fn write_group(
    desk: &mut SqliteDesk,
    mut group: Vec<Job>,
    durable: &Durable,
    lost: &mut Option<KeeperError>,
) -> Result<Commit, (Vec<Job>, KeeperError)> {
    loop {
        if let Err(error) = desk.begin() {
            desk.undo();
            return Err((group, error));
        }
        let mut outcomes = Vec::with_capacity(group.len());
        let mut failure = None;
        for (index, job) in group.iter().enumerate() {
            match attempt(desk, job, lost) {
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => {
                    failure = Some((index, error));
                    break;
                }
            }
        }
        if let Some((index, error)) = failure {
            desk.undo();
            if let Some(error) = group.remove(index).refuse(error) {
                *lost = Some(error);
            }
            continue;
        }
        return match desk.commit(durable) {
            Ok(last) => Ok(Commit {
                jobs: group.into_iter().zip(outcomes).collect(),
                last,
            }),
            Err(error) => {
                desk.undo();
                Err((group, error))
            }
        };
    }
}

fn refuse_all(group: Vec<Job>, error: &KeeperError, lost: &mut Option<KeeperError>) {
    for job in group {
        if let Some(error) = job.refuse(AppendError::Keeper(error.clone())) {
            *lost = Some(error);
        }
    }
}

/// Does a job in the open transaction; an error means that the transaction must be undone.
fn attempt(
    desk: &mut SqliteDesk,
    job: &Job,
    lost: &mut Option<KeeperError>,
) -> Result<Outcome, AppendError> {
    match job {
        Job::Append(draft, _) => match draft.inscribe(desk) {
            Ok(appended) => Ok(Outcome::Append(Ok(appended))),
            Err(error) if is_refusal(&error) => Ok(Outcome::Append(Err(error))),
            Err(error) => Err(error),
        },
        Job::Rim(writes, _) => {
            let mut rows = 0;
            for write in writes {
                rows += rim::write(&desk.connection, write)?;
            }
            Ok(Outcome::Rows(rows))
        }
        Job::Checkpoint(checkpoint, _) => {
            keep_checkpoint(&desk.connection, checkpoint)?;
            Ok(Outcome::Nothing)
        }
        Job::Found(founding, _) => {
            found(&desk.connection, founding)?;
            Ok(Outcome::Nothing)
        }
        Job::Flush(_) => Ok(Outcome::Flushed(lost.take())),
        #[cfg(feature = "conformance")]
        Job::Limit(pages, _) => {
            desk.connection
                .pragma_update_and_check(None, "max_page_count", *pages, |_| Ok(()))
                .map_err(failed("limit the journal's size"))?;
            Ok(Outcome::Nothing)
        }
    }
}

/// Says whether an append was refused before it wrote anything.
fn is_refusal(error: &AppendError) -> bool {
    match error {
        AppendError::Stale { .. }
        | AppendError::Erased { .. }
        | AppendError::Reserved { .. }
        | AppendError::NothingToErase { .. }
        | AppendError::Empty
        | AppendError::TooMuch { .. }
        | AppendError::Author(_) => true,
        AppendError::Chance(_) | AppendError::Key { .. } | AppendError::Keeper(_) => false,
    }
}

fn keep_checkpoint(connection: &Connection, checkpoint: &Checkpoint) -> Result<(), KeeperError> {
    connection
        .prepare_cached("INSERT INTO checkpoint (text) VALUES (?1)")
        .and_then(|mut statement| statement.execute([checkpoint.to_string()]))
        .map(drop)
        .map_err(failed("keep a checkpoint"))
}

fn found(connection: &Connection, founding: &Founding) -> Result<(), KeeperError> {
    let standing = super::reader::founding_of(connection)?;
    if standing.is_some_and(|standing| standing.clinic != founding.clinic) {
        return Err(KeeperError::OtherClinic);
    }
    connection
        .execute(
            "INSERT INTO founding (only, clinic, master, clinic_key, signing_key, founded_at)
             VALUES (1, ?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET master = ?2, clinic_key = ?3, signing_key = ?4",
            params![
                founding.clinic.0.as_bytes(),
                &founding.master.0,
                &founding.clinic_key.0,
                &founding.signing_key.0,
                founding.founded_at.0.as_microsecond()
            ],
        )
        .and_then(|_| {
            connection.execute(
                "INSERT INTO head (only, position, hash) VALUES (1, 0, ?1) ON CONFLICT DO NOTHING",
                [&clinic_genesis(founding.clinic).0],
            )
        })
        .map(drop)
        .map_err(failed("found the journal"))
}

/// Moves the log into the database and empties it; says whether nobody stood in the way.
///
/// A reader that stands in the way is not waited for: appends wait behind this.
fn truncate_log(desk: &SqliteDesk) -> bool {
    let patience = |time| desk.connection.busy_timeout(time);
    let is_done = patience(Duration::from_millis(20)).is_ok()
        && desk
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, i64>(0)
            })
            .is_ok_and(|busy| busy == 0);
    patience(super::schema::PATIENCE).is_ok() && is_done
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use camino::Utf8Path;

    use super::super::{file, schema};
    use super::*;

    #[test]
    fn after_a_sync_that_failed_nothing_more_is_taken_until_the_journal_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path())
            .unwrap()
            .join("journal.db");
        file::make(&path).unwrap();
        let open = || {
            let connection = Connection::open(path.as_std_path()).unwrap();
            schema::set_up(&connection).unwrap();
            assert!(schema::set_up_writer(&connection).unwrap());
            connection
        };
        let is_bad = Arc::new(AtomicBool::new(false));
        let asked = Arc::new(AtomicU32::new(0));
        let (bad, counted) = (Arc::clone(&is_bad), Arc::clone(&asked));
        let disk = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            if bad.load(Ordering::SeqCst) {
                return Err(io::Error::other("input/output error"));
            }
            Ok(())
        };
        let writer = Writer::start(open(), Position::START, disk).unwrap();
        writer.rim(Vec::new()).unwrap();
        writer.flush().unwrap();
        is_bad.store(true, Ordering::SeqCst);
        let refused = writer.rim(Vec::new()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the disk failed to keep what was written; check the disk, then start again"
        );
        // A disk that says it is well again is not believed, and not asked.
        is_bad.store(false, Ordering::SeqCst);
        let so_far = asked.load(Ordering::SeqCst);
        for _ in 0..3 {
            let refused = writer.flush().unwrap_err();
            assert!(matches!(refused, KeeperError::NotKept(_)), "{refused}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), so_far);
        drop(writer);
        let anew = Writer::start(open(), Position::START, || Ok(())).unwrap();
        anew.flush().unwrap();
    }
}
