//! The port: what something must do to keep a journal.
//!
//! A keeper deals in sealed entries, wrapped keys, checkpoints and rim rows, and never sees a key
//! or an open byte of content.
//! What must be decided under the clinic's lock (positions, versions, links, the recorded time) is
//! decided by [`crate::Draft::inscribe`], the same code for every keeper: a keeper holds the lock,
//! begins its transaction, hands `inscribe` a [`Desk`], and commits or rolls back.
//! Nothing here assumes one process, one file or SQLite.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use record::RecordedAt;
use thiserror::Error;
use uuid::Uuid;

use crate::append::{AppendError, Appended};
use crate::chain::Digest;
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::entry::SealedEntry;
use crate::identifier::{ClinicId, CommandId, Position, StreamId, Version};
use crate::keys::{Fingerprint, WrappedKey};
use crate::rim::{AccessQuery, AccessRow, LoggedAccess};

/// What stands in a journal before its first entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// Whose journal it is.
    pub clinic: ClinicId,
    /// The master key it was sealed with, told apart from others.
    pub master: Fingerprint,
    /// The clinic's key under the master key.
    pub clinic_key: WrappedKey,
    /// The seed of the checkpoint signing key under the clinic's key.
    pub signing_key: WrappedKey,
    /// When it was founded.
    pub founded_at: RecordedAt,
}

/// The last entry of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its position; 0 in an empty journal.
    pub position: Position,
    /// Its hash; what stands before the first entry in an empty journal.
    pub hash: Digest,
    /// When it was taken in; `None` in an empty journal.
    pub recorded_at: Option<RecordedAt>,
}

/// The last entry of a stream, and the stream's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamHead {
    /// Its version.
    pub version: Version,
    /// Its hash.
    pub hash: Digest,
    /// The stream's data key.
    pub key: StreamKey,
}

/// A stream's data key, or that it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKey {
    /// Sealed under the clinic's key.
    Wrapped(WrappedKey),
    /// Destroyed by an erasure.
    Destroyed,
}

/// What a keeper knows inside its transaction, under the clinic's lock.
///
/// Everything written here is seen by later questions of the same transaction.
pub trait Desk {
    /// Gives the last entry.
    fn head(&mut self) -> Result<Head, KeeperError>;
    /// Gives what a command was answered, if it was.
    fn answered(&mut self, command: CommandId) -> Result<Option<Appended>, KeeperError>;
    /// Gives the last entry of a stream and its key, if it exists.
    fn stream(&mut self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError>;
    /// Makes a stream that does not exist, with its key.
    fn open_stream(&mut self, stream: StreamId, key: &WrappedKey) -> Result<(), KeeperError>;
    /// Writes the entry after the head, unless it is a command's first and the command was answered
    /// before: then it writes nothing and says `false`.
    fn write(&mut self, entry: &SealedEntry) -> Result<bool, KeeperError>;
    /// Posts an outbox row.
    fn post(&mut self, row: &SealedOutboxRow, cause: Position) -> Result<(), KeeperError>;
    /// Destroys a stream's key so that it cannot be read back from the medium.
    fn destroy_key(&mut self, stream: StreamId) -> Result<(), KeeperError>;
}

/// Something that keeps one clinic's journal.
pub trait Keeper: Send + Sync {
    /// Gives the founding, if there is one.
    fn founding(&self) -> Result<Option<Founding>, KeeperError>;

    /// Writes the founding of an empty journal, or replaces its wrapped keys with ones under
    /// another master key; the clinic cannot change.
    fn found(&self, founding: &Founding) -> Result<(), KeeperError>;

    /// Writes a draft durably and answers; drafts that wait together may share one commit.
    fn append(&self, draft: Draft) -> Result<Appended, AppendError>;

    /// Gives the last entry.
    fn head(&self) -> Result<Head, KeeperError>;

    /// Gives at most `limit` entries after one position and up to another, in order.
    fn entries(
        &self,
        after: Position,
        up_to: Position,
        limit: usize,
    ) -> Result<Vec<SealedEntry>, KeeperError>;

    /// Gives the last entry of a stream and its key, if it exists.
    fn stream(&self, stream: StreamId) -> Result<Option<StreamHead>, KeeperError>;

    /// Gives the entries of a stream after one version and up to another, in order.
    fn stream_entries(
        &self,
        stream: StreamId,
        after: Version,
        up_to: Version,
    ) -> Result<Vec<SealedEntry>, KeeperError>;

    /// Gives at most `limit` streams with their keys, in the order they were made, after the one
    /// with this number.
    fn streams(&self, after: u64, limit: usize) -> Result<Vec<NumberedStream>, KeeperError>;

    /// Keeps a signed checkpoint for good.
    fn keep_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), KeeperError>;

    /// Gives all checkpoints, oldest first.
    fn checkpoints(&self) -> Result<Vec<Checkpoint>, KeeperError>;

    /// Forgets whatever was remembered of earlier reads, and reads whatever there is beside the
    /// entries that later reads rely on, such as indexes, up to a position.
    fn inspect(&self, up_to: Position) -> Result<Inspection, KeeperError>;

    /// Writes a whole copy to a path that does not exist, while everything else goes on.
    fn backup(&self, to: &Utf8Path) -> Result<(), KeeperError>;

    /// Writes rim rows in one transaction and says how many rows changed.
    fn rim_write(&self, writes: Vec<RimWrite>) -> Result<u64, KeeperError>;

    /// Queues rows of the access log without waiting for them.
    fn log_access(&self, rows: Vec<AccessRow>) -> Result<(), KeeperError>;

    /// Waits until everything queued before is durable, and says if any of it was not.
    fn flush(&self) -> Result<(), KeeperError>;

    /// Gives one rim row.
    fn rim_get(&self, space: &str, key: &str) -> Result<Option<SealedRimRow>, KeeperError>;

    /// Gives at most `limit` rim rows whose key begins with `prefix`, by key.
    fn rim_scan(
        &self,
        space: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<SealedRimRow>, KeeperError>;

    /// Gives a page of the access log, newest first.
    fn accesses(
        &self,
        query: &AccessQuery,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LoggedAccess>, KeeperError>;

    /// Gives at most `limit` outbox rows that are due, longest due first, or the dead letters.
    fn outbox(&self, which: OutboxQuery, limit: usize) -> Result<Vec<SealedWork>, KeeperError>;
}

/// What a keeper has beside its entries, for verification to compare with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// What is wrong in any case.
    pub wrong: Option<String>,
    /// What the index over streams and versions says, if there is one.
    pub by_stream: Option<Roll>,
    /// What the index over first entries of commands says, if there is one.
    pub by_command: Option<Roll>,
}

impl Inspection {
    /// Says what does not agree with what the entries themselves say.
    pub(crate) fn compare(self, by_stream: &Roll, by_command: &Roll) -> Option<String> {
        if self.wrong.is_some() {
            return self.wrong;
        }
        if self.by_stream.is_some_and(|roll| roll != *by_stream) {
            return Some("the index of streams does not agree with the entries".to_owned());
        }
        if self.by_command.is_some_and(|roll| roll != *by_command) {
            return Some("the index of commands does not agree with the entries".to_owned());
        }
        None
    }
}

/// A roll of entries: how many, and a sum over a mixed hash of each, whatever their order.
///
/// Two lists that differ by damage agree in it with a chance of about one in 2^64; it is no proof
/// against somebody who sets out to forge one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    count: u64,
    total: u64,
}

impl Roll {
    /// Adds what an index says of one entry.
    pub fn add(&mut self, id: Uuid, version: u64, position: Position) {
        let (high, low) = id.as_u64_pair();
        let mixed = mix(mix(mix(mix(high) ^ low) ^ version) ^ position.0);
        self.count = self.count.wrapping_add(1);
        self.total = self.total.wrapping_add(mixed);
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014), which spreads every bit over all.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A stream with the number of its making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberedStream {
    /// From 1, in the order streams were made; may have gaps.
    pub number: u64,
    /// Which stream.
    pub stream: StreamId,
    /// Its data key.
    pub key: StreamKey,
}

/// An outbox row with its payload sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedOutboxRow {
    /// Made by the caller.
    pub id: Uuid,
    /// What sort of work.
    pub kind: String,
    /// What is sent, sealed.
    pub sealed: Vec<u8>,
    /// When it may leave.
    pub due_at: Timestamp,
}

/// A rim row with its value sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRimRow {
    /// Its key within its space.
    pub key: String,
    /// Its value, sealed.
    pub sealed: Vec<u8>,
    /// When it stops being true.
    pub expires_at: Option<Timestamp>,
}

/// Outbox work with its payload sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedWork {
    /// The row.
    pub row: SealedOutboxRow,
    /// The entry that caused it; 0 when none did.
    pub cause: Position,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last.
    pub error: Option<String>,
}

/// Which outbox rows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxQuery {
    /// Those due at a time.
    Due(Timestamp),
    /// Those that were given up.
    Dead,
}

/// A change of the rim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RimWrite {
    /// Puts a row in place of any with its key.
    Put {
        /// The space.
        space: String,
        /// The row.
        row: SealedRimRow,
    },
    /// Removes a row.
    Remove {
        /// The space.
        space: String,
        /// The key.
        key: String,
    },
    /// Removes all rows that expired by a time.
    Sweep {
        /// The time.
        now: Timestamp,
    },
    /// Adds to the access log.
    Access(AccessRow),
    /// Posts outbox work that no entry caused.
    Post(SealedOutboxRow),
    /// Removes outbox work that was done.
    Done {
        /// Which.
        id: Uuid,
    },
    /// Puts outbox work off after a failure.
    Retry {
        /// Which.
        id: Uuid,
        /// When it may be tried again.
        due_at: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// Gives outbox work up; it stays as a dead letter.
    Dead {
        /// Which.
        id: Uuid,
        /// What went wrong.
        error: String,
    },
}

/// A keeper's failure; nothing is half-written.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum KeeperError {
    /// There is no journal there.
    #[error("there is no journal at {path}; make one with init, or name another folder")]
    Absent {
        /// Where.
        path: Utf8PathBuf,
    },
    /// There is already something there.
    #[error("there is already something at {path}; nothing was changed")]
    Present {
        /// Where.
        path: Utf8PathBuf,
    },
    /// Another server holds it.
    #[error("another server has the journal at {path} open; stop it first")]
    Held {
        /// Where.
        path: Utf8PathBuf,
    },
    /// It may only be read.
    #[error("the journal can only be read; check the permissions of its file and folder")]
    ReadOnly,
    /// There is no room.
    #[error("the disk is full; nothing was written, make room and try again")]
    Full,
    /// The medium failed to keep what was committed.
    ///
    /// Nothing more is taken until the journal is opened anew: after a sync that failed, one that
    /// succeeds proves nothing about what was written before.
    #[error("the disk failed to keep what was written; check the disk, then start again")]
    NotKept(#[source] Cause),
    /// It was written by a newer program.
    #[error("the journal has schema {found}, this program knows {known}; use a newer program")]
    Newer {
        /// What it says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// It is a database, or a file, of something else.
    #[error("the file at {path} is not a Holdfast journal")]
    Foreign {
        /// Where.
        path: Utf8PathBuf,
    },
    /// The medium cannot be read as a database at all.
    #[error("the database is damaged; verify names where, then restore a backup")]
    Damaged(#[source] Cause),
    /// A row is not what the keeper wrote.
    #[error("the entry at position {position} is not what was written: {what}")]
    Malformed {
        /// Where.
        position: Position,
        /// What is wrong.
        what: &'static str,
    },
    /// Something else than an entry is not what the keeper wrote.
    #[error("{what} is not what was written; verify the journal")]
    Odd {
        /// What.
        what: &'static str,
    },
    /// A founding is already there and names another clinic.
    #[error("the journal was founded for another clinic")]
    OtherClinic,
    /// The keeper was closed, or its writer stopped.
    #[error("the journal is closed")]
    Closed,
    /// The keeper failed while doing something.
    #[error("failed to {doing}")]
    Failed {
        /// What it was doing.
        doing: &'static str,
        /// What went wrong.
        #[source]
        source: Cause,
    },
}

/// What lies beneath an error, shared because one failed commit answers many appends.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;
