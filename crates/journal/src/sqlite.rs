//! A keeper in one SQLite file: nothing to install, one writer, as many readers as there are threads.
//!
//! Beside the file `journal.db` stand SQLite's own `journal.db-wal` and `journal.db-shm` while it is
//! open, and `journal.db.lock`, which lets one server in.

use camino::{Utf8Path, Utf8PathBuf};
use rusqlite::{Connection, OpenFlags};

use crate::append::{AppendError, Appended};
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::entry::SealedEntry;
use crate::identifier::{Position, StreamId, Version};
use crate::keeper::{
    Founding, Head, Inspection, Keeper, KeeperError, NumberedStream, OutboxQuery, RimWrite,
    SealedRimRow, SealedWork, StreamHead,
};
use crate::rim::{AccessQuery, AccessRow, LoggedAccess};

mod column;
mod desk;
mod durable;
mod failure;
mod file;
mod inspect;
mod job;
mod reader;
mod reply;
mod rim;
mod schema;
mod writer;

use failure::failed;
use reader::Readers;
use writer::Writer;

/// A keeper in one SQLite file.
pub struct SqliteKeeper {
    path: Utf8PathBuf,
    readers: Readers,
    /// Dropped before the hold, so that nobody else is let in before the last commit.
    writer: Option<Writer>,
    _hold: Option<file::Hold>,
}

impl SqliteKeeper {
    /// Makes an empty journal at a path where nothing is, and opens it for writing.
    pub fn create(path: &Utf8Path) -> Result<Self, KeeperError> {
        let hold = file::hold(path)?;
        file::make(path)?;
        Self::open_held(path, hold)
    }

    /// Opens a journal for writing; one at a time may.
    pub fn open(path: &Utf8Path) -> Result<Self, KeeperError> {
        if !path.is_file() {
            return Err(KeeperError::Absent {
                path: path.to_owned(),
            });
        }
        let hold = file::hold(path)?;
        Self::open_held(path, hold)
    }

    /// Opens a journal for reading, beside a server that has it open for writing or alone.
    pub fn open_to_read(path: &Utf8Path) -> Result<Self, KeeperError> {
        file::check(path)?;
        let readers = Readers::new(path.to_owned());
        Ok(Self {
            path: path.to_owned(),
            readers,
            writer: None,
            _hold: None,
        })
    }

    /// Copies a journal's file that nobody has open to where nothing is, durably.
    ///
    /// Verify it before: see [`crate::verify_backup`].
    pub fn restore(from: &Utf8Path, to: &Utf8Path) -> Result<(), KeeperError> {
        file::check(from)?;
        file::copy_file(from, to)
    }

    /// Gives where the file is.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Lets the file grow to so many pages and no further, as a full disk would; lifted by a large
    /// number.
    #[cfg(feature = "conformance")]
    pub fn limit_pages(&self, pages: i64) -> Result<(), KeeperError> {
        self.writer()?.limit(pages)
    }

    fn open_held(path: &Utf8Path, hold: file::Hold) -> Result<Self, KeeperError> {
        file::check(path)?;
        let doing = "open the journal for writing";
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path.as_std_path(), flags).map_err(failed(doing))?;
        // SQLite opens a file it may not write for reading, without a word.
        if connection
            .is_readonly(rusqlite::MAIN_DB)
            .map_err(failed(doing))?
        {
            return Err(KeeperError::ReadOnly);
        }
        schema::set_up(&connection).map_err(failed(doing))?;
        if !schema::set_up_writer(&connection).map_err(failed(doing))? {
            return Err(KeeperError::Odd {
                what: "the journal's write-ahead log",
            });
        }
        // SQLite makes its log, where there is none, at the first read.
        let head = desk::last_of(&connection)?;
        let sync = durable::log_of(path).map_err(failure::file_failed("open the journal's log"))?;
        let writer = Some(Writer::start(connection, head, sync)?);
        let readers = Readers::new(path.to_owned());
        Ok(Self {
            path: path.to_owned(),
            readers,
            writer,
            _hold: Some(hold),
        })
    }

    fn writer(&self) -> Result<&Writer, KeeperError> {
        self.writer.as_ref().ok_or(KeeperError::ReadOnly)
    }

    /// Gives what was read once all of it is durable: what this program shows, no loss of power
    /// takes back.
    fn durable<T>(&self, read: T, last: impl Fn(&T) -> Option<Position>) -> Result<T, KeeperError> {
        if let (Some(writer), Some(last)) = (&self.writer, last(&read)) {
            writer.wait(last)?;
        }
        Ok(read)
    }
}

fn last_of(entries: &[SealedEntry]) -> Option<Position> {
    entries.last().map(|entry| entry.position)
}

impl Keeper for SqliteKeeper {
    fn founding(&self) -> Result<Option<Founding>, KeeperError> {
        self.readers.with(reader::founding_of)
    }

    fn found(&self, founding: &Founding) -> Result<(), KeeperError> {
        self.writer()?.found(founding.clone())
    }

    fn append(&self, draft: Draft) -> Result<Appended, AppendError> {
        self.writer()?.append(draft)
    }

    fn head(&self) -> Result<Head, KeeperError> {
        let head = self.readers.with(desk::head_of)?;
        self.durable(head, |head| Some(head.position))
    }

    fn entries(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let entries = self.readers.entries(after, up_to, limit)?;
        self.durable(entries, |entries| last_of(entries))
    }

    fn stream(&self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError> {
        self.readers
            .with(|connection| Ok(desk::stream_of(connection, stream)?.map(|found| found.1)))
    }

    fn stream_entries(
        &self,
        stream: StreamId,
        after: Version,
        up_to: Version,
    ) -> Result<Vec<SealedEntry>, KeeperError> {
        let entries = self.readers.stream_entries(stream, after, up_to)?;
        self.durable(entries, |entries| last_of(entries))
    }

    fn streams(&self, after: u64, limit: usize) -> Result<Vec<NumberedStream>, KeeperError> {
        self.readers.streams(after, limit)
    }

    fn keep_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), KeeperError> {
        self.writer()?.checkpoint(checkpoint.clone())
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, KeeperError> {
        self.readers.checkpoints()
    }

    fn inspect(&self, up_to: Position) -> Result<Inspection, KeeperError> {
        self.readers.forget();
        self.readers
            .with(|connection| inspect::inspect(connection, up_to))
    }

    fn backup(&self, to: &Utf8Path) -> Result<(), KeeperError> {
        file::copy(&self.readers.open()?, to)?;
        // A copy must not know more than a loss of power would leave of the original.
        if self.writer.is_some() {
            self.head().map(drop)
        } else {
            durable::sync_log_of(&self.path)
        }
    }

    fn rim_write(&self, writes: Vec<RimWrite>) -> Result<u64, KeeperError> {
        self.writer()?.rim(writes)
    }

    fn log_access(&self, rows: Vec<AccessRow>) -> Result<(), KeeperError> {
        self.writer()?
            .rim_soon(rows.into_iter().map(RimWrite::Access).collect())
    }

    fn flush(&self) -> Result<(), KeeperError> {
        self.writer()?.flush()
    }

    fn rim_get(&self, space: &str, key: &str) -> Result<Option<SealedRimRow>, KeeperError> {
        self.readers
            .with(|connection| rim::get(connection, space, key))
    }

    fn rim_scan(
        &self,
        space: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<SealedRimRow>, KeeperError> {
        self.readers
            .with(|connection| rim::scan(connection, space, prefix, limit))
    }

    fn accesses(
        &self,
        query: &AccessQuery,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LoggedAccess>, KeeperError> {
        self.readers
            .with(|connection| rim::accesses(connection, query, before, limit))
    }

    fn outbox(&self, which: OutboxQuery, limit: usize) -> Result<Vec<SealedWork>, KeeperError> {
        self.readers
            .with(|connection| rim::outbox(connection, which, limit))
    }
}
