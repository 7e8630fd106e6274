//! The one thread that writes: it takes whatever is queued and commits it with one sync.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::{Connection, params};

use super::desk::SqliteDesk;
use super::failure::failed;
use super::reply::reply;
use super::rim;
use crate::append::{AppendError, Appended};
use crate::chain::clinic_genesis;
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::keeper::{Founding, KeeperError, RimWrite};

/// The most jobs one commit takes.
const JOBS_PER_COMMIT_MAX: usize = 1024;

/// The most jobs that may wait; whoever comes then waits to be queued.
const QUEUE_MAX: usize = 65_536;

/// Where an answer goes.
type Reply<T, E> = super::reply::Reply<Result<T, E>>;

enum Job {
    Append(Draft, Reply<Appended, AppendError>),
    Rim(Vec<RimWrite>, Option<Reply<u64, KeeperError>>),
    Checkpoint(Checkpoint, Reply<(), KeeperError>),
    Found(Founding, Reply<(), KeeperError>),
    /// Waits until all before it is durable.
    Flush(Reply<(), KeeperError>),
    /// Lets the file grow to so many pages and no further, as a full disk would.
    #[cfg(feature = "conformance")]
    Limit(i64, Reply<(), KeeperError>),
}

/// The queue's end that callers hold.
pub(super) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> Result<Self, KeeperError> {
        let (queue, jobs) = bounded(QUEUE_MAX);
        let thread = thread::Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || run(&mut SqliteDesk::new(connection), &jobs))
            .map_err(super::failure::file_failed("start the journal's writer"))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
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

    fn ask<T>(&self, job: impl FnOnce(Reply<T, KeeperError>) -> Job) -> Result<T, KeeperError> {
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

/// Why queued-and-forgotten rows were lost since the last flush, if any were.
#[derive(Default)]
struct Lost(Option<KeeperError>);

fn run(desk: &mut SqliteDesk, jobs: &Receiver<Job>) {
    let mut lost = Lost::default();
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(JOBS_PER_COMMIT_MAX - 1));
        commit_group(desk, group, &mut lost);
        if desk.log_holds_key && truncate_log(desk) {
            desk.log_holds_key = false;
        }
    }
    // A clean end leaves one file behind.
    truncate_log(desk);
}

/// Does and commits jobs together; those behind one that fails are done again without it.
fn commit_group(desk: &mut SqliteDesk, mut group: Vec<Job>, lost: &mut Lost) {
    while !group.is_empty() {
        if let Err(error) = desk.begin() {
            desk.undo();
            for job in group {
                refuse(job, &error, lost);
            }
            return;
        }
        let mut done = Vec::with_capacity(group.len());
        let mut failure = None;
        for (index, job) in group.iter().enumerate() {
            match attempt(desk, job) {
                Ok(result) => done.push(result),
                Err(error) => {
                    failure = Some((index, error));
                    break;
                }
            }
        }
        if let Some((index, error)) = failure {
            desk.undo();
            refuse_append(group.remove(index), error, lost);
            continue;
        }
        if let Err(error) = desk.commit() {
            desk.undo();
            for job in group {
                refuse(job, &error, lost);
            }
            return;
        }
        group
            .into_iter()
            .zip(done)
            .for_each(|(job, outcome)| answer(job, outcome, lost));
        return;
    }
}

/// What a job came to before the commit.
enum Outcome {
    Append(Result<Appended, AppendError>),
    Rows(u64),
    Nothing,
}

/// Does a job in the open transaction; an error means that the transaction must be undone.
fn attempt(desk: &mut SqliteDesk, job: &Job) -> Result<Outcome, AppendError> {
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
        Job::Flush(_) => Ok(Outcome::Nothing),
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

/// Answers after the commit; whoever no longer listens is not missed.
fn answer(job: Job, outcome: Outcome, lost: &mut Lost) {
    match (job, outcome) {
        (Job::Append(_, reply), Outcome::Append(result)) => reply.say(result),
        (Job::Append(_, reply), Outcome::Rows(_) | Outcome::Nothing) => {
            reply.say(Err(AppendError::Keeper(KeeperError::Closed)));
        }
        (Job::Rim(_, Some(reply)), Outcome::Rows(rows)) => reply.say(Ok(rows)),
        (Job::Rim(_, Some(reply)), Outcome::Append(_) | Outcome::Nothing) => {
            reply.say(Ok(0));
        }
        (Job::Rim(_, None), _) => {}
        (Job::Checkpoint(_, reply) | Job::Found(_, reply), _) => reply.say(Ok(())),
        #[cfg(feature = "conformance")]
        (Job::Limit(_, reply), _) => reply.say(Ok(())),
        (Job::Flush(reply), _) => reply.say(lost.0.take().map_or(Ok(()), Err)),
    }
}

fn refuse(job: Job, error: &KeeperError, lost: &mut Lost) {
    refuse_append(job, AppendError::Keeper(error.clone()), lost);
}

fn refuse_append(job: Job, error: AppendError, lost: &mut Lost) {
    let plain = |error: AppendError| {
        if let AppendError::Keeper(error) = error {
            error
        } else {
            KeeperError::Failed {
                doing: "write the rows",
                source: Arc::new(error),
            }
        }
    };
    match job {
        Job::Append(_, reply) => reply.say(Err(error)),
        Job::Rim(_, Some(reply)) => reply.say(Err(plain(error))),
        Job::Rim(_, None) => lost.0 = Some(plain(error)),
        Job::Checkpoint(_, reply) | Job::Found(_, reply) | Job::Flush(reply) => {
            reply.say(Err(plain(error)));
        }
        #[cfg(feature = "conformance")]
        Job::Limit(_, reply) => reply.say(Err(plain(error))),
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
